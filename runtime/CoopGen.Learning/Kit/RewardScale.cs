namespace CoopGen.Learning;

/// <summary>
/// Rewards as critics learn them: less what takes the mean of late out of values, over their deviation under random play. Critics learn q = (Q − μ)/σ with μ = r̄/(1 − γ(1 − p)), r̄ being the
/// mean reward and p the part of steps that end a game by its own rules; without the constant μ it takes many thousand updates until values have the right height (Naik et al. 2024,
/// "Reward centering", arXiv:2405.09999, which has p = 0). It changes no preference.
/// </summary>
public sealed class RewardScale
{
    /// <summary>Steps that the mean looks back.</summary>
    private const double Memory = 10_000;

    private readonly double[] _mean, _squares;
    private readonly double _discount;
    private double _seen, _count, _ends;

    /// <param name="streams">Number of streams of rewards, such as agents; each has a scale of its own.</param>
    /// <param name="discount">γ, within [0, 1).</param>
    public RewardScale(int streams, double discount)
    {
        if (!(discount is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(discount), discount, "The discount must be at least 0 and below 1: without one, values are not bounded.");
        (_mean, _squares, _discount) = (new double[streams], new double[streams], discount);
    }

    /// <summary>μ of a stream: what is subtracted from values.</summary>
    public double Offset(int stream) => _mean[stream] / (1 - _discount * (1 - _ends));

    /// <summary>Deviation of a stream's rewards under random play; positive.</summary>
    public double Deviation(int stream) => Math.Max(Math.Sqrt(_squares[stream] / Math.Max(1, _count)), 1e-4 * Math.Max(1e-4, Math.Abs(_mean[stream])));

    /// <summary>Takes a step into account.</summary>
    /// <param name="rewards">[streams, environments].</param>
    /// <param name="played">[environments]: whether it was played.</param>
    /// <param name="endings">[environments]: how it ended.</param>
    /// <param name="random">Whether it was played at random, and so counts for the deviation.</param>
    public void Update(ReadOnlySpan<float> rewards, ReadOnlySpan<bool> played, ReadOnlySpan<Ending> endings, bool random)
    {
        var number = played.Length;
        for (var k = 0; k < number; k++)
        {
            if (!played[k])
                continue;
            // Without random play the first steps still say what deviation there is.
            var counts = random || _count < 2;
            (_seen, _count) = (_seen + 1, _count + (counts ? 1 : 0));
            var weight = 1 / Math.Min(_seen, Memory);
            _ends += weight * (((endings[k] & Ending.Terminated) != 0 ? 1 : 0) - _ends);
            for (var stream = 0; stream < _mean.Length; stream++)
            {
                var difference = rewards[stream * number + k] - _mean[stream];
                _mean[stream] += weight * difference;
                if (counts)
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

    /// <summary>Saves or restores what was seen.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        (_seen, _count) = (archive.Exchange("seen", _seen), archive.Exchange("count", _count));
        _ends = archive.Exchange("ends", _ends);
        archive.Exchange("mean", _mean.AsSpan());
        archive.Exchange("squares", _squares.AsSpan());
    }
}
