using CoopGen.Games;
using CoopGen.Policies;

namespace CoopGen.Runtime.Tests;

public class PolicyTests
{
    [Fact]
    public void There_are_103_and_each_is_found_by_its_name()
    {
        Assert.Equal(103, PolicyCatalog.Names.Count);
        Assert.All(PolicyCatalog.Names, n => Assert.Equal(n, PolicyCatalog.Find(n).Name));
        Assert.Contains("Constant_00 to Constant_100", Assert.Throws<ArgumentException>(() => PolicyCatalog.Find("Constant_101")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantPolicy(101));
    }

    [Fact]
    public void A_constant_is_a_part_of_the_largest_endowment()
    {
        var rollout = new Rollout(Environments.Make("PartnerHoldUp-v0"), [PolicyCatalog.Find("Constant_80")]);
        rollout.Reset(1);
        rollout.Step();
        Assert.Equal([96.0, 96.0], rollout.Actions.ToArray());
        Assert.Equal([96.0, 80.0], rollout.Environment.Actions.ToArray());
    }

    [Fact]
    public void Tit_for_tat_copies_round_the_ring()
    {
        var rollout = new Rollout(Environments.Make("DynamicPartnerSelection-v0"), [.. Enumerable.Range(0, 6).Select(i => i == 2 ? PolicyCatalog.Find("Constant_90") : PolicyCatalog.Find("TitForTat"))]);
        rollout.Reset(1);
        rollout.Step();
        Assert.Equal([50.0, 50, 90, 50, 50, 50], rollout.Actions.ToArray());
        rollout.Step();
        Assert.Equal([50.0, 90, 90, 50, 50, 50], rollout.Actions.ToArray());
        rollout.Step();
        Assert.Equal([90.0, 90, 90, 50, 50, 50], rollout.Actions.ToArray());
        rollout.Reset();
        rollout.Step();
        Assert.Equal(50, rollout.Actions[0]);
    }

    [Theory]
    [MemberData(nameof(Environments.Ids), MemberType = typeof(Environments))]
    public void Every_policy_plays_every_environment_without_allocating(string id)
    {
        foreach (var name in new[] { "Random", "TitForTat", "Constant_33" })
        {
            var rollout = new Rollout(Environments.Make(id), [PolicyCatalog.Find(name)]);
            // What outlives episodes is forgotten first; all else follows the seed.
            rollout.Environment.Reset(3, clear: true);
            rollout.PlayEpisode(3);
            var first = rollout.Returns.ToArray();
            rollout.Environment.Reset(3, clear: true);
            rollout.PlayEpisode(3);
            Assert.Equal(first, rollout.Returns.ToArray());
            var before = GC.GetAllocatedBytesForCurrentThread();
            rollout.PlayEpisode(4);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Policies_are_one_or_as_many_as_agents() =>
        Assert.Contains("give one for all or one for each of the 2 agents", Assert.Throws<ArgumentException>(() => new Rollout(Environments.Make("TrustDilemma-v0"), [new RandomPolicy(), new RandomPolicy(), new RandomPolicy()])).Message, StringComparison.Ordinal);

    [Fact]
    public void Power_and_vulnerability_follow_from_dependencies()
    {
        var d = Interdependence.Matrix(2, [new(0, 1, "screens", 2, 0.5), new(0, 1, "patents", 1, 1), new(1, 0, "orders", 1, 0.8)]);
        Assert.Equal([0, 2.0 / 3, 0.8, 0], d);
        Assert.Equal([0.8 / (1 + 2.0 / 3), 2.0 / 3 / 1.8], Interdependence.PowerIndex(d));
        Assert.Equal([2.0 / 3 / 1.8, 0.8 / (1 + 2.0 / 3)], Interdependence.Vulnerability(d));
        Assert.Throws<ArgumentException>(() => Interdependence.Matrix(2, [new(0, 0, "itself", 1, 1)]));
        Assert.Throws<ArgumentException>(() => Interdependence.Matrix(2, [new(0, 1, "nothing", 0, 1)]));
        Assert.Throws<ArgumentException>(() => Interdependence.PowerIndex([1, 2, 3]));
    }

    [Fact]
    public void Welfare_and_surplus_add_up()
    {
        Assert.Equal(6, Welfare.Social([1, 2, 3]));
        Assert.Equal(1, Welfare.Egalitarian([1, 2, 3]));
        Assert.Equal(6, Welfare.Nash([2, 4], [1, -2]));
        Assert.Throws<ArgumentException>(() => Welfare.Nash([2, 4], [1, 5]));
        var environment = Environments.Make("TrustDilemma-v0", new() { ["reward_type"] = "private" });
        environment.Reset(1);
        // 2·(100 − 50 + 20·ln 51 + 0.35·50) against 2·100 when nobody invests.
        Assert.Equal(2 * (100 - 50 + 20 * Math.Log(51) + 0.35 * 50) - 200, Welfare.Surplus(environment, [50, 50]), 1e-10);
    }

    [Fact]
    public void A_signature_changes_with_the_meaning_alone()
    {
        foreach (var info in Environments.All.Where(e => e.Agents < 10))
        {
            Assert.Equal(Signature.Of(info), Signature.Of(info));
            Assert.Equal(Signature.Of(info), Signature.Of(info.Interpret!));
        }

        Assert.Equal(Environments.All.Count, Environments.All.Select(Signature.Of).Distinct().Count());
        var plain = Environments.Find("TrustDilemma-v0");
        Assert.NotEqual(Signature.Of(plain), Signature.Of(p =>
        {
            p!["trust_sensitivity"] = 1.4999;
            return plain.Create(p);
        }));
    }
}
