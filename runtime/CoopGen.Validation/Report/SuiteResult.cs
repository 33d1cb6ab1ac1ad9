namespace CoopGen.Validation;

/// <summary>A suite with what came of its experiments.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Outcomes">Experiments that were run, in order.</param>
public sealed record SuiteResult(Suite Suite, IReadOnlyList<(Experiment Experiment, Outcome Outcome)> Outcomes)
{
    /// <summary>All findings.</summary>
    public IEnumerable<Finding> Findings => Outcomes.SelectMany(o => o.Outcome.Findings);

    /// <summary>Findings of an experiment that are items of a rubric.</summary>
    public static IReadOnlyList<Finding> Rubric(Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return [.. outcome.Findings.Where(f => f.Max is not null)];
    }

    /// <summary>Scores of an experiment's rubric: of all items, and of those that can fail; null where it has none.</summary>
    public static (double Points, double? Exact, double Max, double Free, double? FreeExact, double FreeMax)? Score(Outcome outcome)
    {
        var items = Rubric(outcome);
        if (items.Count == 0)
            return null;
        double? Exact(IEnumerable<Finding> of) => items.All(i => i.ExactPoints is null) ? null : of.Sum(i => i.ExactPoints ?? i.Points ?? 0);
        var free = items.Where(i => i.Constant != true).ToList();
        return (items.Sum(i => i.Points ?? 0), Exact(items), items.Sum(i => i.Max!.Value), free.Sum(i => i.Points ?? 0), Exact(free), free.Sum(i => i.Max!.Value));
    }

    /// <summary>Findings that stand in print.</summary>
    public IEnumerable<(Finding Finding, Reproduced Reproduced)> Printed =>
        Findings.Select(f => (f, Print.Check(f))).Where(p => p.Item2 is not null).Select(p => (p.f, p.Item2!.Value));
}
