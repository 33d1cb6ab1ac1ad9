using CoopGen.Validation.Tr3;

namespace CoopGen.Validation.Tests.Tr3;

public class ApacheCaseTests
{
    private static readonly ApacheData s_data = new();
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
        var score = Points(s_shipped);
        var k = 0;
        foreach (var published in Reference.Tr3.At("apache", "item_scores").EnumerateArray())
        {
            foreach (var item in new[] { "validity", "rank", "pattern", "trend" })
                Assert.Equal(published.Number(item), score[$"{s_shipped[k].Phase.Name}.{item}"]);
            Near.Digits(published.Number("norm_effort"), s_shipped[k++].Predicted / s_data.Most);
        }

        Assert.Equal(Reference.Tr3.Number("apache", "total"), score.Values.Sum());
        Assert.Equal(Reference.Tr3.Number("apache", "max"), s_data.Rubric.Max);
        // Exactly, the same points: they do not hang on the search.
        Assert.Equal(score, Points(s_exact));
    }

    [Fact]
    public void Another_course_gets_other_points()
    {
        // Efforts as the rubric would have them: high, then moderate, then sustained, then declining.
        var wished = s_shipped.Zip(new[] { 0.7, 0.5, 0.4, 0.3 }, (p, share) => p with { Equilibrium = new([50 * share], true) }).ToArray();
        Assert.Equal(60, Points(wished).Values.Sum());
        // The other way round: validity, what ranks and bands are left, and nothing for the trend but the first phase's least.
        var turned = s_shipped.Zip(new[] { 0.3, 0.4, 0.7, 0.9 }, (p, share) => p with { Equilibrium = new([50 * share], true) }).ToArray();
        Assert.Equal([3, 0, 2, 2, 3, 3, 4, 0, 3, 3, 2, 0, 3, 0, 1, 0], Points(turned).Values);
    }

    private static Dictionary<string, double> Points(ApachePrediction[] predictions) =>
        s_data.Rubric.Items.Zip(ApacheCase.Score(s_data, predictions)).ToDictionary(i => i.First.Id, i => i.Second.Points);

    [Fact]
    public void Statistics_and_the_skew_of_contributions_are_as_published()
    {
        var published = Reference.Tr3.At("apache", "statistics");
        var (correlation, rmse, mape) = ApacheCase.Compare(s_shipped);
        Near.Digits(published.Number("correlation", "r"), correlation.Value);
        Near.Digits(published.Number("correlation", "p_value"), correlation.P);
        Near.Digits(published.Number("rmse"), rmse);
        Near.Digits(published.Number("mape"), mape);
        var contributions = Reference.Tr3.At("apache", "contribution");
        Near.Digits(contributions.Number("predicted_ratio"), s_shipped[0].Skew);
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
