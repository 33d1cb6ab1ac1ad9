namespace CoopGen.Generators.Tests.Passes;

/// <summary>Numbers for everything an expression can read, and the plain meaning of every operation on them.</summary>
internal sealed class World
{
    public const int Dimensions = 2, ParameterCount = 3;

    public World(int agents, Random random)
    {
        (Agents, Actions, Parameters, Scalar) = (agents, new double[Dimensions, agents], new double[ParameterCount], Draw(random));
        (PerAgent, PerPair) = (new double[agents], new double[agents, agents]);
        for (var i = 0; i < agents; i++)
        {
            for (var d = 0; d < Dimensions; d++)
                Actions[d, i] = Draw(random);
            PerAgent[i] = Draw(random);
            for (var j = 0; j < agents; j++)
                PerPair[i, j] = Draw(random);
        }

        for (var k = 0; k < ParameterCount; k++)
            Parameters[k] = Draw(random);
        Step = random.Next(1, 11);
    }

    public int Agents { get; }

    /// <summary>By dimension and agent, within [−2, 2] like everything that is read.</summary>
    public double[,] Actions { get; }

    public double[] Parameters { get; }

    public double Scalar { get; set; }

    public double[] PerAgent { get; }

    public double[,] PerPair { get; }

    public int Step { get; }

    /// <summary>What interval analysis may know of any world of this number of agents.</summary>
    public static Interval Leaf(Expr e, int agents) => e.Op switch
    {
        Op.Agents => Interval.Of(agents),
        Op.Step => new(1, 10, true),
        _ => new(-2, 2),
    };

    /// <summary>Value where free indices stand for the agents given; conditions are 0 or 1.</summary>
    public double Evaluate(Expr root, params (int Index, int Agent)[] at) => Evaluate(root, at.ToDictionary(p => p.Index, p => p.Agent));

    private double Evaluate(Expr root, Dictionary<int, int> at)
    {
        var (seen, order, pending) = (new HashSet<Expr>(), new List<Expr>(), new Stack<Expr>([root]));
        while (pending.Count > 0)
        {
            var e = pending.Pop();
            if (!seen.Add(e))
                continue;
            order.Add(e);
            if (!Expr.IsReduce(e.Op))
                foreach (var arg in e.Args)
                    pending.Push(arg);
        }

        order.Sort((a, b) => a.Id.CompareTo(b.Id));
        var values = new Dictionary<Expr, double>();
        foreach (var e in order)
            values[e] = Expr.IsReduce(e.Op) ? Reduce(e, at) : Apply(e, [.. e.Args.Select(a => values[a])], at);
        return values[root];
    }

    private double Reduce(Expr e, Dictionary<int, int> at)
    {
        var inner = new Dictionary<int, int>(at);
        var terms = new List<double>();
        for (var k = 0; k < Agents; k++)
        {
            inner[e.Slot] = k;
            if (Evaluate(e[0], inner) != 0)
                terms.Add(Evaluate(e[1], inner));
        }

        return e.Op switch
        {
            Op.Sum => terms.Aggregate(0.0, (x, y) => x + y),
            Op.Product => terms.Aggregate(1.0, (x, y) => x * y),
            Op.Mean => terms.Count == 0 ? 0 : terms.Aggregate(0.0, (x, y) => x + y) / terms.Count,
            Op.Least => terms.Aggregate(double.PositiveInfinity, Math.Min),
            Op.Greatest => terms.Aggregate(double.NegativeInfinity, Math.Max),
            Op.Any => terms.Count > 0 ? 1 : 0,
            _ => terms.All(t => t != 0) ? 1 : 0,
        };
    }

    private double Apply(Expr e, double[] x, Dictionary<int, int> at) => e.Op switch
    {
        Op.Const => e.Value,
        Op.Index => at[e.Slot],
        Op.Parameter => Parameters[e.Slot],
        Op.Agents => Agents,
        Op.Step => Step,
        Op.Action or Op.Given => Actions[e.Slot, (int)x[0]],
        Op.State => x.Length switch { 0 => Scalar, 1 => PerAgent[(int)x[0]], _ => PerPair[(int)x[0], (int)x[1]] },
        Op.Table => e.Part == 0 ? x[1 + (int)x[0]] : x[2 + (int)x[0] * e.Part + (int)x[1]],
        Op.Neg => -x[0],
        Op.Abs => Math.Abs(x[0]),
        Op.Log => Math.Log(x[0]),
        Op.Log1p => double.LogP1(x[0]),
        Op.Exp => Math.Exp(x[0]),
        Op.Tanh => Math.Tanh(x[0]),
        Op.Sqrt => Math.Sqrt(x[0]),
        Op.Not => 1 - x[0],
        Op.Add => x[0] + x[1],
        Op.Sub => x[0] - x[1],
        Op.Mul => x[0] * x[1],
        Op.Div => x[0] / x[1],
        Op.Pow => Math.Pow(x[0], x[1]),
        Op.Min => Math.Min(x[0], x[1]),
        Op.Max => Math.Max(x[0], x[1]),
        Op.Lt => x[0] < x[1] ? 1 : 0,
        Op.Le => x[0] <= x[1] ? 1 : 0,
        Op.Eq => x[0] == x[1] ? 1 : 0,
        Op.And => x[0] * x[1],
        Op.Or => Math.Max(x[0], x[1]),
        Op.Select => x[0] != 0 ? x[1] : x[2],
        Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero => x[0],
        _ => throw new InvalidOperationException($"{e.Op} is read by no test."),
    };

    private static double Draw(Random random) => 4 * random.NextDouble() - 2;
}
