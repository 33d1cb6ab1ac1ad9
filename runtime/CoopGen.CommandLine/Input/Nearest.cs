namespace CoopGen.Cli;

/// <summary>Finds what someone probably meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the least distance from the text; the first of equals.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="candidates">What could have been meant; at least one.</param>
    public static string To(string text, IEnumerable<string> candidates) => candidates.MinBy(c => Closeness(text, c))!;

    /// <summary>"; did you mean '…'?" with the nearest candidate, or a full stop if none has anything to do with the text.</summary>
    public static string Hint(string text, IReadOnlyCollection<string> candidates) =>
        To(text, candidates) is var nearest && Closeness(text, nearest) <= Math.Max(2, text.Length / 2) ? $"; did you mean '{nearest}'?" : ".";

    /// <summary>Distance in which a version suffix that was left out, or the rest of a word that was begun, costs little.</summary>
    private static double Closeness(string text, string candidate)
    {
        var distance = (double)Distance(text, candidate);
        var suffix = candidate.LastIndexOf("-v", StringComparison.Ordinal);
        if (suffix > 0)
            distance = Math.Min(distance, Distance(text, candidate[..suffix]) + 0.5);
        if (text.Length > 1 && candidate.StartsWith(text, StringComparison.OrdinalIgnoreCase))
            distance = Math.Min(distance, 0.75);
        return distance;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that lead from one word to the other (optimal string alignment), case ignored.</summary>
    public static int Distance(string a, string b)
    {
        var (before, previous, current) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }

    private static bool Same(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
