namespace CoopGen.Solving;

/// <summary>Environments with the parameters of another, so that the other's episode is left alone.</summary>
public static class EnvironmentCopy
{
    /// <summary>An environment with the same parameters, not yet reset.</summary>
    /// <param name="environment">The other.</param>
    /// <param name="name">A parameter that is to differ; null for none.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The value is not allowed.</exception>
    public static GameEnvironment Of(GameEnvironment environment, string? name = null, ParameterValue value = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var parameters = new ParameterSet();
        foreach (var parameter in environment.Info.Parameters)
            parameters[parameter.Name] = environment.Parameter(parameter.Name);
        if (name is not null)
            parameters[name] = value;
        return environment.Info.Create(parameters);
    }
}
