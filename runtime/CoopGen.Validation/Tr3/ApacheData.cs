using System.Text.Json;
using System.Text.Json.Serialization;
using CoopGen.Suites;

namespace CoopGen.Validation.Tr3;

/// <summary>The case study of the Apache HTTP Server: its founders, its phases, what is known of them, and the bands of the rubric. Read from apache.json.</summary>
internal sealed record ApacheData
{
    public required string Title { get; init; }

    public required Dictionary<string, double> Parameters { get; init; }

    public required ApacheMember[] Members { get; init; }

    /// <summary>What the greatest contribution is known to have been, over the least.</summary>
    public required double ObservedRatio { get; init; }

    public required ApachePhase[] Phases { get; init; }

    /// <summary>Points by observed pattern: the first band that mean effort, as a share of the greatest, falls into.</summary>
    public required Dictionary<string, PatternBand[]> Patterns { get; init; }

    /// <summary>The published case.</summary>
    public static ApacheData Read()
    {
        using var file = typeof(Team).Assembly.GetManifestResourceStream("apache.json")!;
        return JsonSerializer.Deserialize(file, ApacheJson.Default.ApacheData)!;
    }

    /// <summary>The team of a phase.</summary>
    public TeamGame Game(ApachePhase phase) =>
        new(Parameters["omega"], Parameters["beta"], Parameters["c"], phase.N, Parameters["phi_B"], Parameters["phi_C"], Parameters["a_max"]);

    /// <summary>Loyalty of every member in a phase: the founders' over and over, as far as the phase leaves it.</summary>
    public double[] Loyalties(ApachePhase phase) => [.. Enumerable.Range(0, phase.N).Select(i => Members[i % Members.Length].Loyalty * phase.Multiplier)];

    /// <summary>Weight of every member: the founders' own, and equal ones for those who came later.</summary>
    public double[] Weights(ApachePhase phase) => [.. Enumerable.Range(0, phase.N).Select(i => i < Members.Length ? Members[i].Weight : 1.0 / phase.N)];
}

internal sealed record ApacheMember(string Name, double Weight, double Loyalty);

internal sealed record ApachePhase(string Name, string Years, int Months, int N, double Multiplier, double Expected, string Pattern);

/// <summary>Points where a share lies above one number and below another.</summary>
internal sealed record PatternBand(int Points, double Above = double.NegativeInfinity, double Below = double.PositiveInfinity);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ApacheData))]
internal sealed partial class ApacheJson : JsonSerializerContext;
