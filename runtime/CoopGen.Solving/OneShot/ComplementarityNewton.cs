using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace CoopGen.Solving;

/// <summary>
/// Semismooth Newton's method for the first-order conditions of an equilibrium on a box: every entry is stationary, or at a bound with
/// the derivative pointing out. They are the zeros of a − clip(a + own gradient). Local: what it finds may be no equilibrium.
/// </summary>
internal static class ComplementarityNewton
{
    private const int MostIterations = 40, MostHalvings = 12;

    /// <summary>Moves a profile towards the conditions, as long as that comes nearer.</summary>
    /// <param name="problem">The game.</param>
    /// <param name="profile">n·d actions; receives the profile reached.</param>
    /// <param name="held">Entries that stay as they are; finite ones do anyway.</param>
    public static void Solve(OneShotProblem problem, double[] profile, IReadOnlyCollection<int> held)
    {
        var n = profile.Length;
        var free = new bool[n];
        for (var c = 0; c < n; c++)
            free[c] = problem.Choices(c).Count == 0 && !held.Contains(c);
        var (own, trial, next) = (new double[n], new double[n], new double[n]);
        problem.OwnGradient(profile, own);
        var error = Error(profile, own);
        Matrix<double>? second = null;
        for (var iteration = 0; iteration < MostIterations && error > 1e-12; iteration++)
        {
            var fresh = second is null;
            second ??= problem.SecondDerivatives(profile, central: false);
            var step = Step(profile, own, second);
            var before = error;
            var size = 1.0;
            for (var halving = 0; halving < MostHalvings && step is not null; halving++, size /= 2)
            {
                for (var c = 0; c < n; c++)
                    trial[c] = Math.Clamp(profile[c] + size * step[c], problem.Box.Low[c], problem.Box.High[c]);
                problem.OwnGradient(trial, next);
                if (Error(trial, next) is var reached && reached < error)
                {
                    (error, (own, next)) = (reached, (next, own));
                    trial.CopyTo(profile, 0);
                    break;
                }
            }

            if (error >= before && fresh)
                return;
            // Second derivatives are dear with many agents: they are kept while they serve.
            if (error > 0.1 * before || size < 1)
                second = null;
        }

        double Residual(double[] a, double[] gradient, int c) =>
            free[c] ? a[c] - Math.Clamp(a[c] + gradient[c], problem.Box.Low[c], problem.Box.High[c]) : 0;

        double Error(double[] a, double[] gradient)
        {
            var sum = 0.0;
            for (var c = 0; c < n; c++)
                sum += Residual(a, gradient, c) * Residual(a, gradient, c);
            return Math.Sqrt(sum);
        }

        // Rows of entries that the projection leaves alone are those of the second derivatives, the others go to their bound.
        double[]? Step(double[] a, double[] gradient, Matrix<double> derivatives)
        {
            var (system, right) = (DenseMatrix.CreateIdentity(n), DenseVector.Create(n, 0));
            for (var c = 0; c < n; c++)
            {
                if (!free[c])
                    continue;
                right[c] = -Residual(a, gradient, c);
                if (a[c] + gradient[c] > problem.Box.Low[c] && a[c] + gradient[c] < problem.Box.High[c])
                    for (var k = 0; k < n; k++)
                        system[c, k] = free[k] ? -derivatives[c, k] : 0;
            }

            var step = system.Solve(right);
            return step.ForAll(double.IsFinite) ? [.. step] : null;
        }
    }
}
