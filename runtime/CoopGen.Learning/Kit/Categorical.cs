using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>A choice among bins that divide [−1, 1] evenly, both ends included.</summary>
public static class Categorical
{
    /// <summary>The action that a bin stands for.</summary>
    /// <param name="bin">From 0.</param>
    /// <param name="bins">Number of bins, at least 2.</param>
    public static float Action(int bin, int bins) => -1 + 2f * bin / (bins - 1);

    /// <summary>Draws a bin with the probabilities that logits give.</summary>
    /// <param name="logits">One per bin.</param>
    /// <param name="uniform">A number in [0, 1).</param>
    /// <returns>The bin, and the logarithm of its probability.</returns>
    public static (int Bin, float LogProbability) Sample(ReadOnlySpan<float> logits, double uniform)
    {
        var (most, sum) = (Greatest(logits), 0.0);
        foreach (var logit in logits)
            sum += Math.Exp(logit - logits[most]);
        var (left, bin) = (uniform * sum, 0);
        for (; bin < logits.Length - 1; bin++)
        {
            left -= Math.Exp(logits[bin] - logits[most]);
            if (left < 0)
                break;
        }

        return (bin, (float)(logits[bin] - logits[most] - Math.Log(sum)));
    }

    /// <summary>The likeliest bin, the first of several.</summary>
    public static int Greatest(ReadOnlySpan<float> logits)
    {
        var most = 0;
        for (var k = 1; k < logits.Length; k++)
            if (logits[k] > logits[most])
                most = k;
        return most;
    }

    /// <summary>Logarithms of the probabilities of chosen bins.</summary>
    /// <param name="logits">[…, bins].</param>
    /// <param name="bins">[…]: whole numbers.</param>
    public static Tensor LogProbability(Tensor logits, Tensor bins)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(bins);
        return logits.log_softmax(-1).gather(-1, bins.unsqueeze(-1)).squeeze(-1);
    }

    /// <summary>Entropies.</summary>
    /// <param name="logits">[…, bins].</param>
    public static Tensor Entropy(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var logs = logits.log_softmax(-1);
        return -(logs.exp() * logs).sum(-1);
    }
}
