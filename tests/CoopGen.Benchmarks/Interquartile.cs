namespace CoopGen.Benchmarks;

/// <summary>What a score comes to over environments and seeds, as Agarwal et al. 2021 (arXiv:2108.13264) ask: the interquartile mean, with a stratified bootstrap interval.</summary>
/// <param name="Mean">Mean of the middle half of all scores.</param>
/// <param name="Low">Lower end of the interval that holds 95 of 100 resampled means.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interquartile(double Mean, double Low, double High)
{
    private const int Resamples = 2000;

    /// <summary>Of scores by stratum, such as the seeds of every environment.</summary>
    /// <param name="strata">The scores of each stratum: within it they are drawn again, with replacement.</param>
    public static Interquartile Of(IReadOnlyList<double[]> strata)
    {
        var random = new Random(0);
        var means = new double[Resamples];
        for (var k = 0; k < Resamples; k++)
            means[k] = MeanOf([.. strata.SelectMany(scores => Enumerable.Range(0, scores.Length).Select(_ => scores[random.Next(scores.Length)]))]);
        Array.Sort(means);
        return new(MeanOf([.. strata.SelectMany(scores => scores)]), means[Resamples / 40], means[^(Resamples / 40)]);
    }

    private static double MeanOf(double[] scores)
    {
        Array.Sort(scores);
        var cut = scores.Length / 4;
        return scores[cut..^cut].Average();
    }
}
