using System.Text.Json;
using CoopGen.Validation.Numerics;
using CoopGen.Validation.Tr3;

namespace CoopGen.Validation.Tests.Tr3;

public class TeamSweepTests(Tr3Fixture suite) : IClassFixture<Tr3Fixture>
{
    private static JsonElement Sweep => Reference.Tr3.GetProperty("sweep");

    private static JsonElement Aggregate => Sweep.GetProperty("aggregate");

    [Fact]
    public void Every_published_row_agrees_to_the_last_of_nine_digits()
    {
        var columns = Sweep.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!).ToList();
        foreach (var row in Sweep.GetProperty("rows").EnumerateArray())
        {
            JsonElement Cell(string column) => row[columns.FindIndex(c => c.Split('[')[0] == column)];
            var id = Cell("config_id").GetInt32();
            void Same(string column, double actual, double tolerance = 5.1e-9) => Near.Relative(Cell(column).GetDouble(), actual, tolerance, $"{column} of {id}");
            var team = suite.Shipped[id - 1];
            Assert.Equal(Cell("omega").GetDouble(), team.Game.Omega);
            Assert.Equal(Cell("beta").GetDouble(), team.Game.Beta);
            Assert.Equal(Cell("c").GetDouble(), team.Game.Cost);
            Assert.Equal(Cell("n").GetInt32(), team.Game.N);
            Assert.Equal(Cell("theta").GetDouble(), team.Theta);
            // Single efforts depend on every bit of the search: that they agree says that the search is the same.
            foreach (var (expected, actual) in Cell("efforts").Numbers().Zip(team.At.Efforts))
                Near.Digits(expected, actual, $"an effort of {id}");
            Assert.Equal(Cell("converged").GetBoolean(), team.At.Converged);
            Same("mean_effort", team.Effort);
            Same("free_riding_eq", team.FreeEffort);
            Same("analytic_free_riding", team.Analytic);
            // Percentages are differences of numbers that agree to the last bit: rounding leaves 1e-12 of a zero.
            void Percent(string column, double actual) => Near.Absolute(Cell(column).GetDouble(), actual, 5.1e-9 * Math.Abs(actual) + 1e-12, $"{column} of {id}");
            Percent("free_riding_error_pct", team.FreeError);
            Percent("effort_increase_pct", team.EffortIncrease);
            Percent("output_increase_pct", team.OutputIncrease);
            Same("output_zero", team.FreeOutput);
            Same("output_theta", team.Output);
            Same("effort_differentiation", team.Differentiation);
            Same("mechanism_synergy", team.Synergy);
            Near.Digits(Cell("closed_form_mean").GetDouble(), suite.Exact[id - 1].Effort, $"closed form of {id}");
            // The compiled spec pays what the suite's own formula pays.
            foreach (var (expected, actual) in Cell("utilities").Numbers().Zip(Payoffs(team)))
                Near.Digits(expected, actual, $"a utility of {id}");
            var group = suite.Shipped.Where(r => r.Game == team.Game).ToArray();
            var sizes = suite.Shipped.Where(r => r.Theta == 0 && (r.Game with { N = 0 }) == (team.Game with { N = 0 })).OrderBy(r => r.Game.N).ToArray();
            Assert.Equal(Cell("verdicts").EnumerateArray().Select(v => v.GetBoolean()),
            [
                team.FreeError < 5, Rising(group.Select(r => r.Effort)), team.Differentiation > 2, Rising(sizes.Reverse().Select(r => r.Effort)), team.Synergy > 1.1, team.Effort is >= 0 and <= 50,
            ]);
        }
    }

    [Fact]
    public void The_targets_are_reached_as_often_as_published()
    {
        var (targets, published) = (TeamTargets.Of(suite.Shipped), Aggregate.GetProperty("targets"));
        Assert.Equal(published.EnumerateObject().Select(p => p.Name), targets.Select(t => t.Name));
        foreach (var target in targets)
        {
            Assert.Equal(published.Number(target.Name, "achievement_pct"), target.Percent, 1e-12);
            Assert.Equal(published.At(target.Name, "status").GetString() == "✓", target.Passes);
        }

        Assert.Equal([3015, 625, 625, 125, 3110, 3125], targets.Select(t => t.Hits));
        Assert.Equal(targets.Select(t => t.Hits), TeamTargets.Of(suite.Exact).Select(t => t.Hits));
        Near.Digits(published.Number("free_riding_baseline", "mean_error"), Statistics.Mean([.. suite.Shipped.Select(r => r.FreeError)]));
        Near.Digits(published.Number("free_riding_baseline", "max_error"), suite.Shipped.Max(r => r.FreeError));
    }

    [Fact]
    public void Distributions_and_convergence_are_as_published()
    {
        Assert.Equal(Aggregate.GetProperty("converged").GetInt32(), suite.Shipped.Count(r => r.At.Converged));
        Assert.Equal(Aggregate.GetProperty("free_riding_converged").GetInt32(), suite.Shipped.Count(r => r.Free.Converged));
        Described("equilibrium_effort", [.. suite.Shipped.Select(r => r.Effort)]);
        Described("effort_differentiation", TeamTargets.Differentiations(suite.Shipped));
        Described("mechanism_synergy", [.. suite.Shipped.Select(r => r.Synergy)]);
        Described("free_riding_error", [.. suite.Shipped.Select(r => r.FreeError)]);
    }

    [Fact]
    public void Sensitivities_are_as_published()
    {
        foreach (var (outcome, of) in TeamTargets.Outcomes)
            foreach (var (parameter, given) in TeamTargets.Parameters)
            {
                var r = Statistics.Pearson([.. suite.Shipped.Select(given)], [.. suite.Shipped.Select(of)]).Value;
                Near.Digits(Aggregate.Number("sensitivity", outcome, parameter), r, $"{outcome} by {parameter}");
            }
    }

    [Fact]
    public void The_test_of_loyalty_and_its_effect_are_as_published()
    {
        var published = Reference.Tr3.At("statistics", "paired_ttest");
        var (test, difference, d) = TeamTargets.LoyaltyTest(suite.Shipped);
        Near.Digits(published.Number("t_statistic"), test.Value);
        Near.Digits(published.Number("p_value"), test.P);
        Near.Digits(published.Number("mean_difference"), difference);
        Near.Digits(published.Number("cohens_d"), d);
    }

    [Fact]
    public void The_bootstrap_is_as_published()
    {
        var published = Reference.Tr3.At("statistics", "bootstrap_ci");
        var ratios = TeamTargets.Differentiations(suite.Shipped);
        var means = Statistics.BootstrapMeans(ratios, 10000, new LegacyRandom(42));
        Near.Digits(published.Number("mean"), Statistics.Mean(ratios));
        Near.Digits(published.Number("ci_95_lower"), Statistics.Percentile(means, 2.5));
        Near.Digits(published.Number("ci_95_upper"), Statistics.Percentile(means, 97.5));
    }

    [Fact]
    public void The_search_comes_as_close_to_the_closed_form_as_its_tolerance_lets_it()
    {
        // 1e-5 is the tolerance of the search in each effort; the mean of all is found to better than that.
        foreach (var (shipped, exact) in suite.Shipped.Zip(suite.Exact))
            Near.Absolute(exact.Effort, shipped.Effort, 1e-5);
    }

    [Fact]
    public void Closed_forms_are_equilibria_of_the_compiled_game()
    {
        foreach (var row in suite.Exact)
        {
            var residual = ExactSolver.Residual(row.Game, Enumerable.Repeat(row.Theta, row.Game.N).ToArray(), row.At);
            Assert.True(residual < 1e-9, $"{row.Game} at {row.Theta}: {residual}");
            // And a profile that is none is told from one.
            var off = new Equilibrium([.. row.At.Efforts.Select(e => e * 1.2)], true);
            Assert.True(ExactSolver.Residual(row.Game, Enumerable.Repeat(row.Theta, row.Game.N).ToArray(), off) > 1e-3);
        }
    }

    [Fact]
    public void The_Monte_Carlo_is_as_published()
    {
        var published = Reference.Tr3.At("monte_carlo", "aggregate");
        Assert.Equal(published.Number("loyalty_monotonic_pct"), 100.0 * suite.Trials.Count(t => t.Monotonic) / suite.Trials.Length, 1e-12);
        Assert.Equal(1121, suite.Trials.Count(t => t.Ratio > 2));
        Assert.Equal(1121, suite.ExactTrials.Count(t => t.Ratio > 2));
        double[] ratios = [.. suite.Trials.Select(t => t.Ratio)];
        Near.Digits(published.Number("mean_differentiation"), Statistics.Mean(ratios));
        Near.Digits(published.Number("std_differentiation"), Statistics.Deviation(ratios, 0));
        var k = 0;
        foreach (var first in Reference.Tr3.At("monte_carlo", "first_trials").EnumerateArray())
        {
            var trial = suite.Trials[k++];
            foreach (var (expected, actual) in first.At("u").Numbers().Zip(trial.Draws))
                Near.Digits(expected, actual);
            foreach (var (expected, actual) in first.At("mean_effort_theta_0_0.3_0.6_0.9").Numbers().Zip(trial.Efforts))
                Near.Digits(expected, actual);
            Near.Digits(first.Number("mean_effort_theta_0.1"), trial.AtTenth);
            Near.Digits(first.Number("ratio"), trial.Ratio);
        }

        Assert.Equal(12, k);
    }

    private static void Described(string what, double[] values)
    {
        var published = Aggregate.GetProperty(what);
        Assert.Equal(published.Number("count"), values.Length);
        Near.Digits(published.Number("mean"), Statistics.Mean(values), what);
        Near.Digits(published.Number("std"), Statistics.Deviation(values, 1), what);
        foreach (var (name, percent) in new[] { ("min", 0), ("25%", 25), ("50%", 50), ("75%", 75), ("max", 100) })
            Near.Digits(published.Number(name), Statistics.Percentile(values, percent), $"{name} of {what}");
    }

    private static double[] Payoffs(TeamRow row)
    {
        var g = row.Game;
        var game = new Suites.TeamEnvironment(new() { ["n_agents"] = g.N, ["omega"] = g.Omega, ["beta"] = g.Beta, ["c"] = g.Cost, ["theta"] = row.Theta });
        game.Reset(seed: 0);
        var payoffs = new double[g.N];
        game.Payoffs(row.At.Efforts, payoffs);
        return payoffs;
    }

    private static bool Rising(IEnumerable<double> values) => values.Zip(values.Skip(1), (a, b) => a <= b).All(holds => holds);
}
