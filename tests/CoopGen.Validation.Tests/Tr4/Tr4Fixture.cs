using CoopGen.Validation.Tr4;

namespace CoopGen.Validation.Tests.Tr4;

/// <summary>The sweep and the Monte Carlo, computed once.</summary>
public sealed class Tr4Fixture
{
    internal Metrics[] Sweep { get; } = Validation.Tr4.Sweep.Run(default);

    internal Trial[] Trials { get; } = MonteCarlo.Run(42, default);
}
