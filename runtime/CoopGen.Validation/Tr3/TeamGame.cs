namespace CoopGen.Validation.Tr3;

/// <summary>A team of the TR-3 suite, all but the loyalties of its members.</summary>
/// <param name="Omega">Productivity.</param>
/// <param name="Beta">Elasticity of output in total effort.</param>
/// <param name="Cost">Cost of a unit of effort.</param>
/// <param name="N">Number of members.</param>
/// <param name="Benefit">φ_B: how much of its teammates' payoff a wholly loyal member takes for its own.</param>
/// <param name="Tolerance">φ_C: how much of its cost a wholly loyal member does not mind.</param>
/// <param name="Most">Greatest effort.</param>
internal readonly record struct TeamGame(double Omega, double Beta, double Cost, int N, double Benefit = 0.8, double Tolerance = 0.3, double Most = 50)
{
    /// <summary>Least effort that the suite looks at.</summary>
    public const double Least = 0.01;

    /// <summary>Output of a total effort.</summary>
    public double Output(double total) => total > 0 ? Omega * Math.Pow(total, Beta) : 0;

    /// <summary>What a member of loyalty <paramref name="theta"/> gets that contributes <paramref name="effort"/> to <paramref name="total"/>; operations in the suite's order.</summary>
    public double Utility(double theta, double effort, double total)
    {
        var share = Output(total) / N;
        var payoff = share - Cost * effort;
        var teammates = share - Cost * (total - effort) / (N - 1);
        return payoff + theta * (Benefit * teammates + Tolerance * Cost * effort);
    }

    /// <summary>Effort of each when all are selfish, bounds left aside.</summary>
    public double FreeRiding => Math.Pow(Omega * Beta / (Cost * Math.Pow(N, 2 - Beta)), 1 / (1 - Beta));

    /// <summary>
    /// Total effort at which a member of loyalty <paramref name="theta"/> gains nothing by a little more or a little less. The cost is
    /// linear, so that this does not depend on how much of it is the member's own.
    /// </summary>
    public double Target(double theta) =>
        Math.Pow(Omega * Beta * (1 + theta * Benefit) / (N * Cost * (1 - theta * Tolerance)), 1 / (1 - Beta));
}

/// <summary>An equilibrium of a team.</summary>
/// <param name="Efforts">Effort of every member. Where members are equally loyal only their sum is determined.</param>
/// <param name="Converged">Whether it was reached; always, where it was not searched for.</param>
internal sealed record Equilibrium(double[] Efforts, bool Converged)
{
    /// <summary>Mean effort.</summary>
    public double Mean { get; } = Numerics.Statistics.Mean(Efforts);

    /// <summary>Total effort.</summary>
    public double Total { get; } = Numerics.PairwiseSum.Of(Efforts);
}

/// <summary>Finds an equilibrium of a team.</summary>
/// <param name="game">The team.</param>
/// <param name="loyalties">Loyalty of every member.</param>
internal delegate Equilibrium Solver(TeamGame game, double[] loyalties);
