namespace CoopGen.Generators.Tests.Passes;

public class StrengthReductionTests
{
    private const int N = 3;
    private readonly Arena _arena = new();
    private readonly Expr _x;

    public StrengthReductionTests() => _x = _arena.Make(Op.Parameter);

    /// <summary>Each replacement costs a few units in the last place, which the operations around it can magnify a thousandfold.</summary>
    [Property(MaxTest = 1000, Replay = "(20261124,1)")]
    public void Values_stay(int seed)
    {
        var trial = new Trial(seed);
        if (trial.IsModerate)
            trial.Same(StrengthReduction.Reduce(trial.Arena, trial.Value, new IntervalAnalysis(e => World.Leaf(e, trial.World.Agents)), trial.World.Agents), 1e-9);
    }

    [Fact]
    public void Small_powers_are_products_and_roots()
    {
        Assert.Same(_x, Power(1));
        Assert.Same(_arena.Make(Op.Mul, _x, _x), Power(2));
        Assert.Same(_arena.Make(Op.Mul, _arena.Make(Op.Mul, _x, _x), _x), Power(3));
        Assert.Same(_arena.Make(Op.Sqrt, _x), Power(0.5));
        Assert.Same(_arena.Make(Op.Div, _arena.One, _x), Power(-1));
        Assert.Equal(Op.Pow, Power(0.75).Op);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(0.25, true)]
    [InlineData(10, false)]
    [InlineData(0, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Division_becomes_a_product_only_where_that_is_exact(double divisor, bool expected)
    {
        var reduced = Reduce(_arena.Make(Op.Div, _x, _arena.Const(divisor)));
        Assert.Equal(expected ? Op.Mul : Op.Div, reduced.Op);
    }

    [Fact]
    public void Logarithm_undoes_exponential() => Assert.Same(_x, Reduce(_arena.Make(Op.Log, _arena.Make(Op.Exp, _x))));

    [Fact]
    public void Geometric_mean_takes_one_power_of_a_product()
    {
        var reduced = Reduce(GeometricMean(0.5));
        Assert.Equal(Op.Pow, reduced.Op);
        Assert.Equal(Op.Product, reduced[0].Op);
        Assert.DoesNotContain(Rewriter.InOrder([reduced]), e => e.Op is Op.Log or Op.Exp);
        var world = new World(N, new Random(7));
        var (expected, actual) = (world.Evaluate(GeometricMean(0.5)), world.Evaluate(reduced));
        // Three roundings of the product and the library's own.
        Assert.Equal(expected, actual, 1e-13 * expected);
    }

    [Fact]
    public void Geometric_mean_of_two_is_a_root() => Assert.Equal(Op.Sqrt, Reduce(GeometricMean(0.5), 2).Op);

    [Fact]
    public void Sum_of_logarithms_over_a_number_is_a_mean()
    {
        var k = _arena.Fresh();
        var sum = _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Log, Term(k, 0.5)));
        Assert.Same(Reduce(GeometricMean(0.5)), Reduce(_arena.Make(Op.Exp, _arena.Make(Op.Div, sum, _arena.Const(N)))));
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    public void Product_that_could_vanish_or_overflow_stays_a_sum_of_logarithms(double offset)
    {
        var mean = GeometricMean(offset);
        Assert.Same(mean, Reduce(mean));
    }

    [Fact]
    public void Sum_over_some_agents_stays()
    {
        var k = _arena.Fresh();
        var some = _arena.Reduce(Op.Sum, k, _arena.Make(Op.Eq, _arena.Index(k), _arena.Index(Expr.Row)), _arena.Make(Op.Log, Term(k, 0.5)));
        Assert.Same(some, Reduce(some));
    }

    /// <summary>exp(Σ ln(offset + |a_k|) / n).</summary>
    private Expr GeometricMean(double offset)
    {
        var k = _arena.Fresh();
        return _arena.Make(Op.Exp, _arena.Reduce(Op.Mean, k, _arena.True, _arena.Make(Op.Log, Term(k, offset))));
    }

    private Expr Term(int k, double offset) => _arena.Make(Op.Add, _arena.Const(offset), _arena.Make(Op.Abs, _arena.Make(Op.Action, _arena.Index(k))));

    private Expr Power(double exponent) => Reduce(_arena.Make(Op.Pow, _x, _arena.Const(exponent)));

    private Expr Reduce(Expr e, int n = N) => StrengthReduction.Reduce(_arena, e, new IntervalAnalysis(l => World.Leaf(l, n)), n);
}
