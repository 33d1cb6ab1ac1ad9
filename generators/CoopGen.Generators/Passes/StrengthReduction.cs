using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>Puts cheaper operations in the place of dear ones; results differ by a few units in the last place at most.</summary>
internal static class StrengthReduction
{
    /// <summary>Products within this need no logarithm.</summary>
    private const double Least = 1e-290, Greatest = 1e290;

    public static Expr Reduce(Arena arena, Expr root, IntervalAnalysis analysis, int greatestAgents) =>
        Rewriter.Rewrite(arena, root, e => Step(arena, e, analysis, greatestAgents));

    private static Expr Step(Arena arena, Expr e, IntervalAnalysis analysis, int n)
    {
        switch (e.Op)
        {
            case Op.Pow when e[1].Is(1):
                return e[0];
            case Op.Pow when e[1].Is(2):
                return arena.Make(Op.Mul, e[0], e[0]);
            case Op.Pow when e[1].Is(3):
                return arena.Make(Op.Mul, arena.Make(Op.Mul, e[0], e[0]), e[0]);
            case Op.Pow when e[1].Is(0.5):
                return arena.Make(Op.Sqrt, e[0]);
            case Op.Pow when e[1].Is(-1):
                return arena.Make(Op.Div, arena.One, e[0]);
            case Op.Div when e[1].IsConst && IsPowerOfTwo(e[1].Value):
                return arena.Make(Op.Mul, e[0], arena.Const(1 / e[1].Value));
            case Op.Log when e[0].Op == Op.Exp:
                return e[0][0];
            case Op.Exp when e[0].Op == Op.Mul && e[0][0].Op == Op.Log && e[0][1].IsConst:
                return Power(arena, e[0][0][0], e[0][1].Value);
            case Op.Exp when e[0].Op == Op.Div && e[0][0].Op == Op.Log && e[0][1].IsConst:
                return Power(arena, e[0][0][0], 1 / e[0][1].Value);
            case Op.Exp when e[0].Op == Op.Log:
                return e[0][0];
            case Op.Mean when n > 0 && Product(arena, e, analysis, n) is { } product:
                return Step(arena, arena.Make(Op.Div, arena.Make(Op.Log, product), arena.Const(n)), analysis, n);
            case Op.Sum when Product(arena, e, analysis, n) is { } product:
                return arena.Make(Op.Log, product);
            default:
                return e;
        }
    }

    /// <summary>∏ x for Σ ln x, where the product can neither overflow nor vanish.</summary>
    private static Expr? Product(Arena arena, Expr sum, IntervalAnalysis analysis, int n)
    {
        if (sum[1].Op != Op.Log || !sum[0].IsTrue)
            return null;
        var x = analysis.Of(sum[1][0]);
        if (!(x.Low > 0) || !(Math.Pow(Math.Min(1, x.Low), n) > Least) || !(Math.Pow(Math.Max(1, x.High), n) < Greatest))
            return null;
        return arena.With(arena.Make(Op.Product, 0, sum.Slot, 0, [sum[0], sum[1][0]]), [sum[0], sum[1][0]]);
    }

    private static Expr Power(Arena arena, Expr x, double exponent) => exponent == 1 ? x
        : exponent == 0.5 ? arena.Make(Op.Sqrt, x) : arena.Make(Op.Pow, x, arena.Const(exponent));

    public static bool IsPowerOfTwo(double x) => x != 0 && !double.IsInfinity(x) && (BitConverter.DoubleToInt64Bits(x) & 0xFFFFFFFFFFFFF) == 0 && Math.Abs(x) is > 1e-300 and < 1e300;
}
