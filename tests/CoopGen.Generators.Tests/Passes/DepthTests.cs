namespace CoopGen.Generators.Tests.Passes;

/// <summary>Depth and length of expressions, as mutilated specs have them, neither overflow the stack nor take quadratic time.</summary>
public class DepthTests
{
    private readonly Arena _arena = new();
    private readonly World _world = new(3, new Random(5));
    private readonly Expr _n, _x, _y;

    public DepthTests() => (_n, _x, _y) = (_arena.Const(3), _arena.Make(Op.Parameter), _arena.Make(Op.Action, _arena.Index(Expr.Wrt)));

    [Fact]
    public void Hundred_thousand_nested_additions_are_folded_and_enclosed()
    {
        var sum = Nested(100_000, (e, _) => _arena.Make(Op.Add, e, _x));
        Assert.Same(sum, ConstantFolding.Fold(_arena, sum, _n));
        Assert.Same(sum, Refinement.Refine(_arena, sum));
        var analysis = new IntervalAnalysis(e => World.Leaf(e, 3));
        var range = analysis.Of(sum);
        Assert.InRange(_world.Evaluate(sum, (Expr.Wrt, 0)), range.Low, range.High);
        Assert.Empty(analysis.Violations([sum]));
        Assert.Same(sum, StrengthReduction.Reduce(_arena, sum, analysis, 3));
        Assert.Equal(100_000 * 3, OperationCount.Count([sum], 3).Operations);
    }

    [Fact]
    public void Thirty_thousand_nested_additions_of_nothing_vanish() =>
        Assert.Same(_y, ConstantFolding.Fold(_arena, Nested(30_000, (e, k) => _arena.Make(Op.Add, e, _arena.Make(Op.Sub, _arena.Const(k), _arena.Const(k)))), _n));

    [Fact]
    public void Thirty_thousand_nested_products_are_differentiated()
    {
        var product = Nested(30_000, (e, k) => _arena.Make(Op.Mul, _arena.Const(k % 2 == 0 ? 0.5 : 2), e));
        Assert.Equal(1, _world.Evaluate(Differentiation.Derivative(_arena, product, 0, _n), (Expr.Wrt, 0)));
    }

    /// <summary>Every branch repeats the condition of the outermost, which is looked for at every level.</summary>
    [Fact]
    public void Thirty_thousand_nested_conditions_are_folded_and_refined()
    {
        var first = _arena.Make(Op.Lt, _y, _x);
        var chain = Nested(30_000, (e, k) => _arena.Make(Op.Select, k % 3 == 0 ? first : _arena.Make(Op.Lt, _y, _arena.Const(-k)), _arena.Const(k), e));
        var expected = _world.Evaluate(chain, (Expr.Wrt, 0));
        Assert.Equal(expected, _world.Evaluate(ConstantFolding.Fold(_arena, chain, _n), (Expr.Wrt, 0)));
        Assert.Equal(expected, _world.Evaluate(Refinement.Refine(_arena, chain), (Expr.Wrt, 0)));
    }

    /// <summary>Conditions older than the chain could occur anywhere in it, so that looking for each would walk all of it.</summary>
    [Fact]
    public void Thirty_thousand_conditions_that_recur_nowhere_are_looked_for_within_the_work_allowed()
    {
        var conditions = Enumerable.Range(0, 30_000).Select(k => _arena.Make(Op.Lt, _y, _arena.Const(-k))).ToArray();
        var chain = Nested(conditions.Length, (e, k) => _arena.Make(Op.Select, conditions[k - 1], _arena.Const(1 - k), e));
        Assert.False(_arena.IsHalfFull);
        Assert.Same(chain, ConstantFolding.Fold(_arena, chain, _n));
        Assert.Equal(_world.Evaluate(chain, (Expr.Wrt, 0)), _world.Evaluate(Refinement.Refine(_arena, chain), (Expr.Wrt, 0)));
    }

    [Fact]
    public void Hundred_nested_sums_are_folded_and_numbered_by_depth()
    {
        var sum = Nested(100, (e, _) =>
        {
            var k = _arena.Fresh();
            return _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Add, _arena.Make(Op.Action, _arena.Index(k)), e));
        });
        Assert.Equal(100, sum.HighestBinder);
        Assert.Same(sum, ConstantFolding.Fold(_arena, sum, _n));
        Assert.Equal([Expr.Wrt], sum.Free);
    }

    private Expr Nested(int depth, Func<Expr, int, Expr> around)
    {
        var e = _y;
        for (var k = 1; k <= depth; k++)
            e = around(e, k);
        return e;
    }
}
