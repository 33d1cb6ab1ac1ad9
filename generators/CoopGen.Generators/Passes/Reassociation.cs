using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>
/// Rearranges products for single precision, where the last digit is free: what is fixed at construction is multiplied together there, goes
/// in front of sums and takes in a division, and a factor of both branches of a choice stands before it. Results differ by a few units
/// in the last place. What does not begin with a product stays exact, so that an action that is a threshold still meets it.
/// </summary>
internal static class Reassociation
{
    private const int MostFactors = 16;

    public static Expr Run(Arena arena, Expr root, IntervalAnalysis analysis, Expr agents) =>
        ConstantFolding.Fold(arena, Rewriter.Rewrite(arena, root, e => Step(arena, e, analysis, agents)), agents);

    /// <summary>An expression of two different agents <see cref="Expr.Row"/> and <see cref="Expr.Column"/>.</summary>
    public static Expr OffDiagonal(Arena arena, Expr root, Expr agents)
    {
        var (row, column) = (arena.Index(Expr.Row), arena.Index(Expr.Column));
        return ConstantFolding.Fold(arena, Rewriter.Rewrite(arena, root, e =>
            e.Op == Op.Eq && (ReferenceEquals(e[0], row) && ReferenceEquals(e[1], column) || ReferenceEquals(e[0], column) && ReferenceEquals(e[1], row)) ? arena.False : e), agents);
    }

    private static Expr Step(Arena arena, Expr e, IntervalAnalysis analysis, Expr agents)
    {
        switch (e.Op)
        {
            case Op.Mul when !e.IsSetup && Factors(e) is var factors && factors.Count <= MostFactors && factors.Count(f => f.IsSetup) is var known
                && (known > 1 || known == 1 && !factors[0].IsSetup):
                return Product(arena, factors, agents) ?? e;
            case Op.Div when !e.IsSetup && e[1].IsSetup && e[0].Op == Op.Mul && Factors(e[0]) is var factors && factors[0].IsSetup && factors.Count <= MostFactors:
                return Product(arena, [arena.Make(Op.Div, factors[0], e[1]), .. factors.Skip(1)], agents) ?? e;
            case Op.Sum when e[1].Op == Op.Mul && Factors(e[1]) is var factors && factors[0].IsSetup && !factors[0].DependsOn(e.Slot) && factors.Count <= MostFactors
                && factors.Skip(1).Any(f => !f.IsSetup):
                return Step(arena, arena.Make(Op.Mul, factors[0], arena.With(e, [e[0], Chain(arena, factors.Skip(1))])), analysis, agents);
            case Op.Select when !e.IsFlag && e[1].Op == Op.Mul && e[2].Op == Op.Mul:
                var (first, second) = (Factors(e[1]), Factors(e[2]));
                if (first.Count > MostFactors || second.Count > MostFactors || first.FirstOrDefault(f => !f.IsSetup && second.Contains(f)) is not { } common)
                    return e;
                first.Remove(common);
                second.Remove(common);
                return arena.Make(Op.Mul, common, arena.Make(Op.Select, e[0], Chain(arena, first), Chain(arena, second)));
            case Op.Min or Op.Max when e[0].Op == Op.Sub && e[1].Op == Op.Sub && ReferenceEquals(e[0][1], e[1][1]):
                // Subtracting the same keeps the order, also after rounding.
                return Lesser(e[0][0], e[1][0], analysis) is { } lesser ? lesser == (e.Op == Op.Min) ? e[0] : e[1] : e;
            case Op.Min or Op.Max:
                return Lesser(e[0], e[1], analysis) is { } less ? less == (e.Op == Op.Min) ? e[0] : e[1] : e;
            default:
                return e;
        }
    }

    /// <summary>Whether the first number is at most the second (true), at least the second (false), or neither for sure.</summary>
    private static bool? Lesser(Expr a, Expr b, IntervalAnalysis analysis)
    {
        var (x, y) = (analysis.Of(a), analysis.Of(b));
        return AtMost(x.High, y.Low) ? true : AtMost(y.High, x.Low) ? false : null;

        // Intervals are rounded outward by less than single precision can tell.
        static bool AtMost(double high, double low) => high <= low || !double.IsInfinity(high) && high - low <= 1e-12 * Math.Abs(high);
    }

    /// <summary>What a product consists of, in order.</summary>
    private static List<Expr> Factors(Expr e)
    {
        var (factors, pending) = (new List<Expr>(), new Stack<Expr>([e]));
        while (pending.Count > 0 && factors.Count <= MostFactors)
        {
            var next = pending.Pop();
            if (next.Op != Op.Mul || next.IsSetup)
            {
                factors.Add(next);
                continue;
            }

            pending.Push(next[1]);
            pending.Push(next[0]);
        }

        return factors;
    }

    /// <summary>What is fixed at construction first, as one factor; null if that would vary with more than two agents.</summary>
    private static Expr? Product(Arena arena, IReadOnlyList<Expr> factors, Expr agents)
    {
        var setup = ConstantFolding.Fold(arena, Chain(arena, factors.Where(f => f.IsSetup)), agents);
        if (setup.Free.Length > 2)
            return null;
        var rest = factors.Where(f => !f.IsSetup).ToList();
        return Chain(arena, setup.Is(1) && rest.Count > 0 ? rest : [setup, .. rest]);
    }

    private static Expr Chain(Arena arena, IEnumerable<Expr> factors) => factors.Aggregate((a, b) => arena.Make(Op.Mul, a, b));
}
