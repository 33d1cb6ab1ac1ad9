namespace CoopGen.Compiled.Tests;

/// <summary>The environments under test, and random parameters and actions for them.</summary>
public static class Games
{
    public static IReadOnlyList<EnvironmentInfo> All { get; } = [.. EnvironmentRegistry.All, .. TestSpecs.EnvironmentRegistry.All];

    public static TheoryData<string> Ids => [.. All.Select(e => e.Id)];

    public static EnvironmentInfo Find(string id) => All.Single(e => e.Id == id);

    /// <summary>Random allowed values for about half of the parameters.</summary>
    public static ParameterSet RandomParameters(EnvironmentInfo info, Random random)
    {
        var set = new ParameterSet();
        foreach (var p in info.Parameters)
        {
            if (p.Name == "reward_type")
                set[p.Name] = p.Choices[random.Next(3)];
            else if (p.Name == "max_steps")
                set[p.Name] = random.Next(3, 40);
            else if (random.Next(2) == 0)
                set[p.Name] = RandomValue(p, random);
        }

        return set;
    }

    /// <summary>Actions within the box and a little beyond it; often exactly on its edge.</summary>
    public static void RandomActions(GameEnvironment environment, Random random, Span<double> actions, double beyond = 0.2)
    {
        var space = environment.ActionSpace;
        for (var k = 0; k < actions.Length; k++)
        {
            var choices = environment.Info.Actions[k % environment.ActionDimensions].Choices;
            var (low, high) = (space.Low[k], space.High[k]);
            actions[k] = choices.Count > 0 ? choices[random.Next(choices.Count)] : random.Next(6) switch
            {
                0 => low,
                1 => high,
                _ => low - beyond * (high - low) + random.NextDouble() * (1 + 2 * beyond) * (high - low),
            };
        }
    }

    private static ParameterValue RandomValue(ParameterInfo p, Random random)
    {
        double Near(double value)
        {
            var wide = Math.Max(Math.Abs(value), 0.5);
            return Math.Clamp(value + (2 * random.NextDouble() - 1) * wide, p.Min, p.Max);
        }

        switch (p.Kind)
        {
            case ParameterKind.Number:
                return Near(p.Default.Number);
            case ParameterKind.Integer:
                return Math.Clamp(Math.Round(Near(p.Default.Number)), p.Min, Math.Min(p.Max, 12));
            case ParameterKind.Switch:
                return random.Next(2) == 0;
            case ParameterKind.Range:
                var (a, b) = (Near(p.Default.Range.Low), Near(p.Default.Range.High));
                return (Math.Min(a, b), Math.Max(a, b));
            default:
                return p.Choices[random.Next(p.Choices.Count)];
        }
    }
}
