using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;
using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Link;

/// <summary>Proves by interval analysis, for all allowed parameters, that functions stay in their domains and states in their ranges.</summary>
internal sealed class RangeChecks(GameProgram program, Action<Problem> report)
{
    /// <summary>Rounding outward must not fail a range that holds exactly.</summary>
    private const double Slack = 1e-9;

    private readonly IntervalAnalysis _step = Analysis(program, 1);
    private readonly IntervalAnalysis _any = Analysis(program, 0);

    public void Run()
    {
        Domains(_any, [.. program.Actions.SelectMany(a => new[] { a.Low, a.High, a.Initial }), .. program.Checks.Select(c => c.Value), program.Agents]);
        Statements(program.Reset, _any);
        Statements(program.Update, _step);
        Domains(_step, program.Rewards);
        Statements(program.Settle, _step);
        Domains(_step, [program.Terminated]);
        Domains(_any, program.Observation.Concat(program.View).Select(p => Under(p.Guard, p.Value)));
        Domains(_any, program.Report.Where(p => p.Value is not null).Select(p => Under(p.Guard, p.Value!)));
    }

    /// <summary>An analysis over all allowed parameters, from a least step on.</summary>
    public static IntervalAnalysis Analysis(GameProgram program, int firstStep)
    {
        IntervalAnalysis? analysis = null;
        Interval Fixed(Expr e) => analysis!.Of(Refinement.Refine(program.Arena, e));
        Interval Leaf(Expr e)
        {
            switch (e.Op)
            {
                case Op.Parameter:
                    var p = program.Parameters[e.Slot];
                    return new(p.Min, p.Max, p.Kind is "Integer" or "Choice" or "Switch");
                case Op.Agents:
                    var n = program.Agents.Op == Op.Agents ? Interval.All : Fixed(program.Agents);
                    return new(Math.Max(1, n.Low), Math.Min(1024, Math.Max(1, n.High)), true);
                case Op.Step:
                    return new(firstStep, 1e9, true);
                case Op.Horizon:
                    return new(1, 1e9, true);
                case Op.Mode:
                    return new(0, 2, true);
                case Op.Action:
                    var action = program.Actions[e.Slot];
                    return Interval.Hull(Fixed(action.Low), Fixed(action.High));
                case Op.WindowCount:
                    return new(0, Math.Max(1, Fixed(program.State(e.Slot).Capacity!).High), true);
                case Op.RosterCount:
                    return new(0, 1024, true);
                case Op.State:
                    var state = program.State(e.Slot);
                    var range = new Interval(Fixed(state.Min).Low, Fixed(state.Max).High);
                    return state.Kind == StateKind.PerPair ? Interval.Hull(range, Fixed(state.Diagonal)) : range;
                case Op.WindowAt or Op.WindowMean:
                    var window = program.State(e.Slot);
                    return Interval.Hull(new Interval(Fixed(window.Min).Low, Fixed(window.Max).High), 0);
                default:
                    return Interval.All;
            }
        }

        return analysis = new IntervalAnalysis(Leaf);
    }

    private void Statements(IReadOnlyList<Statement> statements, IntervalAnalysis analysis, Expr? guard = null)
    {
        guard ??= program.Arena.True;
        foreach (var statement in statements)
        {
            Domains(analysis, statement.Values.Select(v => Under(guard, v)));
            if (statement is { Kind: StatementKind.Set or StatementKind.Push, State: { } state })
                Inductive(statement, state, Refinement.Refine(program.Arena, Under(guard, statement.Values[0])), analysis);
            if (statement.Kind == StatementKind.When)
            {
                var arena = program.Arena;
                Statements(statement.Then, analysis, arena.Make(Op.And, guard, statement.Values[0]));
                Statements(statement.Else, analysis, arena.Make(Op.And, guard, arena.Make(Op.Not, statement.Values[0])));
            }
        }
    }

    /// <summary>A value that is looked at only under a condition.</summary>
    private Expr Under(Expr guard, Expr value) => guard.IsTrue ? value : value.IsFlag
        ? program.Arena.Make(Op.And, guard, value) : program.Arena.Make(Op.Select, guard, value, program.Arena.Make(Op.AtLeast, value, value));

    private void Inductive(Statement statement, StateDeclaration state, Expr value, IntervalAnalysis analysis)
    {
        // Under a guard the value is the first branch; the other only keeps the shape.
        if (value.Op == Op.Select && value[2].Op == Op.AtLeast && ReferenceEquals(value[2][0], value[2][1]))
            value = value[1];
        var (min, max) = (analysis.Of(state.Min), analysis.Of(state.Max));
        if ((Bounded(value, state.Min, false, analysis, min.High)) && Bounded(value, state.Max, true, analysis, max.Low))
            return;
        var range = analysis.Of(value);
        report(new(Problems.NotInductive, statement.At ?? state.Member.At, state.Name, Text(range), ProgramChecks.Text(min.Low), ProgramChecks.Text(max.High)));
    }

    /// <summary>Whether a value is at most (at least) a bound: because it says so itself, or by its interval.</summary>
    private static bool Bounded(Expr value, Expr bound, bool above, IntervalAnalysis analysis, double limit)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (ReferenceEquals(value, bound))
            return true;
        switch (value.Op)
        {
            case Op.Min:
                return above ? Bounded(value[0], bound, above, analysis, limit) || Bounded(value[1], bound, above, analysis, limit)
                    : Bounded(value[0], bound, above, analysis, limit) && Bounded(value[1], bound, above, analysis, limit);
            case Op.Max:
                return above ? Bounded(value[0], bound, above, analysis, limit) && Bounded(value[1], bound, above, analysis, limit)
                    : Bounded(value[0], bound, above, analysis, limit) || Bounded(value[1], bound, above, analysis, limit);
            case Op.Select:
                return Bounded(value[1], bound, above, analysis, limit) && Bounded(value[2], bound, above, analysis, limit);
        }

        var range = analysis.Of(value);
        var slack = Slack * Math.Max(1, Math.Abs(limit));
        return above ? range.High <= limit + slack || double.IsPositiveInfinity(limit) : range.Low >= limit - slack || double.IsNegativeInfinity(limit);
    }

    private void Domains(IntervalAnalysis analysis, IEnumerable<Expr> roots)
    {
        foreach (var (operation, operand) in analysis.Violations([.. roots.Select(r => Refinement.Refine(program.Arena, r))]))
        {
            var at = program.Arena.Origins.TryGetValue(operation, out var written) ? written : program.Chain.Environment.At;
            report(operation.Op switch
            {
                Op.Log => new(Problems.LogDomain, at, "Log", Text(operand), 0),
                Op.Log1p => new(Problems.LogDomain, at, "Log1p", Text(operand), -1),
                Op.Div => new(Problems.DivisionDomain, at, "", Text(operand)),
                Op.Pow => new(Problems.PowDomain, at, "", Text(operand)),
                _ => new(Problems.SqrtDomain, at, "", Text(operand)),
            });
        }
    }

    private static string Text(Interval x) => $"[{Near(x.Low)}, {Near(x.High)}]";

    /// <summary>An end of an interval without the last bits by which it was rounded outward.</summary>
    private static string Near(double x) => Math.Abs(x) < 1e-300 ? "0" : ProgramChecks.Text(x);
}
