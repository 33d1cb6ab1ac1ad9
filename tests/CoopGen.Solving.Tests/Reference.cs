using System.Text.Json;

namespace CoopGen.Solving.Tests;

/// <summary>Figures of Coopetition-Gym 1.0.6.</summary>
internal static class Reference
{
    public static JsonElement Of(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "reference", file))).RootElement;

    public static string Word(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static double[] Numbers(this JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(x => x.GetDouble())];

    /// <summary>Greatest difference of two rows, as a part of the size of the first.</summary>
    public static double Difference(double[] theirs, ReadOnlySpan<double> ours)
    {
        var greatest = 0.0;
        for (var k = 0; k < theirs.Length; k++)
            greatest = Math.Max(greatest, Math.Abs(theirs[k] - ours[k]) / Math.Max(1e-12, Math.Abs(theirs[k])));
        return greatest;
    }
}
