namespace CoopGen.Generators.Tests.Passes;

/// <summary>Equal expressions are one object, and no index is ever captured.</summary>
public class ArenaTests
{
    private readonly Arena _arena = new();

    [Fact]
    public void Same_expression_is_the_same_object()
    {
        Expr Make() => _arena.Make(Op.Mul, _arena.Make(Op.Parameter), _arena.Const(0.5));
        Assert.Same(Make(), Make());
        Assert.NotSame(_arena.Const(0.0), _arena.Const(-0.0));
        Assert.NotSame(_arena.One, _arena.True);
        var (row, column) = (_arena.Index(Expr.Row), _arena.Index(Expr.Column));
        Assert.Same(_arena.Make(Op.Eq, row, column), _arena.Make(Op.Eq, column, row));
    }

    [Fact]
    public void Reductions_that_differ_in_the_name_of_their_index_are_the_same()
    {
        Expr Make(bool swapped)
        {
            var (i, j) = (_arena.Fresh(), _arena.Fresh());
            if (swapped)
                (i, j) = (j, i);
            var inner = _arena.Reduce(Op.Product, j, _arena.Make(Op.Not, _arena.Make(Op.Eq, _arena.Index(i), _arena.Index(j))), _arena.Make(Op.Add, Action(j), Action(Expr.Row)));
            return _arena.Reduce(Op.Sum, i, _arena.True, _arena.Make(Op.Mul, Action(i), inner));
        }

        Assert.Same(Make(false), Make(true));
    }

    [Fact]
    public void Sums_over_either_index_of_a_pair_differ()
    {
        Expr Make(bool first)
        {
            var k = _arena.Fresh();
            var (row, column) = first ? (k, Expr.Row) : (Expr.Row, k);
            return _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.State, _arena.Index(row), _arena.Index(column)));
        }

        Assert.NotSame(Make(true), Make(false));
    }

    /// <summary>Putting an index in the place of another means: who was the one is now the other, whatever numbers are bound inside.</summary>
    [Property(MaxTest = 1000, Replay = "(20261124,1)")]
    public void Substitution_never_captures(int seed)
    {
        var trial = new Trial(seed, depth: 4);
        var (row, column) = (trial.At[0].Agent, trial.At[1].Agent);
        for (var index = 1; index <= 3; index++)
        {
            var moved = Rewriter.Substitute(trial.Arena, trial.Value, new() { [Expr.Row] = trial.Arena.Index(index) });
            Assert.Equal(trial.World.Evaluate(trial.Value, trial.At), trial.World.Evaluate(moved, (index, row), (Expr.Column, column)));
            var both = Rewriter.Substitute(trial.Arena, moved, new() { [index] = trial.Arena.Index(Expr.Column), [Expr.Column] = trial.Arena.Index(index + 1) });
            Assert.Equal(trial.World.Evaluate(trial.Value, trial.At), trial.World.Evaluate(both, (index + 1, column), (Expr.Column, row)));
            Assert.Same(trial.Value, Rewriter.Substitute(trial.Arena, moved, new() { [index] = trial.Arena.Index(Expr.Row) }));
        }
    }

    [Fact]
    public void Replacement_leaves_what_is_bound_alone()
    {
        // x₁ + Σ x₁: the index of the first is free.
        var (sum, free) = (SumOf(Action), Action(1));
        Assert.Equal(1, sum.Slot);
        var p = _arena.Make(Op.Parameter);
        Assert.Same(_arena.Make(Op.Add, p, sum), Rewriter.Replace(_arena, _arena.Make(Op.Add, free, sum), (free, p)));
    }

    [Fact]
    public void Replacement_is_not_captured()
    {
        // Σ_k p·x_k with p := x₁, of a free index 1.
        var p = _arena.Make(Op.Parameter);
        var replaced = Rewriter.Replace(_arena, SumOf(k => _arena.Make(Op.Mul, p, Action(k))), (p, Action(1)));
        var world = new World(3, new Random(3));
        var expected = Enumerable.Range(0, 3).Sum(k => world.Actions[0, 2] * world.Actions[0, k]);
        Assert.Equal(expected, world.Evaluate(replaced, (1, 2)), 1e-15);
        Assert.Equal([1], replaced.Free);
    }

    [Fact]
    public void Terms_that_come_to_nest_deeper_are_numbered_anew()
    {
        var world = new World(3, new Random(3));
        var product = SumOf(k => _arena.Make(Op.Mul, Action(k), SumOf(l => _arena.Make(Op.Mul, Action(l), Action(k)))));
        // Every x becomes x + Σ over itself of 1.
        var deeper = Rewriter.Rewrite(_arena, product, e =>
        {
            if (e.Op != Op.Action)
                return e;
            var m = _arena.Fresh();
            return _arena.Make(Op.Add, e, _arena.Reduce(Op.Sum, m, _arena.Make(Op.Eq, _arena.Index(m), e[0]), _arena.One));
        });
        var actual = world.Evaluate(deeper);
        for (var i = 0; i < 3; i++)
            world.Actions[0, i]++;
        Assert.Equal(world.Evaluate(product), actual, 1e-12);
        Assert.Empty(deeper.Free);
    }

    [Fact]
    public void Operands_come_before_what_uses_them()
    {
        var trial = new Trial(1);
        var seen = new HashSet<Expr>();
        foreach (var e in Rewriter.InOrder([trial.Value]))
        {
            Assert.All(e.Args, a => Assert.Contains(a, seen));
            Assert.True(seen.Add(e));
        }
    }

    [Fact]
    public void Search_stops_when_its_work_is_done()
    {
        var (x, sum) = (_arena.Make(Op.Parameter), (Expr?)null);
        for (var k = 0; k < 100; k++)
            sum = _arena.Make(Op.Add, sum ?? x, _arena.Const(k + 0.5));
        var (enough, little) = (1000, 10);
        Assert.True(Rewriter.Contains(sum!, x, ref enough));
        Assert.False(Rewriter.Contains(sum!, x, ref little));
        Assert.Equal(0, little);
    }

    [Fact]
    public void Too_large_a_program_is_refused()
    {
        Assert.Throws<BudgetException>(() =>
        {
            for (var k = 0; k <= Arena.Limit; k++)
                _arena.Const(k + 0.5);
        });
    }

    private Expr SumOf(Func<int, Expr> term)
    {
        var k = _arena.Fresh();
        return _arena.Reduce(Op.Sum, k, _arena.True, term(k));
    }

    private Expr Action(int index) => _arena.Make(Op.Action, _arena.Index(index));
}
