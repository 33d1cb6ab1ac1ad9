namespace CoopGen.Validation;

/// <summary>One experiment of a suite.</summary>
/// <param name="Name">Its name, unique within the suite: the experiment of its findings.</param>
/// <param name="Title">What it is about, in a line.</param>
/// <param name="Run">Runs it; deterministic. Long ones watch the token.</param>
public sealed record Experiment(string Name, string Title, Func<CancellationToken, Outcome> Run);

/// <summary>What came of an experiment.</summary>
/// <param name="Findings">Numbers, verdicts and words, in the order in which a reader wants them.</param>
public sealed record Outcome(IReadOnlyList<Finding> Findings)
{
    /// <summary>Pictures for the report.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>Long tables, for files of their own.</summary>
    public IReadOnlyList<DataTable> Tables { get; init; } = [];
}

/// <summary>The experiments of a report's validation suite, or those of a case study of one's own.</summary>
/// <param name="Id">Id: tr1, tr2, tr3 or tr4, or the id of the case study.</param>
/// <param name="Title">What it validates, in a line.</param>
/// <param name="Report">Where it is published, such as <c>arXiv:2510.18802</c>; empty if nowhere.</param>
/// <param name="Experiments">The experiments in order. They may share work, which the first that needs it does.</param>
public sealed record Suite(string Id, string Title, string Report, IReadOnlyList<Experiment> Experiments);

/// <summary>A table that is too long to be told item by item.</summary>
/// <param name="Name">Name of its file, without an ending.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Rows, as long as there are columns.</param>
public sealed record DataTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<double[]> Rows);
