using System.Globalization;
using CoopGen.Validation;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>Results of validation suites as tables.</summary>
internal static class ValidationTables
{
    /// <summary>Writes rubrics item by item, what is printed, and how much else there is; or every figure.</summary>
    public static void Write(IAnsiConsole screen, IReadOnlyList<SuiteResult> results, bool everything)
    {
        foreach (var result in results)
        {
            screen.Write(new Rule(Markup.Escape($"{result.Suite.Id}: {result.Suite.Title}")).LeftJustified());
            foreach (var (experiment, outcome) in result.Outcomes)
            {
                if (SuiteResult.Score(outcome) is { } score)
                {
                    screen.Write(Items(experiment, outcome));
                    screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score.Points:0.##} of {score.Max:0.##} points{Exactly(score.Exact)}; without items that cannot fail {score.Free:0.##} of {score.FreeMax:0.##}{Exactly(score.FreeExact)}."));
                }

                if (everything)
                    screen.Write(Numbers(experiment, outcome.Findings.Where(f => f.Max is null)));
                else if (SuiteResult.Score(outcome) is null)
                    screen.WriteLine($"{experiment.Name}: {experiment.Title}: {outcome.Findings.Count} figures; '--experiment {experiment.Name}' shows them.");
            }

            if (!everything && result.Printed.Any())
                screen.Write(Printed(result));
        }
    }

    private static string Exactly(double? points) => points is { } value ? string.Create(CultureInfo.InvariantCulture, $", solved exactly {value:0.##}") : "";

    private static Table Items(Experiment experiment, Outcome outcome)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{experiment.Name}: {experiment.Title}")).AddColumns("item", "asks", "value", "exact", "points", "of");
        foreach (var column in table.Columns.Skip(2))
            column.RightAligned().NoWrap();
        table.Columns[0].NoWrap();
        foreach (var item in SuiteResult.Rubric(outcome))
            table.AddRow(new Text(item.Item), new Text(item.Note), new Text(Print.Short(item.AsShipped)), new Text(Print.Short(item.Exact)), new Text(Points(item)), new Text(Number(item.Max)));
        return table;
    }

    /// <summary>Points, and those by exact solutions where they differ.</summary>
    private static string Points(Finding item) => Number(item.Points) + (item.ExactPoints is { } exact && exact != item.Points ? $" ({Number(exact)})" : "") + (item.Constant == true ? " †" : "");

    private static Table Numbers(Experiment experiment, IEnumerable<Finding> findings)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{experiment.Name}: {experiment.Title}")).AddColumns("item", "as shipped", "exact", "printed", "remark");
        foreach (var finding in findings)
            table.AddRow(new Text(finding.Item), new Text(finding.AsShipped?.ToString() ?? ""), new Text(finding.Exact?.ToString() ?? ""), new Text(Print.Short(finding.Printed)), new Text(finding.Note));
        return table;
    }

    private static Table Printed(SuiteResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("in print").AddColumns("experiment", "item", "printed", "as shipped", "exact", "comes out");
        foreach (var (finding, reproduced) in result.Printed)
            table.AddRow(new Text(finding.Experiment), new Text(finding.Item), new Text(Print.Short(finding.Printed)), new Text(Print.Short(finding.AsShipped)), new Text(Print.Short(finding.Exact)), new Text(Print.Words(reproduced)));
        return table;
    }

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";
}
