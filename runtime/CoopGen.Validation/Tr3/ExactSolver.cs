namespace CoopGen.Validation.Tr3;

/// <summary>
/// Equilibria in closed form. A member wants more as long as the total is below its target and less above it; so the members with the
/// highest targets give all they can, those with the lowest the least, and those in between, if any, fill up to their target.
/// </summary>
internal static class ExactSolver
{
    /// <summary>The equilibrium in which equally loyal members give the same.</summary>
    public static Equilibrium Solve(TeamGame game, double[] loyalties)
    {
        var efforts = new double[game.N];
        Array.Fill(efforts, TeamGame.Least);
        // Groups of equal targets, the highest first; everyone not looked at yet gives the least.
        foreach (var group in Enumerable.Range(0, game.N).GroupBy(i => game.Target(loyalties[i])).OrderByDescending(g => g.Key))
        {
            var members = group.Count();
            var others = efforts.Sum() - members * TeamGame.Least;
            var each = Math.Clamp((group.Key - others) / members, TeamGame.Least, game.Most);
            foreach (var i in group)
                efforts[i] = each;
            if (each < game.Most)
                break;
        }

        return new(efforts, true);
    }

    /// <summary>
    /// How far a profile is from an equilibrium by the compiled game's exact gradient: the greatest move, over members, of effort plus
    /// own derivative, both in units of cost, projected on the bounds. 0 only at an equilibrium, because utility is concave in the own effort.
    /// </summary>
    public static double Residual(TeamGame game, double[] loyalties, Equilibrium equilibrium)
    {
        var team = new Suites.TeamEnvironment(new()
        {
            ["n_agents"] = game.N,
            ["omega"] = game.Omega,
            ["beta"] = game.Beta,
            ["c"] = game.Cost,
            ["a_max"] = game.Most,
            ["phi_B"] = game.Benefit,
            ["phi_C"] = game.Tolerance,
        });
        team.Reset(seed: 0);
        // Memory of a spec lies by name: Efforts, Loyalty, R, T.
        var memory = new double[team.StateLength];
        team.SaveState(memory);
        loyalties.CopyTo(memory, memory.Length - 2 * game.N * game.N - game.N);
        team.RestoreState(memory);
        var (payoffs, gradient) = (new double[game.N], new double[game.N * game.N]);
        team.Gradient(equilibrium.Efforts, payoffs, gradient);
        var residual = 0.0;
        for (var i = 0; i < game.N; i++)
        {
            var effort = equilibrium.Efforts[i];
            residual = Math.Max(residual, Math.Abs(Math.Clamp(effort + gradient[i * game.N + i] / game.Cost, TeamGame.Least, game.Most) - effort));
        }

        return residual;
    }
}
