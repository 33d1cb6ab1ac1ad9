using CoopGen.Solving;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>What a search over an episode found, as curves.</summary>
internal static class EpisodeCurves
{
    private static readonly Color[] _colors = [Color.Blue, Color.Orange1, Color.Purple, Color.Teal, Color.Red, Color.Olive];

    /// <summary>Most curves drawn.</summary>
    private const int Most = 12;

    /// <summary>A line per action of an agent sought, over the steps played.</summary>
    public static void Draw(IAnsiConsole screen, EpisodeOptimum optimum)
    {
        var (environment, steps) = (optimum.Problem.Environment, optimum.Steps);
        var (n, d) = (environment.ProfileLength, environment.ActionDimensions);
        foreach (var entry in optimum.Problem.Sought.SelectMany(i => Enumerable.Range(i * d, d)).Take(Most))
        {
            var values = new double[steps];
            for (var t = 0; t < steps; t++)
                values[t] = optimum.Actions[t * n + entry];
            var name = environment.Info.AgentName(entry / d) + (d > 1 ? " " + environment.Info.Actions[entry % d].Name : "");
            var width = Math.Clamp(screen.Profile.Width - 36, 10, 80);
            screen.Write($"{name,12} ▕");
            screen.Write(Chart.Area(values, width, 1, environment.ActionSpace.Low[entry], environment.ActionSpace.High[entry])[0], new Style(_colors[entry % _colors.Length]));
            screen.WriteLine($"▏ {Figures.Of(values[0])} → {Figures.Of(values[^1])}");
        }

        if (optimum.Problem.Sought.Count * d > Most)
            screen.WriteLine(FormattableString.Invariant($"{"…",12} and {optimum.Problem.Sought.Count * d - Most} more"));
    }
}
