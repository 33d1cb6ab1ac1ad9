namespace CoopGen.Specs.Tests;

/// <summary>The <c>-v1</c> environments pay what the reports' equations say.</summary>
public class PublishedTests
{
    public static TheoryData<string, RewardMode, Form> Cases()
    {
        var cases = new TheoryData<string, RewardMode, Form>();
        foreach (var id in PublishedReading.Ids)
            foreach (var mode in Enum.GetValues<RewardMode>())
                foreach (var form in Enum.GetValues<Form>())
                    // Interpreted, a step of a cooperative team takes n⁵ terms: with forty agents minutes.
                    if (id != "ApacheProject-v1" || mode != RewardMode.Cooperative || form == Form.Compiled)
                        cases.Add(id, mode, form);
        return cases;
    }

    [Fact]
    public void Every_environment_of_the_third_and_fourth_report_has_a_published_version() =>
        Assert.Equal(TestEnvironments.All.Where(e => e.Class is "TR-3" or "TR-4" && e.Id.EndsWith("-v0", StringComparison.Ordinal)).Select(e => e.Id.Replace("-v0", "-v1", StringComparison.Ordinal)),
            TestEnvironments.All.Where(e => e.Id.EndsWith("-v1", StringComparison.Ordinal)).Select(e => e.Id));

    /// <summary>Another reading of the same equations, in double precision: equal but for the order of sums, which 1e-11 covers (relative, absolute below 1).</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_is_paid_as_another_reading_of_the_equations_pays(string id, RewardMode mode, Form form)
    {
        var (game, reading, random) = (TestEnvironments.Make(id, form, new() { ["reward_type"] = mode }), new PublishedReading(id), new Random(7));
        game.Reset(seed: 1);
        var (n, rewards) = (game.AgentCount, new double[game.AgentCount]);
        for (var step = 1; step <= (form == Form.Interpreted && n > 9 ? 2 : 40); step++)
        {
            // Long spells of idleness and of effort: loyalty runs dry and comes back, members leave and return.
            var profile = reading.Endowments.Select((e, i) => random.Next(6) switch
            {
                0 => 0,
                1 => e,
                _ => e * ((step / 15 + i) % 2 == 0 ? 0.3 : 1) * random.NextDouble(),
            }).ToArray();
            game.Step(profile, rewards);
            Near($"step {step}, rewards", reading.Step(profile, mode), rewards);
            Told(game, reading, profile, step);
            if (game.HasEnded)
                break;
        }
    }

    private static void Told(GameEnvironment game, PublishedReading reading, double[] profile, int step)
    {
        var report = RecordedReport.Of(game);
        if (report.TryGetValue("loyalty_scores", out var loyalty))
            Near($"step {step}, loyalty", reading.Loyalty, (double[])loyalty);
        if (report.TryGetValue("coalition_members", out var members))
            Assert.Equal(reading.Members.Select(i => (double)i), (double[])members);
        if (!report.TryGetValue("cooperation_signals", out var signals))
            return;
        foreach (var (pair, signal) in (Dictionary<string, double>)signals)
        {
            var j = int.Parse(pair[(pair.IndexOf('>', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture);
            Near($"step {step}, signal {pair}", [reading.Signal(profile, j)], [signal]);
            Near($"step {step}, average {pair}", [reading.Average(j)], [((Dictionary<string, double>)report["memory_averages"])[pair]]);
        }
    }

    [Fact]
    public void A_team_shares_its_output_and_each_bears_its_cost()
    {
        // Q = 25·100^0.7 = 25·25.118864 = 627.971608; a quarter of it is 156.992902.
        var paid = Play(Start("TeamProduction-v1", "private"), 10, 20, 30, 40);
        double[] expected = [146.992902, 136.992902, 126.992902, 116.992902];
        for (var i = 0; i < 4; i++)
            Assert.Equal(expected[i], paid[i], 1e-6);
    }

    [Fact]
    public void Loyalty_adds_part_of_the_teammates_mean_and_of_the_own_cost()
    {
        // Loyalty after the step: 0.5 − 0.05·(0.5 − 0.2) = 0.485 at 10, 0.5 + 0.02·0.8 = 0.516 at 40 of 50.
        // Teammates of agent 0 get 156.992902 − 30 = 126.992902 on average, those of agent 3 get 156.992902 − 20.
        var paid = Play(Start("LoyaltyTeam-v1", "private"), 10, 20, 30, 40);
        Assert.Equal(146.992902 + 0.485 * (0.8 * 126.992902 + 0.3 * 10), paid[0], 1e-5);
        Assert.Equal(116.992902 + 0.516 * (0.8 * 136.992902 + 0.3 * 40), paid[3], 1e-5);
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(0.5)]
    public void A_public_good_pays_what_is_kept_and_an_equal_share(double multiplier)
    {
        var game = Start("PublicGoods-v1", "private", ("multiplier", multiplier), ("phi_B", 0), ("phi_C", 0));
        double[] given = [0, 50, 20, 5, 12.5];
        var paid = Play(game, given);
        for (var i = 0; i < 5; i++)
            Assert.Equal(50 - given[i] + multiplier * 87.5 / 5, paid[i], 1e-12);
    }

    [Fact]
    public void A_public_good_with_loyalty_is_as_worked_by_hand()
    {
        // Agent 1 gives all 50: share 2·87.5/5 = 35, loyalty 0.5 + 0.02 = 0.52. The others gain 35 − 37.5/4 = 25.625 on average.
        var paid = Play(Start("PublicGoods-v1", "private"), 0, 50, 20, 5, 12.5);
        Assert.Equal(35 + 0.52 * (0.6 * 25.625 + 0.2 * 50), paid[1], 1e-6);
    }

    /// <summary>Excluded agents are told, and paid like members.</summary>
    [Fact]
    public void Exclusion_costs_nothing_that_the_report_does_not_name()
    {
        var game = Start("CoalitionFormation-v1", "private", ("exit_threshold", 0.5));
        var paid = Play(game, 0, 0, 0, 25, 25, 25);
        var report = RecordedReport.Of(game);
        Assert.Equal([0.0, 1.0, 2.0], (double[])report["excluded_agents"]);
        // Q/6 with Q = 25·75^0.7; loyalty 0.475; teammates' mean Q/6 − 75/5.
        var share = 25 * Math.Pow(75, 0.7) / 6;
        Assert.Equal(share + 0.475 * 0.7 * (share - 15), paid[0], 1e-5);
    }

    [Theory]
    [InlineData("ReciprocalDilemma", 2)]
    [InlineData("GiftExchange", 2)]
    [InlineData("IndirectReciprocity", 4)]
    [InlineData("GraduatedSanction", 6)]
    [InlineData("AppleAppStore", 3)]
    public void Without_a_past_there_is_no_signal_and_steady_play_sends_none(string name, int n)
    {
        foreach (var mode in (string[])["private", "integrated", "cooperative"])
        {
            var game = Start(name + "-v1", mode);
            for (var step = 1; step <= 12; step++)
            {
                Play(game, [.. Enumerable.Range(0, n).Select(i => 20.0 + i)]);
                var report = RecordedReport.Of(game);
                Assert.All((Dictionary<string, double>)report["cooperation_signals"], s => Assert.Equal(0, s.Value, 1e-14));
                Assert.All((Dictionary<string, double>)report["reciprocity_effects"], s => Assert.Equal(0, s.Value, 1e-14));
            }
        }
    }

    [Fact]
    public void Reciprocity_is_added_and_remembers_past_profiles_only()
    {
        // Private, ReciprocalDilemma: agent 1 gives 40 five times, then 90; agent 0 gives 40 throughout.
        var game = Start("ReciprocalDilemma-v1", "private");
        for (var step = 0; step < 5; step++)
            Play(game, 40, 40);
        var trust = 0.5;
        for (var step = 0; step < 6; step++)
            trust += 0.1 * Math.Tanh(step < 5 ? 10 : 60) * (1 - trust);
        var paid = Play(game, 40, 90);
        // Signal (90 − 40)/100; response tanh 0.5 = 0.4621171573; gate 1 + 0.6·0.5; sensitivity 1·0.5.
        var value = 100 - 40 + 20 * Math.Log(41) + 0.325 * Math.Sqrt(40 * 90);
        Assert.Equal(value + trust * 1.3 * 0.5 * 0.4621171573, paid[0], 1e-9);
        // Agent 1 is answered for nothing: agent 0 did what it always does.
        Assert.Equal(100 - 90 + 20 * Math.Log(91) + 0.325 * Math.Sqrt(40 * 90), paid[1], 1e-9);
    }

    [Fact]
    public void What_is_older_than_the_memory_is_forgotten()
    {
        // GiftExchange remembers 3 steps: after 80 and three times 20 the average is 20, one step earlier it was 40.
        var game = Start("GiftExchange-v1", "private");
        double Average() => ((Dictionary<string, double>)RecordedReport.Of(game)["memory_averages"])["1->0"];
        double[] averages = [.. ((double[])[80, 20, 20, 20, 50]).Select(action =>
        {
            Play(game, action, 30);
            return Average();
        })];
        Assert.Equal([0, 80, 50, 40, 20], averages.Select(x => Math.Round(x, 10)));
    }

    /// <summary>Signals of both agents of GiftExchange count shares of endowments 100 and 80.</summary>
    [Fact]
    public void Signals_are_per_unit_of_the_own_endowment()
    {
        var game = Start("GiftExchange-v1", "private");
        Play(game, 30, 30);
        Play(game, 50, 50);
        var signals = (Dictionary<string, double>)RecordedReport.Of(game)["cooperation_signals"];
        Assert.Equal(20.0 / 100, signals["1->0"], 1e-14);
        Assert.Equal(20.0 / 80, signals["0->1"], 1e-14);
    }

    [Theory]
    [InlineData(2.0, 0, 50)]
    [InlineData(5.0, 50, 50)]
    [InlineData(1.0, 0, 0)]
    [InlineData(0.5, 0, 0)]
    public void A_linear_good_is_all_or_nothing(double multiplier, double free, double optimum)
    {
        var report = RecordedReport.Of(Start("PublicGoods-v1", "private", ("multiplier", multiplier)));
        Assert.Equal(free, report["nash_equilibrium"]);
        Assert.Equal(optimum, report["social_optimum"]);
    }

    [Fact]
    public void Efforts_at_the_corners_are_capped_by_the_endowment()
    {
        var report = RecordedReport.Of(Start("TeamProduction-v1", "private"));
        // (25·0.7/4^1.3)^(1/0.3) = 34.24; (25·0.7)^(1/0.3)/4 is far above 50.
        Assert.Equal(34.24, (double)report["nash_equilibrium"], 0.001);
        Assert.Equal(50.0, report["social_optimum"]);
        report = RecordedReport.Of(Start("LoyaltyTeam-v1", "private", ("n_agents", 2)));
        Assert.Equal(50.0, report["nash_equilibrium"]);
    }

    /// <summary>At ω = 8, β = 0.5, n = 4: free riding at (4/8)² = 0.25 each, the optimum at 4²/4 = 4 each. The compiled gradient is exact up to rounding.</summary>
    [Fact]
    public void Free_riding_is_an_equilibrium_and_the_optimum_is_stationary_for_all_together()
    {
        var game = Start("TeamProduction-v1", "private", ("omega", 8), ("beta", 0.5));
        var report = RecordedReport.Of(game);
        Assert.Equal(0.25, (double)report["nash_equilibrium"], 1e-12);
        Assert.Equal(4, (double)report["social_optimum"], 1e-12);
        var (payoffs, gradient) = (new double[4], new double[16]);
        ((IOneShotGame)game).Gradient([0.25, 0.25, 0.25, 0.25], payoffs, gradient);
        for (var i = 0; i < 4; i++)
            Assert.Equal(0, gradient[i * 4 + i], 1e-12);
        ((IOneShotGame)game).Gradient([4, 4, 4, 4], payoffs, gradient);
        for (var j = 0; j < 4; j++)
            Assert.Equal(0, Enumerable.Range(0, 4).Sum(i => gradient[i * 4 + j]), 1e-12);
    }

    /// <summary>The slope of ω·S^β is infinite at no effort at all; there the derivative of the case that is taken counts, so that nothing is NaN.</summary>
    [Fact]
    public void Without_any_effort_there_is_no_output_and_derivatives_are_finite()
    {
        var game = Start("LoyaltyTeam-v1", "integrated", ("phi_B", 0));
        var (payoffs, gradient) = (new double[4], new double[16]);
        ((IOneShotGame)game).Gradient([0, 0, 0, 0], payoffs, gradient);
        Assert.Equal([0, 0, 0, 0], payoffs);
        Assert.All(gradient, x => Assert.True(double.IsFinite(x)));
        // A linear good has its slope everywhere: −1 + 2/5, and loyalty 0.5 for a fifth of the cost and 0.6 of the others' share.
        game = Start("PublicGoods-v1", "private");
        (payoffs, gradient) = (new double[5], new double[25]);
        ((IOneShotGame)game).Gradient([0, 0, 0, 0, 0], payoffs, gradient);
        Assert.Equal(-1 + 0.4 + 0.5 * (0.6 * 0.4 + 0.2), gradient[0], 1e-12);
    }

    public static TheoryData<int> Figures(string function) => [.. Enumerable.Range(0, FunctionTests.Figures.GetProperty(function).GetArrayLength())];

    [Theory]
    [MemberData(nameof(Figures), "team_production")]
    public void The_private_payoff_is_the_utility_of_the_reference(int number)
    {
        var x = new FormulaCase(FunctionTests.Figures.GetProperty("team_production")[number]);
        var game = new SpecEnvironment(SpecEnvironment.Describe(() => new PublishedTeamFigures(x)), new PublishedTeamFigures(x), new() { ["reward_type"] = "private" });
        game.Reset(seed: 1, clear: true);
        var payoffs = new double[game.AgentCount];
        game.Payoffs(x.Row("actions"), payoffs);
        Near("utility", x.Row("utility"), payoffs, 1e-9);
    }

    /// <summary>One step after the history of the reference, of which the reference counts the last as the present.</summary>
    [Theory]
    [MemberData(nameof(Figures), "reciprocity")]
    public void Memory_after_a_history_holds_its_last_profiles(int number)
    {
        var x = new FormulaCase(FunctionTests.Figures.GetProperty("reciprocity")[number]);
        var game = new SpecEnvironment(SpecEnvironment.Describe(() => new PublishedReciprocityFigures(x)), new PublishedReciprocityFigures(x));
        game.Reset(seed: 1, clear: true);
        var history = x.Rows("history");
        foreach (var actions in history)
            game.Step(actions.AsSpan(0, 2), new double[2]);
        game.Step([1, 2], new double[2]);
        var (k, report) = ((int)x["k"], RecordedReport.Of(game));
        Near("average", [history.TakeLast(k).Average(a => a[0])], [(double)report["memory_average_agent0"]], 1e-9);
        if (k < history.Length)
            Near("average of the reference", [x["memory_average_agent0"]], [(double)report["memory_average_agent0"]], 1e-9);
        foreach (var key in (string[])["bounded_response", "sensitivity"])
            Near(key, [x[key]], [(double)report[key]], 1e-9);
    }

    [Fact]
    public void The_manifest_says_how_it_differs_and_what_is_left_out()
    {
        foreach (var info in TestEnvironments.All.Where(e => e.Id.EndsWith("-v1", StringComparison.Ordinal)))
        {
            var shipped = TestEnvironments.All.Single(e => e.Id == info.Id.Replace("-v1", "-v0", StringComparison.Ordinal));
            Assert.Contains($"Where {shipped.Id} ", info.Summary, StringComparison.Ordinal);
            Assert.Equal(shipped.Parameters.Select(p => p.Name).Order(), info.Parameters.Select(p => p.Name).Order());
            Assert.Equal(shipped.Parameters.OrderBy(p => p.Name).Select(p => p.Default), info.Parameters.OrderBy(p => p.Name).Select(p => p.Default));
            Assert.Equal((shipped.Agents, shipped.Horizon, shipped.Class, shipped.Report), (info.Agents, info.Horizon, info.Class, info.Report));
            Assert.Equal(shipped.AgentNames, info.AgentNames);
            Assert.Equal(shipped.ObservationParts, info.ObservationParts);
            Assert.Contains(shipped.Formulas, f => f.Name == "Modifier");
            Assert.DoesNotContain(info.Formulas, f => f.Name is "Modifier" or "Habit" or "Published");
        }
    }

    private static GameEnvironment Start(string id, string mode, params (string Name, double Value)[] parameters)
    {
        var set = new ParameterSet { ["reward_type"] = mode };
        foreach (var (name, value) in parameters)
            set[name] = value;
        var game = TestEnvironments.Make(id, Form.Compiled, set);
        game.Reset(seed: 1);
        return game;
    }

    private static double[] Play(GameEnvironment game, params double[] actions)
    {
        var rewards = new double[game.AgentCount];
        game.Step(actions, rewards);
        return rewards;
    }

    private static void Near(string what, IReadOnlyList<double> expected, IReadOnlyList<double> got, double tolerance = 1e-11)
    {
        Assert.Equal(expected.Count, got.Count);
        for (var k = 0; k < got.Count; k++)
            Assert.True(Math.Abs(expected[k] - got[k]) <= tolerance * Math.Max(1, Math.Abs(expected[k])), FormattableString.Invariant($"{what}[{k}]: expected {expected[k]:R}, got {got[k]:R}"));
    }
}
