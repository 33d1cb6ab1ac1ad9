using CoopGen.Validation.Numerics;
using CoopGen.Validation.Tr3;

namespace CoopGen.Validation.Tests.Tr3;

public class ApacheCaseTests
{
    private static readonly ApacheData s_data = ApacheData.Read();
    private static readonly ApachePrediction[] s_shipped = ApacheCase.Predict(s_data, ShippedSolver.Solve);
    private static readonly ApachePrediction[] s_exact = ApacheCase.Predict(s_data, ExactSolver.Solve);

    [Fact]
    public void Every_phase_is_predicted_as_published()
    {
        foreach (var (published, phase) in Reference.Tr3.At("apache", "phases").EnumerateArray().Zip(s_shipped))
        {
            Assert.Equal(published.At("name").GetString(), phase.Phase.Name);
            Assert.Equal(published.At("period").GetString(), phase.Phase.Years);
            Assert.Equal(published.Number("duration"), phase.Phase.Months);
            Assert.Equal(published.Number("n_core"), phase.Phase.N);
            Assert.Equal(published.Number("expected_effort"), phase.Phase.Expected);
            Assert.StartsWith(phase.Phase.Pattern, published.At("observed_pattern").GetString(), StringComparison.Ordinal);
            Near.Digits(published.Number("mean_loyalty"), phase.MeanLoyalty);
            Near.Digits(published.Number("team_cohesion"), phase.Cohesion);
            Near.Digits(published.Number("predicted_effort"), phase.Predicted);
            Assert.Equal(published.At("converged").GetBoolean(), phase.Equilibrium.Converged);
            Assert.Equal(phase.Phase.N, published.At("efforts").GetArrayLength());
            foreach (var (expected, actual) in published.At("efforts").Numbers().Zip(phase.Equilibrium.Efforts))
                Near.Digits(expected, actual, phase.Phase.Name);
        }
    }

    [Fact]
    public void The_rubric_gives_the_published_points_item_by_item()
    {
        var score = ApacheCase.Score(s_data, s_shipped);
        var k = 0;
        foreach (var published in Reference.Tr3.At("apache", "item_scores").EnumerateArray())
        {
            foreach (var item in score[k])
                Assert.Equal(published.Number(item.Name), item.Points);
            Assert.Equal(published.Number("score"), score[k].Sum(i => i.Points));
            Near.Digits(published.Number("norm_effort"), s_shipped[k].Predicted / s_data.Parameters["a_max"]);
            k++;
        }

        Assert.Equal(Reference.Tr3.Number("apache", "total"), score.Sum(p => p.Sum(i => i.Points)));
        Assert.Equal(Reference.Tr3.Number("apache", "max"), score.Sum(p => p.Sum(i => i.Max)));
        // Exactly, the same points: they do not hang on the search.
        Assert.Equal(score.SelectMany(p => p.Select(i => i.Points)), ApacheCase.Score(s_data, s_exact).SelectMany(p => p.Select(i => i.Points)));
    }

    [Fact]
    public void Another_course_gets_other_points()
    {
        // Efforts as the rubric would have them: high, then moderate, then sustained, then declining.
        var wished = s_shipped.Zip(new[] { 0.7, 0.5, 0.4, 0.3 }, (p, share) => p with { Equilibrium = new([50 * share], true) }).ToArray();
        Assert.Equal(60, ApacheCase.Score(s_data, wished).Sum(p => p.Sum(i => i.Points)));
        // The other way round nothing but validity, two bands and the least of the rest is left.
        var turned = s_shipped.Zip(new[] { 0.3, 0.4, 0.7, 0.9 }, (p, share) => p with { Equilibrium = new([50 * share], true) }).ToArray();
        Assert.Equal([[3, 0, 2, 2], [3, 3, 4, 0], [3, 3, 2, 0], [3, 0, 1, 0]], ApacheCase.Score(s_data, turned).Select(p => p.Select(i => i.Points).ToArray()));
    }

    [Fact]
    public void Statistics_and_the_skew_of_contributions_are_as_published()
    {
        double[] predicted = Array.ConvertAll(s_shipped, p => p.Predicted), expected = Array.ConvertAll(s_shipped, p => p.Phase.Expected);
        var published = Reference.Tr3.At("apache", "statistics");
        var (r, p) = Statistics.Pearson(predicted, expected);
        Near.Digits(published.Number("correlation", "r"), r);
        Near.Digits(published.Number("correlation", "p_value"), p);
        var contributions = Reference.Tr3.At("apache", "contribution");
        Near.Digits(contributions.Number("predicted_ratio"), s_shipped[0].Equilibrium.Efforts.Max() / s_shipped[0].Equilibrium.Efforts.Min());
        Assert.Equal(contributions.Number("observed_ratio"), s_data.ObservedRatio);
    }

    [Fact]
    public void Closed_forms_of_unequal_teams_are_equilibria_and_where_the_search_ends()
    {
        foreach (var (shipped, exact) in s_shipped.Zip(s_exact))
        {
            var residual = ExactSolver.Residual(s_data.Game(exact.Phase), exact.Loyalties, exact.Equilibrium);
            Assert.True(residual < 1e-9, $"{exact.Phase.Name}: {residual}");
            // 1e-5 is the tolerance of the search.
            Near.Absolute(exact.Predicted, shipped.Predicted, 1e-5, exact.Phase.Name);
        }
    }
}
