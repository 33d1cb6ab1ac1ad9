using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Expressions of lanes: conditions become masks, and a product that is added to something a fused multiply-add.</summary>
internal sealed partial class ExpressionPrinter
{
    /// <summary>Whether a condition concerns nothing but which agents are meant, so that it is the same in all lanes.</summary>
    public static bool IsIndexCondition(Expr e) => e.IsFlag && e.Free.Length > 0
        && Rewriter.InOrder([e]).All(x => x.Op is Op.Index or Op.Const or Op.Not or Op.And or Op.Or || x.Op == Op.Eq && x.Args.All(a => a.Op is Op.Index or Op.Const));

    /// <summary>Such a condition where the agents are known; null where they are not.</summary>
    public bool? Decide(Expr e)
    {
        switch (e.Op)
        {
            case Op.Const:
                return e.Value != 0;
            case Op.Not:
                return !Decide(e[0]);
            case Op.And:
                return Decide(e[0]) == false || Decide(e[1]) == false ? false : Decide(e[0]) & Decide(e[1]);
            case Op.Or:
                return Decide(e[0]) == true || Decide(e[1]) == true ? true : Decide(e[0]) | Decide(e[1]);
            default:
                return Agent(e[0]) is { } a && Agent(e[1]) is { } b ? a == b : null;
        }

        int? Agent(Expr side) => side.IsConst ? (int)side.Value * BatchContext.Entry : int.TryParse(Print(side), out var at) ? at : null;
    }

    /// <summary>Such a condition as a C# condition.</summary>
    public string IndexCondition(Expr e, int outer = 0)
    {
        var (text, level) = e.Op switch
        {
            Op.Const => (e.Value != 0 ? "true" : "false", Primary),
            Op.Not when e[0].Op == Op.Eq => (Same(e[0], "!="), Equality),
            Op.Not => ("!" + IndexCondition(e[0], Primary), Unary),
            Op.And => (IndexCondition(e[0], And) + " && " + IndexCondition(e[1], Equality), And),
            Op.Or => (IndexCondition(e[0], Or) + " || " + IndexCondition(e[1], And), Or),
            _ => (Same(e, "=="), Equality),
        };
        return level < outer ? "(" + text + ")" : text;
    }

    /// <summary>The numbers 0 and the mask of no lane; the mask of all.</summary>
    public const string None = "Vector256<float>.Zero", All = "Vector256<float>.AllBitsSet";

    /// <summary>What adds a term to a total.</summary>
    public string Added(string total, Expr term) => Product(term) is { } x ? $"{total} = {Fused("", x, total)};" : $"{total} += {Print(term)};";

    /// <summary>The operation of the runtime itself: calls in between would cost the just-in-time compiler too many locals.</summary>
    private static string Intrinsic(Op op) => "V." + op switch
    {
        Op.Select => "ConditionalSelect",
        Op.Min => "MinNative",
        Op.Max => "MaxNative",
        Op.Lt => "LessThan",
        Op.Le => "LessThanOrEqual",
        Op.Eq => "Equals",
        _ => op.ToString(),
    };

    /// <summary>A number in all lanes.</summary>
    public static string LaneLiteral(double value) => double.IsPositiveInfinity(value) || (float)value == float.PositiveInfinity ? "V.Create(float.PositiveInfinity)"
        : double.IsNegativeInfinity(value) || (float)value == float.NegativeInfinity ? "V.Create(float.NegativeInfinity)"
        : double.IsNaN(value) ? "V.Create(float.NaN)"
        : value == 0 ? None
        : "V.Create(" + ((float)value).ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "f)";

    private (string, int) PrintLanes(Expr e)
    {
        switch (e.Op)
        {
            case Op.Const when e.IsFlag:
                return (e.Value != 0 ? All : None, Primary);
            case Op.Const:
                return (LaneLiteral(e.Value), Primary);
            case Op.Neg:
                return ("-" + Print(e[0], Primary), Unary);
            case Op.Not:
                return IsIndexCondition(e) ? ("Mask(" + IndexCondition(e) + ")", Primary) : ("~" + Print(e[0], Primary), Unary);
            case Op.Add when Product(e[0]) is { } x:
                return (Fused("", x, Print(e[1])), Primary);
            case Op.Add when Product(e[1]) is { } x:
                return (Fused("", x, Print(e[0])), Primary);
            case Op.Sub when Product(e[1]) is { } x:
                return (Fused("-", x, Print(e[0])), Primary);
            case Op.Sub when Product(e[0]) is { } x:
                return (Fused("", x, "-" + Print(e[1], Primary)), Primary);
            case Op.Add when e[1].Op == Op.Neg && known(e[1]) is null:
                return (Print(e[0], Additive) + " - " + Print(e[1][0], Multiplicative), Additive);
            case Op.Add:
                return (Infix(e, "+", Additive, Multiplicative), Additive);
            case Op.Sub:
                return (Infix(e, "-", Additive, Multiplicative), Additive);
            case Op.Mul:
                return (Factor(e, 0, Multiplicative) + " * " + Factor(e, 1, Unary), Multiplicative);
            case Op.Div when e[1].IsConst && StrengthReduction.IsPowerOfTwo(e[1].Value):
                return (Print(e[0], Multiplicative) + " * " + LaneLiteral(1 / e[1].Value), Multiplicative);
            case Op.Div:
                return (Infix(e, "/", Multiplicative, Unary), Multiplicative);
            case Op.Eq when e[0].Op == Op.Index || e[1].Op == Op.Index:
                return ("Mask(" + Same(e, "==") + ")", Primary);
            case Op.Lt when e[0].Op == Op.Index && e[1].Op == Op.Index:
                return ("Mask(" + Infix(e, "<", Additive, Additive) + ")", Primary);
            case Op.And:
                return (Infix(e, "&", And, Equality), And);
            case Op.Or:
                return (Infix(e, "|", Or, And), Or);
            case Op.Select when known(e[0]) is null && IsIndexCondition(e[0]) && Decide(e[0]) is { } holds:
                return (Print(e[holds ? 1 : 2]), 0);
            case Op.Select when known(e[0]) is null && IsIndexCondition(e[0]):
                return (IndexCondition(e[0], Or) + " ? " + Print(e[1], Or) + " : " + Print(e[2], Conditional), Conditional);
            case Op.Select when e[2].Is(0) || e[2].IsFalse:
                return (Print(e[0], Equality) + " & " + Print(e[1], Equality), And);
            case Op.Select when e[1].Is(0) || e[1].IsFalse:
                return ("~" + Print(e[0], Primary) + " & " + Print(e[2], Equality), And);
            case Op.Log or Op.Log1p or Op.Exp or Op.Tanh or Op.Pow:
                called?.Invoke(Function(e));
                return (Function(e) + "(" + string.Join(", ", e.Args.Select(a => Print(a))) + ")", Primary);
            case Op.Select or Op.Sqrt or Op.Abs or Op.Min or Op.Max or Op.Lt or Op.Le or Op.Eq:
                return (Intrinsic(e.Op) + "(" + string.Join(", ", e.Args.Select(a => Print(a))) + ")", Primary);
            case Op.Single or Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero:
                return (Print(e[0], Primary), Primary);
            default:
                return (leaf(e), Primary);
        }
    }

    /// <summary>The least function that will do for what the operands can be.</summary>
    public string Function(Expr e)
    {
        var x = Range(e[0]);
        return e.Op switch
        {
            Op.Log when x.Low >= 1.2e-38 && x.High <= 3e38 => "LogOfNormal",
            Op.Log1p when x.Low >= 0 && x.High <= 1e37 => "Log1pOfPositive",
            Op.Exp when x.Low >= -87 && x.High <= 88 => "ExpOfSmall",
            Op.Tanh when x.Low >= -3e38 && x.High <= 3e38 => "TanhOfFinite",
            Op.Pow when Range(e[1]) is { Low: >= -8, High: <= 8 } y && x.Low >= 0 && x.High <= 3e38 && (x.Low >= 1.2e-38 || y.Low >= 0)
                && Interval.Pow(Interval.Max(x, 1e-4), y) is { Low: >= 1e-37, High: <= 1e37 } => "PowOfPositive",
            _ => e.Op.ToString(),
        };
    }

    /// <summary>What values an expression can take, known facts included.</summary>
    private Interval Range(Expr e) => analysis!.Of(e);

    private string Fused(string sign, Expr product, string addend) => $"V.MultiplyAddEstimate({sign}{Factor(product, 0, sign.Length > 0 ? Primary : 0)}, {Factor(product, 1)}, {addend})";

    /// <summary>A factor of a product; a draw is told what it is multiplied by, if that is fixed, because it need not be made where that is 0.</summary>
    private string Factor(Expr product, int side, int outer = 0)
    {
        var (e, other) = (product[side], product[1 - side]);
        return e.Op is Op.DrawUniform or Op.DrawNormal && known(e) is null && other.IsSetup && !other.IsConst ? leaf(e).TrimEnd(')') + $", {Print(other)})" : Print(e, outer);
    }

    /// <summary>The product that an operand is, unless it has a name already.</summary>
    private Expr? Product(Expr e)
    {
        while (e.Op is Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero && known(e) is null)
            e = e[0];
        return e.Op == Op.Mul && known(e) is null ? e : null;
    }
}
