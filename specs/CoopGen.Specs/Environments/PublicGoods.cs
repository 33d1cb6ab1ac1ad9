using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// The linear public goods game: what is contributed is multiplied and shared equally. A multiplier between 1 and the number of agents
/// makes giving nothing the best for each and giving everything the best for all; loyalty narrows the gap.
/// </summary>
[Environment("PublicGoods-v0", Horizon = 100, Class = "TR-3", Report = "arXiv:2601.16237")]
public partial class PublicGoods : CollectiveActionGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 5, min: 2, max: 1024, unit: "agents");

    /// <summary>What a contribution is multiplied by before it is shared.</summary>
    protected override double ω => Parameter("multiplier", 2.0, min: 0.001, max: 1e6);

    /// <summary>What each agent has to contribute.</summary>
    private double Endowment => Parameter("endowment", 50.0, min: 0.001, max: 1e9, unit: "action");

    /// <inheritdoc/>
    protected override Vector e => All(Endowment);

    /// <inheritdoc/>
    protected override double β => 1;

    /// <inheritdoc/>
    protected override double φB => Parameter("phi_B", 0.6, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double φC => Parameter("phi_C", 0.2, min: 0, max: 1);

    /// <summary>What the report's equations pay all together: what is kept, the shares, and what loyalty adds.</summary>
    private double Welfare => Sum(i => e[i] + TeamUtility(i));

    /// <summary>The same if everyone gave everything.</summary>
    private double FullWelfare => Sum(i => e[i] * (ω + Loyalty[i] * (φB * (ω - c) + φC * c)));

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("total_contribution", Sum(i => a[i]));
        report.Add("public_good", Q);
        report.Add("contribution_rate", Sum(i => a[i]) / Sum(i => e[i]));
        report.Add("social_efficiency", FullWelfare <= 0 ? 0 : Welfare / FullWelfare);
    }
}
