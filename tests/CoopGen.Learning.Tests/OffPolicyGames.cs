using CoopGen.Learning.Tests.Games;

namespace CoopGen.Learning.Tests;

public class OffPolicyGames
{
    /// <summary>What makes learners fast enough for a test; of a game of one step nothing is discounted.</summary>
    private static readonly Dictionary<string, double> _small = new()
    {
        ["discount"] = 0,
        ["hidden_width"] = 64,
        ["batch"] = 128,
        ["learning_starts"] = 500,
        ["update_ratio"] = 0.5,
        ["learning_rate"] = 3e-3,
        ["critic_learning_rate"] = 3e-3,
        ["target_rate"] = 0.05,
        ["temperature_learning_rate"] = 1e-2,
        ["exploration_steps"] = 2000,
        ["target_interval"] = 50,
    };

    public static TheoryData<string> OffPolicy => [.. AlgorithmInfo.All.Where(a => a.Hyperparameters.Any(h => h.Name == "buffer")).Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(OffPolicy))]
    public void A_team_of_one_step_comes_within_two_percent_of_its_optimum(string name) =>
        Assert.InRange(Trained(name, new Games.QuadraticTeamEnvironment(), 4000), 0.98 * QuadraticTeam.Optimum, QuadraticTeam.Optimum);

    [Fact]
    public void Sums_of_utilities_miss_the_summit_of_the_climbing_game()
    {
        // Of all sums of a row's and a column's number the one nearest to the payoffs, all profiles being equally likely, is greatest at (2, 2).
        Assert.Equal(5, Trained("VDN", new Games.ClimbingEnvironment(), 6000, Exploring(3)), 1e-6);
    }

    [Fact]
    public void Monotonic_mixtures_miss_the_summit_of_the_climbing_game_too()
    {
        // No function that grows with both utilities and is greatest at (0, 0) fits the payoffs better than one that is greatest where 5, 6 or 7 is paid.
        Assert.InRange(Trained("QMIX", new Games.ClimbingEnvironment(), 6000, Exploring(3)), 5, 7);
    }

    [Fact]
    public void Monotonic_mixtures_see_what_sums_do_not_in_the_game_of_two_steps()
    {
        // The paper's figures: QMIX represents the second game exactly and earns 8; VDN believes that it pays 6.5, and so chooses the one that pays 7.
        var exploring = new Dictionary<string, double>(Exploring(2)) { ["discount"] = 0.99 };
        Assert.Equal(8, Trained("QMIX", new Games.TwoStepEnvironment(), 20_000, exploring), 1e-6);
        Assert.Equal(7, Trained("VDN", new Games.TwoStepEnvironment(), 20_000, exploring), 1e-6);
    }

    private static Dictionary<string, double> Exploring(int bins) => new() { ["final_exploration"] = 1, ["bins"] = bins };

    /// <summary>What the team earns in an episode after training, playing deterministically.</summary>
    private static double Trained(string name, GameEnvironment environment, long steps, Dictionary<string, double>? given = null)
    {
        var algorithm = AlgorithmInfo.All.Single(a => a.Name == name);
        var hyper = _small.Concat(given ?? []).GroupBy(p => p.Key).Select(g => g.Last()).Where(p => algorithm.Hyperparameters.Any(h => h.Name == p.Key)).ToDictionary();
        using var learner = algorithm.Start(environment, 1, steps, hyper);
        learner.Train(steps);
        return Policies.Evaluation.Play([new(environment, [learner.Policy()], 1)], 1)[0][0].Returns.Sum();
    }
}
