using CoopGen.Solving;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>What was found over an episode.</summary>
/// <param name="Oracle">Whose answer it is.</param>
/// <param name="Plan">What every agent plays, a row of d actions per step.</param>
/// <param name="Returns">What every agent returns.</param>
/// <param name="Residual">Greatest entry of the projected gradient, relative to the value; see <see cref="EpisodeOptimum.Residual"/>.</param>
/// <param name="LargestGain">The optimum: most that a change of one action in one step adds, null if that was not tried. Responses: most that an agent gained in the last round.</param>
/// <param name="Certified">The optimum: see <see cref="EpisodeOptimum.Certified"/>. Responses are never: each was found by a search, before the others moved.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Complete">Whether the search went to its end.</param>
internal sealed record EpisodeSolved(string Oracle, double[][] Plan, double[] Returns, double Residual, double? LargestGain, bool Certified, double Seconds, bool Complete)
{
    /// <summary>The search for the optimum; null for responses.</summary>
    public EpisodeOptimum? Optimum { get; init; }

    /// <summary>Rounds in which all responded; 0 for the optimum.</summary>
    public int Turns { get; init; }

    /// <summary>Whether nobody gained in the last round; see <see cref="MutualResponses.Settled"/>.</summary>
    public bool Settled { get; init; }

    public static void PrintTable(IAnsiConsole screen, Chosen chosen, EpisodeSolved solved)
    {
        screen.Write(new Rule(Markup.Escape(FormattableString.Invariant($"{chosen.Info.Id}: {solved.Oracle}, {chosen.RewardType} rewards, seed {chosen.Seed}"))).LeftJustified());
        var (returns, sum) = (solved.Returns, solved.Returns.Sum());
        // Agents that return the same to five digits are shown as one.
        if (returns.Select(r => Figures.Of(r)).Distinct().Count() > 1 && returns.Length <= 12)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("agent", "return");
            table.Columns[1].RightAligned();
            for (var i = 0; i < returns.Length; i++)
                table.AddRow(new Text(chosen.Info.AgentName(i)), new Text(Figures.Of(returns[i])));
            screen.Write(table);
        }
        else
        {
            Line(screen, "returns", Figures.Of(returns.Min()) + (Figures.Of(returns.Min()) == Figures.Of(returns.Max()) ? " each" : $" to {Figures.Of(returns.Max())}"));
        }

        Line(screen, "sum", Figures.Of(sum));
        if (solved.Optimum is { } found)
        {
            Line(screen, "bound", double.IsFinite(found.UpperBound) ? FormattableString.Invariant($"at most {Figures.Of(found.UpperBound)}: the gap is {100 * found.Gap:0.##} %") : "none is known");
            Line(screen, "constants", $"best for all: {found.BestConstant} % with {Figures.Of(found.BestConstantValue)}; one for each: {Figures.Of(found.ConstantProfileValue)}");
            Line(screen, "steps", found.Steps + (found.Terminated ? ", then the game is over" : ""));
            Line(screen, "found from", found.Origin);
            Line(screen, solved.Certified ? "certified" : "not certified", solved.LargestGain is { } gain
                ? FormattableString.Invariant($"of {found.Checked} single actions tried{(found.Certified || found.LargestGain > 1e-6 ? "" : ", a selection,")} none gains more than {Figures.Of(gain)}; residual {found.Residual:G3}")
                : "no single actions were tried");
            screen.WriteLine();
            screen.WriteLine(FormattableString.Invariant($"actions, step 1 to {found.Steps}"));
            EpisodeCurves.Draw(screen, found);
            return;
        }

        Line(screen, solved.Settled ? "settled" : "not settled", FormattableString.Invariant($"after {solved.Turns} rounds; in the last one nobody gained more than {Figures.Of(solved.LargestGain ?? 0)}"));
    }

    public static void PrintJson(TextWriter output, Chosen chosen, EpisodeSolved solved) => Json.Print(output, json =>
    {
        var d = chosen.Environment.ActionDimensions;
        double[] first = [.. solved.Plan.SelectMany(p => p.Take(d))];
        var payoffs = new double[solved.Returns.Length];
        chosen.Environment.Reset(chosen.Seed, clear: true);
        chosen.Environment.Step(first, payoffs);
        json.WriteStartObject();
        json.WriteString("environment", chosen.Info.Id);
        json.WriteString("oracle", solved.Oracle);
        json.WriteString("reward_type", chosen.RewardType);
        Json.Parameters(json, chosen);
        json.WriteNumber("seed", chosen.Seed);
        json.WriteBoolean("interrupted", !solved.Complete);
        Json.Numbers(json, "actions", first);
        Json.Numbers(json, "payoffs", payoffs);
        Json.Number(json, "residual", solved.Residual);
        Json.Number(json, "largest_gain", solved.LargestGain);
        json.WriteBoolean("certified", solved.Certified);
        Json.Number(json, "seconds", Math.Round(solved.Seconds, 6));
        Json.Numbers(json, "returns", solved.Returns);
        if (solved.Optimum is { } found)
        {
            Json.Number(json, "lower_bound", found.Value);
            Json.Bound(json, "upper_bound", found.UpperBound);
            Json.Bound(json, "gap", found.Gap);
            json.WriteNumber("steps", found.Steps);
            json.WriteBoolean("terminated", found.Terminated);
            json.WriteString("found_from", found.Origin);
            json.WriteNumber("single_actions_tried", found.Checked);
            json.WriteStartObject("best_constant");
            json.WriteNumber("percent", found.BestConstant);
            Json.Number(json, "sum_of_returns", found.BestConstantValue);
            json.WriteEndObject();
            json.WriteStartObject("best_constant_profile");
            Json.Numbers(json, "actions", found.ConstantProfile);
            Json.Number(json, "sum_of_returns", found.ConstantProfileValue);
            json.WriteEndObject();
        }
        else
        {
            json.WriteBoolean("settled", solved.Settled);
            json.WriteNumber("rounds", solved.Turns);
        }

        json.WriteStartArray("plan");
        for (var t = 0; t < solved.Plan[0].Length / d; t++)
        {
            json.WriteStartArray();
            foreach (var actions in solved.Plan)
                for (var k = 0; k < d; k++)
                    Json.Value(json, "action", actions[t * d + k]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Line(IAnsiConsole screen, string name, string value) => screen.WriteLine($"{name,-13} {value}");
}
