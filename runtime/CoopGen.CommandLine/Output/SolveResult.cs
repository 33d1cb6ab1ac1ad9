using System.Globalization;
using CoopGen.Solving;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>What <c>solve</c> found about one step, for people and as a picture.</summary>
internal static class SolveResult
{
    /// <summary>Below this a residual or relative gain is rounding and its digits differ between machines.</summary>
    private const double Rounding = 1e-9;

    public static void PrintTable(IAnsiConsole screen, OneShotAnswer solved, ReactionCurves? curves)
    {
        screen.Write(new Rule(Markup.Escape(Title(solved))).LeftJustified());
        if (solved.Equilibria is not { } solution)
        {
            Print(screen, solved, solved.Actions, solved.Payoffs, solved.Certificate);
            if (solved.Game.Length > 0)
                Line(screen, "in the game", solved.Game);
            if (solved.Certificate is { } certificate)
                Certify(screen, certificate);
            foreach (var (name, value) in solved.Facts)
                Line(screen, name.Replace('_', ' '), Figures.Of(value));
            return;
        }

        if (solution.Equilibria.Count > 1)
            screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{solution.Equilibria.Count}{(solution.Equilibria.Count == EquilibriumSolver.MostEquilibria ? " and perhaps more" : "")} equilibria, the greatest sum of payoffs first"));
        foreach (var equilibrium in solution.Equilibria)
        {
            Print(screen, solved, equilibrium.Actions, equilibrium.Payoffs, equilibrium.Certificate);
            Certify(screen, equilibrium.Certificate);
            Line(screen, "stability", Describe(equilibrium.Stability));
        }

        if (solution.Equilibria.Count == 0)
            Cycle(screen, solved, solution);
        else if (solution is { Equilibria.Count: 1, DominanceOverBox: > 0 })
            Line(screen, "uniqueness", string.Create(CultureInfo.InvariantCulture, $"own effects dominate at every profile sampled (margin {solution.DominanceOverBox:0.###}): there is hardly another"));
        if (curves is null)
            return;
        var names = Enumerable.Range(0, 2).Select(solved.Question.Environment.Info.AgentName).ToArray();
        screen.WriteLine();
        screen.WriteLine($"reactions: ○ of {names[0]} (to the right), × of {names[1]} (upwards), ● equilibrium");
        var lines = curves.Draw(solution.Equilibria.Select(e => e.Actions));
        var box = curves.Problem.Box;
        for (var k = 0; k < lines.Length; k++)
            screen.WriteLine($"{(k == 0 ? Figures.Of(box.High[1]) : k == lines.Length - 1 ? Figures.Of(box.Low[1]) : ""),10} ▕{lines[k]}▏");
        screen.WriteLine($"{"",11} {Figures.Of(box.Low[0])}{Figures.Of(box.High[0]).PadLeft(lines[0].Length - Figures.Of(box.Low[0]).Length)}");
    }

    /// <summary>The reaction curves as a picture file.</summary>
    public static void Plot(string file, OneShotAnswer solved, ReactionCurves curves)
    {
        var names = Enumerable.Range(0, 2).Select(solved.Question.Environment.Info.AgentName).ToArray();
        var profiles = solved.Equilibria?.Equilibria.Select(e => e.Actions).ToArray() ?? [solved.Actions];
        curves.Save(file, Title(solved), names, profiles, [.. profiles.Select((p, k) => ($"profile {k + 1}", Figures.Row(p)))]);
    }

    private static string Title(OneShotAnswer solved)
    {
        var what = solved.Equilibria is null ? solved.Question.Oracle : "equilibria of the one-shot game";
        var given = string.Concat(solved.Question.Given.Select(g => $", {g.Parameter.Name} {g.Parameter.Format(g.Value)}"));
        return string.Create(CultureInfo.InvariantCulture, $"{solved.Question.Environment.Info.Id}: {what}, {solved.Question.RewardType} rewards, seed {solved.Question.Seed}{given}");
    }

    /// <summary>A row per agent; neighbours that do and get the same share one.</summary>
    private static void Print(IAnsiConsole screen, OneShotAnswer solved, double[] actions, double[] payoffs, Certificate? certificate)
    {
        var (n, d) = (payoffs.Length, actions.Length / payoffs.Length);
        var table = new Table().Border(TableBorder.Rounded).AddColumn("agent");
        foreach (var action in solved.Question.Environment.Info.Actions)
            table.AddColumn(new TableColumn(d == 1 ? "action" : action.Name).RightAligned());
        table.AddColumn(new TableColumn("payoff").RightAligned());
        if (solved.Returns is not null)
            table.AddColumn(new TableColumn("return").RightAligned());
        if (certificate is not null)
            table.AddColumn(new TableColumn("gain").RightAligned());
        string[] Row(int i) =>
        [
            .. actions.AsSpan(i * d, d).ToArray().Select(a => Figures.Of(a)),
            Figures.Of(payoffs[i]),
            .. solved.Returns is { } returns ? [Figures.Of(returns[i])] : Array.Empty<string>(),
            .. certificate is not null ? [Small(certificate.Gains[i] / certificate.Scales[i], certificate.Gains[i])] : Array.Empty<string>(),
        ];
        for (int first = 0, next; first < n; first = next)
        {
            var row = Row(first);
            for (next = first + 1; next < n && Row(next).SequenceEqual(row);)
                next++;
            var name = solved.Question.Environment.Info.AgentName(first) + (next - first > 1 ? $" to {solved.Question.Environment.Info.AgentName(next - 1)}" : "");
            table.AddRow([new Text(name), .. row.Select(t => new Text(t))]);
        }

        screen.Write(table);
    }

    private static void Certify(IAnsiConsole screen, Certificate certificate)
    {
        var edges = certificate.Edges.Count > 0 ? FormattableString.Invariant($"; {certificate.Edges.Count} of {certificate.Responses.Count} actions at a kink or jump of the payoff") : "";
        Line(screen, certificate.IsCertified ? "certified" : "not an equilibrium",
            $"residual {Small(certificate.Residual, certificate.Residual)}, largest gain {Small(certificate.RelativeGain, certificate.LargestGain)} at a payoff scale of {Figures.Of(certificate.Scale)}{edges}");
    }

    private static string Describe(Stability stability)
    {
        if (stability.Moving.Count == 0)
            return "nothing moves: every action is held by a bound, kink or jump";
        if (!stability.IsIsolated)
            return "not isolated: equilibria lie along a line";
        var dominance = stability.Dominance > 0 ? string.Create(CultureInfo.InvariantCulture, $"; own effects dominate, margin {stability.Dominance:0.###}") : "; own effects do not dominate";
        return string.Create(CultureInfo.InvariantCulture, $"best responses {(stability.IsStable ? "come back" : "lead away")}, spectral radius {stability.SpectralRadius:0.###}{dominance}");
    }

    private static void Cycle(IAnsiConsole screen, OneShotAnswer solved, OneShotSolution solution)
    {
        var closest = solution.Closest;
        if (solution.Cycle.Count == 0)
        {
            screen.WriteLine("no equilibrium in pure actions was found; what came closest:");
            Print(screen, solved, closest.Actions, closest.Payoffs, closest.Certificate);
            Certify(screen, closest.Certificate);
            return;
        }

        screen.WriteLine(FormattableString.Invariant($"no equilibrium in pure actions was found: best responses, agent after agent, lead round a cycle of {solution.Cycle.Count}"));
        foreach (var profile in solution.Cycle)
            screen.WriteLine("  " + Figures.Row(profile));
    }

    private static string Small(double measure, double value) => Math.Abs(measure) < Rounding ? "below 1e-9" : value.ToString("G3", CultureInfo.InvariantCulture);

    private static void Line(IAnsiConsole screen, string name, string value) => screen.WriteLine($"{name,-12} {value}");
}
