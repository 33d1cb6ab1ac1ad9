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
    public void Operations_on_constants_have_their_plain_values()
    {
        var world = new World(1, new Random(1));
        double[] numbers = [-2, -0.0, 0, 1e-17, 0.5, 1, 3, 1e300];
        foreach (var op in new[] { Op.Neg, Op.Abs, Op.Exp, Op.Tanh, Op.Add, Op.Sub, Op.Mul, Op.Pow, Op.Min, Op.Max, Op.Lt, Op.Le, Op.Eq })
            foreach (var x in numbers)
                foreach (var y in numbers)
                    Same(op is Op.Neg or Op.Abs or Op.Exp or Op.Tanh ? _arena.Make(op, _arena.Const(x)) : _arena.Make(op, _arena.Const(x), _arena.Const(y)));
        foreach (var op in new[] { Op.Log, Op.Log1p, Op.Sqrt })
            foreach (var x in numbers.Where(x => x > 0))
                Same(_arena.Make(op, _arena.Const(x)));
        Expr[] truths = [_arena.False, _arena.True];
        foreach (var x in truths)
        {
            Same(_arena.Make(Op.Not, x));
            Same(_arena.Make(Op.Select, x, _arena.Const(2), _arena.Const(3)));
            foreach (var y in truths)
            {
                Same(_arena.Make(Op.And, x, y));
                Same(_arena.Make(Op.Or, x, y));
            }
        }

        // The logarithm near 1 is computed in two ways, which differ in the last digit.
        void Same(Expr e)
        {
            var expected = world.Evaluate(e);
            if (double.IsFinite(expected))
                Assert.Equal(expected, Fold(e).Value, 1e-15 * Math.Max(1, Math.Abs(expected)));
        }

        Assert.Equal(double.PositiveInfinity, ConstantFolding.Log1p(double.PositiveInfinity));
    }

    [Fact]
    public void Known_sides_of_and_and_or_decide_or_go()
    {
        var c = _arena.Make(Op.Lt, _x, _y);
        foreach (var (known, side) in new[] { (_arena.True, 0), (_arena.True, 1), (_arena.False, 0), (_arena.False, 1) })
        {
            Expr Both(Op op) => Fold(side == 0 ? _arena.Make(op, known, c) : _arena.Make(op, c, known));
            Assert.Same(known.IsTrue ? c : known, Both(Op.And));
            Assert.Same(known.IsTrue ? known : c, Both(Op.Or));
        }

        Assert.Same(c, Fold(_arena.Make(Op.And, c, c)));
        Assert.Same(c, Fold(_arena.Make(Op.Or, c, c)));
    }

    [Fact]
    public void Table_of_equal_entries_needs_no_place()
    {
        var place = _arena.Make(Op.Step);
        Assert.Same(_x, Fold(_arena.Make(Op.Table, place, _x, _x, _x)));
        var unequal = _arena.Make(Op.Table, place, _x, _x, _y);
        Assert.Same(unequal, Fold(unequal));
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
    public void Sum_over_one_agent_is_its_term_whichever_side_it_stands_on()
    {
        // What was made first stands on the left.
        var (k, l) = (_arena.Fresh(), _arena.Fresh());
        var (first, row, last) = (_arena.Index(k), _arena.Index(Expr.Row), _arena.Index(l));
        foreach (var (slot, index) in new[] { (k, first), (l, last) })
            Assert.Same(_arena.Make(Op.Action, row), Fold(_arena.Reduce(Op.Sum, slot, _arena.Make(Op.Eq, index, row), _arena.Make(Op.Action, index))));
    }

    [Fact]
    public void Condition_of_a_sum_is_known_in_its_terms()
    {
        var k = _arena.Fresh();
        var a = _arena.Make(Op.Action, _arena.Index(k));
        var where = _arena.Make(Op.Lt, a, _x);
        Assert.Same(_arena.Reduce(Op.Sum, k, where, a), Fold(_arena.Reduce(Op.Sum, k, where, _arena.Make(Op.Select, where, a, _y))));
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
