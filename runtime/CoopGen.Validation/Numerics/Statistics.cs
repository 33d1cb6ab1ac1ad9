using MathNet.Numerics.Distributions;

namespace CoopGen.Validation.Numerics;

/// <summary>A statistic and how likely one as extreme is by chance.</summary>
/// <param name="Value">The statistic: t, F, W or r.</param>
/// <param name="P">p-value, two-sided unless said otherwise; 0 where it is below the least double.</param>
internal readonly record struct TestResult(double Value, double P);

/// <summary>A straight line through points.</summary>
/// <param name="Slope">Change of y per unit of x.</param>
/// <param name="Intercept">y at x = 0.</param>
/// <param name="R">Pearson's correlation of x and y.</param>
/// <param name="P">Two-sided p-value of the slope against 0.</param>
internal readonly record struct LinearFit(double Slope, double Intercept, double R, double P);

/// <summary>
/// The statistics that the suites compute, with SciPy's and pandas' conventions. Tails are computed as tails, never as 1 − something,
/// so that a p-value of 1e-108 has all its digits.
/// </summary>
internal static class Statistics
{
    /// <summary>Arithmetic mean.</summary>
    /// <exception cref="ArgumentException">There are no numbers.</exception>
    public static double Mean(ReadOnlySpan<double> values)
    {
        AtLeast(1, values.Length);
        return PairwiseSum.Of(values) / values.Length;
    }

    /// <summary>Variance.</summary>
    /// <param name="values">More numbers than <paramref name="lost"/>.</param>
    /// <param name="lost">Degrees of freedom that are lost: 0 for the population's, 1 for a sample's.</param>
    /// <exception cref="ArgumentException">There are too few numbers.</exception>
    public static double Variance(ReadOnlySpan<double> values, int lost)
    {
        AtLeast(lost + 1, values.Length);
        var mean = Mean(values);
        var squares = new double[values.Length];
        for (var k = 0; k < squares.Length; k++)
            squares[k] = (values[k] - mean) * (values[k] - mean);
        return PairwiseSum.Of(squares) / (values.Length - lost);
    }

    /// <summary>Standard deviation, see <see cref="Variance"/>.</summary>
    public static double Deviation(ReadOnlySpan<double> values, int lost) => Math.Sqrt(Variance(values, lost));

    /// <summary>Percentile by linear interpolation between order statistics.</summary>
    /// <param name="values">Numbers in any order.</param>
    /// <param name="percent">0 to 100.</param>
    /// <exception cref="ArgumentException">There are no numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The percentage is outside 0 to 100.</exception>
    public static double Percentile(ReadOnlySpan<double> values, double percent)
    {
        AtLeast(1, values.Length);
        if (!(percent is >= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A percentile is between 0 and 100.");
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var at = percent / 100 * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    /// <summary>Median.</summary>
    public static double Median(ReadOnlySpan<double> values) => Percentile(values, 50);

    /// <summary>One-sample t-test.</summary>
    /// <param name="values">At least two numbers, not all the same.</param>
    /// <param name="mean">Mean under the hypothesis.</param>
    /// <exception cref="ArgumentException">Too few numbers, or all the same.</exception>
    public static TestResult TTest(ReadOnlySpan<double> values, double mean)
    {
        AtLeast(2, values.Length);
        var variance = Variance(values, 1);
        if (variance == 0)
            throw new ArgumentException("All numbers are the same: there is no t statistic.", nameof(values));
        var t = (Mean(values) - mean) / Math.Sqrt(variance / values.Length);
        return new(t, TwoSided(t, values.Length - 1));
    }

    /// <summary>Paired t-test of a against b.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there are too few pairs, or all differences are the same.</exception>
    public static TestResult PairedTTest(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => TTest(Differences(a, b), 0);

    /// <summary>a − b, one by one.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Differences(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        SameLength(a, b);
        var differences = new double[a.Length];
        for (var k = 0; k < a.Length; k++)
            differences[k] = a[k] - b[k];
        return differences;
    }

    /// <summary>Pearson's correlation; with two points there is no p-value but 1.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than two points, or one side is constant.</exception>
    public static TestResult Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        SameLength(x, y);
        AtLeast(2, x.Length);
        var (meanX, meanY) = (Mean(x), Mean(y));
        var (xx, yy, xy) = (0.0, 0.0, 0.0);
        for (var k = 0; k < x.Length; k++)
        {
            var (dx, dy) = (x[k] - meanX, y[k] - meanY);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        if (xx == 0 || yy == 0)
            throw new ArgumentException("One side is constant: there is no correlation.", xx == 0 ? nameof(x) : nameof(y));
        var r = Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
        var df = x.Length - 2;
        return new(r, df == 0 ? 1 : TwoSided(r * Math.Sqrt(df / ((1 - r) * (1 + r))), df));
    }

    /// <summary>Least-squares line.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Pearson"/>.</exception>
    public static LinearFit Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (r, p) = Pearson(x, y);
        var slope = r * Deviation(y, 0) / Deviation(x, 0);
        return new(slope, Mean(y) - slope * Mean(x), r, p);
    }

    /// <summary>One-way analysis of variance; the p-value is the upper tail of F.</summary>
    /// <param name="groups">At least two groups, none empty, and more numbers than groups.</param>
    /// <exception cref="ArgumentException">Too few groups or numbers, or no variance within groups.</exception>
    public static TestResult Anova(IReadOnlyList<double[]> groups)
    {
        AtLeast(2, groups.Count);
        double[] all = [.. groups.SelectMany(g => g)];
        AtLeast(groups.Count + 1, all.Length);
        var grand = Mean(all);
        var (between, within) = (0.0, 0.0);
        foreach (var group in groups)
        {
            var mean = Mean(group);
            between += group.Length * (mean - grand) * (mean - grand);
            within += Variance(group, 0) * group.Length;
        }

        if (within == 0)
            throw new ArgumentException("No group varies within itself: there is no F statistic.", nameof(groups));
        var (above, below) = (groups.Count - 1.0, (double)(all.Length - groups.Count));
        var f = between / above / (within / below);
        // The upper tail of F is the lower tail of 1/F with the degrees of freedom exchanged.
        return new(f, f == 0 ? 1 : FisherSnedecor.CDF(below, above, 1 / f));
    }

    /// <summary>
    /// Wilcoxon's signed-rank test: zero differences dropped, no continuity correction, normal approximation corrected for ties.
    /// </summary>
    /// <param name="differences">More than 50 that are not zero: below, SciPy computes p exactly, and so would we have to.</param>
    /// <param name="greater">Whether only a positive shift counts; then the statistic is the rank sum of positive differences, else the smaller sum.</param>
    /// <exception cref="ArgumentException">There are too few differences.</exception>
    public static TestResult SignedRank(ReadOnlySpan<double> differences, bool greater = false)
    {
        double[] sizes = [.. differences.ToArray().Where(d => d != 0).OrderBy(Math.Abs)];
        AtLeast(51, sizes.Length);
        double n = sizes.Length;
        var (plus, ties) = (0.0, 0.0);
        for (var start = 0; start < sizes.Length;)
        {
            var end = start;
            while (end < sizes.Length && Math.Abs(sizes[end]) == Math.Abs(sizes[start]))
                end++;
            for (var k = start; k < end; k++)
                plus += sizes[k] > 0 ? (start + 1 + end) / 2.0 : 0;
            double tied = end - start;
            ties += tied * (tied * tied - 1);
            start = end;
        }

        var w = greater ? plus : Math.Min(plus, n * (n + 1) / 2 - plus);
        var z = (w - n * (n + 1) / 4) / Math.Sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
        return new(w, greater ? Normal.CDF(0, 1, -z) : 2 * Normal.CDF(0, 1, -Math.Abs(z)));
    }

    /// <summary>Means of resamples with replacement.</summary>
    /// <param name="values">At least one number.</param>
    /// <param name="resamples">How many resamples, each as long as <paramref name="values"/>.</param>
    /// <param name="random">The stream that is drawn from.</param>
    public static double[] BootstrapMeans(ReadOnlySpan<double> values, int resamples, LegacyRandom random)
    {
        AtLeast(1, values.Length);
        var (indices, drawn, means) = (new int[values.Length], new double[values.Length], new double[resamples]);
        for (var k = 0; k < resamples; k++)
        {
            random.Choice(values.Length, indices);
            for (var i = 0; i < drawn.Length; i++)
                drawn[i] = values[indices[i]];
            means[k] = Mean(drawn);
        }

        return means;
    }

    private static double TwoSided(double t, double df) => double.IsInfinity(t) ? 0 : 2 * StudentT.CDF(0, 1, df, -Math.Abs(t));

    private static void AtLeast(int least, int given)
    {
        if (given < least)
            throw new ArgumentException($"{given} are too few; at least {least} are needed.");
    }

    private static void SameLength(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"{a.Length} numbers cannot be paired with {b.Length}.");
    }
}
