using System.Text.Json;

namespace CoopGen.Validation.Tests;

/// <summary>The published suites' figures, to nine digits.</summary>
internal static class Reference
{
    private static readonly JsonDocument _first = Read("validation-12.json");
    private static readonly JsonDocument _second = Read("validation-34.json");

    public static JsonElement Tr1 => _first.RootElement.GetProperty("tr1");

    public static JsonElement Tr2 => _first.RootElement.GetProperty("tr2");

    public static JsonElement Tr3 => _second.RootElement.GetProperty("tr3");

    public static JsonElement Tr4 => _second.RootElement.GetProperty("tr4");

    /// <summary>What lies under names, one within the other.</summary>
    public static JsonElement At(this JsonElement element, params string[] path) => path.Aggregate(element, (e, name) => e.GetProperty(name));

    /// <summary>The number under names, one within the other.</summary>
    public static double Number(this JsonElement element, params string[] path) => element.At(path).GetDouble();

    public static JsonDocument Read(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference", file)));

    /// <summary>The numbers of an array.</summary>
    public static double[] Numbers(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    /// <summary>The numbers of an array of arrays.</summary>
    public static double[][] Rows(this JsonElement array) => [.. array.EnumerateArray().Select(Numbers)];
}
