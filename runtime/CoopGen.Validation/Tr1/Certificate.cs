namespace CoopGen.Validation.Tr1;

/// <summary>How far actions are from an equilibrium, from the compiled model's exact derivatives.</summary>
internal static class Certificate
{
    /// <summary>Residual and largest gain of the suite's answer and the exact one.</summary>
    public static IEnumerable<Finding> Findings(string suite, string experiment, string prefix, StudyCase study, Venture venture, Equilibrium shipped, Equilibrium exact, bool detail = false)
    {
        var model = new Model(venture);
        yield return new(suite, experiment, prefix + "residual", Residual(model, shipped.Actions, study.Box), Residual(model, exact.Actions, study.Box))
        {
            Detail = detail,
            Note = "greatest slope of an agent's utility by its own action, held to the box",
        };
        yield return new(suite, experiment, prefix + "largest_gain", Gain(model, shipped.Actions, study.Box), Gain(model, exact.Actions, study.Box))
        {
            Detail = detail,
            Note = "the most that an agent could still gain alone, over a global search",
        };
    }

    /// <summary>The greatest projected slope.</summary>
    public static double Residual(Model model, double[] actions, (double Low, double High) box)
    {
        var slopes = model.Slopes(actions);
        var residual = 0.0;
        for (var i = 0; i < actions.Length; i++)
            residual = Math.Max(residual, Math.Abs(Math.Clamp(actions[i] + slopes[i], box.Low, box.High) - actions[i]));
        return residual;
    }

    /// <summary>The largest gain by leaving alone: a grid over the box, refined where it is best.</summary>
    private static double Gain(Model model, double[] actions, (double Low, double High) box)
    {
        const int Points = 400;
        var here = model.Utilities(actions);
        var gain = 0.0;
        for (var i = 0; i < actions.Length; i++)
        {
            var (agent, other) = (i, (double[])actions.Clone());
            double Utility(double x)
            {
                other[agent] = x;
                return model.Utility(agent, other);
            }

            var width = (box.High - box.Low) / Points;
            var best = Enumerable.Range(0, Points + 1).Select(k => box.Low + k * width).MaxBy(Utility);
            var (low, high) = (Math.Max(box.Low, best - width), Math.Min(box.High, best + width));
            var found = Numerics.BoundedBrent.Minimum(x => -Utility(x), low, high, 1e-9);
            gain = Math.Max(gain, Math.Max(Utility(best), -found.Value) - here[i]);
        }

        return gain;
    }
}
