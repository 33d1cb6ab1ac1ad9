using System.CommandLine;
using System.Globalization;
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
                    Json.Print(session.Out, json => ManifestJson.Write(json, info));
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
}
