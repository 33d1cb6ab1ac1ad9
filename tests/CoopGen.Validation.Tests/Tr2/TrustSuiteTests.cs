using System.Text.Json;
using CoopGen.Validation.Tr2;

namespace CoopGen.Validation.Tests.Tr2;

/// <summary>TR-2's suite against its published figures: everything is deterministic, so that all nine digits must agree.</summary>
public sealed class TrustSuiteTests
{
    /// <summary>What is 0 but for rounding differs from run to run of any program.</summary>
    private const double Rounding = 1e-12;

    private static readonly Lazy<Ran> _ran = new(() => new(TrustSuite.Make()));

    private static Ran Ran => _ran.Value;

    [Fact]
    public void Signals_agree()
    {
        foreach (var row in Reference.Tr2.GetProperty("signal").EnumerateArray())
        {
            // All that is lost of a trust of 1, or gained on a trust of 0, is the signal at rates of 1.
            var (kappa, deviation, signal) = (row.GetProperty("kappa").GetDouble(), row.GetProperty("dev").GetDouble(), row.GetProperty("s").GetDouble());
            var model = new TrustModel(new(1, 1, 0, 0, 0, kappa), 2, 100);
            var before = deviation < 0 ? 1 : 0;
            model.Set([[1, before], [1, 1]], [[0, 0], [0, 0]], [[0, 0], [0, 0]], [50, 50]);
            model.Step([50, 50 + deviation]);
            Near.Absolute(signal, model.Trust(0, 1) - before, 5.1e-9 * Math.Abs(signal) + 1e-15, $"κ {kappa}, {deviation}");
        }
    }

    [Fact]
    public void Single_steps_agree()
    {
        var updates = Reference.Tr2.GetProperty("unit_updates").GetProperty("rows").Rows();
        Assert.Equal(40, updates.Length);
        foreach (var row in updates)
        {
            var (trust, damage, signal, dependence) = (row[0], row[1], row[2], row[3]);
            // An action that has the signal; 1 and −1 are reached by 20 units to the last bit.
            var model = new TrustModel(new(), 2, 100);
            model.Set([[1, trust], [1, 1]], [[0, damage], [0, 0]], [[0, dependence], [0, 0]], [50, 50]);
            model.Step([50, 50 + (Math.Abs(signal) == 1 ? 20 * signal : Math.Atanh(signal))]);
            Near.Absolute(row[4], model.Trust(0, 1), 1e-9);
            Near.Absolute(row[5], model.DamageOf(0, 1), 1e-9);
        }
    }

    [Fact]
    public void Sixty_trajectories_agree_under_three_rules()
    {
        var trajectories = Reference.Tr2.GetProperty("trajectories").EnumerateArray().ToArray();
        Assert.Equal(60, trajectories.Length);
        foreach (var trajectory in trajectories)
        {
            Ends(trajectory, "current", "T_end", "R_end");
            Ends(trajectory, "package", "gym_T_end", "gym_R_end");
            if (trajectory.GetProperty("legacy_T_end").ValueKind == JsonValueKind.Array)
                Ends(trajectory, "legacy", "legacy_T_end", null);
        }

        static void Ends(JsonElement trajectory, string rule, string trust, string? damage)
        {
            var p = trajectory.GetProperty("params").Numbers();
            var n = trajectory.GetProperty("D").GetArrayLength();
            var model = new TrustModel(new(p[0], p[1], p[2], p[3], p[4], p[5]) { Rule = rule }, n);
            model.Set(trajectory.GetProperty("T0").Rows(), trajectory.GetProperty("R0").Rows(), trajectory.GetProperty("D").Rows(), trajectory.GetProperty("baselines").Numbers());
            foreach (var phase in trajectory.GetProperty("phases").EnumerateArray())
                for (var k = 0; k < phase[0].GetInt32(); k++)
                    model.Step(phase[1].Numbers());
            var (t, r) = (trajectory.GetProperty(trust).Rows(), damage is null ? null : trajectory.GetProperty(damage).Rows());
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                {
                    // Trust near 0 is given to nine digits too, but comes of products of up to 80 factors.
                    Near.Relative(t[i][j], model.Trust(i, j), 6e-9, $"{rule} {trajectory.GetProperty("id")} T[{i},{j}]");
                    if (r is not null)
                        Near.Relative(r[i][j], model.DamageOf(i, j), 6e-9, $"{rule} {trajectory.GetProperty("id")} R[{i},{j}]");
                }
        }
    }

    [Theory]
    [InlineData("coarse", "coarse", 729)]
    [InlineData("standard", "standard", 15_625)]
    public void Sweeps_agree(string experiment, string name, int rows)
    {
        Assert.Equal(rows, Ran.Number(experiment, "rows"));
        Rows(experiment, Reference.Tr2.GetProperty("sweep_columns"), Reference.Tr2.GetProperty($"{name}_rows"));
        Summary(experiment, Reference.Tr2.GetProperty($"summary_{name}"));
        Sensitivity(experiment, Reference.Tr2.GetProperty($"sensitivity_{name}"));
        Assert.Equal(Reference.Tr2.GetProperty($"pareto_{name}_ids").Numbers(), Ids(experiment));
    }

    [Fact]
    public void The_sweep_that_was_shipped_agrees_under_the_older_model()
    {
        var legacy = Reference.Tr2.GetProperty("legacy");
        Assert.Equal(2187, Ran.Number("legacy", "rows"));
        Rows("legacy", legacy.GetProperty("sweep_columns"), legacy.GetProperty("sweep_rows"));
        Summary("legacy", legacy.GetProperty("summary"));
        Sensitivity("legacy", legacy.GetProperty("sensitivity"));
        Assert.Equal(legacy.GetProperty("pareto_ids").Numbers(), Ids("legacy"));
    }

    [Fact]
    public void Metrics_of_the_default_parameters_agree()
    {
        foreach (var (experiment, reference) in new[] { ("default_params", Reference.Tr2), ("legacy_default_params", Reference.Tr2.GetProperty("legacy")) })
            foreach (var metric in reference.GetProperty("default_params_metrics").EnumerateObject())
                Near.Digits(metric.Value.GetDouble(), Ran.Number(experiment, metric.Name), metric.Name);
    }

    [Theory]
    [InlineData("case")]
    [InlineData("legacy-case")]
    public void The_case_agrees_in_series_points_and_statistics(string experiment)
    {
        var reference = experiment == "case" ? Reference.Tr2.GetProperty("case") : Reference.Tr2.GetProperty("legacy").GetProperty("case");
        foreach (var series in new[] { "T01", "T10", "R01", "R10", "mean_trust_incl_diagonal" })
            if (reference.TryGetProperty(series, out var values))
                foreach (var (t, value) in values.Numbers().Index())
                    Near.Digits(value, Ran.Number(experiment, $"{series}[{t}]"), $"{series}[{t}]");
        var score = reference.GetProperty("score");
        foreach (var part in new[] { "trust_state_alignment", "behavioral_prediction", "mechanism_validation", "outcome_correspondence", "total", "max_possible" })
            Assert.Equal(score.GetProperty(part).GetDouble(), Ran.Number(experiment, part));
        if (reference.TryGetProperty("items", out var items))
            foreach (var item in items.EnumerateArray())
            {
                var finding = Ran[experiment, item.GetProperty("item").GetString()!.Split(' ')[0]];
                Assert.Equal(item.GetProperty("got").GetDouble(), finding.Points);
                Assert.Equal(item.GetProperty("max").GetDouble(), finding.Max);
                Assert.Equal(finding.Item == "A", finding.Constant);
                if (item.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number)
                    Near.Digits(value.GetDouble(), finding.AsShipped!.Value.Number!.Value, finding.Item);
            }

        var anova = reference.GetProperty("stats").GetProperty("phase_anova");
        Near.Digits(anova.GetProperty("f_statistic").GetDouble(), Ran.Number(experiment, "phase_anova.f_statistic"));
        Near.Relative(anova.GetProperty("p_value").GetDouble(), Ran.Number(experiment, "phase_anova.p_value"), 1e-6);
        foreach (var (k, phase) in new[] { "Formation", "Mature", "Crisis", "Recovery", "Current" }.Index())
        {
            var trend = reference.GetProperty("stats").GetProperty("phase_trends")[k];
            Near.Digits(trend.GetProperty("slope").GetDouble(), Ran.Number(experiment, $"phase_trends[{phase}].slope"));
            Near.Digits(trend.GetProperty("r_squared").GetDouble(), Ran.Number(experiment, $"phase_trends[{phase}].r_squared"));
            Near.Relative(trend.GetProperty("p_value").GetDouble(), Ran.Number(experiment, $"phase_trends[{phase}].p_value"), 1e-6);
            Assert.Equal(trend.GetProperty("significant_trend").GetBoolean(), Ran[experiment, $"phase_trends[{phase}].significant_trend"].AsShipped!.Value.Verdict);
        }
    }

    [Fact]
    public void What_else_is_known_of_the_case_agrees()
    {
        var reference = Reference.Tr2.GetProperty("case");
        var end = reference.GetProperty("gym_rule_end");
        foreach (var (name, i, j) in new[] { ("01", 0, 1), ("10", 1, 0) })
        {
            Near.Digits(end.GetProperty("T").Rows()[i][j], Ran.Number("case", $"gym_rule_end.T{name}"));
            Near.Digits(end.GetProperty("R").Rows()[i][j], Ran.Number("case", $"gym_rule_end.R{name}"));
        }

        foreach (var item in reference.GetProperty("unused_observed_fit").EnumerateObject())
            Near.Relative(item.Value.GetDouble(), Ran.Number("case", $"unused_observed_fit.{item.Name}"), item.Name == "pearson_p" ? 1e-6 : 5.1e-9, item.Name);
        Assert.Equal(reference.GetProperty("total_if_observed_given").GetDouble(), Ran.Number("case", "total_if_observed_given"));
        // Four digits are known of these.
        foreach (var (variant, f) in new[]
        {
            ("legacy-parameters.legacy-actions.legacy-rule", 34.3588), ("legacy-parameters.legacy-actions.described-rule", 35.0447), ("legacy-parameters.legacy-actions.current-rule", 37.7889),
            ("current-parameters.current-actions.described-rule", 32.8112), ("current-parameters.current-actions.current-rule", 36.2506),
        })
        {
            Near.Absolute(f, Ran.Number("variants", $"{variant}.f_statistic"), 5e-5, variant);
            Assert.Equal(49, Ran.Number("variants", $"{variant}.total"));
        }

        Assert.Equal(51, Ran.Number("variants", "current-parameters.legacy-actions.current-rule.total"));
    }

    [Fact]
    public void Closed_forms_are_what_the_steps_lead_to()
    {
        foreach (var finding in Ran.All.Where(f => f.Exact is { Number: not null } && !f.Item.StartsWith("sensitivity", StringComparison.Ordinal) && !f.Item.StartsWith("pareto", StringComparison.Ordinal)))
            Near.Absolute(finding.Exact!.Value.Number!.Value, finding.AsShipped!.Value.Number!.Value, Rounding * (1 + 10 * Math.Abs(finding.AsShipped.Value.Number.Value)), $"{finding.Experiment} {finding.Item}");
    }

    private static void Rows(string experiment, JsonElement columns, JsonElement rows)
    {
        var names = columns.EnumerateArray().Select(c => c.GetString()!).ToArray();
        foreach (var row in rows.Rows())
            foreach (var metric in TrustMetrics.Names)
                Near.Digits(row[Array.IndexOf(names, metric)], Ran.Number(experiment, $"rows[{row[0]}].{metric}"), $"{experiment} {row[0]} {metric}");
    }

    private static void Summary(string experiment, JsonElement summary)
    {
        var columns = Reference.Tr2.GetProperty("summary_columns").EnumerateArray().Select(c => c.GetString()!).ToArray();
        foreach (var metric in summary.EnumerateObject())
            foreach (var (k, value) in metric.Value.Numbers().Index())
                Near.Digits(value, Ran.Number(experiment, $"summary.{metric.Name}.{columns[k]}"), $"{experiment} {metric.Name} {columns[k]}");
    }

    private static void Sensitivity(string experiment, JsonElement sensitivity)
    {
        foreach (var parameter in sensitivity.EnumerateObject())
            foreach (var outcome in parameter.Value.EnumerateObject())
            {
                var item = $"sensitivity.{parameter.Name}.{outcome.Name}";
                var (expected, actual) = (outcome.Value.GetDouble(), Ran.Number(experiment, item));
                Near.Absolute(expected, actual, 5.1e-9 * expected + Rounding, item);
                if (Ran[experiment, item].Exact is { } exact)
                    Near.Absolute(expected < Rounding ? 0 : expected, exact.Number!.Value, 5.1e-9 * expected, item);
            }
    }

    private static double[] Ids(string experiment) =>
        [.. Ran[experiment, "pareto.ids"].AsShipped!.Value.Text!.Split(' ').Select(id => double.Parse(id, System.Globalization.CultureInfo.InvariantCulture))];
}
