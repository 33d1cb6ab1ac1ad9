namespace CoopGen.Solving;

/// <summary>
/// Climbs from one sequence in double precision: projected L-BFGS (the two-loop recursion over the actions that are free to move, line
/// search along the projected path). Actions count in parts of their box.
/// </summary>
internal static class Ascent
{
    private const int Memory = 12, MostHalvings = 25;
    private const double Sufficient = 1e-4;

    /// <summary>Climbs.</summary>
    /// <param name="problem">What is climbed.</param>
    /// <param name="sequence">The sequence; replaced by the best one found.</param>
    /// <param name="iterations">Most gradients.</param>
    /// <param name="cancellation">Ends the climb.</param>
    /// <returns>The value there.</returns>
    public static double Climb(EpisodeProblem problem, double[] sequence, int iterations, CancellationToken cancellation)
    {
        var length = sequence.Length;
        double[] range = [.. Enumerable.Range(0, length).Select(k => problem.High[k % problem.Width] - problem.Low[k % problem.Width])];
        var (gradient, next, trial, direction) = (new double[length], new double[length], new double[length], new double[length]);
        var (steps, bends) = (new List<double[]>(), new List<double[]>());
        var value = problem.Gradient(sequence, gradient);
        Scale(gradient, range);
        for (var (iteration, still) = (0, 0); iteration < iterations && still < 3 && !cancellation.IsCancellationRequested; iteration++)
        {
            if (Residual(problem, sequence, gradient, range) <= 1e-9 * (1 + Math.Abs(value)))
                break;
            Aim(problem, sequence, gradient, steps, bends, direction);
            var slope = Dot(direction, gradient);
            if (!(slope > 0))
            {
                (steps, bends) = ([], []);
                Aim(problem, sequence, gradient, steps, bends, direction);
                slope = Dot(direction, gradient);
            }

            // The first step, and every step after the memory was dropped, moves no action by more than a fiftieth of its box.
            var part = steps.Count == 0 ? 0.02 / Math.Max(direction.Max(Math.Abs), 1e-300) : 1;
            var found = double.NegativeInfinity;
            for (var halving = 0; halving < MostHalvings; halving++, part *= 0.4)
            {
                var gained = 0.0;
                for (var k = 0; k < length; k++)
                {
                    trial[k] = Math.Clamp(sequence[k] + part * direction[k] * range[k], problem.Low[k % problem.Width], problem.High[k % problem.Width]);
                    gained += range[k] == 0 ? 0 : (trial[k] - sequence[k]) / range[k] * gradient[k];
                }

                found = problem.Play(trial);
                if (found >= value + Sufficient * gained && found > value)
                    break;
                found = double.NegativeInfinity;
            }

            if (double.IsNegativeInfinity(found))
            {
                if (steps.Count == 0)
                    break;
                (steps, bends) = ([], []);
                continue;
            }

            problem.Gradient(trial, next);
            Scale(next, range);
            var (step, bend) = (new double[length], new double[length]);
            for (var k = 0; k < length; k++)
                (step[k], bend[k]) = (range[k] == 0 ? 0 : (trial[k] - sequence[k]) / range[k], gradient[k] - next[k]);
            if (Dot(step, bend) > 1e-12 * Dot(bend, bend))
            {
                steps.Add(step);
                bends.Add(bend);
                if (steps.Count > Memory)
                {
                    steps.RemoveAt(0);
                    bends.RemoveAt(0);
                }
            }

            still = found - value <= 1e-13 * (1 + Math.Abs(value)) ? still + 1 : 0;
            value = found;
            trial.CopyTo(sequence, 0);
            (gradient, next) = (next, gradient);
        }

        return value;
    }

    /// <summary>
    /// Greatest entry of the projected gradient: what moving one action by its whole box would add if the return went on as it goes
    /// here; 0 where the action is at the bound it is pushed to. Where the return falls the way the derivative points, at a kink or
    /// threshold, that way is none to gain, and counts 0; so is the residual one-sided there.
    /// </summary>
    public static double Residual(EpisodeProblem problem, double[] sequence, double value)
    {
        const double Step = 1e-6, Small = 1e-7;
        var (gradient, moved, greatest) = (new double[sequence.Length], (double[])sequence.Clone(), 0.0);
        problem.Gradient(sequence, gradient);
        for (var k = 0; k < sequence.Length; k++)
        {
            var (low, high) = (problem.Low[k % problem.Width], problem.High[k % problem.Width]);
            var rate = Math.Abs(gradient[k]) * (high - low);
            if (!IsFree(problem, sequence, gradient, k) || rate <= greatest)
                continue;
            if (rate > Small * Math.Abs(value))
            {
                moved[k] = Math.Clamp(sequence[k] + Math.Sign(gradient[k]) * Step * (high - low), low, high);
                var gained = problem.Play(moved) - value;
                moved[k] = sequence[k];
                if (gained <= 0)
                    continue;
            }

            greatest = rate;
        }

        return greatest;
    }

    private static double Residual(EpisodeProblem problem, double[] sequence, double[] gradient, double[] range)
    {
        var greatest = 0.0;
        for (var k = 0; k < sequence.Length; k++)
            if (range[k] > 0 && IsFree(problem, sequence, gradient, k))
                greatest = Math.Max(greatest, Math.Abs(gradient[k]));
        return greatest;
    }

    private static bool IsFree(EpisodeProblem problem, double[] sequence, double[] gradient, int k) =>
        gradient[k] > 0 ? sequence[k] < problem.High[k % problem.Width] : sequence[k] > problem.Low[k % problem.Width];

    private static void Aim(EpisodeProblem problem, double[] sequence, double[] gradient, List<double[]> steps, List<double[]> bends, double[] direction)
    {
        var factors = new double[steps.Count];
        for (var k = 0; k < direction.Length; k++)
            direction[k] = IsFree(problem, sequence, gradient, k) ? gradient[k] : 0;
        for (var m = steps.Count - 1; m >= 0; m--)
        {
            factors[m] = Dot(steps[m], direction) / Dot(steps[m], bends[m]);
            Add(direction, -factors[m], bends[m]);
        }

        if (steps.Count > 0)
        {
            var scale = Dot(steps[^1], bends[^1]) / Dot(bends[^1], bends[^1]);
            for (var k = 0; k < direction.Length; k++)
                direction[k] *= scale;
        }

        for (var m = 0; m < steps.Count; m++)
            Add(direction, factors[m] - Dot(bends[m], direction) / Dot(steps[m], bends[m]), steps[m]);
        for (var k = 0; k < direction.Length; k++)
            if (!IsFree(problem, sequence, gradient, k))
                direction[k] = 0;
    }

    private static void Scale(double[] gradient, double[] range)
    {
        for (var k = 0; k < gradient.Length; k++)
            gradient[k] *= range[k];
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    private static void Add(double[] to, double factor, double[] what)
    {
        for (var k = 0; k < to.Length; k++)
            to[k] += factor * what[k];
    }
}
