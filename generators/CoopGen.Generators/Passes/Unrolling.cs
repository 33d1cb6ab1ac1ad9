using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>
/// Writes out what a step does for every single agent and pair of a fixed, small number of agents: sums become chains of additions, and a
/// read of a state that was written in this step becomes the value that was written. What is left reads memory as it was before.
/// </summary>
internal sealed class Unrolling
{
    /// <summary>Most expressions of an unrolled step: more would not fit in the registers and tables of a just-in-time compiler.</summary>
    public const int Budget = 400;

    private readonly Arena _arena;
    private readonly Expr _agents;
    private readonly int _n;
    private readonly Dictionary<(int Slot, int Version), Expr?[]> _written = [];
    private readonly Dictionary<int, int> _latest = [];
    private readonly Dictionary<int, int> _writes = [];
    private readonly Dictionary<Expr, Expr> _known = [];
    private readonly Func<StateDeclaration, int, int, Expr?> _constant;
    private readonly GameProgram _program;
    private readonly IntervalAnalysis _analysis;
    private bool _after;

    /// <param name="program">A program with a fixed number of agents.</param>
    /// <param name="constant">The value of an entry of a state that never changes; null for one that does.</param>
    /// <param name="analysis">What values everything can take.</param>
    public Unrolling(GameProgram program, IntervalAnalysis analysis, Func<StateDeclaration, int, int, Expr?> constant)
    {
        (_program, _arena, _agents, _n, _analysis, _constant) = (program, program.Arena, program.Agents, (int)program.Agents.Value, analysis, constant);
    }

    /// <summary>An expression of given agents, written out.</summary>
    public Expr Of(Expr e, int row = 0, int column = 0)
    {
        var closed = Rewriter.Substitute(_arena, e, new Dictionary<int, Expr> { [Expr.Row] = _arena.Const(row), [Expr.Column] = _arena.Const(column) });
        return Reassociation.Run(_arena, ConstantFolding.Fold(_arena, Expand(ConstantFolding.Fold(_arena, closed, _agents)), _agents), _analysis, _agents);
    }

    /// <summary>From now on every read means what is there after the step, whatever its version.</summary>
    public void Finish()
    {
        _after = true;
        _known.Clear();
    }

    /// <summary>Sets a state that is no window or list, in the next version.</summary>
    public void Set(StateDeclaration state, Expr value)
    {
        var entries = Entries(state.Slot, Latest(state.Slot), state);
        var next = (Expr?[])entries.Clone();
        for (var k = 0; k < next.Length; k++)
        {
            var (row, column) = Agents(state, k);
            if (state.Kind != StateKind.PerPair || row != column)
                next[k] = Of(value, row, column);
        }

        _written[(state.Slot, Changed(state))] = next;
    }

    /// <summary>Runs either of two branches and joins what they wrote.</summary>
    public void When(Expr condition, Action then, Action otherwise)
    {
        var before = new Dictionary<int, int>(_latest);
        then();
        var first = Snapshot();
        Restore(before);
        otherwise();
        var second = Snapshot();
        foreach (var slot in first.Keys.Union(second.Keys).ToList())
        {
            var old = before.TryGetValue(slot, out var at) ? at : 0;
            var (a, b) = (first.TryGetValue(slot, out var x0) ? x0 : (old, null), second.TryGetValue(slot, out var y0) ? y0 : (old, null));
            if (a.Version == old && b.Version == old)
                continue;
            var state = _program.State(slot);
            var version = Changed(state);
            var (x, y) = (a.Entries ?? Entries(slot, old, state), b.Entries ?? Entries(slot, old, state));
            _written[(slot, version)] = [.. Enumerable.Range(0, x.Length).Select(k => ReferenceEquals(x[k], y[k]) ? x[k] : Choice(condition, Entry(state, x, k), Entry(state, y, k)))];
        }
    }

    /// <summary>What was written to a state last, by entry; null for an entry that is as it was.</summary>
    public Expr?[] Final(StateDeclaration state) => Entries(state.Slot, Latest(state.Slot), state);

    /// <summary>A state was changed: what reads it from now on means the version returned. Versions are numbered as <see cref="Inlining"/> does.</summary>
    public int Changed(StateDeclaration state) => _latest[state.Slot] = _writes[state.Slot] = (_writes.TryGetValue(state.Slot, out var writes) ? writes : 0) + 1;

    /// <summary>Agents of entry k of a state.</summary>
    public (int Row, int Column) Agents(StateDeclaration state, int k) => state.Kind == StateKind.PerPair ? (k / _n, k % _n) : (k, 0);

    /// <summary>Number of entries of a state.</summary>
    public int Size(StateDeclaration state) => state.Kind switch { StateKind.Scalar => 1, StateKind.PerAgent => _n, _ => _n * _n };

    private Dictionary<int, (int Version, Expr?[]? Entries)> Snapshot() =>
        _latest.ToDictionary(l => l.Key, l => (l.Value, _written.TryGetValue((l.Key, l.Value), out var entries) ? entries : null));

    private void Restore(Dictionary<int, int> latest)
    {
        _latest.Clear();
        foreach (var pair in latest)
            _latest.Add(pair.Key, pair.Value);
    }

    private int Latest(int slot) => _latest.TryGetValue(slot, out var version) ? version : 0;

    private Expr?[] Entries(int slot, int version, StateDeclaration state) => _written.TryGetValue((slot, version), out var entries) ? entries : new Expr?[Size(state)];

    private Expr Entry(StateDeclaration state, Expr?[] entries, int k) => entries[k] ?? Before(state, k);

    private Expr Before(StateDeclaration state, int k)
    {
        var (row, column) = Agents(state, k);
        return _constant(state, row, column) ?? _arena.Make(Op.State, slot: state.Slot, args: state.Kind switch
        {
            StateKind.Scalar => [],
            StateKind.PerAgent => [_arena.Const(row)],
            _ => [_arena.Const(row), _arena.Const(column)],
        });
    }

    private Expr Choice(Expr condition, Expr x, Expr y) => ConstantFolding.Fold(_arena, _arena.Make(Op.Select, condition, x, y), _agents);

    /// <summary>Expands an expression without free indices; recursion is as deep as reductions nest.</summary>
    private Expr Expand(Expr root)
    {
        foreach (var e in Closed(root))
        {
            if (_arena.IsHalfFull)
                throw new BudgetException(Budget);
            _known[e] = Expr.IsReduce(e.Op) ? Reduced(e)
                : e.Op == Op.State ? State(e)
                : _after && IsList(e.Op) && Latest(e.Slot) > 0 ? _arena.Make(e.Op, slot: e.Slot, part: Latest(e.Slot), args: Array.ConvertAll(e.Args, a => _known[a]), isFlag: e.IsFlag)
                : e.Args.Length == 0 || e.Args.All(a => ReferenceEquals(_known[a], a)) ? e
                : ConstantFolding.Fold(_arena, _arena.With(e, Array.ConvertAll(e.Args, a => _known[a])), _agents);
        }

        return _known[root];
    }

    /// <summary>What is to be expanded below an expression, operands first; nothing within reductions.</summary>
    private List<Expr> Closed(Expr root)
    {
        var (seen, order, pending) = (new HashSet<Expr>(), new List<Expr>(), new Stack<Expr>([root]));
        while (pending.Count > 0)
        {
            var e = pending.Pop();
            if (_known.ContainsKey(e) || !seen.Add(e))
                continue;
            order.Add(e);
            if (!Expr.IsReduce(e.Op))
                foreach (var arg in e.Args)
                    pending.Push(arg);
        }

        order.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return order;
    }

    private Expr State(Expr e)
    {
        var state = _program.State(e.Slot);
        if (e.Args.Any(a => !a.IsConst))
            throw new BudgetException(Budget);
        var k = e.Args.Length switch { 0 => 0, 1 => (int)e[0].Value, _ => (int)e[0].Value * _n + (int)e[1].Value };
        return Entry(state, Entries(e.Slot, _after ? Latest(e.Slot) : e.Part, state), k);
    }

    /// <summary>Whether it reads a window or list.</summary>
    public static bool IsList(Op op) => op is Op.WindowAt or Op.WindowCount or Op.WindowMean or Op.RosterCount or Op.RosterHas or Op.RosterTimer;

    private Expr Reduced(Expr e)
    {
        var (op, terms) = (e.Op, new List<(Expr Where, Expr Term)>());
        for (var k = 0; k < _n; k++)
        {
            var there = new Dictionary<int, Expr> { [e.Slot] = _arena.Const(k) };
            Expr Closed(Expr x) => ConstantFolding.Fold(_arena, Rewriter.Substitute(_arena, x, there), _agents);
            var where = Expand(Closed(e[0]));
            if (op != Op.Every && where.IsFalse)
                continue;
            terms.Add((where, op == Op.Any ? where : Expand(Closed(e[1]))));
        }

        var none = op switch
        {
            Op.Product => _arena.One,
            Op.Least => _arena.Const(double.PositiveInfinity),
            Op.Greatest => _arena.Const(double.NegativeInfinity),
            Op.Any => _arena.False,
            Op.Every => _arena.True,
            _ => _arena.Zero,
        };
        var combine = op switch { Op.Product => Op.Mul, Op.Least => Op.Min, Op.Greatest => Op.Max, Op.Any => Op.Or, Op.Every => Op.And, _ => Op.Add };
        Expr Chain(IEnumerable<Expr> parts)
        {
            Expr? chain = null;
            foreach (var part in parts)
                chain = chain is null ? part : _arena.Make(combine, chain, part);
            return chain ?? none;
        }

        var total = Chain(terms.Select(t => op is Op.Any or Op.Every || t.Where.IsTrue ? t.Term : _arena.Make(Op.Select, t.Where, t.Term, none)));
        if (op == Op.Mean)
        {
            if (terms.Count == 0)
                return _arena.Zero;
            var count = Chain(terms.Select(t => t.Where.IsTrue ? _arena.One : _arena.Make(Op.Select, t.Where, _arena.One, _arena.Zero)));
            count = ConstantFolding.Fold(_arena, count, _agents);
            total = count.IsConst ? _arena.Make(Op.Div, total, count)
                : _arena.Make(Op.Select, _arena.Make(Op.Lt, _arena.Zero, count), _arena.Make(Op.Div, total, _arena.Make(Op.Max, count, _arena.One)), _arena.Zero);
        }

        return ConstantFolding.Fold(_arena, total, _agents);
    }
}
