using CoopGen.Validation.Tr3;

namespace CoopGen.Validation.Tests.Tr3;

/// <summary>The sweep and the Monte Carlo, as shipped and exactly, computed once.</summary>
public sealed class Tr3Fixture
{
    internal TeamRow[] Shipped { get; } = TeamSweep.Run(ShippedSolver.Solve, default);

    internal TeamRow[] Exact { get; } = TeamSweep.Run(ExactSolver.Solve, default);

    internal TeamTrial[] Trials { get; } = TeamMonteCarlo.Run(ShippedSolver.Solve, 42, default);

    internal TeamTrial[] ExactTrials { get; } = TeamMonteCarlo.Run(ExactSolver.Solve, 42, default);
}
