namespace CoopGen.Validation;

/// <summary>A picture of an experiment, as data.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="X">Label of the horizontal axis.</param>
/// <param name="Y">Label of the vertical axis.</param>
/// <param name="Curves">What is drawn; at least one.</param>
public sealed record Figure(string Title, string X, string Y, IReadOnlyList<Curve> Curves)
{
    /// <summary>Horizontal lines: targets and limits.</summary>
    public IReadOnlyList<Level> Levels { get; init; } = [];

    /// <summary>Vertical stretches with a name: phases.</summary>
    public IReadOnlyList<Stretch> Stretches { get; init; } = [];
}

/// <summary>A curve, points or bars.</summary>
/// <param name="Name">What it is, for the legend; empty for none.</param>
/// <param name="X">Horizontal positions.</param>
/// <param name="Y">Vertical positions, as many.</param>
/// <param name="Kind">How it is drawn.</param>
public sealed record Curve(string Name, double[] X, double[] Y, CurveKind Kind = CurveKind.Line);

/// <summary>How a curve is drawn.</summary>
public enum CurveKind
{
    /// <summary>A line from point to point.</summary>
    Line,

    /// <summary>A dashed line: what is expected or observed.</summary>
    Dashed,

    /// <summary>Points alone.</summary>
    Points,

    /// <summary>A bar at each point: histograms.</summary>
    Bars,
}

/// <summary>A horizontal line at a value.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Where it is.</param>
public sealed record Level(string Name, double Value);

/// <summary>A stretch of the horizontal axis.</summary>
/// <param name="Name">What it is.</param>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
public sealed record Stretch(string Name, double From, double To);
