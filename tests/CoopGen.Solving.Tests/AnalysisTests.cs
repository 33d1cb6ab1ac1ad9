namespace CoopGen.Solving.Tests;

public class AnalysisTests
{
    public static TheoryData<string> Ids => [.. EnvironmentRegistry.All.Select(e => e.Id)];

    [Theory]
    [InlineData(3, 5, 0, 1, DilemmaClass.PrisonersDilemma, "T > R > P > S")]
    [InlineData(3, 5, 1, 0, DilemmaClass.Chicken, "T > R > S > P")]
    [InlineData(5, 3, 0, 1, DilemmaClass.StagHunt, "R > T > P > S")]
    [InlineData(5, 3, 1, 0, DilemmaClass.Harmony, "R > T > S > P")]
    [InlineData(1, 5, 0, 3, DilemmaClass.Deadlock, "T > P > R > S")]
    [InlineData(1, 5, 3, 2, DilemmaClass.AntiCoordination, "T > S > P > R")]
    [InlineData(2, 1, 0, 3, DilemmaClass.Coordination, "P > R > T > S")]
    [InlineData(1, 0, 5, 3, DilemmaClass.ReversedDilemma, "S > P > R > T")]
    [InlineData(2, 2, 2, 2, DilemmaClass.None, "T = R = P = S")]
    public void Four_payoffs_have_the_class_of_the_textbooks(double r, double t, double s, double p, DilemmaClass expected, string order)
    {
        var payoffs = new DilemmaPayoffs(r, t, s, p);
        Assert.Equal(expected, payoffs.Class);
        Assert.Equal(order, payoffs.Order);
        // Names do not depend on the unit of payoff.
        Assert.Equal(expected, new DilemmaPayoffs(7 * r + 2, 7 * t + 2, 7 * s + 2, 7 * p + 2).Class);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Payoffs_are_those_of_the_compiled_game(string id)
    {
        var environment = Problems.Info(id).Create(null);
        var analysis = DilemmaAnalysis.Of(environment);
        var (first, n) = (analysis.States[0], environment.AgentCount);
        environment.Reset(0, clear: true);
        var payoffs = new double[n];
        double[] Mixed(int agent, double[] mine, double[] others) => [.. others.Select((a, k) => k / environment.ActionDimensions == agent ? mine[k] : a)];
        double Pays(int agent, double[] profile)
        {
            ((IOneShotGame)environment).Payoffs(profile, payoffs);
            return payoffs[agent];
        }

        for (var i = 0; i < n; i++)
        {
            Assert.Equal(Pays(i, first.Cooperating), first.Agents[i].Reward);
            Assert.Equal(Pays(i, Mixed(i, first.FreeRiding, first.Cooperating)), first.Agents[i].Temptation);
            Assert.Equal(Pays(i, Mixed(i, first.Cooperating, first.FreeRiding)), first.Agents[i].Sucker);
            Assert.Equal(Pays(i, first.FreeRiding), first.Agents[i].Punishment);
        }

        // The ends of the diagram are the four payoffs; sums in another order differ by rounding.
        var (mean, tolerance) = (first.Mean, 1e-9 * Math.Abs(first.Mean.Reward));
        Assert.Equal(mean.Reward, first.Schelling[^1].Cooperating, tolerance);
        Assert.Equal(mean.Temptation, first.Schelling[^1].FreeRiding, tolerance);
        Assert.Equal(mean.Sucker, first.Schelling[0].Cooperating, tolerance);
        Assert.Equal(mean.Punishment, first.Schelling[0].FreeRiding, tolerance);
        Assert.Equal(n, first.Schelling.Count);
        Assert.True(first.FreeRidingCertified);
        var anarchy = analysis.Anarchy;
        Assert.All(anarchy.Equilibria, sum => Assert.True(sum <= anarchy.Optimum * (1 + 1e-9)));
        Assert.True(anarchy.OfAnarchy >= 1 - 1e-9 && anarchy.OfStability <= anarchy.OfAnarchy);
        Assert.Equal(["after the reset", "after riding free", "after cooperating"], analysis.States.Take(3).Select(s => s.Name));
    }

    [Fact]
    public void Trust_at_steady_state_is_what_the_actions_lead_to()
    {
        // RenaultNissan never ends early; riding free lies below the baselines, and the best constant policy above them.
        var analysis = DilemmaAnalysis.Of(Problems.Info("RenaultNissan-v0").Create(null));
        Assert.Equal("after Constant_32", analysis.States[3].Name);
        Assert.Equal(0, analysis.States[1].Levels["mean_trust"], 1e-6);
        Assert.True(analysis.States[3].Levels["mean_trust"] > 0.9);
        Assert.All(analysis.States.Skip(1), s => Assert.True(s.Steady));
        // Without trust others' payoffs do not count, so the equilibrium of what is paid is that of private payoffs, and nobody gains by leaving it.
        Assert.True(analysis.States[1].Mean.Fear >= 0);
    }

    [Theory]
    [InlineData("TrustDilemma-v0", 5)]
    [InlineData("PartnerHoldUp-v0", 4)]
    [InlineData("TeamProduction-v0", 3)]
    public void A_game_in_Gambits_format_is_read_back_as_it_was(string id, int levels)
    {
        var environment = Problems.Info(id).Create(null);
        environment.Reset(seed: 0);
        var game = NormalForm.Of(environment, levels);
        var text = game.ToNfg();
        Assert.StartsWith($"NFG 1 R \"{id}", text, StringComparison.Ordinal);
        var read = NormalForm.FromNfg(text);
        Assert.Equal(game.Title, read.Title);
        Assert.Equal(game.Players, read.Players);
        Assert.Equal(game.Strategies, read.Strategies);
        Assert.Equal(game.Payoffs, read.Payoffs);
        Assert.Equal(Math.Pow(levels, game.Players.Count) * game.Players.Count, game.Payoffs.Count);
        // The second profile is the one in which the first player has moved on.
        var (profile, payoffs) = (environment.ActionSpace.Low.ToArray(), new double[environment.AgentCount]);
        profile[0] += (environment.ActionSpace.High[0] - profile[0]) / (levels - 1);
        ((IOneShotGame)environment).Payoffs(profile, payoffs);
        Assert.Equal(payoffs, game.Payoffs.Skip(payoffs.Length).Take(payoffs.Length));
    }

    [Fact]
    public void A_file_with_numbers_of_strategies_fractions_and_quotes_is_read()
    {
        var game = NormalForm.FromNfg("NFG 1 R \"A \\\"small\\\" game\" { \"Row\" \"Column\" } { 2 2 }\n\n3/4 1 0 -2.5e0\n1 0 .5 7");
        Assert.Equal("A \"small\" game", game.Title);
        Assert.Equal([0.75, 1, 0, -2.5, 1, 0, 0.5, 7], game.Payoffs);
        Assert.Equal([0.5, 7], game.At([1, 1]).ToArray());
        Assert.Equal(game.ToNfg(), NormalForm.FromNfg(game.ToNfg()).ToNfg());
    }

    [Theory]
    [InlineData("EFG 2 R \"x\"", "Line 1, column 4: 'EFG'")]
    [InlineData("NFG 1 R \"x\" { \"a\" \"b\" } { 2 }\n1", "strategies of 1 players")]
    [InlineData("NFG 1 R \"x\" { \"a\" \"b\" } { 1 1 }\n1", "ends before")]
    [InlineData("NFG 1 R \"x\" { \"a\" \"b\" } { 1 1 }\n1 2 3", "more behind the 2 payoffs")]
    [InlineData("NFG 1 R \"x\" { \"a\" \"b\" } { 1 1 }\n1 two", "Line 2")]
    [InlineData("NFG 1 R \"x\" { \"a\" \"b\" } { 999999 99999 }\n1 2", "at most")]
    public void Other_files_are_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => NormalForm.FromNfg(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Too_large_a_game_is_refused()
    {
        var environment = Problems.Info("ApacheProject-v0").Create(null);
        environment.Reset(seed: 0);
        Assert.Contains("fewer agents", Assert.Throws<ArgumentException>(() => { NormalForm.Of(environment, 2); }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => { NormalForm.Of(environment, 1); });
    }
}
