namespace CoopGen.Generators.Tests.Passes;

/// <summary>
/// Random well-typed expressions with the free indices <see cref="Expr.Row"/> and <see cref="Expr.Column"/>. Operands stay in
/// the domains of functions, and constants are eighths, so that sums of them are exact in any order.
/// </summary>
internal sealed class RandomExpressions
{
    private readonly Arena _arena;
    private readonly Random _random;
    private readonly List<Expr> _indices;

    public RandomExpressions(Arena arena, Random random)
    {
        (_arena, _random) = (arena, random);
        _indices = [arena.Index(Expr.Row), arena.Index(Expr.Column)];
    }

    public Expr Number(int depth)
    {
        if (depth == 0)
            return Leaf();
        Expr X() => Number(depth - 1);
        switch (_random.Next(22))
        {
            case 0:
            case 1:
                return _arena.Make(Op.Add, X(), X());
            case 2:
                return _arena.Make(Op.Sub, X(), X());
            case 3:
            case 4:
                return _arena.Make(Op.Mul, X(), X());
            case 5:
                return _arena.Make(Op.Div, X(), Positive(X()));
            case 6:
                return _arena.Make(Op.Pow, Positive(X()), _arena.Const(_random.Next(-2, 5) / 2.0));
            case 7:
                return _arena.Make(Op.Pow, Positive(X()), _arena.Make(Op.Tanh, X()));
            case 8:
                return _arena.Make(Op.Log, Positive(X()));
            case 9:
                return _arena.Make(Op.Log1p, _arena.Make(Op.Abs, X()));
            case 10:
                return _arena.Make(Op.Exp, _arena.Make(Op.Min, X(), _arena.Const(2)));
            case 11:
                return _arena.Make(Op.Tanh, X());
            case 12:
                return _arena.Make(Op.Sqrt, Positive(X()));
            case 13:
                return _arena.Make(_random.Next(2) == 0 ? Op.Min : Op.Max, X(), X());
            case 14:
            case 15:
                return _arena.Make(Op.Select, Condition(depth - 1), X(), X());
            case 16:
                return _arena.Make(_random.Next(2) == 0 ? Op.Neg : Op.Abs, X());
            case 17:
                return _arena.Make(Op.Table, _arena.Const(_random.Next(2)), X(), X());
            case 18:
                return Reduce(_random.Next(2) == 0 ? Op.Least : Op.Greatest, depth - 1, always: true);
            case 19:
                return Reduce(Op.Product, depth - 1, _random.Next(2) == 0);
            case 20:
                return Reduce(Op.Mean, depth - 1, _random.Next(2) == 0);
            default:
                return Reduce(Op.Sum, depth - 1, _random.Next(2) == 0);
        }
    }

    public Expr Condition(int depth)
    {
        if (depth <= 0)
            return _random.Next(3) == 0 ? _arena.Make(Op.Eq, Index(), Index()) : _arena.Make(Op.Lt, Leaf(), Leaf());
        switch (_random.Next(8))
        {
            case 0:
                return _arena.Make(Op.And, Condition(depth - 1), Condition(depth - 1));
            case 1:
                return _arena.Make(Op.Or, Condition(depth - 1), Condition(depth - 1));
            case 2:
                return _arena.Make(Op.Not, Condition(depth - 1));
            case 3:
                return Bound(k => _arena.Reduce(Op.Any, k, Condition(depth - 1), _arena.True));
            case 4:
                return Bound(k => _arena.Reduce(Op.Every, k, _arena.True, Condition(depth - 1)));
            default:
                return _arena.Make(_random.Next(2) == 0 ? Op.Lt : Op.Le, Number(depth - 1), Number(depth - 1));
        }
    }

    private Expr Reduce(Op op, int depth, bool always) => Bound(k => _arena.Reduce(op, k, always ? _arena.True : Condition(Math.Min(1, depth)), Number(depth)));

    private Expr Bound(Func<int, Expr> reduction)
    {
        var fresh = _arena.Fresh();
        _indices.Add(_arena.Index(fresh));
        var made = reduction(fresh);
        _indices.RemoveAt(_indices.Count - 1);
        return made;
    }

    private Expr Leaf() => _random.Next(10) switch
    {
        0 or 1 => _arena.Const(_random.Next(-16, 17) / 8.0),
        2 => _arena.Make(Op.Parameter, slot: _random.Next(World.ParameterCount)),
        3 => _arena.Make(Op.State),
        4 => _arena.Make(Op.State, Index()),
        5 => _arena.Make(Op.State, Index(), Index()),
        6 => _arena.Make(Op.Given, slot: _random.Next(World.Dimensions), args: [Index()]),
        _ => _arena.Make(Op.Action, slot: _random.Next(World.Dimensions), args: [Index()]),
    };

    private Expr Index() => _indices[_random.Next(_indices.Count)];

    private Expr Positive(Expr x) => _arena.Make(Op.Add, _arena.Const(0.5), _arena.Make(Op.Abs, x));
}
