using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>Computes what is constant and removes what changes nothing. Sums are never reordered.</summary>
/// <remarks>
/// What a condition tells about its branches is looked for as long as the work allowed for it lasts, so that long chains of
/// conditions fold in linear time; what is not found stays as it was written.
/// </remarks>
internal sealed class ConstantFolding
{
    /// <summary>Expressions that may be looked at again because a condition is known: never reached by specs of a page.</summary>
    private const int Work = 100_000, WorkPerExpression = 20;

    /// <summary>How deep folding may begin again inside itself.</summary>
    private const int MostNested = 32;

    private readonly Arena _arena;
    private readonly Expr _agents;
    private int _work = Work;
    private int _nested;

    private ConstantFolding(Arena arena, Expr agents) => (_arena, _agents) = (arena, agents);

    /// <summary>The same value with constants folded; <paramref name="agents"/> is the number of agents as an expression.</summary>
    public static Expr Fold(Arena arena, Expr root, Expr agents)
    {
        var pass = new ConstantFolding(arena, agents);
        return Rewriter.Rewrite(arena, root, e =>
        {
            pass._work += WorkPerExpression;
            return pass.Step(e);
        });
    }

    /// <summary>As <see cref="Fold(Arena, Expr, Expr)"/>, of several that share much.</summary>
    public static IReadOnlyList<Expr> Fold(Arena arena, IReadOnlyList<Expr> roots, Expr agents)
    {
        var pass = new ConstantFolding(arena, agents);
        return Rewriter.Rewrite(arena, roots, e =>
        {
            pass._work += WorkPerExpression;
            return pass.Step(e);
        });
    }

    /// <summary>Folds what has changed; each expression counts as work.</summary>
    private Expr Again(Expr root)
    {
        _nested++;
        var folded = Rewriter.Rewrite(_arena, root, e =>
        {
            _work--;
            return Step(e);
        });
        _nested--;
        return folded;
    }

    private Expr Step(Expr e)
    {
        if (e.Args.Length > 0 && e.Args.All(a => a.IsConst) && Constant(e) is { } value)
            return e.IsFlag ? _arena.Flag(value != 0) : _arena.Const(value);
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
                return _arena.Make(Op.Neg, e[1]);
            case Op.Mul when e[0].Is(0) || e[1].Is(0):
            case Op.Div when e[0].Is(0):
                return _arena.Zero;
            case Op.Mul when e[0].Is(1):
                return e[1];
            case Op.Mul or Op.Div when e[1].Is(1):
                return e[0];
            case Op.And:
                return e[0].IsTrue ? e[1] : e[1].IsTrue ? e[0] : e[0].IsFalse || e[1].IsFalse ? _arena.False : ReferenceEquals(e[0], e[1]) ? e[0] : e;
            case Op.Or:
                return e[0].IsFalse ? e[1] : e[1].IsFalse ? e[0] : e[0].IsTrue || e[1].IsTrue ? _arena.True : ReferenceEquals(e[0], e[1]) ? e[0] : e;
            case Op.Eq when ReferenceEquals(e[0], e[1]):
            case Op.Le when ReferenceEquals(e[0], e[1]):
                return _arena.True;
            case Op.Lt when ReferenceEquals(e[0], e[1]):
                return _arena.False;
            case Op.Min or Op.Max when ReferenceEquals(e[0], e[1]):
                return e[0];
            case Op.Select:
                return Choose(e);
            case Op.Table when e.Part == 0 && e[0].IsConst && e[0].Value >= 0 && e[0].Value < e.Args.Length - 1:
                return e[1 + (int)e[0].Value];
            case Op.Table when e.Part == 0 && e.Args.Skip(2).All(a => ReferenceEquals(a, e[1])):
                return e[1];
            default:
                return Expr.IsReduce(e.Op) ? Reduction(e) : e;
        }
    }

    private Expr Choose(Expr e)
    {
        if (e[0].IsConst)
            return e[0].IsTrue ? e[1] : e[2];
        var then = Known(e[1], e[0], true);
        var otherwise = Known(e[2], e[0], false);
        return ReferenceEquals(then, otherwise) ? then
            : e.IsFlag && then.IsTrue && otherwise.IsFalse ? e[0]
            : ReferenceEquals(then, e[1]) && ReferenceEquals(otherwise, e[2]) ? e : _arena.Make(Op.Select, e[0], then, otherwise);
    }

    /// <summary>A branch, in which the condition is known.</summary>
    private Expr Known(Expr branch, Expr condition, bool holds)
    {
        while (condition.Op == Op.Not)
            (condition, holds) = (condition[0], !holds);
        if (_nested >= MostNested || _arena.IsHalfFull || !Rewriter.Contains(branch, condition, ref _work))
            return branch;
        var replaced = Rewriter.Replace(_arena, branch, (condition, _arena.Flag(holds)));
        return ReferenceEquals(replaced, branch) ? branch : Again(replaced);
    }

    private Expr Reduction(Expr e)
    {
        var (where, body) = (e[0], e[1]);
        if (where.IsFalse || e.Op == Op.Sum && body.Is(0) || e.Op == Op.Every && body.IsTrue)
            return e.Op switch { Op.Sum or Op.Mean => _arena.Zero, Op.Product => _arena.One, Op.Any => _arena.False, Op.Every => _arena.True, _ => e };
        if (where.IsTrue && !body.DependsOn(e.Slot))
        {
            switch (e.Op)
            {
                case Op.Mean or Op.Least or Op.Greatest or Op.Every:
                    return body;
                case Op.Sum:
                    return Step(_arena.Make(Op.Mul, _agents, body));
            }
        }

        // Only one agent is meant: the term is its.
        if (e.Op == Op.Sum && where.Op == Op.Eq && Other(where, e.Slot) is { } agent && _nested < MostNested && _work > 0)
            return Again(Rewriter.Substitute(_arena, body, new Dictionary<int, Expr> { [e.Slot] = agent }));
        if (!where.IsTrue && e.Op is not (Op.Any or Op.Every))
        {
            var known = Known(body, where, true);
            if (!ReferenceEquals(known, body))
                return Reduction(_arena.With(e, [where, known]));
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
