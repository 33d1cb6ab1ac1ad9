using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A team whose members can grow loyal: sustained effort builds an attachment that makes the gain of the others one's own and the cost
/// of effort lighter, which is how real teams escape the free-rider problem.
/// </summary>
[Environment("LoyaltyTeam-v0", Horizon = 100, Class = "TR-3", Report = "arXiv:2601.16237")]
public partial class LoyaltyTeam : CollectiveActionGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 4, min: 2, max: 1024, unit: "agents");

    /// <inheritdoc/>
    protected override double ω => Parameter("omega", 25.0, min: 0.001, max: 1e6);

    /// <inheritdoc/>
    protected override double β => Parameter("beta", 0.7, min: 0.05, max: 0.95);

    /// <inheritdoc/>
    protected override double c => Parameter("c", 1.0, min: 0.001, max: 1e6);

    /// <inheritdoc/>
    protected override double φB => Parameter("phi_B", 0.8, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double φC => Parameter("phi_C", 0.3, min: 0, max: 1);

    /// <summary>Output when all ride free.</summary>
    private double FreeRidingOutput => ω * Pow(n * (Published ? Attainable(FreeRiding) : FreeRiding), β);

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("loyalty_lift", t == 0 || FreeRidingOutput <= 0 ? 1 : Q / FreeRidingOutput);
    }
}
