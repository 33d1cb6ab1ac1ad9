using CoopGen.Generators.Ir;

namespace CoopGen.Compiler.Tests.Passes;

/// <summary>Computes expressions over three agents, slowly and by definition; and makes random ones.</summary>
internal sealed class Evaluator(double[] actions, double[] parameters)
{
    public const int Agents = 3;

    public double At(Expr e, params (int Variable, int Agent)[] indices) => Of(e, indices.ToDictionary(i => i.Variable, i => i.Agent));

    private double Of(Expr e, Dictionary<int, int> i)
    {
        double A(int k) => Of(e[k], i);
        return e.Op switch
        {
            Op.Const => e.Value,
            Op.Index => i[e.Slot],
            Op.Parameter => parameters[e.Slot],
            Op.Agents => Agents,
            Op.Action or Op.Given => actions[(int)A(0)],
            Op.Neg => -A(0),
            Op.Abs => Math.Abs(A(0)),
            Op.Log => Math.Log(A(0)),
            Op.Log1p => Math.Log(1 + A(0)),
            Op.Exp => Math.Exp(A(0)),
            Op.Tanh => Math.Tanh(A(0)),
            Op.Sqrt => Math.Sqrt(A(0)),
            Op.Not => A(0) == 0 ? 1 : 0,
            Op.Add => A(0) + A(1),
            Op.Sub => A(0) - A(1),
            Op.Mul => A(0) * A(1),
            Op.Div => A(0) / A(1),
            Op.Pow => Math.Pow(A(0), A(1)),
            Op.Min => Math.Min(A(0), A(1)),
            Op.Max => Math.Max(A(0), A(1)),
            Op.Lt => A(0) < A(1) ? 1 : 0,
            Op.Le => A(0) <= A(1) ? 1 : 0,
            Op.Eq => A(0) == A(1) ? 1 : 0,
            Op.And => A(0) != 0 && A(1) != 0 ? 1 : 0,
            Op.Or => A(0) != 0 || A(1) != 0 ? 1 : 0,
            Op.Select => A(0) != 0 ? A(1) : A(2),
            Op.AtLeast or Op.AtMost or Op.Above or Op.Below or Op.NonZero => A(0),
            _ => Reduce(e, i),
        };
    }

    private double Reduce(Expr e, Dictionary<int, int> i)
    {
        var terms = new List<double>();
        var holds = new List<bool>();
        for (var k = 0; k < Agents; k++)
        {
            var inner = new Dictionary<int, int>(i) { [e.Slot] = k };
            var where = Of(e[0], inner) != 0;
            holds.Add(where);
            if (where)
                terms.Add(Of(e[1], inner));
        }

        return e.Op switch
        {
            Op.Sum => terms.Sum(),
            Op.Product => terms.Aggregate(1.0, (x, y) => x * y),
            Op.Mean => terms.Count == 0 ? 0 : terms.Average(),
            Op.Least => terms.Min(),
            Op.Greatest => terms.Max(),
            Op.Any => holds.Contains(true) ? 1 : 0,
            Op.Every => terms.All(t => t != 0) ? 1 : 0,
            _ => throw new InvalidOperationException(e.Op.ToString()),
        };
    }

    /// <summary>A random number-valued expression of the actions of agent Row and others, smooth but for conditions, and defined everywhere.</summary>
    public static Expr Random(Arena arena, Random random, int depth, params int[] indices)
    {
        Expr Sub(params int[] more) => Random(arena, random, depth - 1, [.. indices, .. more]);
        Expr Index() => arena.Index(indices[random.Next(indices.Length)]);
        if (depth == 0)
        {
            return random.Next(4) switch
            {
                0 => arena.Const(random.Next(-3, 4)),
                1 => arena.Make(Op.Parameter, slot: random.Next(2)),
                _ => arena.Make(Op.Action, args: [Index()]),
            };
        }

        switch (random.Next(14))
        {
            case 0 or 1:
                return arena.Make(Op.Add, Sub(), Sub());
            case 2:
                return arena.Make(Op.Sub, Sub(), Sub());
            case 3 or 4:
                return arena.Make(Op.Mul, Sub(), Sub());
            case 5:
                return arena.Make(Op.Div, Sub(), arena.Make(Op.Add, arena.One, arena.Make(Op.Exp, arena.Make(Op.Tanh, Sub()))));
            case 6:
                return arena.Make(Op.Tanh, Sub());
            case 7:
                return arena.Make(Op.Log, arena.Make(Op.Add, arena.Const(1.5), arena.Make(Op.Tanh, Sub())));
            case 8:
                return arena.Make(Op.Pow, arena.Make(Op.Add, arena.Const(1.5), arena.Make(Op.Tanh, Sub())), arena.Const(new[] { 0.5, 1, 2, 3, -1, 1.7 }[random.Next(6)]));
            case 9:
                return arena.Make(Op.Select, Condition(arena, random, indices, Sub), Sub(), Sub());
            case 10:
                return arena.Make(random.Next(2) == 0 ? Op.Min : Op.Max, Sub(), Sub());
            default:
                var fresh = arena.Fresh();
                var where = random.Next(3) switch
                {
                    0 => arena.Make(Op.Not, arena.Make(Op.Eq, arena.Index(fresh), Index())),
                    1 => arena.Make(Op.Lt, arena.Make(Op.Action, args: [arena.Index(fresh)]), arena.Const(2)),
                    _ => arena.True,
                };
                var op = new[] { Op.Sum, Op.Sum, Op.Mean, Op.Product, Op.Greatest }[random.Next(5)];
                return arena.Reduce(op, fresh, op == Op.Greatest ? arena.True : where, Sub(fresh));
        }
    }

    private static Expr Condition(Arena arena, Random random, int[] indices, Func<int[], Expr> sub)
    {
        var index = arena.Index(indices[random.Next(indices.Length)]);
        return random.Next(4) switch
        {
            0 => arena.Make(Op.Eq, index, arena.Index(indices[0])),
            1 => arena.Make(Op.And, arena.Make(Op.Lt, sub([]), sub([])), arena.Make(Op.Le, sub([]), arena.One)),
            2 => arena.Make(Op.Not, arena.Make(Op.Le, sub([]), sub([]))),
            _ => arena.Make(Op.Lt, sub([]), arena.Const(0.5)),
        };
    }
}
