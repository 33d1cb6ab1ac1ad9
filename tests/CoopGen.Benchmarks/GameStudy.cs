using System.Globalization;
using System.Text;
using System.Text.Json;
using CoopGen.Learning;
using CoopGen.Policies;

namespace CoopGen.Benchmarks;

/// <summary>Whether learners find what is best in small games whose answers are known.</summary>
public static class GameStudy
{
    private const int Seeds = 10;
    private const int Looks = 9;

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Trains all, and writes what they earn.</summary>
    public static void Measure(string root, string command)
    {
        var team = new SmallGames.TeamworkEnvironment();
        var teamwork = AlgorithmInfo.All.Where(a => a.Refuses(team) is null).SelectMany(a => Runs(a, team, SmallGames.Settings.OfTeamwork(a.Name), e => e.Returns.Average())).ToList();
        AlgorithmInfo[] utilities = [QMIX.Algorithm, VDN.Algorithm];
        var matrices = utilities.SelectMany(a => Runs(a, new SmallGames.ClimbingEnvironment(), SmallGames.Settings.OfClimbing, e => e.Returns.Sum())
            .Concat(Runs(a, new SmallGames.TwoStepEnvironment(), SmallGames.Settings.OfTwoStep, e => e.Returns.Sum()))).ToList();
        AlgorithmInfo[] circling = [SelfPlay_PPO.Algorithm, FCP.Algorithm];
        var turns = circling.SelectMany(Turns).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Small games with known answers

            {Seeds} seeds, then an episode as policies play it without noise. {Results.Processor()}, {DateTime.UtcNow:yyyy-MM-dd}, `{command}`; every run is in [games.json](games.json),
            settings are in `tests/CoopGen.SmallGames/Settings.cs`. Interquartile means with 95 % bootstrap intervals.

            Teamwork-v0, one step, three agents, all paid alike: in percent of the optimum.

            | learner | steps | of the optimum | within 2 % of it |
            |---|--:|--:|--:|

            """);
        foreach (var runs in teamwork.GroupBy(r => r.Algorithm))
        {
            double[] scores = [.. runs.Select(r => 100 * r.Earned / SmallGames.Teamwork.Optimum)];
            var all = Interquartile.Of([scores]);
            text.Append(CultureInfo.InvariantCulture, $"| {runs.Key} | {runs.First().Steps:N0} | {all.Mean:0.00} [{all.Low:0.00}, {all.High:0.00}] | {scores.Count(score => score >= 98)} of {Seeds} |\n");
        }

        text.Append("\nWhat mixtures of utilities can say: in the climbing game (11 beside −30) no mixture that grows with every utility finds 11, sums find the safe 5; in the game of two steps the best is 8, and sums take 7 (Rashid et al. 2018).\n\n| learner | game | steps | team's return | seeds by return |\n|---|---|--:|--:|--:|\n");
        foreach (var runs in matrices.GroupBy(r => (r.Algorithm, r.Environment)))
        {
            var all = Interquartile.Of([[.. runs.Select(r => r.Earned)]]);
            var counts = string.Join(", ", runs.GroupBy(r => Math.Round(r.Earned, 3)).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} × {g.Key}")));
            text.Append(CultureInfo.InvariantCulture, $"| {runs.Key.Algorithm} | {runs.Key.Environment} | {runs.First().Steps:N0} | {all.Mean:0.00} [{all.Low:0.00}, {all.High:0.00}] | {counts} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"""

            Cycle-v0: each corner of the square is beaten by the next. Expected: whoever answers the newest copies goes round, and an answer to a frozen population does not. Of the corner that the first
            agent is nearest to, looked at {Looks} times while the population of fictitious co-play is frozen: how often it is another than before, and turns to the one that beats that less turns back.

            | learner | steps | changes | turns on |
            |---|--:|--:|--:|

            """);
        foreach (var runs in turns.GroupBy(r => r.Algorithm))
        {
            var pairs = runs.Select(r => r.Corners.Zip(r.Corners.Skip(1)).ToList()).ToList();
            var changes = Interquartile.Of([[.. pairs.Select(p => (double)p.Count(c => c.First != c.Second))]]);
            var next = Interquartile.Of([[.. pairs.Select(p => (double)p.Sum(c => ((c.Second - c.First + 4) % 4) switch { 1 => 1, 3 => -1, _ => 0 }))]]);
            text.Append(CultureInfo.InvariantCulture, $"| {runs.Key} | {runs.First().Steps:N0} | {changes.Mean:0.0} [{changes.Low:0.0}, {changes.High:0.0}] of {Looks - 1} | {next.Mean:0.0} [{next.Low:0.0}, {next.High:0.0}] |\n");
        }

        Directory.CreateDirectory(Results.Here(root));
        File.WriteAllText(Path.Combine(Results.Here(root), "games.md"), text.ToString());
        File.WriteAllText(Path.Combine(Results.Here(root), "games.json"), JsonSerializer.Serialize(new
        {
            Processor = Results.Processor(),
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Command = command,
            Runs = teamwork.Concat(matrices),
            Turns = turns,
        }, _json) + "\n");
    }

    /// <summary>The corners that the first agent's policy is nearest to without noise, one look after the other.</summary>
    private static IEnumerable<Turning> Turns(AlgorithmInfo algorithm)
    {
        var game = new SmallGames.CycleEnvironment();
        var (steps, given) = SmallGames.Settings.OfCycle(algorithm.Name);
        float[] observation = new float[game.AgentObservationLength(ulong.MaxValue)], action = new float[2];
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            using var learner = algorithm.Start(game, seed, steps, given);
            game.Reset(seed);
            game.Observe(0, ulong.MaxValue, observation);
            var corners = new int[Looks];
            for (var look = 0; look < Looks; look++)
            {
                learner.Train(steps - (Looks - 1 - look) * (steps / 20));
                if (learner is FCP { IsFrozen: false })
                    throw new InvalidOperationException($"The population is not frozen after {learner.Steps} of {steps} steps; look later.");
                learner.Policy().Draw(0, observation, new float[2], action);
                corners[look] = SmallGames.Cycle.Corner(action[0], action[1]);
            }

            Console.Error.WriteLine($"{game.Info.Id} {algorithm.Name} seed {seed}: {string.Join(' ', corners)}");
            yield return new(algorithm.Name, game.Info.Id, seed, steps, corners);
        }
    }

    private static IEnumerable<Row> Runs(AlgorithmInfo algorithm, GameEnvironment game, (long Steps, Dictionary<string, double> Given) settings, Func<EpisodeResult, double> earned)
    {
        var given = settings.Given.Where(p => algorithm.Hyperparameters.Any(h => h.Name == p.Key)).ToDictionary();
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            using var learner = algorithm.Start(game, seed, settings.Steps, given);
            learner.Train(settings.Steps);
            var row = new Row(algorithm.Name, game.Info.Id, seed, settings.Steps, Math.Round(earned(Evaluation.Play([new(game, [learner.Policy()], seed)], 1)[0][0]), 4));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Environment} {row.Algorithm} seed {seed}: {row.Earned}"));
            yield return row;
        }
    }

    private sealed record Turning(string Algorithm, string Environment, ulong Seed, long Steps, int[] Corners);

    private sealed record Row(string Algorithm, string Environment, ulong Seed, long Steps, double Earned);
}
