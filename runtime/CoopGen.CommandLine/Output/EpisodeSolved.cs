using CoopGen.Solving;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>What <c>solve</c> found over an episode, for people.</summary>
internal static class EpisodeSolved
{
    public static void PrintTable(IAnsiConsole screen, PlannedAnswer solved)
    {
        var info = solved.Question.Environment.Info;
        screen.Write(new Rule(Markup.Escape(FormattableString.Invariant($"{info.Id}: {solved.Question.Oracle}, {solved.Question.RewardType} rewards, seed {solved.Question.Seed}"))).LeftJustified());
        var (returns, sum) = (solved.Returns!, solved.Returns!.Sum());
        // Agents that return the same to five digits are shown as one.
        if (returns.Select(r => Figures.Of(r)).Distinct().Count() > 1 && returns.Length <= 12)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("agent", "return");
            table.Columns[1].RightAligned();
            for (var i = 0; i < returns.Length; i++)
                table.AddRow(new Text(info.AgentName(i)), new Text(Figures.Of(returns[i])));
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
                ? FormattableString.Invariant($"of {found.Checked} single actions tried{(found.CheckedAll ? "" : ", not all that there are,")} none gains more than {Figures.Of(gain)}; residual {found.Residual:G3}")
                : "the trial of single actions was not finished");
            screen.WriteLine();
            screen.WriteLine(FormattableString.Invariant($"actions, step 1 to {found.Steps}"));
            EpisodeCurves.Draw(screen, found);
            return;
        }

        Line(screen, solved.Settled ? "settled" : "not settled", FormattableString.Invariant($"after {solved.Turns} rounds; in the last one nobody gained more than {Figures.Of(solved.LargestGain ?? 0)}"));
    }

    private static void Line(IAnsiConsole screen, string name, string value) => screen.WriteLine($"{name,-13} {value}");
}
