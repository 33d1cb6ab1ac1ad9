using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CoopGen.Learning;

/// <summary>
/// An algorithm at work. A run is a function of its setup (with LOLA and IndependentREINFORCE also of the number of threads that TorchSharp uses): interrupted, saved and loaded, it
/// ends with the same weights to the bit.
/// </summary>
public abstract class Learner : IDisposable
{
    /// <summary>Threads that share work at most.</summary>
    internal const int Threads = 2;

    private readonly Dictionary<string, double> _metrics = [];
    // Until then no work is shared.
    private long _aloneUntil;

    /// <param name="setup">What is trained on and with.</param>
    protected Learner(TrainingSetup setup)
    {
        Setup = setup;
    }

    /// <summary>What is trained on and with.</summary>
    public TrainingSetup Setup { get; }

    /// <summary>Environment steps trained on.</summary>
    public abstract long Steps { get; }

    /// <summary>What was measured in the last iteration, such as <c>entropy</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics => _metrics;

    /// <summary>Whether what is played is learnt from, too; what playing costs by itself is timed without.</summary>
    internal bool Learns { get; set; } = true;

    /// <summary>Whether what has nothing in common may be done by two threads; what one does is timed without.</summary>
    internal bool SideBySide { get; set; } = true;

    /// <summary>Part of the run that is done, within [0, 1].</summary>
    protected virtual double Progress => Math.Min(1, (double)Steps / Setup.Timesteps);

    /// <summary>What has been learnt so far; later training does not change it.</summary>
    public abstract TrainedPolicy Policy();

    /// <summary>Trains until at least so many environment steps are taken; an iteration is always finished.</summary>
    /// <param name="timesteps">Environment steps since the beginning of the run.</param>
    /// <param name="afterIteration">Called after every iteration.</param>
    /// <param name="cancellation">Ends the training after the present iteration.</param>
    /// <returns>Whether so many were taken.</returns>
    /// <exception cref="ArithmeticException">A gradient is not finite: the learner cannot go on.</exception>
    public bool Train(long timesteps, Action<Learner>? afterIteration = null, CancellationToken cancellation = default)
    {
        while (Steps < timesteps && !cancellation.IsCancellationRequested)
        {
            _metrics.Clear();
            try
            {
                Iterate();
            }
            catch (ArithmeticException exception)
            {
                throw new ArithmeticException($"{GetType().Name} on {Setup.Environment.Info.Id} cannot go on after step {Steps}: {exception.Message}.", exception);
            }

            afterIteration?.Invoke(this);
        }

        return Steps >= timesteps;
    }

    /// <summary>Saves all that the rest of the run depends on.</summary>
    public void Save(string path)
    {
        using var archive = new Archive();
        Identify(archive);
        Exchange(archive);
        archive.Save(path);
    }

    /// <summary>Goes on from what <see cref="Save"/> wrote of a run with the same setup.</summary>
    /// <exception cref="InvalidDataException">The file is of another run, or is damaged.</exception>
    public void Load(string path)
    {
        using var archive = Archive.Load(path);
        Identify(archive);
        _metrics.Clear();
        Exchange(archive);
    }

    /// <summary>Gives native memory back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether two threads ever had a part in some work.</summary>
    internal bool HasShared { get; private set; }

    /// <summary>Plays some steps and learns from them.</summary>
    protected abstract void Iterate();

    /// <summary>Hands over everything that changes: networks, optimisers, normalisers, buffers, environments, random streams.</summary>
    protected abstract void Exchange(Archive archive);

    /// <summary>Gives native memory back.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Does pieces of work that have nothing in common, each once, by one thread or, where <see cref="SideBySide"/>, by two: by whichever is free, so nothing may depend on which.</summary>
    /// <param name="pieces">Number of pieces.</param>
    /// <param name="work">Does a piece; is given which, and which thread does it, 0 or 1: what it writes on by the way must be that thread's.</param>
    /// <remarks>
    /// Where other work keeps the processor busy, one may wait for the other longer than all would take it alone, pieces being taken to be about as long as one another. Then it goes on alone for many
    /// times what was lost, so that little can be. If pieces are not alike, the longest is to be the first: the caller takes it, and does not wait.
    /// </remarks>
    private protected void Share(int pieces, Action<int, int> work)
    {
        const int Alone = 32;
        var (given, begun) = (-1, Stopwatch.GetTimestamp());
        if (!SideBySide || pieces < 2 || begun < _aloneUntil)
        {
            Go(0);
            return;
        }

        var joined = 0;
        var other = Task.Run(() =>
        {
            if (Interlocked.Exchange(ref joined, 1) == 0)
                Go(1);
        });
        var (own, worked) = (0, 0L);
        try
        {
            own = Go(0);
            worked = Stopwatch.GetTimestamp() - begun;
        }
        finally
        {
            // Whatever happens, nothing goes on changing when this returns. A thread that has not begun is not waited for: it finds nothing to do.
            if (Interlocked.Exchange(ref joined, 1) != 0)
                other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }

        if (own == pieces)
            return;
        other.GetAwaiter().GetResult();
        HasShared = true;
        var ended = Stopwatch.GetTimestamp();
        if (own > 0 && ended - begun - worked * pieces / own is > 0 and var lost)
            _aloneUntil = ended + Alone * lost;

        int Go(int thread)
        {
            var count = 0;
            for (int piece; (piece = Interlocked.Increment(ref given)) < pieces; count++)
                work(piece, thread);
            return count;
        }
    }

    /// <summary>Tells what was measured in this iteration.</summary>
    protected void Measure(string name, double value) => _metrics[name] = value;

    /// <summary>Hands over a hash of each thing that makes the run what it is, and refuses a file in which one is another.</summary>
    private void Identify(Archive archive)
    {
        var environment = Setup.Environment;
        Same("algorithm", GetType().Name);
        Same("environment", environment.Info.Id);
        foreach (var parameter in environment.Info.Parameters)
            Same($"parameter.{parameter.Name}", parameter.Format(environment.Parameter(parameter.Name)));
        foreach (var (name, value) in Setup.Hyperparameters.Values)
            Same($"hyperparameter.{name}", value.ToString(CultureInfo.InvariantCulture));
        Same("seed", Setup.Seed.ToString(CultureInfo.InvariantCulture));
        Same("timesteps", Setup.Timesteps.ToString(CultureInfo.InvariantCulture));

        void Same(string name, string value)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
            var given = hash.ToArray();
            archive.Within("run").Exchange(name, given.AsSpan());
            if (!given.AsSpan().SequenceEqual(hash))
                throw new InvalidDataException($"The file is of another run: its {name.Replace('.', ' ')} is not {value}.");
        }
    }

    /// <summary>The shape of a policy of this environment.</summary>
    /// <param name="joint">Whether one network decides for all on the joint observation.</param>
    /// <param name="actor">The networks.</param>
    /// <param name="head">How their output becomes an action.</param>
    /// <param name="bins">Bins per dimension; 0 for none.</param>
    private protected PolicyShape ShapeOf(bool joint, Mlp actor, PolicyHead head, int bins)
    {
        var environment = Setup.Environment;
        var mask = ObservationConfig.Realistic.Mask(environment.Info.AgentParts);
        return new()
        {
            Algorithm = GetType().Name,
            Environment = environment.Info.Id,
            Agents = environment.AgentCount,
            Dimensions = environment.ActionDimensions,
            Joint = joint,
            Parts = [.. environment.Info.AgentParts.Where((_, k) => (mask >> k & 1) != 0).Select(part => part.Name)],
            Groups = actor.Groups,
            Sizes = actor.Sizes,
            Activation = actor.Activation,
            Head = head,
            Bins = bins,
        };
    }

    /// <summary>A random stream of the run.</summary>
    /// <param name="name">What it is for.</param>
    protected RandomStream Random(string name) => new(Setup.Seed, name);
}
