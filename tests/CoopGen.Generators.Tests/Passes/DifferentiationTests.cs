namespace CoopGen.Generators.Tests.Passes;

public class DifferentiationTests
{
    private readonly Arena _arena = new();
    private readonly Expr _wrt;

    public DifferentiationTests() => _wrt = _arena.Index(Expr.Wrt);

    /// <summary>
    /// Central differences of steps h and 2h extrapolated; where they disagree a kink or a jump lies within the step and there
    /// is no derivative to compare with.
    /// </summary>
    [Property(MaxTest = 1000, Replay = "(20261124,1)")]
    public void Derivative_equals_differences(int seed) => Compare(new Trial(seed, depth: 4));

    [Fact]
    public void Most_random_derivatives_can_be_compared() => Assert.InRange(Enumerable.Range(0, 200).Sum(seed => Compare(new Trial(seed, depth: 4))), 400, int.MaxValue);

    private static int Compare(Trial trial)
    {
        if (!trial.IsModerate)
            return 0;
        var (world, compared) = (trial.World, 0);
        for (var dimension = 0; dimension < World.Dimensions; dimension++)
        {
            var derivative = Differentiation.Derivative(trial.Arena, trial.Value, dimension, trial.Agents);
            for (var j = 0; j < world.Agents; j++)
            {
                var exact = world.Evaluate(derivative, [.. trial.At, (Expr.Wrt, j)]);
                var at = world.Actions[dimension, j];
                double Value(double x)
                {
                    world.Actions[dimension, j] = at + x;
                    var value = world.Evaluate(trial.Value, trial.At);
                    world.Actions[dimension, j] = at;
                    return value;
                }

                const double h = 1e-4;
                var (here, near, far) = (Value(0), (Value(h) - Value(-h)) / (2 * h), (Value(2 * h) - Value(-2 * h)) / (4 * h));
                var scale = Math.Max(1, Math.Max(Math.Abs(near), Math.Abs(here)));
                if (Math.Abs(Value(h) - 2 * here + Value(-h)) / h > 0.05 * scale || Math.Abs(near - far) > 1e-5 * scale)
                    continue;
                // What is left of truncation is h⁴ times a fifth derivative, of rounding 1e-16 / h.
                Assert.True(Math.Abs(exact - (4 * near - far) / 3) <= 1e-6 * scale, $"∂/∂a_{j} is {exact:R}, differences give {(4 * near - far) / 3:R}");
                compared++;
            }
        }

        return compared;
    }

    [Fact]
    public void Sum_collapses_to_the_term_of_the_agent()
    {
        var k = _arena.Fresh();
        var sum = _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Mul, Weight(k), Action(k)));
        Assert.Same(Weight(Expr.Wrt), Derivative(sum));
    }

    [Fact]
    public void Condition_of_a_sum_is_asked_of_the_agent()
    {
        var k = _arena.Fresh();
        var others = _arena.Make(Op.Not, _arena.Make(Op.Eq, _arena.Index(k), _arena.Index(Expr.Row)));
        var derivative = Derivative(_arena.Reduce(Op.Sum, k, others, Action(k)));
        Assert.DoesNotContain(Rewriter.InOrder([derivative]), e => Expr.IsReduce(e.Op));
        var world = new World(3, new Random(1));
        Assert.Equal(0, world.Evaluate(derivative, (Expr.Row, 1), (Expr.Wrt, 1)));
        Assert.Equal(1, world.Evaluate(derivative, (Expr.Row, 1), (Expr.Wrt, 2)));
    }

    [Fact]
    public void Own_action_has_derivative_1_and_another_0()
    {
        var derivative = Derivative(Action(Expr.Row));
        var world = new World(3, new Random(1));
        Assert.Equal(1, world.Evaluate(derivative, (Expr.Row, 2), (Expr.Wrt, 2)));
        Assert.Equal(0, world.Evaluate(derivative, (Expr.Row, 0), (Expr.Wrt, 2)));
    }

    [Fact]
    public void Other_dimensions_and_state_are_constants()
    {
        Assert.Same(_arena.Zero, Derivative(_arena.Make(Op.Action, slot: 1, args: [_wrt])));
        Assert.Same(_arena.Zero, Derivative(_arena.Make(Op.Mul, _arena.Make(Op.State), _arena.Make(Op.Exp, Weight(Expr.Row)))));
    }

    [Theory]
    [InlineData("AtLeast")]
    [InlineData("AtMost")]
    [InlineData("Above")]
    [InlineData("Below")]
    [InlineData("NonZero")]
    [InlineData("Single")]
    public void What_is_known_of_a_number_changes_no_derivative(string op) =>
        Assert.Same(_arena.One, Derivative(_arena.Make(Enum.Parse<Op>(op), Action(Expr.Wrt), _arena.Zero)));

    [Fact]
    public void Entries_of_a_listed_matrix_are_differentiated_one_by_one()
    {
        var (row, column) = (_arena.Index(Expr.Row), _arena.Index(Expr.Column));
        var matrix = _arena.Make(Op.Table, part: 2, args: [row, column, Action(Expr.Wrt), _arena.One, _arena.Zero, _arena.Make(Op.Mul, _arena.Const(3), Action(Expr.Wrt))]);
        var (derivative, world) = (Derivative(matrix), new World(3, new Random(1)));
        Assert.Equal([1.0, 0, 0, 3], Enumerable.Range(0, 4).Select(k => world.Evaluate(derivative, [(Expr.Row, k / 2), (Expr.Column, k % 2), (Expr.Wrt, 0)])));
    }

    [Fact]
    public void Value_is_used_again_where_it_occurs()
    {
        var exp = _arena.Make(Op.Exp, Action(Expr.Wrt));
        Assert.Same(exp, Derivative(exp));
        var tanh = _arena.Make(Op.Tanh, Action(Expr.Wrt));
        Assert.Contains(tanh, Rewriter.InOrder([Derivative(tanh)]));
    }

    [Fact]
    public void Product_that_vanishes_has_a_derivative()
    {
        var k = _arena.Fresh();
        var derivative = Derivative(_arena.Reduce(Op.Product, k, _arena.True, Action(k)));
        var world = new World(3, new Random(1));
        (world.Actions[0, 0], world.Actions[0, 1], world.Actions[0, 2]) = (0, 3, 5);
        Assert.Equal(15, world.Evaluate(derivative, (Expr.Wrt, 0)));
        Assert.Equal(0, world.Evaluate(derivative, (Expr.Wrt, 1)));
    }

    [Theory]
    [InlineData(nameof(Op.Least), 2, 1, 1)]
    [InlineData(nameof(Op.Greatest), 0, 2, 2)]
    public void First_agent_at_the_extreme_counts(string op, double first, double second, double third)
    {
        double[] actions = [first, second, third];
        var k = _arena.Fresh();
        var derivative = Derivative(_arena.Reduce(Enum.Parse<Op>(op), k, _arena.True, Action(k)));
        var world = new World(3, new Random(1));
        for (var j = 0; j < 3; j++)
            world.Actions[0, j] = actions[j];
        for (var j = 0; j < 3; j++)
            Assert.Equal(j == 1 ? 1 : 0, world.Evaluate(derivative, (Expr.Wrt, j)));
    }

    [Fact]
    public void Mean_over_none_has_derivative_0()
    {
        var k = _arena.Fresh();
        var never = _arena.Make(Op.Lt, _arena.Make(Op.State, _arena.Index(k)), _arena.Const(-5));
        var derivative = Derivative(_arena.Reduce(Op.Mean, k, never, _arena.Make(Op.Mul, Action(k), Action(k))));
        Assert.Equal(0, new World(3, new Random(1)).Evaluate(derivative, (Expr.Wrt, 1)));
    }

    [Theory]
    [InlineData(nameof(Op.Min), 0)]
    [InlineData(nameof(Op.Max), 0)]
    [InlineData(nameof(Op.Abs), 1)]
    public void At_a_kink_the_branch_of_the_value_counts(string name, double expected)
    {
        // min and max of a constant and an equal action take the first, the constant; |x| at 0 rises.
        var op = Enum.Parse<Op>(name);
        var payoff = op == Op.Abs ? _arena.Make(op, Action(Expr.Wrt)) : _arena.Make(op, _arena.Const(0), Action(Expr.Wrt));
        var world = new World(1, new Random(1));
        world.Actions[0, 0] = 0;
        Assert.Equal(expected, world.Evaluate(Derivative(payoff), (Expr.Wrt, 0)));
    }

    [Fact]
    public void Power_with_base_0_and_an_exponent_that_varies_has_derivative_0()
    {
        var power = _arena.Make(Op.Pow, _arena.Make(Op.State), _arena.Make(Op.Add, _arena.Const(4), Action(Expr.Wrt)));
        var zero = Rewriter.Replace(_arena, power, (_arena.Make(Op.State), _arena.Make(Op.Mul, _arena.Make(Op.Step), _arena.Zero)));
        Assert.Equal(0, new World(1, new Random(1)).Evaluate(Derivative(zero), (Expr.Wrt, 0)));
    }

    private Expr Derivative(Expr payoff) => Differentiation.Derivative(_arena, payoff, 0, _arena.Const(3));

    private Expr Action(int index) => _arena.Make(Op.Action, _arena.Index(index));

    private Expr Weight(int index) => _arena.Make(Op.State, _arena.Index(index));
}
