using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Evaluates what is fixed at construction with default parameters.</summary>
internal sealed class DefaultValues(GameProgram program)
{
    private readonly Dictionary<Expr, double> _closed = [];
    private int? _agents;

    public static int Agents(GameProgram program) => new DefaultValues(program).AgentCount;

    public int AgentCount => _agents ??= (int)Math.Max(0, Math.Min(1e6, Evaluate(program.Agents, [])));

    /// <summary>The value for given agents; indices that are free must be among them.</summary>
    public double At(Expr e, int row = 0, int column = 0) => Evaluate(e, new Dictionary<int, int> { [Expr.Row] = row, [Expr.Column] = column });

    /// <summary>Whether a condition on which entries an agent sees holds.</summary>
    public bool Seen(Expr where, int me, int row) => Evaluate(where, new Dictionary<int, int> { [Expr.Me] = me, [Expr.Row] = row }) != 0;

    private double Evaluate(Expr e, Dictionary<int, int> indices)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (e.Op == Op.Index)
            return indices[e.Slot];
        if (e.Op == Op.Const)
            return e.Value;
        if (e.Free.Length == 0 && _closed.TryGetValue(e, out var known))
            return known;
        var value = Compute(e, indices);
        if (e.Free.Length == 0)
            _closed[e] = value;
        return value;
    }

    private double Compute(Expr e, Dictionary<int, int> indices)
    {
        double Arg(int k) => Evaluate(e[k], indices);
        switch (e.Op)
        {
            case Op.Parameter:
                var parameter = program.Parameters[e.Slot];
                return e.Part == 1 ? parameter.High : parameter.Default;
            case Op.Agents:
                return AgentCount;
            case Op.Horizon:
                return program.Chain.Environment.Horizon;
            case Op.Mode:
                return 1;
            case Op.Select:
                return Arg(0) != 0 ? Arg(1) : Arg(2);
            case Op.And:
                return Arg(0) != 0 && Arg(1) != 0 ? 1 : 0;
            case Op.Or:
                return Arg(0) != 0 || Arg(1) != 0 ? 1 : 0;
            case Op.Table:
                var at = (int)Arg(0) * Math.Max(1, e.Part) + (e.Part > 0 ? (int)Arg(1) + 2 : 1);
                return at < e.Args.Length ? Arg(at) : double.NaN;
        }

        if (Expr.IsReduce(e.Op))
            return Reduce(e, indices);
        var constants = new Arena();
        var args = Enumerable.Range(0, e.Args.Length).Select(k => constants.Const(Arg(k))).ToArray();
        return ConstantFolding.Constant(constants.Make(e.Op, args)) ?? double.NaN;
    }

    private double Reduce(Expr e, Dictionary<int, int> indices)
    {
        var (sum, count) = (e.Op switch { Op.Product => 1, Op.Least => double.PositiveInfinity, Op.Greatest => double.NegativeInfinity, Op.Every => 1, _ => 0.0 }, 0);
        for (var k = 0; k < AgentCount; k++)
        {
            indices[e.Slot] = k;
            if (e.Op == Op.Every ? false : Evaluate(e[0], indices) == 0)
                continue;
            count++;
            var term = Evaluate(e[1], indices);
            sum = e.Op switch
            {
                Op.Product => sum * term,
                Op.Least => Math.Min(sum, term),
                Op.Greatest => Math.Max(sum, term),
                Op.Every => Math.Min(sum, term),
                Op.Any => 1,
                _ => sum + term,
            };
        }

        indices.Remove(e.Slot);
        return e.Op == Op.Mean ? count == 0 ? 0 : sum / count : sum;
    }
}
