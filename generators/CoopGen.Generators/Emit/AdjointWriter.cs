using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the reverse of changes of state, the last first, and gathers derivatives where they belong.</summary>
internal sealed class AdjointWriter(AdjointTexts texts, CodeWriter code, Lowering lowering)
{
    public Lowering Lowering => lowering;

    private Arena Arena => texts.Program.Arena;

    private Expr Row => Arena.Index(Expr.Row);

    private Expr Column => Arena.Index(Expr.Column);

    /// <summary>What results add to derivatives.</summary>
    public IReadOnlyList<Contribution> Reverse(IReadOnlyList<(Expr Root, Expr Seed, int[] Domain)> roots) =>
        ReverseMode.Of(Arena, texts.Count, roots, texts.IsLeaf, texts.Ranges, texts.Between);

    /// <summary>Adds derivatives where they are gathered, one loop for all that are alike.</summary>
    public void Gather(IReadOnlyList<Contribution> found)
    {
        foreach (var place in found.Select(f => f.Target).Where(t => t.Op == Op.Adjoint).Distinct())
            texts.Clear(code, place);
        foreach (var stage in found.Select(Renamed).GroupBy(f => f.Stage).OrderBy(g => g.Key))
        {
            var alike = new List<Contribution>();
            foreach (var one in stage)
            {
                var same = alike.FindIndex(a => ReferenceEquals(a.Target, one.Target) && a.Domain.SequenceEqual(one.Domain));
                if (same < 0)
                    alike.Add(one);
                else
                    alike[same] = one with { Adjoint = Arena.Make(Op.Add, alike[same].Adjoint, one.Adjoint) };
            }

            lowering.Prepare([.. alike.SelectMany(Roots)]);
            foreach (var group in alike.GroupBy(a => a.Domain.Length == 2 ? 2 : a.Domain.Length == 1 ? 1 : a.Domain.Length == 0 ? 0 : 3 + alike.IndexOf(a)).OrderBy(g => g.Key))
                Nest([.. group.First().Domain.OrderByDescending(v => v)], [.. group]);
        }
    }

    /// <summary>The indices are a row, or a row and a column, wherever that can be.</summary>
    private Contribution Renamed(Contribution found)
    {
        var domain = found.Domain;
        var replace = new Dictionary<int, Expr>();
        if (domain.Length == 1 && domain[0] != Expr.Row)
            replace.Add(domain[0], Row);
        else if (domain.Length == 2)
        {
            var others = domain.Where(v => v is not (Expr.Row or Expr.Column)).OrderByDescending(v => v).ToList();
            foreach (var other in others)
                replace.Add(other, domain.Contains(Expr.Row) || replace.Count > 0 ? Column : Row);
        }

        return replace.Count == 0 ? found with { Domain = [.. domain.OrderByDescending(v => v)] } : found with
        {
            Target = Rewriter.Substitute(Arena, found.Target, replace),
            Adjoint = Rewriter.Substitute(Arena, found.Adjoint, replace),
            Domain = [.. domain.Select(v => replace.TryGetValue(v, out var other) ? other.Slot : v).OrderByDescending(v => v)],
        };
    }

    private static IEnumerable<Expr> Roots(Contribution one) => one.Target.Op is Op.WindowAt or Op.WindowMean ? [one.Adjoint, one.Target[1]] : [one.Adjoint];

    private void Nest(int[] indices, List<Contribution> group, int depth = 0)
    {
        if (depth == indices.Length)
        {
            foreach (var one in group)
                texts.Add(code, lowering, one.Target, lowering.Print(one.Adjoint, texts.Level));
            return;
        }

        var skip = "";
        if (depth == 1 && indices.Length == 2 && group.All(g => IsOffDiagonal(g.Adjoint, indices)))
        {
            // What is 0 on the diagonal is left out there.
            skip = lowering.IndexName(indices[0]);
            group = [.. group.Select(g => g with { Adjoint = g.Adjoint[1] })];
        }

        lowering.ForEach(indices[depth], indices.Take(depth).ToList(), [.. group.SelectMany(Roots)], () => Nest(indices, group, depth + 1), skip.Length > 0 ? skip : null);
    }

    private static bool IsOffDiagonal(Expr e, int[] indices) => e.Op == Op.Select && e[2].Is(0) && e[0].Op == Op.Not && e[0][0].Op == Op.Eq
        && e[0][0].Args.All(a => a.Op == Op.Index) && e[0][0].Args.Select(a => a.Slot).OrderBy(s => s).SequenceEqual(indices.OrderBy(s => s));

    public void Events(IReadOnlyList<AdjointEvent> events, Expr? where = null)
    {
        for (var k = events.Count - 1; k >= 0; k--)
            Event(events[k], where);
    }

    private void Event(AdjointEvent e, Expr? where)
    {
        var statement = e.Statement;
        // Who belongs to a list changes in jumps.
        if (statement.Kind is StatementKind.Set or StatementKind.Push)
        {
            code.Space();
            texts.Class.Explain(code, (texts.Program.Chain.Environment, statement.State!.Member));
            Change(e, where);
        }
        else if (statement.Kind == StatementKind.When)
        {
            code.Space();
            When(e, where);
        }
    }

    private void Change(AdjointEvent e, Expr? where)
    {
        var (state, value) = (e.Statement.State!, e.Statement.Values[0]);
        var (earlier, later) = (texts.Plan.Of(state.Slot, e.From), texts.Plan.Of(state.Slot, e.To));
        Expr Within(Expr seed) => where is null ? seed : Arena.Make(Op.Select, where, seed, Arena.Zero);
        switch (state.Kind)
        {
            case StateKind.Scalar:
                Gather(Reverse([(value, Within(texts.Adjoint(later.Adjoint, later.AdjointOffset)), [])]));
                break;
            case StateKind.PerAgent:
                Gather(Reverse([(value, Within(texts.Adjoint(later.Adjoint, later.AdjointOffset, 1, Row)), [Expr.Row])]));
                break;
            case StateKind.Window:
                Gather(Reverse([(value, Within(texts.Newest(code, lowering, state, later)), [Expr.Row])]));
                texts.PushBack(code, state, earlier, later, Mask(where));
                break;
            default:
                var apart = Arena.Make(Op.Not, Arena.Make(Op.Eq, Row, Column));
                var seed = Arena.Make(Op.Select, apart, Within(texts.Adjoint(later.Adjoint, later.AdjointOffset, 1, Row, Column)), Arena.Zero);
                Gather(Reverse([(value, seed, [Expr.Row, Expr.Column])]));
                texts.KeepDiagonal(code, state, earlier, later, Mask(where));
                break;
        }
    }

    private void When(AdjointEvent e, Expr? where)
    {
        var condition = e.Statement.Values[0];
        if (!texts.Branches)
        {
            Expr Both(Expr x) => where is null ? x : Arena.Make(Op.And, where, x);
            Branch(e.Then!, Both(condition));
            Branch(e.Else!, Both(Arena.Make(Op.Not, condition)));
            return;
        }

        lowering.Prepare(condition);
        code.Open($"if ({lowering.Print(condition)})");
        Branch(e.Then!, null);
        code.Close();
        if (e.Else!.Events.Count == 0 && e.Else.Kept.Count == 0)
            return;
        code.Open("else");
        Branch(e.Else, null);
        code.Close();
    }

    private void Branch(AdjointBranch branch, Expr? where)
    {
        if (texts.Branches)
            lowering.Push();
        foreach (var (state, from, to) in branch.Kept.Where(k => k.State.Kind != StateKind.Roster))
            texts.Keep(code, state, texts.Plan.Of(state.Slot, from), texts.Plan.Of(state.Slot, to), Mask(where));
        Events(branch.Events, where);
        if (texts.Branches)
            lowering.Pop();
    }

    private string? Mask(Expr? where)
    {
        if (where is null)
            return null;
        lowering.Prepare(where);
        return lowering.Print(where);
    }
}
