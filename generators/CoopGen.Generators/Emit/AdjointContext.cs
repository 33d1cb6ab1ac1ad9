using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>
/// How the reverse of an environment reads memory: as it was <c>before</c> a step and as it was <c>after</c> it, and derivatives where
/// they are gathered.
/// </summary>
internal sealed class AdjointContext(GameProgram program) : ClassContext(program)
{
    private readonly List<(string Array, string Offset, int Stride)> _adjoints = [];
    private readonly Dictionary<Expr, string> _setup = [];

    /// <summary>Where versions of states lie in the function that is being written.</summary>
    public AdjointPlan Plan { get; set; } = null!;

    /// <summary>What is fixed at construction and depends on parameters that can be differentiated for, with the array its derivative is gathered in.</summary>
    public IReadOnlyDictionary<Expr, string> SetupAdjoints => _setup;

    /// <summary>The parameters that can be differentiated for are numbers and the two ends of ranges.</summary>
    public bool IsTunable(Expr e) => e.Op == Op.Parameter && Program.Parameters[e.Slot].Kind is "Number" or "Range";

    /// <summary>Position of a parameter among those that can be differentiated for.</summary>
    public int Position(Expr parameter) =>
        Program.Parameters.Where(p => p.Slot < parameter.Slot).Sum(p => p.Kind switch { "Number" => 1, "Range" => 2, _ => 0 }) + parameter.Part;

    /// <summary>Number of derivatives with respect to parameters.</summary>
    public int TunableCount => Program.Parameters.Sum(p => p.Kind switch { "Number" => 1, "Range" => 2, _ => 0 });

    /// <summary>Whether a step reads it and is differentiated with respect to it.</summary>
    public bool IsLeaf(Expr e) => e.Op is Op.State or Op.Action or Op.Given or Op.Paid or Op.WindowAt or Op.WindowMean
        || e.IsSetup && !e.IsFlag && e.Free.Length <= 2 && e.Op is not (Op.Const or Op.Index) && ReverseMode.DependsOn(e, IsTunable);

    /// <summary>An adjoint as an expression: entry [i] or [i, j] or none of an array, from an offset on.</summary>
    public Expr Adjoint(string array, string offset, int stride = 1, params Expr[] args)
    {
        var slot = _adjoints.IndexOf((array, offset, stride));
        if (slot < 0)
        {
            slot = _adjoints.Count;
            _adjoints.Add((array, offset, stride));
        }

        return Program.Arena.Make(Op.Adjoint, slot: slot, args: args);
    }

    /// <summary>The array that the derivative with respect to a leaf fixed at construction is gathered in.</summary>
    public string SetupAdjoint(Expr canonical)
    {
        if (!_setup.TryGetValue(canonical, out var name))
        {
            name = Names.Take("_adjointOf" + (Source(canonical)?.Member.Name ?? "c"));
            _setup.Add(canonical, name);
        }

        return name;
    }

    /// <summary>Text of the entries of a state.</summary>
    public string Region(StateDeclaration state, string array, string offset) =>
        offset.Length == 0 ? array + ".AsSpan()" : $"{array}.{(array == "m" ? "AsSpan" : "Slice")}({offset}, {Size(state)})";

    /// <summary>As <see cref="Region"/>, without what tells how many profiles a window has.</summary>
    public string Values(StateDeclaration state, string array, string offset) => state.Kind != StateKind.Window ? Region(state, array, offset)
        : offset.Length == 0 ? array + ".AsSpan(2)" : $"{array}.Slice({offset} + 2, {N} * {Capacity(state)})";

    public static string Entry(string array, string offset, string index) =>
        $"{array}[{(offset is "" or "0" ? index : index == "0" ? offset : offset + " + " + index)}]";

    public override string Read(Expr e, Func<Expr, string> index, string? actions = null)
    {
        string Pair(Expr x) => x.Args.Length switch { 0 => "0", 1 => index(x[0]), _ => $"{index(x[0])} * {N} + {index(x[1])}" };
        Place Place() => Plan.Of(e.Slot, e.Part);
        string Memory() => Region(Program.State(e.Slot), Place().Memory, Place().Offset);
        switch (e.Op)
        {
            case Op.Adjoint:
                var (array, offset, stride) = _adjoints[e.Slot];
                return Entry(array, offset, stride == 1 || e.Args.Length == 0 ? Pair(e) : FormattableString.Invariant($"{index(e[0])} * {stride}"));
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
                return $"RosterOps.{(e.Op == Op.RosterHas ? "Has" : "Timer")}({Memory()}, {N}, {index(e[0])})";
            case Op.WindowAt or Op.WindowMean:
                return $"WindowOps.{(e.Op == Op.WindowAt ? "At" : "Mean")}({Memory()}, {N}, {Capacity(Program.State(e.Slot))}, {index(e[0])}, {PrintArgument!(e[1])})";
            case Op.DrawUniform or Op.DrawNormal:
                var phase = (e.Part >> 8) switch { 0 => "Reset", 1 => "Update", 2 => "Settle", _ => "Observe" };
                return $"Draw(after, DrawPhase.{phase}, 0x{Hash(Program.DrawNames[e.Slot]):X8}u, {Pair(e)}, {e.Part & 255}).{(e.Op == Op.DrawUniform ? "Uniform" : "Normal")}";
            default:
                return base.Read(e, index, actions);
        }
    }

    /// <summary>Text of the position of an action in a profile.</summary>
    public string ActionIndex(Expr e, Func<Expr, string> index) => Dimensions == 1 ? index(e[0]) : FormattableString.Invariant($"{index(e[0])} * {Dimensions} + {e.Slot}");
}
