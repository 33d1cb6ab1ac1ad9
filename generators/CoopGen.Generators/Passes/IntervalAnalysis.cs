using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>Encloses every expression in an interval, given intervals for what is read; agents are not told apart.</summary>
internal sealed class IntervalAnalysis(Func<Expr, Interval> leaf)
{
    private readonly Dictionary<Expr, Interval> _numbers = [];
    private readonly Dictionary<Expr, Truth> _truths = [];

    /// <summary>All values a number can take.</summary>
    public Interval Of(Expr root)
    {
        Visit(root);
        return root.IsFlag ? Truth.ToInterval(_truths[root]) : _numbers[root];
    }

    /// <summary>Whether a condition can hold and can fail.</summary>
    public Truth TruthOf(Expr root)
    {
        Visit(root);
        return _truths[root];
    }

    /// <summary>Operations whose operand can leave their domain, in branches that can be taken. Expects refined expressions.</summary>
    public IEnumerable<(Expr Operation, Interval Operand)> Violations(IEnumerable<Expr> roots)
    {
        var (seen, pending, found) = (new HashSet<Expr>(), new Stack<Expr>(roots), new List<(Expr Operation, Interval Operand)>());
        while (pending.Count > 0)
        {
            var e = pending.Pop();
            if (!seen.Add(e))
                continue;
            foreach (var arg in e.Args)
            {
                var taken = e.Op != Op.Select || ReferenceEquals(arg, e[0]) || (ReferenceEquals(arg, e[1]) && TruthOf(e[0]).CanBeTrue) || (ReferenceEquals(arg, e[2]) && TruthOf(e[0]).CanBeFalse);
                // What the second operand of a refinement is compared with is no computation.
                if (taken && !(e.Op is Op.AtLeast or Op.AtMost or Op.Above or Op.Below && ReferenceEquals(arg, e[1]) && !ReferenceEquals(arg, e[0])))
                    pending.Push(arg);
            }

            if (e.Op is not (Op.Log or Op.Log1p or Op.Sqrt or Op.Div or Op.Pow))
                continue;
            var x = Of(e.Op == Op.Div ? e[1] : e[0]);
            var inside = e.Op switch
            {
                Op.Log => x.Low > 0,
                Op.Log1p => x.Low > -1,
                Op.Sqrt => x.Low >= 0,
                Op.Div => x.Low > 0 || x.High < 0,
                _ => x.Low > 0 || x.Low == 0 && Of(e[1]).Low >= 0,
            };
            if (!inside)
                found.Add((e, x));
        }

        return found.OrderBy(f => f.Operation.Id);
    }

    private void Visit(Expr root)
    {
        if (_numbers.ContainsKey(root) || _truths.ContainsKey(root))
            return;
        foreach (var e in Rewriter.InOrder([root]))
        {
            if (_numbers.ContainsKey(e) || _truths.ContainsKey(e))
                continue;
            if (e.IsFlag)
                _truths[e] = Condition(e);
            else
                _numbers[e] = Number(e);
        }
    }

    private Interval X(Expr e) => e.IsFlag ? Truth.ToInterval(_truths[e]) : _numbers[e];

    private Truth Condition(Expr e) => e.Op switch
    {
        Op.Const => Truth.Of(e.Value != 0),
        Op.Not => Truth.Not(_truths[e[0]]),
        Op.And => Truth.And(_truths[e[0]], _truths[e[1]]),
        Op.Or => Truth.Or(_truths[e[0]], _truths[e[1]]),
        Op.Lt => Interval.Lt(X(e[0]), X(e[1])),
        Op.Le => Interval.Le(X(e[0]), X(e[1])),
        Op.Eq when e[0].Op == Op.Index || e[1].Op == Op.Index => ReferenceEquals(e[0], e[1]) ? Truth.True : Truth.Unknown,
        Op.Eq => Interval.Eq(X(e[0]), X(e[1])),
        Op.Select => Interval.Select(_truths[e[0]], _truths[e[1]], _truths[e[2]]),
        Op.Any => new(_truths[e[0]].CanBeTrue, _truths[e[0]].CanBeFalse),
        Op.Every => new(_truths[e[1]].CanBeTrue, _truths[e[1]].CanBeFalse),
        _ => Truth.Unknown,
    };

    private Interval Number(Expr e)
    {
        switch (e.Op)
        {
            case Op.Const:
                return Interval.Of(e.Value);
            case Op.Index:
                return new(0, 1024, true);
            case Op.DrawUniform:
                return new(0, 1);
            case Op.DrawNormal:
                return Interval.Normal;
            case Op.Table:
                return e.Args.Skip(e.Part > 0 ? 2 : 1).Select(X).Aggregate(Interval.Hull);
            case Op.Neg:
                return -X(e[0]);
            case Op.Abs:
                return Interval.Abs(X(e[0]));
            case Op.Log:
                return Interval.Log(X(e[0]));
            case Op.Log1p:
                return Interval.Log1p(X(e[0]));
            case Op.Exp:
                return Interval.Exp(X(e[0]));
            case Op.Tanh:
                return Interval.Tanh(X(e[0]));
            case Op.Sqrt:
                return Interval.Sqrt(X(e[0]));
            case Op.Single:
                return Interval.Single(X(e[0]));
            case Op.Add:
                return X(e[0]) + X(e[1]);
            case Op.Sub:
                return ReferenceEquals(e[0], e[1]) ? 0 : X(e[0]) - X(e[1]);
            case Op.Mul when ReferenceEquals(e[0], e[1]):
                var absolute = Interval.Abs(X(e[0]));
                return absolute * absolute;
            case Op.Mul:
                return X(e[0]) * X(e[1]);
            case Op.Div:
                return X(e[0]) / X(e[1]);
            case Op.Pow:
                return Interval.Pow(X(e[0]), X(e[1]));
            case Op.Min:
                return Interval.Min(X(e[0]), X(e[1]));
            case Op.Max:
                return Interval.Max(X(e[0]), X(e[1]));
            case Op.Select:
                return Interval.Select(_truths[e[0]], X(e[1]), X(e[2]));
            case Op.AtLeast:
                return Interval.AtLeast(X(e[0]), X(e[1]));
            case Op.AtMost:
                return Interval.AtMost(X(e[0]), X(e[1]));
            case Op.Above:
                return Interval.Above(X(e[0]), X(e[1]));
            case Op.Below:
                return Interval.Below(X(e[0]), X(e[1]));
            case Op.NonZero:
                return Interval.NonZero(X(e[0]));
            case Op.Sum or Op.Product or Op.Mean or Op.Least or Op.Greatest:
                return Reduction(e);
            default:
                return leaf(e);
        }
    }

    private Interval Reduction(Expr e)
    {
        var (where, term) = (_truths[e[0]], X(e[1]));
        var n = leaf(Agents);
        if (!where.CanBeTrue)
            return e.Op switch { Op.Product => 1, Op.Sum or Op.Mean => 0, _ => Interval.All };
        switch (e.Op)
        {
            case Op.Sum:
                // Between no term and one per agent, each within its interval.
                var count = where.CanBeFalse ? new Interval(0, n.High, true) : n;
                return Rounded(count * term, n.High);
            case Op.Product:
                var factor = where.CanBeFalse ? Interval.Hull(term, 1) : term;
                if (factor.Low < 0)
                {
                    var most = Interval.Pow(Interval.Max(Interval.Abs(factor), 1), n).High;
                    return Rounded(new(-most, most, factor.IsWhole), n.High);
                }

                var product = Interval.Pow(factor, n);
                return Rounded(Interval.Hull(product, factor.Low <= 1 && factor.High >= 1 ? 1 : product), n.High);
            case Op.Mean:
                return default(IntervalMean).With(where, term).Value;
            default:
                return where.CanBeFalse ? Interval.All : term;
        }
    }

    /// <summary>Room for the roundings of that many operations one after another, of half a step each; signs stay.</summary>
    private static Interval Rounded(Interval x, double operations)
    {
        if (x.IsWhole && Math.Abs(x.Low) < 9e15 && Math.Abs(x.High) < 9e15)
            return x;
        var step = Math.Min(operations, 1024) * 1.2e-16;
        return new(x.Low * (x.Low > 0 ? 1 - step : 1 + step), x.High * (x.High > 0 ? 1 + step : 1 - step));
    }

    /// <summary>Stands for the number of agents when the intervals of reads are asked.</summary>
    private static readonly Expr Agents = new Arena().Make(Op.Agents);
}
