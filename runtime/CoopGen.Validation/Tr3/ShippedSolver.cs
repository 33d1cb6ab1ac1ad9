using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr3;

/// <summary>
/// The suite's search for an equilibrium, bit for bit: from half of the greatest effort, members in turn take their best response to
/// the others, found by a bounded Brent search, until a round moves nobody by 1e-6, or 1000 rounds are over.
/// </summary>
/// <remarks>What a search that ends at a corner returns lies a few millionths inside; rounds that go on among such points never converge.</remarks>
internal static class ShippedSolver
{
    private const int MostRounds = 1000;
    private const double Tolerance = 1e-6;

    /// <summary>Searches.</summary>
    public static Equilibrium Solve(TeamGame game, double[] loyalties)
    {
        var efforts = new double[game.N];
        Array.Fill(efforts, game.Most / 2);
        var before = new double[game.N];
        var member = 0;
        double Loss(double effort)
        {
            efforts[member] = effort;
            return -game.Utility(loyalties[member], effort, PairwiseSum.Of(efforts));
        }

        Func<double, double> loss = Loss;
        for (var round = 0; round < MostRounds; round++)
        {
            efforts.CopyTo(before, 0);
            for (member = 0; member < game.N; member++)
                efforts[member] = BoundedBrent.Minimum(loss, TeamGame.Least, game.Most).X;
            var moved = 0.0;
            for (var i = 0; i < game.N; i++)
                moved = Math.Max(moved, Math.Abs(efforts[i] - before[i]));
            if (moved < Tolerance)
                return new(efforts, true);
        }

        return new(efforts, false);
    }
}
