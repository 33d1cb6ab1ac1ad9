namespace CoopGen.Solving;

/// <summary>
/// Changes of a sequence that no gradient shows: thresholds are crossed, ends of episodes avoided. A move takes a window of the episode
/// and some agents and sets, shifts, flattens or exchanges what they do there.
/// </summary>
internal static class Moves
{
    /// <summary>Writes a changed copy of a sequence.</summary>
    /// <param name="problem">Whose sequence it is.</param>
    /// <param name="from">The sequence.</param>
    /// <param name="other">Another good sequence, to exchange windows with.</param>
    /// <param name="into">Receives the changed copy.</param>
    /// <param name="random">Where chance comes from.</param>
    public static void Change(EpisodeProblem problem, ReadOnlySpan<double> from, ReadOnlySpan<double> other, Span<double> into, Random random)
    {
        from.CopyTo(into);
        var (stretches, width) = (problem.Stretches, problem.Width);
        // Lengths are spread evenly over their logarithm: single steps as often as halves of the episode.
        var size = Math.Min(stretches, (int)Math.Exp(random.NextDouble() * Math.Log(stretches + 1)));
        var start = random.Next(4) switch { 0 => 0, 1 => stretches - size, _ => random.Next(stretches - size + 1) };
        var who = Who(problem, random);
        var (kind, level, shift) = (random.Next(6), random.NextDouble(), Shift(random));
        for (var v = 0; v < width; v++)
        {
            if (!who[v])
                continue;
            var (low, range) = (problem.Low[v], problem.High[v] - problem.Low[v]);
            var mean = 0.0;
            for (var s = start; s < start + size; s++)
                mean += from[s * width + v] / size;
            for (var s = start; s < start + size; s++)
            {
                var k = s * width + v;
                into[k] = problem.Allowed(v, kind switch
                {
                    0 => low + level * range,
                    1 or 2 => from[k] + shift * range,
                    3 => mean + (size == 1 ? shift * range : 0),
                    4 => other[k],
                    _ => from[Math.Clamp(s + (shift > 0 ? 1 : -1), 0, stretches - 1) * width + v],
                });
            }
        }
    }

    /// <summary>A share of the box, from a thousandth of a percent to half of it, up or down.</summary>
    private static double Shift(Random random) => (random.Next(2) == 0 ? 1 : -1) * 0.5 * Math.Pow(10, -4.7 * random.NextDouble());

    /// <summary>All actions, those of one agent, or each with even chance.</summary>
    private static bool[] Who(EpisodeProblem problem, Random random)
    {
        var (who, d) = (new bool[problem.Width], problem.Environment.ActionDimensions);
        var (kind, agent, dimension) = (random.Next(4), random.Next(problem.Sought.Count), random.Next(d));
        var oneDimension = d > 1 && random.Next(2) == 0;
        for (var v = 0; v < who.Length; v++)
            who[v] = (!oneDimension || v % d == dimension) && kind switch { 0 or 1 => true, 2 => v / d == agent, _ => random.Next(2) == 0 };
        return who;
    }
}
