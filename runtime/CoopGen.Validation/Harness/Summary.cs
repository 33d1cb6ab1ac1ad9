using CoopGen.Validation.Numerics;

namespace CoopGen.Validation;

/// <summary>Findings and pictures that describe many numbers at once.</summary>
internal static class Summary
{
    /// <summary>Count, mean, standard deviation of the sample, and quartiles.</summary>
    /// <param name="suite">Suite.</param>
    /// <param name="experiment">Experiment.</param>
    /// <param name="item">What the numbers are; the beginning of the items' names.</param>
    /// <param name="shipped">The numbers as shipped.</param>
    /// <param name="exact">The numbers exactly; null if there are none.</param>
    public static IEnumerable<Finding> Describe(string suite, string experiment, string item, double[] shipped, double[]? exact = null)
    {
        yield return Of("count", x => x.Length);
        yield return Of("mean", x => Statistics.Mean(x));
        yield return Of("std", x => Statistics.Deviation(x, 1));
        foreach (var (name, percent) in new[] { ("min", 0), ("25%", 25), ("50%", 50), ("75%", 75), ("max", 100) })
            yield return Of(name, x => Statistics.Percentile(x, percent));

        Finding Of(string name, Func<double[], double> number) => new(suite, experiment, $"{item}.{name}", number(shipped), exact is null ? null : (Quantity?)number(exact));
    }

    /// <summary>How often numbers fall into bins of equal width.</summary>
    /// <param name="name">What the numbers are.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="low">Lower end of the first bin; what is below counts there.</param>
    /// <param name="high">Upper end of the last bin; what is above counts there.</param>
    /// <param name="bins">How many bins.</param>
    public static Curve Histogram(string name, IEnumerable<double> values, double low, double high, int bins)
    {
        var width = (high - low) / bins;
        var counts = new double[bins];
        foreach (var value in values)
            counts[Math.Clamp((int)((value - low) / width), 0, bins - 1)]++;
        return new(name, [.. Enumerable.Range(0, bins).Select(k => low + (k + 0.5) * width)], counts, CurveKind.Bars);
    }
}
