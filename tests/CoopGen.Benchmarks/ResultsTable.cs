using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CoopGen.Benchmarks;

/// <summary>The README's table of speeds, from committed results.</summary>
public static class ResultsTable
{
    private const string Start = "<!-- speeds: written by tests/CoopGen.Benchmarks, `table` -->\n", End = "<!-- end of speeds -->";

    /// <summary>The README with the table put in its place.</summary>
    public static string Update(string root, string readme)
    {
        var (start, end) = (readme.IndexOf(Start, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        return start < 0 || end < start ? throw new InvalidOperationException("The README has no place for the table of speeds.")
            : readme[..(start + Start.Length)] + Write(root) + readme[end..];
    }

    private static string Write(string root)
    {
        var folder = Path.Combine(root, "tests", "CoopGen.Benchmarks");
        var file = Directory.GetFiles(Path.Combine(folder, "results"), "bench.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        using var results = JsonDocument.Parse(File.ReadAllText(file));
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "data", "package.json")));
        var top = results.RootElement;
        var rows = top.GetProperty("measurements").EnumerateArray().ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{top.GetProperty("processor")}, {top.GetProperty("cores")} cores with {top.GetProperty("vectors")}, {top.GetProperty("runtime")}, {top.GetProperty("date")}: `{top.GetProperty("command")}`.\n\n");
        text.Append("| environment | agents | scalar | batched | agent steps | of limit | × C, all | × C, once | × C, none | × package | gradient |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var group in rows.GroupBy(r => r.GetProperty("environment").GetString()!))
        {
            var batch = Row(group, "batch", "given", 1, 4096);
            var steps = batch.GetProperty("steps_per_second").GetDouble();
            // The package has the -v0 environments alone.
            var there = package.RootElement.GetProperty("steps_per_second").TryGetProperty(group.Key, out var pace) ? Math.Round(steps / pace.GetDouble(), 0).ToString("#,0", CultureInfo.InvariantCulture) : "";
            var gradient = group.Where(r => r.GetProperty("kind").GetString() == "gradient").Select(r => Ratio(r, "gradient_cost")).FirstOrDefault("");
            text.Append(CultureInfo.InvariantCulture, $"| {group.Key} | {batch.GetProperty("agents")} | {Short(Row(group, "scalar", "given", 1, 1).GetProperty("steps_per_second").GetDouble())} | {Short(steps)} | {Short(batch.GetProperty("agent_steps_per_second").GetDouble())} | {Ratio(batch, "fraction_of_limit")} | {Ratio(batch, "versus_c")} | {Ratio(Row(group, "batch", "given", 1, 4096, "changing"), "versus_c")} | {Ratio(Row(group, "batch", "given", 1, 4096, "none"), "versus_c")} | {there} | {gradient} |\n");
        }

        return text.ToString();
    }

    private static JsonElement Row(IEnumerable<JsonElement> rows, string kind, string policy, int threads, int batch, string observations = "all") => rows.First(r =>
        r.GetProperty("kind").GetString() == kind && r.GetProperty("policy").GetString() == policy && r.GetProperty("observations").GetString() == observations
        && r.GetProperty("threads").GetInt32() == threads && r.GetProperty("batch").GetInt32() == batch);

    private static string Ratio(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble().ToString("0.00", CultureInfo.InvariantCulture) : "";

    private static string Short(double value) => value >= 1e9 ? (value / 1e9).ToString("0.00 G", CultureInfo.InvariantCulture)
        : value >= 1e6 ? (value / 1e6).ToString("0.0 M", CultureInfo.InvariantCulture) : (value / 1e3).ToString("0 k", CultureInfo.InvariantCulture);
}
