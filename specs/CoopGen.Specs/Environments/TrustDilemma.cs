using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A continuous iterated prisoner's dilemma in which trust decides how much a partner's payoff counts. Investing less than
/// is expected pays at once and costs trust, which takes long to rebuild; the game is over when it is gone.
/// </summary>
[Environment("TrustDilemma-v0", Horizon = 100, Class = "TR-2", Report = "arXiv:2510.24909")]
public sealed partial class TrustDilemma : TrustGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Vector b => All(40);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.60);

    /// <inheritdoc/>
    protected override double γ => 0.70;

    /// <inheritdoc/>
    protected override double κ => Parameter("trust_sensitivity", 1.5, min: 0, max: 100, unit: "1/action");

    /// <inheritdoc/>
    protected override double λBuild => Parameter("trust_building_rate", 0.15, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double λErode => Parameter("trust_erosion_rate", 0.45, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double μ => 0.50;

    /// <inheritdoc/>
    protected override double δ => 0.02;

    /// <inheritdoc/>
    protected override double ξ => 0.60;

    /// <summary>Defecting breaks the partnership: it ends when hardly any trust is left.</summary>
    protected override bool Terminated => MeanTrust < 0.05;

    /// <summary>Steps in which each agent asked for less than is expected of it.</summary>
    private AgentState Defections => AgentState(min: 0);

    /// <inheritdoc/>
    protected override void Settle()
    {
        base.Settle();
        Defections.Set(i => Defections[i] + (a.Given[i] < b[i] ? 1 : 0));
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("defection_counts", i => Defections[i]);
        report.Add("cooperation_counts", i => t - Defections[i]);
        report.Add("cooperation_rates", i => t == 0 ? 0 : (t - Defections[i]) / t);
    }
}
