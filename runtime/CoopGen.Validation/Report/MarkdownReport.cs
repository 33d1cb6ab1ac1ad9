using System.Globalization;
using System.Text;

namespace CoopGen.Validation;

/// <summary>The report as a Markdown page.</summary>
public static class MarkdownReport
{
    /// <summary>Rows of a list of figures, at most.</summary>
    private const int Shown = 40;

    /// <summary>Writes the page.</summary>
    /// <param name="results">The suites that were run.</param>
    public static string Write(IReadOnlyList<SuiteResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var page = new StringBuilder("# Validation\n\n");
        page.Append("Written by `coopgen validate --format markdown`; nothing on this page but the printed column is written down anywhere, all else is computed.\n");
        page.Append("*As shipped* follows the published suites to the letter; *exact* solves the same experiments by certified solutions and closed forms; *printed* is what the reports and their documents say.\n\n");
        page.Append("## Scores\n\n| suite | case | as shipped | exact | without items that cannot fail | exact | printed |\n|---|---|--:|--:|--:|--:|--:|\n");
        foreach (var result in results)
            foreach (var (experiment, outcome) in result.Outcomes)
                if (SuiteResult.Score(outcome) is { } score)
                    page.Append(CultureInfo.InvariantCulture, $"| {result.Suite.Id} | {Cell(experiment.Title)} | {score.Points:0.##}/{score.Max:0.##} | {score.Exact:0.##} | {score.Free:0.##}/{score.FreeMax:0.##} | {score.FreeExact:0.##} | {Print.Short(outcome.Findings.FirstOrDefault(f => f.Item == "total")?.Printed)} |\n");
        page.Append("\n## What is printed and nothing public reproduces\n\n");
        Printed(page, results, reproduced: false);
        page.Append("\n## What is printed and comes out\n\n");
        Printed(page, results, reproduced: true);
        foreach (var result in results)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {result.Suite.Id}: {result.Suite.Title}\n");
            foreach (var (experiment, outcome) in result.Outcomes)
            {
                page.Append(CultureInfo.InvariantCulture, $"\n### {experiment.Name}: {experiment.Title}\n\n");
                Items(page, outcome);
                Numbers(page, outcome);
            }
        }

        return page.ToString();
    }

    private static void Printed(StringBuilder page, IReadOnlyList<SuiteResult> results, bool reproduced)
    {
        var rows = results.SelectMany(r => r.Printed).Where(p => p.Reproduced is Reproduced.AsShipped or Reproduced.Exactly == reproduced).ToList();
        if (rows.Count == 0)
        {
            page.Append("Nothing.\n");
            return;
        }

        page.Append("| suite | experiment | item | printed | as shipped | exact | remark |\n|---|---|---|--:|--:|--:|---|\n");
        foreach (var (finding, how) in rows)
            page.Append(CultureInfo.InvariantCulture, $"| {finding.Suite} | {finding.Experiment} | {Cell(finding.Item)} | {Cell(Print.Short(finding.Printed))} | {Cell(Print.Short(finding.AsShipped))} | {Cell(Print.Short(finding.Exact))} | {Cell((how == Reproduced.Exactly ? "only exactly; " : "") + finding.Note)} |\n");
    }

    private static void Items(StringBuilder page, Outcome outcome)
    {
        var items = SuiteResult.Rubric(outcome);
        if (items.Count == 0)
            return;
        page.Append("| item | asks | value | exact | points | exact | of |\n|---|---|--:|--:|--:|--:|--:|\n");
        foreach (var item in items)
            page.Append(CultureInfo.InvariantCulture, $"| {Cell(item.Item)}{(item.Constant == true ? " †" : "")} | {Cell(item.Note)} | {Cell(Print.Short(item.AsShipped))} | {Cell(Print.Short(item.Exact))} | {item.Points:0.##} | {item.ExactPoints:0.##} | {item.Max:0.##} |\n");
        page.Append(items.Any(i => i.Constant == true) ? "\n† cannot fail, whatever the model does.\n\n" : "\n");
    }

    private static void Numbers(StringBuilder page, Outcome outcome)
    {
        var all = outcome.Findings.Where(f => f.Max is null).ToList();
        var rows = all.Where(f => !f.Detail).ToList();
        // A page is read: of long lists it has the beginning and what is in print.
        if (rows.Count > Shown)
            rows = [.. rows.Take(Shown / 2), .. rows.Skip(Shown / 2).Where(f => f.Printed is not null)];
        if (rows.Count > 0)
        {
            page.Append("| item | as shipped | exact | printed | remark |\n|---|--:|--:|--:|---|\n");
            foreach (var row in rows)
                page.Append(CultureInfo.InvariantCulture, $"| {Cell(row.Item)} | {Cell(Print.Short(row.AsShipped))} | {Cell(Print.Short(row.Exact))} | {Cell(Print.Short(row.Printed))} | {Cell(row.Note)} |\n");
        }

        if (all.Count > rows.Count)
            page.Append(CultureInfo.InvariantCulture, $"\n{all.Count - rows.Count} more in `--format json`.\n");
    }

    private static string Cell(string text) => (text.Length > 160 ? text[..157] + "..." : text).Replace("|", @"\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
