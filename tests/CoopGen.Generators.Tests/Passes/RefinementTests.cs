namespace CoopGen.Generators.Tests.Passes;

public class RefinementTests
{
    private readonly Arena _arena = new();
    private readonly Expr _x, _y;

    public RefinementTests() => (_x, _y) = (_arena.Make(Op.Parameter, slot: 0), _arena.Make(Op.Parameter, slot: 1));

    [Property(MaxTest = 1000, Replay = "(20261124,1)")]
    public void Values_stay(int seed)
    {
        var trial = new Trial(seed);
        trial.Same(Refinement.Refine(trial.Arena, trial.Value), 0);
    }

    [Fact]
    public void Branches_know_the_condition()
    {
        var refined = Refinement.Refine(_arena, _arena.Make(Op.Select, _arena.Make(Op.Lt, _x, _arena.One), Root(_x), Root(_x)));
        Assert.Same(Root(_arena.Make(Op.Below, _x, _arena.One)), refined[1]);
        Assert.Same(Root(_arena.Make(Op.AtLeast, _x, _arena.One)), refined[2]);
    }

    [Fact]
    public void Both_sides_of_a_comparison_are_known()
    {
        var refined = Refinement.Refine(_arena, _arena.Make(Op.Select, _arena.Make(Op.Le, _x, _y), Root(_x), Root(_y)));
        Assert.Same(Root(_arena.Make(Op.AtMost, _x, _y)), refined[1]);
        Assert.Same(Root(_arena.Make(Op.Below, _y, _x)), refined[2]);
    }

    [Fact]
    public void Both_conditions_of_and_are_known()
    {
        var condition = _arena.Make(Op.And, _arena.Make(Op.Lt, _arena.Zero, _x), _arena.Make(Op.Lt, _arena.Zero, _y));
        var refined = Refinement.Refine(_arena, _arena.Make(Op.Select, condition, _arena.Make(Op.Div, Root(_x), _y), _arena.Zero));
        Assert.Same(_arena.Make(Op.Div, Root(_arena.Make(Op.Above, _x, _arena.Zero)), _arena.Make(Op.Above, _y, _arena.Zero)), refined[1]);
    }

    [Fact]
    public void Equality_tells_something_only_where_0_is_excluded()
    {
        var isZero = _arena.Make(Op.Select, _arena.Make(Op.Eq, _x, _arena.Zero), Root(_x), _arena.One);
        Assert.Same(isZero, Refinement.Refine(_arena, isZero));
        var isThree = _arena.Make(Op.Select, _arena.Make(Op.Eq, _x, _arena.Const(3)), _arena.One, Root(_x));
        Assert.Same(isThree, Refinement.Refine(_arena, isThree));
        // Agent 0 is no number.
        var row = _arena.Index(Expr.Row);
        var isFirst = _arena.Make(Op.Select, _arena.Make(Op.Eq, row, _arena.Zero), _arena.One, Root(_arena.Make(Op.Action, args: [row])));
        Assert.Same(isFirst, Refinement.Refine(_arena, isFirst));
    }

    [Fact]
    public void Condition_that_is_not_0_allows_to_divide()
    {
        var refined = Refinement.Refine(_arena, _arena.Make(Op.Select, _arena.Make(Op.Eq, _x, _arena.Zero), _arena.Zero, _arena.Make(Op.Div, _arena.One, _x)));
        Assert.Same(_arena.Make(Op.NonZero, _x), refined[2][1]);
    }

    [Fact]
    public void And_tells_when_it_holds_and_or_when_it_does_not()
    {
        var (above, below) = (_arena.Make(Op.Lt, _arena.Zero, _x), _arena.Make(Op.Lt, _y, _arena.One));
        var both = Refinement.Refine(_arena, _arena.Make(Op.Select, _arena.Make(Op.And, above, below), Root(_x), Root(_x)));
        Assert.Same(Root(_arena.Make(Op.Above, _x, _arena.Zero)), both[1]);
        Assert.Same(Root(_x), both[2]);
        var either = Refinement.Refine(_arena, _arena.Make(Op.Select, _arena.Make(Op.Or, above, below), Root(_x), Root(_x)));
        Assert.Same(Root(_x), either[1]);
        Assert.Same(Root(_arena.Make(Op.AtMost, _x, _arena.Zero)), either[2]);
    }

    [Fact]
    public void Second_operand_of_and_knows_the_first()
    {
        var refined = Refinement.Refine(_arena, _arena.Make(Op.And, _arena.Make(Op.Lt, _arena.Zero, _x), _arena.Make(Op.Lt, Root(_x), _y)));
        Assert.Same(Root(_arena.Make(Op.Above, _x, _arena.Zero)), refined[1][0]);
    }

    [Fact]
    public void Terms_of_a_reduction_know_whom_it_is_over()
    {
        var k = _arena.Fresh();
        var action = _arena.Make(Op.Action, _arena.Index(k));
        var refined = Refinement.Refine(_arena, _arena.Reduce(Op.Sum, k, _arena.Make(Op.Lt, _arena.Zero, action), Root(action)));
        Assert.Equal(Op.Above, refined[1][0].Op);
    }

    [Fact]
    public void Order_of_agents_says_nothing_of_numbers()
    {
        var k = _arena.Fresh();
        var before = _arena.Reduce(Op.Sum, k, _arena.Make(Op.Lt, _arena.Index(k), _arena.Index(Expr.Row)), Root(_arena.Make(Op.Action, _arena.Index(k))));
        Assert.Same(before, Refinement.Refine(_arena, before));
    }

    [Fact]
    public void Where_an_operation_was_written_is_kept()
    {
        var log = _arena.Make(Op.Log, _x);
        _arena.Origins[log] = Microsoft.CodeAnalysis.Location.None;
        var refined = Refinement.Refine(_arena, _arena.Make(Op.Select, _arena.Make(Op.Lt, _arena.Zero, _x), log, _y));
        Assert.NotSame(log, refined[1]);
        Assert.True(_arena.Origins.ContainsKey(refined[1]));
    }

    private Expr Root(Expr x) => _arena.Make(Op.Sqrt, x);
}
