namespace CoopGen.Learning;

/// <summary>
/// Units in which off-policy critics learn: q = (Q − μ)/σ, per stream of rewards. μ = r̄/(1 − γ(1 − p)), r̄ being the mean reward of late and p the part of steps that end a game by its own
/// rules: without it, it takes many thousand updates until values have the right height (Naik et al. 2024, "Reward centering", arXiv:2405.09999, which has p = 0). σ is the root mean square of
/// what critics should have said of late, Q − μ; when it moves, critics are changed so that they say the same Q − μ (PopArt, van Hasselt et al. 2016, arXiv:1602.07714). Neither changes a
/// preference.
/// </summary>
public sealed class ValueScale
{
    /// <summary>Steps that r̄ and p look back.</summary>
    private const double Memory = 10_000;

    /// <summary>Weight of the newest draw in σ².</summary>
    private const double Rate = 0.01;

    private readonly double[] _mean, _squares, _deviation;
    private readonly double _discount;
    private double _seen, _ends;

    /// <param name="streams">Number of streams of rewards, such as agents; each has a scale of its own.</param>
    /// <param name="discount">γ, within [0, 1).</param>
    public ValueScale(int streams, double discount)
    {
        if (!(discount is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(discount), discount, "The discount must be at least 0 and below 1: without one, values are not bounded.");
        (_mean, _squares, _deviation, _discount) = (new double[streams], new double[streams], new double[streams], discount);
    }

    /// <summary>μ of a stream.</summary>
    public double Offset(int stream) => _mean[stream] / (1 - _discount * (1 - _ends));

    /// <summary>σ of a stream; positive. Before anything is learnt it is the deviation of rewards.</summary>
    public double Deviation(int stream) => _deviation[stream] > 0 ? _deviation[stream] : Math.Max(Math.Sqrt(_squares[stream] / Math.Max(1, _seen)), Least(stream));

    /// <summary>Takes a step into account.</summary>
    /// <param name="rewards">[streams, environments].</param>
    /// <param name="played">[environments]: whether it was played.</param>
    /// <param name="endings">[environments]: how it ended.</param>
    public void Update(ReadOnlySpan<float> rewards, ReadOnlySpan<bool> played, ReadOnlySpan<Ending> endings)
    {
        for (var (k, number) = (0, played.Length); k < number; k++)
        {
            if (!played[k])
                continue;
            var weight = 1 / Math.Min(++_seen, Memory);
            _ends += weight * (((endings[k] & Ending.Terminated) != 0 ? 1 : 0) - _ends);
            for (var stream = 0; stream < _mean.Length; stream++)
            {
                var difference = rewards[stream * number + k] - _mean[stream];
                _mean[stream] += weight * difference;
                _squares[stream] += difference * (rewards[stream * number + k] - _mean[stream]);
            }
        }
    }

    /// <summary>
    /// A reward as critics learn it, r̃ = (r − (1 − γ)μ)/σ, or (r − μ)/σ of a step after which nothing follows: with it, r̃ + γq′ (q′ = 0 where nothing follows) is (r + γQ′ − μ)/σ.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="reward">What was paid.</param>
    /// <param name="terminated">Whether nothing follows.</param>
    public float Scaled(int stream, float reward, bool terminated) =>
        (float)((reward - Offset(stream) * (terminated ? 1 : 1 - _discount)) / Deviation(stream));

    /// <summary>Takes into account what critics should have said.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="meanSquare">Mean square of q.</param>
    /// <returns>What every q is to be multiplied with from now on.</returns>
    public float Adapt(int stream, double meanSquare)
    {
        var before = Deviation(stream);
        _deviation[stream] = Math.Max(before * Math.Sqrt(1 - Rate + Rate * meanSquare), Least(stream));
        return (float)(before / _deviation[stream]);
    }

    /// <summary>Saves or restores what was seen.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        (_seen, _ends) = (archive.Exchange("seen", _seen), archive.Exchange("ends", _ends));
        archive.Exchange("mean", _mean.AsSpan());
        archive.Exchange("squares", _squares.AsSpan());
        archive.Exchange("deviation", _deviation.AsSpan());
    }

    /// <summary>Least σ, where rewards do not differ: single precision resolves no less.</summary>
    private double Least(int stream) => 1e-4 * Math.Max(1e-4, Math.Abs(_mean[stream]));
}
