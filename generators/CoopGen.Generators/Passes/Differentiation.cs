using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>
/// Forward differentiation of a payoff with respect to the action of one agent. A derivative is kept as a dense part and
/// Kronecker deltas (coefficient · δ(k, agent)), so that a sum over k of deltas collapses into one term.
/// </summary>
internal sealed class Differentiation
{
    private readonly Arena _arena;
    private readonly Expr _agents;
    private readonly int _dimension;
    private readonly Expr _wrt;

    private Differentiation(Arena arena, int dimension, Expr agents) => (_arena, _dimension, _agents, _wrt) = (arena, dimension, agents, arena.Index(Expr.Wrt));

    /// <summary>∂payoff/∂action in a dimension, of the agent with free index <see cref="Expr.Wrt"/>; exact.</summary>
    public static Expr Derivative(Arena arena, Expr payoff, int dimension, Expr agents)
    {
        var pass = new Differentiation(arena, dimension, agents);
        var done = new Dictionary<Expr, Linear>();
        foreach (var e in Rewriter.InOrder([payoff]))
            done[e] = pass.Of(e, done);
        return pass.Close(done[payoff]);
    }

    /// <summary>Dense part plus Σ coefficient·δ(index, agent).</summary>
    private sealed record Linear(Expr Dense, IReadOnlyList<(Expr Index, Expr Coefficient)> Deltas)
    {
        public bool IsZero => Dense.Is(0) && Deltas.Count == 0;
    }

    private Linear Nothing => new(_arena.Zero, []);

    private Expr Close(Linear d)
    {
        var sum = d.Dense;
        foreach (var (index, coefficient) in d.Deltas)
            sum = Add(sum, Select(Fold(_arena.Make(Op.Eq, index, _wrt)), coefficient, _arena.Zero));
        return Fold(sum);
    }

    private Linear Of(Expr e, Dictionary<Expr, Linear> done)
    {
        switch (e.Op)
        {
            case Op.Action or Op.Given:
                // Within the box what is asked for is what is done.
                return e.Slot == _dimension ? new(_arena.Zero, [(e[0], _arena.One)]) : Nothing;
            case Op.Add:
                return Plus(done[e[0]], done[e[1]]);
            case Op.Sub:
                return Plus(done[e[0]], Times(done[e[1]], _arena.Const(-1)));
            case Op.Neg:
                return Times(done[e[0]], _arena.Const(-1));
            case Op.Mul:
                return Plus(Times(done[e[0]], e[1]), Times(done[e[1]], e[0]));
            case Op.Div:
                var quotient = Times(done[e[0]], _arena.Make(Op.Div, _arena.One, e[1]));
                return done[e[1]].IsZero ? quotient : Plus(quotient, Times(done[e[1]], _arena.Make(Op.Neg, _arena.Make(Op.Div, e, e[1]))));
            case Op.Pow:
                return Power(e, done);
            case Op.Select:
                return Choose(e[0], done[e[1]], done[e[2]]);
            case Op.Min or Op.Max:
                return Choose(Partials.TakesFirst(_arena, e), done[e[0]], done[e[1]]);
            case Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero or Op.Single:
                return done[e[0]];
            case Op.Abs or Op.Log or Op.Log1p or Op.Exp or Op.Tanh or Op.Sqrt:
                return Times(done[e[0]], Partials.Outer(_arena, e));
            case Op.Sum or Op.Product or Op.Mean or Op.Least or Op.Greatest:
                return Reduction(e, done);
            case Op.Table:
                return Entry(e, done);
            default:
                return Nothing;
        }
    }

    private Linear Power(Expr e, Dictionary<Expr, Linear> done)
    {
        var inBase = Times(done[e[0]], Partials.InBase(_arena, e, _agents));
        return done[e[1]].IsZero ? inBase : Plus(inBase, Times(done[e[1]], Partials.InExponent(_arena, e)));
    }

    /// <summary>The same entry of the table of derivatives.</summary>
    private Linear Entry(Expr e, Dictionary<Expr, Linear> done)
    {
        var first = e.Part > 0 ? 2 : 1;
        if (e.Args.Skip(first).All(a => done[a].IsZero))
            return Nothing;
        Expr Of(Func<Linear, Expr> part) => Fold(_arena.With(e, [.. e.Args.Take(first), .. e.Args.Skip(first).Select(a => part(done[a]))]));
        var indices = e.Args.Skip(first).SelectMany(a => done[a].Deltas).Select(d => d.Index).Distinct();
        return new(Of(d => d.Dense), [.. indices.Select(k => (k, Of(d => Coefficient(d, k))))]);
    }

    private Linear Choose(Expr condition, Linear then, Linear otherwise)
    {
        if (then.IsZero && otherwise.IsZero)
            return Nothing;
        var indices = then.Deltas.Concat(otherwise.Deltas).Select(d => d.Index).Distinct();
        return new(Select(condition, then.Dense, otherwise.Dense),
            [.. indices.Select(k => (k, Select(condition, Coefficient(then, k), Coefficient(otherwise, k))))]);
    }

    private Linear Reduction(Expr e, Dictionary<Expr, Linear> done)
    {
        var d = done[e[1]];
        if (d.IsZero)
            return Nothing;
        var where = e[0];
        switch (e.Op)
        {
            case Op.Product:
                return Sum(e.Slot, where, Times(d, Partials.Others(_arena, e, _agents)));
            case Op.Mean when where.IsTrue:
                return Times(Sum(e.Slot, where, d), _arena.Make(Op.Div, _arena.One, _agents));
            case Op.Mean:
                var count = Partials.Bind(_arena, Op.Sum, e.Slot, where, _arena.One, _agents);
                return Times(Sum(e.Slot, where, d), Select(_arena.Make(Op.Eq, count, _arena.Zero), _arena.Zero, _arena.Make(Op.Div, _arena.One, count)));
            case Op.Least or Op.Greatest:
                return Sum(e.Slot, Partials.First(_arena, e), d);
            default:
                return Sum(e.Slot, where, d);
        }
    }

    /// <summary>Σ over the agents k for whom the condition holds: δ(k, agent) picks one term.</summary>
    private Linear Sum(int k, Expr where, Linear d)
    {
        var dense = d.Dense.Is(0) ? _arena.Zero : Partials.Bind(_arena, Op.Sum, k, where, d.Dense, _agents);
        var deltas = new List<(Expr, Expr)>();
        foreach (var (index, coefficient) in d.Deltas)
        {
            if (index.Op == Op.Index && index.Slot == k)
            {
                var at = new Dictionary<int, Expr> { [k] = _wrt };
                dense = Add(dense, Select(Fold(Rewriter.Substitute(_arena, where, at)), Rewriter.Substitute(_arena, coefficient, at), _arena.Zero));
            }
            else
            {
                deltas.Add((index, Partials.Bind(_arena, Op.Sum, k, where, coefficient, _agents)));
            }
        }

        return new(dense, deltas);
    }

    private Linear Plus(Linear x, Linear y)
    {
        if (x.IsZero || y.IsZero)
            return x.IsZero ? y : x;
        var indices = x.Deltas.Concat(y.Deltas).Select(d => d.Index).Distinct();
        return new(Add(x.Dense, y.Dense), [.. indices.Select(k => (k, Add(Coefficient(x, k), Coefficient(y, k))))]);
    }

    private Linear Times(Linear x, Expr factor) => x.IsZero || factor.Is(0) ? Nothing
        : new(Mul(x.Dense, factor), [.. x.Deltas.Select(d => (d.Index, Mul(d.Coefficient, factor)))]);

    private Expr Coefficient(Linear x, Expr index)
    {
        foreach (var (k, coefficient) in x.Deltas)
            if (ReferenceEquals(k, index))
                return coefficient;
        return _arena.Zero;
    }

    private Expr Add(Expr x, Expr y) => x.Is(0) ? y : y.Is(0) ? x : _arena.Make(Op.Add, x, y);

    private Expr Mul(Expr x, Expr y) => x.Is(0) || y.Is(0) ? _arena.Zero : x.Is(1) ? y : y.Is(1) ? x : x.Is(-1) ? _arena.Make(Op.Neg, y) : y.Is(-1) ? _arena.Make(Op.Neg, x) : _arena.Make(Op.Mul, x, y);

    private Expr Select(Expr condition, Expr then, Expr otherwise) => condition.IsTrue ? then : condition.IsFalse ? otherwise
        : ReferenceEquals(then, otherwise) ? then : _arena.Make(Op.Select, condition, then, otherwise);

    private Expr Fold(Expr e) => ConstantFolding.Fold(_arena, e, _agents);
}
