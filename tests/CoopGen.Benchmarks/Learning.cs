using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CoopGen.Learning;
using CoopGen.Policies;
using CoopGen.Solving;

namespace CoopGen.Benchmarks;

/// <summary>What an environment can be compared with, integrated mode, team returns.</summary>
/// <param name="Environment">Its id.</param>
/// <param name="BestConstant">The best of the 101 constant policies in the first episode of seed 0.</param>
/// <param name="Percent">Which one it is.</param>
/// <param name="DynamicOptimum">The greatest sum of returns found for that episode.</param>
/// <param name="Equilibrium">What agents earn who respond best to one another in open loops, from the best constant on; null where nobody looked.</param>
/// <param name="Settled">Whether nobody gained by another response.</param>
public sealed record LearningReference(string Environment, double BestConstant, int Percent, double DynamicOptimum, double? Equilibrium, bool? Settled);

/// <summary>A run of a learner with its defaults.</summary>
/// <param name="Environment">Id of the environment.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Timesteps">Environment steps trained.</param>
/// <param name="MeanReturn">Team return, mean of 100 deterministic episodes.</param>
/// <param name="StochasticReturn">The same as it was trained.</param>
/// <param name="BestConstant">The best of the 101 constant policies over the same episodes.</param>
/// <param name="Gains">What each agent gains by its best response found, of its return; null where nobody looked.</param>
/// <param name="Seconds">Seconds of training.</param>
/// <param name="Date">When.</param>
public sealed record LearningCell(string Environment, string Algorithm, ulong Seed, long Timesteps, double MeanReturn, double StochasticReturn, double BestConstant, double[]? Gains, double Seconds, string Date);

/// <summary>
/// What learners earn at the benchmark's budgets. Every cell is written as soon as it is done: a run that was broken off goes on with the next, and more algorithms or seeds are added
/// to what is there.
/// </summary>
public static class LearningRun
{
    /// <summary>Responses are looked for where there are no more agents than this: one takes seconds.</summary>
    private const int MostAgents = 6;

    private const int Episodes = 100;

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Trains what is missing.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="algorithms">Names of algorithms.</param>
    /// <param name="seeds">Seeds; all environments are trained with one before the next.</param>
    /// <param name="threads">Runs side by side.</param>
    /// <param name="ids">Ids of environments; empty for the twenty of the benchmark.</param>
    public static void Measure(string root, IReadOnlyList<string> algorithms, IReadOnlyList<ulong> seeds, int threads, IReadOnlyList<string> ids)
    {
        var path = Path.Combine(Results.Here(root), "learning.json");
        var file = File.Exists(path) ? JsonSerializer.Deserialize<LearningFile>(File.ReadAllText(path), _json)! : new LearningFile();
        foreach (var algorithm in AlgorithmInfo.All.Where(a => algorithms.Contains(a.Name)))
            Settle(file, algorithm);
        Write(path, file);
        // The largest comes last.
        var environments = EnvironmentRegistry.All.Where(e => ids.Count == 0 ? e.Id.EndsWith("-v0", StringComparison.Ordinal) : ids.Contains(e.Id)).Select(e => e.Create(null)).OrderBy(Budget).ThenBy(e => e.AgentCount).ToList();
        var missing = seeds.SelectMany(seed => environments.SelectMany(e => algorithms.Select(name => (Environment: e, Algorithm: AlgorithmInfo.All.First(a => a.Name == name), Seed: seed))))
            .Where(c => c.Algorithm.Refuses(c.Environment) is null && !file.Cells.Any(done => done.Environment == c.Environment.Info.Id && done.Algorithm == c.Algorithm.Name && done.Seed == c.Seed));
        Parallel.ForEach(Partitioner.Create(missing.ToList(), EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = threads }, run =>
        {
            var cell = Train(run.Environment, run.Algorithm, run.Seed);
            lock (file)
            {
                file.Cells.Add(cell);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cell.Environment} {cell.Algorithm} seed {cell.Seed}: {cell.MeanReturn:N0}, {cell.MeanReturn / cell.BestConstant:0.00%} of the best constant, in {cell.Seconds:0} s"));
                Write(path, file);
            }
        });

        // Searches take longer than training: they come last, and go on from what is there, too.
        foreach (var environment in environments.Where(e => file.Cells.Any(c => c.Environment == e.Info.Id) && file.References.All(r => r.Environment != e.Info.Id)))
        {
            file.References.Add(Reference(environment));
            Write(path, file);
        }

        LearningTable.Write(root, file);
        foreach (var environment in environments.Where(e => e.AgentCount <= MostAgents))
            for (var k = 0; k < file.Cells.Count; k++)
                if (file.Cells[k] is { Gains: null } cell && cell.Environment == environment.Info.Id && AlgorithmInfo.All.First(a => a.Name == cell.Algorithm).Family == "independent" && Directory.Exists(PolicyFolder(cell.Environment, cell.Algorithm, cell.Seed)))
                {
                    var found = Exploitability.Of(environment, [TrainedPolicy.Load(PolicyFolder(cell.Environment, cell.Algorithm, cell.Seed))], cell.Seed);
                    file.Cells[k] = cell with { Gains = [.. found.Returns.Select((r, i) => found.Gain(i)!.Value / Math.Abs(r))] };
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cell.Environment} {cell.Algorithm} seed {cell.Seed}: an agent gains {file.Cells[k].Gains!.Max():0.00%} at least"));
                    Write(path, file);
                    LearningTable.Write(root, file);
                }
    }

    /// <summary>What was learnt with other defaults than today's says nothing of a learner: it goes, and is done anew.</summary>
    private static void Settle(LearningFile file, AlgorithmInfo algorithm)
    {
        var today = algorithm.Hyperparameters.ToDictionary(h => h.Name, h => h.Default);
        var then = file.Defaults.GetValueOrDefault(algorithm.Name, today);
        var changed = then.Except(today).Concat(today.Except(then)).Select(pair => pair.Key).Distinct().ToList();
        if (changed.Count > 0)
            Console.Error.WriteLine($"{algorithm.Name} has other defaults now ({string.Join(", ", changed)}): its {file.Cells.RemoveAll(c => c.Algorithm == algorithm.Name)} runs are done anew.");

        file.Defaults[algorithm.Name] = today;
    }

    /// <summary>Where a policy is kept for the searches: not among the results.</summary>
    private static string PolicyFolder(string environment, string algorithm, ulong seed) => Path.Combine(AppContext.BaseDirectory, "policies", string.Create(CultureInfo.InvariantCulture, $"{environment}-{algorithm}-{seed}"));

    /// <summary>Writes the file anew at once.</summary>
    private static void Write(string path, LearningFile file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(file with { Processor = Results.Processor() }, _json) + "\n");
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>The benchmark's number of environment steps.</summary>
    private static long Budget(GameEnvironment environment) => environment.AgentCount == 2 || environment.Info.Id.StartsWith("ReputationMarket", StringComparison.Ordinal) ? 500_000 : 1_000_000;

    private static LearningReference Reference(GameEnvironment environment)
    {
        var best = Evaluation.Constants(environment.Info).Where(c => c.Mode == environment.Mode).MaxBy(c => c.Episode.Returns.Sum())!;
        var optimum = EpisodeOptimizer.Maximize(EpisodeProblem.Team(environment)).Value;
        var responses = environment.AgentCount <= MostAgents ? MutualResponses.Of(environment, new IPolicy?[environment.AgentCount]) : null;
        double? earned = responses is null ? null
            : Play(environment, [.. responses.Sequences.Select(s => new OpenLoopPolicy(s!, environment.ActionDimensions))], 1);
        return new(environment.Info.Id, best.Episode.Returns.Sum(), best.Percent, optimum, earned, responses?.Settled);
    }

    private static LearningCell Train(GameEnvironment environment, AlgorithmInfo algorithm, ulong seed)
    {
        var begun = Stopwatch.GetTimestamp();
        using var learner = algorithm.Start(environment, seed, Budget(environment));
        learner.Train(Budget(environment));
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var policy = learner.Policy();
        policy.Save(PolicyFolder(environment.Info.Id, algorithm.Name, seed));
        return new(environment.Info.Id, algorithm.Name, seed, learner.Steps, Play(environment, [policy], Episodes, seed), Play(environment, [policy.As(stochastic: true)], Episodes, seed), BestConstant(environment, seed), null, Math.Round(seconds, 1),
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    /// <summary>Where an environment draws, other episodes have another best constant.</summary>
    private static double BestConstant(GameEnvironment environment, ulong seed) =>
        Evaluation.Play([.. Enumerable.Range(0, 101).Select(p => new Trial(environment, [new ConstantPolicy(p)], seed))], Episodes).Max(played => played.Average(e => e.Returns.Sum()));

    private static double Play(GameEnvironment environment, IReadOnlyList<IPolicy> policies, int episodes, ulong seed = 0) =>
        Evaluation.Play([new(environment, policies, seed)], episodes)[0].Average(e => e.Returns.Sum());
}

/// <summary>The committed results.</summary>
public sealed record LearningFile
{
    /// <summary>The processor.</summary>
    public string Processor { get; init; } = "";

    /// <summary>How it was made.</summary>
    public string Command { get; init; } = "dotnet run -c Release --project tests/CoopGen.Benchmarks -- learning";

    /// <summary>Hyperparameters that an algorithm's runs were made with.</summary>
    public SortedDictionary<string, Dictionary<string, double>> Defaults { get; init; } = [];

    /// <summary>A row per environment.</summary>
    public List<LearningReference> References { get; init; } = [];

    /// <summary>A row per run.</summary>
    public List<LearningCell> Cells { get; init; } = [];
}
