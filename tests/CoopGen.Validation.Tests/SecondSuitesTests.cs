using CoopGen.Validation.Tr3;
using CoopGen.Validation.Tr4;

namespace CoopGen.Validation.Tests;

/// <summary>The suites of TR-3 and TR-4 as their users get them.</summary>
public class SecondSuitesTests
{
    private static readonly Lazy<Finding[]> s_tr3 = new(() => [.. Harness.Findings(CollectiveActionSuite.Make())]);
    private static readonly Lazy<Finding[]> s_tr4 = new(() => [.. Harness.Findings(ReciprocitySuite.Make())]);

    [Theory]
    [InlineData("tr3", 45, 60, 12, 12)]
    [InlineData("tr4", 43, 51, 21, 22)]
    public void The_case_has_the_published_points_with_and_without_what_cannot_fail(string suite, double points, double max, double constant, double constantMax)
    {
        var items = Of(suite).Where(f => f.Experiment == "case" && f.Points is not null).ToArray();
        Assert.Equal(points, items.Sum(f => f.Points));
        Assert.Equal(max, items.Sum(f => f.Max));
        Assert.Equal(constant, items.Where(f => f.Constant == true).Sum(f => f.Points));
        Assert.Equal(constantMax, items.Where(f => f.Constant == true).Sum(f => f.Max));
        Assert.All(items, f => Assert.NotEqual("", f.Rule));
        Assert.Equal(points - constant, Of(suite).Single(f => f is { Experiment: "case", Item: "total_without_constants" }).AsShipped!.Value.Number);
        Assert.Equal(max - constantMax, Of(suite).Single(f => f is { Experiment: "case", Item: "max_without_constants" }).AsShipped!.Value.Number);
    }

    [Theory]
    [InlineData("tr3")]
    [InlineData("tr4")]
    public void Every_finding_has_a_name_of_its_own_and_a_finite_value(string suite)
    {
        var findings = Of(suite);
        Assert.All(findings.GroupBy(f => (f.Suite, f.Experiment, f.Item)), g => Assert.Single(g));
        Assert.All(findings, f =>
        {
            Assert.Equal(suite, f.Suite);
            foreach (var quantity in new[] { f.AsShipped, f.Exact, f.Printed })
                Assert.True(quantity?.Number is not { } number || double.IsFinite(number), f.Item);
        });
    }

    [Fact]
    public void What_the_print_and_the_public_suite_disagree_on_stands_side_by_side()
    {
        (string Suite, string Experiment, string Item, double Shipped, double Printed)[] known =
        [
            ("tr3", "sweep", "targets.effort_differentiation.median_ratio", 4.47823748, 15.04),
            ("tr3", "statistics", "paired_ttest.cohens_d", 0.439836503, 0.71),
            ("tr3", "case", "total", 45, 60),
            ("tr4", "statistics", "paired_ttest.cohens_d", 1.56582312, 0.68),
            ("tr4", "case", "total", 43, 48),
        ];
        foreach (var (suite, experiment, item, shipped, printed) in known)
        {
            var finding = Of(suite).Single(f => f.Experiment == experiment && f.Item == item);
            Near.Digits(shipped, finding.AsShipped!.Value.Number!.Value, item);
            Assert.Equal(printed, finding.Printed!.Value.Number);
        }
    }

    [Theory]
    [InlineData("tr3")]
    [InlineData("tr4")]
    public void What_is_printed_stands_beside_something_that_is_computed(string suite)
    {
        // A slip in the name of an item would make a figure of its own of it.
        Assert.All(Of(suite).Where(f => f.Printed is not null), f => Assert.NotNull(f.AsShipped));
        Assert.Contains(Of(suite), f => Print.Check(f) == Reproduced.AsShipped);
        Assert.Contains(Of(suite), f => Print.Check(f) == Reproduced.No);
    }

    [Fact]
    public void Exact_columns_stand_by_the_shipped_ones_as_far_as_the_search_is_exact()
    {
        // Where both are means of equilibria, they differ by the search's tolerance; percentages and ratios of small efforts by a thousand times that.
        foreach (var finding in Of("tr3").Where(f => f is { Experiment: "sweep", AsShipped.Number: not null, Exact.Number: not null } && f.Item.EndsWith("mean_effort", StringComparison.Ordinal)))
            Near.Absolute(finding.Exact!.Value.Number!.Value, finding.AsShipped!.Value.Number!.Value, 1e-5, finding.Item);
        Assert.True(Of("tr3").Single(f => f is { Experiment: "sweep", Item: "residual" }).Exact!.Value.Number < 1e-9);
    }

    private static Finding[] Of(string suite) => suite == "tr3" ? s_tr3.Value : s_tr4.Value;
}
