using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>What an expression is computed in.</summary>
internal enum Arithmetic
{
    /// <summary>Double precision.</summary>
    Number,

    /// <summary>Intervals, for the bounds of observations and rewards.</summary>
    Interval,

    /// <summary>Single precision, eight environments at once; conditions are masks.</summary>
    Lanes,
}

/// <summary>Prints an expression as one C# expression; whatever needs statements has been given a name before.</summary>
internal sealed partial class ExpressionPrinter(Arithmetic arithmetic, Func<Expr, string?> known, Func<Expr, string> leaf, Action<string>? called = null, Passes.IntervalAnalysis? analysis = null)
{
    private const int Conditional = 1, Or = 2, And = 3, Equality = 4, Relational = 5, Additive = 6, Multiplicative = 7, Unary = 8, Primary = 9;

    public string Print(Expr expr, int outer = 0)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (known(expr) is { } name)
            return name;
        var (text, level) = arithmetic switch { Arithmetic.Interval => PrintInterval(expr), Arithmetic.Lanes => PrintLanes(expr), _ => PrintNumber(expr) };
        return level < outer ? "(" + text + ")" : text;
    }

    private (string, int) PrintNumber(Expr e)
    {
        switch (e.Op)
        {
            case Op.Const when e.IsFlag:
                return (e.Value != 0 ? "true" : "false", Primary);
            case Op.Const:
                return (CodeWriter.Literal(e.Value), e.Value < 0 ? Unary : Primary);
            case Op.Neg:
                return ("-" + Print(e[0], Primary), Unary);
            case Op.Not when e[0].Op == Op.Eq && known(e[0]) is null:
                return (Same(e[0], "!="), Equality);
            case Op.Not:
                return ("!" + Print(e[0], Primary), Unary);
            case Op.Add when e[1].Op == Op.Neg && known(e[1]) is null:
                return (Print(e[0], Additive) + " - " + Print(e[1][0], Multiplicative), Additive);
            case Op.Add:
                return (Infix(e, "+", Additive, Multiplicative), Additive);
            case Op.Sub:
                return (Infix(e, "-", Additive, Multiplicative), Additive);
            case Op.Mul:
                return (Infix(e, "*", Multiplicative, Unary), Multiplicative);
            case Op.Div:
                return (Infix(e, "/", Multiplicative, Unary), Multiplicative);
            case Op.Lt or Op.Le when e[0].IsConst:
                return (Print(e[1], Additive) + (e.Op == Op.Lt ? " > " : " >= ") + Print(e[0], Additive), Relational);
            case Op.Lt:
                return (Infix(e, "<", Additive, Additive), Relational);
            case Op.Le:
                return (Infix(e, "<=", Additive, Additive), Relational);
            case Op.Eq:
                return (Same(e, "=="), Equality);
            case Op.And:
                return (Infix(e, "&&", And, Equality), And);
            case Op.Or:
                return (Infix(e, "||", Or, And), Or);
            case Op.Select:
                return (Print(e[0], Or) + " ? " + Print(e[1], Or) + " : " + Print(e[2], Conditional), Conditional);
            case Op.Log or Op.Exp or Op.Tanh or Op.Sqrt or Op.Abs or Op.Pow or Op.Min or Op.Max:
                if (e.IsTranscendental)
                    called?.Invoke(e.Op.ToString());
                return ("Math." + Call(e), Primary);
            case Op.Log1p or Op.Single:
                if (e.IsTranscendental)
                    called?.Invoke(e.Op.ToString());
                return ("MathOps." + Call(e), Primary);
            case Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero:
                return (Print(e[0], Primary), Primary);
            default:
                return (leaf(e), Primary);
        }
    }

    private (string, int) PrintInterval(Expr e)
    {
        switch (e.Op)
        {
            case Op.Const when e.IsFlag:
                return (e.Value != 0 ? "Truth.True" : "Truth.False", Primary);
            case Op.Const:
                return ($"Interval.Of({CodeWriter.Literal(e.Value)})", Primary);
            case Op.Neg:
                return ("-" + Print(e[0], Primary), Unary);
            case Op.Add:
                return (Infix(e, "+", Additive, Multiplicative), Additive);
            case Op.Sub:
                return (Infix(e, "-", Additive, Multiplicative), Additive);
            case Op.Mul:
                return (Infix(e, "*", Multiplicative, Unary), Multiplicative);
            case Op.Div:
                return (Infix(e, "/", Multiplicative, Unary), Multiplicative);
            case Op.Eq when e[0].Op == Op.Index || e[1].Op == Op.Index:
                return ("Truth.Of(" + Same(e, "==") + ")", Primary);
            case Op.Not or Op.And or Op.Or:
                return ("Truth." + Call(e), Primary);
            case Op.Select or Op.Log or Op.Log1p or Op.Single or Op.Exp or Op.Tanh or Op.Sqrt or Op.Abs or Op.Pow or Op.Min or Op.Max or Op.Lt or Op.Le or Op.Eq
                or Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero:
                return ("Interval." + Call(e), Primary);
            default:
                return (leaf(e), Primary);
        }
    }

    /// <summary>An equality of numbers or of agents; agents are whole numbers in code.</summary>
    private string Same(Expr e, string op) => e[0].Op == Op.Index || e[1].Op == Op.Index
        ? e.Args.OrderBy(a => a.IsConst ? 1 : 0).Select(a => a.IsConst ? ((int)a.Value * (arithmetic == Arithmetic.Lanes ? BatchContext.Entry : 1)).ToString(System.Globalization.CultureInfo.InvariantCulture) : Print(a)) is var sides ? string.Join($" {op} ", sides) : ""
        : e[0].IsConst ? Print(e[1], Relational) + $" {op} " + Print(e[0], Relational) : Infix(e, op, Relational, Relational);

    private string Infix(Expr e, string op, int left, int right) => Print(e[0], left) + " " + op + " " + Print(e[1], right);

    private string Call(Expr e) => e.Op + "(" + string.Join(", ", e.Args.Select(a => Print(a))) + ")";
}
