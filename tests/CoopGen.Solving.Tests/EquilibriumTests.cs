namespace CoopGen.Solving.Tests;

/// <summary>Equilibria of all environments are certified, those of games worked out by hand are found, and what is none is told.</summary>
public class EquilibriumTests
{
    [Theory]
    [MemberData(nameof(BestResponseTests.Games), MemberType = typeof(BestResponseTests))]
    public void Every_environment_has_a_certified_equilibrium(string id, RewardMode mode)
    {
        var problem = Problems.Of(id, new() { ["reward_type"] = mode });
        var solution = EquilibriumSolver.Solve(problem);
        Assert.True(solution.IsCertified, $"largest gain {solution.Closest.Certificate.LargestGain}");
        foreach (var equilibrium in solution.Equilibria)
        {
            Assert.True(problem.Box.Contains(equilibrium.Actions));
            Assert.True(equilibrium.Certificate.Residual < 1e-6);
            Assert.True(equilibrium.Certificate.LargestGain <= 1e-6 * equilibrium.Payoffs.Max(Math.Abs));
            // The certificate's word against a grid of its own.
            var profile = (double[])equilibrium.Actions.Clone();
            for (var c = 0; c < Math.Min(8, profile.Length); c++)
            {
                for (var k = 0; k <= 100; k++)
                {
                    profile[c] = problem.Box.Low[c] + k / 100.0 * (problem.Box.High[c] - problem.Box.Low[c]);
                    Assert.True(problem.Payoff(c / problem.Dimensions, profile) <= equilibrium.Payoffs[c / problem.Dimensions] + 1e-9 * equilibrium.Certificate.Scale);
                }

                profile[c] = equilibrium.Actions[c];
            }
        }
    }

    [Fact]
    public void Quantities_of_a_duopoly_are_a_third_of_the_market_each()
    {
        // Cournot: (12 − q₀ − q₁)·q_i − 3·q_i; best responses (9 − q_j)/2 meet at 3, with slope −1/2.
        var problem = Game(2, 12, (a, i) => (12 - a[0] - a[1] - 3) * a[i], (a, i, j) => i == j ? 9 - a[0] - a[1] - a[i] : -a[i]);
        var solution = EquilibriumSolver.Solve(problem);
        var equilibrium = Assert.Single(solution.Equilibria);
        Assert.All(equilibrium.Actions, q => Assert.Equal(3, q, 1e-9));
        Assert.All(equilibrium.Payoffs, p => Assert.Equal(9, p, 1e-9));
        Assert.Equal(0.5, equilibrium.Stability.SpectralRadius, 1e-6);
        Assert.Equal(0.5, equilibrium.Stability.Dominance, 1e-6);
        Assert.Equal(0.5, solution.DominanceOverBox, 1e-4);
        Assert.Equal(-1, equilibrium.Stability.GradientRate, 1e-6);
        Assert.True(equilibrium.Stability.IsStable);
    }

    [Fact]
    public void A_gain_counts_at_the_scale_of_the_agent_that_has_it()
    {
        // Agent 1 could double its half; beside a million that is nothing.
        var problem = Game(2, 10, (a, i) => i == 0 ? 1e6 : a[1] >= 9 ? 1 : 0.5, (_, _, _) => 0);
        var certificate = Certificate.Of(problem, [5, 5]);
        Assert.Equal([0, 0.5], certificate.Gains);
        Assert.Equal([1e6, 1], certificate.Scales);
        Assert.False(certificate.IsCertified);
    }

    [Fact]
    public void An_equilibrium_at_a_jump_is_told_once()
    {
        // Whoever gives a third of what it has is paid 8.
        var problem = Game(2, 10, (a, i) => (a[i] >= 10.0 / 3 ? 8 : 0) - a[i], (_, i, j) => i == j ? -1 : 0);
        var equilibrium = Assert.Single(EquilibriumSolver.Solve(problem).Equilibria);
        Assert.All(equilibrium.Actions, a => Assert.Equal(10.0 / 3, a, 1e-9));
    }

    [Fact]
    public void More_dimensions_than_a_grid_has_room_for_are_all_searched()
    {
        // One agent with 70 actions, who is paid for those above 5 if they are half of all, and pays for them if not: one by one it never begins.
        var box = new Box(new double[70], [.. Enumerable.Repeat(10.0, 70)]);
        var best = new BestResponseSearch(new("threshold", new Threshold(), 1, box)).Find(0, new double[70]);
        Assert.Equal(70, best.Payoff);
        Assert.All(best.Action, x => Assert.True(x > 5));
    }

    [Fact]
    public void Several_equilibria_are_told_apart_and_the_best_comes_first()
    {
        // Everyone wants to be at r(x) = 2.5·x²/(1 + x²) of the other's x, which meets the diagonal at 0, 0.5 and 2.
        static double R(double x) => 2.5 * x * x / (1 + x * x);
        static double Slope(double x) => 5 * x / ((1 + x * x) * (1 + x * x));
        var problem = Game(2, 5, (a, i) => a[1 - i] - (a[i] - R(a[1 - i])) * (a[i] - R(a[1 - i])),
            (a, i, j) => i == j ? -2 * (a[i] - R(a[1 - i])) : 1 + 2 * (a[i] - R(a[j])) * Slope(a[j]));
        var solution = EquilibriumSolver.Solve(problem);
        Assert.Equal([2, 0.5, 0], solution.Equilibria.Select(e => Math.Round(e.Actions[0], 8)));
        Assert.Equal([true, false, true], solution.Equilibria.Select(e => e.Stability.IsStable));
    }

    [Fact]
    public void Where_agents_chase_each_other_the_cycle_is_shown()
    {
        // One wants to be where the other is, who wants to be far away: no equilibrium in pure actions.
        var problem = Game(2, 1, (a, i) => (i == 0 ? -1 : 1) * (a[0] - a[1]) * (a[0] - a[1]), (a, i, j) => (i == 0 ? -2 : 2) * (a[0] - a[1]) * (j == 0 ? 1 : -1));
        var solution = EquilibriumSolver.Solve(problem);
        Assert.False(solution.IsCertified);
        Assert.Empty(solution.Equilibria);
        Assert.True(solution.Cycle.Count >= 2);
        // Everyone in turn answers best: the profile after the last is the first.
        var search = new BestResponseSearch(problem);
        for (var k = 0; k < solution.Cycle.Count; k++)
        {
            var next = (double[])solution.Cycle[k].Clone();
            for (var i = 0; i < 2; i++)
                next[i] = search.Find(i, next).Action[0];
            Assert.Equal(solution.Cycle[(k + 1) % solution.Cycle.Count], next);
        }
    }

    [Fact]
    public void A_line_of_equilibria_is_known_as_one()
    {
        // A team's output depends on the sum alone: every split of the efficient sum is an equilibrium.
        var problem = Game(3, 4, (a, i) => 4 * Math.Sqrt(1 + a.Sum()) - a[i], (a, i, j) => 2 / Math.Sqrt(1 + a.Sum()) - (i == j ? 1 : 0));
        var solution = EquilibriumSolver.Solve(problem);
        Assert.True(solution.Equilibria.Count > 1);
        Assert.All(solution.Equilibria, e => Assert.Equal(3, e.Actions.Sum(), 1e-6));
        Assert.Contains(solution.Equilibria, e => e.Stability is { IsIsolated: false, IsStable: false });
    }

    [Fact]
    public void Finite_games_are_solved()
    {
        var dilemma = EquilibriumSolver.Solve(OneShotProblem.Of(new TestSpecs.DilemmaEnvironment()));
        Assert.Equal([0, 0], Assert.Single(dilemma.Equilibria).Actions);
        Assert.True(EquilibriumSolver.Solve(OneShotProblem.Of(new TestSpecs.CommonsEnvironment())).IsCertified);
        Assert.True(EquilibriumSolver.Solve(OneShotProblem.Of(new TestSpecs.WeatherEnvironment())).IsCertified);
    }

    internal static OneShotProblem Game(int agents, double high, Func<double[], int, double> payoff, Func<double[], int, int, double> derivative) =>
        new("Game", new Formulas(payoff, derivative), agents, new(new double[agents], [.. Enumerable.Repeat(high, agents)]));

    private sealed class Threshold : IOneShotGame
    {
        public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs)
        {
            var above = 0;
            foreach (var x in actions)
                above += x > 5 ? 1 : 0;
            payoffs[0] = 2 * above >= actions.Length ? above : -above;
        }

        public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)
        {
            Payoffs(actions, payoffs);
            gradient.Clear();
        }
    }

    private sealed class Formulas(Func<double[], int, double> payoff, Func<double[], int, int, double> derivative) : IOneShotGame
    {
        public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs)
        {
            double[] a = [.. actions];
            for (var i = 0; i < payoffs.Length; i++)
                payoffs[i] = payoff(a, i);
        }

        public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)
        {
            Payoffs(actions, payoffs);
            double[] a = [.. actions];
            for (var i = 0; i < a.Length; i++)
                for (var j = 0; j < a.Length; j++)
                    gradient[i * a.Length + j] = derivative(a, i, j);
        }
    }
}
