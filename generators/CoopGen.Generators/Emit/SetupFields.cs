using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>What is fixed at construction, in fields: numbers, one per agent, or one per pair of agents.</summary>
internal sealed class SetupFields(ClassContext context)
{
    private readonly Dictionary<Expr, string> _fields = [];
    private readonly List<(string Name, Expr Value)> _order = [];

    /// <summary>Fields in the order in which they were first needed.</summary>
    public IReadOnlyList<(string Name, Expr Value)> All => _order;

    /// <summary>Text that reads an expression fixed at construction; null if it is better printed as it is.</summary>
    public string? Reference(Expr e, Func<Expr, string> index)
    {
        if (e.Op is Op.Const or Op.Index || e.Free.Length > 2 || e.IsFlag && e.Free.Length > 0 && OnlyIndices(e))
            return null;
        if (e.Op == Op.Agents)
            return context.Count;
        switch (e.Free.Length)
        {
            case 0:
                return context.Setup(Field(e), null);
            case 1:
                var one = Substitute(e, (e.Free[0], Expr.Row));
                return context.Setup(Field(one), Text(e.Free[0]));
            default:
                var (a, b) = (e.Free[0], e.Free[1]);
                var (straight, turned) = (Substitute(e, (a, Expr.Row), (b, Expr.Column)), Substitute(e, (a, Expr.Column), (b, Expr.Row)));
                var swap = !_fields.ContainsKey(straight) && (_fields.ContainsKey(turned) || context.Source(straight) is null && context.Source(turned) is not null);
                return swap ? context.Setup(Field(turned), $"{Text(b)} * {context.N} + {Text(a)}") : context.Setup(Field(straight), $"{Text(a)} * {context.N} + {Text(b)}");
        }

        string Text(int variable) => index(context.Program.Arena.Index(variable));
    }

    /// <summary>The field that holds an expression entry by entry in the order of its indices, first <see cref="Expr.Row"/>; null if it is held otherwise.</summary>
    public string? Straight(Expr e)
    {
        if (Reference(e, i => i.Slot == Expr.Row ? "row" : "column") is null)
            return null;
        return _fields.TryGetValue(e, out var name) ? name : null;
    }

    public static string Type(Expr e) => (e.IsFlag ? "bool" : "double") + (e.Free.Length > 0 ? "[]" : "");

    private string Field(Expr e)
    {
        if (!_fields.TryGetValue(e, out var name))
        {
            name = context.Names.Take(context.FieldPrefix + (context.Source(e)?.Member.Name ?? (e.Op == Op.Parameter ? context.Program.Parameters[e.Slot].Member.Name : "c")));
            _fields.Add(e, name);
            _order.Add((name, e));
        }

        return name;
    }

    private Expr Substitute(Expr e, params (int From, int To)[] moves)
    {
        // Through fresh indices, so that swapping two does not run them together.
        var arena = context.Program.Arena;
        var away = moves.ToDictionary(m => m.From, _ => arena.Index(arena.Fresh()));
        var there = moves.ToDictionary(m => away[m.From].Slot, m => arena.Index(m.To));
        return Rewriter.Substitute(arena, Rewriter.Substitute(arena, e, away), there);
    }

    private static bool OnlyIndices(Expr root) => Rewriter.InOrder([root]).All(e => e.Op is Op.Index or Op.Const or Op.Eq or Op.Lt or Op.Le or Op.And or Op.Or or Op.Not);
}
