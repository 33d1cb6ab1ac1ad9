using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the reverse of changes of state, the last first, and gathers derivatives where they belong.</summary>
internal sealed class AdjointWriter(AdjointContext context, CodeWriter code, Lowering lowering)
{
    public Lowering Lowering => lowering;

    private Arena Arena => context.Program.Arena;

    private Expr Row => Arena.Index(Expr.Row);

    private Expr Column => Arena.Index(Expr.Column);

    /// <summary>What results depend on, and the derivatives.</summary>
    public IReadOnlyList<(Expr Leaf, Expr Adjoint)> Reverse(IReadOnlyList<(Expr Root, Expr Seed, int[] Domain)> roots) =>
        ReverseMode.Of(Arena, context.Program.Agents.IsConst ? context.Program.Agents : Arena.Make(Op.Agents), roots, context.IsLeaf);

    public void Events(IReadOnlyList<AdjointEvent> events)
    {
        for (var k = events.Count - 1; k >= 0; k--)
            Event(events[k]);
    }

    /// <summary>Adds derivatives where they are gathered, one loop for all that are alike.</summary>
    public void Gather(IReadOnlyList<(Expr Leaf, Expr Adjoint)> found)
    {
        if (found.Count == 0)
            return;
        var alike = new List<(Expr Leaf, Expr Adjoint)>();
        foreach (var one in found.Select(Renamed))
        {
            var same = alike.FindIndex(a => ReferenceEquals(a.Leaf, one.Leaf));
            if (same < 0)
                alike.Add(one);
            else
                alike[same] = (one.Leaf, ConstantFolding.Fold(Arena, Arena.Make(Op.Add, alike[same].Adjoint, one.Adjoint), context.Program.Agents));
        }

        lowering.Prepare([.. alike.SelectMany(a => Roots(a.Leaf, a.Adjoint))]);
        foreach (var group in alike.GroupBy(a => string.Join(" ", a.Leaf.Free)))
            Nest([.. group.First().Leaf.Free.OrderByDescending(v => v)], [.. group]);
    }

    /// <summary>The free indices of a leaf are a row, or a row and a column, wherever that can be.</summary>
    private (Expr Leaf, Expr Adjoint) Renamed((Expr Leaf, Expr Adjoint) found)
    {
        var free = found.Leaf.Free;
        var replace = new Dictionary<int, Expr>();
        if (free.Length == 1 && free[0] != Expr.Row)
            replace.Add(free[0], Row);
        else if (free.Length == 2)
        {
            var others = free.Where(v => v is not (Expr.Row or Expr.Column)).OrderByDescending(v => v).ToList();
            foreach (var other in others)
                replace.Add(other, free.Contains(Expr.Row) || replace.Count > 0 ? Column : Row);
            if (others.Count == 2)
                (replace[others[0]], replace[others[1]]) = (Row, Column);
        }

        return replace.Count == 0 ? found : (Rewriter.Substitute(Arena, found.Leaf, replace), Rewriter.Substitute(Arena, found.Adjoint, replace));
    }

    private static IEnumerable<Expr> Roots(Expr leaf, Expr adjoint) => leaf.Op is Op.WindowAt or Op.WindowMean ? [adjoint, leaf[1]] : [adjoint];

    private void Nest(int[] indices, List<(Expr Leaf, Expr Adjoint)> group, int depth = 0)
    {
        if (depth == indices.Length)
        {
            foreach (var (leaf, adjoint) in group)
                Add(leaf, lowering.Print(adjoint));
            return;
        }

        var skip = "";
        if (depth == 1 && indices.Length == 2 && group.All(g => IsOffDiagonal(g.Adjoint, indices)))
        {
            // What is 0 on the diagonal is left out there.
            skip = lowering.IndexName(indices[0]);
            group = [.. group.Select(g => (g.Leaf, g.Adjoint[1]))];
        }

        lowering.ForEach(indices[depth], indices.Take(depth).ToList(), [.. group.SelectMany(g => Roots(g.Leaf, g.Adjoint))],
            () => Nest(indices, group, depth + 1), skip.Length > 0 ? skip : null);
    }

    private static bool IsOffDiagonal(Expr e, int[] indices) => e.Op == Op.Select && e[2].Is(0) && e[0].Op == Op.Not && e[0][0].Op == Op.Eq
        && e[0][0].Args.All(a => a.Op == Op.Index) && e[0][0].Args.Select(a => a.Slot).OrderBy(s => s).SequenceEqual(indices.OrderBy(s => s));

    /// <summary>Adds to the derivative with respect to a leaf.</summary>
    private void Add(Expr leaf, string value)
    {
        string Index(Expr e) => e.Op == Op.Index ? lowering.IndexName(e.Slot) : BatchContext.Text((int)e.Value);
        string Pair() => leaf.Args.Length switch { 0 => "0", 1 => Index(leaf[0]), _ => $"{Index(leaf[0])} * {context.N} + {Index(leaf[1])}" };
        switch (leaf.Op)
        {
            case Op.State:
                var place = context.Plan.Of(leaf.Slot, leaf.Part);
                code.Line($"{AdjointContext.Entry(place.Adjoint, place.Offset, Pair())} += {value};");
                break;
            case Op.Action:
                code.Line($"played[{context.ActionIndex(leaf, Index)}] += {value};");
                break;
            case Op.Given:
                code.Line($"given[{context.ActionIndex(leaf, Index)}] += {value};");
                break;
            case Op.Paid:
                code.Line($"paid[{Pair()}] += {value};");
                break;
            case Op.WindowAt or Op.WindowMean:
                var (window, at) = (context.Program.State(leaf.Slot), context.Plan.Of(leaf.Slot, leaf.Part));
                code.Line($"WindowOps.{(leaf.Op == Op.WindowAt ? "AtBack" : "MeanBack")}({context.Region(window, at.Memory, at.Offset)}, {context.Region(window, at.Adjoint, at.Offset)}, {context.N}, {context.Capacity(window)}, {Index(leaf[0])}, {lowering.Print(leaf[1])}, {value});");
                break;
            default:
                Setup(leaf, value);
                break;
        }
    }

    private void Setup(Expr leaf, string value)
    {
        var replace = new Dictionary<int, Expr>();
        var (position, canonical) = ("0", leaf);
        if (leaf.Free.Length == 1)
        {
            position = lowering.IndexName(leaf.Free[0]);
            replace.Add(leaf.Free[0], Row);
        }
        else if (leaf.Free.Length == 2)
        {
            position = $"{lowering.IndexName(leaf.Free[0])} * {context.N} + {lowering.IndexName(leaf.Free[1])}";
            replace.Add(leaf.Free[0], Row);
            replace.Add(leaf.Free[1], Column);
        }

        if (replace.Count > 0)
            canonical = Rewriter.Substitute(Arena, leaf, replace);
        code.Line($"{context.SetupAdjoint(canonical)}[{position}] += {value};");
    }

    private void Event(AdjointEvent e)
    {
        var statement = e.Statement;
        switch (statement.Kind)
        {
            case StatementKind.Set:
                code.Space();
                context.Explain(code, (context.Program.Chain.Environment, statement.State!.Member));
                Set(e);
                break;
            case StatementKind.Push:
                code.Space();
                context.Explain(code, (context.Program.Chain.Environment, statement.State!.Member));
                Push(e);
                break;
            case StatementKind.When:
                code.Space();
                When(e);
                break;
            default:
                // Who belongs to a list changes in jumps.
                break;
        }
    }

    private void Set(AdjointEvent e)
    {
        var (state, value) = (e.Statement.State!, e.Statement.Values[0]);
        var (from, to) = (context.Plan.Of(state.Slot, e.From), context.Plan.Of(state.Slot, e.To));
        switch (state.Kind)
        {
            case StateKind.Scalar:
                Gather(Reverse([(value, context.Adjoint(to.Adjoint, to.Offset), [])]));
                break;
            case StateKind.PerAgent:
                Gather(Reverse([(value, context.Adjoint(to.Adjoint, to.Offset, 1, Row), [Expr.Row])]));
                break;
            default:
                var seed = Arena.Make(Op.Select, Arena.Make(Op.Not, Arena.Make(Op.Eq, Row, Column)), context.Adjoint(to.Adjoint, to.Offset, 1, Row, Column), Arena.Zero);
                Gather(Reverse([(value, seed, [Expr.Row, Expr.Column])]));
                code.Line($"AddDiagonal({context.Region(state, to.Adjoint, to.Offset)}, {context.Region(state, from.Adjoint, from.Offset)}, {context.N});");
                break;
        }
    }

    private void Push(AdjointEvent e)
    {
        var window = e.Statement.State!;
        var (from, to) = (context.Plan.Of(window.Slot, e.From), context.Plan.Of(window.Slot, e.To));
        var newest = lowering.Names.Local("newest" + window.Name);
        code.Line($"var {newest} = {(to.Offset.Length == 0 ? "" : to.Offset + " + ")}WindowOps.Newest({context.Region(window, to.Memory, to.Offset)}, {context.N});");
        Gather(Reverse([(e.Statement.Values[0], context.Adjoint(to.Adjoint, newest, 1, Row), [Expr.Row])]));
        code.Line($"WindowOps.PushBack({context.Region(window, to.Memory, to.Offset)}, {context.Region(window, to.Adjoint, to.Offset)}, {context.Region(window, from.Adjoint, from.Offset)}, {context.N});");
    }

    private void When(AdjointEvent e)
    {
        lowering.Prepare(e.Statement.Values);
        code.Open($"if ({lowering.Print(e.Statement.Values[0])})");
        Branch(e.Then!);
        code.Close();
        if (e.Else!.Events.Count == 0 && e.Else.Kept.Count == 0)
            return;
        code.Open("else");
        Branch(e.Else);
        code.Close();
    }

    private void Branch(AdjointBranch branch)
    {
        lowering.Push();
        foreach (var (state, from, to) in branch.Kept.Where(k => k.State.Kind != StateKind.Roster))
        {
            var (before, after) = (context.Plan.Of(state.Slot, from), context.Plan.Of(state.Slot, to));
            code.Line($"Add({context.Values(state, after.Adjoint, after.Offset)}, {context.Values(state, before.Adjoint, before.Offset)});");
        }

        Events(branch.Events);
        lowering.Pop();
    }
}
