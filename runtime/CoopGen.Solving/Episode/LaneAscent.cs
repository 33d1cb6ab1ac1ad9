namespace CoopGen.Solving;

/// <summary>
/// Climbs from many sequences at once: spectral projected gradient (step lengths of Barzilai and Borwein, non-monotone line search of
/// Grippo, Lampariello and Lucidi), every lane by itself, all in step. Actions count in parts of their box.
/// </summary>
internal static class LaneAscent
{
    private const int Remembered = 5;
    private const double Sufficient = 1e-4, LeastStep = 1e-4, LongestStep = 1e6;

    /// <param name="lanes">As many lanes as there are sequences.</param>
    /// <param name="problem">What is climbed.</param>
    /// <param name="sequences">The sequences; each is replaced by the best one found from it.</param>
    /// <param name="values">Receives their values.</param>
    /// <param name="iterations">Most evaluations per lane.</param>
    /// <param name="cancellation">Ends the climb; the sequences are then the best so far.</param>
    public static void Climb(EpisodeLanes lanes, EpisodeProblem problem, double[] sequences, double[] values, int iterations, CancellationToken cancellation)
    {
        var (length, count) = (problem.Length, lanes.Count);
        var (at, trial, gradient, next) = ((double[])sequences.Clone(), new double[sequences.Length], new double[sequences.Length], new double[sequences.Length]);
        var (trialValues, direction, lane) = (new double[count], new double[sequences.Length], new Lane[count]);
        lanes.Gradients(at, values, gradient);
        for (var j = 0; j < count; j++)
        {
            lane[j] = new(values[j]);
            Aim(problem, lane[j], at.AsSpan(j * length, length), gradient.AsSpan(j * length, length), direction.AsSpan(j * length, length));
        }

        for (var iteration = 0; iteration < iterations && !cancellation.IsCancellationRequested && lane.Any(l => !l.IsDone); iteration++)
        {
            for (var j = 0; j < count; j++)
                for (var k = j * length; k < (j + 1) * length; k++)
                    trial[k] = at[k] + (lane[j].IsDone ? 0 : lane[j].Part * direction[k]);
            lanes.Gradients(trial, trialValues, next);
            for (var j = 0; j < count; j++)
            {
                var mine = lane[j];
                if (mine.IsDone)
                    continue;
                var span = (j * length)..((j + 1) * length);
                if (trialValues[j] > values[j])
                {
                    values[j] = trialValues[j];
                    trial.AsSpan(span).CopyTo(sequences.AsSpan(span));
                }

                if (!(trialValues[j] >= mine.Recent.Min() + Sufficient * mine.Part * mine.Slope))
                {
                    mine.Part *= 0.3;
                    mine.IsDone = mine.Part < LeastStep;
                    continue;
                }

                mine.Accept(trialValues[j], StepLength(problem, at.AsSpan(span), trial.AsSpan(span), gradient.AsSpan(span), next.AsSpan(span)));
                trial.AsSpan(span).CopyTo(at.AsSpan(span));
                next.AsSpan(span).CopyTo(gradient.AsSpan(span));
                Aim(problem, mine, at.AsSpan(span), gradient.AsSpan(span), direction.AsSpan(span));
            }
        }
    }

    /// <summary>The way to the projection of a step along the gradient.</summary>
    private static void Aim(EpisodeProblem problem, Lane lane, ReadOnlySpan<double> at, ReadOnlySpan<double> gradient, Span<double> direction)
    {
        var (steepest, slope) = (0.0, 0.0);
        for (var k = 0; k < at.Length; k++)
            steepest = Math.Max(steepest, Math.Abs(gradient[k]) * (problem.High[k % problem.Width] - problem.Low[k % problem.Width]));
        if (double.IsNaN(lane.Length))
            // The first step moves no action by more than a fiftieth of its box.
            lane.Length = steepest > 0 ? 0.02 / steepest : 1;
        for (var k = 0; k < at.Length; k++)
        {
            var (low, high) = (problem.Low[k % problem.Width], problem.High[k % problem.Width]);
            direction[k] = Math.Clamp(at[k] + lane.Length * gradient[k] * (high - low) * (high - low), low, high) - at[k];
            slope += direction[k] * gradient[k];
        }

        lane.Slope = slope;
        lane.IsDone |= !(slope > 1e-9 * (1 + Math.Abs(lane.Recent[0])));
    }

    private static double StepLength(EpisodeProblem problem, ReadOnlySpan<double> at, ReadOnlySpan<double> trial, ReadOnlySpan<double> before, ReadOnlySpan<double> after)
    {
        var (moved, bent) = (0.0, 0.0);
        for (var k = 0; k < at.Length; k++)
        {
            var (step, range) = (trial[k] - at[k], problem.High[k % problem.Width] - problem.Low[k % problem.Width]);
            if (range == 0)
                continue;
            moved += step * step / (range * range);
            bent -= step * (after[k] - before[k]);
        }

        return bent > 0 ? Math.Min(moved / bent, LongestStep) : LongestStep;
    }

    private sealed class Lane(double value)
    {
        public readonly double[] Recent = [.. Enumerable.Repeat(value, Remembered)];
        private int _accepted;

        /// <summary>Step length along the gradient; not a number before the first.</summary>
        public double Length = double.NaN;
        public double Part = 1, Slope;
        public bool IsDone;

        public void Accept(double accepted, double length)
        {
            Recent[_accepted++ % Remembered] = accepted;
            (Length, Part) = (length, 1);
        }
    }
}
