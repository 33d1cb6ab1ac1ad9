using FsCheck.Xunit;

namespace CoopGen.Solving.Tests;

/// <summary>
/// Properties that are proved for the games of the reports, on random parameters. The one-shot games of TR-1 and TR-2 have increasing
/// differences (an action raises what others gain by theirs), so that equilibria reached from the same profile rise with whatever
/// raises the gain of acting (Topkis). A counterexample fails the test and is printed with its parameters.
/// </summary>
public class PropertyTests
{
    /// <summary>Equilibria are located to about 1e-9; anything above is a counterexample.</summary>
    private const double Slack = 1e-7;

    [Property(MaxTest = 60)]
    public void Agents_may_be_renamed(int seed)
    {
        var random = new Random(seed);
        var x = Draw(random);
        int[] names = [.. Enumerable.Range(0, x.n).OrderBy(_ => random.Next())];
        T[] Renamed<T>(T[] row) => [.. names.Select(i => row[i])];
        var y = x with { e = Renamed(x.e), b = Renamed(x.b), α = Renamed(x.α), D = Renamed([.. x.D.Select(Renamed)]), T = Renamed([.. x.T.Select(Renamed)]), R = Renamed([.. x.R.Select(Renamed)]) };
        var (here, there) = (Solve(BenchmarkGame.Trusting(x)), Solve(BenchmarkGame.Trusting(y)));
        for (var i = 0; i < x.n; i++)
            Assert.Equal(here[names[i]], there[i], Slack);
    }

    /// <summary>In symmetric games whoever is renamed, an equilibrium stays one, and the profile at which all do the same is among those found.</summary>
    [Theory]
    [MemberData(nameof(Symmetric))]
    public void Symmetric_games_have_symmetric_solutions(string id)
    {
        foreach (var mode in Enum.GetValues<RewardMode>())
        {
            var problem = Problems.Of(id, new() { ["reward_type"] = mode });
            var solution = EquilibriumSolver.Solve(problem);
            // Payoffs that depend on the sum of efforts alone have a line of equilibria, of which any may be found.
            if (solution.Equilibria.All(e => e.Stability.IsIsolated))
                Assert.Contains(solution.Equilibria, e => e.Actions.Max() - e.Actions.Min() < Slack);
            foreach (var equilibrium in solution.Equilibria)
            {
                double[] renamed = [.. equilibrium.Actions.Skip(1), equilibrium.Actions[0]];
                var payoffs = new double[problem.Agents];
                problem.Payoffs(renamed, payoffs);
                for (var i = 0; i < payoffs.Length; i++)
                    Assert.Equal(equilibrium.Payoffs[(i + 1) % payoffs.Length], payoffs[i], 1e-9 * equilibrium.Certificate.Scale);
                Assert.True(Certificate.Of(problem, renamed).IsCertified);
            }
        }
    }

    public static TheoryData<string> Symmetric =>
    [
        .. EnvironmentRegistry.All.Select(e => e.Id).Where(id => id.Split('-')[0] is "TrustDilemma" or "RecoveryRace" or "DynamicPartnerSelection" or "ReputationMarket"
            or "TeamProduction" or "LoyaltyTeam" or "CoalitionFormation" or "PublicGoods" or "ReciprocalDilemma" or "IndirectReciprocity" or "GraduatedSanction"),
    ];

    [Property(MaxTest = 60)]
    public void More_interdependence_raises_actions(int seed)
    {
        var random = new Random(seed);
        var x = Draw(random);
        var (i, j) = Pair(random, x.n);
        var more = Copy(x.D);
        more[i][j] = Math.Min(1, more[i][j] + random.NextDouble() * (1 - more[i][j]));
        Rises(seed, "D", Solve(BenchmarkGame.Coopetitive(x)), Solve(BenchmarkGame.Coopetitive(x with { D = more })));
    }

    [Property(MaxTest = 60)]
    public void More_synergy_raises_actions(int seed)
    {
        var random = new Random(seed);
        var x = Draw(random);
        Rises(seed, "γ", Solve(BenchmarkGame.Coopetitive(x)), Solve(BenchmarkGame.Coopetitive(x with { γ = x.γ + random.NextDouble() })));
    }

    [Property(MaxTest = 60)]
    public void More_own_value_raises_actions(int seed)
    {
        var random = new Random(seed);
        var x = Draw(random);
        Rises(seed, "θ", Solve(BenchmarkGame.Coopetitive(x)), Solve(BenchmarkGame.Coopetitive(x with { θ = x.θ + 20 * random.NextDouble() })));
    }

    [Property(MaxTest = 60)]
    public void More_trust_raises_actions(int seed)
    {
        var random = new Random(seed);
        var x = Draw(random);
        var (i, j) = Pair(random, x.n);
        var more = Copy(x.T);
        more[i][j] += random.NextDouble() * (1 - more[i][j]);
        Rises(seed, "T", Solve(BenchmarkGame.Trusting(x)), Solve(BenchmarkGame.Trusting(x with { T = more })));
    }

    [Property(MaxTest = 60)]
    public void Stronger_reciprocity_raises_actions(int seed)
    {
        var random = new Random(seed);
        var x = Draw(random);
        Rises(seed, "λR", Solve(BenchmarkGame.Reciprocal(x)), Solve(BenchmarkGame.Reciprocal(x with { Reciprocity = x.Reciprocity with { λR = x.Reciprocity.λR + random.NextDouble() } })));
    }

    /// <summary>The sum of efforts: how they are split is open where all are equally loyal.</summary>
    [Property(MaxTest = 60)]
    public void More_loyalty_raises_the_teams_effort(int seed)
    {
        var random = new Random(seed);
        var x = Draw(random) with { Team = new(5 + 25 * random.NextDouble(), 0.3 + 0.5 * random.NextDouble(), 0.5 + random.NextDouble(), random.NextDouble(), 0.5 * random.NextDouble()) };
        var more = x with { Team = x.Team with { φB = x.Team.φB + random.NextDouble() * (1 - x.Team.φB), φC = x.Team.φC + random.NextDouble() * (0.9 - x.Team.φC) } };
        var (low, high) = (Solve(TeamGame.Loyal(x)).Sum(), Solve(TeamGame.Loyal(more)).Sum());
        Assert.True(high >= low - 1e-5, $"seed {seed}: effort {low} falls to {high}");
    }

    /// <summary>The same in compiled environments, by the parameters that their users have.</summary>
    [Theory]
    [InlineData("PartnerHoldUp-v0", "strong_dependency", 0, 1)]
    [InlineData("PartnerHoldUp-v0", "weak_dependency", 0, 1)]
    [InlineData("PlatformEcosystem-v0", "developer_dependency", 0, 1)]
    [InlineData("RecoveryRace-v0", "initial_trust", 0, 0.5)]
    public void Environments_follow(string id, string parameter, double low, double high)
    {
        double[]? before = null;
        for (var k = 0; k <= 8; k++)
        {
            var actions = EquilibriumSolver.Solve(Problems.Of(id, new() { [parameter] = low + k / 8.0 * (high - low) })).Closest.Actions;
            if (before is not null)
                Rises(k, parameter, before, actions);
            before = actions;
        }
    }

    private static void Rises(int seed, string what, double[] before, double[] after)
    {
        for (var i = 0; i < before.Length; i++)
            Assert.True(after[i] >= before[i] - Slack, $"counterexample, seed {seed}: more {what} lowers the action of agent {i} from {before[i]} to {after[i]}");
    }

    private static double[] Solve(OneShotProblem problem)
    {
        var (actions, certificate) = EquilibriumSolver.From(problem, problem.Part(0.5));
        Assert.True(certificate.IsCertified, $"{problem.Name}: gain {certificate.LargestGain}, residual {certificate.Residual}");
        return actions;
    }

    private static BenchmarkFacts Draw(Random random)
    {
        var n = random.Next(2, 5);
        double[] Row(double low, double high) => [.. Enumerable.Range(0, n).Select(_ => low + random.NextDouble() * (high - low))];
        double[][] Pairs(double low, double high) => [.. Enumerable.Range(0, n).Select(_ => Row(low, high))];
        var (e, α) = (Row(40, 150), Row(0.1, 1));
        return new("Random", e, [.. e.Select(x => 0.35 * x)], [.. α.Select(x => x / α.Sum())], Pairs(0, 0.8), Pairs(0, 1), Pairs(0, 0.6), 5 + 20 * random.NextDouble(), random.NextDouble(),
            new(25, 0.7, 1, 0.8, 0.3), new(0.5 + random.NextDouble(), 1, 1, 5, random.NextDouble(), random.NextDouble()));
    }

    private static (int, int) Pair(Random random, int n) => random.Next(n) is var i ? (i, (i + 1 + random.Next(n - 1)) % n) : default;

    private static double[][] Copy(double[][] rows) => [.. rows.Select(r => (double[])r.Clone())];
}
