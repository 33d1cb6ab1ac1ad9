using FsCheck;
using FsCheck.Xunit;

namespace CoopGen.Specs.Tests;

/// <summary>What each environment adds to the mechanisms, on numbers worked by hand.</summary>
public class RuleTests
{
    [Fact]
    public void A_breach_costs_three_times_the_departure_of_each()
    {
        double[] Third(double multiplier)
        {
            var game = Start("CooperativeNegotiation-v0", new() { ["breach_penalty_multiplier"] = multiplier });
            Play(game, 50, 52);
            Assert.Equal([50.0, 52.0], (double[])RecordedReport.Of(game)["current_agreement"]);
            return Play(game, 70, 53);
        }

        var (free, paid) = (Third(0), Third(3));
        Assert.Equal(3 * 20, free[0] - paid[0], 1e-9);
        Assert.Equal(3 * 1, free[1] - paid[1], 1e-9);
    }

    [Fact]
    public void Departing_by_less_than_the_threshold_is_no_breach()
    {
        var game = Start("CooperativeNegotiation-v0");
        Play(game, 50, 52);
        Play(game, 59, 45);
        Assert.Equal(false, RecordedReport.Of(game)["breach_occurred"]);
        Assert.Equal([50.0, 52.0], (double[])RecordedReport.Of(game)["current_agreement"]);
    }

    [Fact]
    public void Tiers_multiply_rewards()
    {
        // Scores after one step: 0.5 + 0.1·(a/100 − 0.5), so 0.55, 0.50, 0.45, 0.45, 0.45: standard, standard and three on probation.
        double[] actions = [100, 50, 0.1, 0.1, 0.1];
        var tiered = Play(Start("ReputationMarket-v0"), actions);
        var plain = Play(Start("ReputationMarket-v0", new() { ["tier_enabled"] = false }), actions);
        double[] bonus = [1, 1, 0.7, 0.7, 0.7];
        for (var i = 0; i < 5; i++)
            Assert.Equal(bonus[i] * plain[i], tiered[i], 1e-9);
    }

    [Fact]
    public void Scores_are_seen_clearly_or_with_noise_that_follows_the_seed()
    {
        static float[] Scores(double visibility, ulong seed)
        {
            var game = TestEnvironments.Make("ReputationMarket-v0", Form.Compiled, new() { ["reputation_visibility"] = visibility });
            game.Reset(seed);
            Play(game, 90, 90, 90, 90, 90);
            return Joint(game)[^5..];
        }

        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f, 0.5f], Scores(1, 7));
        Assert.Equal(Scores(0.8, 7), Scores(0.8, 7));
        Assert.NotEqual(Scores(0.8, 7), Scores(0.8, 8));
        Assert.All(Scores(0, 7), x => Assert.InRange(x, 0, 1));
    }

    [Property]
    public void Synergy_is_drawn_from_its_range_and_follows_the_seed(uint seed)
    {
        var game = TestEnvironments.Make("SynergySearch-v0", Form.Compiled, new() { ["reveal_gamma_in_obs"] = true });
        game.Reset(seed);
        var drawn = Joint(game)[^1];
        Assert.InRange(drawn, 0.2f, 0.9f);
        Play(game, 10, 90);
        Assert.Equal(drawn, Joint(game)[^1]);
        game.Reset();
        Assert.NotEqual(drawn, Joint(game)[^1]);
        game.Reset(seed);
        Assert.Equal(drawn, Joint(game)[^1]);
    }

    [Fact]
    public void Reputation_outlives_the_episode_until_it_is_cleared()
    {
        var game = Start("DynamicPartnerSelection-v0");
        Play(game, 100, 50, 0, 0, 0, 0);
        Assert.Equal([0, 0, 0, 0, 0, 0], Joint(game)[^6..]);
        game.Reset();
        Assert.Equal([0.1f, 0.05f, 0, 0, 0, 0], Joint(game)[^6..]);
        game.Reset(seed: null, clear: true);
        Assert.Equal([0, 0, 0, 0, 0, 0], Joint(game)[^6..]);
    }

    [Fact]
    public void The_disloyal_are_excluded_and_come_back_when_they_have_regained_standing()
    {
        // Effort 5 of 50 loses 0.02 a step: 0.16 after 17, 0.14 after 18. Effort 50 gains 0.02: 0.38 after 12 more, 0.42 after 14.
        var game = Start("CoalitionFormation-v0");
        double[] Members() => (double[])RecordedReport.Of(game)["coalition_members"];
        void Steps(int count, double first)
        {
            for (var k = 0; k < count; k++)
                Play(game, first, 40, 40, 40, 40, 40);
        }

        Steps(17, 5);
        Assert.Equal([0, 1, 2, 3, 4, 5], Members());
        Steps(1, 5);
        Assert.Equal([1, 2, 3, 4, 5], Members());
        Steps(12, 50);
        Assert.Equal([1, 2, 3, 4, 5], Members());
        Steps(2, 50);
        Assert.Equal([1, 2, 3, 4, 5, 0], Members());
    }

    [Fact]
    public void Nobody_is_excluded_from_the_smallest_coalition()
    {
        var game = Start("CoalitionFormation-v0");
        for (var k = 0; k < 40; k++)
            Play(game, 0, 0, 0, 0, 0, 0);
        Assert.Equal([3, 4, 5], (double[])RecordedReport.Of(game)["coalition_members"]);
    }

    [Fact]
    public void Without_trust_the_joint_venture_weighs_by_dependence_alone()
    {
        // a = (50, 50): ln 51 = 3.931826, f = 78.636513, g = 50; π = 50 + f + α·0.65·50 = 146.511513 and 143.261513.
        var game = Start("SLCD-v0", new() { ["trust_enabled"] = false });
        var rewards = Play(game, 50, 50);
        Assert.Equal(238.198881, rewards[0], 1e-6);
        Assert.Equal(269.261414, rewards[1], 1e-6);
        Play(game, 0, 0);
        Assert.Equal(1.0, RecordedReport.Of(game)["mean_trust"]);
        Assert.Equal(0.0, RecordedReport.Of(game)["mean_reputation_damage"]);
    }

    [Fact]
    public void The_race_is_won_when_trust_is_restored()
    {
        var game = Start("RecoveryRace-v0", new() { ["initial_trust"] = 0.85, ["initial_reputation_damage"] = 0 });
        // Trust 0.85 + 0.08·0.15 a step: 0.862, 0.873, 0.883, 0.892, 0.901.
        for (var k = 1; k < 5; k++)
            Assert.False(game.Step([100, 100], new double[2]).Terminated);
        Assert.True(game.Step([100, 100], new double[2]).Terminated);
        Assert.Equal(5.0, RecordedReport.Of(game)["recovery_step"]);
    }

    [Fact]
    public void Maturity_begins_with_loyalty_under_its_cap()
    {
        var game = Start("ApacheProject-v0");
        Assert.Equal(0.5, (double)RecordedReport.Of(game)["mean_loyalty"], 1e-12);
        var effort = new double[40];
        Array.Fill(effort, 50);
        Play(game, effort);
        Assert.Equal(0.5 * 0.7 + 0.02, (double)RecordedReport.Of(game)["mean_loyalty"], 1e-7);
    }

    [Fact]
    public void A_steady_action_is_no_signal_after_the_first_step()
    {
        var game = Start("ReciprocalDilemma-v0", new() { ["reward_type"] = "private" });
        Play(game, 60, 60);
        var rewards = Play(game, 60, 60);
        Assert.Equal(100 - 60 + 20 * Math.Log(61) + 0.5 * 0.65 * 60, rewards[0], 1e-9);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Single_agents_see_the_parts_in_the_documented_number(string id)
    {
        var game = Start(id);
        var n = game.AgentCount;
        int Length(ObservationConfig config) => game.AgentObservationLength(config.Mask(game.Info.AgentParts));
        Assert.Equal(5 * n, Length(ObservationConfig.Realistic));
        Assert.Equal(4 * n + n * n, Length(ObservationConfig.Full));
        Assert.Equal(1 + n, Length(ObservationConfig.Minimal));
        Assert.Equal(6 * n, Length(ObservationConfig.Realistic.With("trust_toward_me")));
    }

    [Property]
    public void Scale_and_normalisation_multiply_rewards(byte first, byte second)
    {
        double[] actions = [first * 0.4, second * 0.4];
        foreach (var (id, greatest) in new[] { ("TrustDilemma-v0", 100.0), ("PartnerHoldUp-v0", 120), ("GiftExchange-v0", 100) })
        {
            var plain = Play(Start(id), actions);
            var scaled = Play(Start(id, new() { ["normalize_rewards"] = true, ["reward_scale"] = 3.0 }), actions);
            for (var i = 0; i < 2; i++)
                Assert.Equal(3 * plain[i] / greatest, scaled[i], 1e-9);
        }
    }

    [Property]
    public void Cooperative_rewards_are_the_mean_of_integrated_ones(byte first, byte second)
    {
        double[] actions = [first * 0.4, second * 0.4];
        foreach (var id in (string[])["TrustDilemma-v0", "PartnerHoldUp-v0", "RecoveryRace-v0", "SLCD-v0", "RenaultNissan-v0"])
        {
            var integrated = Play(Start(id), actions);
            Assert.All(Play(Start(id, new() { ["reward_type"] = "cooperative" }), actions), r => Assert.Equal(integrated.Average(), r, 1e-9));
        }
    }

    public static TheoryData<string> Ids => [.. TestEnvironments.All.Select(e => e.Id)];

    private static GameEnvironment Start(string id, ParameterSet? parameters = null)
    {
        var game = TestEnvironments.Make(id, Form.Compiled, parameters);
        game.Reset(seed: 1, clear: true);
        return game;
    }

    private static double[] Play(GameEnvironment game, params double[] actions)
    {
        var rewards = new double[game.AgentCount];
        game.Step(actions, rewards);
        return rewards;
    }

    private static float[] Joint(GameEnvironment game)
    {
        var observation = new float[game.ObservationLength];
        game.Observe(observation);
        return observation;
    }
}
