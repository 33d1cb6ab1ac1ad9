using CoopGen;
using Xunit;

namespace Games.Tests;

public class __Name__Tests
{
    private static readonly ParameterSet _private = new() { { "reward_type", "private" } };

    // Both partners invest 50 where 40 is expected. By hand, with the signal tanh(1.0 * (50 - 40)) = 1.0000:
    //   trust   0.50 + 0.10 * 1.0000 * min(1 - 0.50, 1 - 0.50)         =   0.5500
    //   payoff  100 - 50 + 20 * ln(1 + 50) + 1/2 * 0.70 * sqrt(50 * 50) = 146.1365
    //   saving  10 * 0.5500                                            =   5.5000
    // Four decimals by hand, so equal to 1e-4.
    private const double ByHand = 146.1365 + 5.5000;

    [Fact]
    public void The_first_step_of_the_compiled_environment_pays_what_was_computed_by_hand() =>
        Assert.Equal(ByHand, FirstReward(new __Name__Environment(_private)), tolerance: 1e-4);

    [Fact]
    public void The_spec_run_as_plain_csharp_pays_the_same() =>
        Assert.Equal(ByHand, FirstReward(new SpecEnvironment(new __Name__Environment().Info, new __Name__(), _private)), tolerance: 1e-4);

    [Fact]
    public void Investing_nothing_ends_the_partnership()
    {
        var game = new __Name__Environment();
        var rewards = new double[2];
        game.Reset(seed: 1);
        var result = default(StepResult);
        while (!result.Ended)
            result = game.Step([0, 0], rewards);
        Assert.True(result.Terminated);
        Assert.True(game.StepCount < game.Horizon);
    }

    private static double FirstReward(GameEnvironment game)
    {
        var rewards = new double[2];
        game.Reset(seed: 1);
        game.Step([50, 50], rewards);
        return rewards[0];
    }
}
