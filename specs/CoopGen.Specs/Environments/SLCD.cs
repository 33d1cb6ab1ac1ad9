using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// S-LCD, the joint venture of Samsung and Sony for liquid crystal panels, 2004 to 2012: rivals in televisions who built the factory
/// together. Samsung held one share more; Sony depended on it for capacity and know-how more than it on Sony for capital and orders.
/// </summary>
[Environment("SLCD-v0", Horizon = 100, Class = "TR-2", Report = "arXiv:2510.24909", Agents = ["Samsung", "Sony"])]
public sealed partial class SLCD : TrustGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Vector α => Of(0.55, 0.45);

    /// <inheritdoc/>
    protected override Vector b => All(30);

    /// <inheritdoc/>
    protected override Matrix D => Rows([0, 0.64], [0.86, 0]);

    /// <inheritdoc/>
    protected override double γ => 0.65;

    /// <summary>Whether trust changes; if not, both trust each other wholly and utility weighs by dependence alone, as in TR-1.</summary>
    private bool TrustEnabled => Parameter("trust_enabled", true);

    /// <inheritdoc/>
    protected override double T0 => TrustEnabled ? 0.65 : 1;

    /// <inheritdoc/>
    protected override double λBuild => TrustEnabled ? 0.08 : 0;

    /// <inheritdoc/>
    protected override double λErode => TrustEnabled ? 0.28 : 0;

    /// <inheritdoc/>
    protected override double μ => TrustEnabled ? 0.50 : 0;

    /// <inheritdoc/>
    protected override double δ => 0.02;

    /// <inheritdoc/>
    protected override double ξ => 0.45;

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.AddLabels("agent_names", i => i == 0 ? 0 : 1, "Samsung", "Sony");
        report.Add("samsung_investment", a[0]);
        report.Add("sony_investment", a[1]);
    }
}
