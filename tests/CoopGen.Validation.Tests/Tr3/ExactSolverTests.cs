using CoopGen.Validation.Tr3;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace CoopGen.Validation.Tests.Tr3;

/// <summary>What the report says of its equilibria, on random teams.</summary>
public class ExactSolverTests
{
    [Property]
    public Property An_equilibrium_leaves_nobody_a_gain_whoever_is_how_loyal() => Prop.ForAll(Teams(), team =>
    {
        var residual = ExactSolver.Residual(team.Game, team.Loyalties, ExactSolver.Solve(team.Game, team.Loyalties));
        return (residual < 1e-6).Label($"{team.Game}: {residual}");
    });

    [Property]
    public Property Who_is_called_what_makes_no_difference() => Prop.ForAll(Teams(), team =>
    {
        var efforts = ExactSolver.Solve(team.Game, team.Loyalties).Efforts;
        var turned = ExactSolver.Solve(team.Game, [.. team.Loyalties.Reverse()]).Efforts.Reverse();
        return efforts.Zip(turned, (a, b) => Math.Abs(a - b)).Max() < 1e-9;
    });

    [Property]
    public Property Loyalty_and_productivity_raise_effort_cost_and_size_lower_it() => Prop.ForAll(Teams(), team =>
    {
        var (game, theta) = (team.Game, team.Loyalties[0]);
        double Mean(TeamGame g, double loyalty) => ExactSolver.Solve(g, [.. Enumerable.Repeat(loyalty, g.N)]).Mean;
        // Means are clipped to the bounds, where neither moves them; rounding is all that may go the wrong way.
        const double Slack = 1e-9;
        var mean = Mean(game, theta);
        return (Mean(game, Math.Min(1, theta + 0.1)) >= mean - Slack).Label("loyalty")
            .And((Mean(game with { Omega = game.Omega * 1.1 }, theta) >= mean - Slack).Label("productivity"))
            .And((Mean(game with { Cost = game.Cost * 1.1 }, theta) <= mean + Slack).Label("cost"))
            .And((Mean(game with { N = game.N + 1 }, theta) <= mean + Slack).Label("size"));
    });

    private sealed record RandomTeam(TeamGame Game, double[] Loyalties);

    private static Arbitrary<RandomTeam> Teams() => Arb.From(
        from n in Gen.Choose(2, 12)
        from omega in Between(5, 40)
        from beta in Between(0.3, 0.8)
        from cost in Between(0.5, 4)
        from loyalties in Between(0, 1).ArrayOf(n)
        from equal in Gen.Choose(0, 2)
        // Equal loyalties, whose members share a target, are rare among random ones and the suite's rule.
        select new RandomTeam(new(omega, beta, cost, n), equal == 0 ? [.. loyalties.Select(_ => loyalties[0])] : equal == 1 ? [.. loyalties.Select(l => Math.Round(4 * l) / 4)] : loyalties));

    private static Gen<double> Between(double low, double high) => Gen.Choose(0, 1_000_000).Select(k => low + (high - low) * k / 1_000_000);
}
