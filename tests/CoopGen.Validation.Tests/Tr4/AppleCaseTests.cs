using System.Text.Json;
using CoopGen.Validation.Numerics;
using CoopGen.Validation.Tr4;

namespace CoopGen.Validation.Tests.Tr4;

public class AppleCaseTests
{
    private static readonly AppleData s_data = new();
    private static readonly History s_course = AppleCase.Play(s_data, s_data.Shocks, s_data.Seed);
    private static readonly PhaseFacts[] s_facts = AppleCase.Facts(s_data, s_course);

    private static JsonElement Published => Reference.Tr4.GetProperty("apple");

    [Fact]
    public void The_course_of_the_published_seed_is_the_published_one()
    {
        Same(Published.At("actions"), s_course.Actions);
        Same(Published.At("trust_final"), Square(s_course.Trust[^1]));
        Same(Published.At("reputation_final"), Square(s_course.Reputation[^1]));
    }

    [Fact]
    public void The_facts_of_every_phase_are_as_published()
    {
        foreach (var (published, f) in Published.At("phase_detail").EnumerateArray().Zip(s_facts))
        {
            Assert.Equal(published.At("phase").GetString(), f.Name);
            Same(published.At("first"), f.First);
            Same(published.At("last"), f.Last);
            Same(published.At("std"), f.Deviations);
            Near.Digits(published.Number("mean_change"), f.MeanChange);
            Near.Digits(published.Number("mean_std"), f.MeanDeviation);
            Near.Digits(published.Number("mean_var"), f.MeanVariance);
            Near.Digits(published.Number("max_jump"), f.LargestJump);
            Near.Digits(published.Number("mean_rel_error"), f.RelativeError);
            Near.Digits(published.Number("recovery_positive_fraction"), f.NotFalling);
            Same(Published.At("phase_means", f.Name), s_data.Actors, f.Means);
        }
    }

    [Fact]
    public void The_rubric_gives_the_published_points_item_by_item()
    {
        var points = Points(s_facts);
        foreach (var indicator in Published.At("item_scores").EnumerateObject())
            for (var p = 0; p < s_facts.Length; p++)
                Assert.Equal<double?>(indicator.Value[p].ValueKind == JsonValueKind.Null ? null : indicator.Value[p].GetDouble(),
                    points.TryGetValue($"{indicator.Name}.{s_facts[p].Name}", out var ours) ? ours : null);
        var published = Published.GetProperty("score");
        Assert.Equal(43, points.Values.Sum());
        Assert.Equal(published.Number("total_applicable"), s_data.Rubric.Max);
        Assert.Equal(published.Number("validation_percentage"), 100 * points.Values.Sum() / s_data.Rubric.Max, 1e-12);
        Totals(published, points);
        // What the suite stores beside it and does not use.
        Assert.Equal((48, 51), (s_data.Stored.Sum(), s_data.Stored.Length));
        Assert.Equal(21, s_data.Rubric.Items.Where(i => i.Constant is not null).Sum(i => points[i.Id]));
    }

    [Fact]
    public void Without_chance_the_course_and_the_score_are_as_published()
    {
        var published = Published.At("noise_free");
        var course = AppleCase.Play(s_data, s_data.Shocks, null);
        Same(published.At("actions"), course.Actions);
        Same(published.At("trust_final"), Square(course.Trust[^1]));
        Same(published.At("reputation_final"), Square(course.Reputation[^1]));
        var facts = AppleCase.Facts(s_data, course);
        foreach (var f in facts)
            Same(published.At("phase_means", f.Name), s_data.Actors, f.Means);
        Assert.Equal(published.Number("total"), Points(facts).Values.Sum());
        Totals(published, Points(facts));
    }

    [Fact]
    public void Scores_of_300_seeds_are_distributed_as_published()
    {
        var scores = AppleCase.Scores(s_data, 300, default).GroupBy(s => s).ToDictionary(g => g.Key, g => g.Count());
        var published = Published.At("seeds_0_299").EnumerateObject().ToDictionary(p => double.Parse(p.Name, System.Globalization.CultureInfo.InvariantCulture), p => p.Value.GetInt32());
        Assert.Equal(published.OrderBy(p => p.Key), scores.OrderBy(p => p.Key));
    }

    [Fact]
    public void Statistics_are_as_published()
    {
        var published = Published.GetProperty("statistics");
        var s = AppleStatistics.Of(s_data, s_course, s_facts);
        Near.Digits(published.Number("anova", "F_statistic"), s.Anova.Value);
        Near.Digits(published.Number("anova", "p_value"), s.Anova.P);
        Near.Digits(published.Number("pearson", "r"), s.Phases.Value);
        Near.Digits(published.Number("pearson", "p_value"), s.Phases.P);
        Near.Digits(published.Number("pearson", "r_squared"), s.Phases.Value * s.Phases.Value);
        Near.Digits(published.Number("rmse"), s.Rmse);
        Near.Digits(published.Number("trajectory_correlation", "aggregate_r"), s.Trajectory.Value);
        Near.Digits(published.Number("trajectory_correlation", "aggregate_p"), s.Trajectory.P);
        for (var i = 0; i < s_data.Actors.Length; i++)
        {
            Near.Digits(published.Number("trajectory_correlation", "per_actor", s_data.Actors[i], "r"), s.ByActor[i].Value);
            Near.Digits(published.Number("trajectory_correlation", "per_actor", s_data.Actors[i], "p_value"), s.ByActor[i].P);
        }
    }

    [Fact]
    public void The_counterfactual_is_as_published()
    {
        var published = Published.GetProperty("counterfactual");
        Assert.Equal(published.At("scenario").GetString(), s_data.Scenario);
        var other = AppleCase.Play(s_data, s_data.Counterfactual, s_data.Seed);
        Same(published.At("base_final_actions"), s_course.Final);
        Same(published.At("cf_final_actions"), other.Final);
        Near.Digits(published.Number("cooperation_improvement"), Statistics.Mean(other.Final) - Statistics.Mean(s_course.Final));
        Same(published.At("trust_comparison", "cf_final_trust"), Square(other.Trust[^1]));
        foreach (var (was, would) in s_facts.Zip(AppleCase.Facts(s_data, other)))
        {
            var phase = published.At("phase_comparison", was.Name);
            Near.Digits(phase.Number("base_mean"), Statistics.Mean(was.Means));
            Near.Digits(phase.Number("counterfactual_mean"), Statistics.Mean(would.Means));
        }
    }

    [Fact]
    public void The_functional_experiments_are_as_published()
    {
        var published = Reference.Tr4.GetProperty("functional_experiments");
        var (without, with) = FunctionalExperiments.Dilemma();
        Near.Digits(published.Number("exp1_pd_cooperation", "without_reciprocity"), without);
        Near.Digits(published.Number("exp1_pd_cooperation", "with_reciprocity"), with);
        Near.Digits(published.Number("exp1_pd_cooperation", "payoff_ratio"), with / without);
        var (high, low) = FunctionalExperiments.Asymmetry();
        Near.Digits(published.Number("exp2_asymmetric", "high_dep_response"), high);
        Near.Digits(published.Number("exp2_asymmetric", "low_dep_response"), low);
        Near.Digits(published.Number("exp2_asymmetric", "differentiation_ratio"), high / low);
        foreach (var k in published.At("exp3_memory_window").EnumerateObject())
            Assert.Equal(k.Value.Number("recovery_time"), FunctionalExperiments.Memory(int.Parse(k.Name)));
        foreach (var trust in published.At("exp4_trust_interaction", "cooperation_by_trust").EnumerateObject())
            Near.Digits(trust.Value.GetDouble(), FunctionalExperiments.Trust(double.Parse(trust.Name, System.Globalization.CultureInfo.InvariantCulture)));
        Near.Digits(published.Number("exp4_trust_interaction", "variation_ratio"), FunctionalExperiments.Trust(0.9) / FunctionalExperiments.Trust(0.3));
        var (alone, team) = FunctionalExperiments.Team();
        Near.Digits(published.Number("exp5_team_production", "without_reciprocity"), alone);
        Near.Digits(published.Number("exp5_team_production", "with_reciprocity"), team);
        Near.Digits(published.Number("exp5_team_production", "output_increase_pct"), (team - alone) / alone * 100);
    }

    private static Dictionary<string, double> Points(PhaseFacts[] facts) =>
        s_data.Rubric.Items.Zip(AppleCase.Score(s_data, facts)).ToDictionary(i => i.First.Id, i => i.Second.Points);

    private static void Totals(JsonElement published, Dictionary<string, double> points)
    {
        foreach (var total in published.At("phase_scores").EnumerateObject())
            Assert.Equal(total.Value.GetDouble(), points.Where(p => p.Key.EndsWith("." + total.Name, StringComparison.Ordinal)).Sum(p => p.Value));
        foreach (var total in published.At("indicator_totals").EnumerateObject())
            Assert.Equal(total.Value.GetDouble(), points.Where(p => p.Key.StartsWith(total.Name + ".", StringComparison.Ordinal)).Sum(p => p.Value));
    }

    private static void Same(JsonElement published, string[] names, double[] actual)
    {
        for (var k = 0; k < names.Length; k++)
            Near.Digits(published.Number(names[k]), actual[k], names[k]);
    }

    private static void Same(JsonElement published, double[] actual)
    {
        var expected = published.Numbers();
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
            Near.Digits(expected[k], actual[k], $"entry {k}");
    }

    private static void Same(JsonElement published, double[][] actual)
    {
        var expected = published.Rows();
        Assert.Equal(expected.Length, actual.Length);
        for (var row = 0; row < expected.Length; row++)
            for (var k = 0; k < expected[row].Length; k++)
                Near.Digits(expected[row][k], actual[row][k], $"entry {row}, {k}");
    }

    private static double[][] Square(double[] rows) => [.. rows.Chunk((int)Math.Sqrt(rows.Length))];
}
