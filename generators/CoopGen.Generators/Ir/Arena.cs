using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Ir;

/// <summary>Thrown inside the compiler when a spec would become too large a program; the front of the compiler turns it into a diagnostic.</summary>
internal sealed class BudgetException(int limit) : Exception
{
    public int Limit { get; } = limit;
}

/// <summary>
/// All expressions of one environment. Making an expression that exists gives the existing one, which is what finds common
/// subexpressions; alpha-equivalent reductions are the same too, because a bound index is numbered by how deep it nests.
/// </summary>
internal sealed class Arena
{
    /// <summary>Most expressions an environment may have; ours need below 5,000.</summary>
    public const int Limit = 200_000;

    /// <summary>Indices from here on come from <see cref="Fresh"/>.</summary>
    public const int FirstFresh = 1_000_000;

    private readonly Dictionary<Key, Expr> _known = [];
    private int _fresh = FirstFresh;
    private int _limit = Limit;

    public Arena()
    {
        (Zero, One) = (Const(0), Const(1));
        (True, False) = (Flag(true), Flag(false));
    }

    public Expr Zero { get; }

    public Expr One { get; }

    public Expr True { get; }

    public Expr False { get; }

    public int Count => _known.Count;

    /// <summary>Whether passes that could do without more expressions should.</summary>
    public bool IsHalfFull => Count > Limit / 2;

    /// <summary>
    /// Does something that may be left out if it takes more than its share of expressions, or nests too deeply: then it ends without a result.
    /// What comes after it finds as much room as if it had not been tried.
    /// </summary>
    public void Spare(Action attempt)
    {
        if (Count > Limit / 4)
            return;
        var (limit, before) = (_limit, Count);
        _limit = Count + Limit / 8;
        try
        {
            attempt();
        }
        catch (BudgetException)
        {
        }
        catch (InsufficientExecutionStackException)
        {
        }

        _limit = limit + Count - before;
    }

    /// <summary>Where in source an operation that can fail was written first.</summary>
    public Dictionary<Expr, Location> Origins { get; } = [];

    public Expr Const(double value) => Make(Op.Const, value: value);

    public Expr Flag(bool value) => Make(Op.Const, value: value ? 1 : 0, isFlag: true);

    public Expr Index(int variable) => Make(Op.Index, slot: variable);

    public Expr Make(Op op, params Expr[] args) => Make(op, 0, 0, 0, args);

    public Expr Make(Op op, double value = 0, int slot = 0, int part = 0, Expr[]? args = null, bool isFlag = false)
    {
        args ??= [];
        isFlag |= op is Op.RosterHas or Op.Not or Op.Lt or Op.Le or Op.Eq or Op.And or Op.Or or Op.Any or Op.Every || op == Op.Select && args[1].IsFlag;
        if (op == Op.Eq && args[0].Id > args[1].Id)
            args = [args[1], args[0]];
        var key = new Key(op, value, slot, part, args, isFlag);
        if (_known.TryGetValue(key, out var known))
            return known;
        if (_known.Count >= _limit)
            throw new BudgetException(Limit);
        var made = new Expr(_known.Count, op, value, slot, part, args, isFlag);
        _known.Add(key, made);
        return made;
    }

    /// <summary>An index that occurs nowhere yet, for the body of a reduction to be.</summary>
    public int Fresh() => _fresh++;

    /// <summary>The reduction of <paramref name="body"/> over the agents <paramref name="variable"/> (from <see cref="Fresh"/>) for whom <paramref name="where"/> holds.</summary>
    public Expr Reduce(Op op, int variable, Expr where, Expr body)
    {
        var bound = Math.Max(where.HighestBinder, body.HighestBinder) + 1;
        while (where.DependsOn(bound) || body.DependsOn(bound))
            bound++;
        var replace = new Dictionary<int, Expr> { [variable] = Index(bound) };
        return Make(op, 0, bound, 0, [Rewriter.Substitute(this, where, replace), Rewriter.Substitute(this, body, replace)], op is Op.Any or Op.Every);
    }

    /// <summary>The same operation on other operands; what it binds is numbered anew.</summary>
    public Expr With(Expr expr, Expr[] args)
    {
        var slot = expr.Slot;
        if (Expr.IsReduce(expr.Op))
        {
            // Operands may nest deeper or less deep than before.
            slot = Math.Max(args[0].HighestBinder, args[1].HighestBinder) + 1;
            while (slot != expr.Slot && args.Any(a => a.DependsOn(slot)))
                slot++;
            if (slot != expr.Slot)
            {
                var replace = new Dictionary<int, Expr> { [expr.Slot] = Index(slot) };
                args = [Rewriter.Substitute(this, args[0], replace), Rewriter.Substitute(this, args[1], replace)];
            }
        }

        return Copy(expr, slot, args);
    }

    /// <summary>The same operation on other operands, with <paramref name="slot"/> as it is given; remembers where it was written.</summary>
    internal Expr Copy(Expr expr, int slot, Expr[] args)
    {
        var made = Make(expr.Op, expr.Value, slot, expr.Part, args, expr.IsFlag);
        if (!ReferenceEquals(made, expr) && Origins.TryGetValue(expr, out var at) && !Origins.ContainsKey(made))
            Origins.Add(made, at);
        return made;
    }

    private readonly struct Key : IEquatable<Key>
    {
        private readonly Op _op;
        private readonly long _value;
        private readonly int _slot, _part, _hash;
        private readonly Expr[] _args;
        private readonly bool _isFlag;

        public Key(Op op, double value, int slot, int part, Expr[] args, bool isFlag)
        {
            (_op, _value, _slot, _part, _args, _isFlag) = (op, BitConverter.DoubleToInt64Bits(value), slot, part, args, isFlag);
            var hash = ((int)op * 31 + _value.GetHashCode()) * 31 + slot * 7 + part;
            foreach (var arg in args)
                hash = hash * 397 + arg.Id;
            _hash = hash;
        }

        public bool Equals(Key other)
        {
            if (_op != other._op || _value != other._value || _slot != other._slot || _part != other._part || _isFlag != other._isFlag || _args.Length != other._args.Length)
                return false;
            for (var k = 0; k < _args.Length; k++)
                if (!ReferenceEquals(_args[k], other._args[k]))
                    return false;
            return true;
        }

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
