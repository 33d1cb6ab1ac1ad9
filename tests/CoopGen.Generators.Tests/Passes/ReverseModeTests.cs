namespace CoopGen.Generators.Tests.Passes;

public class ReverseModeTests
{
    private readonly Arena _arena = new();

    /// <summary>Both directions compute the same sums in another order: what differs is rounding.</summary>
    [Property(MaxTest = 1500, Replay = "(20261124,3)")]
    public void Reverse_equals_forward(int seed)
    {
        var trial = new Trial(seed, depth: 4);
        if (!trial.IsModerate)
            return;
        var (world, arena) = (trial.World, trial.Arena);
        var found = Reverse(trial);
        for (var dimension = 0; dimension < World.Dimensions; dimension++)
        {
            var forward = Differentiation.Derivative(arena, trial.Value, dimension, trial.Agents);
            for (var j = 0; j < world.Agents; j++)
            {
                var (expected, actual) = (world.Evaluate(forward, [.. trial.At, (Expr.Wrt, j)]), 0.0);
                foreach (var (leaf, adjoint, _, _) in found.Where(f => f.Target.Op is Op.Action or Op.Given && f.Target.Slot == dimension))
                    actual += Total(world, leaf, adjoint, [j]);
                if (double.IsFinite(expected) && Math.Abs(expected) < 1e8)
                    Assert.True(Math.Abs(expected - actual) <= 1e-9 * Math.Max(1, Math.Abs(expected)), $"∂/∂a_{j} is {expected:R} forward and {actual:R} in reverse");
            }
        }
    }

    /// <summary>As for actions in <see cref="DifferentiationTests"/>, for entries of the three kinds of state.</summary>
    [Property(MaxTest = 1000, Replay = "(20261124,5)")]
    public void Derivatives_for_state_equal_differences(int seed) => CompareStates(new Trial(seed, depth: 4));

    [Fact]
    public void Most_random_derivatives_for_state_can_be_compared() => Assert.InRange(Enumerable.Range(0, 200).Sum(seed => CompareStates(new Trial(seed, depth: 4))), 300, int.MaxValue);

    [Fact]
    public void A_branch_not_taken_hands_on_nothing_even_where_its_derivative_is_not_finite()
    {
        var x = _arena.Make(Op.State);
        var guarded = _arena.Make(Op.Select, _arena.Make(Op.Lt, _arena.Zero, x), _arena.Make(Op.Add, _arena.Make(Op.Log, x), _arena.Make(Op.Div, _arena.One, x)), _arena.Make(Op.Mul, x, _arena.Const(3)));
        var world = new World(1, new Random(1)) { Scalar = 0 };
        Assert.Equal(3, world.Evaluate(Assert.Single(Of(guarded, [])).Adjoint));
        world.Scalar = 2;
        Assert.Equal(0.5 - 0.25, world.Evaluate(Assert.Single(Of(guarded, [])).Adjoint), 1e-15);
    }

    [Fact]
    public void What_goes_to_all_but_one_agent_is_summed_over_those_alone()
    {
        var (row, k) = (_arena.Index(Expr.Row), _arena.Fresh());
        var others = _arena.Reduce(Op.Sum, k, _arena.Make(Op.Not, _arena.Make(Op.Eq, _arena.Index(k), row)), _arena.Make(Op.State, _arena.Index(k)));
        var (leaf, adjoint, _, _) = Assert.Single(Of(others, [Expr.Row]));
        Assert.Equal(Op.Sum, adjoint.Op);
        Assert.False(adjoint[0].IsTrue);
        Assert.Equal(2, Total(new World(3, new Random(1)), leaf, adjoint, [1]));
    }

    [Fact]
    public void A_result_that_is_the_same_for_all_agents_counts_once_for_each()
    {
        var (leaf, adjoint, _, _) = Assert.Single(Of(_arena.Make(Op.State), [Expr.Row]));
        Assert.Equal(3, Total(new World(3, new Random(1)), leaf, adjoint, []));
    }

    [Fact]
    public void Nothing_below_a_leaf_is_looked_at_and_conditions_have_no_derivative()
    {
        var (a, b) = (_arena.Make(Op.Tanh, _arena.Make(Op.State)), _arena.Make(Op.State, _arena.Const(0)));
        var root = _arena.Make(Op.Select, _arena.Make(Op.Lt, b, _arena.Zero), a, _arena.One);
        var found = ReverseMode.Of(_arena, _arena.Const(1), [(root, _arena.One, [])], e => ReferenceEquals(e, a) || ReferenceEquals(e, b));
        Assert.Same(a, Assert.Single(found).Target);
        Assert.False(ReverseMode.DependsOn(root, e => ReferenceEquals(e, b)));
        Assert.True(ReverseMode.DependsOn(root, e => ReferenceEquals(e, a)));
    }

    [Fact]
    public void Deep_chains_of_conditions_stay_small()
    {
        var value = _arena.Make(Op.State);
        for (var k = 0; k < 2000; k++)
            value = _arena.Make(Op.Select, _arena.Make(Op.Lt, _arena.Make(Op.State, _arena.Const(0)), _arena.Const(k)), _arena.Make(Op.Mul, value, _arena.Const(1 + k)), value);
        var adjoint = Assert.Single(Of(value, [])).Adjoint;
        Assert.True(Rewriter.InOrder([adjoint]).Count < 20 * 2000);
    }

    private IReadOnlyList<Contribution> Of(Expr root, int[] domain) =>
        ReverseMode.Of(_arena, _arena.Const(3), [(root, _arena.One, domain)], e => e.Op is Op.State or Op.Action or Op.Given);

    /// <summary>Of the value for the agents the trial is about.</summary>
    private static IReadOnlyList<Contribution> Reverse(Trial trial)
    {
        var arena = trial.Arena;
        Expr Is((int Index, int Agent) at) => arena.Make(Op.Eq, arena.Index(at.Index), arena.Const(at.Agent));
        var seed = arena.Make(Op.Select, arena.Make(Op.And, Is(trial.At[0]), Is(trial.At[1])), arena.One, arena.Zero);
        return ReverseMode.Of(arena, trial.Agents, [(trial.Value, seed, [Expr.Row, Expr.Column])], e => e.Op is Op.State or Op.Action or Op.Given);
    }

    /// <summary>What a leaf adds to the derivative with respect to one entry: the sum over all agents its indices can be.</summary>
    private static double Total(World world, Expr leaf, Expr adjoint, int[] entry)
    {
        var (total, free) = (0.0, leaf.Free);
        for (var k = 0; k < Math.Pow(world.Agents, free.Length); k++)
        {
            var at = free.Select((v, place) => (v, k / (int)Math.Pow(world.Agents, place) % world.Agents)).ToArray();
            if (leaf.Args.Select(a => (int)world.Evaluate(a, at)).SequenceEqual(entry))
                total += world.Evaluate(adjoint, at);
        }

        return total;
    }

    private static int CompareStates(Trial trial)
    {
        if (!trial.IsModerate)
            return 0;
        var (world, compared, found) = (trial.World, 0, Reverse(trial));
        foreach (var (read, write, entry) in Entries(world))
        {
            var exact = found.Where(f => f.Target.Op == Op.State && f.Target.Args.Length == entry.Length).Sum(f => Total(world, f.Target, f.Adjoint, entry));
            var at = read();
            double Value(double x)
            {
                write(at + x);
                var value = world.Evaluate(trial.Value, trial.At);
                write(at);
                return value;
            }

            const double h = 1e-4;
            var (here, near, far) = (Value(0), (Value(h) - Value(-h)) / (2 * h), (Value(2 * h) - Value(-2 * h)) / (4 * h));
            var scale = Math.Max(1, Math.Max(Math.Abs(near), Math.Abs(here)));
            if (Math.Abs(Value(h) - 2 * here + Value(-h)) / h > 0.05 * scale || Math.Abs(near - far) > 1e-5 * scale)
                continue;
            Assert.True(Math.Abs(exact - (4 * near - far) / 3) <= 1e-6 * scale, $"∂/∂state[{string.Join(", ", entry)}] is {exact:R}, differences give {(4 * near - far) / 3:R}");
            compared++;
        }

        return compared;
    }

    private static IEnumerable<(Func<double> Read, Action<double> Write, int[] Entry)> Entries(World world)
    {
        yield return (() => world.Scalar, x => world.Scalar = x, []);
        for (var k = 0; k < world.Agents; k++)
        {
            var i = k;
            yield return (() => world.PerAgent[i], x => world.PerAgent[i] = x, [i]);
            for (var l = 0; l < world.Agents; l++)
            {
                var j = l;
                yield return (() => world.PerPair[i, j], x => world.PerPair[i, j] = x, [i, j]);
            }
        }
    }
}
