namespace CoopGen.Specs.Tests;

/// <summary>The environments under test, each as the compiler wrote it and as the plain C# it is.</summary>
public static class TestEnvironments
{
    public static IReadOnlyList<EnvironmentInfo> All { get; } = EnvironmentRegistry.All;

    /// <summary>An environment made in one of its two forms.</summary>
    public static GameEnvironment Make(string id, Form form, ParameterSet? parameters = null)
    {
        var info = All.Single(e => e.Id == id);
        return form == Form.Compiled ? info.Create(parameters) : info.Interpret!(parameters);
    }
}

public enum Form
{
    Compiled,
    Interpreted,
}
