using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Passes;

/// <summary>Which states matter to rewards, endings and observations: what only reports tell need not be kept.</summary>
internal static class Liveness
{
    /// <summary>The states that matter, by slot.</summary>
    public static HashSet<int> States(GameProgram program)
    {
        var live = new HashSet<int>();
        var before = -1;
        Read(live, Roots(program));
        while (live.Count > before)
        {
            before = live.Count;
            foreach (var statements in new[] { program.Reset, program.Update, program.Settle })
                Statements(statements, live);
        }

        return live;
    }

    /// <summary>The statements that matter.</summary>
    public static List<Statement> Statements(IReadOnlyList<Statement> statements, HashSet<int> live, bool read = true)
    {
        var kept = new List<Statement>();
        foreach (var statement in statements)
        {
            if (statement.Kind == StatementKind.When)
            {
                var (then, otherwise) = (Statements(statement.Then, live, read), Statements(statement.Else, live, read));
                if (then.All(s => s.Kind == StatementKind.Let) && otherwise.All(s => s.Kind == StatementKind.Let))
                    continue;
                kept.Add(statement with { Then = then, Else = otherwise });
            }
            else if (statement.Kind == StatementKind.Let || live.Contains(statement.State!.Slot))
            {
                kept.Add(statement);
            }

            if (read && statement.Kind != StatementKind.Let && kept.Count > 0 && (ReferenceEquals(kept[kept.Count - 1], statement) || statement.Kind == StatementKind.When))
                Read(live, statement.Values);
        }

        return kept;
    }

    /// <summary>Whether what matters reads something.</summary>
    public static bool Reads(GameProgram program, HashSet<int> live, Op op)
    {
        var roots = Roots(program).ToList();
        void Add(IEnumerable<Statement> statements)
        {
            foreach (var statement in statements)
            {
                roots.AddRange(statement.Values);
                Add(statement.Then);
                Add(statement.Else);
            }
        }

        foreach (var statements in new[] { program.Reset, program.Update, program.Settle })
            Add(Statements(statements, live, read: false).Where(s => s.Kind != StatementKind.Let));
        return Rewriter.InOrder(roots).Any(e => e.Op == op);
    }

    private static IEnumerable<Expr> Roots(GameProgram program) =>
        [.. program.Rewards, program.Terminated, .. program.Observation.Select(p => p.Value), .. program.View.Select(p => p.Value)];

    private static void Read(HashSet<int> live, IEnumerable<Expr> roots)
    {
        foreach (var e in Rewriter.InOrder(roots))
        {
            if (e.Op is Op.State or Op.WindowAt or Op.WindowCount or Op.WindowMean or Op.RosterCount or Op.RosterHas or Op.RosterTimer)
                live.Add(e.Slot);
        }
    }
}
