namespace CoopGen.Validation;

/// <summary>One number, verdict or word of a validation suite: as the suite that was shipped computes it, exactly, and as it was printed.</summary>
/// <param name="Suite">Suite: tr1, tr2, tr3 or tr4, or the id of a case study of one's own.</param>
/// <param name="Experiment">Experiment within the suite; the published case study is <c>case</c>.</param>
/// <param name="Item">What is measured; unique within the experiment.</param>
/// <param name="AsShipped">The suite's own procedure, to the letter where its numbers hang on it; null if it has none.</param>
/// <param name="Exact">The same by certified solutions and closed forms; null where there is nothing to be solved more exactly.</param>
/// <param name="Printed">What the reports and their documents print, as printed; null if nothing.</param>
public sealed record Finding(string Suite, string Experiment, string Item, Quantity? AsShipped, Quantity? Exact = null, Quantity? Printed = null)
{
    /// <summary>Points of a rubric's item as shipped; null if it is none.</summary>
    public double? Points { get; init; }

    /// <summary>Points of a rubric's item by exact solutions; null if there are none.</summary>
    public double? ExactPoints { get; init; }

    /// <summary>Most points of a rubric's item.</summary>
    public double? Max { get; init; }

    /// <summary>Whether a rubric's item cannot fail, whatever the model does; null if it is none.</summary>
    public bool? Constant { get; init; }

    /// <summary>Whether it is one of many of a kind (a step of a series, a row of a sweep), which programs read and tables for people leave out.</summary>
    public bool Detail { get; init; }

    /// <summary>What the item asks for, such as <c>c &gt; 15 %</c>; empty if nothing.</summary>
    public string Rule { get; init; } = "";

    /// <summary>What a reader should know; empty if nothing.</summary>
    public string Note { get; init; } = "";
}
