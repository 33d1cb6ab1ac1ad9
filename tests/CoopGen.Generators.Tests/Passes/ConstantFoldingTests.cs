namespace CoopGen.Generators.Tests.Passes;

public class ConstantFoldingTests
{
    private readonly Arena _arena = new();
    private readonly Expr _x, _y;

    public ConstantFoldingTests() => (_x, _y) = (_arena.Make(Op.Parameter, slot: 0), _arena.Make(Op.Parameter, slot: 1));

    /// <summary>Sums of equal terms become products, which changes a rounding per agent.</summary>
    [Property(MaxTest = 1000, Replay = "(20261124,1)")]
    public void Values_stay(int seed)
    {
        var trial = new Trial(seed);
        if (trial.IsModerate)
            trial.Same(ConstantFolding.Fold(trial.Arena, trial.Value, trial.Agents), 1e-9);
    }

    [Fact]
    public void Most_random_expressions_are_moderate() => Assert.InRange(Enumerable.Range(0, 200).Count(seed => new Trial(seed).IsModerate), 120, 200);

    [Fact]
    public void Nothing_is_left_to_compute()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var trial = new Trial(seed);
            var folded = ConstantFolding.Fold(trial.Arena, trial.Value, trial.Agents);
            Assert.DoesNotContain(Rewriter.InOrder([folded]), e => e.Op is Op.Add or Op.Mul or Op.Exp or Op.Lt && e.Args.All(a => a.IsConst));
            Assert.Same(folded, ConstantFolding.Fold(trial.Arena, folded, trial.Agents));
        }
    }

    [Fact]
    public void Constants_are_computed()
    {
        Assert.Same(_arena.Const(7), Fold(_arena.Make(Op.Add, _arena.One, _arena.Make(Op.Mul, _arena.Const(2), _arena.Const(3)))));
        Assert.Same(_arena.True, Fold(_arena.Make(Op.Lt, _arena.One, _arena.Const(2))));
        Assert.Same(_arena.Const(5), Fold(_arena.Make(Op.Table, _arena.One, _arena.Const(4), _arena.Const(5))));
    }

    [Fact]
    public void Division_by_zero_stays_where_it_was_written()
    {
        var quotient = _arena.Make(Op.Div, _arena.One, _arena.Zero);
        Assert.Same(quotient, Fold(quotient));
    }

    [Fact]
    public void Entry_outside_a_table_stays()
    {
        var entry = _arena.Make(Op.Table, _arena.Const(2), _x, _y);
        Assert.Same(entry, Fold(entry));
    }

    [Fact]
    public void What_changes_nothing_goes()
    {
        Assert.Same(_x, Fold(_arena.Make(Op.Add, _x, _arena.Zero)));
        Assert.Same(_x, Fold(_arena.Make(Op.Mul, _arena.One, _x)));
        Assert.Same(_x, Fold(_arena.Make(Op.Neg, _arena.Make(Op.Neg, _x))));
        Assert.Same(_arena.Zero, Fold(_arena.Make(Op.Mul, _x, _arena.Zero)));
        Assert.Same(_arena.Make(Op.Neg, _x), Fold(_arena.Make(Op.Sub, _arena.Zero, _x)));
    }

    [Fact]
    public void Condition_is_known_in_its_branches()
    {
        var (c, z) = (_arena.Make(Op.Lt, _x, _y), _arena.Make(Op.Parameter, slot: 2));
        var inner = _arena.Make(Op.Select, c, _x, z);
        Assert.Same(_arena.Make(Op.Select, c, _x, _y), Fold(_arena.Make(Op.Select, c, inner, _y)));
        Assert.Same(_arena.Make(Op.Select, c, _y, z), Fold(_arena.Make(Op.Select, c, _y, inner)));
        var not = _arena.Make(Op.Not, c);
        Assert.Same(_arena.Make(Op.Select, not, z, _y), Fold(_arena.Make(Op.Select, not, inner, _y)));
    }

    [Fact]
    public void Sum_over_one_agent_is_its_term()
    {
        var (k, row) = (_arena.Fresh(), _arena.Index(Expr.Row));
        var sum = _arena.Reduce(Op.Sum, k, _arena.Make(Op.Eq, _arena.Index(k), row), _arena.Make(Op.Action, _arena.Index(k)));
        Assert.Same(_arena.Make(Op.Action, row), Fold(sum));
    }

    [Fact]
    public void Reduction_of_what_is_the_same_for_all_is_no_loop()
    {
        Expr Over(Op op) => Fold(_arena.Reduce(op, _arena.Fresh(), _arena.True, _x));
        Assert.Same(_arena.Make(Op.Mul, _arena.Const(3), _x), Over(Op.Sum));
        foreach (var op in new[] { Op.Mean, Op.Least, Op.Greatest })
            Assert.Same(_x, Over(op));
    }

    private Expr Fold(Expr e) => ConstantFolding.Fold(_arena, e, _arena.Const(3));
}
