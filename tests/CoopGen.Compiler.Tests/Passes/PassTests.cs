using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;
using Bounds = CoopGen.Generators.Passes.Interval;

namespace CoopGen.Compiler.Tests.Passes;

/// <summary>Each pass alone, on random expressions and on cases chosen for it.</summary>
public class PassTests
{
    private readonly Arena _arena = new();

    private Expr Row => _arena.Index(Expr.Row);

    private Expr Agents => _arena.Make(Op.Agents);

    private Expr X(Expr index) => _arena.Make(Op.Action, args: [index]);

    private static void Many(Action<Random, Arena, Expr, Evaluator> body)
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var (random, arena) = (new Random(seed), new Arena());
            var expr = Evaluator.Random(arena, random, 4, Expr.Row);
            body(random, arena, expr, new Evaluator([.. Enumerable.Range(0, 3).Select(_ => 4 * random.NextDouble())], [random.NextDouble(), 2 * random.NextDouble()]));
        }
    }

    /// <summary>Passes may round otherwise than the formula as it was written.</summary>
    private static void Same(double expected, double got, double tolerance) =>
        Assert.True(expected.Equals(got) || Math.Abs(expected - got) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{expected:R} became {got:R}");

    [Fact]
    public void Folding_keeps_the_value() => Many((_, arena, e, evaluator) =>
    {
        var folded = ConstantFolding.Fold(arena, e, arena.Make(Op.Agents));
        for (var i = 0; i < Evaluator.Agents; i++)
            Same(evaluator.At(e, (Expr.Row, i)), evaluator.At(folded, (Expr.Row, i)), 1e-12);
        Assert.Same(folded, ConstantFolding.Fold(arena, folded, arena.Make(Op.Agents)));
    });

    [Fact]
    public void Refinement_keeps_the_value_exactly() => Many((_, arena, e, evaluator) =>
    {
        var refined = Refinement.Refine(arena, e);
        for (var i = 0; i < Evaluator.Agents; i++)
            Assert.Equal(evaluator.At(e, (Expr.Row, i)), evaluator.At(refined, (Expr.Row, i)));
    });

    [Fact]
    public void Strength_reduction_keeps_the_value() => Many((_, arena, e, evaluator) =>
    {
        var reduced = StrengthReduction.Reduce(arena, e, new IntervalAnalysis(Leaf), Evaluator.Agents);
        for (var i = 0; i < Evaluator.Agents; i++)
            Same(evaluator.At(e, (Expr.Row, i)), evaluator.At(reduced, (Expr.Row, i)), 1e-9);
    });

    [Fact]
    public void Intervals_enclose_every_value() => Many((_, arena, e, evaluator) =>
    {
        var range = new IntervalAnalysis(Leaf).Of(Refinement.Refine(arena, e));
        for (var i = 0; i < Evaluator.Agents; i++)
        {
            var value = evaluator.At(e, (Expr.Row, i));
            Assert.True(value >= range.Low && value <= range.High, $"{value:R} lies outside [{range.Low:R}, {range.High:R}]");
        }
    });

    [Fact]
    public void Derivatives_are_central_differences_away_from_kinks()
    {
        var (compared, kinks) = (0, 0);
        Many((random, arena, e, _) =>
        {
            var derivative = Differentiation.Derivative(arena, e, 0, arena.Make(Op.Agents));
            double[] actions = [.. Enumerable.Range(0, 3).Select(_ => 4 * random.NextDouble())];
            double[] parameters = [0.3, 1.2];
            double At(int k, double h, int i) => new Evaluator([.. actions.Select((a, j) => j == k ? a + h : a)], parameters).At(e, (Expr.Row, i));
            for (var i = 0; i < 3; i++)
            {
                for (var k = 0; k < 3; k++)
                {
                    const double H = 1e-5;
                    var (left, right) = ((At(k, 0, i) - At(k, -H, i)) / H, (At(k, H, i) - At(k, 0, i)) / H);
                    var central = (left + right) / 2;
                    var scale = Math.Max(1, Math.Abs(central)) + Math.Abs(At(k, 0, i));
                    if (Math.Abs(left - right) > 1e-2 * scale)
                    {
                        kinks++;
                        continue;
                    }

                    compared++;
                    var exact = new Evaluator(actions, parameters).At(derivative, (Expr.Row, i), (Expr.Wrt, k));
                    Assert.True(Math.Abs(exact - central) <= 1e-4 * scale, $"∂{i}/∂{k}: exact {exact:R}, differences {central:R}");
                }
            }
        });
        Assert.True(compared > 3000 && kinks < compared / 20, $"{compared} compared, {kinks} at kinks");
    }

    [Fact]
    public void A_sum_over_others_loses_its_delta()
    {
        // ∂/∂x_w Σ_{j≠i} x_j² = 2·x_w if w ≠ i, without a sum.
        var j = _arena.Fresh();
        var square = _arena.Make(Op.Mul, X(_arena.Index(j)), X(_arena.Index(j)));
        var sum = _arena.Reduce(Op.Sum, j, _arena.Make(Op.Not, _arena.Make(Op.Eq, _arena.Index(j), Row)), square);
        var derivative = Differentiation.Derivative(_arena, sum, 0, Agents);
        Assert.DoesNotContain(Rewriter.InOrder([derivative]), e => Expr.IsReduce(e.Op));
        var evaluator = new Evaluator([1, 2, 3], []);
        Assert.Equal(0, evaluator.At(derivative, (Expr.Row, 1), (Expr.Wrt, 1)));
        Assert.Equal(6, evaluator.At(derivative, (Expr.Row, 1), (Expr.Wrt, 2)));
    }

    [Fact]
    public void The_greatest_has_its_derivative_at_the_first_that_attains_it()
    {
        var j = _arena.Fresh();
        var derivative = Differentiation.Derivative(_arena, _arena.Reduce(Op.Greatest, j, _arena.True, X(_arena.Index(j))), 0, Agents);
        var evaluator = new Evaluator([5, 7, 7], []);
        Assert.Equal([0.0, 1, 0], Enumerable.Range(0, 3).Select(w => evaluator.At(derivative, (Expr.Row, 0), (Expr.Wrt, w))));
    }

    [Fact]
    public void Equal_expressions_are_one()
    {
        Expr Total()
        {
            var k = _arena.Fresh();
            return _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Mul, X(_arena.Index(k)), X(Row)));
        }

        Assert.Same(Total(), Total());
        Assert.Same(_arena.Make(Op.Eq, Row, _arena.Index(Expr.Column)), _arena.Make(Op.Eq, _arena.Index(Expr.Column), Row));
        Assert.NotSame(_arena.Const(0.0), _arena.Flag(false));
    }

    [Fact]
    public void Renaming_a_bound_index_captures_nothing()
    {
        // Σ_k (x_k · Σ_l x_l), the inner sum then made deeper by putting a sum in the place of x.
        var (k, l) = (_arena.Fresh(), _arena.Fresh());
        var inner = _arena.Reduce(Op.Sum, l, _arena.True, _arena.Make(Op.Mul, X(_arena.Index(l)), X(_arena.Index(k))));
        var outer = _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Mul, X(_arena.Index(k)), inner));
        var deeper = Rewriter.Rewrite(_arena, outer, e =>
        {
            if (e.Op != Op.Action || e[0].Op != Op.Index)
                return e;
            var m = _arena.Fresh();
            return _arena.Make(Op.Add, e, _arena.Reduce(Op.Sum, m, _arena.Make(Op.Eq, _arena.Index(m), e[0]), _arena.One));
        });
        // Every x became x + 1.
        Assert.Equal(new Evaluator([2, 3, 4], []).At(outer), new Evaluator([1, 2, 3], []).At(deeper));
    }

    [Theory]
    [InlineData(1.0, "Action")]
    [InlineData(2.0, "Mul")]
    [InlineData(0.5, "Sqrt")]
    [InlineData(-1.0, "Div")]
    [InlineData(1.7, "Pow")]
    public void Powers_become_cheaper(double exponent, string expected) =>
        Assert.Equal(expected, StrengthReduction.Reduce(_arena, _arena.Make(Op.Pow, X(Row), _arena.Const(exponent)), new IntervalAnalysis(Leaf), 3).Op.ToString());

    [Fact]
    public void A_geometric_mean_needs_one_root_where_its_product_stays_in_range()
    {
        var k = _arena.Fresh();
        Expr Mean(Expr x) => _arena.Make(Op.Exp, _arena.Make(Op.Div, _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Log, x)), _arena.Const(2)));
        var safe = Mean(_arena.Make(Op.Max, X(_arena.Index(k)), _arena.Const(1e-10)));
        Assert.Equal(Op.Sqrt, StrengthReduction.Reduce(_arena, safe, new IntervalAnalysis(Leaf), 2).Op);
        var unsafeMean = Mean(_arena.Make(Op.Max, X(_arena.Index(k)), _arena.Const(1e-200)));
        Assert.Equal(Op.Exp, StrengthReduction.Reduce(_arena, unsafeMean, new IntervalAnalysis(Leaf), 2).Op);
    }

    [Fact]
    public void Violations_are_those_a_condition_does_not_exclude()
    {
        var analysis = new IntervalAnalysis(Leaf);
        var x = X(Row);
        Expr Guarded(Expr condition, Expr value) => Refinement.Refine(_arena, _arena.Make(Op.Select, condition, value, _arena.Zero));
        bool Bad(Expr e) => analysis.Violations([e]).Any();
        var reciprocal = _arena.Make(Op.Div, _arena.One, x);
        Assert.True(Bad(reciprocal));
        Assert.False(Bad(Guarded(_arena.Make(Op.Lt, _arena.Zero, x), reciprocal)));
        Assert.False(Bad(Guarded(_arena.Make(Op.Not, _arena.Make(Op.Le, x, _arena.Zero)), reciprocal)));
        Assert.False(Bad(Guarded(_arena.Make(Op.And, _arena.Make(Op.Le, _arena.One, x), _arena.Make(Op.Lt, x, _arena.Const(3))), reciprocal)));
        Assert.False(Bad(Guarded(_arena.Make(Op.Not, _arena.Make(Op.Eq, x, _arena.Zero)), reciprocal)));
        Assert.True(Bad(Guarded(_arena.Make(Op.Le, _arena.Zero, x), reciprocal)));
        Assert.True(Bad(Guarded(_arena.Make(Op.Or, _arena.Make(Op.Lt, _arena.Zero, x), _arena.Make(Op.Lt, x, _arena.Const(3))), reciprocal)));
        Assert.True(Bad(_arena.Make(Op.Log, x)));
        Assert.True(Bad(_arena.Make(Op.Sqrt, _arena.Make(Op.Sub, x, _arena.One))));
        Assert.False(Bad(_arena.Make(Op.Sqrt, x)));
        Assert.True(Bad(_arena.Make(Op.Pow, x, _arena.Const(-0.5))));
        Assert.False(Bad(_arena.Make(Op.Pow, x, _arena.Const(0.5))));
    }

    [Fact]
    public void Operations_are_counted_once_per_agent()
    {
        // Σ_k tanh(x_k)·x_i over five agents for every i: 5 library calls; 5·5 products and 5·5 additions.
        var k = _arena.Fresh();
        var sum = _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Mul, _arena.Make(Op.Tanh, X(_arena.Index(k))), X(Row)));
        Assert.Equal((50L, 5L), OperationCount.Count([sum], 5));
    }

    [Fact]
    public void A_hundred_thousand_nested_additions_are_no_trouble()
    {
        var e = X(Row);
        for (var depth = 0; depth < 100_000; depth++)
            e = _arena.Make(Op.Add, e, _arena.Make(Op.Parameter, slot: 0));
        var folded = ConstantFolding.Fold(_arena, e, Agents);
        Assert.Same(e, folded);
        Assert.Same(e, Refinement.Refine(_arena, e));
        Assert.True(new IntervalAnalysis(Leaf).Of(e).High >= 100_000);
        Assert.False(Differentiation.Derivative(_arena, e, 0, Agents).Is(0));
    }

    private static Bounds Leaf(Expr e) => e.Op switch
    {
        Op.Action or Op.Given => new(0, 4),
        Op.Parameter => e.Slot == 0 ? new(0, 1) : new(0, 2),
        Op.Agents => new(Evaluator.Agents, Evaluator.Agents, true),
        _ => Bounds.All,
    };
}
