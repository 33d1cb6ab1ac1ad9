namespace CoopGen.Policies;

/// <summary>The box of actions as the benchmark's policies see it: one least and one greatest value per dimension, over all agents.</summary>
internal static class Scale
{
    /// <summary>Least lower and greatest upper bound over the agents.</summary>
    public static (double Low, double High) Of(GameEnvironment environment, int dimension)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        var space = environment.ActionSpace;
        for (var k = dimension; k < space.Length; k += environment.ActionDimensions)
            (low, high) = (Math.Min(low, space.Low[k]), Math.Max(high, space.High[k]));
        return (low, high);
    }

    /// <summary>A part, 0 to 1, of the way from the least to the greatest value; of a finite dimension the nearest value.</summary>
    public static double Part(GameEnvironment environment, int dimension, double part)
    {
        var (low, high) = Of(environment, dimension);
        return Allowed(environment, dimension, low + part * (high - low));
    }

    /// <summary>The value a finite dimension allows that is nearest (the lesser of two equally near); the value itself for a continuous one.</summary>
    private static double Allowed(GameEnvironment environment, int dimension, double value)
    {
        var choices = environment.Info.Actions[dimension].Choices;
        if (choices.Count == 0)
            return value;
        var best = choices[0];
        for (var k = 1; k < choices.Count; k++)
            if (Math.Abs(choices[k] - value) < Math.Abs(best - value))
                best = choices[k];
        return best;
    }
}
