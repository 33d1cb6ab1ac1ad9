using System.Diagnostics;

namespace CoopGen.Benchmarking;

/// <summary>Something that is timed.</summary>
/// <param name="Steps">How many steps a round plays, of all environments together.</param>
/// <param name="Round">Plays a round.</param>
public sealed record Contender(long Steps, Action Round);

/// <summary>
/// Times contenders against each other: rounds of a few milliseconds in turn, so that whatever else the machine does slows all alike. The
/// time of each is that of its fastest round, which is what the code takes when nothing comes between.
/// </summary>
public static class Race
{
    private const double RoundSeconds = 2e-3;

    /// <summary>Seconds per step of each.</summary>
    /// <param name="contenders">What is timed.</param>
    /// <param name="seconds">How long each is timed; at least five rounds are.</param>
    public static double[] Run(IReadOnlyList<Contender> contenders, double seconds)
    {
        var best = new double[contenders.Count];
        var repeats = new int[contenders.Count];
        for (var k = 0; k < best.Length; k++)
        {
            // Long enough for the just-in-time compiler to replace its first versions, which it does some time after they have been used.
            for (var warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < Math.Clamp(2 * seconds, 0.01, 0.5);)
                contenders[k].Round();
            var once = Math.Max(1e-8, Time(contenders[k].Round, 3) / 3);
            (best[k], repeats[k]) = (double.PositiveInfinity, (int)Math.Clamp(RoundSeconds / once, 1, 1e6));
        }

        var rounds = Math.Max(5, (int)(seconds / RoundSeconds));
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < rounds && (round < 5 || watch.Elapsed.TotalSeconds < 2 * seconds * best.Length); round++)
            for (var k = 0; k < best.Length; k++)
                best[k] = Math.Min(best[k], Time(contenders[k].Round, repeats[k]) / ((double)repeats[k] * contenders[k].Steps));
        return best;
    }

    private static double Time(Action round, int repeats)
    {
        var started = Stopwatch.GetTimestamp();
        for (var k = 0; k < repeats; k++)
            round();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
