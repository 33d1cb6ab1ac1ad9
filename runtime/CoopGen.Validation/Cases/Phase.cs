namespace CoopGen.Validation;

/// <summary>A stretch of a case in which everybody does the same in every period.</summary>
/// <param name="Name">Name, by which measures call it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Start">State at which it begins; the first is 0.</param>
/// <param name="Periods">How many periods it lasts.</param>
/// <param name="Actions">What each agent does.</param>
internal sealed record Phase(string Name, string Title, int Start, int Periods, double[] Actions)
{
    /// <summary>State at which it ends, and the next begins.</summary>
    public int End => Start + Periods;

    /// <summary>Reads the phases of a case.</summary>
    /// <exception cref="CaseException">There is none, a name is there twice, or a number is not allowed.</exception>
    public static IReadOnlyList<Phase> Read(Entry list, int agents)
    {
        const int Longest = 100_000;
        var (phases, start) = (new List<Phase>(), 0);
        foreach (var entry in list.List(1))
        {
            entry.Only("name", "title", "periods", "actions");
            var name = entry["name"].Text();
            if (phases.Any(p => p.Name == name))
                throw new CaseException($"{entry.Path}.name is '{name}', which another phase has; names must differ.");
            var phase = new Phase(name, entry.Find("title")?.Text() ?? name, start, entry["periods"].Whole(1, Longest), entry["actions"].Numbers(agents, 0, 1e9));
            start = phase.End;
            if (start > Longest)
                throw new CaseException($"{list.Path} last {start} periods; a case may have {Longest}.");
            phases.Add(phase);
        }

        return phases;
    }
}
