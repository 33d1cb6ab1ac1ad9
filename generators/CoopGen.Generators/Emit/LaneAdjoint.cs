using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>
/// The reverse of eight environments: memory is <c>b</c> before and <c>m</c> after a step, derivatives are gathered in <c>o</c> and <c>l</c>,
/// those of what is fixed at construction in <c>q</c>, and everything in between lies in work memory.
/// </summary>
internal sealed class LaneAdjoint(BatchContext context) : AdjointTexts(context)
{
    private const string Paid = "PaidBack", Played = "PlayedBack";

    public override bool Branches => false;

    /// <summary>That of a product.</summary>
    public override int Level => 7;

    protected override string SetupPrefix => "BackOf";

    private string ActionsLength => context.Dimensions == 1 ? context.Each : $"{context.Each} * {BatchContext.Text(context.Dimensions)}";

    public override Place PlaceOf(StateDeclaration state, int version, bool isFirst, bool isLast, bool atReset)
    {
        var (offset, top) = (ClassContext.Offset(state), state.Kind == StateKind.Window ? BatchContext.Top(state) : "");
        if (isLast)
            return new("m", offset, isFirst ? "o" : "l", offset, top);
        if (isFirst)
            return new("b", offset, "o", offset, top);
        var name = state.Name + BatchContext.Text(version);
        return new("w", context.Region(name, context.Length(state)), "w", context.Region("BackOf" + name, context.Length(state)),
            top.Length == 0 ? "" : context.Region("TopOf" + name, "16"));
    }

    /// <summary>Where the derivatives with respect to what agents were paid lie.</summary>
    public string PaidBack => context.Region(Paid, context.Each);

    /// <summary>Where those with respect to the actions they played lie.</summary>
    public string PlayedBack => context.Region(Played, ActionsLength);

    public override Expr PaidSeed(Expr agent) => Adjoint("w", PaidBack, 1, agent);

    public override Expr PlayedSeed(int dimension, Expr agent) =>
        Adjoint("w", BatchContext.Sum(PlayedBack, BatchContext.Text(dimension * BatchContext.Entry)), context.Dimensions, agent);

    public override Expr Between(Expr e)
    {
        var name = Class.Names.Take("BackOf" + (Class.Source(e)?.Member.Name ?? Names.Plain(e)));
        return Adjoint("w", context.Region(name, e.Free.Length == 0 ? "16" : context.Each), 1, [.. e.Free.Select(v => Program.Arena.Index(v))]);
    }

    public override void Clear(CodeWriter code, Expr place) =>
        code.Line($"LaneStates.Clear(ref w, {Adjoints[place.Slot].Offset}, {(place.Args.Length == 0 ? "16" : "Each")});");

    /// <summary>Begins the derivatives with respect to the actions with 0.</summary>
    public void ClearPlayed(CodeWriter code) => code.Line($"LaneStates.Clear(ref w, {PlayedBack}, {ActionsLength});");

    public override string Read(Expr e, Func<Expr, string> index)
    {
        Place Place() => Plan.Of(e.Slot, e.Part);
        string Memory() => $"ref {Place().Memory}, {Place().Offset}";
        switch (e.Op)
        {
            case Op.Adjoint:
                return Load(Adjoints[e.Slot].Memory, At(e, index));
            case Op.Given:
                return Load("actions", ActionPlace("0", index(e[0]), e.Slot));
            case Op.State:
                return Load(Place().Memory, BatchContext.Sum(Place().Offset, Pair(e, index)));
            case Op.WindowCount or Op.RosterCount:
                return Load(Place().Memory, Place().Offset);
            case Op.RosterHas or Op.RosterTimer:
                return $"LaneRosters.{(e.Op == Op.RosterHas ? "Has" : "Timer")}({Memory()}, Each, {index(e[0])})";
            case Op.WindowAt or Op.WindowMean:
                var window = Program.State(e.Slot);
                return $"LaneWindows.{(e.Op == Op.WindowAt ? "At" : "Mean")}({Memory()}, {Place().Top}, Each, {BatchContext.Rows(window)}, {index(e[0])}, {context.PrintArgument!(e[1])})";
            default:
                return context.Read(e, index);
        }
    }

    public override void Add(CodeWriter code, Lowering lowering, Expr target, string value)
    {
        string Index(Expr e) => e.Op == Op.Index ? lowering.IndexName(e.Slot) : BatchContext.Text((int)e.Value * BatchContext.Entry);
        void To(string memory, string at) => code.Line($"Store(ref {memory}, {at}, {Load(memory, at)} + {value});");
        switch (target.Op)
        {
            case Op.State:
                var place = Plan.Of(target.Slot, target.Part);
                To(place.Adjoint, BatchContext.Sum(place.AdjointOffset, Pair(target, Index)));
                break;
            case Op.Adjoint:
                To(Adjoints[target.Slot].Memory, At(target, Index));
                break;
            case Op.Action:
                To("w", ActionPlace(PlayedBack, Index(target[0]), target.Slot));
                break;
            case Op.Given:
                To("gradient", ActionPlace("0", Index(target[0]), target.Slot));
                break;
            case Op.Paid:
                To("w", BatchContext.Sum(PaidBack, Index(target[0])));
                break;
            case Op.WindowAt or Op.WindowMean:
                var (window, at) = (Program.State(target.Slot), Plan.Of(target.Slot, target.Part));
                code.Line($"LaneWindows.{(target.Op == Op.WindowAt ? "AtBack" : "MeanBack")}(ref {at.Memory}, {at.Offset}, {at.Top}, ref {at.Adjoint}, {at.AdjointOffset}, Each, {BatchContext.Rows(window)}, {Index(target[0])}, {lowering.Print(target[1])}, {value});");
                break;
            default:
                var (canonical, row, column) = Canonical(lowering, target);
                To("q", BatchContext.Sum(SetupAdjoint(canonical), row.Length == 0 ? null : column.Length == 0 ? row : context.PairIndex(row, column)));
                break;
        }
    }

    public override void Keep(CodeWriter code, StateDeclaration state)
    {
        var at = Values(state, ClassContext.Offset(state));
        code.Line($"LaneStates.Copy(ref l, {at}, ref o, {at}, {Length(state)}, All);");
    }

    public override void Keep(CodeWriter code, StateDeclaration state, Place earlier, Place later, string? where) => code.Line(state.Kind == StateKind.Window
        ? $"LaneWindows.KeepBack(ref {earlier.Memory}, {earlier.Top}, ref {later.Memory}, {later.Top}, ref {later.Adjoint}, {later.AdjointOffset}, ref {earlier.Adjoint}, {earlier.AdjointOffset}, Each, {BatchContext.Rows(state)}, {where ?? "All"});"
        : $"LaneStates.Add(ref {later.Adjoint}, {later.AdjointOffset}, ref {earlier.Adjoint}, {earlier.AdjointOffset}, {Length(state)}, {where ?? "All"});");

    public override void KeepDiagonal(CodeWriter code, StateDeclaration state, Place earlier, Place later, string? where) =>
        code.Line($"LaneStates.AddDiagonal(ref {later.Adjoint}, {later.AdjointOffset}, ref {earlier.Adjoint}, {earlier.AdjointOffset}, Each, {where ?? "All"});");

    public override Expr Newest(CodeWriter code, Lowering lowering, StateDeclaration window, Place place)
    {
        var newest = lowering.Names.Local("newest" + window.Name);
        code.Line($"var {newest} = {place.AdjointOffset} + LaneWindows.NewestRow(ref {place.Memory}, {place.Top}, Each);");
        return Adjoint(place.Adjoint, newest, 1, Program.Arena.Index(Expr.Row));
    }

    public override void PushBack(CodeWriter code, StateDeclaration window, Place earlier, Place later, string? where) =>
        code.Line($"LaneWindows.PushBack(ref {earlier.Memory}, {earlier.Top}, ref {later.Memory}, {later.Top}, ref {later.Adjoint}, {later.AdjointOffset}, ref {earlier.Adjoint}, {earlier.AdjointOffset}, Each, {BatchContext.Rows(window)}, {where ?? "All"});");

    private static string Load(string memory, string place) => $"V.LoadUnsafe(ref {memory}, {place})";

    private string? Pair(Expr e, Func<Expr, string> index) => e.Args.Length switch { 0 => null, 1 => index(e[0]), _ => context.PairIndex(index(e[0]), index(e[1])) };

    private string At(Expr adjoint, Func<Expr, string> index)
    {
        var (_, offset, stride) = Adjoints[adjoint.Slot];
        return BatchContext.Sum(offset, stride > 1 && adjoint.Args.Length == 1 ? Times(index(adjoint[0]), stride) : Pair(adjoint, index));
    }

    private string ActionPlace(string offset, string agent, int dimension)
    {
        var place = BatchContext.Sum(context.Dimensions == 1 ? agent : Times(agent, context.Dimensions), dimension == 0 ? null : BatchContext.Text(dimension * BatchContext.Entry));
        return offset == "0" ? place : BatchContext.Sum(offset, place);
    }

    private static string Times(string index, int stride) => int.TryParse(index, out var value) ? BatchContext.Text(value * stride) : $"{index} * {BatchContext.Text(stride)}";

    /// <summary>Without what tells how many profiles a window has.</summary>
    private static string Values(StateDeclaration state, string offset) => state.Kind == StateKind.Window ? offset + " + 16" : offset;

    private string Length(StateDeclaration state) => state.Kind == StateKind.Window ? $"Each * {BatchContext.Rows(state)}" : context.Length(state);
}
