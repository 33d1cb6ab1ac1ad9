using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>The reverse in double precision: memory is <c>before</c> and <c>after</c>, derivatives are gathered in <c>earlier</c> and <c>later</c>.</summary>
internal sealed class ScalarAdjoint(GameProgram program) : AdjointTexts(new ClassContext(program))
{
    public override bool Branches => true;

    public override int Level => 0;

    protected override string SetupPrefix => "_adjointOf";

    public override Place PlaceOf(StateDeclaration state, int version, bool isFirst, bool isLast, bool atReset)
    {
        var (offset, name) = (ClassContext.Offset(state), state.Name + BatchContext.Text(version));
        return isLast ? new("after", offset, isFirst ? "earlier" : "later", offset)
            : isFirst ? new(atReset ? "m" : "before", offset, "earlier", offset)
            : new("_" + name, "", "_adjointOf" + name, "");
    }

    public override Expr PaidSeed(Expr agent) => Adjoint("paid", "", 1, agent);

    public override Expr PlayedSeed(int dimension, Expr agent) => Adjoint("played", BatchContext.Text(dimension), Class.Dimensions, agent);

    public override Expr Between(Expr e)
    {
        var name = Class.Names.Take("_adjointOf" + (Class.Source(e)?.Member.Name ?? Names.Plain(e)));
        Class.Declare(name, e.Free.Length == 0 ? "1" : "{N}");
        return Adjoint(name, "", 1, [.. e.Free.Select(v => Program.Arena.Index(v))]);
    }

    public override void Clear(CodeWriter code, Expr place) => code.Line($"Array.Clear({Adjoints[place.Slot].Memory});");

    /// <summary>Text of the entries of a state.</summary>
    public string Region(StateDeclaration state, string memory, string offset) =>
        offset.Length == 0 ? memory + ".AsSpan()" : $"{memory}.{(memory == "m" ? "AsSpan" : "Slice")}({offset}, {Class.Size(state)})";

    public override string Read(Expr e, Func<Expr, string> index)
    {
        string Pair(Expr x) => x.Args.Length switch { 0 => "0", 1 => index(x[0]), _ => $"{index(x[0])} * {Class.N} + {index(x[1])}" };
        Place Place() => Plan.Of(e.Slot, e.Part);
        string Memory() => Region(Program.State(e.Slot), Place().Memory, Place().Offset);
        switch (e.Op)
        {
            case Op.Adjoint:
                var (memory, offset, stride) = Adjoints[e.Slot];
                return Entry(memory, offset, stride == 1 || e.Args.Length == 0 ? Pair(e) : FormattableString.Invariant($"{index(e[0])} * {stride}"));
            case Op.Step:
                return "after[0]";
            case Op.Action:
                return $"after[ActionsOffset + {ActionIndex(e, index)}]";
            case Op.Given:
                return $"after[AtGiven + {ActionIndex(e, index)}]";
            case Op.Paid:
                return $"after[AtPaid + {index(e[0])}]";
            case Op.State:
                return Entry(Place().Memory, Place().Offset, Pair(e));
            case Op.WindowCount or Op.RosterCount:
                return Entry(Place().Memory, Place().Offset, "0");
            case Op.RosterHas or Op.RosterTimer:
                return $"RosterOps.{(e.Op == Op.RosterHas ? "Has" : "Timer")}({Memory()}, {Class.N}, {index(e[0])})";
            case Op.WindowAt or Op.WindowMean:
                return $"WindowOps.{(e.Op == Op.WindowAt ? "At" : "Mean")}({Memory()}, {Class.N}, {Class.Capacity(Program.State(e.Slot))}, {index(e[0])}, {Class.PrintArgument!(e[1])})";
            case Op.DrawUniform or Op.DrawNormal:
                var phase = (e.Part >> 8) switch { 0 => "Reset", 1 => "Update", 2 => "Settle", _ => "Observe" };
                return $"Draw(after, DrawPhase.{phase}, 0x{ClassContext.Hash(Program.DrawNames[e.Slot]):X8}u, {Pair(e)}, {e.Part & 255}).{(e.Op == Op.DrawUniform ? "Uniform" : "Normal")}";
            default:
                throw new InvalidOperationException($"{e.Op} is not read from memory.");
        }
    }

    public override void Add(CodeWriter code, Lowering lowering, Expr target, string value)
    {
        string Index(Expr e) => e.Op == Op.Index ? lowering.IndexName(e.Slot) : BatchContext.Text((int)e.Value);
        switch (target.Op)
        {
            case Op.State:
                var place = Plan.Of(target.Slot, target.Part);
                code.Line($"{Entry(place.Adjoint, place.AdjointOffset, target.Args.Length switch { 0 => "0", 1 => Index(target[0]), _ => $"{Index(target[0])} * {Class.N} + {Index(target[1])}" })} += {value};");
                break;
            case Op.Adjoint:
                code.Line($"{Read(target, Index)} += {value};");
                break;
            case Op.Action:
                code.Line($"played[{ActionIndex(target, Index)}] += {value};");
                break;
            case Op.Given:
                code.Line($"given[{ActionIndex(target, Index)}] += {value};");
                break;
            case Op.Paid:
                code.Line($"paid[{Index(target[0])}] += {value};");
                break;
            case Op.WindowAt or Op.WindowMean:
                var (window, at) = (Program.State(target.Slot), Plan.Of(target.Slot, target.Part));
                code.Line($"WindowOps.{(target.Op == Op.WindowAt ? "AtBack" : "MeanBack")}({Region(window, at.Memory, at.Offset)}, {Region(window, at.Adjoint, at.AdjointOffset)}, {Class.N}, {Class.Capacity(window)}, {Index(target[0])}, {lowering.Print(target[1])}, {value});");
                break;
            default:
                var (canonical, row, column) = Canonical(lowering, target);
                code.Line($"{SetupAdjoint(canonical)}[{(row.Length == 0 ? "0" : column.Length == 0 ? row : $"{row} * {Class.N} + {column}")}] += {value};");
                break;
        }
    }

    public override void Keep(CodeWriter code, StateDeclaration state) =>
        code.Line($"{Values(state, "later", ClassContext.Offset(state))}.CopyTo({Values(state, "earlier", ClassContext.Offset(state))});");

    public override void Keep(CodeWriter code, StateDeclaration state, Place earlier, Place later, string? where) =>
        code.Line($"Add({Values(state, later.Adjoint, later.AdjointOffset)}, {Values(state, earlier.Adjoint, earlier.AdjointOffset)});");

    public override void KeepDiagonal(CodeWriter code, StateDeclaration state, Place earlier, Place later, string? where) =>
        code.Line($"AddDiagonal({Region(state, later.Adjoint, later.AdjointOffset)}, {Region(state, earlier.Adjoint, earlier.AdjointOffset)}, {Class.N});");

    public override Expr Newest(CodeWriter code, Lowering lowering, StateDeclaration window, Place place)
    {
        var newest = lowering.Names.Local("newest" + window.Name);
        code.Line($"var {newest} = {(place.Offset.Length == 0 ? "" : place.Offset + " + ")}WindowOps.Newest({Region(window, place.Memory, place.Offset)}, {Class.N});");
        return Adjoint(place.Adjoint, newest, 1, Program.Arena.Index(Expr.Row));
    }

    public override void PushBack(CodeWriter code, StateDeclaration window, Place earlier, Place later, string? where) =>
        code.Line($"WindowOps.PushBack({Region(window, later.Memory, later.Offset)}, {Region(window, later.Adjoint, later.AdjointOffset)}, {Region(window, earlier.Adjoint, earlier.AdjointOffset)}, {Class.N});");

    private static string Entry(string memory, string offset, string index) =>
        $"{memory}[{(offset is "" or "0" ? index : index == "0" ? offset : offset + " + " + index)}]";

    /// <summary>As <see cref="Region"/>, without what tells how many profiles a window has.</summary>
    private string Values(StateDeclaration state, string memory, string offset) => state.Kind != StateKind.Window ? Region(state, memory, offset)
        : offset.Length == 0 ? memory + ".AsSpan(2)" : $"{memory}.Slice({offset} + 2, {Class.N} * {Class.Capacity(state)})";

    /// <summary>Text of the position of an action in a profile.</summary>
    private string ActionIndex(Expr e, Func<Expr, string> index) => Class.Dimensions == 1 ? index(e[0]) : FormattableString.Invariant($"{index(e[0])} * {Class.Dimensions} + {e.Slot}");
}
