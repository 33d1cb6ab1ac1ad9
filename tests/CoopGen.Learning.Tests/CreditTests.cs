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
        const int BinCount = 5;
        var random = new RandomStream(1, "test");
        float[] values = new float[BinCount], logits = new float[BinCount], probabilities = new float[BinCount];
        for (var draw = 0; draw < 150; draw++)
        {
            random.FillNormal(values);
            random.FillNormal(logits);
            values = Array.ConvertAll(values, value => 100 * value);
            Categorical.LogSoftmax(logits, BinCount, probabilities);
            var mean = Enumerable.Range(0, BinCount).Sum(bin => probabilities[bin] * ActionCriticLearner.Counterfactual(values, probabilities, bin));
            // Single precision of values around 100.
            Assert.Equal(0, mean, 2e-4f);
            Assert.Equal(values[3] - values.Zip(probabilities, (v, p) => v * p).Sum(), ActionCriticLearner.Counterfactual(values, probabilities, 3), 1e-3f);
        }
    }

    [Fact]
    public void The_critic_of_COMA_does_not_see_the_action_it_judges_and_sees_all_others()
    {
        const int Heads = 3, BinCount = 4, Rows = 5;
        var critic = new COMA.Critic(6, Heads, BinCount, [16, 16], 0.05);
        critic.Initialise(new(1, "critic"));
        var random = new RandomStream(2, "test");
        var state = new float[Rows * 6];
        random.FillNormal(state);
        var bins = new long[Heads * Rows];
        for (var k = 0; k < bins.Length; k++)
            bins[k] = random.Below(BinCount);
        var before = Values();
        foreach (ref var bin in bins.AsSpan(Rows, Rows))
            bin = (bin + 1) % BinCount;
        float[][] changes = [.. Values().Zip(before, (now, then) => now.Zip(then, (a, b) => Math.Abs(a - b)).ToArray())];
        // What was added is taken away again: up to rounding nothing.
        Assert.Equal(0, changes[1].Max(), 1e-6f);
        Assert.All(new[] { changes[0], changes[2] }, of => Assert.All(of.Chunk(BinCount), row => Assert.True(row.Max() > 1e-3f)));

        float[][] Values()
        {
            var judge = new COMA.Judge(critic, state, bins);
            judge.Show([0, 1, 2, 3, 4]);
            return [.. Enumerable.Range(0, Heads).Select(head => judge.Values(head).ToArray())];
        }
    }

    [Fact]
    public void Mean_actions_are_shares_of_the_others()
    {
        // Three agents with two dimensions of three bins; of two rows the second is looked at.
        var judge = new MeanFieldAC.Judge(new("critic", 3, [1 + 6, 6], Activation.Tanh), 3, 3, new float[6], [9, 0, 9, 2, 9, 1, 9, 2, 9, 1, 9, 0]);
        judge.Show([1]);
        // The others of agent 0 chose 1 and 1 in the first dimension, 2 and 0 in the second.
        Assert.Equal([0, 1, 0, 0.5f, 0, 0.5f], Mean(0));
        Assert.Equal([0.5f, 0.5f, 0, 0.5f, 0, 0.5f], Mean(1));
        Assert.Equal([0.5f, 0.5f, 0, 0, 0, 1], Mean(2));

        float[] Mean(int agent)
        {
            var mean = new float[6];
            judge.MeanAction(agent, 0, mean);
            return mean;
        }
    }
}
