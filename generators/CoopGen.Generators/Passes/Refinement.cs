using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>
/// Tells interval analysis what conditions say: in the branch that is taken when x &lt; y, x stands as "x, known to be below
/// y". The value of an expression does not change.
/// </summary>
/// <remarks>
/// So does the second operand of &amp;&amp; and ||, where it is computed only if the first allows it. Facts are looked for as long
/// as the work allowed lasts; without them bounds are wider, never wrong.
/// </remarks>
internal sealed class Refinement
{
    /// <summary>Expressions that may be looked at in branches: never reached by specs of a page.</summary>
    private const int Work = 50_000, WorkPerExpression = 20;

    /// <summary>Facts that one condition gives at most.</summary>
    private const int MostFacts = 64;

    private readonly Arena _arena;
    private readonly Dictionary<Expr, Expr> _done = [];
    private int _work;

    private Refinement(Arena arena, int work) => (_arena, _work) = (arena, work);

    /// <summary>The same value in which operands say what the conditions around them tell.</summary>
    public static Expr Refine(Arena arena, Expr root)
    {
        var order = Rewriter.InOrder([root]);
        var pass = new Refinement(arena, Work + WorkPerExpression * order.Count);
        foreach (var e in order)
            pass._done[e] = pass.Step(e);
        return pass._done[root];
    }

    private Expr Step(Expr e)
    {
        var args = Array.ConvertAll(e.Args, a => _done[a]);
        switch (e.Op)
        {
            case Op.Select:
                args = [args[0], Apply(args[1], e[0], true), Apply(args[2], e[0], false)];
                break;
            case Op.And or Op.Or when CanFail(args[1]):
                args = [args[0], Apply(args[1], e[0], e.Op == Op.And)];
                break;
            case Op.Sum or Op.Product or Op.Mean or Op.Least or Op.Greatest when !e[0].IsTrue:
                args = [args[0], Apply(args[1], e[0], true)];
                break;
        }

        return args.SequenceEqual(e.Args) ? e : _arena.With(e, args);
    }

    /// <summary>Whether an operation with a domain occurs, within the work left.</summary>
    private bool CanFail(Expr root)
    {
        if (_work <= 0)
            return false;
        var order = Rewriter.InOrder([root]);
        _work -= order.Count;
        return order.Any(e => e.Op is Op.Log or Op.Log1p or Op.Sqrt or Op.Div or Op.Pow);
    }

    private Expr Apply(Expr branch, Expr condition, bool holds)
    {
        foreach (var facts in Facts(condition, holds))
        {
            // Made only where they are needed: most conditions say nothing about their branches.
            if (_arena.IsHalfFull || !facts.Any(f => Rewriter.Contains(branch, f.What, ref _work)))
                continue;
            var replaced = Rewriter.Replace(_arena, branch, Array.ConvertAll(facts, f => (f.What, _arena.Make(f.Known, f.Bound is null ? [f.What] : [f.What, f.Bound]))));
            _work -= ReferenceEquals(replaced, branch) ? 0 : Rewriter.InOrder([replaced]).Count;
            branch = replaced;
        }

        return branch;
    }

    /// <summary>What each comparison in a condition tells of its operands, as branches have them, when it holds or when it does not.</summary>
    private List<(Expr What, Op Known, Expr? Bound)[]> Facts(Expr condition, bool holds)
    {
        var (facts, seen) = (new List<(Expr What, Op Known, Expr? Bound)[]>(), new HashSet<(Expr, bool)>());
        var pending = new Stack<(Expr Condition, bool Holds)>([(condition, holds)]);
        while (pending.Count > 0 && facts.Count < MostFacts)
        {
            var (c, yes) = pending.Pop();
            if (!seen.Add((c, yes)))
                continue;
            switch (c.Op)
            {
                case Op.Not:
                    pending.Push((c[0], !yes));
                    break;
                case Op.And when yes:
                case Op.Or when !yes:
                    pending.Push((c[0], yes));
                    pending.Push((c[1], yes));
                    break;
                case Op.Lt or Op.Le when c.Args.All(a => a.Op != Op.Index):
                    var (upper, lower) = c.Op == Op.Lt == yes ? (Op.Below, Op.Above) : (Op.AtMost, Op.AtLeast);
                    var (small, large) = yes ? (_done[c[0]], _done[c[1]]) : (_done[c[1]], _done[c[0]]);
                    facts.Add([.. new (Expr What, Op, Expr?)[] { (small, upper, large), (large, lower, small) }.Where(f => !f.What.IsConst)]);
                    break;
                case Op.Eq when !yes && (c[0].Is(0) || c[1].Is(0)) && c.Args.All(a => a.Op != Op.Index):
                    facts.Add([(_done[c[0].Is(0) ? c[1] : c[0]], Op.NonZero, null)]);
                    break;
            }
        }

        return facts;
    }
}
