using System.Text.Json;
using System.Text.Json.Serialization;
using CoopGen.Suites;

namespace CoopGen.Validation.Tr4;

/// <summary>The case study of Apple's App Store: who depends on whom, what happened when, what is known of it, and the rubric. Read from apple.json.</summary>
internal sealed record AppleData
{
    public required string Title { get; init; }

    public required string[] Actors { get; init; }

    public required double[][] Dependence { get; init; }

    public required Dictionary<string, double> Parameters { get; init; }

    public required double[] Start { get; init; }

    /// <summary>Standard deviation of what chance adds to every action.</summary>
    public required double Noise { get; init; }

    /// <summary>Seed of the published run.</summary>
    public required uint Seed { get; init; }

    public required int Steps { get; init; }

    /// <summary>Percentage of the points that passes.</summary>
    public required double Pass { get; init; }

    public required ApplePhase[] Phases { get; init; }

    public required AppleShock[] Shocks { get; init; }

    public required AppleScenario Counterfactual { get; init; }

    public required AppleTrajectory Trajectory { get; init; }

    public required AppleIndicator[] Rubric { get; init; }

    /// <summary>The published case.</summary>
    public static AppleData Read()
    {
        using var file = typeof(Reciprocity).Assembly.GetManifestResourceStream("apple.json")!;
        return JsonSerializer.Deserialize(file, AppleJson.Default.AppleData)!;
    }
}

/// <summary>A phase; both ends belong to it, so that a quarter between two phases belongs to both.</summary>
internal sealed record ApplePhase(string Name, int From, int To, double[] Targets);

internal sealed record AppleShock(int T, int Actor, double Change);

internal sealed record AppleScenario(string Title, AppleShock[] Shocks);

/// <summary>What the actors are known to have done: by actor, at some quarters.</summary>
internal sealed record AppleTrajectory(int[] Quarters, double[][] Actions);

/// <summary>An indicator of the rubric.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rules">What it asks for, phase by phase, or once for all; empty where it asks for nothing.</param>
/// <param name="Stored">The points that the suite stores and does not use, by phase; null where the indicator does not apply.</param>
/// <param name="Constant">Points that are given whatever the model does, by phase; null for none.</param>
internal sealed record AppleIndicator(string Name, string[] Rules, double?[] Stored, double?[]? Constant = null)
{
    public string Rule(int phase) => Rules.Length == 1 ? Rules[0] : Rules[Math.Min(phase, Rules.Length - 1)];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AppleData))]
internal sealed partial class AppleJson : JsonSerializerContext;
