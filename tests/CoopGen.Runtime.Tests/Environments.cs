namespace CoopGen.Runtime.Tests;

/// <summary>Environments under test.</summary>
public static class Environments
{
    public static IReadOnlyList<EnvironmentInfo> All { get; } = [.. EnvironmentRegistry.All, .. TestSpecs.EnvironmentRegistry.All];

    public static TheoryData<string> Ids => [.. All.Select(e => e.Id)];

    public static EnvironmentInfo Find(string id) => All.Single(e => e.Id == id);

    public static GameEnvironment Make(string id, ParameterSet? parameters = null) => Find(id).Create(parameters);

    /// <summary>Random actions of every kind.</summary>
    public static void Actions(GameEnvironment environment, Random random, Span<double> actions)
    {
        for (var k = 0; k < actions.Length; k++)
        {
            var choices = environment.Info.Actions[k % environment.ActionDimensions].Choices;
            var (low, high) = (environment.ActionSpace.Low[k], environment.ActionSpace.High[k]);
            actions[k] = choices.Count > 0 ? choices[random.Next(choices.Count)] : low - 0.1 * (high - low) + random.NextDouble() * 1.2 * (high - low);
        }
    }

    /// <summary>Everything that an environment holds.</summary>
    public static double[] State(GameEnvironment environment)
    {
        var state = new double[environment.StateLength];
        environment.SaveState(state);
        return state;
    }
}
