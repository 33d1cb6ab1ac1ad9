using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>
/// Turns expressions into statements of one generated function: sums become loops, shared subexpressions become locals where
/// they do not vary, and what varies with one agent but is needed in loops over others becomes an array computed once.
/// </summary>
internal sealed partial class Lowering
{
    /// <summary>Operations below this are repeated rather than kept in an array.</summary>
    private const int WorthAnArray = 3;

    /// <summary>Most arrays of a function: each is chosen in a walk over all of it.</summary>
    private const int MostArrays = 32;

    /// <summary>Loops of lanes over more agents stay loops.</summary>
    private const int MostAgentsWrittenOut = 8;

    /// <summary>Operations above this stay in a loop.</summary>
    private const int MostWrittenOut = 400;

    private readonly ClassContext _class;
    private readonly CodeWriter _code;
    private readonly Arithmetic _arithmetic;
    private readonly bool _inSetup;
    private readonly Func<Expr, Func<Expr, string>, string> _read;
    private readonly ExpressionPrinter _printer;
    private readonly List<(Dictionary<Expr, string> Locals, Dictionary<Expr, string> Arrays)> _scopes = [([], [])];
    private readonly Dictionary<int, string> _indices = [];

    /// <param name="context">The class the function belongs to.</param>
    /// <param name="code">Where it is written.</param>
    /// <param name="read">Text of a read of memory, or in the constructor of a parameter, given how an index is printed.</param>
    /// <param name="arithmetic">What it computes in.</param>
    /// <param name="inSetup">Whether it is the constructor, which computes what other functions find in fields.</param>
    /// <param name="names">Names that are taken already in the function; null for none.</param>
    public Lowering(ClassContext context, CodeWriter code, Func<Expr, Func<Expr, string>, string> read, Arithmetic arithmetic = Arithmetic.Number, bool inSetup = false, Names? names = null)
    {
        Names = names ?? new([]);
        (_class, _code, _arithmetic, _read, _inSetup) = (context, code, arithmetic, read, inSetup);
        _printer = new ExpressionPrinter(arithmetic, Known, Leaf, Called, arithmetic == Arithmetic.Lanes ? ((BatchContext)context).Analysis : null);
    }

    /// <summary>Names of the function's locals.</summary>
    public Names Names { get; }

    private Arena Arena => _class.Program.Arena;

    public string Print(Expr expr, int outer = 0) => _printer.Print(expr, outer);

    /// <summary>A condition that concerns nothing but indices, as a C# condition.</summary>
    public string IndexCondition(Expr condition) => _printer.IndexCondition(condition);

    /// <summary>Names what the roots share and what needs loops, so that <see cref="Print"/> can print them inside loops over their free indices.</summary>
    public void Prepare(params Expr[] roots) => Level([], roots);

    /// <summary>As <see cref="Prepare"/>, for roots printed where one index has a value already.</summary>
    public void PrepareFor(int index, params Expr[] roots) => Level([index], roots);

    /// <summary>As <see cref="Prepare"/>, for roots printed in loops that are open.</summary>
    public void PrepareWithin(IReadOnlyList<int> open, params Expr[] roots) => Level([.. open], roots);

    /// <summary>As <see cref="Prepare"/>, for what several alternatives have in common.</summary>
    public void PrepareShared(Expr[][] alternatives)
    {
        var common = alternatives.Select(roots => new HashSet<Expr>(Rewriter.InOrder(roots).Where(e => !IsFixed(e) && e.Free.Length < 2).Select(e => e.Free.Length == 1 ? Canonical(e) : e)))
            .Aggregate((a, b) => [.. a.Where(b.Contains)]);
        Expr[] all = [.. alternatives.SelectMany(r => r)];
        var arrays = ChooseArrays(all).Where(a => common.Contains(a.Key)).ToDictionary(a => a.Key, a => a.Value);
        Emit([], arrays, ChooseLocals([], all, arrays).Where(common.Contains));
    }

    /// <summary>A loop over the agents for a free index; within it the roots can be printed.</summary>
    public void ForEach(int index, IReadOnlyList<int> open, Expr[] roots, Action body, string? skip = null, Func<bool>? when = null)
    {
        if (_arithmetic == Arithmetic.Lanes && IsWrittenOut(roots))
        {
            WriteOut(index, open, roots, body, skip, when);
            return;
        }

        var name = OpenLoop(index);
        if (skip is not null)
        {
            _code.Line($"if ({skip} == {name})");
            _code.Line("    continue;");
        }

        Push();
        Level([.. open, index], roots);
        body();
        Pop();
        CloseLoop(index, name);
    }

    public string IndexName(int index) => _indices[index];

    /// <summary>Gives an index a name that is in scope already.</summary>
    public void NameIndex(int index, string name) => _indices[index] = name;

    public void Push() => _scopes.Add(([], []));

    /// <summary>Forgets what was computed in a block; names stay taken, because C# lets no outer local have them.</summary>
    public void Pop() => _scopes.RemoveAt(_scopes.Count - 1);

    /// <summary>Computes an expression without free indices now, under a name.</summary>
    public void Remember(Expr expr)
    {
        Prepare(expr);
        if (!IsFixed(expr) && !Has(expr))
            Local(expr, []);
    }

    /// <summary>Says under which name an expression is at hand.</summary>
    public void Know(Expr expr, string name) => _scopes[_scopes.Count - 1].Locals[expr] = name;

    /// <summary>Whether, in a loop over its indices, an expression still reads entries of a state other than its own: then its new values need a place of their own.</summary>
    public bool ReadsOthers(Expr root, StateDeclaration state)
    {
        var pending = new Stack<Expr>([root]);
        var seen = new HashSet<Expr>();
        while (pending.Count > 0)
        {
            var e = pending.Pop();
            if (!seen.Add(e) || Has(e))
                continue;
            if (e.Op == Op.State && e.Slot == state.Slot && !(e.Args.Length == 1 ? e[0].Slot == Expr.Row && e[0].Op == Op.Index
                : e.Args.Length == 2 && e[0].Op == Op.Index && e[1].Op == Op.Index && e[0].Slot == Expr.Row && e[1].Slot == Expr.Column))
                return true;
            foreach (var arg in e.Args)
                pending.Push(arg);
        }

        return false;
    }

    /// <summary>Whether a loop of lanes is written out for every agent: there are few, and no function is called.</summary>
    private bool IsWrittenOut(Expr[] roots)
    {
        if (_class.Program.Agents is not { IsConst: true, Value: <= MostAgentsWrittenOut })
            return false;
        var (size, seen, pending) = (0L, new HashSet<Expr>(), new Stack<(Expr Expr, long Times)>(roots.Select(r => (r, 1L))));
        while (pending.Count > 0)
        {
            var (e, times) = pending.Pop();
            if (!seen.Add(e) || IsFixed(e) || Has(e))
                continue;
            if (e.IsTranscendental || e.Op is Op.WindowAt or Op.WindowMean or Op.DrawNormal or Op.DrawUniform)
                return false;
            times *= Expr.IsReduce(e.Op) ? (long)_class.Program.Agents.Value : 1;
            size += times;
            foreach (var arg in e.Args)
                pending.Push((arg, times));
        }

        return size * (long)_class.Program.Agents.Value <= MostWrittenOut;
    }

    private void WriteOut(int index, IReadOnlyList<int> open, Expr[] roots, Action body, string? skip, Func<bool>? when)
    {
        for (var agent = 0; agent < (int)_class.Program.Agents.Value; agent++)
        {
            _indices[index] = BatchContext.Text(agent * BatchContext.Entry);
            if (skip == _indices[index] || when?.Invoke() == false)
                continue;
            _code.Open("");
            Push();
            Level([.. open, index], roots);
            body();
            Pop();
            _code.Close();
        }

        _indices.Remove(index);
    }

    private void Level(int[] open, Expr[] roots)
    {
        var arrays = open.Length == 0 ? ChooseArrays(roots) : [];
        Emit(open, arrays, ChooseLocals(open, roots, arrays));
    }

    /// <summary>Operands first: an array comes where its first instance does.</summary>
    private void Emit(int[] open, Dictionary<Expr, int> arrays, IEnumerable<Expr> locals)
    {
        var items = arrays.Select(a => (Order: a.Value, Expr: a.Key, IsArray: true)).Concat(locals.Select(l => (Order: l.Id, Expr: l, IsArray: false)));
        foreach (var (_, expr, isArray) in items.OrderBy(i => i.Order).ThenBy(i => i.IsArray ? 0 : 1).ToList())
        {
            if (isArray)
                Array(expr);
            else
                Local(expr, open);
        }
    }

    /// <summary>Expressions of one agent that would be computed in several loops, or again and again in a loop over others.</summary>
    private Dictionary<Expr, int> ChooseArrays(Expr[] roots)
    {
        var chosen = new Dictionary<Expr, int>();
        while (true)
        {
            var contexts = new Dictionary<Expr, (HashSet<string> Nests, int Order, Expr Instance)>();
            foreach (var (e, nest) in Walk(roots, chosen))
            {
                if (e.Free.Length != 1 || e.Op == Op.Index)
                    continue;
                var key = Canonical(e);
                var (nests, order, instance) = contexts.TryGetValue(key, out var entry) ? entry : ([], e.Id, e);
                nests.Add(nest);
                contexts[key] = (nests, Math.Min(order, e.Id), instance);
            }

            Expr? best = null;
            foreach (var pair in contexts)
            {
                if (chosen.ContainsKey(pair.Key))
                {
                    chosen[pair.Key] = pair.Value.Order;
                    continue;
                }

                var repeated = pair.Value.Nests.Count > 1 || pair.Value.Nests.Any(n => n.Contains(' '));
                if (repeated && Cost(pair.Key) >= WorthAnArray && (best is null || pair.Value.Order > contexts[best].Order))
                    best = pair.Key;
            }

            if (best is null || chosen.Count == MostArrays)
                return Prune(chosen);
            chosen.Add(best, contexts[best].Order);
        }
    }

    /// <summary>Drops arrays that are cheap to compute from the others.</summary>
    private Dictionary<Expr, int> Prune(Dictionary<Expr, int> chosen)
    {
        foreach (var key in chosen.OrderByDescending(c => c.Value).Select(c => c.Key).ToList())
        {
            var others = new HashSet<Expr>(chosen.Keys.Where(k => !ReferenceEquals(k, key)));
            if (Cost(key, others) < WorthAnArray)
                chosen.Remove(key);
        }

        return chosen;
    }

    /// <summary>Every expression that is still to be computed, with the loops it stands in.</summary>
    private IEnumerable<(Expr, string)> Walk(Expr[] roots, Dictionary<Expr, int> chosen)
    {
        var seen = new HashSet<(Expr, string)>();
        var pending = new Stack<(Expr Expr, string Nest)>();
        foreach (var root in roots)
            pending.Push((root, string.Join(" ", root.Free)));
        while (pending.Count > 0)
        {
            var (e, nest) = pending.Pop();
            if (IsFixed(e) || !seen.Add((e, nest)) || Has(e))
                continue;
            yield return (e, nest);
            if (e.Free.Length == 0)
                nest = "";
            else if (e.Free.Length == 1 && chosen.ContainsKey(Canonical(e)))
                (e, nest) = (Canonical(e), FormattableString.Invariant($"{Expr.Row}@{Canonical(e).Id}"));
            var inner = Expr.IsReduce(e.Op) ? (nest.Length == 0 ? "" : nest + " ") + e.Slot : nest;
            foreach (var arg in e.Args)
                pending.Push((arg, inner));
        }
    }

    /// <summary>Expressions that need a name at this depth of loops: reductions, what is used twice, and what deeper loops use but do not change.</summary>
    private List<Expr> ChooseLocals(int[] open, Expr[] roots, Dictionary<Expr, int> arrays)
    {
        var uses = new Dictionary<Expr, int>();
        var seen = new HashSet<Expr>();
        var pending = new Stack<Expr>();
        foreach (var root in roots)
        {
            var free = root.Free.All(v => System.Array.IndexOf(open, v) >= 0);
            Use(root, free ? 1 : 2);
        }

        foreach (var key in arrays.Keys)
            foreach (var arg in key.Args)
                Use(arg, arg.Free.Length == 0 ? 2 : 1);
        while (pending.Count > 0)
        {
            var e = pending.Pop();
            if (e.Free.Length == 1 && arrays.ContainsKey(Canonical(e)))
                continue;
            foreach (var arg in e.Args)
            {
                var loop = Expr.IsReduce(e.Op) && !arg.DependsOn(e.Slot) || e.Free.Any(v => System.Array.IndexOf(open, v) < 0);
                Use(arg, loop ? 2 : 1);
            }
        }

        return [.. uses.Where(u => u.Key.Free.All(v => System.Array.IndexOf(open, v) >= 0)
            && (Expr.IsReduce(u.Key.Op) || u.Value > 1 && (u.Key.Op is Op.State or Op.Action or Op.Step or Op.Parameter || Cost(u.Key) > 0))).Select(u => u.Key)];

        void Use(Expr e, int count)
        {
            if (IsFixed(e) || Has(e))
                return;
            uses[e] = (uses.TryGetValue(e, out var before) ? before : 0) + count;
            if (seen.Add(e))
                pending.Push(e);
        }
    }

    private void Local(Expr e, int[] open)
    {
        if (Has(e))
            return;
        var source = _class.Source(e.Free.Length == 1 ? Canonical(e) : e);
        var name = Names.Local(source?.Member.Name ?? e.Op switch
        {
            Op.State => _class.Program.State(e.Slot).Name,
            Op.Action => _class.Program.Actions[e.Slot].Name,
            Op.Step => "t",
            Op.Parameter => _class.Program.Parameters[e.Slot].Member.Name,
            _ => Names.Plain(e),
        });
        if (source is { } known)
            _class.Explain(_code, known);
        if (Expr.IsReduce(e.Op))
            Reduction(e, name, open);
        else
            _code.Line($"var {name} = {Print(e)};");
        _scopes[_scopes.Count - 1].Locals[e] = name;
    }

    private void Array(Expr key)
    {
        var source = _class.Source(key);
        var wanted = source?.Member.Name ?? Names.Plain(key);
        var local = _arithmetic == Arithmetic.Interval || _inSetup;
        var type = _arithmetic == Arithmetic.Interval ? key.IsFlag ? "Truth" : "Interval" : key.IsFlag ? "bool" : "double";
        var array = local ? Names.Local(wanted) : _class.Scratch(key, wanted, type);
        if (local)
            _code.Line($"var {array} = new {type}[{_class.N}];");
        if (source is { } known)
            _class.Explain(_code, known);
        ForEach(Expr.Row, [], [key], () => _code.Line(local ? $"{array}[{IndexName(Expr.Row)}] = {Print(key)};" : _class.ScratchWrite(array, IndexName(Expr.Row), Print(key))));
        _scopes[_scopes.Count - 1].Arrays[key] = array;
    }

    private string OpenLoop(int index)
    {
        var name = Names.Take(index switch { Expr.Row => "i", Expr.Column => "j", Expr.Wrt => "j", _ => "k" });
        _indices[index] = name;
        _code.Open(_arithmetic == Arithmetic.Lanes ? $"for (nuint {name} = 0; {name} < Each; {name} += 16)" : $"for (var {name} = 0; {name} < {_class.N}; {name}++)");
        return name;
    }

    private void CloseLoop(int index, string name)
    {
        _code.Close();
        _indices.Remove(index);
        Names.Release(name);
    }

    /// <summary>Whether it is there without computing: a constant, an index, or a field that the constructor filled.</summary>
    private bool IsFixed(Expr e) => e.Op is Op.Const or Op.Index || !_inSetup && e.IsSetup && e.Free.Length <= 2;

    private bool Has(Expr e) => _scopes.Any(s => s.Locals.ContainsKey(e)) || e.Free.Length == 1 && _scopes.Any(s => s.Arrays.Count > 0 && s.Arrays.ContainsKey(Canonical(e)));

    private string? Known(Expr e)
    {
        for (var k = _scopes.Count - 1; k >= 0; k--)
        {
            if (_scopes[k].Locals.TryGetValue(e, out var name))
                return name;
            if (e.Free.Length == 1 && _scopes[k].Arrays.Count > 0 && _scopes[k].Arrays.TryGetValue(Canonical(e), out var array))
                return _arithmetic == Arithmetic.Lanes ? _class.ScratchRead(array, _indices[e.Free[0]]) : $"{array}[{_indices[e.Free[0]]}]";
        }

        return !_inSetup && e.IsSetup ? _class.Fields.Reference(e, Index) : null;
    }

    private string Leaf(Expr e) => e.Op == Op.Index ? Index(e) : _read(e, Index);

    private string Index(Expr e) => e.Op == Op.Index ? _indices[e.Slot]
        : ((int)e.Value * (_arithmetic == Arithmetic.Lanes ? BatchContext.Entry : 1)).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A call is being printed, in so many loops.</summary>
    private void Called(string function) => _class.Calls.Add(function, _indices.Values.Count(name => !char.IsDigit(name[0])));

    /// <summary>The same expression of agent <see cref="Expr.Row"/>.</summary>
    private Expr Canonical(Expr e) => e.Free[0] == Expr.Row ? e
        : Rewriter.Substitute(Arena, e, new Dictionary<int, Expr> { [e.Free[0]] = Arena.Index(Expr.Row) });

    /// <summary>Operations it takes, roughly; 0 for what is read from memory.</summary>
    private int Cost(Expr root, HashSet<Expr>? free = null)
    {
        var (cost, seen, pending) = (0, new HashSet<Expr>(), new Stack<Expr>([root]));
        while (pending.Count > 0 && cost <= 1000)
        {
            var e = pending.Pop();
            if (!seen.Add(e) || IsFixed(e) || !ReferenceEquals(e, root) && Has(e) || free is not null && e.Free.Length == 1 && free.Contains(Canonical(e)))
                continue;
            cost += e.Op == Op.Div && _arithmetic == Arithmetic.Lanes ? 4 : Expr.IsReduce(e.Op) || e.IsTranscendental || e.Op is Op.WindowMean or Op.DrawNormal or Op.DrawUniform ? 20
                : e.Args.Length == 0 || e.Op is Op.State or Op.Action or Op.Given or Op.Paid or Op.RosterHas or Op.RosterTimer ? 0 : 1;
            foreach (var arg in e.Args)
                pending.Push(arg);
        }

        return cost;
    }
}
