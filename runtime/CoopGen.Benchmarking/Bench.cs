using CoopGen.Policies;

namespace CoopGen.Benchmarking;

/// <summary>Measures how fast environments play on this machine.</summary>
/// <param name="seconds">How long each way of playing is timed, about.</param>
public sealed class Bench(double seconds) : IDisposable
{
    /// <summary>Batch sizes that are measured, and a few of them.</summary>
    public static readonly IReadOnlyList<int> AllSizes = [1, 8, 64, 512, 4096, 16384, 65536], SomeSizes = [1, 256, 4096, 65536];

    /// <summary>The size at which variants of the observations, and random play, are measured.</summary>
    private const int UsualSize = 4096;

    /// <summary>Batches that need more memory than this are left out.</summary>
    private const long MostBytes = 1L << 30;

    private readonly Limit _limit = new();

    /// <summary>All measurements of an environment, one after the other.</summary>
    /// <param name="info">The environment.</param>
    /// <param name="sizes">Batch sizes.</param>
    /// <param name="threads">Most threads.</param>
    public IEnumerable<Measurement> Measure(EnvironmentInfo info, IReadOnlyList<int> sizes, int threads)
    {
        foreach (var policy in (string[])["given", "random"])
            yield return Scalar(info, policy == "random");
        foreach (var size in sizes.Where(s => Bytes(info, s) <= MostBytes))
        {
            yield return Batched(info, size, 1, Rows.All);
            if (size != UsualSize)
                continue;
            yield return Batched(info, size, 1, Rows.Changing);
            yield return Batched(info, size, 1, Rows.None);
            yield return Batched(info, size, 1, Rows.All, random: true);
        }

        if (threads > 1 && sizes.Where(s => Bytes(info, s) <= MostBytes).DefaultIfEmpty().Max() is var most && most >= UsualSize)
        {
            yield return Batched(info, most, threads, Rows.All);
            yield return Batched(info, most, threads, Rows.All, random: true);
        }

        if (Gradient(info) is { } gradient)
            yield return gradient;
    }

    /// <summary>A batch, and its hand-written peer in turn with it.</summary>
    /// <param name="info">The environment.</param>
    /// <param name="size">Number of environments.</param>
    /// <param name="threads">Most threads.</param>
    /// <param name="rows">Which observations are written.</param>
    /// <param name="random">Whether actions are drawn in every step.</param>
    /// <param name="parameters">Parameters of the environments; null for the defaults, which alone the peers have.</param>
    public Measurement Batched(EnvironmentInfo info, int size, int threads, Rows rows, bool random = false, ParameterSet? parameters = null)
    {
        var environment = info.Create(parameters);
        using var play = new BatchPlay(environment, size, threads, withPeer: threads == 1 && !random && parameters is null);
        void Round()
        {
            if (random)
                play.StepAtRandom(rows);
            else
                play.Step(rows);
        }

        var contenders = new List<Contender> { new(size, Round) };
        if (play.HasPeer)
            contenders.Add(new(size, () => play.StepPeer(rows)));
        var times = Race.Run(contenders, seconds);
        var blocks = (size + LaneMath.Width - 1) / LaneMath.Width;
        var written = 1 + 4L * (environment.AgentCount + play.Batch.Work.Stores + (rows == Rows.All ? environment.ObservationLength : 0));
        return new(info.Id, "batch", random ? "random" : "given", Name(rows), threads, size, environment.AgentCount, times[0])
        {
            BytesPerStep = Allocated(Round, threads > 1) / (double)size,
            FractionOfLimit = random || threads > 1 || rows == Rows.Changing ? null : (_limit.Calls(play.Batch.Work) * blocks + Limit.Stores(written * size)) / size / times[0],
            VersusC = play.HasPeer ? times[1] / times[0] : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _limit.Dispose();

    private static string Name(Rows rows) => rows switch { Rows.All => "all", Rows.Changing => "changing", _ => "none" };

    /// <summary>Bytes of memory that a batch needs, about.</summary>
    private static long Bytes(EnvironmentInfo info, int size)
    {
        var environment = info.Create(null);
        return 4L * size * (environment.StateLength + 2L * environment.ObservationLength + 6L * environment.ProfileLength);
    }

    /// <summary>
    /// Bytes of memory that a round allocates: the least of several rounds. Where several threads play, those of the whole process, to which what else
    /// goes on in it may add in some rounds.
    /// </summary>
    private static long Allocated(Action round, bool onAllThreads = false)
    {
        var least = long.MaxValue;
        for (var k = 0; k < 16; k++)
        {
            var before = onAllThreads ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, (onAllThreads ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread()) - before);
        }

        return least;
    }

    /// <summary>One environment, its observation written in every step.</summary>
    private Measurement Scalar(EnvironmentInfo info, bool random)
    {
        var environment = info.Create(null);
        var (rewards, observation, profile) = (new double[environment.AgentCount], new float[environment.ObservationLength], Middle(environment));
        var rollout = random ? new Rollout(environment, [PolicyCatalog.Find("Random")]) : null;
        environment.Reset(1);
        rollout?.Reset(1);
        void Round()
        {
            for (var k = 0; k < 64; k++)
            {
                if (environment.HasEnded)
                {
                    if (rollout is null)
                        environment.Reset();
                    else
                        rollout.Reset();
                }

                if (rollout is null)
                    environment.Step(profile, rewards);
                else
                    rollout.Step();
                environment.Observe(observation);
            }
        }

        var time = Race.Run([new(64, Round)], seconds)[0];
        var written = 8L * environment.AgentCount + 8L * environment.Work.Stores + 4L * environment.ObservationLength;
        return new(info.Id, "scalar", random ? "random" : "given", "all", 1, 1, environment.AgentCount, time)
        {
            BytesPerStep = Allocated(Round) / 64.0,
            FractionOfLimit = random ? null : (_limit.ScalarCalls(environment.Work) + Limit.Stores(written)) / time,
        };
    }

    /// <summary>An episode on the tape with the gradient for all its actions, and the same episode without; null where there is no gradient.</summary>
    private Measurement? Gradient(EnvironmentInfo info)
    {
        var (environment, other) = (info.Create(null), info.Create(null));
        var (rewards, profile, horizon) = (new double[environment.AgentCount], Middle(environment), environment.Horizon);
        GradientTape tape;
        try
        {
            tape = new(environment);
        }
        catch (ArgumentException)
        {
            // It is too large to have a reverse.
            return null;
        }

        var (weights, actions, parameters) = (Enumerable.Repeat(1.0, environment.AgentCount).ToArray(), new double[horizon * environment.ProfileLength], new double[tape.Parameters.Count]);
        var steps = Episode();
        void Differentiated()
        {
            tape.Reset(1);
            while (!environment.HasEnded)
                tape.Step(profile, rewards);
            tape.Gradient(weights, actions.AsSpan(0, tape.StepCount * environment.ProfileLength), parameters);
        }

        int Episode()
        {
            other.Reset(1);
            while (!other.HasEnded)
                other.Step(profile, rewards);
            return other.StepCount;
        }

        var times = Race.Run([new(steps, Differentiated), new(steps, () => Episode())], seconds);
        return new(info.Id, "gradient", "given", "none", 1, 1, environment.AgentCount, times[0]) { BytesPerStep = Allocated(Differentiated) / (double)steps, GradientCost = times[0] / times[1] };
    }

    /// <summary>Six tenths of every box, or the middle of the choices: a profile that ends no episode early.</summary>
    private static double[] Middle(GameEnvironment environment)
    {
        var profile = new double[environment.ProfileLength];
        for (var k = 0; k < profile.Length; k++)
        {
            var choices = environment.Info.Actions[k % environment.ActionDimensions].Choices;
            profile[k] = choices.Count > 0 ? choices[choices.Count / 2] : environment.ActionSpace.Low[k] + 0.6 * (environment.ActionSpace.High[k] - environment.ActionSpace.Low[k]);
        }

        return profile;
    }
}
