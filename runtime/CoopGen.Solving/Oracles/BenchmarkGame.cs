namespace CoopGen.Solving;

/// <summary>
/// The one-shot game inside the benchmark's equilibrium oracles:
/// U_i = π_i + Σ_{j≠i} w_ij·π_j + a_i·Σ_{j≠i} τ_ij·(a_j − b_j) + κ_i·max(a_i − b_i, 0), with
/// π_k = e_k − a_k + θ·ln(1 + a_k) + α_k·γ·g and g = (Π a)^(1/n), 0 where an action is 0.
/// </summary>
/// <param name="x">The environment.</param>
/// <param name="weights">w, row by row; the diagonal is not used.</param>
/// <param name="trust">τ: how much what others do above their baselines raises an agent's payoff per unit of its own action.</param>
/// <param name="kindness">κ: what an agent gains per unit above its baseline.</param>
internal sealed class BenchmarkGame(BenchmarkFacts x, double[][] weights, double[][]? trust, double[]? kindness) : IOneShotGame
{
    private const double Nothing = 1e-10;

    private readonly double[] _private = new double[x.n];

    /// <summary>Without any weight of others: every agent's private payoff.</summary>
    public static OneShotProblem Private(BenchmarkFacts x) => Problem(x, Pairs(x, static (_, _) => 0));

    /// <summary>Weighted by interdependence alone (TR-1).</summary>
    public static OneShotProblem Coopetitive(BenchmarkFacts x) => Problem(x, x.D);

    /// <summary>Weighted by interdependence as far as there is trust at reset (TR-1 with TR-2 weights).</summary>
    public static OneShotProblem Trusting(BenchmarkFacts x) => Problem(x, Pairs(x, (i, j) => Math.Min(x.T[i][j], 1 - x.R[i][j]) * x.D[i][j]));

    /// <summary>With the trust term of Oracle_TrustAware: 0.2 at a trust of 0.95, not per unit of endowment.</summary>
    public static OneShotProblem TrustAware(BenchmarkFacts x) => Problem(x, x.D, Pairs(x, static (_, _) => 0.2 * 0.95));

    /// <summary>With the terms of Oracle_ReciprocityEquilibrium, at a trust of 0.35 above that at reset, at most 0.95.</summary>
    public static OneShotProblem Reciprocal(BenchmarkFacts x)
    {
        var r = x.Reciprocity;
        double T(int i, int j) => Math.Min(0.95, x.T[i][j] + 0.35);
        double[] kindness = [.. Enumerable.Range(0, x.n).Select(i => Enumerable.Range(0, x.n).Where(j => j != i)
            .Sum(j => r.λR * T(i, j) * (1 + r.ω * x.D[i][j]) * r.ρ0 * Math.Pow(x.D[i][j], r.η) * r.κ) / x.e[i])];
        return Problem(x, x.D, Pairs(x, (i, j) => 0.2 * T(i, j) / x.e[i]), kindness);
    }

    /// <inheritdoc/>
    public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs)
    {
        var g = Synergy(actions);
        for (var k = 0; k < x.n; k++)
            _private[k] = x.e[k] - actions[k] + x.θ * Math.Log(1 + actions[k]) + x.α[k] * x.γ * g;
        for (var i = 0; i < x.n; i++)
        {
            var (sum, above) = (_private[i], 0.0);
            for (var j = 0; j < x.n; j++)
            {
                if (i == j)
                    continue;
                sum += weights[i][j] * _private[j];
                above += (trust?[i][j] ?? 0) * (actions[j] - x.b[j]);
            }

            payoffs[i] = sum + actions[i] * above + (kindness?[i] ?? 0) * Math.Max(actions[i] - x.b[i], 0);
        }
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)
    {
        Payoffs(actions, payoffs);
        var g = Synergy(actions);
        for (var i = 0; i < x.n; i++)
        {
            var (share, above) = (x.α[i], 0.0);
            for (var j = 0; j < x.n; j++)
            {
                share += i == j ? 0 : weights[i][j] * x.α[j];
                above += i == j ? 0 : (trust?[i][j] ?? 0) * (actions[j] - x.b[j]);
            }

            for (var j = 0; j < x.n; j++)
            {
                var value = x.θ / (1 + actions[j]) - 1;
                var synergy = g == 0 ? 0 : x.γ * g / (x.n * actions[j]);
                gradient[i * x.n + j] = share * synergy + (i == j
                    ? value + above + (actions[i] > x.b[i] ? kindness?[i] ?? 0 : 0)
                    : weights[i][j] * value + (trust?[i][j] ?? 0) * actions[i]);
            }
        }
    }

    private static OneShotProblem Problem(BenchmarkFacts x, double[][] weights, double[][]? trust = null, double[]? kindness = null) =>
        new(x.Name, new BenchmarkGame(x, weights, trust, kindness), x.n, new(new double[x.n], x.e));

    private static double[][] Pairs(BenchmarkFacts x, Func<int, int, double> value) =>
        [.. Enumerable.Range(0, x.n).Select(i => Enumerable.Range(0, x.n).Select(j => i == j ? 0 : value(i, j)).ToArray())];

    private double Synergy(ReadOnlySpan<double> actions)
    {
        var sum = 0.0;
        foreach (var action in actions)
        {
            if (action <= Nothing)
                return 0;
            sum += Math.Log(action);
        }

        return Math.Exp(sum / x.n);
    }
}
