using System.Runtime.Intrinsics;
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
    /// <param name="logits">One per bin; probabilities times a common factor take their place.</param>
    /// <param name="uniform">A number in [0, 1).</param>
    public static int Sample(Span<float> logits, double uniform)
    {
        var most = logits[Greatest(logits)];
        foreach (ref var logit in logits)
            logit = MathF.Exp(logit - most);
        return Draw(logits, uniform);
    }

    /// <summary>Draws a bin with given probabilities.</summary>
    /// <param name="probabilities">One per bin; their sum is taken for 1.</param>
    /// <param name="uniform">A number in [0, 1).</param>
    internal static int Draw(ReadOnlySpan<float> probabilities, double uniform)
    {
        var (sum, bin) = (0.0, 0);
        foreach (var probability in probabilities)
            sum += probability;
        for (var left = uniform * sum; bin < probabilities.Length - 1; bin++)
        {
            left -= probabilities[bin];
            if (left < 0)
                break;
        }

        return bin;
    }

    /// <summary>Probabilities s = softmax(z), and their logarithms in place of the logits z.</summary>
    /// <param name="logits">[…, bins].</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="probabilities">Receives […, bins].</param>
    internal static void LogSoftmax(Span<float> logits, int bins, Span<float> probabilities)
    {
        for (var at = 0; at < logits.Length; at += bins)
        {
            var own = logits.Slice(at, bins);
            var most = own[Greatest(own)];
            foreach (ref var logit in own)
                logit -= most;
        }

        Dense.Exp(logits, probabilities);
        for (var at = 0; at < logits.Length; at += bins)
        {
            var sum = 0f;
            foreach (var part in probabilities.Slice(at, bins))
                sum += part;
            var (log, factor) = (MathF.Log(sum), 1 / sum);
            for (var k = at; k < at + bins; k++)
                (logits[k], probabilities[k]) = (logits[k] - log, probabilities[k] * factor);
        }
    }

    /// <summary>Logarithms of p = (1 − ε)·s + ε/bins.</summary>
    /// <param name="logs">Logarithms of s: […, bins].</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="exploration">ε, within [0, 1).</param>
    /// <param name="mixed">Receives […, bins].</param>
    internal static void Mix(ReadOnlySpan<float> logs, int bins, double exploration, Span<float> mixed)
    {
        if (exploration == 0)
        {
            logs.CopyTo(mixed);
            return;
        }

        // By logarithms: what a small ε leaves of a small probability would be nothing in single precision.
        var (kept, even, k) = (Vector256.Create((float)Math.Log(1 - exploration)), Vector256.Create((float)Math.Log(exploration / bins)), 0);
        for (; k + Vector256<float>.Count <= logs.Length; k += Vector256<float>.Count)
            LogOfSum(Vector256.LoadUnsafe(in logs[k]) + kept, even).StoreUnsafe(ref mixed[k]);
        for (; k < logs.Length; k++)
            mixed[k] = LogOfSum(Vector256.Create(logs[k]) + kept, even)[0];

        static Vector256<float> LogOfSum(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b) + LaneMath.Log1pOfPositive(LaneMath.Exp(-Vector256.Abs(a - b)));
    }

    /// <summary>The derivative of g·log p(u) + c·H(p) with respect to logits z, where s = softmax(z), p = (1 − ε)·s + ε/bins, and H is the entropy.</summary>
    /// <param name="logs">Logarithms of s, one per bin.</param>
    /// <param name="probabilities">s.</param>
    /// <param name="mixed">Logarithms of p.</param>
    /// <param name="bin">u.</param>
    /// <param name="exploration">ε.</param>
    /// <param name="gain">g.</param>
    /// <param name="weight">c.</param>
    /// <param name="gradient">Receives one number per bin.</param>
    /// <returns>H.</returns>
    internal static float Gradient(ReadOnlySpan<float> logs, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> mixed, int bin, double exploration, float gain, float weight, Span<float> gradient)
    {
        var (kept, expected, sum) = ((float)(1 - exploration), 0f, 0f);
        for (var k = 0; k < mixed.Length; k++)
            (expected, sum) = (expected + probabilities[k] * mixed[k], sum + mixed[k]);
        // (1 − ε)·s(u)/p(u): the part of log p(u) that follows log s(u).
        var part = exploration == 0 ? gain : gain * kept * MathF.Exp(logs[bin] - mixed[bin]);
        for (var k = 0; k < mixed.Length; k++)
            gradient[k] = -probabilities[k] * (part + weight * kept * (mixed[k] - expected));
        gradient[bin] += part;
        return -(kept * expected + (float)exploration / mixed.Length * sum);
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
