namespace CoopGen.Validation;

/// <summary>The findings of a rubric.</summary>
internal static class Scored
{
    /// <summary>Item by item, then the sums: of each group, of all, and of those that can fail.</summary>
    /// <param name="suite">Suite.</param>
    /// <param name="experiment">Experiment.</param>
    /// <param name="rubric">The rubric.</param>
    /// <param name="shipped">Values and points as shipped.</param>
    /// <param name="exact">Values and points by exact solutions; null if there are none.</param>
    public static IEnumerable<Finding> Findings(string suite, string experiment, Rubric rubric, (Quantity? Value, double Points)[] shipped, (Quantity? Value, double Points)[]? exact)
    {
        for (var k = 0; k < rubric.Items.Count; k++)
        {
            var item = rubric.Items[k];
            yield return new(suite, experiment, item.Id, shipped[k].Value, exact?[k].Value)
            {
                Points = shipped[k].Points,
                ExactPoints = exact?[k].Points,
                Max = item.Max,
                Constant = item.Constant is not null,
                Rule = item.Rule,
                Note = item.Constant is { } why ? $"{item.Asks}; cannot fail: {why}" : item.Asks,
            };
        }

        foreach (var group in rubric.Groups)
            if (rubric.Items.All(i => i.Id != group))
                yield return Sum(group, i => i.Group == group, "points of the group");
        yield return Sum("total", _ => true, "points");
        yield return new(suite, experiment, "max_possible", rubric.Max);
        yield return new(suite, experiment, "percent", 100 * shipped.Sum(s => s.Points) / rubric.Max, exact is null ? null : (Quantity?)(100 * exact.Sum(s => s.Points) / rubric.Max)) { Note = "total of max_possible" };
        yield return Sum("total_without_constants", i => i.Constant is null, "points of the items that can fail");
        yield return new(suite, experiment, "max_without_constants", rubric.MaxWithoutConstants);

        Finding Sum(string name, Func<RubricItem, bool> which, string note) => new(suite, experiment, name, Points(shipped, which), exact is null ? null : (Quantity?)Points(exact, which)) { Note = note };
        double Points((Quantity? Value, double Points)[] scores, Func<RubricItem, bool> which) => scores.Where((_, k) => which(rubric.Items[k])).Sum(s => s.Points);
    }
}
