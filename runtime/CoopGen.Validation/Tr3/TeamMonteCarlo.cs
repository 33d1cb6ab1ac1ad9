using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr3;

/// <summary>A trial of the Monte Carlo.</summary>
/// <param name="Draws">The four relative deviations, −0.15 … 0.15.</param>
/// <param name="Game">The team they give.</param>
/// <param name="Efforts">Mean efforts at the loyalties 0, 0.3, 0.6 and 0.9.</param>
/// <param name="AtTenth">Mean effort at loyalty 0.1.</param>
internal sealed record TeamTrial(double[] Draws, TeamGame Game, double[] Efforts, double AtTenth)
{
    /// <summary>Mean effort at loyalty 0.9 over that at 0.1.</summary>
    public double Ratio => Efforts[^1] / AtTenth;

    /// <summary>Whether effort never falls with loyalty.</summary>
    public bool Monotonic => Efforts.Zip(Efforts.Skip(1), (a, b) => a <= b).All(holds => holds);
}

/// <summary>The Monte Carlo: the default team with every parameter off by up to 15 %.</summary>
internal static class TeamMonteCarlo
{
    /// <summary>Number of trials.</summary>
    public const int Trials = 2000;

    /// <summary>Greatest relative deviation.</summary>
    public const double Level = 0.15;

    /// <summary>Runs all trials.</summary>
    public static TeamTrial[] Run(Solver solve, uint seed, CancellationToken cancellation)
    {
        var random = new LegacyRandom(seed);
        var draws = new double[Trials][];
        for (var k = 0; k < Trials; k++)
            draws[k] = [.. Enumerable.Range(0, 4).Select(_ => random.Uniform(-Level, Level))];
        var trials = new TeamTrial[Trials];
        Parallel.For(0, Trials, new ParallelOptions { CancellationToken = cancellation }, k =>
        {
            var u = draws[k];
            var game = new TeamGame(25 * (1 + u[0]), Math.Clamp(0.7 * (1 + u[1]), 0.3, 0.95), 1 * (1 + u[2]), 5, Math.Clamp(0.8 * (1 + u[3]), 0.2, 1));
            double Mean(double theta) => solve(game, Enumerable.Repeat(theta, game.N).ToArray()).Mean;
            trials[k] = new(u, game, [Mean(0), Mean(0.3), Mean(0.6), Mean(0.9)], Mean(0.1));
        });
        return trials;
    }
}
