namespace CoopGen.Cli.Tests;

public class ChartTests
{
    [Fact]
    public void Values_fill_as_much_of_a_line_as_of_their_range() =>
        Assert.Equal([" ▁▄█"], Chart.Area([0, 0.01, 5, 10], 4, 1, 0, 10));

    [Fact]
    public void A_taller_chart_has_eight_heights_to_a_line() =>
        Assert.Equal([" ▄█", "███"], Chart.Area([10, 15, 20], 3, 2, 0, 20));

    [Fact]
    public void More_values_than_columns_are_averaged_and_fewer_are_stretched()
    {
        Assert.Equal(["▄█"], Chart.Area([0, 8, 8, 8], 2, 1, 0, 8));
        Assert.Equal(["▄▄██"], Chart.Area([4, 8], 4, 1, 0, 8));
    }

    [Fact]
    public void Out_of_range_is_drawn_at_the_bound_and_what_is_missing_stays_empty() =>
        Assert.Equal([" █ "], Chart.Area([-5, 50, double.NaN], 3, 1, 0, 8));

    [Fact]
    public void Moments_agree_with_the_definition()
    {
        var moments = new Moments();
        Assert.Null(moments.MeanOrNull);
        foreach (var value in new[] { 2.0, 4, 4, 4, 5, 5, 7, 9 })
            moments.Add(value);
        Assert.Equal(8, moments.Count);
        Assert.Equal(5, moments.Mean);
        // Σ (x − 5)² = 32 over n − 1 = 7; Welford's recurrence rounds in another order.
        Assert.Equal(Math.Sqrt(32.0 / 7), moments.Deviation, 1e-12);
    }
}
