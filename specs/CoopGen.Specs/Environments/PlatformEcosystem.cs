using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A platform and the developers on it. The platform sits at the hub: each developer depends on it, it depends on each of them a little,
/// they do not depend on one another. A platform that underinvests lives well on its developers until they have lost their trust.
/// </summary>
[Environment("PlatformEcosystem-v0", Horizon = 100, Class = "TR-1", Report = "arXiv:2510.18802", Agents = ["Platform", "Developer"])]
public sealed partial class PlatformEcosystem : TrustGame
{
    /// <summary>Number of developers.</summary>
    private int Developers => Parameter("n_developers", 4, min: 1, max: 1023, unit: "agents");

    /// <inheritdoc/>
    public override int n => 1 + Developers;

    /// <inheritdoc/>
    protected override Vector e => First(150, 80);

    /// <summary>Bargaining share of the platform; the developers have equal parts of the rest.</summary>
    private double PlatformShare => Parameter("platform_share", 0.3, min: 0, max: 1);

    /// <inheritdoc/>
    protected override Vector α => First(PlatformShare, (1 - PlatformShare) / Developers);

    /// <inheritdoc/>
    protected override Vector b => From(i => 0.30 * e[i]);

    /// <summary>How much the platform depends on each developer.</summary>
    private double PlatformDependency => Parameter("platform_dependency", 0.25, min: 0, max: 1);

    /// <summary>How much each developer depends on the platform.</summary>
    private double DeveloperDependency => Parameter("developer_dependency", 0.75, min: 0, max: 1);

    /// <inheritdoc/>
    protected override Matrix D => Hub(0, PlatformDependency, DeveloperDependency);

    /// <inheritdoc/>
    protected override double θ => 25;

    /// <inheritdoc/>
    protected override double γ => 0.75;

    /// <inheritdoc/>
    protected override double λBuild => 0.08;

    /// <inheritdoc/>
    protected override double λErode => 0.25;

    /// <inheritdoc/>
    protected override double μ => 0.45;

    /// <inheritdoc/>
    protected override double δ => 0.02;

    /// <inheritdoc/>
    protected override double ξ => 0.40;

    /// <inheritdoc/>
    protected override double T0 => 0.60;

    /// <summary>Mean trust of the developers in the platform.</summary>
    private double DeveloperTrust => Mean(j => j != 0, j => T[j, 0]);

    /// <summary>Mean investment of the developers.</summary>
    private double DeveloperMean => Mean(j => j != 0, j => a[j]);

    /// <summary>Standard deviation of what the developers invest.</summary>
    private double DeveloperSpread => Sqrt(Max(0, Mean(j => j != 0, j => (a[j] - DeveloperMean) * (a[j] - DeveloperMean))));

    /// <summary>The ecosystem is over when the developers have lost their trust in the platform.</summary>
    protected override bool Terminated => DeveloperTrust < 0.15;

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("platform_investment", a[0]);
        report.Add("mean_developer_investment", DeveloperMean);
        report.Add("developer_investment_std", DeveloperSpread);
        report.Add("developer_trust_in_platform", DeveloperTrust);
        report.Add("developer_exits", Terminated ? Developers : 0);
    }
}
