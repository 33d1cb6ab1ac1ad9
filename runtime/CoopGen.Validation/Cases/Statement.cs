namespace CoopGen.Validation;

/// <summary>What a document prints about an item.</summary>
/// <param name="Experiment">Experiment of the item.</param>
/// <param name="Item">The item; one that no experiment has is told of by itself.</param>
/// <param name="Value">What is printed.</param>
/// <param name="Where">Where, and what should be known of it.</param>
internal sealed record Statement(string Experiment, string Item, Quantity Value, string Where)
{
    /// <summary>Reads the statements of a case file.</summary>
    public static IReadOnlyList<Statement> Read(Entry list) =>
        [.. list.List().Select(e => new Statement(e["experiment"].Text(), e["item"].Text(), e["value"].IsNumber ? (Quantity)e["value"].Number() : e["value"].Text(), e["where"].Text()))];

    /// <summary>
    /// Puts what is printed beside what is computed. Where documents disagree the first statement is the item's own, and each other one a finding
    /// that has its source in its name.
    /// </summary>
    public static Outcome Attach(string experiment, Outcome outcome, IReadOnlyList<Statement> statements)
    {
        var findings = new List<Finding>(outcome.Findings);
        foreach (var statement in statements.Where(s => s.Experiment == experiment))
        {
            var at = findings.FindIndex(f => f.Item == statement.Item);
            if (at < 0)
                findings.Add(new(findings.Count > 0 ? findings[0].Suite : "", experiment, statement.Item, null, null, statement.Value) { Note = statement.Where });
            else if (findings[at].Printed is null)
                findings[at] = findings[at] with { Printed = statement.Value, Note = findings[at].Note.Length > 0 ? $"{findings[at].Note}; {statement.Where}" : statement.Where };
            else
                findings.Add(new(findings[at].Suite, experiment, $"{statement.Item} ({statement.Where})", findings[at].AsShipped, findings[at].Exact, statement.Value) { Note = statement.Where });
        }

        return outcome with { Findings = findings };
    }

    /// <summary>The experiments with what is printed about them.</summary>
    /// <exception cref="CaseException">A statement is about an experiment that there is not.</exception>
    public static IReadOnlyList<Experiment> Attach(IReadOnlyList<Experiment> experiments, IReadOnlyList<Statement> statements) =>
        statements.FirstOrDefault(s => experiments.All(e => e.Name != s.Experiment)) is { } lost
            ? throw new CaseException($"'{lost.Item}' is printed of an experiment '{lost.Experiment}'; there are {string.Join(", ", experiments.Select(e => e.Name))}.")
            : [.. experiments.Select(e => e with { Run = cancel => Attach(e.Name, e.Run(cancel), statements) })];
}
