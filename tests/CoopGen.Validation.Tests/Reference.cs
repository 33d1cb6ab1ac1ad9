using System.Text.Json;

namespace CoopGen.Validation.Tests;

/// <summary>The published suites' figures, to nine digits.</summary>
internal static class Reference
{
    private static readonly JsonDocument _first = Read("validation-12.json");

    public static JsonElement Tr1 => _first.RootElement.GetProperty("tr1");

    public static JsonElement Tr2 => _first.RootElement.GetProperty("tr2");

    public static JsonDocument Read(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference", file)));

    /// <summary>The numbers of an array.</summary>
    public static double[] Numbers(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    /// <summary>The numbers of an array of arrays.</summary>
    public static double[][] Rows(this JsonElement array) => [.. array.EnumerateArray().Select(Numbers)];
}
