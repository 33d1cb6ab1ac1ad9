namespace CoopGen.Generators.Tests.Passes;

public class OperationCountTests
{
    private const int N = 4;
    private readonly Arena _arena = new();

    [Fact]
    public void Shared_expression_counts_once()
    {
        var exp = _arena.Make(Op.Exp, _arena.Make(Op.State));
        Assert.Equal((1, 1), OperationCount.Count([_arena.Make(Op.Add, exp, exp), exp], N));
    }

    [Fact]
    public void What_reads_parameters_alone_costs_nothing_in_a_step() =>
        Assert.Equal((0, 0), OperationCount.Count([_arena.Make(Op.Exp, _arena.Make(Op.Parameter))], N));

    [Fact]
    public void Formula_per_agent_counts_for_every_agent_and_per_pair_for_every_pair()
    {
        var (row, column) = (_arena.Make(Op.Action, _arena.Index(Expr.Row)), _arena.Make(Op.Action, _arena.Index(Expr.Column)));
        Assert.Equal((0, N), OperationCount.Count([_arena.Make(Op.Tanh, row)], N));
        Assert.Equal((N * N, 0), OperationCount.Count([_arena.Make(Op.Mul, row, column)], N));
    }

    [Fact]
    public void Terms_of_a_reduction_count_for_every_agent()
    {
        var k = _arena.Fresh();
        var sum = _arena.Reduce(Op.Sum, k, _arena.True, _arena.Make(Op.Log, _arena.Make(Op.Action, _arena.Index(k))));
        Assert.Equal((N, N), OperationCount.Count([sum], N));
        Assert.Equal((N + 1, N), OperationCount.Count([_arena.Make(Op.Neg, sum)], N));
    }
}
