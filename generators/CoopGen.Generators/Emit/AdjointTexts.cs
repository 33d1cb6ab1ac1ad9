using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Where a state lies after some number of writes, and where the derivative with respect to it does: texts of memories and of places there.</summary>
/// <param name="Memory">The memory.</param>
/// <param name="Offset">Where the state begins in it; empty for a memory of its own.</param>
/// <param name="Adjoint">The memory of derivatives.</param>
/// <param name="AdjointOffset">Where those of the state begin.</param>
/// <param name="Top">Where it stands which row of a window is the newest, if that is apart.</param>
internal sealed record Place(string Memory, string Offset, string Adjoint, string AdjointOffset, string Top = "");

/// <summary>
/// How the reverse of an environment reads memory, as it was before a step and as it was after it, and adds to derivatives where they
/// are gathered: in numbers, or in lanes.
/// </summary>
internal abstract class AdjointTexts(ClassContext context)
{
    private readonly Dictionary<Expr, string> _setup = [];

    public ClassContext Class => context;

    public GameProgram Program => context.Program;

    /// <summary>Where versions of states lie in the function that is being written.</summary>
    public AdjointPlan Plan { get; set; } = null!;

    /// <summary>What is fixed at construction and depends on parameters that can be differentiated for, with the name of where its derivative is gathered.</summary>
    public IReadOnlyDictionary<Expr, string> SetupAdjoints => _setup;

    /// <summary>What values everything can take.</summary>
    public IntervalAnalysis Ranges { get; } = Link.RangeChecks.Analysis(context.Program, 0);

    /// <summary>Number of agents as an expression.</summary>
    public Expr Count => Program.Agents.IsConst ? Program.Agents : Program.Arena.Make(Op.Agents);

    /// <summary>Whether only the branch that was taken is run; else both are, in the lanes that took them.</summary>
    public abstract bool Branches { get; }

    /// <summary>What binds at least so tightly can be added without parentheses.</summary>
    public abstract int Level { get; }

    /// <summary>The texts of adjoints that are expressions: memory, place, and numbers between entries.</summary>
    protected List<(string Memory, string Offset, int Stride)> Adjoints { get; } = [];

    /// <summary>The parameters that can be differentiated for are numbers and the two ends of ranges.</summary>
    public bool IsTunable(Expr e) => e.Op == Op.Parameter && Program.Parameters[e.Slot].Kind is "Number" or "Range";

    /// <summary>Position of a parameter among those that can be differentiated for.</summary>
    public int Position(Expr parameter) =>
        Program.Parameters.Where(p => p.Slot < parameter.Slot).Sum(p => p.Kind switch { "Number" => 1, "Range" => 2, _ => 0 }) + parameter.Part;

    /// <summary>Whether a step reads it and is differentiated with respect to it.</summary>
    public bool IsLeaf(Expr e) => e.Op is Op.State or Op.Action or Op.Given or Op.Paid or Op.WindowAt or Op.WindowMean
        || e.IsSetup && !e.IsFlag && e.Free.Length <= 2 && e.Op is not (Op.Const or Op.Index) && ReverseMode.DependsOn(e, IsTunable);

    /// <summary>An adjoint as an expression: entry [i] or [i, j] or none from a place on.</summary>
    public Expr Adjoint(string memory, string offset, int stride = 1, params Expr[] args)
    {
        var slot = Adjoints.IndexOf((memory, offset, stride));
        if (slot < 0)
        {
            slot = Adjoints.Count;
            Adjoints.Add((memory, offset, stride));
        }

        return Program.Arena.Make(Op.Adjoint, slot: slot, args: args);
    }

    /// <summary>The name of where the derivative with respect to a leaf fixed at construction is gathered.</summary>
    public string SetupAdjoint(Expr canonical)
    {
        if (!_setup.TryGetValue(canonical, out var name))
        {
            name = Class.Names.Take(SetupPrefix + (Class.Source(canonical)?.Member.Name ?? "c"));
            _setup.Add(canonical, name);
        }

        return name;
    }

    /// <summary>Where a version of a state lies.</summary>
    public abstract Place PlaceOf(StateDeclaration state, int version, bool isFirst, bool isLast, bool atReset);

    /// <summary>The derivative with respect to what an agent was paid, or did.</summary>
    public abstract Expr PaidSeed(Expr agent);

    public abstract Expr PlayedSeed(int dimension, Expr agent);

    /// <summary>The actions that were played as results of those asked for: what is clipped hands nothing on, at a bound the action counts as inside.</summary>
    public IReadOnlyList<(Expr Root, Expr Seed, int[] Domain)> PlayedActions() => [.. Program.Actions.Select(a =>
    {
        var (arena, row) = (Program.Arena, Program.Arena.Index(Expr.Row));
        var given = arena.Make(Op.Given, slot: a.Slot, args: [row]);
        var played = a.Values is null ? arena.Make(Op.Min, arena.Make(Op.Max, given, a.Low), a.High) : given;
        return (played, PlayedSeed(a.Slot, row), new[] { Expr.Row });
    })];

    /// <summary>The initial actions as results.</summary>
    public IReadOnlyList<(Expr Root, Expr Seed, int[] Domain)> InitialActions() =>
        [.. Program.Actions.Select(a => (a.Initial, PlayedSeed(a.Slot, Program.Arena.Index(Expr.Row)), new[] { Expr.Row }))];

    /// <summary>A place for the derivative with respect to an expression of one agent, or of none.</summary>
    public abstract Expr Between(Expr e);

    /// <summary>Begins such a place with 0.</summary>
    public abstract void Clear(CodeWriter code, Expr place);

    /// <summary>Text of a read of memory.</summary>
    public abstract string Read(Expr e, Func<Expr, string> index);

    /// <summary>Adds to the derivative with respect to a leaf or a place in between.</summary>
    public abstract void Add(CodeWriter code, Lowering lowering, Expr target, string value);

    /// <summary>What a step does not change goes back as it is.</summary>
    public abstract void Keep(CodeWriter code, StateDeclaration state);

    /// <summary>What one branch does not change goes back as it is; where the condition holds, if both are run.</summary>
    public abstract void Keep(CodeWriter code, StateDeclaration state, Place earlier, Place later, string? where);

    /// <summary>The diagonal of a state of pairs is never set.</summary>
    public abstract void KeepDiagonal(CodeWriter code, StateDeclaration state, Place earlier, Place later, string? where);

    /// <summary>The adjoint of the newest profile of a window.</summary>
    public abstract Expr Newest(CodeWriter code, Lowering lowering, StateDeclaration window, Place place);

    /// <summary>Profiles of a window go back to where they lay before a push.</summary>
    public abstract void PushBack(CodeWriter code, StateDeclaration window, Place earlier, Place later, string? where);

    protected abstract string SetupPrefix { get; }

    /// <summary>The leaf with a row, or a row and a column, for its indices, and the text of its entry.</summary>
    protected (Expr Canonical, string Row, string Column) Canonical(Lowering lowering, Expr leaf)
    {
        var free = leaf.Free;
        if (free.Length == 0)
            return (leaf, "", "");
        var replace = new Dictionary<int, Expr> { [free[0]] = Program.Arena.Index(Expr.Row) };
        if (free.Length == 2)
            replace.Add(free[1], Program.Arena.Index(Expr.Column));
        return (Rewriter.Substitute(Program.Arena, leaf, replace), lowering.IndexName(free[0]), free.Length == 2 ? lowering.IndexName(free[1]) : "");
    }
}
