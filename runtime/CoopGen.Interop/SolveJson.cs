using System.Text.Json;
using CoopGen.Solving;

namespace CoopGen.Interop;

/// <summary>What is to be solved or played, as callers write it.</summary>
internal static class SolveJson
{
    /// <summary>Reads a request, {"oracle": "OneShot", "seed": 0}, both optional; an empty text stands for none.</summary>
    /// <exception cref="ArgumentException">The text says something else.</exception>
    public static (string Oracle, ulong Seed) Request(string text)
    {
        var (oracle, seed) = (Solver.OneShot, 0UL);
        if (string.IsNullOrWhiteSpace(text))
            return (oracle, seed);
        using var json = JsonDocument.Parse(text);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new ArgumentException("What is to be solved is a JSON object with oracle and seed.");
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == "oracle" && entry.Value.ValueKind == JsonValueKind.String)
                oracle = entry.Value.GetString()!;
            else if (entry.Name == "seed" && entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetUInt64(out var given))
                seed = given;
            else
                throw new ArgumentException($"'{entry.Name}' is {entry.Value.GetRawText()}; oracle is one of {string.Join(", ", Solver.Names)}, seed a whole number between 0 and {ulong.MaxValue}, and there is nothing else.");
        }

        return (oracle, seed);
    }

    /// <summary>Reads the name of a policy, or a JSON array of names.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static string[] Policies(string text)
    {
        if (!text.StartsWith('['))
            return [text];
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()!
            : throw new ArgumentException($"A policy is {name.GetRawText()}; it must be a name."))];
    }
}
