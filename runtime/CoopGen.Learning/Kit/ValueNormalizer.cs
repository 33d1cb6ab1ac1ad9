namespace CoopGen.Learning;

/// <summary>
/// Values in units of their own, per group: a critic learns (target − mean) / deviation. When mean and deviation move, the critic's last layer is
/// changed so that what it says stays the same (PopArt, van Hasselt et al. 2016, arXiv:1602.07714).
/// </summary>
public sealed class ValueNormalizer
{
    private const double Least = 1e-6;

    private readonly double[] _mean, _square;
    private readonly double _rate;
    private readonly long[] _updates;

    /// <param name="groups">Number of groups.</param>
    /// <param name="rate">Weight of the newest targets, within (0, 1]; the first ones weigh more, so that all so far count alike until 1/rate updates.</param>
    public ValueNormalizer(int groups, double rate)
    {
        if (!(rate is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The weight of the newest targets must be above 0 and at most 1.");
        (_mean, _square, _updates, _rate) = (new double[groups], new double[groups], new long[groups], rate);
        Array.Fill(_square, 1);
    }

    /// <summary>Mean of a group's targets.</summary>
    public double Mean(int group) => _mean[group];

    /// <summary>Standard deviation of a group's targets; positive.</summary>
    public double Deviation(int group) => Math.Sqrt(Math.Max(_square[group] - _mean[group] * _mean[group], Math.Max(Least, 1e-10 * _square[group])));

    /// <summary>Takes targets into account.</summary>
    /// <param name="group">The group.</param>
    /// <param name="mean">Mean of the targets.</param>
    /// <param name="square">Mean of their squares.</param>
    /// <param name="critic">The stack whose last layer is adapted.</param>
    public void Update(int group, double mean, double square, Mlp critic)
    {
        ArgumentNullException.ThrowIfNull(critic);
        var (oldMean, oldDeviation) = (Mean(group), Deviation(group));
        var weight = Math.Max(_rate, 1.0 / ++_updates[group]);
        _mean[group] += weight * (mean - _mean[group]);
        _square[group] += weight * (square - _square[group]);
        var ratio = oldDeviation / Deviation(group);
        foreach (ref var w in critic.Weights[^1].Of(group))
            w = (float)(w * ratio);
        foreach (ref var b in critic.Biases[^1].Of(group))
            b = (float)(b * ratio + (oldMean - Mean(group)) / Deviation(group));
    }

    /// <summary>Saves or restores what was seen.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange("updates", _updates.AsSpan());
        archive.Exchange("mean", _mean.AsSpan());
        archive.Exchange("square", _square.AsSpan());
    }
}
