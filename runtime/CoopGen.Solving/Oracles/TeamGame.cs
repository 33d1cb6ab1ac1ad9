namespace CoopGen.Solving;

/// <summary>
/// Team production with Q = ω·(Σa)^β, of which each has an equal share less the cost of its effort: π_i = Q/n − c·a_i. Agent i is paid
/// own·π_i + others·Σ_{j≠i} π_j + tolerance·c·a_i.
/// </summary>
/// <param name="n">Number of agents.</param>
/// <param name="team">Productivity, elasticity and cost.</param>
/// <param name="others">Weight of each teammate's payoff.</param>
/// <param name="tolerance">Part of the own cost that is not minded.</param>
internal sealed class TeamGame(int n, TeamFacts team, double others, double tolerance) : IOneShotGame
{
    /// <summary>Everyone for itself.</summary>
    public static OneShotProblem Base(BenchmarkFacts x) => Problem(x, 0, 0);

    /// <summary>Everyone for all.</summary>
    public static OneShotProblem Common(BenchmarkFacts x) => Problem(x, 1, 0);

    /// <summary>At a loyalty of 0.9, which weighs each teammate's payoff.</summary>
    public static OneShotProblem Loyal(BenchmarkFacts x) => Problem(x, 0.9 * x.Team.φB, 0.9 * x.Team.φC);

    /// <inheritdoc/>
    public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs)
    {
        var sum = Sum(actions);
        var share = team.ω * Math.Pow(sum, team.β) / n;
        for (var i = 0; i < n; i++)
            payoffs[i] = share * (1 + others * (n - 1)) - team.c * (actions[i] * (1 - tolerance) + others * (sum - actions[i]));
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)
    {
        Payoffs(actions, payoffs);
        // The first unit of effort is worth any price; a finite one stands for it.
        var rise = team.ω * team.β * Math.Pow(Math.Max(Sum(actions), 1e-100), team.β - 1) / n * (1 + others * (n - 1));
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                gradient[i * n + j] = rise - team.c * (i == j ? 1 - tolerance : others);
    }

    private static OneShotProblem Problem(BenchmarkFacts x, double others, double tolerance) =>
        new(x.Name, new TeamGame(x.n, x.Team, others, tolerance), x.n, new(new double[x.n], x.e));

    private static double Sum(ReadOnlySpan<double> actions)
    {
        var sum = 0.0;
        foreach (var action in actions)
            sum += action;
        return sum;
    }
}
