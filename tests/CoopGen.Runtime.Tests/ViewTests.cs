using CoopGen.Views;
using FsCheck;
using FsCheck.Fluent;

namespace CoopGen.Runtime.Tests;

/// <summary>Joint, Parallel and AEC play one and the same step.</summary>
public class ViewTests
{
    [Theory]
    [MemberData(nameof(Environments.Ids), MemberType = typeof(Environments))]
    public void The_three_interfaces_agree_to_the_last_bit(string id) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var (joint, parallel, aec) = (Environments.Make(id), new ParallelView(Environments.Make(id)), new AecView(Environments.Make(id)));
        var (n, d) = (joint.AgentCount, joint.ActionDimensions);
        var (actions, expected, got) = (new double[n * d], new double[n], new double[n]);
        var (seen, revealed) = (new float[parallel.ObservationLength], new float[aec.ObservationLength]);
        Assert.Equal(parallel.ObservationLength + n * d, aec.ObservationLength);
        joint.Reset((ulong)seed);
        parallel.Reset((ulong)seed);
        aec.Reset((ulong)seed);
        var random = new Random(seed);
        for (var step = 0; step < 12 && !joint.HasEnded; step++)
        {
            Environments.Actions(joint, random, actions);
            var result = joint.Step(actions, expected);
            Assert.Equal(result, parallel.Step(actions, got));
            Assert.Equal(expected, got);
            for (var i = 0; i < n; i++)
            {
                Assert.Equal(i, aec.Current);
                aec.Observe(i, revealed);
                for (var k = 0; k < n * d; k++)
                    Assert.Equal(k < i * d ? (float)actions[k] : AecView.NotMoved, revealed[parallel.ObservationLength + k]);
                Assert.Equal(i == n - 1, aec.Step(actions.AsSpan(i * d, d)));
                if (i < n - 1)
                    Assert.All(aec.Rewards.ToArray(), r => Assert.Equal(0, r));
            }

            Assert.Equal(result, aec.LastResult);
            Assert.Equal(expected, aec.Rewards.ToArray());
            Assert.Equal(expected, aec.CumulativeRewards.ToArray());
            Assert.Equal(Environments.State(joint), Environments.State(aec.Environment));
            for (var i = 0; i < Math.Min(n, 5); i++)
            {
                parallel.Observe(i, seen);
                aec.Observe(i, revealed);
                Assert.Equal(seen, revealed[..seen.Length]);
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    [Fact]
    public void An_agents_own_observation_is_laid_out_as_published()
    {
        var view = new ParallelView(Environments.Make("PartnerHoldUp-v0"));
        view.Reset(1);
        view.Step([60, 20], new double[2]);
        var seen = new float[view.ObservationLength];
        view.Observe(1, seen);
        // Own action, the other's, own trust row, own damage row, mean of the other's damage row, own dependency row, progress.
        Assert.Equal(10, seen.Length);
        Assert.Equal(20, seen[0]);
        Assert.Equal(60, seen[1]);
        Assert.Equal(1, seen[3]);
        Assert.Equal(0.85f, seen[7]);
        Assert.Equal(0.01f, seen[^1]);
        Assert.Equal(3, new ParallelView(Environments.Make("PartnerHoldUp-v0"), ObservationConfig.Minimal).ObservationLength);
        Assert.Contains("the parts are own_action", Assert.Throws<ArgumentException>(() => new ParallelView(view.Environment, ObservationConfig.Full.With("feelings"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_action_lets_the_agent_act_again()
    {
        var view = new AecView(Environments.Make("Dilemma-v0"));
        Assert.Throws<InvalidOperationException>(() => view.Step([1]));
        view.Reset(1);
        Assert.Throws<ArgumentException>(() => view.Step([0.5]));
        Assert.Equal(0, view.Current);
        Assert.False(view.Step([1]));
        Assert.True(view.Step([0]));
        Assert.Equal([0.0, 5.0], view.Rewards.ToArray());
    }
}
