using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace CoopGen.Solving;

/// <summary>
/// What second derivatives say of an equilibrium, for the entries that can move: not at a bound that holds them, nor at a kink or jump, nor
/// finite. H are the derivatives of the own gradients; the slopes of the best responses are −H_ii⁻¹·H_ij (agents' blocks).
/// </summary>
/// <param name="Moving">The entries that can move.</param>
/// <param name="Dominance">
/// Least margin of diagonal dominance of H, 1 − Σ|H_ij|/|H_ii| with H_ii below 0: above 0, best responses contract and there is no other
/// equilibrium close by. 1 if nothing moves, −∞ if an H_ii is not below 0.
/// </param>
/// <param name="Eigenvalues">Eigenvalues of the best-response map, the greatest in absolute value first.</param>
/// <param name="GradientRate">Greatest real part of H's eigenvalues: below 0, agents who follow their own gradients come back.</param>
/// <param name="IsIsolated">Whether H is regular: if not, equilibria can lie along a line.</param>
public sealed record Stability(IReadOnlyList<int> Moving, double Dominance, IReadOnlyList<Complex> Eigenvalues, double GradientRate, bool IsIsolated)
{
    private const int MostSamples = 48;

    /// <summary>Greatest absolute eigenvalue of the best-response map; below 1, best responses taken all at once come back after a small disturbance.</summary>
    public double SpectralRadius => Eigenvalues.Count > 0 ? Eigenvalues[0].Magnitude : 0;

    /// <summary>Whether simultaneous best responses come back after a small disturbance.</summary>
    public bool IsStable => IsIsolated && SpectralRadius < 1;

    /// <summary>Looks at a profile.</summary>
    /// <param name="problem">The game.</param>
    /// <param name="profile">n·d actions.</param>
    /// <param name="edges">Entries at kinks and jumps.</param>
    public static Stability Of(OneShotProblem problem, ReadOnlySpan<double> profile, IReadOnlyCollection<int> edges)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(edges);
        var own = new double[problem.Length];
        problem.OwnGradient(profile, own);
        var moving = new List<int>();
        for (var c = 0; c < own.Length; c++)
        {
            var (low, high) = (problem.Box.Low[c], problem.Box.High[c]);
            if (problem.Choices(c).Count == 0 && !edges.Contains(c) && high > low && !(profile[c] <= low && own[c] <= 0) && !(profile[c] >= high && own[c] >= 0))
                moving.Add(c);
        }

        if (moving.Count == 0)
            return new(moving, 1, [], 0, true);
        var second = problem.SecondDerivatives(profile);
        int[] at = [.. moving];
        var h = Matrix<double>.Build.Dense(at.Length, at.Length, (r, c) => second[at[r], at[c]]);
        var blocks = Matrix<double>.Build.Dense(at.Length, at.Length, (r, c) => at[r] / problem.Dimensions == at[c] / problem.Dimensions ? h[r, c] : 0);
        var singular = h.Svd(computeVectors: false).S;
        var answers = blocks.Solve(blocks - h);
        Complex[] eigenvalues = answers.Enumerate().All(double.IsFinite)
            ? [.. answers.Evd().EigenValues.OrderByDescending(e => e.Magnitude).ThenByDescending(e => e.Real).ThenBy(e => e.Imaginary)]
            : [new(double.PositiveInfinity, 0)];
        return new(moving, Margin(second, at), eigenvalues, h.Evd().EigenValues.Max(e => e.Real), singular[^1] > 1e-7 * singular[0]);
    }

    /// <summary>The least margin of dominance over profiles spread over the box: if above 0, evidence (not proof) for a single equilibrium (Rosen; Gabay and Moulin).</summary>
    /// <param name="problem">The game.</param>
    public static double DominanceOverBox(OneShotProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        int[] entries = [.. Enumerable.Range(0, problem.Length).Where(c => problem.Choices(c).Count == 0 && problem.Box.High[c] > problem.Box.Low[c])];
        return Enumerable.Range(1, Math.Clamp(200 / problem.Length, 4, MostSamples))
            .Min(number => Margin(problem.SecondDerivatives(EquilibriumSolver.Spread(problem, number), central: false), entries));
    }

    private static double Margin(Matrix<double> second, int[] entries)
    {
        var least = 1.0;
        foreach (var c in entries)
        {
            var others = entries.Where(k => k != c).Sum(k => Math.Abs(second[c, k]));
            least = Math.Min(least, second[c, c] < 0 ? 1 - others / -second[c, c] : double.NegativeInfinity);
        }

        return least;
    }
}
