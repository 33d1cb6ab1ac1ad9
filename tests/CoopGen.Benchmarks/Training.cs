using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CoopGen.Benchmarking;
using CoopGen.Learning;

namespace CoopGen.Benchmarks;

/// <summary>How fast a learner goes, in environment steps per second of one thread.</summary>
/// <param name="Algorithm">The learner.</param>
/// <param name="Environment">What it learns.</param>
/// <param name="Agents">Number of agents.</param>
/// <param name="Environments">Environments played side by side.</param>
/// <param name="Step">Steps of as many environments alone, their actions given.</param>
/// <param name="Playing">With observations, their normalisation, and actions drawn: all of a rollout but learning.</param>
/// <param name="Training">With learning, too, at the package's network sizes and updates per step.</param>
/// <param name="SideBySide">The same with two threads; null where a learner has one only.</param>
/// <param name="Defaults">Trained at our defaults, as users have it.</param>
/// <param name="Updates">Gradient steps per environment step of <paramref name="Training"/>.</param>
/// <param name="Batch">Environment steps that each is made from.</param>
/// <param name="DefaultUpdates">Gradient steps per environment step of <paramref name="Defaults"/>.</param>
/// <param name="DefaultBatch">Environment steps that each of those is made from.</param>
/// <param name="Flops">Floating-point operations per environment step that <paramref name="Training"/> cannot do without.</param>
/// <param name="Bytes">Bytes of optimisers and targets per environment step.</param>
/// <param name="Parameters">Parameters that are learnt.</param>
/// <param name="BytesPerSecond">What an optimiser's pass over so many parameters attains here.</param>
/// <param name="Limit">Steps per second of one thread if only these operations and bytes took time.</param>
/// <param name="Package">The package's steps per second in training; null where there is no figure.</param>
/// <param name="Target">How many times faster this should be.</param>
/// <param name="Hyperparameters">What differs from the defaults in <paramref name="Training"/>.</param>
/// <param name="EnvironmentParameters">What differs from the environment's defaults there.</param>
public sealed record TrainingRow(string Algorithm, string Environment, int Agents, int Environments, double Step, double Playing, double Training, double? SideBySide, double Defaults, double Updates, double Batch, double DefaultUpdates,
    double DefaultBatch, double Flops, double Bytes, double Parameters, double BytesPerSecond, double Limit, double? Package, double Target, IReadOnlyDictionary<string, double> Hyperparameters, IReadOnlyDictionary<string, double> EnvironmentParameters)
{
    /// <summary>How many times the package's pace it is.</summary>
    public double? VersusPackage => Math.Max(Training, SideBySide ?? 0) / Package;

    /// <summary>The limit of as many threads as <see cref="VersusPackage"/> has: two where the learner has two.</summary>
    public double LimitOfAll => SideBySide is null ? Limit : 2 * Limit;

    /// <summary>Part of <see cref="Limit"/> that <see cref="Training"/> reaches: both are of one thread.</summary>
    public double OfLimit => Training / Limit;
}

/// <summary>How fast learners play and learn, beside the package and beside what arithmetic allows.</summary>
public static class TrainingSpeed
{
    /// <summary>Median of so many measurements.</summary>
    private const int Measurements = 3;

    /// <summary>Least seconds of a measurement.</summary>
    private const double Stepping = 0.1, Playing = 0.2, Learning = 0.4;

    /// <summary>Schedules are at their beginning throughout.</summary>
    private const long Timesteps = 1_000_000;

    private const double OnPolicyTarget = 100, OffPolicyTarget = 50;

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Measures learners, then the memory that two of them take with forty agents; prints what came out and, if that is all of them, writes it.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="command">How it was called.</param>
    /// <param name="names">Names of algorithms; empty for all.</param>
    /// <exception cref="ArgumentException">There is no such algorithm.</exception>
    public static void Measure(string root, string command, IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => AlgorithmInfo.All.All(a => a.Name != name)) is { } unknown)
            throw new ArgumentException($"There is no algorithm '{unknown}'; there are {string.Join(", ", AlgorithmInfo.All.Select(a => a.Name))}.", nameof(names));
        LibTorch.Load();
        var rates = (Fused: Attainable.Fused(), Dense: Attainable.Dense(), Torch: Attainable.Torch());
        var flopRate = Math.Max(rates.Fused, Math.Max(rates.Dense, rates.Torch));
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "tests", "CoopGen.Benchmarks", "data", "package.json")));
        var paces = package.RootElement.GetProperty("training_steps_per_second");
        var rows = new List<TrainingRow>();
        var (begun, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        foreach (var algorithm in AlgorithmInfo.All.Where(a => names.Count == 0 || names.Contains(a.Name)))
        {
            rows.Add(Row(algorithm, flopRate, paces.TryGetProperty(algorithm.Name, out var pace) ? pace.GetDouble() : null));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{algorithm.Name}: {rows[^1].Training:N0} steps/s, {rows[^1].OfLimit:0.00} of the limit"));
        }

        var share = (Environment.CpuUsage.TotalTime - busy) / Stopwatch.GetElapsedTime(begun);
        var peaks = TrainingMemory.InChildren(names);
        var text = Table(rows, peaks, rates, flopRate, share, command);
        Console.WriteLine(text);
        if (names.Count == 0)
            Write(root, command, rows, peaks, rates, share, text);
        if (peaks.FirstOrDefault(p => p.Bytes >= TrainingMemory.Most) is { } excess)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{excess.Algorithm} took {excess.Bytes:N0} bytes on {excess.Environment}; it must take less than {TrainingMemory.Most:N0}."));
    }

    private static void Write(string root, string command, List<TrainingRow> rows, IReadOnlyList<TrainingPeak> peaks, (double Fused, double Dense, double Torch) rates, double share, string text)
    {
        var folder = Results.Here(root);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "training.md"), text);
        File.WriteAllText(Path.Combine(folder, "training.json"), JsonSerializer.Serialize(new
        {
            Processor = Results.Processor(),
            Date = Today(),
            Command = command,
            ShareOfCore = share,
            FlopsPerSecond = new { rates.Fused, rates.Dense, rates.Torch },
            Rows = rows,
            Memory = peaks,
        }, _json) + "\n");
    }

    /// <summary>The package's network sizes, and as many updates from as much data per environment step as it makes.</summary>
    /// <remarks>
    /// Its MAPPO and FCP make ten steps from a whole rollout each. Where every agent learns in environments of its own, as many rows are of n times as many environment steps. REINFORCE and
    /// LOLA learn from windows of 128 steps there, from whole episodes here: two of 64 steps.
    /// </remarks>
    private static (Dictionary<string, double> Hyperparameters, Dictionary<string, double> Environment) AsPackage(AlgorithmInfo algorithm, int agents)
    {
        Dictionary<string, double> hyper = algorithm.Name switch
        {
            nameof(IPPO) or nameof(JointPPO) => Ppo(64),
            nameof(SelfPlay_PPO) => Ppo(64.0 / agents),
            nameof(MAPPO) => Ppo(2048),
            nameof(FCP) => new(Ppo(2048)) { ["population_share"] = 0.01 },
            nameof(IA2C) or nameof(JointA2C) => new() { ["rollout"] = 5, ["environments"] = 1 },
            nameof(IndependentREINFORCE) or nameof(LOLA) => new() { ["environments"] = 2 },
            nameof(COMA) => new() { ["rollout"] = 128, ["minibatch"] = 128, ["epochs"] = 1, ["environments"] = 16 },
            nameof(MeanFieldAC) => new() { ["rollout"] = 2048, ["minibatch"] = 2048, ["epochs"] = 1, ["environments"] = 16 },
            nameof(ISAC) or nameof(JointSAC) => OffPolicy(1, 256, 100_000),
            nameof(MASAC) or nameof(MADDPG) or nameof(MATD3) or nameof(M3DDPG) => OffPolicy(0.25, 256, 100_000),
            nameof(QMIX) or nameof(VDN) => new(OffPolicy(1, 32, 5000)) { ["target_interval"] = 1000 },
            var other => throw new ArgumentException($"What the package does in {other} is not known."),
        };
        (hyper["hidden_width"], hyper["hidden_layers"]) = (algorithm.Name is nameof(QMIX) or nameof(VDN) ? 64 : 128, 2);
        if (algorithm.Hyperparameters.Any(p => p.Name == "share_parameters"))
            hyper["share_parameters"] = 0;
        return (hyper, algorithm.Name is nameof(IndependentREINFORCE) or nameof(LOLA) ? new() { ["max_steps"] = 64 } : []);

        static Dictionary<string, double> Ppo(double minibatch) => new() { ["rollout"] = 2048, ["minibatch"] = minibatch, ["epochs"] = 10, ["environments"] = 0 };
        static Dictionary<string, double> OffPolicy(double ratio, double batch, double buffer) =>
            new() { ["update_ratio"] = ratio, ["batch"] = batch, ["buffer"] = buffer, ["environments"] = 16, ["learning_starts"] = 256 };
    }

    private static TrainingRow Row(AlgorithmInfo algorithm, double flopRate, double? package)
    {
        // TrustDilemma, or the game with the fewest agents that the learner does not refuse.
        var environment = EnvironmentRegistry.All.Where(e => e.Id.EndsWith("-v0", StringComparison.Ordinal)).Select(e => e.Create(null))
            .Where(e => algorithm.Refuses(e) is null).OrderBy(e => e.Info.Id == "TrustDilemma-v0" ? 0 : e.AgentCount).First();
        var (given, changed) = AsPackage(algorithm, environment.AgentCount);
        var changes = new ParameterSet();
        foreach (var (name, value) in changed)
            changes[name] = (int)value;
        var asPackage = environment.Info.Create(changes);
        // Best responses are what FCP is timed by: its teams learn by PPO.
        Dictionary<string, double> own = algorithm.Name == nameof(FCP) ? new() { ["population_share"] = given["population_share"] } : [];
        var cost = TrainingCost.Of(algorithm, asPackage, new(algorithm, given));
        var ownCost = TrainingCost.Of(algorithm, environment, new(algorithm, own));
        var byteRate = Attainable.PassedBytes((int)cost.Parameters);
        var (environments, training, sideBySide, playing, offPolicy) = Learn(algorithm, asPackage, given);
        return new(algorithm.Name, environment.Info.Id, environment.AgentCount, environments, Step(asPackage, environments), playing, training, sideBySide, Learn(algorithm, environment, own) is var ours && ours.SideBySide > 0 ? ours.SideBySide.Value : ours.Training, cost.Updates, cost.Batch, ownCost.Updates,
            ownCost.Batch, cost.Flops, cost.Bytes, cost.Parameters, byteRate, cost.Limit(flopRate, byteRate), package, offPolicy ? OffPolicyTarget : OnPolicyTarget, given, changed);
    }

    private static double Step(GameEnvironment environment, int environments)
    {
        using var play = new BatchPlay(environment, environments);
        return Median(Stepping, () =>
        {
            for (var k = 0; k < 1000; k++)
                play.Step(Rows.None);
            return 1000L * environments;
        });
    }

    private static (int Environments, double Training, double? SideBySide, double Playing, bool OffPolicy) Learn(AlgorithmInfo algorithm, GameEnvironment environment, Dictionary<string, double> given)
    {
        using var learner = algorithm.Start(environment, 1, Timesteps, given);
        // Buffers are full, and populations complete, before anything is timed.
        var offPolicy = learner is OffPolicyLearner;
        learner.Learns = !offPolicy;
        learner.Train(offPolicy ? (long)Math.Max(learner.Setup.Hyperparameters["buffer"], learner.Setup.Hyperparameters["learning_starts"]) : 1);
        while (learner is FCP { IsFrozen: false })
            Go();
        learner.Learns = true;
        var sideBySide = Median(Learning, Go);
        learner.SideBySide = false;
        var training = Median(Learning, Go);
        learner.Learns = false;
        var playing = Median(Playing, Go);
        return (learner switch { OffPolicyLearner off => off.Environments, RolloutLearner on => on.Environments, _ => throw new InvalidOperationException($"{algorithm.Name} is neither on nor off its policy.") }, training, learner.HasShared ? sideBySide : null, playing, offPolicy);

        long Go()
        {
            var before = learner.Steps;
            learner.Train(before + 1);
            return learner.Steps - before;
        }
    }

    /// <summary>Steps per second: the median of some measurements, after one that does not count.</summary>
    /// <param name="seconds">Least seconds of each.</param>
    /// <param name="go">Goes on and tells how many steps that were.</param>
    private static double Median(double seconds, Func<long> go)
    {
        var paces = new double[1 + Measurements];
        for (var k = 0; k < paces.Length; k++)
        {
            var (begun, steps) = (Stopwatch.GetTimestamp(), 0L);
            TimeSpan passed;
            do
            {
                steps += go();
                passed = Stopwatch.GetElapsedTime(begun);
            }
            while (passed.TotalSeconds < seconds);
            paces[k] = steps / passed.TotalSeconds;
        }

        return paces[1..].Order().ElementAt(Measurements / 2);
    }

    private static string Table(List<TrainingRow> rows, IReadOnlyList<TrainingPeak> peaks, (double Fused, double Dense, double Torch) rates, double flopRate, double share, string command)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # How fast learners learn

            Environment steps per second of one thread, but for *two threads*, where actors and critics of PPO and A2C, halves of a rollout of COMA and MeanFieldAC, and agents, twins or halves of a draw of SAC and DDPG are learnt from side by side (of QMIX and VDN only where draws are larger than here), and *defaults*, which has them, too. {Results.Processor()}, {Today()}, `{command}`; all figures and settings are in [training.json](training.json). *Step* is the batch alone with as many environments as
            the learner plays, their actions given; *played* has observations, their normalisation and the drawing of actions, too; *trained* has learning, too, with the package's network sizes and its
            updates × environment steps per update; *defaults* is trained with ours. In *trained* every learner has a network per agent but those of one joint agent, which is what the package's IPPO, IA2C, ISAC and
            SelfPlay_PPO are. *Package* is its pace in TrustDilemma-v0, measured at another time, so *× package* is indicative only; *target* is {OnPolicyTarget} for learners on their policy and {OffPolicyTarget} for
            those off it, *beyond the limit* where not even twice the limit (the limit where a learner has one thread only) allows it. FCP is timed while it learns best responses; IndependentREINFORCE and LOLA, which learn from whole episodes, make up the package's
            128 steps from two of 64. *Limit* is what arithmetic and optimisers allow one thread, and *of limit* the part of it that *trained*, also of one thread, comes to: the operations of all passes through all networks at {flopRate / 1e9:0} G per second
            (attained here by fused multiply-adds: {rates.Fused / 1e9:0}, the learners' own kernel: {rates.Dense / 1e9:0}, libtorch: {rates.Torch / 1e9:0}), and the bytes of optimisers and targets at the pace of such
            a pass over as many parameters; `TrainingCost.cs` has the formulas. While this was measured, the process had {share:0.00} of a core: more than 1 where nothing else is at work.


            """);
        foreach (var group in rows.GroupBy(r => (r.Environment, r.Agents)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{group.Key.Environment}, {group.Key.Agents} agents:\n\n");
            text.Append("| learner | environments | step | played | trained | two threads | updates × steps | defaults | updates × steps | package | × package | target | limit | of limit |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
            foreach (var row in group)
                text.Append(CultureInfo.InvariantCulture, $"| {row.Algorithm} | {row.Environments} | {row.Step:N0} | {row.Playing:N0} | {row.Training:N0} | {row.SideBySide:N0} | {Ratio(row.Updates, row.Batch)} | {row.Defaults:N0} | {Ratio(row.DefaultUpdates, row.DefaultBatch)} | {row.Package:N0} | {row.VersusPackage:N0} | {Target(row)} | {row.Limit:N0} | {row.OfLimit:0.00} |\n");
            text.Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"Most memory that a process of its own ever held, with the buffer full and some updates made from it; it must stay below {TrainingMemory.Most / 1e9:0.0} GB:\n\n| learner | environment | agents | buffer | peak |\n|---|---|--:|--:|--:|\n");
        foreach (var peak in peaks)
            text.Append(CultureInfo.InvariantCulture, $"| {peak.Algorithm} | {peak.Environment} | {peak.Agents} | {peak.Buffer:N0} | {peak.Bytes / 1e9:0.00} GB |\n");
        return text.ToString();
    }

    private static string Target(TrainingRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Target}{(row.VersusPackage is not { } versus ? "" : versus >= row.Target ? ": reached" : row.LimitOfAll < row.Target * row.Package ? ": beyond the limit" : ": missed")}");

    private static string Ratio(double updates, double batch) => string.Create(CultureInfo.InvariantCulture, $"{updates:0.####} × {batch:0.#}");

    private static string Today() => DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
