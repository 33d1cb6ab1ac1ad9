using System.Text.Json;

namespace CoopGen.Specs.Tests;

/// <summary>
/// The formulas of the mechanisms against figures of the reference. All of these it computed in double precision, so they agree to 1e-9
/// (relative, absolute below 1), a little more than the twelve digits given allow. One-shot equilibria belong to the solvers' tests.
/// </summary>
public class FunctionTests
{
    private const double Tolerance = 1e-9;

    internal static readonly JsonElement Figures = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "reference", "functions.json"))).RootElement;

    public static TheoryData<int> Cases(string function) => [.. Enumerable.Range(0, Figures.GetProperty(function).GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases), "value_functions")]
    public void Value_functions(int number)
    {
        var x = Case("value_functions", number);
        var logarithmic = Report(new ValueFigures(x));
        Same("log_value", x.Row("log_value"), logarithmic["value"]);
        Same("synergy", x["synergy"], logarithmic["synergy"]);
        Same("total_value_log", x["total_value_log"], logarithmic["total"]);
        var power = Report(new PowerFigures(x));
        Same("power_value", x.Row("power_value"), power["value"]);
        Same("total_value_power", x["total_value_power"], power["total"]);
    }

    /// <summary>Central differences of step h = 1e-4·max(1, a) err by about h²; the gradient of compiled games has tests of its own. From actions below 1 the reference's guards at 0 show.</summary>
    [Theory]
    [MemberData(nameof(Cases), "value_functions")]
    public void Marginal_values(int number)
    {
        var x = Case("value_functions", number);
        var actions = x.Row("actions");
        double Slope(Spec spec, string mode, int i)
        {
            var game = Play(spec, new() { ["reward_type"] = mode });
            var h = 1e-4 * Math.Max(1, actions[i]);
            double At(double action)
            {
                var (profile, payoffs) = ((double[])actions.Clone(), new double[actions.Length]);
                profile[i] = action;
                game.Payoffs(profile, payoffs);
                return payoffs[i];
            }

            return (At(actions[i] + h) - At(actions[i] - h)) / (2 * h);
        }

        for (var i = 0; i < actions.Length; i++)
        {
            if (actions[i] < 1)
                continue;
            Assert.Equal(x.Row("marginal_log")[i], Slope(new ValueFigures(x), "private", i), 1e-6);
            Assert.Equal(x.Row("marginal_power")[i], Slope(new PowerFigures(x), "private", i), 1e-6);
            Assert.Equal(x.Row("marginal_synergy")[i], Slope(new ValueFigures(x), "cooperative", i), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Cases), "payoffs")]
    public void Payoffs(int number)
    {
        var x = Case("payoffs", number);
        var report = Report(new PayoffFigures(x));
        foreach (var key in (string[])["private", "integrated", "integrated_with_trust", "power_index", "vulnerability_index"])
            Same(key, x.Row(key), report[key]);
        foreach (var key in (string[])["social_welfare", "cooperation_surplus"])
            Same(key, x[key], report[key]);
        foreach (var mode in (string[])["private", "integrated", "cooperative"])
            Same("rewards_" + mode, x.Row("rewards_" + mode), Report(new PayoffFigures(x), new() { ["reward_type"] = mode })["reward"]);
    }

    [Theory]
    [MemberData(nameof(Cases), "trust_update")]
    public void Trust_update(int number)
    {
        var x = Case("trust_update", number);
        var game = Play(new TrustFigures(x));
        game.Step(x.Row("actions"), new double[game.AgentCount]);
        var report = RecordedReport.Of(game);
        Same("trust", Pairs(x.Rows("trust_next")), report["trust"]);
        Same("reputation", Pairs(x.Rows("reputation_next")), report["reputation"]);
    }

    [Theory]
    [MemberData(nameof(Cases), "team_production")]
    public void Team_production(int number)
    {
        var x = Case("team_production", number);
        var report = Report(new TeamFigures(x));
        foreach (var key in (string[])["base_payoff", "teammates", "loyalty_modifier", "utility"])
            Same(key, x.Row(key), report[key]);
        foreach (var key in (string[])["team_production", "free_riding_effort", "social_optimum_effort", "team_cohesion"])
            Same(key, x[key], report[key]);
    }

    [Theory]
    [MemberData(nameof(Cases), "reciprocity")]
    public void Reciprocity(int number)
    {
        var x = Case("reciprocity", number);
        var game = Play(new ReciprocityFigures(x));
        var start = RecordedReport.Of(game);
        foreach (var key in (string[])["bounded_response", "sensitivity", "trust_gated"])
            Same(key, x[key], start[key]);
        foreach (var actions in x.Rows("history"))
            game.Step(actions.AsSpan(0, 2), new double[2]);
        Same("memory_average_agent0", x["memory_average_agent0"], RecordedReport.Of(game)["memory_average_agent0"]);
    }

    [Theory]
    [MemberData(nameof(Cases), "interdependence")]
    public void Interdependence(int number)
    {
        var x = Case("interdependence", number);
        var pairs = (Dictionary<string, double>)Report(new DependencyFigures(x))["coefficient"];
        Same("coefficient", x["coefficient"], pairs["0->1"]);
        Assert.Equal(0, pairs["1->0"]);
    }

    private static FormulaCase Case(string function, int number) => new(Figures.GetProperty(function)[number]);

    private static SpecEnvironment Play(Spec spec, ParameterSet? parameters = null)
    {
        var game = new SpecEnvironment(SpecEnvironment.Describe(() => spec), spec, parameters);
        game.Reset(seed: 1, clear: true);
        return game;
    }

    private static IReadOnlyDictionary<string, object> Report(Spec spec, ParameterSet? parameters = null) => RecordedReport.Of(Play(spec, parameters));

    private static Dictionary<string, double> Pairs(double[][] matrix)
    {
        var pairs = new Dictionary<string, double>();
        for (var i = 0; i < matrix.Length; i++)
            for (var j = 0; j < matrix.Length; j++)
                if (i != j)
                    pairs.Add($"{i}->{j}", matrix[i][j]);
        return pairs;
    }

    private static void Same(string key, object expected, object got)
    {
        switch (expected, got)
        {
            case (double x, double y):
                Assert.True(Math.Abs(x - y) <= Tolerance * Math.Max(1, Math.Abs(x)), FormattableString.Invariant($"{key}: expected {x:R}, got {y:R}"));
                break;
            case (double[] x, double[] y):
                Assert.Equal(x.Length, y.Length);
                for (var k = 0; k < x.Length; k++)
                    Same($"{key}[{k}]", x[k], y[k]);
                break;
            case (Dictionary<string, double> x, Dictionary<string, double> y):
                Assert.Equal(x.Count, y.Count);
                foreach (var (pair, value) in x)
                    Same($"{key}[{pair}]", value, y[pair]);
                break;
            default:
                Assert.Fail($"{key}: expected {expected}, got {got}");
                break;
        }
    }
}
