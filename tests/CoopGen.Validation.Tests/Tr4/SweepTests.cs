using System.Text.Json;
using CoopGen.Validation.Numerics;
using CoopGen.Validation.Tr4;

namespace CoopGen.Validation.Tests.Tr4;

public class SweepTests(Tr4Fixture suite) : IClassFixture<Tr4Fixture>
{
    private static JsonElement Published => Reference.Tr4.GetProperty("sweep");

    private static JsonElement Aggregate => Published.GetProperty("aggregate");

    [Fact]
    public void Every_published_row_agrees_in_all_digits_and_verdicts()
    {
        var columns = Published.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!).ToList();
        foreach (var row in Published.GetProperty("rows").EnumerateArray())
        {
            JsonElement Cell(string column) => row[columns.IndexOf(column)];
            var id = Cell("config_id").GetInt32();
            var (setting, m) = (Sweep.Grid[id - 1], suite.Sweep[id - 1]);
            Assert.Equal(new Setting(Cell("rho_0").GetDouble(), Cell("eta").GetDouble(), Cell("kappa").GetDouble(), Cell("k").GetInt32(), Cell("lambda_R").GetDouble(), Cell("T_0").GetDouble()), setting);
            // Differences of actions near 1 keep an absolute 1e-12 rather than nine digits.
            void Same(string column, double actual) => Assert.True(
                Math.Abs(actual - Cell(column).GetDouble()) <= 5.1e-9 * Math.Abs(Cell(column).GetDouble()) + 1e-12, $"{column} of {id}: {actual:G17} instead of {Cell(column)}.");
            Same("final_coop_mean", m.FinalCoopMean);
            Same("differentiation_ratio", m.Ratio);
            Same("coop_level", m.CoopLevel);
            Same("recovered", m.Recovered);
            Same("trend", m.Trend);
            Same("min_post", m.Least);
            Same("cum_div", m.Withheld);
            Same("trust_pun", m.TrustLost);
            Same("tri_diff", m.TrustGain);
            Assert.Equal(Cell("forgiveness_time").GetInt32(), m.ForgivenessTime);
            Assert.Equal(
                new[] { "cooperation_emerged", "defection_punished", "forgiveness_achieved", "asymmetric_differentiated", "trust_recip_interaction", "bounded_check" }.Select(c => Cell(c).GetBoolean()),
                m.Verdicts);
        }
    }

    [Fact]
    public void Counts_over_all_15625_settings_are_as_published()
    {
        Assert.Equal(Aggregate.Number("n"), suite.Sweep.Length);
        for (var k = 0; k < Metrics.Targets.Length; k++)
            Assert.Equal(Aggregate.At("targets", Metrics.Targets[k]).GetInt32(), suite.Sweep.Count(m => m.Verdicts[k]));
        Assert.Equal(Aggregate.Number("final_coop_equal_1"), suite.Sweep.Count(m => m.FinalCoopMean == 1));
        var rows = Sweep.Grid.Zip(suite.Sweep).ToArray();
        foreach (var by in Aggregate.At("forgiveness_by_k").EnumerateObject())
            Assert.Equal(by.Value.GetInt32(), rows.Count(r => r.First.K == int.Parse(by.Name) && r.Second.Forgiven));
        foreach (var parameter in Aggregate.At("emerged_by").EnumerateObject())
            foreach (var by in parameter.Value.EnumerateObject())
                Assert.Equal(by.Value.GetInt32(), rows.Count(r => Sweep.Parameters.Single(p => p.Name == parameter.Name).Of(r.First) == double.Parse(by.Name, System.Globalization.CultureInfo.InvariantCulture) && r.Second.Emerged));
    }

    [Fact]
    public void The_memory_window_moves_nothing()
    {
        // To the last bit: that is why 3,125 courses serve 15,625 settings.
        var (one, twenty) = (Courses.Of(new(1.25, 1.4, 1.25, 1, 1.25, 0.6)), Courses.Of(new(1.25, 1.4, 1.25, 20, 1.25, 0.6)));
        Assert.Equal(one.Cooperative.Actions, twenty.Cooperative.Actions);
        Assert.Equal(one.Defection.Actions, twenty.Defection.Actions);
        Assert.NotEqual(one.Cooperative.Actions, Courses.Of(new(1.25, 1.4, 1.25, 1, 1.25, 0.45)).Cooperative.Actions);
    }

    [Fact]
    public void Distributions_are_as_published()
    {
        Described("final_coop_mean", [.. suite.Sweep.Select(m => m.FinalCoopMean)]);
        Described("forgiveness_time", [.. suite.Sweep.Select(m => (double)m.ForgivenessTime)]);
    }

    [Fact]
    public void Sensitivities_are_as_published_and_zeros_are_zero()
    {
        double[] final = [.. suite.Sweep.Select(m => m.FinalCoopMean)], ratio = [.. suite.Sweep.Select(m => m.Ratio)];
        foreach (var (name, of) in Sweep.Parameters)
        {
            double[] given = [.. Sweep.Grid.Select(of)];
            // 1e-12 is what rounding leaves of a zero.
            Near.Absolute(Aggregate.Number("sensitivity_r", name), Statistics.Pearson(given, final).Value, name == "k" ? 1e-12 : 5.1e-10, name);
            Near.Absolute(name == "eta" ? Aggregate.Number("sensitivity_r_eta_ratio") : 0, Statistics.Pearson(given, ratio).Value, name == "eta" ? 5.1e-10 : 1e-12, name);
        }
    }

    [Fact]
    public void Statistics_of_the_ratios_are_as_published()
    {
        var published = Reference.Tr4.GetProperty("statistics");
        double[] ratios = [.. suite.Sweep.Select(m => m.Ratio)];
        var (t, p) = Statistics.TTest(ratios, 1.5);
        Near.Digits(published.Number("paired_ttest", "t_statistic"), t);
        Assert.Equal(0, p);
        Near.Digits(published.Number("paired_ttest", "mean"), Statistics.Mean(ratios));
        Near.Digits(published.Number("paired_ttest", "std"), Statistics.Deviation(ratios, 1));
        Near.Digits(published.Number("paired_ttest", "cohens_d"), (Statistics.Mean(ratios) - 1.5) / Statistics.Deviation(ratios, 1));
        var rank = Statistics.SignedRank([.. ratios.Select(r => r - 1.5)], greater: true);
        Assert.Equal(published.Number("wilcoxon", "w_statistic"), rank.Value);
        Assert.Equal(0, rank.P);
        var means = Statistics.BootstrapMeans(ratios, 10000, new LegacyRandom(42));
        var bootstrap = published.GetProperty("bootstrap_ci");
        Near.Digits(bootstrap.Number("ci_95_lower"), Statistics.Percentile(means, 2.5));
        Near.Digits(bootstrap.Number("ci_95_upper"), Statistics.Percentile(means, 97.5));
        Near.Digits(bootstrap.Number("boot_mean"), Statistics.Mean(means));
        Near.Digits(bootstrap.Number("boot_std"), Statistics.Deviation(means, 0));
    }

    [Fact]
    public void The_Monte_Carlo_is_as_published()
    {
        var published = Reference.Tr4.At("monte_carlo", "aggregate");
        double[] ratios = [.. suite.Trials.Select(t => t.Metrics.Ratio)];
        Assert.Equal(published.Number("success_count"), suite.Trials.Count(t => t.Succeeds));
        Near.Digits(published.Number("mean_differentiation"), Statistics.Mean(ratios));
        Near.Digits(published.Number("std_differentiation"), Statistics.Deviation(ratios, 0));
        Near.Digits(published.Number("min_differentiation"), ratios.Min());
        var k = 0;
        foreach (var first in Reference.Tr4.At("monte_carlo", "first_trials").EnumerateArray())
        {
            var (trial, m) = (suite.Trials[k], suite.Trials[k++].Metrics);
            foreach (var (expected, actual) in first.At("u").Numbers().Zip(trial.Draws))
                Near.Digits(expected, actual);
            Assert.Equal(first.Number("k"), trial.Setting.K);
            Near.Digits(first.Number("final_coop_mean"), m.FinalCoopMean);
            Near.Digits(first.Number("differentiation_ratio"), m.Ratio);
            Assert.Equal(first.Number("forgiveness_time"), m.ForgivenessTime);
            Assert.Equal(
                new[] { "cooperation_emerged", "defection_punished", "forgiveness_achieved", "asymmetric_differentiated", "trust_recip_interaction", "bounded_check" }.Select(c => first.At(c).GetBoolean()),
                m.Verdicts);
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
}
