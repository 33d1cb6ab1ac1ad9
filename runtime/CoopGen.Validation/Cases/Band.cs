using System.Globalization;

namespace CoopGen.Validation;

/// <summary>Values that earn points.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="LowCounts">Whether the lower end itself is in.</param>
/// <param name="High">Upper end.</param>
/// <param name="HighCounts">Whether the upper end itself is in.</param>
/// <param name="Points">What a value within earns.</param>
internal sealed record Band(double Low, bool LowCounts, double High, bool HighCounts, double Points)
{
    /// <summary>Reads <c>above</c> or <c>at_least</c>, <c>below</c> or <c>at_most</c>, and <c>points</c>.</summary>
    /// <exception cref="CaseException">There is no limit, two for one end, or nothing between them.</exception>
    public static Band Read(Entry entry, double max)
    {
        var (above, least, below, most) = (entry.Find("above"), entry.Find("at_least"), entry.Find("below"), entry.Find("at_most"));
        if (above is not null && least is not null)
            throw new CaseException($"{entry.Path} has both 'above' and 'at_least'; give one.");
        if (below is not null && most is not null)
            throw new CaseException($"{entry.Path} has both 'below' and 'at_most'; give one.");
        if ((above ?? least ?? below ?? most) is null)
            throw new CaseException($"{entry.Path} has no threshold; give 'above' or 'at_least', 'below' or 'at_most', or both.");
        var band = new Band((above ?? least)?.Number() ?? double.NegativeInfinity, least is not null, (below ?? most)?.Number() ?? double.PositiveInfinity, most is not null, entry["points"].Number(0, max));
        return band.Low < band.High || band.Low == band.High && band.LowCounts && band.HighCounts ? band
            : throw new CaseException(string.Create(CultureInfo.InvariantCulture, $"{entry.Path}: no value is {band.Rule("it")}."));
    }

    /// <summary>Whether a value is within; what is no number is not.</summary>
    public bool Holds(double value) => (LowCounts ? value >= Low : value > Low) && (HighCounts ? value <= High : value < High);

    /// <summary>Whether some value is in both.</summary>
    public bool Overlaps(Band other)
    {
        var (first, second) = Low < other.Low || Low == other.Low && LowCounts ? (this, other) : (other, this);
        return second.Low < first.High || second.Low == first.High && second.LowCounts && first.HighCounts;
    }

    /// <summary>The condition, of a name.</summary>
    public string Rule(string name) => (double.IsFinite(Low), double.IsFinite(High)) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $"{Low} {(LowCounts ? "≤" : "<")} {name} {(HighCounts ? "≤" : "<")} {High}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"{name} {(LowCounts ? "≥" : ">")} {Low}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{name} {(HighCounts ? "≤" : "<")} {High}"),
    };
}
