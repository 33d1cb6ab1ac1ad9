using System.Runtime.Intrinsics;
using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// A normal distribution squashed into (−1, 1): u ~ N(μ, σ²), a = tanh u. The density of a is N(u; μ, σ²) / (1 − tanh²u), product over the
/// dimensions. What is stored of an action is u, from which its log-probability is exact however near to ±1 it lies.
/// </summary>
public static class SquashedGaussian
{
    // Roots and weights (over √π) of the Gauss-Hermite rule with eight points: Abramowitz and Stegun, table 25.10.
    private static readonly float[] _nodes = [-2.930637420f, -1.981656757f, -1.157193712f, -0.381186990f, 0.381186990f, 1.157193712f, 1.981656757f, 2.930637420f];
    private static readonly float[] _weights = [1.126145e-4f, 9.635220e-3f, 1.172399e-1f, 3.730123e-1f, 3.730123e-1f, 1.172399e-1f, 9.635220e-3f, 1.126145e-4f];

    // Deviations of networks' outputs: beyond these, actions are fixed or at the ends to single precision.
    private const float LeastLog = -20, GreatestLog = 2;

    /// <summary>Bounds logarithms of deviations that a network gives.</summary>
    public static void Bound(Span<float> logDeviation)
    {
        foreach (ref var log in logDeviation)
            log = Math.Clamp(log, LeastLog, GreatestLog);
    }

    /// <summary>Bounds logarithms of deviations that a network gives.</summary>
    public static Tensor Bound(Tensor logDeviation)
    {
        ArgumentNullException.ThrowIfNull(logDeviation);
        return logDeviation.clamp(Kept(LeastLog), Kept(GreatestLog));
    }

    /// <summary>Draws an action.</summary>
    /// <param name="mean">μ per dimension.</param>
    /// <param name="logDeviation">log σ per dimension.</param>
    /// <param name="normal">A standard normal number per dimension.</param>
    /// <param name="raw">Receives u.</param>
    /// <param name="action">Receives tanh u.</param>
    /// <returns>The log-probability density of the action.</returns>
    public static float Sample(ReadOnlySpan<float> mean, ReadOnlySpan<float> logDeviation, ReadOnlySpan<float> normal, Span<float> raw, Span<float> action)
    {
        var sum = 0f;
        for (var k = 0; k < mean.Length; k++)
        {
            raw[k] = mean[k] + MathF.Exp(logDeviation[k]) * normal[k];
            action[k] = MathF.Tanh(raw[k]);
            sum += -0.5f * normal[k] * normal[k] - logDeviation[k] - 0.918938533f - LogSlope(raw[k]);
        }

        return sum;
    }

    /// <summary>Log-probability density of an action.</summary>
    /// <param name="mean">μ per dimension.</param>
    /// <param name="logDeviation">log σ per dimension.</param>
    /// <param name="raw">u per dimension.</param>
    public static float LogProbability(ReadOnlySpan<float> mean, ReadOnlySpan<float> logDeviation, ReadOnlySpan<float> raw)
    {
        var sum = 0f;
        for (var k = 0; k < mean.Length; k++)
        {
            var normal = (raw[k] - mean[k]) * MathF.Exp(-logDeviation[k]);
            sum += -0.5f * normal * normal - logDeviation[k] - 0.918938533f - LogSlope(raw[k]);
        }

        return sum;
    }

    /// <summary>Adds weight · the derivative of the log-probability: with respect to μ z/σ, with respect to log σ z² − 1, where z = (u − μ)/σ.</summary>
    public static void AddLogProbabilityGradient(ReadOnlySpan<float> mean, ReadOnlySpan<float> logDeviation, ReadOnlySpan<float> raw, float weight, Span<float> ofMean, Span<float> ofDeviation)
    {
        for (var k = 0; k < mean.Length; k++)
        {
            var inverse = MathF.Exp(-logDeviation[k]);
            var normal = (raw[k] - mean[k]) * inverse;
            ofMean[k] += weight * normal * inverse;
            ofDeviation[k] += weight * (normal * normal - 1);
        }
    }

    /// <summary>
    /// How weight·(α log π(a) − q(a)) changes with μ and log σ where a = tanh u, u = μ + σε, ε staying the same: by g = 2αa − ∂q/∂a·(1 − a²) with μ, by gσε − α with log σ, or not at all
    /// where <see cref="Bound(Span{float})"/> holds log σ.
    /// </summary>
    /// <param name="logDeviation">log σ per dimension, not bounded.</param>
    /// <param name="normal">ε per dimension.</param>
    /// <param name="action">a per dimension.</param>
    /// <param name="slopes">∂q/∂a per dimension.</param>
    /// <param name="temperature">α.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="ofMean">Receives the derivative with respect to μ.</param>
    /// <param name="ofDeviation">Receives that with respect to log σ.</param>
    public static void SlopesOfDraw(ReadOnlySpan<float> logDeviation, ReadOnlySpan<float> normal, ReadOnlySpan<float> action, ReadOnlySpan<float> slopes, float temperature, float weight, Span<float> ofMean, Span<float> ofDeviation)
    {
        for (var k = 0; k < logDeviation.Length; k++)
        {
            var g = 2 * temperature * action[k] - slopes[k] * (1 - action[k] * action[k]);
            ofMean[k] = weight * g;
            ofDeviation[k] = logDeviation[k] is >= LeastLog and <= GreatestLog ? weight * (g * MathF.Exp(logDeviation[k]) * normal[k] - temperature) : 0;
        }
    }

    /// <summary>Adds weight · the derivative of the entropy as <see cref="Entropy(Tensor, Tensor)"/> has it: log(1 − tanh²u) falls by 2·tanh u.</summary>
    public static void AddEntropyGradient(ReadOnlySpan<float> mean, ReadOnlySpan<float> logDeviation, float weight, Span<float> ofMean, Span<float> ofDeviation)
    {
        var weights = Vector256.LoadUnsafe(ref _weights[0]);
        for (var k = 0; k < mean.Length; k++)
        {
            var away = Vector256.LoadUnsafe(ref _nodes[0]) * (1.41421356f * MathF.Exp(logDeviation[k]));
            var slope = -2f * LaneMath.Tanh(Vector256.Create(mean[k]) + away) * weights;
            ofMean[k] += weight * Vector256.Sum(slope);
            ofDeviation[k] += weight * (1 + Vector256.Sum(slope * away));
        }
    }

    /// <summary>log(1 − tanh²u), without loss for large u.</summary>
    public static float LogSlope(float u) => 2 * (0.693147181f - MathF.Abs(u) - MathF.Log(1 + MathF.Exp(-2 * MathF.Abs(u))));

    /// <summary>log(1 − tanh²u) of every entry.</summary>
    public static Tensor LogSlope(Tensor u)
    {
        ArgumentNullException.ThrowIfNull(u);
        return Kept(2) * (nn.functional.logsigmoid(Kept(2) * u) - (u - Kept(0.693147181f)));
    }

    /// <summary>Log-probability density of actions.</summary>
    /// <param name="mean">[…, dimensions].</param>
    /// <param name="logDeviation">The same, or of a shape that is repeated over it.</param>
    /// <param name="raw">u: the same shape as the mean.</param>
    /// <returns>[…]: summed over the dimensions.</returns>
    public static Tensor LogProbability(Tensor mean, Tensor logDeviation, Tensor raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(logDeviation);
        var normal = (raw - mean) * (-logDeviation).exp();
        return (Kept(-0.5) * normal.Squared() - logDeviation - Kept(0.918938533f) - LogSlope(raw)).sum(-1);
    }

    /// <summary>
    /// Entropy of the squashed distribution: that of the normal one plus the mean of log(1 − tanh²u), by Gauss-Hermite quadrature with eight points (error below
    /// 0.01 for σ ≤ 1).
    /// </summary>
    /// <param name="mean">[…, dimensions].</param>
    /// <param name="logDeviation">The same, or of a shape that is repeated over it.</param>
    /// <returns>[…]: summed over the dimensions.</returns>
    public static Tensor Entropy(Tensor mean, Tensor logDeviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logDeviation);
        var (nodes, weights) = (tensor(_nodes), tensor(_weights));
        var slope = LogSlope(mean.unsqueeze(-1).Plus(logDeviation.exp().unsqueeze(-1) * (Kept(1.41421356f) * nodes)));
        return logDeviation.Plus((slope * weights).sum(-1)).Plus(Kept(1.418938533f)).sum(-1);
    }
}
