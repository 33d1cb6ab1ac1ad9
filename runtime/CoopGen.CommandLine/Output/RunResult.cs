using System.Globalization;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>What was played, for people, for programs and as a picture.</summary>
internal static class RunResult
{
    private const int TrustHeight = 5;

    private static readonly Color[] _colors = [Color.Blue, Color.Orange1, Color.Purple, Color.Teal, Color.Red, Color.Olive];

    /// <summary>Tables, and how actions and trust moved.</summary>
    public static void PrintTable(IAnsiConsole screen, Played played)
    {
        screen.Write(new Rule(Markup.Escape(Title(played))).LeftJustified());
        var environment = played.Chosen.Environment;
        var agents = new Table().Border(TableBorder.Rounded).AddColumns("agent", "policy", "return");
        agents.Columns[2].RightAligned();
        for (var i = 0; i < environment.AgentCount; i++)
        {
            var agent = i;
            agents.AddRow(new Text(played.Chosen.Info.AgentName(i)), new Text(played.Policies[i]), new Text(Figures.Of(played.Over(e => e.Returns[agent]))));
        }

        screen.Write(agents);
        foreach (var (name, value) in Summary(played))
            screen.WriteLine($"{name,-12} {value}");
        screen.WriteLine();
        Draw(screen, played);
    }

    /// <summary>One JSON object.</summary>
    public static void PrintJson(TextWriter output, Played played, bool interrupted) => Json.Print(output, json =>
    {
        var (chosen, course) = (played.Chosen, played.Course);
        json.WriteStartObject();
        json.WriteString("environment", chosen.Info.Id);
        json.WriteString("reward_type", chosen.RewardType);
        Json.Parameters(json, chosen);
        json.WriteNumber("seed", chosen.Seed);
        json.WriteBoolean("interrupted", interrupted);
        json.WriteStartArray("agents");
        for (var i = 0; i < chosen.Environment.AgentCount; i++)
        {
            var agent = i;
            var returns = played.Over(e => e.Returns[agent]);
            json.WriteStartObject();
            json.WriteString("name", chosen.Info.AgentName(i));
            json.WriteString("policy", played.Policies[i]);
            Json.Number(json, "mean_return", returns.Mean);
            Json.Number(json, "std_return", returns.Count > 1 ? returns.Deviation : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Json.Number(json, "mean_trust", played.Over(e => e.MeanTrust).MeanOrNull);
        Json.Number(json, "cooperation", played.Over(e => e.Cooperation).MeanOrNull);
        json.WriteStartArray("episodes");
        foreach (var episode in played.Episodes)
        {
            json.WriteStartObject();
            json.WriteNumber("steps", episode.Steps);
            json.WriteString("end", episode.End);
            Json.Numbers(json, "returns", episode.Returns);
            Json.Number(json, "mean_trust", episode.MeanTrust);
            Json.Number(json, "final_trust", episode.FinalTrust);
            Json.Number(json, "cooperation", episode.Cooperation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("course");
        json.WriteStartArray("actions");
        var curves = Enumerable.Range(0, chosen.Environment.ProfileLength).Select(course.Actions).ToArray();
        for (var step = 0; step < course.Steps; step++)
        {
            json.WriteStartArray();
            foreach (var curve in curves)
                Json.Value(json, "action", curve[step]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (course.HasTrust)
            Json.Numbers(json, "mean_trust", course.Trust);
        else
            json.WriteNull("mean_trust");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>A picture file.</summary>
    public static void Plot(string file, Played played)
    {
        var facts = new List<(string, string)>();
        for (var i = 0; i < played.Policies.Count; i++)
        {
            var agent = i;
            facts.Add(($"return of {played.Chosen.Info.AgentName(i)} ({played.Policies[i]})", Figures.Of(played.Over(e => e.Returns[agent]))));
        }

        facts.AddRange(Summary(played));
        Picture.Write(file, Title(played), Curve.OfActions(played.Chosen.Environment, played.Course), played.Course.HasTrust ? played.Course.Trust : null, facts);
    }

    private static string Title(Played played)
    {
        var count = played.Episodes.Count;
        var given = string.Concat(played.Chosen.Given.Select(g => $", {g.Parameter.Name} {g.Parameter.Format(g.Value)}"));
        return string.Create(CultureInfo.InvariantCulture, $"{played.Chosen.Info.Id}: {count} {(count == 1 ? "episode" : "episodes")}, {played.Chosen.RewardType} rewards, seed {played.Chosen.Seed}{given}");
    }

    private static IEnumerable<(string Name, string Value)> Summary(Played played)
    {
        yield return ("steps", Figures.Of(played.Over(e => e.Steps)));
        yield return ("ended", string.Join(", ", played.Episodes.GroupBy(e => e.End).Select(g => FormattableString.Invariant($"{g.Count()} {g.Key}"))));
        if (played.Over(e => e.MeanTrust) is { Count: > 0 } trust)
            yield return ("mean trust", $"{Figures.Of(trust)} (at the end {Figures.Of(played.Over(e => e.FinalTrust))})");
        if (played.Over(e => e.Cooperation) is { Count: > 0 } cooperation)
            yield return ("cooperation", Figures.Of(cooperation));
    }

    private static void Draw(IAnsiConsole screen, Played played)
    {
        var curves = Curve.OfActions(played.Chosen.Environment, played.Course);
        var label = Math.Max(10, curves.Max(c => c.Name.Length));
        var width = Math.Clamp(screen.Profile.Width - label - 22, 10, 80);
        var mean = played.Episodes.Count > 1 ? " (mean of all episodes)" : "";
        screen.WriteLine(FormattableString.Invariant($"actions, step 1 to {played.Course.Steps}{mean}"));
        for (var k = 0; k < curves.Count; k++)
        {
            var curve = curves[k];
            var line = Chart.Area(curve.Values, width, 1, curve.Low, curve.High)[0];
            Line(screen, curve.Name.PadLeft(label), line, _colors[k % _colors.Length], FromTo(curve.Values));
        }

        if (!played.Course.HasTrust)
            return;
        screen.WriteLine();
        screen.WriteLine($"mean trust{mean}");
        var trust = played.Course.Trust;
        var area = Chart.Area(trust, width, TrustHeight, 0, 1);
        for (var k = 0; k < area.Length; k++)
        {
            var tick = k == 0 ? "1" : k == area.Length - 1 ? "0" : "";
            Line(screen, tick.PadLeft(label), area[k], Color.Green, k == area.Length - 1 ? FromTo(trust) : "");
        }
    }

    private static void Line(IAnsiConsole screen, string label, string area, Color color, string end)
    {
        screen.Write($"{label} ▕");
        screen.Write(area, new Style(color));
        screen.WriteLine($"▏ {end}".TrimEnd());
    }

    private static string FromTo(double[] values) => $"{Figures.Of(values[0])} → {Figures.Of(values[^1])}";
}
