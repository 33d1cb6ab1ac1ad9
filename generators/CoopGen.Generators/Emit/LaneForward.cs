using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>As <see cref="AdjointForward"/>, of eight environments: every branch is run in the lanes that took it.</summary>
internal sealed class LaneForward(LaneAdjoint texts, BatchContext context, CodeWriter code, Lowering lowering)
{
    private AdjointPlan Plan => texts.Plan;

    /// <summary>Computes all versions in between, if there are any, and clears their derivatives.</summary>
    public void Write()
    {
        if (Plan.Between.Count == 0)
            return;
        foreach (var (place, state) in Plan.Between.ToList())
            code.Line($"LaneStates.Clear(ref w, {place.AdjointOffset}, {context.Length(state)});");
        Events(Plan.Events, null);
    }

    private void Events(IReadOnlyList<AdjointEvent> events, Expr? where)
    {
        foreach (var e in events)
        {
            if (e.Statement.Kind == StatementKind.When)
            {
                var (arena, condition) = (texts.Program.Arena, e.Statement.Values[0]);
                Expr Both(Expr x) => where is null ? x : arena.Make(Op.And, where, x);
                Branch(e.Then!, Both(condition));
                Branch(e.Else!, Both(arena.Make(Op.Not, condition)));
            }
            else if (Plan.IsBetween(e.Statement.State!.Slot, e.To))
            {
                Change(e, Mask(where));
            }
        }
    }

    private void Branch(AdjointBranch branch, Expr where)
    {
        foreach (var (state, from, to) in branch.Kept)
            if (Plan.IsBetween(state.Slot, to))
                Copy(state, Plan.Of(state.Slot, from), Plan.Of(state.Slot, to), Mask(where));
        Events(branch.Events, where);
    }

    private string Mask(Expr? where)
    {
        if (where is null)
            return "All";
        lowering.Prepare(where);
        return lowering.Print(where);
    }

    private void Copy(StateDeclaration state, Place from, Place to, string mask) => code.Line(state.Kind == StateKind.Window
        ? $"LaneWindows.Copy(ref {from.Memory}, {from.Offset}, {from.Top}, ref {to.Memory}, {to.Offset}, {to.Top}, Each, {BatchContext.Rows(state)}, {mask});"
        : $"LaneStates.Copy(ref {from.Memory}, {from.Offset}, ref {to.Memory}, {to.Offset}, {context.Length(state)}, {mask});");

    private void Change(AdjointEvent e, string mask)
    {
        var (statement, state) = (e.Statement, e.Statement.State!);
        var (value, to) = (statement.Values.Length > 0 ? statement.Values[0] : null, Plan.Of(state.Slot, e.To));
        lowering.Prepare(statement.Values);
        if (state.Kind == StateKind.PerPair || statement.Kind != StatementKind.Set)
            Copy(state, Plan.Of(state.Slot, e.From), to, mask);
        var next = statement.Kind is StatementKind.Push or StatementKind.Remove or StatementKind.Admit ? context.NextRegion(state) : "";
        switch (statement.Kind)
        {
            case StatementKind.Set when state.Kind == StateKind.Scalar:
                code.Line($"Store(ref w, {to.Offset}, {lowering.Print(value!)}, {mask});");
                return;
            case StatementKind.Set when state.Kind == StateKind.PerPair:
                lowering.ForEach(Expr.Row, [], [value!], () =>
                {
                    var i = lowering.IndexName(Expr.Row);
                    lowering.ForEach(Expr.Column, [Expr.Row], [value!],
                        () => code.Line($"Store(ref w, {BatchContext.Sum(to.Offset, context.PairIndex(i, lowering.IndexName(Expr.Column)))}, {lowering.Print(value!)}, {mask});"), skip: i);
                });
                return;
            case StatementKind.Tick:
                code.Line($"LaneRosters.Tick(ref w, {to.Offset}, Each, {mask});");
                return;
            default:
                lowering.ForEach(Expr.Row, [], [value!], () => code.Line(
                    $"Store(ref w, {BatchContext.Sum(next.Length == 0 ? to.Offset : next, lowering.IndexName(Expr.Row))}, {lowering.Print(value!)}{(next.Length == 0 ? ", " + mask : "")});"));
                break;
        }

        if (statement.Kind == StatementKind.Push)
            code.Line($"LaneWindows.Push(ref w, {to.Offset}, {to.Top}, Each, {BatchContext.Rows(state)}, {lowering.Print(state.Capacity!)}, ref w, {next}, {mask});");
        else if (statement.Kind == StatementKind.Admit)
            code.Line($"LaneRosters.Admit(ref w, {to.Offset}, Each, ref w, {next}, {mask});");
        else if (statement.Kind == StatementKind.Remove)
            code.Line($"LaneRosters.Remove(ref w, {to.Offset}, Each, ref w, {next}, {lowering.Print(statement.Values[1])}, {lowering.Print(statement.Values[2])}, {mask});");
    }
}
