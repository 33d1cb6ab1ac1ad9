namespace CoopGen.Cli;

/// <summary>A curve of a picture.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Values">One value per step.</param>
/// <param name="Low">Least value possible.</param>
/// <param name="High">Greatest value possible.</param>
internal sealed record Curve(string Name, double[] Values, double Low, double High)
{
    /// <summary>With more curves than this a picture shows their least, mean and greatest value.</summary>
    private const int Most = 12;

    /// <summary>The actions as curves, one per agent and dimension; of many agents, the least, mean and greatest of each dimension.</summary>
    public static IReadOnlyList<Curve> OfActions(GameEnvironment environment, Course course)
    {
        var curves = new List<Curve>();
        for (var k = 0; k < environment.ProfileLength; k++)
        {
            var dimension = environment.ActionDimensions > 1 ? " " + environment.Info.Actions[k % environment.ActionDimensions].Name : "";
            curves.Add(new(environment.Info.AgentName(k / environment.ActionDimensions) + dimension, course.Actions(k), environment.ActionSpace.Low[k], environment.ActionSpace.High[k]));
        }

        if (curves.Count <= Most)
            return curves;
        var few = new List<Curve>();
        for (var d = 0; d < environment.ActionDimensions; d++)
        {
            var all = curves.Where((_, k) => k % environment.ActionDimensions == d).ToList();
            var name = environment.Info.Actions[d].Name;
            few.Add(Over(all, $"{name}, greatest of {all.Count} agents", values => values.Max()));
            few.Add(Over(all, $"{name}, mean of {all.Count} agents", values => values.Average()));
            few.Add(Over(all, $"{name}, least of {all.Count} agents", values => values.Min()));
        }

        return few;
    }

    private static Curve Over(List<Curve> curves, string name, Func<IEnumerable<double>, double> of)
    {
        var values = new double[curves[0].Values.Length];
        for (var step = 0; step < values.Length; step++)
            values[step] = of(curves.Select(c => c.Values[step]));
        return new(name, values, curves.Min(c => c.Low), curves.Max(c => c.High));
    }
}
