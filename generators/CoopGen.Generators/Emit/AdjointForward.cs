using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Computes again what lies between the versions of a state that memory holds, for specs that change a state more than once.</summary>
internal sealed class AdjointForward(ScalarAdjoint texts, CodeWriter code, Lowering lowering)
{
    private AdjointPlan Plan => texts.Plan;

    private ClassContext Class => texts.Class;

    /// <summary>Writes a block that computes all versions in between, if there are any, and clears their derivatives.</summary>
    public void Write()
    {
        if (Plan.Between.Count == 0)
            return;
        foreach (var (place, state) in Plan.Between)
        {
            Class.Declare(place.Memory, Class.Size(state));
            Class.Declare(place.Adjoint, Class.Size(state));
            code.Line($"Array.Clear({place.Adjoint});");
        }

        code.Open("");
        Events(Plan.Events);
        code.Close();
        code.Space();
    }

    private void Events(IReadOnlyList<AdjointEvent> events)
    {
        foreach (var e in events)
        {
            if (e.Statement.Kind == StatementKind.When)
                When(e);
            else if (Plan.Of(e.Statement.State!.Slot, e.To) is { Offset: "" } place)
                Change(e, place);
        }
    }

    private void When(AdjointEvent e)
    {
        if (!Makes(e.Then!) && !Makes(e.Else!))
            return;
        lowering.Prepare(e.Statement.Values);
        code.Open($"if ({lowering.Print(e.Statement.Values[0])})");
        Branch(e.Then!);
        code.Close();
        code.Open("else");
        Branch(e.Else!);
        code.Close();
    }

    /// <summary>Whether a branch has to do with a version in between.</summary>
    private bool Makes(AdjointBranch branch) =>
        branch.Events.Any(e => e.Statement.Kind == StatementKind.When ? Makes(e.Then!) || Makes(e.Else!) : Plan.IsBetween(e.Statement.State!.Slot, e.To))
        || branch.Kept.Any(k => Plan.IsBetween(k.State.Slot, k.To));

    private void Branch(AdjointBranch branch)
    {
        lowering.Push();
        foreach (var (state, from, to) in branch.Kept)
            if (Plan.Of(state.Slot, to) is { Offset: "" } place)
                Copy(state, from, place);
        Events(branch.Events);
        lowering.Pop();
    }

    private void Copy(StateDeclaration state, int version, Place to)
    {
        var from = Plan.Of(state.Slot, version);
        code.Line($"{texts.Region(state, from.Memory, from.Offset)}.CopyTo({to.Memory});");
    }

    private void Change(AdjointEvent e, Place to)
    {
        var (statement, state) = (e.Statement, e.Statement.State!);
        lowering.Prepare(statement.Values);
        if (state.Kind == StateKind.PerPair || statement.Kind != StatementKind.Set)
            Copy(state, e.From, to);
        var i = "";
        void PerAgent(string target, string flag = "") => lowering.ForEach(Expr.Row, [], [statement.Values[0]],
            () => code.Line($"{target}[{lowering.IndexName(Expr.Row)}] = {lowering.Print(statement.Values[0])}{flag};"));
        switch (statement.Kind)
        {
            case StatementKind.Set when state.Kind == StateKind.Scalar:
                code.Line($"{to.Memory}[0] = {lowering.Print(statement.Values[0])};");
                break;
            case StatementKind.Set when state.Kind == StateKind.PerAgent:
                PerAgent(to.Memory);
                break;
            case StatementKind.Set:
                lowering.ForEach(Expr.Row, [], [statement.Values[0]], () =>
                {
                    i = lowering.IndexName(Expr.Row);
                    lowering.ForEach(Expr.Column, [Expr.Row], [statement.Values[0]],
                        () => code.Line($"{to.Memory}[{i} * {Class.N} + {lowering.IndexName(Expr.Column)}] = {lowering.Print(statement.Values[0])};"), skip: i);
                });
                break;
            case StatementKind.Push:
                PerAgent(Class.Next(state));
                code.Line($"WindowOps.Push({to.Memory}, {Class.Next(state)}, {Class.Capacity(state)});");
                break;
            case StatementKind.Tick:
                code.Line($"RosterOps.Tick({to.Memory}, {Class.N});");
                break;
            default:
                PerAgent(Class.Next(state), " ? 1.0 : 0.0");
                code.Line(statement.Kind == StatementKind.Admit ? $"RosterOps.Admit({to.Memory}, {Class.Next(state)});"
                    : $"RosterOps.Remove({to.Memory}, {Class.Next(state)}, {lowering.Print(statement.Values[1])}, {lowering.Print(statement.Values[2])});");
                break;
        }
    }
}
