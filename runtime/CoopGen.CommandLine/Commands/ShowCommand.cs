using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>show</c>: everything that is known of one environment.</summary>
internal sealed class ShowCommand : Command, IExamples
{
    private static readonly string[] _formats = ["table", "markdown", "latex", "json"];

    public ShowCommand(Session session) : base("show", "Shows an environment: parameters, formulas with numbers filled in, spaces, sources.")
    {
        var id = Choose.Id(session);
        var format = Choose.Format("How the page is written.", _formats);
        Add(id);
        Add(format);
        SetAction(result =>
        {
            var chosen = Choose.Word("--format", result.GetValue(format)!, _formats);
            var info = session.Find(result.GetRequiredValue(id));
            switch (chosen)
            {
                case "markdown":
                    session.Out.Write(Page.Markdown(info));
                    break;
                case "latex":
                    session.Out.Write(Page.Latex(info));
                    break;
                case "json":
                    Json.Print(session.Out, json => WriteJson(json, info));
                    break;
                default:
                    Print(session.Screen, info);
                    break;
            }

            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("show TrustDilemma-v0", "shows the page in the terminal"),
        ("show TrustDilemma-v0 --format markdown > trust-dilemma.md", "writes it as Markdown with LaTeX formulas"),
        ("show TrustDilemma-v0 --format json", "writes the manifest, with the bounds of all spaces"),
    ];

    private static void Print(IAnsiConsole screen, EnvironmentInfo info)
    {
        var environment = info.Create(null);
        screen.Write(new Rule(Markup.Escape(info.Id)).LeftJustified());
        if (info.Summary.Length > 0)
            screen.WriteLine(info.Summary);
        screen.WriteLine(Page.Facts(info));
        screen.WriteLine();

        var parameters = new Table().Border(TableBorder.Rounded).Title("parameters").AddColumns("name", "symbol", "default", "allowed", "meaning");
        parameters.Columns[0].NoWrap();
        foreach (var p in info.Parameters)
            parameters.AddRow(new Text(p.Name), new Text(Tex.Plain(p.Symbol)), new Text($"{p.Format(p.Default)} {p.Unit}".TrimEnd()), new Text(p.Allowed), new Text(p.Summary));
        screen.Write(parameters);

        var spaces = new Table().Border(TableBorder.Rounded).Title("spaces").AddColumns("space", "size", "contents");
        spaces.AddRow(new Text("action of each agent"), new Text(Text(info.Actions.Count)), new Text(string.Join("; ", info.Actions.Select((a, k) => Describe(a, environment, k)))));
        spaces.AddRow(new Text("joint observation"), new Text(Text(environment.ObservationLength)), new Text(string.Join(", ", info.ObservationParts)));
        spaces.AddRow(new Text("own observation"), new Text(Text(environment.AgentObservationLength(ObservationConfig.Realistic.Mask(info.AgentParts)))), new Text(string.Join(", ", info.AgentParts.Where(p => p.Show.HasFlag(Show.Realistic)).Select(p => p.Name))));
        spaces.AddRow(new Text("reward"), new Text(Text(environment.AgentCount)), new Text(Between(environment.RewardRange.Low, environment.RewardRange.High)));
        screen.Write(spaces);

        if (info.Formulas.Count == 0)
            return;
        var formulas = new Table().Border(TableBorder.Rounded).Title("formulas, default parameters filled in").AddColumns("formula", "source", "meaning");
        foreach (var f in info.Formulas)
            formulas.AddRow(new Text(Tex.Plain(f.LatexWithNumbers)), new Text(Page.Source(f)), new Text(f.Summary));
        screen.Write(formulas);
    }

    private static string Describe(ActionInfo action, GameEnvironment environment, int dimension)
    {
        if (action.Choices.Count > 0)
            return $"{action.Name} one of {string.Join(", ", action.Choices.Select(c => Figures.Of(c)))}";
        var low = Every(environment.ActionSpace.Low, environment, dimension);
        var high = Every(environment.ActionSpace.High, environment, dimension);
        return $"{action.Name} {Between(low, high)}";
    }

    private static double[] Every(ReadOnlySpan<double> profile, GameEnvironment environment, int dimension)
    {
        var values = new double[environment.AgentCount];
        for (var i = 0; i < values.Length; i++)
            values[i] = profile[i * environment.ActionDimensions + dimension];
        return values;
    }

    /// <summary>A range, agent by agent where agents differ.</summary>
    private static string Between(ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        var ranges = new List<string>();
        for (var i = 0; i < low.Length; i++)
            ranges.Add(string.Create(CultureInfo.InvariantCulture, $"[{Figures.Of(low[i])}, {Figures.Of(high[i])}]"));
        return ranges.Distinct().Count() == 1 ? ranges[0] : string.Join(" ", ranges);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void WriteJson(Utf8JsonWriter json, EnvironmentInfo info)
    {
        var environment = info.Create(null);
        json.WriteStartObject();
        json.WriteString("id", info.Id);
        json.WriteString("class", info.Class);
        json.WriteString("summary", info.Summary);
        json.WriteString("report", info.Report);
        json.WriteNumber("agents", info.Agents);
        Json.Words(json, "agent_names", Enumerable.Range(0, info.Agents).Select(info.AgentName));
        json.WriteNumber("horizon", info.Horizon);
        json.WriteStartArray("parameters");
        foreach (var parameter in info.Parameters)
            WriteParameter(json, parameter);
        json.WriteEndArray();
        json.WriteStartArray("actions");
        foreach (var action in info.Actions)
        {
            json.WriteStartObject();
            json.WriteString("name", action.Name);
            json.WriteString("summary", action.Summary);
            Json.Numbers(json, "choices", [.. action.Choices]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Json.Space(json, "action_space", environment.ActionSpace);
        Json.Words(json, "observation_parts", info.ObservationParts);
        Json.Space(json, "observation_space", environment.ObservationSpace);
        json.WriteStartArray("agent_observation_parts");
        foreach (var part in info.AgentParts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            Json.Words(json, "shown_in", new[] { Show.Minimal, Show.Realistic, Show.Full }.Where(s => part.Show.HasFlag(s)).Select(s => s.ToString().ToLowerInvariant()));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Json.Space(json, "reward_range", environment.RewardRange);
        json.WriteStartArray("formulas");
        foreach (var formula in info.Formulas)
        {
            json.WriteStartObject();
            json.WriteString("name", formula.Name);
            json.WriteString("owner", formula.Owner);
            json.WriteString("equation", formula.Equation);
            json.WriteString("summary", formula.Summary);
            json.WriteString("latex", formula.Latex);
            json.WriteString("latex_with_numbers", formula.LatexWithNumbers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteParameter(Utf8JsonWriter json, ParameterInfo parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("kind", parameter.Kind.ToString().ToLowerInvariant());
        Json.Parameter(json, "default", parameter, parameter.Default);
        Json.Bound(json, "min", parameter.Min);
        Json.Bound(json, "max", parameter.Max);
        json.WriteString("unit", parameter.Unit);
        json.WriteString("symbol", parameter.Symbol);
        json.WriteString("summary", parameter.Summary);
        Json.Words(json, "choices", parameter.Choices);
        json.WriteString("allowed", parameter.Allowed);
        json.WriteEndObject();
    }
}
