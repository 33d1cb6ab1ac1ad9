using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// The hold-up problem: a weak partner that depends heavily on a strong one invests at the risk of being exploited. The strong one gains
/// by investing less than it should, until the weak one has lost its trust and leaves.
/// </summary>
[Environment("PartnerHoldUp-v0", Horizon = 100, Class = "TR-1", Report = "arXiv:2510.18802", Agents = ["Strong partner", "Weak partner"])]
public sealed partial class PartnerHoldUp : TrustGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Vector e => Of(120, 80);

    /// <inheritdoc/>
    protected override Vector α => Of(0.60, 0.40);

    /// <summary>How much the strong partner depends on the weak one.</summary>
    private double StrongDependency => Parameter("strong_dependency", 0.35, min: 0, max: 1);

    /// <summary>How much the weak partner depends on the strong one.</summary>
    private double WeakDependency => Parameter("weak_dependency", 0.85, min: 0, max: 1);

    /// <inheritdoc/>
    protected override Matrix D => Rows([0, StrongDependency], [WeakDependency, 0]);

    /// <inheritdoc/>
    protected override double γ => 0.60;

    /// <inheritdoc/>
    protected override double κ => 1.2;

    /// <inheritdoc/>
    protected override double λErode => 0.35;

    /// <inheritdoc/>
    protected override double μ => 0.55;

    /// <inheritdoc/>
    protected override double δ => 0.025;

    /// <inheritdoc/>
    protected override double ξ => 0.70;

    /// <inheritdoc/>
    protected override double T0 => 0.55;

    /// <summary>The weak partner leaves when it hardly trusts the strong one any more.</summary>
    protected override bool Terminated => T[1, 0] < 0.10;

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("trust_asymmetry", T[1, 0] - T[0, 1]);
        report.Add("power_asymmetry", WeakDependency - StrongDependency);
        // Coopetition-Gym 1.0.6 has these two keys and never fills them; the payoffs are the rewards.
        report.Add("strong_agent_payoff", 0);
        report.Add("weak_agent_payoff", 0);
    }
}
