using System.Text.Json;
using CoopGen.Solving;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>What kind of dilemma an environment is, for people and for programs.</summary>
internal static class AnalysisResult
{
    /// <summary>A diagram shows at most so many numbers of cooperators.</summary>
    private const int MostRows = 11;

    /// <summary>The class in words.</summary>
    public static string Words(DilemmaClass kind) => kind switch
    {
        DilemmaClass.None => "nothing to decide",
        DilemmaClass.Harmony => "harmony",
        DilemmaClass.StagHunt => "stag hunt",
        DilemmaClass.Chicken => "chicken",
        DilemmaClass.PrisonersDilemma => "prisoner's dilemma",
        DilemmaClass.Deadlock => "deadlock",
        DilemmaClass.Coordination => "coordination",
        DilemmaClass.AntiCoordination => "anti-coordination",
        _ => "reversed dilemma",
    };

    public static void PrintTable(IAnsiConsole screen, Chosen chosen, DilemmaAnalysis analysis)
    {
        screen.Write(new Rule(Markup.Escape(FormattableString.Invariant($"{chosen.Info.Id}: what kind of dilemma, {chosen.RewardType} rewards, seed {chosen.Seed}"))).LeftJustified());
        var states = new Table().Border(TableBorder.Rounded).AddColumns("state", "steps", "levels", "class", "order");
        var payoffs = new Table().Border(TableBorder.Rounded).AddColumns("state", "rides free", "cooperates", "R", "T", "S", "P", "greed", "fear");
        foreach (var column in payoffs.Columns.Skip(3))
            column.RightAligned();
        foreach (var state in analysis.States)
        {
            var mean = state.Mean;
            states.AddRow(new Text(state.Name), new Text(Steps(state)), new Text(string.Join(", ", state.Levels.Select(l => $"{l.Key.Replace("mean_", "", StringComparison.Ordinal)} {Figures.Of(l.Value)}"))), new Text(Class(state)), new Text(mean.Order));
            payoffs.AddRow(new Text(state.Name), new Text(Actions(state.FreeRiding)), new Text(Actions(state.Cooperating)),
                new Text(Figures.Of(mean.Reward)), new Text(Figures.Of(mean.Temptation)), new Text(Figures.Of(mean.Sucker)), new Text(Figures.Of(mean.Punishment)), new Text(Figures.Of(mean.Greed)), new Text(Figures.Of(mean.Fear)));
        }

        screen.Write(states);
        screen.Write(payoffs);
        if (analysis.States[0].Agents.Select(a => a.Class).Distinct().Count() > 1)
            Agents(screen, chosen, analysis.States[0]);
        var anarchy = analysis.Anarchy;
        screen.WriteLine(anarchy.Equilibria.Count == 0 ? "no one-shot equilibrium in pure actions was found after the reset"
            : $"price of anarchy {Figures.Of(anarchy.OfAnarchy)}, of stability {Figures.Of(anarchy.OfStability)} (the greatest sum of payoffs is {Figures.Of(anarchy.Optimum)}; equilibria pay {string.Join(", ", anarchy.Equilibria.Select(e => Figures.Of(e)).Distinct())})");
        screen.WriteLine();
        Schelling(screen, analysis);
    }

    public static void PrintJson(TextWriter output, Chosen chosen, DilemmaAnalysis analysis) => Json.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("environment", chosen.Info.Id);
        json.WriteString("reward_type", chosen.RewardType);
        Json.Parameters(json, chosen);
        json.WriteNumber("seed", chosen.Seed);
        json.WriteString("class", Word(analysis.States[0].Mean.Class));
        json.WriteStartArray("states");
        foreach (var state in analysis.States)
            Write(json, chosen, state);
        json.WriteEndArray();
        json.WriteStartObject("anarchy");
        Json.Number(json, "price_of_anarchy", analysis.Anarchy.OfAnarchy);
        Json.Number(json, "price_of_stability", analysis.Anarchy.OfStability);
        Json.Number(json, "optimum", analysis.Anarchy.Optimum);
        Json.Numbers(json, "optimal_actions", analysis.Anarchy.OptimalActions);
        json.WriteStartArray("equilibria");
        for (var k = 0; k < analysis.Anarchy.Equilibria.Count; k++)
        {
            json.WriteStartObject();
            Json.Number(json, "sum_of_payoffs", analysis.Anarchy.Equilibria[k]);
            Json.Numbers(json, "actions", analysis.Anarchy.Actions[k]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, Chosen chosen, DilemmaState state)
    {
        json.WriteStartObject();
        json.WriteString("state", state.Name);
        json.WriteNumber("steps", state.Steps);
        json.WriteBoolean("steady", state.Steady);
        json.WriteStartObject("levels");
        foreach (var (name, value) in state.Levels)
            Json.Number(json, name, value);
        json.WriteEndObject();
        json.WriteString("class", Word(state.Mean.Class));
        Payoffs(json, state.Mean);
        Json.Numbers(json, "free_riding", state.FreeRiding);
        json.WriteBoolean("free_riding_certified", state.FreeRidingCertified);
        Json.Numbers(json, "cooperating", state.Cooperating);
        json.WriteStartArray("agents");
        for (var i = 0; i < state.Agents.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", chosen.Info.AgentName(i));
            json.WriteString("class", Word(state.Agents[i].Class));
            Payoffs(json, state.Agents[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("schelling");
        foreach (var point in state.Schelling)
        {
            json.WriteStartObject();
            json.WriteNumber("others", point.Others);
            Json.Number(json, "cooperating", point.Cooperating);
            Json.Number(json, "free_riding", point.FreeRiding);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Json.Number(json, "viable_coalition", state.ViableCoalition);
        json.WriteEndObject();
    }

    private static void Payoffs(Utf8JsonWriter json, DilemmaPayoffs payoffs)
    {
        json.WriteString("order", payoffs.Order);
        Json.Number(json, "reward", payoffs.Reward);
        Json.Number(json, "temptation", payoffs.Temptation);
        Json.Number(json, "sucker", payoffs.Sucker);
        Json.Number(json, "punishment", payoffs.Punishment);
        Json.Number(json, "greed", payoffs.Greed);
        Json.Number(json, "fear", payoffs.Fear);
    }

    /// <summary>The class as a word for programs, such as <c>prisoners_dilemma</c>.</summary>
    private static string Word(DilemmaClass kind) => Words(kind).Replace("'", "", StringComparison.Ordinal).Replace('-', '_').Replace(' ', '_');

    private static string Class(DilemmaState state)
    {
        var kinds = state.Agents.Select(a => a.Class).Distinct().ToArray();
        return kinds.Length == 1 ? Words(kinds[0]) : $"{Words(state.Mean.Class)} (on average)";
    }

    private static string Steps(DilemmaState state) => state.Steps == 0 ? "0"
        : FormattableString.Invariant($"{state.Steps}{(state.Steady ? "" : state.Steps < DilemmaAnalysis.MostSteps ? ", the game is over" : ", not steady")}");

    /// <summary>The actions, once if all are the same; of many, the least and the greatest.</summary>
    private static string Actions(double[] actions)
    {
        var texts = actions.Select(a => Figures.Of(a)).Distinct().ToArray();
        return texts.Length <= 4 ? string.Join(" ", texts.Length == 1 ? texts : actions.Length <= 4 ? actions.Select(a => Figures.Of(a)) : texts)
            : $"{Figures.Of(actions.Min())} to {Figures.Of(actions.Max())}";
    }

    private static void Agents(IAnsiConsole screen, Chosen chosen, DilemmaState state)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("agents, " + state.Name).AddColumns("agent", "class", "order", "greed", "fear");
        for (var i = 0; i < state.Agents.Count; i++)
            table.AddRow(new Text(chosen.Info.AgentName(i)), new Text(Words(state.Agents[i].Class)), new Text(state.Agents[i].Order), new Text(Figures.Of(state.Agents[i].Greed)), new Text(Figures.Of(state.Agents[i].Fear)));
        screen.Write(table);
    }

    /// <summary>A Schelling diagram after the reset: bars of what a player earns, by how many others cooperate.</summary>
    private static void Schelling(IAnsiConsole screen, DilemmaAnalysis analysis)
    {
        var points = analysis.States[0].Schelling;
        var rows = points.Count <= MostRows ? points
            : [.. Enumerable.Range(0, MostRows).Select(k => points[k * (points.Count - 1) / (MostRows - 1)])];
        var values = rows.SelectMany(p => new[] { p.Cooperating, p.FreeRiding }).ToArray();
        // Differences are what counts: the bars begin a little below the least value.
        var (low, high) = (values.Min() - 0.1 * (values.Max() - values.Min()), values.Max());
        screen.WriteLine($"what a player earns after the reset, by how many others cooperate (bars from {Figures.Of(low)})");
        var width = Math.Clamp(screen.Profile.Width - 44, 10, 60);
        foreach (var point in rows)
        {
            foreach (var (name, value, color) in new[] { ("cooperates", point.Cooperating, Color.Green), ("rides free", point.FreeRiding, Color.Orange1) })
            {
                var filled = high > low ? (int)Math.Round((value - low) / (high - low) * width) : width;
                screen.Write(FormattableString.Invariant($"{(name == "cooperates" ? point.Others + " others" : ""),12} {name} ▕"));
                screen.Write(new string('█', filled).PadRight(width), new Style(color));
                screen.WriteLine($"▏ {Figures.Of(value)}");
            }
        }

        if (analysis.States[0].ViableCoalition is { } fewest)
            screen.WriteLine(FormattableString.Invariant($"{fewest} cooperators earn more each than if all rode free"));
    }
}
