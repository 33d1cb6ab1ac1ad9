namespace CoopGen.Generators.Ir;

/// <summary>Walks over expressions without recursion: operands first, each shared expression once.</summary>
internal static class Rewriter
{
    /// <summary>All expressions below the roots and the roots, operands before what uses them.</summary>
    public static List<Expr> InOrder(IEnumerable<Expr> roots)
    {
        var (seen, order, pending) = (new HashSet<Expr>(), new List<Expr>(), new Stack<Expr>(roots));
        while (pending.Count > 0)
        {
            var expr = pending.Pop();
            if (!seen.Add(expr))
                continue;
            order.Add(expr);
            foreach (var arg in expr.Args)
                pending.Push(arg);
        }

        // Ids ascend from operands to users.
        order.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return order;
    }

    /// <summary>Rebuilds an expression bottom-up; <paramref name="rebuild"/> gets each expression with its operands already rebuilt.</summary>
    public static Expr Rewrite(Arena arena, Expr root, Func<Expr, Expr> rebuild)
    {
        var done = new Dictionary<Expr, Expr>();
        foreach (var expr in InOrder([root]))
        {
            var current = expr;
            if (expr.Args.Length > 0)
            {
                var args = Array.ConvertAll(expr.Args, a => done[a]);
                if (!args.SequenceEqual(expr.Args))
                    current = arena.With(expr, args);
            }

            done[expr] = rebuild(current);
        }

        return done[root];
    }

    /// <summary>Puts expressions in the place of free index variables.</summary>
    public static Expr Substitute(Arena arena, Expr root, Dictionary<int, Expr> replace)
    {
        if (!root.Free.Any(replace.ContainsKey))
            return root;
        var done = new Dictionary<Expr, Expr>();
        foreach (var expr in InOrder([root]))
        {
            if (expr.Op == Op.Index)
                done[expr] = replace.TryGetValue(expr.Slot, out var other) ? other : expr;
            else if (!expr.Free.Any(replace.ContainsKey))
                done[expr] = expr;
            else
                done[expr] = arena.With(expr, Array.ConvertAll(expr.Args, a => done[a]));
        }

        return done[root];
    }

    /// <summary>Puts one expression in the place of another, bound indices left alone.</summary>
    public static Expr Replace(Arena arena, Expr root, Expr what, Expr by)
    {
        var done = new Dictionary<Expr, Expr>();
        foreach (var expr in InOrder([root]))
        {
            if (ReferenceEquals(expr, what))
                done[expr] = by;
            else if (expr.Args.Any(a => !ReferenceEquals(done[a], a)))
                done[expr] = arena.With(expr, Array.ConvertAll(expr.Args, a => done[a]));
            else
                done[expr] = expr;
        }

        return done[root];
    }
}
