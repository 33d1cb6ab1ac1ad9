using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CoopGen.Benchmarks;

/// <summary>The tables of what learners earn, written from the results.</summary>
public static class LearningTable
{
    /// <summary>Part of the best constant's return that learners are measured by.</summary>
    private const double Enough = 0.99, Fair = 0.95;

    /// <summary>Environments from which on an algorithm has a column of its own.</summary>
    private const int Many = 10;

    /// <summary>Writes the page beside the results.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="file">The results.</param>
    public static void Write(string root, LearningFile file)
    {
        using var published = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "tests", "CoopGen.Benchmarks", "data", "published.json")));
        var all = file.Cells.Select(c => c.Algorithm).Distinct().Order(StringComparer.Ordinal).ToLookup(a => file.Cells.Where(c => c.Algorithm == a).Select(c => c.Environment).Distinct().Count() >= Many);
        string[] algorithms = [.. all[true]], others = [.. all[false]];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # What learners earn

            Team return, integrated mode, mean of 100 deterministic episodes after as many environment steps as the benchmark gives: 500,000 for two agents and ReputationMarket-v0, else
            1,000,000. Defaults throughout, the same in every environment. {file.Processor}, {file.Cells.Select(c => c.Date).Min(StringComparer.Ordinal)} to {file.Cells.Select(c => c.Date).Max(StringComparer.Ordinal)}, `{file.Command}`; the figures are in
            [learning.json](learning.json).

            In percent of the best constant policy (its percent of the box in brackets); *optimum* is the greatest sum of returns found over the episode, *equilibrium* what agents earn who
            respond best to one another in open loops, starting from the best constant (– where a response takes too long to be looked for). With several seeds: interquartile mean [95 % bootstrap interval].


            """);
        text.Append("| environment | best constant | optimum | equilibrium | " + string.Join(" | ", algorithms) + " |\n|---|--:|--:|--:|" + string.Concat(algorithms.Select(_ => "--:|")) + "\n");
        foreach (var reference in file.References.OrderBy(r => r.Environment, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"| {reference.Environment} | {reference.BestConstant:N0} ({reference.Percent}) | {100 * reference.DynamicOptimum / reference.BestConstant:0.00} | {(reference.Equilibrium is { } e ? (100 * e / reference.BestConstant).ToString("0.0", CultureInfo.InvariantCulture) : "–")} | {string.Join(" | ", algorithms.Select(a => Score(file, reference, a)))} |\n");
        Totals(text, file, algorithms);
        Few(text, file, others);
        Responses(text, file);
        Tiers(text, file, algorithms, published.RootElement);
        File.WriteAllText(Path.Combine(Results.Here(root), "learning.md"), text.ToString());
    }

    private static double[] Scores(LearningFile file, LearningReference reference, string algorithm) =>
        [.. file.Cells.Where(c => c.Environment == reference.Environment && c.Algorithm == algorithm).Select(c => 100 * c.MeanReturn / c.BestConstant)];

    private static string Score(LearningFile file, LearningReference reference, string algorithm) => Scores(file, reference, algorithm) is { Length: > 0 } scores ? Text([scores]) : "";

    private static string Text(IReadOnlyList<double[]> strata)
    {
        var all = Interquartile.Of(strata);
        return strata.Any(s => s.Length > 1)
            ? string.Create(CultureInfo.InvariantCulture, $"{all.Mean:0.00} [{all.Low:0.00}, {all.High:0.00}]")
            : string.Create(CultureInfo.InvariantCulture, $"{all.Mean:0.00}");
    }

    private static void Totals(StringBuilder text, LearningFile file, string[] algorithms)
    {
        text.Append("\n| | seeds | environments | at least 99 % | above the best constant | above 95 % | interquartile mean over environments and seeds |\n|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (var algorithm in algorithms)
        {
            var seeds = file.Cells.Where(c => c.Algorithm == algorithm).Select(c => c.Seed).Distinct().Count();
            Row(algorithm, seeds, [.. file.References.Select(r => Scores(file, r, algorithm)).Where(s => s.Length > 0)]);
        }

        if (algorithms.Contains("IPPO") && algorithms.Contains("MAPPO"))
            Row("the better of IPPO and MAPPO", file.Cells.Select(c => c.Seed).Distinct().Count(),
                [.. file.References.Select(r => new[] { "IPPO", "MAPPO" }.Select(a => Scores(file, r, a)).Where(s => s.Length > 0).MaxBy(s => Interquartile.Of([s]).Mean)).OfType<double[]>()]);

        void Row(string name, int seeds, List<double[]> strata)
        {
            double[] means = [.. strata.Select(s => Interquartile.Of([s]).Mean / 100)];
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {seeds} | {means.Length} | {means.Count(m => m >= Enough)} | {means.Count(m => m > 1)} | {means.Count(m => m > Fair)} | {Text(strata)} |\n");
        }
    }

    /// <summary>Those that were run in some environments only: a row each.</summary>
    private static void Few(StringBuilder text, LearningFile file, string[] algorithms)
    {
        LearningReference[] environments = [.. file.References.Where(r => algorithms.Any(a => Scores(file, r, a).Length > 0)).OrderBy(r => r.Environment, StringComparer.Ordinal)];
        if (environments.Length == 0)
            return;
        text.Append("\nThe other learners, in some environments, in percent of the best constant:\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| algorithm | {string.Join(" | ", environments.Select(e => e.Environment))} |\n|---|{string.Concat(environments.Select(_ => "--:|"))}\n");
        foreach (var algorithm in algorithms)
            text.Append(CultureInfo.InvariantCulture, $"| {algorithm} | {string.Join(" | ", environments.Select(e => Score(file, e, algorithm)))} |\n");
    }

    /// <summary>Where independent learners have settled, and whether somebody gains by leaving.</summary>
    private static void Responses(StringBuilder text, LearningFile file)
    {
        var rows = file.Cells.Where(c => c.Gains is not null).ToList();
        if (rows.Count == 0)
            return;
        text.Append("\nThe most that an agent gains by leaving what independent learners play, in percent of its return: its best response found in an open loop, the others keeping their policies (a lower bound on the true gain).\n\n");
        text.Append("| environment | algorithm | seed | of best constant | largest gain |\n|---|---|--:|--:|--:|\n");
        foreach (var cell in rows.OrderBy(c => c.Environment, StringComparer.Ordinal).ThenBy(c => c.Algorithm, StringComparer.Ordinal).ThenBy(c => c.Seed))
            text.Append(CultureInfo.InvariantCulture, $"| {cell.Environment} | {cell.Algorithm} | {cell.Seed} | {100 * cell.MeanReturn / cell.BestConstant:0.0} | {100 * cell.Gains!.Max():0.00} |\n");
    }

    private static void Tiers(StringBuilder text, LearningFile file, string[] algorithms, JsonElement published)
    {
        text.Append("\nTier means of returns beside the published ones (there IPPO and IA2C are joint agents; – where not all five environments were run):\n\n| tier | best constant |");
        foreach (var algorithm in algorithms)
            text.Append(CultureInfo.InvariantCulture, $" {algorithm} | published {algorithm} |");
        text.Append(" best published |\n|---|--:|" + string.Concat(algorithms.Select(_ => "--:|--:|")) + "--:|\n");
        var tier = 0;
        foreach (var property in published.GetProperty("tiers").EnumerateObject())
        {
            string[] members = [.. property.Value.EnumerateArray().Select(e => e.GetString()!)];
            text.Append(CultureInfo.InvariantCulture, $"| {property.Name} | {Mean(id => file.References.Where(r => r.Environment == id).Select(r => r.BestConstant))} |");
            var figures = published.GetProperty("tier_means");
            foreach (var algorithm in algorithms)
                text.Append(CultureInfo.InvariantCulture, $" {Mean(id => file.Cells.Where(c => c.Environment == id && c.Algorithm == algorithm).Select(c => c.MeanReturn))} | {(figures.TryGetProperty(algorithm, out var own) && own[tier].ValueKind == JsonValueKind.Number ? own[tier].GetDouble().ToString("N0", CultureInfo.InvariantCulture) : "–")} |");
            var (best, name) = figures.EnumerateObject().Where(f => f.Value[tier].ValueKind == JsonValueKind.Number).Select(f => (f.Value[tier].GetDouble(), f.Name)).Max();
            text.Append(CultureInfo.InvariantCulture, $" {best:N0} ({name}) |\n");
            tier++;

            string Mean(Func<string, IEnumerable<double>> of)
            {
                double[] means = [.. members.Select(of).Where(v => v.Any()).Select(v => v.Average())];
                return means.Length == members.Length ? means.Average().ToString("N0", CultureInfo.InvariantCulture) : "–";
            }
        }
    }
}
