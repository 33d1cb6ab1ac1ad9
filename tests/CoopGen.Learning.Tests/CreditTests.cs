using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

/// <summary>Who is credited with what: returns, baselines and mean actions.</summary>
public class CreditTests
{
    [Fact]
    public void Returns_to_go_end_where_episodes_do_and_the_baseline_is_that_of_the_others()
    {
        // Two episodes side by side, γ = 0.5; the second is over after two steps, and what is written after it counts for nothing.
        float[] rewards = [1, 10, 2, 20, 4, 99], returns = new float[6], unused = new float[6];
        Gae.Compute(rewards, new float[8], [Ending.None, Ending.None, Ending.None, Ending.Terminated, Ending.Truncated, Ending.None], 0.5, 1, returns, unused);
        Assert.Equal([1 + 0.5f * (2 + 0.5f * 4), 10 + 0.5f * 20, 2 + 0.5f * 4, 20, 4], returns[..5]);
        IndependentREINFORCE.LessOthers(returns, [0, 1, 2, 3, 4], 2);
        Assert.Equal([3f - 20, 20 - 3f, 4 - 20, 20 - 4, 4 - 0], returns[..5]);
    }

    [Fact]
    public void Counterfactual_advantages_have_mean_zero_under_the_policy()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (values, probabilities) = (100 * randn(3, 50, 5), randn(3, 50, 5).softmax(-1));
        var mean = zeros(3, 50);
        for (var bin = 0; bin < 5; bin++)
        {
            var taken = full([3, 50], bin, ScalarType.Int64);
            mean += probabilities.select(-1, bin) * ActionCriticLearner.Counterfactual(values, probabilities, taken);
        }

        // Single precision of values around 100.
        Assert.Equal(0, mean.abs().max().item<float>(), 1e-4f);
        Assert.Equal(values[1, 2, 3].item<float>() - (probabilities[1, 2] * values[1, 2]).sum().item<float>(), ActionCriticLearner.Counterfactual(values, probabilities, full([3, 50], 3, ScalarType.Int64))[1, 2].item<float>(), 1e-3f);
    }

    [Fact]
    public void The_critic_of_COMA_does_not_see_the_action_it_judges_and_sees_all_others()
    {
        const int Heads = 3, BinCount = 4, Rows = 5;
        using var scope = NewDisposeScope();
        var critic = new COMA.Critic(6, Heads, BinCount, [16, 16], 0.05);
        critic.Initialise(new(1, "critic"));
        manual_seed(2);
        var (state, bins) = (randn(Rows, 6), randint(0, BinCount, [Heads, Rows], ScalarType.Int64));
        var before = critic.Forward(state, bins);
        Assert.Equal([Heads, Rows, BinCount], before.shape);
        bins[1] = (bins[1] + 1) % BinCount;
        var change = (critic.Forward(state, bins) - before).abs().amax([2]);
        // What was added is taken away again: up to rounding nothing.
        Assert.Equal(0, change[1].max().item<float>(), 1e-6f);
        Assert.True(change[0].min().item<float>() > 1e-3f && change[2].min().item<float>() > 1e-3f);
    }

    [Fact]
    public void Mean_actions_are_shares_of_the_others()
    {
        using var scope = NewDisposeScope();
        // Three agents with two dimensions of three bins, one row.
        var mean = MeanFieldAC.MeanActions(tensor(new long[] { 0, 2, 1, 2, 1, 0 }).view(6, 1), 2, 3);
        Assert.Equal([3, 1, 6], mean.shape);
        // The others of agent 0 chose 1 and 1 in the first dimension, 2 and 0 in the second.
        Assert.Equal([0, 1, 0, 0.5f, 0, 0.5f], mean[0, 0].data<float>().ToArray());
        Assert.Equal([0.5f, 0.5f, 0, 0.5f, 0, 0.5f], mean[1, 0].data<float>().ToArray());
        Assert.Equal([0.5f, 0.5f, 0, 0, 0, 1], mean[2, 0].data<float>().ToArray());
    }
}
