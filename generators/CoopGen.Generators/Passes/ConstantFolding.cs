using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>Computes what is constant and removes what changes nothing. Sums are never reordered.</summary>
internal static class ConstantFolding
{
    /// <summary>The same value with constants folded; <paramref name="agents"/> is the number of agents as an expression.</summary>
    public static Expr Fold(Arena arena, Expr root, Expr agents) => Rewriter.Rewrite(arena, root, e => Step(arena, e, agents));

    private static Expr Step(Arena arena, Expr e, Expr agents)
    {
        if (e.Args.Length > 0 && e.Args.All(a => a.IsConst) && Constant(e) is { } value)
            return e.IsFlag ? arena.Flag(value != 0) : arena.Const(value);
        switch (e.Op)
        {
            case Op.Neg when e[0].Op == Op.Neg:
            case Op.Not when e[0].Op == Op.Not:
                return e[0][0];
            case Op.Add when e[0].Is(0):
                return e[1];
            case Op.Add or Op.Sub when e[1].Is(0):
                return e[0];
            case Op.Sub when e[0].Is(0):
                return arena.Make(Op.Neg, e[1]);
            case Op.Mul when e[0].Is(0) || e[1].Is(0):
            case Op.Div when e[0].Is(0):
                return arena.Zero;
            case Op.Mul when e[0].Is(1):
                return e[1];
            case Op.Mul or Op.Div when e[1].Is(1):
                return e[0];
            case Op.And:
                return e[0].IsTrue ? e[1] : e[1].IsTrue ? e[0] : e[0].IsFalse || e[1].IsFalse ? arena.False : ReferenceEquals(e[0], e[1]) ? e[0] : e;
            case Op.Or:
                return e[0].IsFalse ? e[1] : e[1].IsFalse ? e[0] : e[0].IsTrue || e[1].IsTrue ? arena.True : ReferenceEquals(e[0], e[1]) ? e[0] : e;
            case Op.Eq when ReferenceEquals(e[0], e[1]):
            case Op.Le when ReferenceEquals(e[0], e[1]):
                return arena.True;
            case Op.Lt when ReferenceEquals(e[0], e[1]):
                return arena.False;
            case Op.Min or Op.Max when ReferenceEquals(e[0], e[1]):
                return e[0];
            case Op.Select:
                return Choose(arena, e, agents);
            case Op.Table when e.Part == 0 && e[0].IsConst:
                return e[1 + (int)e[0].Value];
            case Op.Table when e.Part == 0 && e.Args.Skip(2).All(a => ReferenceEquals(a, e[1])):
                return e[1];
            default:
                return Expr.IsReduce(e.Op) ? Reduction(arena, e, agents) : e;
        }
    }

    private static Expr Choose(Arena arena, Expr e, Expr agents)
    {
        if (e[0].IsConst)
            return e[0].IsTrue ? e[1] : e[2];
        var then = Known(arena, e[1], e[0], arena.True, agents);
        var otherwise = Known(arena, e[2], e[0], arena.False, agents);
        return ReferenceEquals(then, otherwise) ? then
            : e.IsFlag && then.IsTrue && otherwise.IsFalse ? e[0]
            : ReferenceEquals(then, e[1]) && ReferenceEquals(otherwise, e[2]) ? e : arena.Make(Op.Select, e[0], then, otherwise);
    }

    /// <summary>A branch, in which the condition is known.</summary>
    private static Expr Known(Arena arena, Expr branch, Expr condition, Expr value, Expr agents)
    {
        if (condition.Op == Op.Not)
            return Known(arena, branch, condition[0], value.IsTrue ? arena.False : arena.True, agents);
        if (branch.Id < condition.Id || !Rewriter.InOrder([branch]).Contains(condition))
            return branch;
        return Fold(arena, Rewriter.Replace(arena, branch, condition, value), agents);
    }

    private static Expr Reduction(Arena arena, Expr e, Expr agents)
    {
        var (where, body) = (e[0], e[1]);
        if (where.IsFalse || e.Op == Op.Sum && body.Is(0) || e.Op == Op.Every && body.IsTrue)
            return e.Op switch { Op.Sum or Op.Mean => arena.Zero, Op.Product => arena.One, Op.Any => arena.False, Op.Every => arena.True, _ => e };
        if (where.IsTrue && !body.DependsOn(e.Slot))
        {
            switch (e.Op)
            {
                case Op.Mean or Op.Least or Op.Greatest or Op.Every:
                    return body;
                case Op.Sum:
                    return Fold(arena, arena.Make(Op.Mul, agents, body), agents);
            }
        }

        // Only one agent is meant: the term is its.
        if (e.Op == Op.Sum && where.Op == Op.Eq && Other(where, e.Slot) is { } agent)
            return Fold(arena, Rewriter.Substitute(arena, body, new Dictionary<int, Expr> { [e.Slot] = agent }), agents);
        if (!where.IsTrue && e.Op is not (Op.Any or Op.Every))
        {
            var known = Known(arena, body, where, arena.True, agents);
            if (!ReferenceEquals(known, body))
                return Reduction(arena, arena.With(e, [where, known]), agents);
        }

        return e;
    }

    /// <summary>The other side of an equality with the index.</summary>
    private static Expr? Other(Expr equality, int index) =>
        equality[0].Op == Op.Index && equality[0].Slot == index && !equality[1].DependsOn(index) ? equality[1]
        : equality[1].Op == Op.Index && equality[1].Slot == index && !equality[0].DependsOn(index) ? equality[0] : null;

    /// <summary>The value of an operation on constants, computed as at run time.</summary>
    public static double? Constant(Expr e)
    {
        var (x, y) = (e[0].Value, e.Args.Length > 1 ? e[1].Value : 0);
        static double Flag(bool value) => value ? 1 : 0;
        return e.Op switch
        {
            Op.Neg => -x,
            Op.Abs => Math.Abs(x),
            Op.Log => Math.Log(x),
            Op.Log1p => Log1p(x),
            Op.Exp => Math.Exp(x),
            Op.Tanh => Math.Tanh(x),
            Op.Sqrt => Math.Sqrt(x),
            Op.Single => (float)x,
            Op.Not => Flag(x == 0),
            Op.Add => x + y,
            Op.Sub => x - y,
            Op.Mul => x * y,
            Op.Div when y != 0 => x / y,
            Op.Pow => Math.Pow(x, y),
            Op.Min => Math.Min(x, y),
            Op.Max => Math.Max(x, y),
            Op.Lt => Flag(x < y),
            Op.Le => Flag(x <= y),
            Op.Eq => Flag(x == y),
            Op.And => Flag(x != 0 && y != 0),
            Op.Or => Flag(x != 0 || y != 0),
            Op.Select => x != 0 ? y : e[2].Value,
            _ => null,
        };
    }

    /// <summary>As the runtime computes it.</summary>
    public static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }
}
