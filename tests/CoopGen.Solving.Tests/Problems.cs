namespace CoopGen.Solving.Tests;

/// <summary>One-shot games of environments after a reset.</summary>
internal static class Problems
{
    public static EnvironmentInfo Info(string id) => EnvironmentRegistry.All.Single(e => e.Id == id);

    public static OneShotProblem Of(string id, ParameterSet? parameters = null)
    {
        var environment = Info(id).Create(parameters);
        environment.Reset(seed: 0);
        return OneShotProblem.Of(environment);
    }
}
