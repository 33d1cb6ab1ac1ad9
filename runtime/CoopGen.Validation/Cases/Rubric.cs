using System.Globalization;

namespace CoopGen.Validation;

/// <summary>An item of a rubric.</summary>
/// <param name="Id">Id, unique in the rubric, such as <c>C2.6</c>.</param>
/// <param name="Group">What it is counted with.</param>
/// <param name="Asks">What it asks for, in words.</param>
/// <param name="Measure">What is measured: a name or a formula; empty where nothing is.</param>
/// <param name="Bands">Values that earn points; they do not overlap.</param>
/// <param name="Otherwise">What every other value earns.</param>
/// <param name="Max">Most points.</param>
/// <param name="Constant">Why it cannot fail; null if it can.</param>
internal sealed record RubricItem(string Id, string Group, string Asks, string Measure, IReadOnlyList<Band> Bands, double Otherwise, double Max, string? Constant)
{
    /// <summary>What a value earns.</summary>
    public double Points(double value) => Bands.FirstOrDefault(b => b.Holds(value))?.Points ?? Otherwise;

    /// <summary>The thresholds.</summary>
    public string Rule => Measure.Length == 0 ? Asks
        : string.Join("; ", Bands.Select(b => b.Rule(Measure) + (Bands.Count > 1 || Otherwise > 0 ? string.Create(CultureInfo.InvariantCulture, $": {b.Points}") : "")))
            + (Otherwise > 0 ? string.Create(CultureInfo.InvariantCulture, $"; otherwise: {Otherwise}") : "");
}

/// <summary>A rubric: items with points for measures within limits.</summary>
internal sealed class Rubric(IReadOnlyList<RubricItem> items)
{
    private const double MostPoints = 1e6;

    /// <summary>The items in order.</summary>
    public IReadOnlyList<RubricItem> Items => items;

    /// <summary>Most points of all.</summary>
    public double Max => items.Sum(i => i.Max);

    /// <summary>Most points of the items that can fail.</summary>
    public double MaxWithoutConstants => items.Where(i => i.Constant is null).Sum(i => i.Max);

    /// <summary>The groups in order.</summary>
    public IEnumerable<string> Groups => items.Select(i => i.Group).Distinct();

    /// <summary>Reads a list of items.</summary>
    /// <exception cref="CaseException">An id is there twice, limits overlap, or something is missing.</exception>
    public static List<RubricItem> Read(Entry list)
    {
        var items = new List<RubricItem>();
        foreach (var entry in list.List(1))
        {
            var item = Item(entry);
            if (items.Any(i => i.Id == item.Id))
                throw new CaseException($"{entry.Path}.id is '{item.Id}', which another item has; ids must differ.");
            items.Add(item);
        }

        return items;
    }

    /// <summary>The points of every item.</summary>
    /// <param name="measure">The value of a measure; verdicts count as 1 and 0.</param>
    public (Quantity? Value, double Points)[] Score(Func<string, Quantity> measure) => [.. items.Select(item =>
    {
        if (item.Measure.Length == 0)
            return ((Quantity?)null, item.Otherwise);
        var value = measure(item.Measure);
        return (value, item.Points(value.Verdict is { } verdict ? verdict ? 1 : 0 : value.Number!.Value));
    })];

    private static RubricItem Item(Entry entry)
    {
        var id = entry["id"].Text();
        var asks = entry.Find("asks")?.Text() ?? id;
        var group = entry.Find("group")?.Text() ?? id;
        var constant = entry.Find("constant")?.Text();
        if (entry.Find("measure")?.Text() is not { } measure)
        {
            entry.Only("id", "group", "asks", "points", "max", "constant");
            if (constant is null)
                throw new CaseException($"{entry.Path} ({id}) has no 'measure'; an item that measures nothing must say why in 'constant'.");
            var points = entry["points"].Number(0, MostPoints);
            return new(id, group, asks, "", [], points, entry.Find("max")?.Number(points, MostPoints) ?? points, constant);
        }

        if (entry.Has("bands"))
            entry.Only("id", "group", "asks", "measure", "bands", "otherwise", "constant");
        else
            entry.Only("id", "group", "asks", "measure", "points", "above", "at_least", "below", "at_most", "otherwise", "constant");
        Band[] bands = entry.Find("bands") is { } list ? [.. list.List(1).Select(b => Band.Read(b, MostPoints))] : [Band.Read(entry, MostPoints)];
        for (var k = 0; k < bands.Length; k++)
            for (var earlier = 0; earlier < k; earlier++)
                if (bands[k].Overlaps(bands[earlier]))
                    throw new CaseException($"{entry.Path} ({id}): the thresholds {bands[earlier].Rule(measure)} and {bands[k].Rule(measure)} overlap; a value must earn one number of points.");
        var otherwise = entry.Find("otherwise")?.Number(0, MostPoints) ?? 0;
        return new(id, group, asks, measure, bands, otherwise, Math.Max(otherwise, bands.Max(b => b.Points)), constant);
    }
}
