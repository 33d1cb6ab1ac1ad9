using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>Something to add to a derivative.</summary>
/// <param name="Target">The leaf, or the place in between, that the derivative is with respect to.</param>
/// <param name="Adjoint">What is added, for every value of the indices.</param>
/// <param name="Domain">Free indices: there is one addition for every agent, or pair of agents, that they can be.</param>
/// <param name="Stage">From 1; what is added to places in between in one stage is read in later ones.</param>
internal sealed record Contribution(Expr Target, Expr Adjoint, int[] Domain, int Stage);

/// <summary>
/// Reverse differentiation: from derivatives with respect to results (seeds) those with respect to everything that is read. Adjoints are
/// expressions themselves, with the free indices of what they belong to, so that all other passes and emitters apply to them.
/// </summary>
/// <remarks>
/// Conditions take the branch that was taken, and a branch that was not contributes exactly 0 even where its own derivative is not
/// finite. Rounding to single precision counts as the identity. The rest is as in <see cref="Partials"/>.
/// </remarks>
internal sealed class ReverseMode
{
    /// <summary>How deep in an adjoint is looked for its like.</summary>
    private const int MostNested = 8;

    private readonly Arena _arena;
    private readonly Expr _agents;
    private readonly Func<Expr, bool> _isLeaf;
    private readonly Func<Expr, Expr>? _between;
    private readonly IntervalAnalysis? _ranges;
    private readonly Dictionary<Expr, Expr> _adjoints = [];

    /// <summary>By place: the last stage in which something is added to it.</summary>
    private readonly Dictionary<int, int> _stages = [];
    private readonly Dictionary<Expr, Expr> _places = [];
    private readonly Dictionary<Expr, int> _reads = [];
    private readonly List<Contribution> _found = [];
    private readonly Dictionary<Expr, bool> _active = [];

    private ReverseMode(Arena arena, Expr agents, Func<Expr, bool> isLeaf, IntervalAnalysis? ranges, Func<Expr, Expr>? between) =>
        (_arena, _agents, _isLeaf, _ranges, _between) = (arena, agents, isLeaf, ranges, between);

    /// <summary>What is to be added to the derivative with respect to each leaf that the roots depend on, stage by stage.</summary>
    /// <param name="arena">Where expressions are made.</param>
    /// <param name="agents">Number of agents as an expression.</param>
    /// <param name="roots">Results, their derivatives, and the free indices over which there is one of each.</param>
    /// <param name="isLeaf">What is read and differentiated for; nothing below it is looked at.</param>
    /// <param name="ranges">What values everything can take: tells where nothing need be guarded. Null if nothing is known.</param>
    /// <param name="between">
    /// Makes a place for the derivative with respect to an expression of one agent, or of none, that pairs of agents use: it is gathered in
    /// the loop over pairs. Null if such sums are to be expressions as well.
    /// </param>
    public static IReadOnlyList<Contribution> Of(Arena arena, Expr agents, IReadOnlyList<(Expr Root, Expr Seed, int[] Domain)> roots, Func<Expr, bool> isLeaf, IntervalAnalysis? ranges = null, Func<Expr, Expr>? between = null)
    {
        var pass = new ReverseMode(arena, agents, isLeaf, ranges, between);
        var order = Rewriter.InOrder(roots.Select(r => r.Root));
        pass.Activate(order);
        foreach (var (root, seed, domain) in roots)
            pass.Contribute(root, seed, domain);
        for (var k = order.Count - 1; k >= 0; k--)
        {
            var e = order[k];
            if (!pass._adjoints.TryGetValue(e, out var adjoint))
                continue;
            if (isLeaf(e))
                pass.Found(e, adjoint, e.Free);
            else
                pass.Back(e, adjoint);
        }

        pass._found.Reverse();
        var folded = ConstantFolding.Fold(arena, [.. pass._found.Select(f => f.Adjoint)], agents);
        return [.. pass._found.Select((f, k) => f with { Adjoint = folded[k] }).OrderBy(f => f.Stage)];
    }

    /// <summary>Whether an expression depends smoothly on a leaf.</summary>
    public static bool DependsOn(Expr root, Func<Expr, bool> isLeaf)
    {
        var pass = new ReverseMode(null!, null!, isLeaf, null, null);
        pass.Activate(Rewriter.InOrder([root]));
        return pass._active[root];
    }

    private void Activate(List<Expr> order)
    {
        foreach (var e in order)
            _active[e] = _isLeaf(e) || Operands(e).Any(k => _active[e[k]]);
    }

    /// <summary>Operands that an expression depends on smoothly.</summary>
    private IEnumerable<int> Operands(Expr e) => e.IsFlag || _isLeaf(e) ? [] : e.Op switch
    {
        Op.Neg or Op.Abs or Op.Log or Op.Log1p or Op.Exp or Op.Tanh or Op.Sqrt or Op.Single or Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero => [0],
        Op.Add or Op.Sub or Op.Mul or Op.Div or Op.Pow or Op.Min or Op.Max => [0, 1],
        Op.Select => [1, 2],
        Op.Sum or Op.Product or Op.Mean or Op.Least or Op.Greatest => [1],
        Op.Table => Enumerable.Range(First(e), e.Args.Length - First(e)),
        _ => [],
    };

    /// <summary>The first entry of a table.</summary>
    private static int First(Expr table) => table.Part > 0 ? 2 : 1;

    private void Back(Expr e, Expr adjoint)
    {
        switch (e.Op)
        {
            case Op.Add:
                Give(e, 0, adjoint);
                Give(e, 1, adjoint);
                break;
            case Op.Sub:
                Give(e, 0, adjoint);
                Give(e, 1, Negative(adjoint));
                break;
            case Op.Neg:
                Give(e, 0, Negative(adjoint));
                break;
            case Op.Mul:
                Give(e, 0, () => Times(adjoint, e[1]));
                Give(e, 1, () => Times(adjoint, e[0]));
                break;
            case Op.Div:
                Give(e, 0, () => Guarded(adjoint, x => _arena.Make(Op.Div, x, e[1]), IsAway(e[1])));
                Give(e, 1, () => Guarded(adjoint, x => _arena.Make(Op.Neg, _arena.Make(Op.Div, _arena.Make(Op.Mul, x, e), e[1])), IsAway(e[1]) && IsFinite(e[0])));
                break;
            case Op.Pow:
                Give(e, 0, () => Guarded(adjoint, x => _arena.Make(Op.Mul, x, Partials.InBase(_arena, e, _agents)), IsAway(e[0]) && IsFinite(e)));
                Give(e, 1, () => Guarded(adjoint, x => _arena.Make(Op.Mul, x, Partials.InExponent(_arena, e)), IsAway(e[0]) && IsFinite(e)));
                break;
            case Op.Select:
                Give(e, 1, () => Select(e[0], adjoint, _arena.Zero));
                Give(e, 2, () => Select(e[0], _arena.Zero, adjoint));
                break;
            case Op.Min or Op.Max:
                var first = Partials.TakesFirst(_arena, e);
                Give(e, 0, () => Select(first, adjoint, _arena.Zero));
                Give(e, 1, () => Select(first, _arena.Zero, adjoint));
                break;
            case Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero or Op.Single:
                Give(e, 0, adjoint);
                break;
            case Op.Log or Op.Log1p or Op.Sqrt:
                Give(e, 0, () => Guarded(adjoint, x => _arena.Make(Op.Mul, x, Partials.Outer(_arena, e)), IsAway(e[0], e.Op == Op.Log1p ? -1 : 0)));
                break;
            case Op.Abs or Op.Exp or Op.Tanh:
                Give(e, 0, () => Times(adjoint, Partials.Outer(_arena, e)));
                break;
            case Op.Table:
                for (var k = First(e); k < e.Args.Length; k++)
                {
                    var entry = k;
                    Give(e, k, () => Times(adjoint, _arena.With(e, [.. e.Args.Select((a, at) => at < First(e) ? a : at == entry ? _arena.One : _arena.Zero)])));
                }

                break;
            default:
                Reduction(e, adjoint);
                break;
        }
    }

    private void Reduction(Expr e, Expr adjoint)
    {
        var (where, body) = (e[0], e[1]);
        var share = e.Op switch
        {
            Op.Sum => adjoint,
            Op.Product when IsAway(body) => Times(adjoint, _arena.Make(Op.Div, e, body)),
            Op.Product => Times(adjoint, _arena.Make(Op.Select, _arena.Make(Op.Eq, body, _arena.Zero), Partials.Others(_arena, e, _agents), _arena.Make(Op.Div, e, body))),
            Op.Mean when where.IsTrue => _arena.Make(Op.Div, adjoint, _agents),
            // Nobody for whom the condition holds, nothing to hand on: the count is not 0 where it is looked at.
            Op.Mean => _arena.Make(Op.Div, adjoint, _arena.Make(Op.Max, Partials.Bind(_arena, Op.Sum, e.Slot, where, _arena.One, _agents), _arena.One)),
            _ => Select(Partials.First(_arena, e), adjoint, _arena.Zero),
        };
        Contribute(body, Select(where, share, _arena.Zero), [.. e.Free, e.Slot]);
    }

    /// <summary>Whether a number is known to stay away from a point, in single precision too.</summary>
    private bool IsAway(Expr e, double point = 0) => _ranges?.Of(e) is { } range && (range.Low > point + 1e-30 && range.Low > point + 1e-6 * Math.Abs(point) || range.High < point - 1e-30);

    /// <summary>Whether a number is known to be finite, in single precision too.</summary>
    private bool IsFinite(Expr e) => e.IsConst || _ranges?.Of(e) is { Low: > -1e37, High: < 1e37 };

    private void Give(Expr e, int operand, Expr adjoint) => Contribute(e[operand], adjoint, e.Free);

    private void Give(Expr e, int operand, Func<Expr> adjoint)
    {
        if (_active[e[operand]])
            Contribute(e[operand], adjoint(), e.Free);
    }

    /// <summary>Adds to an adjoint what comes from one use, summed over the indices that the user has and the operand has not.</summary>
    private void Contribute(Expr operand, Expr adjoint, int[] domain)
    {
        if (!_active[operand] || adjoint.Is(0))
            return;
        if (_between is not null && domain.Length == 2 && operand.Free.Length < 2 && operand.Free.All(domain.Contains) && domain.All(adjoint.DependsOn))
        {
            if (_isLeaf(operand))
            {
                Found(operand, adjoint, domain);
                return;
            }

            // All that pairs add to it lies in one place, which is read once.
            if (_places.TryGetValue(operand, out var place))
            {
                Found(place, adjoint, domain);
                return;
            }

            place = _between(operand);
            _places.Add(operand, place);
            Found(place, adjoint, domain);
            (adjoint, domain) = (place, operand.Free);
        }

        foreach (var index in domain)
        {
            if (!operand.DependsOn(index))
                adjoint = Total(index, adjoint);
        }

        _adjoints[operand] = _adjoints.TryGetValue(operand, out var before) ? Plus(before, adjoint) : adjoint;
    }

    private void Found(Expr target, Expr adjoint, int[] domain)
    {
        var stage = 1 + LastRead(adjoint);
        if (target.Op == Op.Adjoint)
            _stages[target.Slot] = Math.Max(stage, _stages.TryGetValue(target.Slot, out var before) ? before : 0);
        _found.Add(new(target, adjoint, domain, stage));
    }

    /// <summary>The last stage in which something was added to a place that is read: all of it was found before it could be read.</summary>
    private int LastRead(Expr root)
    {
        var pending = new Stack<Expr>([root]);
        while (pending.Count > 0)
        {
            var e = pending.Peek();
            var open = _reads.ContainsKey(e) ? [] : e.Args.Where(a => !_reads.ContainsKey(a)).ToList();
            foreach (var arg in open)
                pending.Push(arg);
            if (open.Count > 0)
                continue;
            pending.Pop();
            if (!_reads.ContainsKey(e))
                _reads.Add(e, Math.Max(e.Args.Length == 0 ? 0 : e.Args.Max(a => _reads[a]), e.Op == Op.Adjoint && _stages.TryGetValue(e.Slot, out var stage) ? stage : 0));
        }

        return _reads[root];
    }

    /// <summary>The sum over an index; what only some agents have is summed over those.</summary>
    private Expr Total(int index, Expr x) => !x.DependsOn(index) ? Times(x, _agents)
        : x.Op == Op.Select && x[2].Is(0) && IsOfIndices(x[0]) && x[0].DependsOn(index) ? Partials.Bind(_arena, Op.Sum, index, x[0], x[1], _agents)
        : x.Op == Op.Select && x[2].Is(0) && !x[0].DependsOn(index) ? Select(x[0], Total(index, x[1]), _arena.Zero)
        : Partials.Bind(_arena, Op.Sum, index, _arena.True, x, _agents);

    /// <summary>Whether a condition says which agents are meant, or are not.</summary>
    private static bool IsOfIndices(Expr condition)
    {
        var eq = condition.Op == Op.Not ? condition[0] : condition;
        return eq.Op == Op.Eq && eq.Args.All(a => a.Op is Op.Index) && eq.Free.Length > 0;
    }

    /// <summary>What is 0 stays 0 where what it is multiplied by may not be finite; only where it is known to be nothing is asked.</summary>
    private Expr Guarded(Expr adjoint, Func<Expr, Expr> times, bool isSafe, int depth = 0) =>
        adjoint.Is(0) ? adjoint
        : depth < MostNested && Masked(adjoint) is { } m ? Select(m[0], Guarded(m[1], times, isSafe, depth + 1), Guarded(m[2], times, isSafe, depth + 1))
        : isSafe || adjoint.IsConst ? times(adjoint)
        : _arena.Make(Op.Select, _arena.Make(Op.Eq, adjoint, _arena.Zero), _arena.Zero, times(adjoint));

    /// <summary>A product; of what is 0 in a branch it is taken in the other, so that nothing is computed with what was not meant to be.</summary>
    private Expr Times(Expr x, Expr y) => x.Is(0) || y.Is(0) ? _arena.Zero : x.Is(1) ? y : y.Is(1) ? x
        : Guarded(x, z => z.Is(1) ? y : _arena.Make(Op.Mul, z, y), IsFinite(y));

    private Expr Negative(Expr x, int depth = 0) => x.Is(0) ? x : x.Op == Op.Neg ? x[0]
        : depth < MostNested && Masked(x) is { } m ? Select(m[0], Negative(m[1], depth + 1), Negative(m[2], depth + 1)) : _arena.Make(Op.Neg, x);

    /// <summary>An adjoint that is 0 in one of two branches.</summary>
    private static Expr? Masked(Expr x) => x.Op == Op.Select && (x[1].Is(0) || x[2].Is(0)) ? x : null;

    /// <summary>A sum; what is under the same condition is added under it.</summary>
    private Expr Plus(Expr x, Expr y, int depth = 0) => x.Is(0) ? y : y.Is(0) ? x
        : depth < MostNested && x.Op == Op.Select && y.Op == Op.Select && ReferenceEquals(x[0], y[0]) ? Select(x[0], Plus(x[1], y[1], depth + 1), Plus(x[2], y[2], depth + 1))
        : y.Op == Op.Neg ? _arena.Make(Op.Sub, x, y[0]) : _arena.Make(Op.Add, x, y);

    private Expr Select(Expr condition, Expr then, Expr otherwise)
    {
        if (condition.IsTrue || condition.IsFalse)
            return condition.IsTrue ? then : otherwise;
        // The same condition again decides nothing.
        if (then.Op == Op.Select && ReferenceEquals(then[0], condition))
            then = then[1];
        if (otherwise.Op == Op.Select && ReferenceEquals(otherwise[0], condition))
            otherwise = otherwise[2];
        // Which agents are meant is decided first, so that loops can leave the others out.
        if (!IsOfIndices(condition) && (Meant(then) ?? Meant(otherwise)) is { } meant && Within(then, meant) is { } x && Within(otherwise, meant) is { } y)
            return _arena.Make(Op.Select, meant, Select(condition, x, y), _arena.Zero);
        return ReferenceEquals(then, otherwise) ? then : _arena.Make(Op.Select, condition, then, otherwise);
    }

    /// <summary>The condition on agents under which an adjoint is not 0.</summary>
    private static Expr? Meant(Expr x) => x.Op == Op.Select && x[2].Is(0) && IsOfIndices(x[0]) ? x[0] : null;

    /// <summary>An adjoint where such a condition holds, if it is 0 elsewhere.</summary>
    private static Expr? Within(Expr x, Expr meant) => x.Is(0) ? x : ReferenceEquals(Meant(x), meant) ? x[1] : null;
}
