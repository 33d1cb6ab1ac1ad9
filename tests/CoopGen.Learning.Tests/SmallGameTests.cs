using CoopGen.Policies;

namespace CoopGen.Learning.Tests;

/// <summary>Games whose answers are known.</summary>
public class SmallGameTests
{
    public static TheoryData<string> OnPolicy => [.. AlgorithmInfo.All.Where(a => a.Hyperparameters.All(h => h.Name != "buffer")).Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(OnPolicy))]
    public void A_team_finds_what_is_best_for_it(string name)
    {
        var game = new SmallGames.TeamworkEnvironment();
        var (steps, given) = SmallGames.Settings.OfTeamwork(name);
        var policy = Train(name, game, steps, 1, given);
        // At most the optimum, in single precision; at least what is asked of every learner, which nine or ten seeds of ten reach (the benchmark games).
        Assert.InRange(Returns(game, policy, stochastic: false)[0], 0.98 * SmallGames.Teamwork.Optimum, SmallGames.Teamwork.Optimum + 1e-3);
    }

    [Fact]
    public void Learners_that_expect_others_to_learn_cooperate_in_the_iterated_dilemma_and_naive_ones_defect()
    {
        var game = new SmallGames.IteratedDilemmaEnvironment();
        // As the benchmark over ten seeds has it, with fewer steps: a weight for each of the five states, values as the game has them.
        var given = new Dictionary<string, double>
        {
            ["environments"] = 64,
            ["bins"] = 2,
            ["hidden_layers"] = 0,
            ["learning_rate"] = 0.05,
            ["discount"] = 0.96,
            ["entropy"] = 0,
            ["opponent_learning_rate"] = 0.1,
            ["opponent_gradient_norm"] = 1e9,
            ["normalize_advantages"] = 0,
            ["normalize_observations"] = 0,
        };
        double[] aware = [.. new ulong[] { 1, 2, 3 }.Select(seed => Returns(game, Train(nameof(LOLA), game, 500_000, seed, given), stochastic: true, 100).Average() / 50)];
        // Both cooperating is −1 a step, both defecting −2; most seeds, as the paper reports.
        Assert.True(aware.Count(reward => reward > -1.2) >= 2, string.Join(' ', aware));
        given["opponent_learning_rate"] = 0;
        Assert.InRange(Returns(game, Train(nameof(LOLA), game, 500_000, 1, given), stochastic: true, 100).Average() / 50, -2.01, -1.9);
    }

    /// <summary>A trained policy.</summary>
    private static TrainedPolicy Train(string name, GameEnvironment game, long steps, ulong seed, Dictionary<string, double> given)
    {
        using var learner = Start(name, game, steps, seed, given);
        learner.Train(steps);
        return learner.Policy();
    }

    private static Learner Start(string name, GameEnvironment game, long steps, ulong seed, Dictionary<string, double> given) =>
        Named(name).Start(game, seed, steps, given.Where(pair => Named(name).Hyperparameters.Any(h => h.Name == pair.Key)).ToDictionary());

    private static AlgorithmInfo Named(string name) => AlgorithmInfo.All.Single(a => a.Name == name);

    /// <summary>Mean returns of the agents.</summary>
    private static double[] Returns(GameEnvironment game, TrainedPolicy policy, bool stochastic, int episodes = 1)
    {
        var played = Evaluation.Play([new(game, [policy.As(stochastic)], 1)], episodes)[0];
        return [.. Enumerable.Range(0, game.AgentCount).Select(agent => played.Average(e => e.Returns[agent]))];
    }
}
