namespace CoopGen.Solving;

/// <summary>What a weighted sum of returns cannot exceed: the horizon times a bound on the weighted sum of rewards of one step.</summary>
/// <remarks>
/// The bound of a step holds for every state that the spec allows. It is refined by branch and bound over the box of actions: the
/// box with the greatest bound is halved along its longest side, and intervals of smaller boxes are tighter.
/// </remarks>
internal static class EpisodeBound
{
    private const double Budget = 4e6;
    private const int MostBoxes = 4000;

    public static double Of(EpisodeProblem problem)
    {
        var environment = problem.Environment;
        var (low, high) = (environment.ActionSpace.Low.ToArray(), environment.ActionSpace.High.ToArray());
        var boxes = new PriorityQueue<(double[] Low, double[] High), double>();
        double Bound(double[] from, double[] to)
        {
            var rewards = environment.RewardRangeOf(new Box(from, to));
            var bound = 0.0;
            for (var i = 0; i < environment.AgentCount; i++)
                bound += problem.Weights[i] == 0 ? 0 : problem.Weights[i] > 0 ? problem.Weights[i] * rewards.High[i] : problem.Weights[i] * rewards.Low[i];
            return double.IsNaN(bound) ? double.PositiveInfinity : bound;
        }

        var whole = Bound(low, high);
        if (!double.IsFinite(whole) || Enumerable.Range(0, low.Length).Any(k => !double.IsFinite(high[k] - low[k])))
            return Over(whole);
        boxes.Enqueue((low, high), -whole);
        var most = Math.Min(MostBoxes, Budget / Math.Pow(environment.ProfileLength, 2));
        var best = whole;
        for (var k = 0; k < most; k++)
        {
            boxes.TryDequeue(out var box, out var bound);
            best = -bound;
            var side = Enumerable.Range(0, low.Length).MaxBy(j => box.High[j] - box.Low[j]);
            var middle = box.Low[side] + (box.High[side] - box.Low[side]) / 2;
            if (!(middle > box.Low[side] && middle < box.High[side]))
                break;
            var (upper, lower) = ((double[])box.Low.Clone(), (double[])box.High.Clone());
            (upper[side], lower[side]) = (middle, middle);
            boxes.Enqueue((box.Low, lower), -Math.Min(-bound, Bound(box.Low, lower)));
            boxes.Enqueue((upper, box.High), -Math.Min(-bound, Bound(upper, box.High)));
            boxes.TryPeek(out _, out bound);
            best = -bound;
        }

        return Over(best);

        // Where every step costs, the shortest episode is the best one thinkable.
        double Over(double step) => step >= 0 ? step * environment.Horizon * (1 + 1e-12) : step;
    }
}
