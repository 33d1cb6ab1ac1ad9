using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>list</c>: what there is to play.</summary>
internal sealed partial class ListCommand : Command, IExamples
{
    public ListCommand(Session session) : base("list", "Lists all environments: id, class, agents, horizon and what each is about.")
    {
        var format = Choose.Format("How the list is written.", "table", "json");
        Add(format);
        SetAction(result =>
        {
            if (Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json")
                PrintJson(session);
            else
                PrintTable(session);
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("list", "shows all environments in a table"),
        ("list --format json", "writes them as a JSON array"),
    ];

    private static void PrintTable(Session session)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "class", "agents", "horizon", "about");
        table.Columns[0].NoWrap();
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();
        foreach (var info in session.Environments)
            table.AddRow(new Text(info.Id), new Text(info.Class), new Text(info.Agents.ToString(CultureInfo.InvariantCulture)),
                new Text(info.Horizon.ToString(CultureInfo.InvariantCulture)), new Text(Gist(info.Summary)));
        session.Screen.Write(table);
    }

    /// <summary>The first clause of a summary: what fits on a line or two.</summary>
    private static string Gist(string summary)
    {
        var end = Clause().Match(summary);
        return end.Success ? summary[..end.Index] : summary;
    }

    [GeneratedRegex(@"[.:;](\s|$)")]
    private static partial Regex Clause();

    private static void PrintJson(Session session) => Json.Print(session.Out, json =>
    {
        json.WriteStartArray();
        foreach (var info in session.Environments)
        {
            json.WriteStartObject();
            json.WriteString("id", info.Id);
            json.WriteString("class", info.Class);
            json.WriteNumber("agents", info.Agents);
            json.WriteNumber("horizon", info.Horizon);
            json.WriteString("summary", info.Summary);
            json.WriteString("report", info.Report);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
