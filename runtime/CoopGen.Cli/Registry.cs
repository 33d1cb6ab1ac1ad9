using CoopGen.Environments;

namespace CoopGen.Cli;

/// <summary>The environments of CoopGen.Specs, run as plain C#.</summary>
internal static class Registry
{
    /// <summary>One manifest per environment.</summary>
    public static IReadOnlyList<EnvironmentInfo> All { get; } =
    [
        SpecEnvironment.Describe(() => new TrustDilemma()),
    ];
}
