using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>Derivatives of single operations, as both directions of differentiation use them.</summary>
/// <remarks>At a kink (min, max, abs, a condition) the derivative is that of the branch the value takes; that of |x| at 0 is 1.</remarks>
internal static class Partials
{
    /// <summary>Derivative of a function of one number; the value itself is used again where it occurs.</summary>
    public static Expr Outer(Arena arena, Expr e) => e.Op switch
    {
        Op.Abs => arena.Make(Op.Select, arena.Make(Op.Lt, e[0], arena.Zero), arena.Const(-1), arena.One),
        Op.Log => arena.Make(Op.Div, arena.One, e[0]),
        Op.Log1p => arena.Make(Op.Div, arena.One, arena.Make(Op.Add, arena.One, e[0])),
        Op.Exp => e,
        Op.Tanh => arena.Make(Op.Sub, arena.One, arena.Make(Op.Mul, e, e)),
        _ => arena.Make(Op.Div, arena.Const(0.5), e),
    };

    /// <summary>∂xʸ/∂x.</summary>
    public static Expr InBase(Arena arena, Expr power, Expr agents) =>
        arena.Make(Op.Mul, power[1], arena.Make(Op.Pow, power[0], ConstantFolding.Fold(arena, arena.Make(Op.Sub, power[1], arena.One), agents)));

    /// <summary>∂xʸ/∂y. Where xʸ is 0 it stays 0 with any other exponent, and ln x is not looked at.</summary>
    public static Expr InExponent(Arena arena, Expr power) =>
        arena.Make(Op.Select, arena.Make(Op.Eq, power, arena.Zero), arena.Zero, arena.Make(Op.Mul, arena.Make(Op.Log, power[0]), power));

    /// <summary>Whether the first of two is what min or max is.</summary>
    public static Expr TakesFirst(Arena arena, Expr e) => e.Op == Op.Min ? arena.Make(Op.Le, e[0], e[1]) : arena.Make(Op.Le, e[1], e[0]);

    /// <summary>The product of all terms but the one of the agent the product is taken over.</summary>
    public static Expr Others(Arena arena, Expr product, Expr agents)
    {
        var other = arena.Fresh();
        var rename = new Dictionary<int, Expr> { [product.Slot] = arena.Index(other) };
        var apart = arena.Make(Op.Not, arena.Make(Op.Eq, arena.Index(other), arena.Index(product.Slot)));
        return arena.Reduce(Op.Product, other,
            ConstantFolding.Fold(arena, arena.Make(Op.And, Rewriter.Substitute(arena, product[0], rename), apart), agents),
            Rewriter.Substitute(arena, product[1], rename));
    }

    /// <summary>Whether the least (greatest) value is taken at the agent, and not at one before it.</summary>
    public static Expr First(Arena arena, Expr e)
    {
        var other = arena.Fresh();
        var rename = new Dictionary<int, Expr> { [e.Slot] = arena.Index(other) };
        var before = Rewriter.Substitute(arena, e[1], rename);
        var earlier = arena.Make(Op.And, arena.Make(Op.Lt, arena.Index(other), arena.Index(e.Slot)), arena.Make(Op.Eq, before, e));
        if (!e[0].IsTrue)
            earlier = arena.Make(Op.And, Rewriter.Substitute(arena, e[0], rename), earlier);
        return arena.Make(Op.And, arena.Make(Op.Eq, e[1], e), arena.Make(Op.Not, arena.Reduce(Op.Any, other, earlier, arena.True)));
    }

    /// <summary>A reduction over an index that is bound elsewhere already.</summary>
    public static Expr Bind(Arena arena, Op op, int k, Expr where, Expr body, Expr agents)
    {
        var fresh = arena.Fresh();
        var rename = new Dictionary<int, Expr> { [k] = arena.Index(fresh) };
        return ConstantFolding.Fold(arena, arena.Reduce(op, fresh, Rewriter.Substitute(arena, where, rename), Rewriter.Substitute(arena, body, rename)), agents);
    }
}
