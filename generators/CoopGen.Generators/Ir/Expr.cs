namespace CoopGen.Generators.Ir;

/// <summary>What an expression does with its operands.</summary>
internal enum Op
{
    /// <summary>A number (<see cref="Expr.Value"/>); as a condition 0 is false and 1 true.</summary>
    Const,

    /// <summary>A parameter (<see cref="Expr.Slot"/>); <see cref="Expr.Part"/> 1 is the high end of a range.</summary>
    Parameter,

    /// <summary>Number of agents where it is not constant.</summary>
    Agents,

    /// <summary>Number of the step, t.</summary>
    Step,

    /// <summary>Number of steps of an episode.</summary>
    Horizon,

    /// <summary>The reward mode where it is not fixed.</summary>
    Mode,

    /// <summary>An agent: <see cref="Expr.Slot"/> is negative for a free index (see <see cref="Expr.Row"/>), positive for one bound by a reduction.</summary>
    Index,

    /// <summary>Dimension <see cref="Expr.Slot"/> of the clipped action of agent [0].</summary>
    Action,

    /// <summary>Dimension <see cref="Expr.Slot"/> of the action agent [0] asked for.</summary>
    Given,

    /// <summary>Reward of agent [0] in this step.</summary>
    Paid,

    /// <summary>Entry of state <see cref="Expr.Slot"/>, after <see cref="Expr.Part"/> writes in this step: no operand, [i] or [i, j].</summary>
    State,

    /// <summary>Number of profiles in window <see cref="Expr.Slot"/>, version <see cref="Expr.Part"/>.</summary>
    WindowCount,

    /// <summary>Entry of agent [0], [1] pushes ago.</summary>
    WindowAt,

    /// <summary>Mean of agent [0] over the newest [1] profiles.</summary>
    WindowMean,

    /// <summary>Number of members of list <see cref="Expr.Slot"/>, version <see cref="Expr.Part"/>.</summary>
    RosterCount,

    /// <summary>Whether agent [0] is a member.</summary>
    RosterHas,

    /// <summary>Timer of agent [0].</summary>
    RosterTimer,

    /// <summary>Entry [0] of the list of numbers [1], [2], …; with <see cref="Expr.Part"/> columns above 0 entry ([0], [1]) of a matrix row by row from [2] on.</summary>
    Table,

    /// <summary>A draw from [0, 1): name <see cref="Expr.Slot"/>, site and phase in <see cref="Expr.Part"/>, element operands [i] or [i, j] or none.</summary>
    DrawUniform,

    /// <summary>A standard normal draw; as <see cref="DrawUniform"/>.</summary>
    DrawNormal,

    /// <summary>Derivative of a result with respect to what was computed: entry [i] or [i, j] or none of place <see cref="Expr.Slot"/>.</summary>
    Adjoint,

    Neg,
    Abs,
    Log,
    Log1p,
    Exp,
    Tanh,
    Sqrt,

    /// <summary>[0] rounded to single precision.</summary>
    Single,
    Not,
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Min,
    Max,

    /// <summary>Comparisons of numbers, or (<see cref="Eq"/>) of agents.</summary>
    Lt,
    Le,
    Eq,
    And,
    Or,

    /// <summary>[0] ? [1] : [2].</summary>
    Select,

    /// <summary>The same number as [0], known to be at least [1] where it is used: only for interval analysis.</summary>
    AtLeast,

    /// <summary>The same number as [0], known to be at most [1].</summary>
    AtMost,

    /// <summary>The same number as [0], known to be above [1].</summary>
    Above,

    /// <summary>The same number as [0], known to be below [1].</summary>
    Below,

    /// <summary>The same number as [0], known not to be 0.</summary>
    NonZero,

    /// <summary>Reductions over the agents <see cref="Expr.Slot"/> for whom condition [0] holds, of [1].</summary>
    Sum,
    Product,

    /// <summary>0 over none.</summary>
    Mean,
    Least,
    Greatest,

    /// <summary>Whether [0] holds for some agent; [1] is true.</summary>
    Any,

    /// <summary>Whether [1] holds for every agent; [0] is true.</summary>
    Every,
}

/// <summary>A hash-consed expression: equal expressions of one <see cref="Arena"/> are the same object.</summary>
internal sealed class Expr
{
    /// <summary>Free index of a row: the agent of a formula per agent or the first of a pair.</summary>
    public const int Row = -1;

    /// <summary>Free index of a column: the second agent of a pair.</summary>
    public const int Column = -2;

    /// <summary>Free index of the agent with respect to whose action is differentiated.</summary>
    public const int Wrt = -3;

    /// <summary>Free index of the agent whose own observation is written.</summary>
    public const int Me = -4;

    internal Expr(int id, Op op, double value, int slot, int part, Expr[] args, bool isFlag)
    {
        (Id, Op, Value, Slot, Part, Args, IsFlag) = (id, op, value, slot, part, args, isFlag);
        IsSetup = op is not (Op.Step or Op.Action or Op.Given or Op.Paid or Op.State or Op.WindowCount or Op.WindowAt or Op.WindowMean
            or Op.RosterCount or Op.RosterHas or Op.RosterTimer or Op.DrawUniform or Op.DrawNormal or Op.Adjoint);
        HasDraw = op is Op.DrawUniform or Op.DrawNormal;
        foreach (var arg in args)
        {
            IsSetup &= arg.IsSetup;
            HasDraw |= arg.HasDraw;
            HighestBinder = Math.Max(HighestBinder, arg.HighestBinder);
            Free = Union(Free, arg.Free);
        }

        if (IsReduce(op))
        {
            HighestBinder = Math.Max(HighestBinder, slot);
            Free = [.. Free.Where(v => v != slot)];
        }
        else if (op == Op.Index)
        {
            Free = [slot];
        }
    }

    /// <summary>Position in the arena: operands come before what uses them.</summary>
    public int Id { get; }

    public Op Op { get; }

    public double Value { get; }

    public int Slot { get; }

    public int Part { get; }

    public Expr[] Args { get; }

    /// <summary>Whether it is a condition.</summary>
    public bool IsFlag { get; }

    /// <summary>Whether it is fixed at construction: it reads parameters alone.</summary>
    public bool IsSetup { get; }

    public bool HasDraw { get; }

    /// <summary>Greatest index bound within; 0 for none.</summary>
    public int HighestBinder { get; } = 0;

    /// <summary>Index variables that occur free, ascending.</summary>
    public int[] Free { get; } = [];

    public Expr this[int k] => Args[k];

    public bool IsConst => Op == Op.Const;

    public bool IsTrue => Op == Op.Const && IsFlag && Value != 0;

    public bool IsFalse => Op == Op.Const && IsFlag && Value == 0;

    public bool DependsOn(int variable) => Array.IndexOf(Free, variable) >= 0;

    public bool Is(double value) => Op == Op.Const && !IsFlag && Value == value;

    public static bool IsReduce(Op op) => op >= Op.Sum;

    /// <summary>Whether it costs a library call.</summary>
    public bool IsTranscendental => Op is Op.Log or Op.Log1p or Op.Exp or Op.Tanh or Op.Pow;

    private static int[] Union(int[] a, int[] b) =>
        a.Length == 0 ? b : b.Length == 0 || ReferenceEquals(a, b) ? a : [.. a.Union(b).OrderBy(v => v)];
}
