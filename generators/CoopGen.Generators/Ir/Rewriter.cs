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

    /// <summary>Whether an expression occurs in another; each expression looked at takes one from <paramref name="work"/>, and at 0 the answer is no.</summary>
    public static bool Contains(Expr root, Expr what, ref int work)
    {
        var (seen, pending) = (new HashSet<Expr>(), new Stack<Expr>([root]));
        while (pending.Count > 0 && work > 0)
        {
            var expr = pending.Pop();
            if (ReferenceEquals(expr, what))
                return true;
            // Operands have lower ids than what uses them.
            if (expr.Id < what.Id || !seen.Add(expr))
                continue;
            work--;
            foreach (var arg in expr.Args)
                pending.Push(arg);
        }

        return false;
    }

    /// <summary>Rebuilds an expression bottom-up; <paramref name="rebuild"/> gets each expression with its operands already rebuilt.</summary>
    public static Expr Rewrite(Arena arena, Expr root, Func<Expr, Expr> rebuild) => Rewrite(arena, [root], rebuild)[0];

    /// <summary>Rebuilds expressions, what they share once.</summary>
    public static IReadOnlyList<Expr> Rewrite(Arena arena, IReadOnlyList<Expr> roots, Func<Expr, Expr> rebuild)
    {
        var done = new Dictionary<Expr, Expr>();
        foreach (var expr in InOrder(roots))
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

        return [.. roots.Select(r => done[r])];
    }

    /// <summary>Puts expressions in the place of free index variables; a bound index is renumbered before it would capture one of theirs.</summary>
    public static Expr Substitute(Arena arena, Expr root, Dictionary<int, Expr> replace)
    {
        if (!root.Free.Any(replace.ContainsKey))
            return root;
        var done = new Dictionary<Expr, Expr>();
        root = Apart(arena, root, [.. replace.Keys, .. replace.Values.SelectMany(v => v.Free)], out var order);
        foreach (var expr in order)
        {
            if (expr.Op == Op.Index)
                done[expr] = replace.TryGetValue(expr.Slot, out var other) ? other : expr;
            else if (expr.HighestBinder < Arena.FirstFresh && !expr.Free.Any(replace.ContainsKey))
                done[expr] = expr;
            else
                done[expr] = arena.With(expr, Array.ConvertAll(expr.Args, a => done[a]));
        }

        return done[root];
    }

    /// <summary>Puts expressions in the place of others, all at once, where their free indices mean the same; bound indices are left alone.</summary>
    public static Expr Replace(Arena arena, Expr root, params (Expr What, Expr By)[] pairs)
    {
        var done = new Dictionary<Expr, Expr>();
        root = Apart(arena, root, [.. pairs.SelectMany(p => p.What.Free.Concat(p.By.Free))], out var order);
        foreach (var expr in order)
        {
            if (Array.FindIndex(pairs, p => ReferenceEquals(p.What, expr)) is >= 0 and var at)
                done[expr] = pairs[at].By;
            else if (expr.HighestBinder >= Arena.FirstFresh || expr.Args.Any(a => !ReferenceEquals(done[a], a)))
                done[expr] = arena.With(expr, Array.ConvertAll(expr.Args, a => done[a]));
            else
                done[expr] = expr;
        }

        return done[root];
    }

    /// <summary>
    /// The same value in which no reduction binds one of <paramref name="indices"/>: such reductions bind a fresh index, until
    /// <see cref="Arena.With"/> numbers them anew.
    /// </summary>
    private static Expr Apart(Arena arena, Expr root, HashSet<int> indices, out List<Expr> order)
    {
        order = InOrder([root]);
        if (root.HighestBinder == 0 || !order.Any(e => Expr.IsReduce(e.Op) && indices.Contains(e.Slot)))
            return root;
        var done = new Dictionary<Expr, Expr>();
        foreach (var expr in order)
        {
            var current = arena.Copy(expr, expr.Slot, Array.ConvertAll(expr.Args, a => done[a]));
            if (Expr.IsReduce(expr.Op) && indices.Contains(expr.Slot))
            {
                var fresh = arena.Fresh();
                current = arena.Copy(current, fresh, Array.ConvertAll(current.Args, a => Rename(arena, a, expr.Slot, fresh)));
            }

            done[expr] = current;
        }

        order = InOrder([done[root]]);
        return done[root];
    }

    /// <summary>A fresh index in the place of a free one, everything else as it is.</summary>
    private static Expr Rename(Arena arena, Expr root, int index, int fresh)
    {
        if (!root.DependsOn(index))
            return root;
        var done = new Dictionary<Expr, Expr>();
        foreach (var expr in InOrder([root]))
            done[expr] = !expr.DependsOn(index) ? expr : expr.Op == Op.Index ? arena.Index(fresh) : arena.Copy(expr, expr.Slot, Array.ConvertAll(expr.Args, a => done[a]));
        return done[root];
    }
}
