using System.Globalization;
using System.Net;
using System.Text;

namespace CoopGen.Validation;

/// <summary>The report as one HTML file, with its pictures and without anything from a network.</summary>
public static class HtmlReport
{
    /// <summary>Rows that a table shows before the rest is folded away.</summary>
    private const int Open = 14;

    /// <summary>Writes the page.</summary>
    /// <param name="results">The suites that were run.</param>
    /// <param name="footer">A line at the end, such as what wrote it.</param>
    public static string Write(IReadOnlyList<SuiteResult> results, string footer)
    {
        ArgumentNullException.ThrowIfNull(results);
        var body = new StringBuilder();
        Scores(body, results);
        InPrint(body, results);
        foreach (var result in results)
            Suite(body, result);
        var links = string.Concat(results.Select(r => $"<a href=\"#{Text(r.Suite.Id)}\">{Text(r.Suite.Id.ToUpperInvariant())}</a>"));
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.html") ?? throw new InvalidOperationException("The template report.html is not part of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Replace("__Links__", links, StringComparison.Ordinal).Replace("__Body__", body.ToString(), StringComparison.Ordinal).Replace("__Footer__", Text(footer), StringComparison.Ordinal);
    }

    private static void Scores(StringBuilder body, IReadOnlyList<SuiteResult> results)
    {
        body.Append("<h2 id=\"scores\">Scores</h2>\n<div class=\"cards\">\n");
        foreach (var result in results)
            foreach (var (experiment, outcome) in result.Outcomes)
                if (SuiteResult.Score(outcome) is { } score)
                {
                    var printed = outcome.Findings.FirstOrDefault(f => f.Item == "total")?.Printed;
                    body.Append(CultureInfo.InvariantCulture, $"<div class=\"card\"><span>{Text(result.Suite.Id)} · {Text(experiment.Title)}</span><b>{score.Points:0.##}/{score.Max:0.##}</b><div class=\"bar\"><i style=\"width:{100 * score.Points / score.Max:0.#}%\"></i></div><span>without items that cannot fail {score.Free:0.##}/{score.FreeMax:0.##}</span>");
                    if (score.Exact is { } exact)
                        body.Append(CultureInfo.InvariantCulture, $"<span>solved exactly {exact:0.##}/{score.Max:0.##}, without {score.FreeExact:0.##}/{score.FreeMax:0.##}</span>");
                    if (printed is not null)
                        body.Append(CultureInfo.InvariantCulture, $"<span>printed {Text(Print.Short(printed))}</span>");
                    body.Append("</div>\n");
                }

        body.Append("</div>\n");
    }

    private static void InPrint(StringBuilder body, IReadOnlyList<SuiteResult> results)
    {
        var all = results.SelectMany(r => r.Printed).ToList();
        var comes = all.Count(p => p.Reproduced is Reproduced.AsShipped or Reproduced.Exactly);
        body.Append(CultureInfo.InvariantCulture, $"<h2 id=\"print\">In print</h2>\n<p>Of {all.Count} printed figures, {comes} come out of what is public to the last printed digit and {all.Count - comes} do not.</p>\n");
        Table(body, ["suite", "item", "#printed", "#as shipped", "#exact", "comes out", "remark"], [.. all.OrderBy(p => p.Reproduced is Reproduced.AsShipped or Reproduced.Exactly).Select(p =>
            ("", (string[])[Text(p.Finding.Suite), $"{Text(p.Finding.Item)}<small>{Text(p.Finding.Experiment)}</small>", Text(Print.Short(p.Finding.Printed)), Text(Print.Short(p.Finding.AsShipped)), Text(Print.Short(p.Finding.Exact)),
                $"<span class=\"{(p.Reproduced is Reproduced.AsShipped or Reproduced.Exactly ? "yes" : "no")}\">{Print.Words(p.Reproduced)}</span>", Text(p.Finding.Note)]))], all.Count);
    }

    private static void Suite(StringBuilder body, SuiteResult result)
    {
        body.Append(CultureInfo.InvariantCulture, $"<h2 id=\"{Text(result.Suite.Id)}\">{Text(result.Suite.Id.ToUpperInvariant())}: {Text(result.Suite.Title)}</h2>\n");
        if (result.Suite.Report.Length > 0)
            body.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Text(result.Suite.Report)}</p>\n");
        foreach (var (experiment, outcome) in result.Outcomes)
        {
            body.Append(CultureInfo.InvariantCulture, $"<h3>{Text(experiment.Title)} <small style=\"color:var(--soft);font-weight:400\">{Text(experiment.Name)}</small></h3>\n");
            foreach (var (k, figure) in outcome.Figures.Index())
                body.Append("<figure>").Append(Drawing.Svg(figure, $"{result.Suite.Id}-{experiment.Name}-{k}-")).Append("</figure>\n");
            var items = SuiteResult.Rubric(outcome);
            if (items.Count > 0)
                Table(body, ["item", "asks", "#value", "#exact", "#points", "#exact", "#of"], [.. items.Select(i =>
                    (i.Constant == true ? "given" : i.Points < i.Max ? "lost" : "", (string[])[Text(i.Item), $"{Text(i.Note)}<small>{Text(i.Rule)}</small>", Text(Print.Short(i.AsShipped)), Text(Print.Short(i.Exact)), Number(i.Points), Number(i.ExactPoints), Number(i.Max)]))], items.Count);
            var numbers = outcome.Findings.Where(f => f.Max is null && !f.Detail).ToList();
            if (numbers.Count > 0)
                Table(body, ["item", "#as shipped", "#exact", "#printed", "remark"], [.. numbers.Select(f =>
                    ("", (string[])[Text(f.Item), Text(Print.Short(f.AsShipped)), Text(Print.Short(f.Exact)), Text(Print.Short(f.Printed)), $"{Text(f.Rule)}{(f.Rule.Length > 0 && f.Note.Length > 0 ? "; " : "")}{Text(f.Note)}"]))], Open);
            var details = outcome.Findings.Count(f => f.Detail);
            if (details > 0)
                body.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{details:N0} more figures in the JSON report.</p>\n");
        }
    }

    /// <summary>A table; what is beyond the rows shown is folded. A column whose name begins with # holds numbers.</summary>
    private static void Table(StringBuilder body, string[] columns, IReadOnlyList<(string Class, string[] Cells)> rows, int shown)
    {
        var fold = rows.Count > shown;
        if (fold)
            body.Append(CultureInfo.InvariantCulture, $"<details><summary>{rows.Count} figures</summary>\n");
        body.Append("<table><tr>");
        foreach (var column in columns)
            body.Append(column.StartsWith('#') ? $"<th class=\"n\">{column[1..]}</th>" : $"<th>{column}</th>");
        body.Append("</tr>\n");
        foreach (var (kind, cells) in rows)
        {
            body.Append(kind.Length > 0 ? $"<tr class=\"{kind}\">" : "<tr>");
            for (var k = 0; k < cells.Length; k++)
                body.Append(columns[k].StartsWith('#') ? "<td class=\"n\">" : "<td>").Append(cells[k]).Append("</td>");
            body.Append("</tr>\n");
        }

        body.Append(fold ? "</table></details>\n" : "</table>\n");
    }

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
