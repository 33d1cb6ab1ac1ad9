using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr4;

/// <summary>A trial of the Monte Carlo.</summary>
/// <param name="Draws">The six relative deviations, −0.15 … 0.15.</param>
/// <param name="Setting">The setting they give.</param>
/// <param name="Metrics">What is measured there.</param>
internal sealed record Trial(double[] Draws, Setting Setting, Metrics Metrics)
{
    /// <summary>Whether all six verdicts hold.</summary>
    public bool Succeeds => Array.TrueForAll(Metrics.Verdicts, v => v);
}

/// <summary>The Monte Carlo: the default setting with every parameter off by up to 15 %.</summary>
internal static class MonteCarlo
{
    /// <summary>Number of trials.</summary>
    public const int Trials = 2000;

    /// <summary>Greatest relative deviation.</summary>
    public const double Level = 0.15;

    /// <summary>Runs all trials.</summary>
    public static Trial[] Run(uint seed, CancellationToken cancellation)
    {
        var random = new LegacyRandom(seed);
        var draws = new double[Trials][];
        for (var k = 0; k < Trials; k++)
            draws[k] = [.. Enumerable.Range(0, 6).Select(_ => random.Uniform(-Level, Level))];
        var trials = new Trial[Trials];
        Parallel.For(0, Trials, new ParallelOptions { CancellationToken = cancellation }, k =>
        {
            var u = draws[k];
            var setting = new Setting(Math.Max(0.1, 1 + u[0]), Math.Max(0.1, 1 + u[1]), Math.Max(0.1, 1 + u[2]),
                Math.Max(1, (int)(5 * (1 + u[3]))), Math.Max(0.1, 1 + u[4]), Math.Min(Math.Max(0.6 * (1 + u[5]), 0.1), 0.95));
            trials[k] = new(u, setting, Metrics.Of(setting, Courses.Of(setting)));
        });
        return trials;
    }
}
