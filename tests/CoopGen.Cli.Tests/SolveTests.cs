using System.Text.Json;

namespace CoopGen.Cli.Tests;

public class SolveTests
{
    public static TheoryData<string> Ids => [.. EnvironmentRegistry.All.Select(e => e.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_environment_is_solved_and_certified(string id)
    {
        using var solved = Json("solve", id, "--format", "json");
        var root = solved.RootElement;
        Assert.Equal(id, root.GetProperty("environment").GetString());
        Assert.Equal("OneShot", root.GetProperty("oracle").GetString());
        Assert.True(root.GetProperty("certified").GetBoolean());
        Assert.True(root.GetProperty("residual").GetDouble() < 1e-6);
        var payoffs = root.GetProperty("payoffs").EnumerateArray().Select(p => p.GetDouble()).ToArray();
        Assert.True(root.GetProperty("largest_gain").GetDouble() <= 1e-6 * payoffs.Max(Math.Abs));
        Assert.True(root.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(payoffs.Length, root.GetProperty("actions").GetArrayLength());
        var first = root.GetProperty("equilibria")[0];
        Assert.True(JsonElement.DeepEquals(root.GetProperty("actions"), first.GetProperty("actions")));
        Assert.True(first.GetProperty("stability").GetProperty("isolated").ValueKind is JsonValueKind.True or JsonValueKind.False);
    }

    [Theory]
    [InlineData("Oracle_Equilibrium")]
    [InlineData("Oracle_TrustAware")]
    [InlineData("Oracle_Nash")]
    [InlineData("Oracle_SocialOptimum")]
    [InlineData("Oracle_Loyalty")]
    [InlineData("Oracle_ReciprocityEquilibrium")]
    [InlineData("Oracle_BoundedReciprocity")]
    public void An_oracle_returns_what_run_says_it_does(string oracle)
    {
        using var solved = Json("solve", "GiftExchange-v0", "--oracle", oracle, "--reward-type", "private", "--seed", "3", "--format", "json");
        using var run = Json("run", "GiftExchange-v0", "--policy", oracle, "--reward-type", "private", "--seed", "3", "--format", "json");
        Assert.Equal(oracle, solved.RootElement.GetProperty("oracle").GetString());
        Assert.True(JsonElement.DeepEquals(run.RootElement.GetProperty("episodes")[0].GetProperty("returns"), solved.RootElement.GetProperty("returns")));
        Assert.True(JsonElement.DeepEquals(run.RootElement.GetProperty("course").GetProperty("actions")[0], solved.RootElement.GetProperty("actions")));
        Assert.Equal(oracle != "Oracle_BoundedReciprocity", solved.RootElement.GetProperty("residual").ValueKind == JsonValueKind.Number);
    }

    [Fact]
    public void The_table_shows_equilibria_and_reactions()
    {
        var two = Cli.Run("solve", "SLCD-v0");
        Assert.Equal(0, two.ExitCode);
        Assert.Contains("Samsung", two.Out, StringComparison.Ordinal);
        Assert.Contains("reactions: ○ of Samsung (to the right), × of Sony (upwards), ● equilibrium", two.Out, StringComparison.Ordinal);
        Assert.Equal(2, two.Out.Count(c => c == '●'));
        Assert.StartsWith("Solved in ", two.Error, StringComparison.Ordinal);
        var many = Cli.Run("solve", "ApacheProject-v0", "--set", "phase=emergence");
        Assert.Contains("agent_0 to agent_7", many.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("reactions", many.Out, StringComparison.Ordinal);
        var several = Cli.Run("solve", "LoyaltyTeam-v0");
        Assert.Contains("2 equilibria, the greatest sum of payoffs first", several.Out, StringComparison.Ordinal);
        Assert.Contains("at a kink or jump", several.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Games_of_several_actions_are_solved_too()
    {
        using var solved = JsonDocument.Parse(Cli.RunWith("", [GiveAndPrice()], ["solve", "GiveAndPrice-v0", "--format", "json"]).Out);
        Assert.Equal([10, 4, 10, 4], solved.RootElement.GetProperty("actions").EnumerateArray().Select(a => a.GetDouble()));
    }

    [Theory]
    [InlineData(".svg")]
    [InlineData(".png")]
    [InlineData(".html")]
    public void Reaction_curves_are_drawn_into_a_file(string kind)
    {
        using var scratch = new Scratch();
        var outcome = Cli.Run("solve", "PartnerHoldUp-v0", "--plot", scratch["reactions" + kind], "--format", "json");
        Assert.Equal(0, outcome.ExitCode);
        Assert.True(new FileInfo(scratch["reactions" + kind]).Length > 1000);
        Assert.Contains("Wrote ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("solve TrustDilemma-v0 --oracle Oracle_Nsh", "'Oracle_Nsh'|'Oracle_Nash'|OneShot")]
    [InlineData("solve TrustDilemma-v0 --format xml", "'xml'|table, json")]
    [InlineData("solve TrustDilemma-v0 --plot out.pdf", "'out.pdf'|.svg, .png, .html")]
    [InlineData("solve PublicGoods-v0 --plot out.svg", "reaction curves|5 agents")]
    [InlineData("solve TrustDilemma-v0 --set trust_sensitivity=-1", "trust_sensitivity|between 0 and 100")]
    [InlineData("run TrustDilemma-v0 --policy Oracle_Equilibria", "'Oracle_Equilibrium'")]
    public void Wrong_use_is_explained(string arguments, string parts)
    {
        var outcome = Cli.Run(arguments.Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("", outcome.Out);
        Assert.All(parts.Split('|'), part => Assert.Contains(part, outcome.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void What_can_not_be_solved_is_said()
    {
        var hole = Cli.RunWith("", [Hole(static x => x > 5 ? double.NaN : x)], ["solve", "Hole-v0", "--format", "json"]);
        Assert.Equal(1, hole.ExitCode);
        Assert.Equal("", hole.Out);
        Assert.Contains("Hole-v0 can't be solved: the payoff of agent 0 is NaN where the actions are", hole.Error, StringComparison.Ordinal);
        var oracle = Cli.RunWith("", [GiveAndPrice()], ["run", "GiveAndPrice-v0", "--policy", "Oracle_Nash"]);
        Assert.Equal(1, oracle.ExitCode);
        Assert.Contains("play one continuous action", oracle.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_equilibrium_the_cycle_is_shown()
    {
        var chase = Cli.RunWith("", [Chase()], ["solve", "Chase-v0"]);
        Assert.Equal(0, chase.ExitCode);
        Assert.Contains("no equilibrium in pure actions was found: best responses, agent after agent, lead round a cycle of 2", chase.Out, StringComparison.Ordinal);
        using var solved = JsonDocument.Parse(Cli.RunWith("", [Chase()], ["solve", "Chase-v0", "--format", "json"]).Out);
        Assert.False(solved.RootElement.GetProperty("certified").GetBoolean());
        Assert.Equal(2, solved.RootElement.GetProperty("cycle").GetArrayLength());
        Assert.Equal(0, solved.RootElement.GetProperty("equilibria").GetArrayLength());
    }

    /// <summary>A game that no compiler has checked: one agent, paid as a function of its action says.</summary>
    private static EnvironmentInfo Hole(Func<double, double> payoff) =>
        Game("Hole-v0", 1, [[]], 10, (a, payoffs) => payoffs[0] = payoff(a[0]), static (_, gradient) => gradient[0] = 1);

    /// <summary>One wants to be where the other is, who wants to be far away: no equilibrium in pure actions.</summary>
    private static EnvironmentInfo Chase() => Game("Chase-v0", 2, [[]], 1,
        static (a, payoffs) => (payoffs[0], payoffs[1]) = (-(a[0] - a[1]) * (a[0] - a[1]), (a[0] - a[1]) * (a[0] - a[1])),
        static (a, gradient) => (gradient[0], gradient[1], gradient[2], gradient[3]) = (-2 * (a[0] - a[1]), 2 * (a[0] - a[1]), 2 * (a[0] - a[1]), -2 * (a[0] - a[1])));

    /// <summary>How much to give, and one of three prices: it pays what is given times the price.</summary>
    private static EnvironmentInfo GiveAndPrice() => Game("GiveAndPrice-v0", 2, [[], [1, 2, 4]], 10,
        static (a, payoffs) => (payoffs[0], payoffs[1]) = (a[0] * a[1], a[2] * a[3]),
        static (a, gradient) =>
        {
            gradient.Clear();
            (gradient[0], gradient[1], gradient[6], gradient[7]) = (a[1], a[0], a[3], a[2]);
        });

    private static EnvironmentInfo Game(string id, int agents, double[][] choices, double high, Pays payoffs, Pays gradient)
    {
        EnvironmentInfo? info = null;
        return info = new()
        {
            Id = id,
            Class = "test",
            Summary = "",
            Report = "",
            Agents = agents,
            AgentNames = [],
            Horizon = 1,
            Parameters = SpecEnvironment.Common(1),
            Actions = [.. choices.Select((c, k) => new ActionInfo("a" + k, c, ""))],
            ObservationParts = [],
            AgentParts = [],
            Create = parameters => new Handmade(info!, parameters, choices, high, payoffs, gradient),
        };
    }

    /// <summary>Writes payoffs, or row by row what they change by with every action.</summary>
    private delegate void Pays(ReadOnlySpan<double> actions, Span<double> numbers);

    private sealed class Handmade : GameEnvironment, IOneShotGame
    {
        private readonly Pays _payoffs, _gradient;

        public Handmade(EnvironmentInfo info, ParameterSet? parameters, double[][] choices, double high, Pays payoffs, Pays gradient) : base(info, parameters)
        {
            (_payoffs, _gradient) = (payoffs, gradient);
            double[] Profile(Func<double[], double> entry) => [.. Enumerable.Range(0, info.Agents).SelectMany(_ => choices.Select(entry))];
            Allocate(info.Agents, 0, 0, Profile(c => c.Length == 0 ? 0 : c[0]), Profile(c => c.Length == 0 ? high : c[^1]), Profile(_ => 1), [.. choices.Select(c => c.Length == 0 ? null : c)]);
        }

        public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs) => _payoffs(actions, payoffs);

        public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)
        {
            _payoffs(actions, payoffs);
            _gradient(actions, gradient);
        }

        public override int Observe(int agent, ulong parts, Span<float> observation) => 0;

        public override int AgentObservationLength(ulong parts) => 0;

        public override void Report(IReportWriter writer) { }

        protected override void Begin(bool clear) { }

        protected override bool Play() => false;

        protected override void WriteObservation(Span<float> observation) { }

        protected override Box ObservationBounds() => new([], []);

        protected override Box RewardBounds() => new([.. new double[AgentCount]], [.. Enumerable.Repeat(100.0, AgentCount)]);
    }

    private static JsonDocument Json(params string[] args)
    {
        var outcome = Cli.Run(args);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out);
    }
}
