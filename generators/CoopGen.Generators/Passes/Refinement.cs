using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>
/// Tells interval analysis what conditions say: in the branch that is taken when x &lt; y, x stands as "x, known to be below
/// y". The value of an expression does not change.
/// </summary>
internal static class Refinement
{
    public static Expr Refine(Arena arena, Expr root)
    {
        var done = new Dictionary<Expr, Expr>();
        foreach (var e in Rewriter.InOrder([root]))
        {
            var current = e.Args.All(a => ReferenceEquals(done[a], a)) ? e : arena.With(e, Array.ConvertAll(e.Args, a => done[a]));
            if (current.Op == Op.Select)
            {
                var facts = new List<(Expr What, Expr By)>();
                Facts(arena, current[0], true, facts);
                var then = Apply(arena, current[1], facts);
                facts.Clear();
                Facts(arena, current[0], false, facts);
                current = arena.With(current, [current[0], then, Apply(arena, current[2], facts)]);
            }
            else if (Expr.IsReduce(current.Op) && !current[0].IsTrue && current.Op is not (Op.Any or Op.Every))
            {
                var facts = new List<(Expr What, Expr By)>();
                Facts(arena, current[0], true, facts);
                current = arena.With(current, [current[0], Apply(arena, current[1], facts)]);
            }

            done[e] = current;
        }

        return done[root];
    }

    private static Expr Apply(Arena arena, Expr branch, List<(Expr What, Expr By)> facts)
    {
        foreach (var (what, by) in facts)
            if (branch.Id >= what.Id)
                branch = Rewriter.Replace(arena, branch, what, by);
        return branch;
    }

    /// <summary>What is known of operands when a condition holds, or when it does not.</summary>
    private static void Facts(Arena arena, Expr condition, bool holds, List<(Expr What, Expr By)> facts)
    {
        var pending = new Stack<(Expr Condition, bool Holds)>([(condition, holds)]);
        while (pending.Count > 0)
        {
            var (c, yes) = pending.Pop();
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
                case Op.Lt or Op.Le:
                    var (upper, lower) = c.Op == Op.Lt == yes ? (Op.Below, Op.Above) : (Op.AtMost, Op.AtLeast);
                    var (small, large) = yes ? (c[0], c[1]) : (c[1], c[0]);
                    if (!small.IsConst)
                        facts.Add((small, arena.Make(upper, small, large)));
                    if (!large.IsConst)
                        facts.Add((large, arena.Make(lower, large, small)));
                    break;
                case Op.Eq when !yes && (c[0].Is(0) || c[1].Is(0)) && c.Args.All(a => a.Op != Op.Index):
                    var x = c[0].Is(0) ? c[1] : c[0];
                    facts.Add((x, arena.Make(Op.NonZero, x)));
                    break;
            }
        }
    }
}
