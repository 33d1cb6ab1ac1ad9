namespace CoopGen.Generators.Tests.Passes;

public class IntervalAnalysisTests
{
    private readonly Arena _arena = new();

    [Property(MaxTest = 1000, Replay = "(20261124,1)")]
    public void Values_lie_inside(int seed)
    {
        var trial = new Trial(seed);
        var analysis = new IntervalAnalysis(e => World.Leaf(e, trial.World.Agents));
        foreach (var e in Rewriter.InOrder([trial.Value]).Where(e => e.Op != Op.Index && !e.Free.Any(v => v > 0)))
            Inside(analysis.Of(e), trial.World.Evaluate(e, trial.At));
    }

    [Property(MaxTest = 1000, Replay = "(20261124,1)")]
    public void Values_of_refined_expressions_lie_inside(int seed)
    {
        var trial = new Trial(seed);
        Inside(new IntervalAnalysis(e => World.Leaf(e, trial.World.Agents)).Of(Refinement.Refine(trial.Arena, trial.Value)), trial.World.Evaluate(trial.Value, trial.At));
    }

    /// <summary>A thousand roundings upward leave the interval of a single product.</summary>
    [Theory]
    [InlineData(nameof(Op.Sum), 0.1)]
    [InlineData(nameof(Op.Sum), -0.7)]
    [InlineData(nameof(Op.Product), 1.1)]
    [InlineData(nameof(Op.Product), -1.05)]
    [InlineData(nameof(Op.Mean), 0.3)]
    public void Reductions_over_many_agents_lie_inside(string op, double term)
    {
        const int n = 1000;
        // Not folded: the term is written as one that varies.
        var reduction = _arena.Reduce(Enum.Parse<Op>(op), _arena.Fresh(), _arena.True, _arena.Const(term));
        Inside(new IntervalAnalysis(e => World.Leaf(e, n)).Of(reduction), new World(n, new Random(1)).Evaluate(reduction));
    }

    /// <summary>Bounds are safe and hardly wider than the roundings of three terms ask for.</summary>
    [Theory]
    [InlineData(nameof(Op.Sum), 1, 2, false, 3, 6)]
    [InlineData(nameof(Op.Sum), 1, 2, true, 0, 6)]
    [InlineData(nameof(Op.Sum), -2, -1, true, -6, 0)]
    [InlineData(nameof(Op.Sum), -1, 2, true, -3, 6)]
    [InlineData(nameof(Op.Product), 2, 3, false, 8, 27)]
    [InlineData(nameof(Op.Product), 2, 3, true, 1, 27)]
    [InlineData(nameof(Op.Product), 0.5, 0.75, false, 0.125, 0.421875)]
    [InlineData(nameof(Op.Product), 0.5, 0.75, true, 0.125, 1)]
    [InlineData(nameof(Op.Product), 0.5, 2, false, 0.125, 8)]
    [InlineData(nameof(Op.Product), -2, 1, false, -8, 8)]
    [InlineData(nameof(Op.Mean), 1, 2, false, 1, 2)]
    [InlineData(nameof(Op.Mean), 1, 2, true, 0, 2)]
    [InlineData(nameof(Op.Least), 1, 2, false, 1, 2)]
    [InlineData(nameof(Op.Least), 1, 2, true, double.NegativeInfinity, double.PositiveInfinity)]
    public void Reductions_have_bounds_by_term_and_condition(string op, double low, double high, bool conditional, double expectedLow, double expectedHigh)
    {
        var k = _arena.Fresh();
        // An action lies within [−2, 2].
        var a = _arena.Make(Op.Action, _arena.Index(k));
        var term = _arena.Make(Op.Add, _arena.Const((low + high) / 2), _arena.Make(Op.Mul, _arena.Const((high - low) / 4), a));
        var bounds = new IntervalAnalysis(e => World.Leaf(e, 3)).Of(_arena.Reduce(Enum.Parse<Op>(op), k, conditional ? _arena.Make(Op.Lt, a, _arena.Zero) : _arena.True, term));
        Near(expectedLow, bounds.Low, outward: -1);
        Near(expectedHigh, bounds.High, outward: 1);

        static void Near(double expected, double bound, int outward) =>
            Assert.True(double.IsInfinity(expected) ? bound == expected : (bound - expected) * outward >= -1e-15 && Math.Abs(bound - expected) <= 1e-12 * Math.Max(1, Math.Abs(expected)), $"{bound:R} for {expected:R}");
    }

    [Fact]
    public void Whole_numbers_add_up_exactly()
    {
        var sum = _arena.Reduce(Op.Sum, _arena.Fresh(), _arena.True, _arena.Const(2));
        Assert.Equal(new Interval(2000, 2000, true), new IntervalAnalysis(e => World.Leaf(e, 1000)).Of(sum));
    }

    [Fact]
    public void Table_lies_between_its_entries_whatever_the_place()
    {
        var table = _arena.Make(Op.Table, _arena.Make(Op.Step), _arena.Const(30), _arena.Const(40));
        Assert.Equal((30, 40), (new IntervalAnalysis(e => World.Leaf(e, 3)).Of(table).Low, new IntervalAnalysis(e => World.Leaf(e, 3)).Of(table).High));
    }

    [Fact]
    public void Closed_ends_are_no_open_ones()
    {
        var x = _arena.Make(Op.Abs, _arena.Make(Op.Parameter));
        Assert.Single(Violations(_arena.Make(Op.Log1p, _arena.Make(Op.Sub, x, _arena.One))));
        Assert.Empty(Violations(_arena.Make(Op.Pow, x, x)));
    }

    [Fact]
    public void Violations_come_in_the_order_of_what_is_computed_first()
    {
        var x = _arena.Make(Op.Parameter);
        var (log, root) = (_arena.Make(Op.Log, x), _arena.Make(Op.Sqrt, x));
        Assert.Equal([log, root], Violations(_arena.Make(Op.Add, root, log)).Select(v => v.Operation));
    }

    [Fact]
    public void Same_agent_is_certain_and_two_are_not()
    {
        var analysis = new IntervalAnalysis(e => World.Leaf(e, 3));
        var (row, column) = (_arena.Index(Expr.Row), _arena.Index(Expr.Column));
        Assert.Equal(Truth.True, analysis.TruthOf(_arena.Make(Op.Eq, row, row)));
        Assert.Equal(Truth.Unknown, analysis.TruthOf(_arena.Make(Op.Eq, row, column)));
    }

    [Fact]
    public void Squares_are_not_negative_and_differences_with_oneself_vanish()
    {
        var (analysis, x) = (new IntervalAnalysis(e => World.Leaf(e, 3)), _arena.Make(Op.Parameter));
        Assert.Equal(0, analysis.Of(_arena.Make(Op.Mul, x, x)).Low);
        Assert.Equal(new Interval(0, 0, true), analysis.Of(_arena.Make(Op.Sub, x, x)));
    }

    public static TheoryData<string> Operations => ["log", "log1p", "sqrt", "divide", "power", "negative power"];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operand_outside_the_domain_is_found(string operation)
    {
        var e = Operation(operation, _arena.Make(Op.Parameter));
        var (found, operand) = Assert.Single(Violations(e));
        Assert.Same(e, found);
        Assert.Equal(new Interval(-2, 2), operand);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operand_kept_in_the_domain_is_not(string operation) =>
        Assert.Empty(Violations(Operation(operation, _arena.Make(Op.Add, _arena.Const(2.5), _arena.Make(Op.Parameter)))));

    [Theory]
    [MemberData(nameof(Operations))]
    public void Condition_keeps_an_operand_in_the_domain(string operation)
    {
        var x = _arena.Make(Op.Parameter);
        var (good, bad, other) = (_arena.Make(Op.Lt, _arena.Zero, x), _arena.Make(Op.Lt, _arena.Const(-1.5), x), _arena.Make(Op.Step));
        Assert.Empty(Violations(_arena.Make(Op.Select, good, Operation(operation, x), other)));
        Assert.Empty(Violations(_arena.Make(Op.Select, _arena.Make(Op.Not, good), other, Operation(operation, x))));
        Assert.Empty(Violations(_arena.Make(Op.And, good, _arena.Make(Op.Lt, Operation(operation, x), other))));
        Assert.Single(Violations(_arena.Make(Op.Select, bad, Operation(operation, x), other)));
        Assert.Single(Violations(_arena.Make(Op.Select, good, other, Operation(operation, x))));
        Assert.Single(Violations(_arena.Make(Op.Or, good, _arena.Make(Op.Lt, Operation(operation, x), other))));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Condition_of_a_sum_keeps_its_terms_in_the_domain(string operation)
    {
        Expr Sum(bool guarded)
        {
            var k = _arena.Fresh();
            var x = _arena.Make(Op.Action, _arena.Index(k));
            return _arena.Reduce(Op.Sum, k, guarded ? _arena.Make(Op.Lt, _arena.Zero, x) : _arena.True, Operation(operation, x));
        }

        Assert.Empty(Violations(Sum(true)));
        Assert.Single(Violations(Sum(false)));
    }

    [Fact]
    public void Ends_of_a_domain_belong_to_it_or_not()
    {
        var x = _arena.Make(Op.Abs, _arena.Make(Op.Parameter));
        foreach (var fine in new[] { "log1p", "sqrt", "power" })
            Assert.Empty(Violations(Operation(fine, x)));
        foreach (var wrong in new[] { "log", "divide", "negative power" })
            Assert.Single(Violations(Operation(wrong, x)));
        Assert.Empty(Violations(_arena.Make(Op.Select, _arena.Make(Op.Eq, x, _arena.Zero), _arena.Zero, Operation("divide", x))));
    }

    [Fact]
    public void Branch_that_is_never_taken_may_hold_anything() =>
        Assert.Empty(Violations(_arena.Make(Op.Select, _arena.Make(Op.Lt, _arena.Make(Op.Step), _arena.Zero), Operation("log", _arena.Make(Op.Parameter)), _arena.One)));

    private Expr Operation(string name, Expr x) => name switch
    {
        "log" => _arena.Make(Op.Log, x),
        "log1p" => _arena.Make(Op.Log1p, x),
        "sqrt" => _arena.Make(Op.Sqrt, x),
        "divide" => _arena.Make(Op.Div, _arena.One, x),
        "power" => _arena.Make(Op.Pow, x, _arena.Const(1.5)),
        _ => _arena.Make(Op.Pow, x, _arena.Const(-1.5)),
    };

    private IEnumerable<(Expr Operation, Interval Operand)> Violations(Expr e) =>
        new IntervalAnalysis(l => World.Leaf(l, 3)).Violations([Refinement.Refine(_arena, e)]);

    private static void Inside(Interval interval, double value) =>
        Assert.True(interval.Low <= value && value <= interval.High, $"{value:R} is not in [{interval.Low:R}, {interval.High:R}]");
}
