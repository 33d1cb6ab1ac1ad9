using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr3;

/// <summary>A team of the sweep with one loyalty of all its members.</summary>
/// <param name="Game">The team.</param>
/// <param name="Theta">Loyalty of every member.</param>
/// <param name="At">Equilibrium.</param>
/// <param name="Free">Equilibrium without loyalty.</param>
/// <param name="Differentiation">Mean effort at loyalty 0.9 over that at 0.1; the same for all loyalties.</param>
/// <param name="Synergy">Rise of effort at loyalty 0.7 over the sum of the rises with one of the two effects of loyalty alone; the same for all loyalties.</param>
internal sealed record TeamRow(TeamGame Game, double Theta, Equilibrium At, Equilibrium Free, double Differentiation, double Synergy)
{
    public double Effort => At.Mean;

    public double FreeEffort => Free.Mean;

    /// <summary>Effort of free riders by the formula.</summary>
    public double Analytic => Game.FreeRiding;

    /// <summary>Distance of <see cref="FreeEffort"/> from the formula, in %.</summary>
    public double FreeError => Math.Abs(FreeEffort - Analytic) / Analytic * 100;

    public double Output => Game.Output(At.Total);

    public double FreeOutput => Game.Output(Free.Total);

    /// <summary>What loyalty adds to effort, in %.</summary>
    public double EffortIncrease => (Effort - FreeEffort) / FreeEffort * 100;

    /// <summary>What loyalty adds to output, in %.</summary>
    public double OutputIncrease => (Output - FreeOutput) / FreeOutput * 100;
}

/// <summary>The sweep over 3,125 teams.</summary>
internal static class TeamSweep
{
    private static readonly double[] _loyalties = [0, 0.3, 0.5, 0.7, 0.9];

    /// <summary>The teams in the suite's order, ω first and n fastest; each stands for its five loyalties.</summary>
    public static IReadOnlyList<TeamGame> Teams { get; } =
    [
        .. from omega in new double[] { 10, 15, 20, 25, 30 }
           from beta in new[] { 0.40, 0.45, 0.50, 0.55, 0.60 }
           from cost in new[] { 1.5, 2, 2.5, 3, 3.5 }
           from n in new[] { 3, 4, 5, 6, 8 }
           select new TeamGame(omega, beta, cost, n),
    ];

    /// <summary>How many loyalties a team has in the sweep.</summary>
    public static int Loyalties => _loyalties.Length;

    /// <summary>Solves all teams.</summary>
    /// <returns>The rows in the suite's order, loyalty fastest.</returns>
    public static TeamRow[] Run(Solver solve, CancellationToken cancellation)
    {
        var rows = new TeamRow[Teams.Count * Loyalties];
        Parallel.For(0, Teams.Count, new ParallelOptions { CancellationToken = cancellation }, g =>
        {
            var game = Teams[g];
            Equilibrium All(TeamGame team, double theta) => solve(team, Enumerable.Repeat(theta, team.N).ToArray());
            var at = Array.ConvertAll(_loyalties, theta => All(game, theta));
            var (free, loyal) = (at[0], at[3]);
            var differentiation = at[4].Mean / All(game, 0.1).Mean;
            var apart = All(game with { Tolerance = 0 }, 0.7).Mean - free.Mean + (All(game with { Benefit = 0 }, 0.7).Mean - free.Mean);
            var synergy = apart > 0 ? (loyal.Mean - free.Mean) / apart : 1;
            for (var k = 0; k < Loyalties; k++)
                rows[g * Loyalties + k] = new(game, _loyalties[k], at[k], free, differentiation, synergy);
        });
        return rows;
    }
}

/// <summary>A behavioural target of the sweep.</summary>
/// <param name="Name">Its name in the suite.</param>
/// <param name="Rule">What is asked for.</param>
/// <param name="Hits">In how many cases it holds.</param>
/// <param name="Cases">Of how many.</param>
/// <param name="Needed">Share that passes, in %; 100 means all.</param>
internal sealed record TeamTarget(string Name, string Rule, int Hits, int Cases, double Needed)
{
    public double Percent => 100.0 * Hits / Cases;

    public bool Passes => Needed == 100 ? Hits == Cases : Percent > Needed;
}

/// <summary>What the suite reads off the sweep.</summary>
internal static class TeamTargets
{
    /// <summary>The six behavioural targets.</summary>
    public static TeamTarget[] Of(TeamRow[] rows)
    {
        var (loyalties, groups) = (TeamSweep.Loyalties, rows.Length / TeamSweep.Loyalties);
        bool Rises(int g) => Enumerable.Range(1, loyalties - 1).All(k => rows[g * loyalties + k - 1].Effort <= rows[g * loyalties + k].Effort);
        // Five sizes follow one another.
        bool Shrinks(int first) => Enumerable.Range(1, 4).All(k => rows[(first + k - 1) * loyalties].Effort >= rows[(first + k) * loyalties].Effort);
        var every = Enumerable.Range(0, groups).ToArray();
        return
        [
            new("free_riding_baseline", "< 5 % from the formula", rows.Count(r => r.FreeError < 5), rows.Length, 95),
            new("loyalty_effect", "effort never falls with loyalty", every.Count(Rises), groups, 100),
            new("effort_differentiation", "effort at loyalty 0.9 > 2 × that at 0.1", every.Count(g => rows[g * loyalties].Differentiation > 2), groups, 95),
            new("team_size_effect", "effort of free riders never rises with team size", every.Where(g => g % 5 == 0).Count(Shrinks), groups / 5, 100),
            new("mechanism_synergy", "> 1.1", rows.Count(r => r.Synergy > 1.1), rows.Length, 95),
            new("bounded_outcomes", "0 ≤ mean effort ≤ 50", rows.Count(r => r.Effort >= 0 && r.Effort <= r.Game.Most), rows.Length, 100),
        ];
    }

    /// <summary>The ratios of effort, one for each team.</summary>
    public static double[] Differentiations(TeamRow[] rows) => [.. rows.Where((_, k) => k % TeamSweep.Loyalties == 0).Select(r => r.Differentiation)];

    /// <summary>The parameters of the sweep by name.</summary>
    public static IReadOnlyList<(string Name, Func<TeamRow, double> Of)> Parameters { get; } =
        [("omega", r => r.Game.Omega), ("beta", r => r.Game.Beta), ("c", r => r.Game.Cost), ("n", r => r.Game.N), ("theta", r => r.Theta)];

    /// <summary>The outcomes that parameters are correlated with.</summary>
    public static IReadOnlyList<(string Name, Func<TeamRow, double> Of)> Outcomes { get; } =
        [("equilibrium_effort", r => r.Effort), ("effort_increase_pct", r => r.EffortIncrease), ("output_increase_pct", r => r.OutputIncrease)];

    /// <summary>The paired test of efforts at loyalty 0.9 against none, with Cohen's d by the population's deviation.</summary>
    public static (TestResult T, double Difference, double D) LoyaltyTest(TeamRow[] rows)
    {
        double[] At(int k) => [.. rows.Where((_, r) => r % TeamSweep.Loyalties == k).Select(r => r.Effort)];
        var (loyal, free) = (At(4), At(0));
        var differences = Statistics.Differences(loyal, free);
        return (Statistics.TTest(differences, 0), Statistics.Mean(differences), Statistics.Mean(differences) / Statistics.Deviation(differences, 0));
    }
}
