using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// Two partners after a breach: little trust, much damage. Damage caps trust and heals slowly, so that only patience brings trust back,
/// and every lapse on the way costs more than it gains. The race is over when trust is restored.
/// </summary>
[Environment("RecoveryRace-v0", Horizon = 150, Class = "TR-2", Report = "arXiv:2510.24909")]
public sealed partial class RecoveryRace : TrustGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Vector b => All(35);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.55);

    /// <inheritdoc/>
    protected override double γ => 0.60;

    /// <inheritdoc/>
    protected override double λBuild => 0.08;

    /// <inheritdoc/>
    protected override double λErode => 0.35;

    /// <inheritdoc/>
    protected override double μ => 0.70;

    /// <inheritdoc/>
    protected override double δ => 0.01;

    /// <inheritdoc/>
    protected override double ξ => 0.40;

    /// <inheritdoc/>
    protected override double T0 => Parameter("initial_trust", 0.25, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double R0 => Parameter("initial_reputation_damage", 0.5, min: 0, max: 1);

    /// <summary>Mean trust at which the partnership is restored.</summary>
    private double Target => Parameter("recovery_target", 0.9, min: 0, max: 1);

    /// <summary>Greatest mean trust so far.</summary>
    private ScalarState Peak => ScalarState(initial: T0, min: 0, max: 1);

    /// <summary>First step after which trust was restored; 0 if it has not been.</summary>
    private ScalarState Restored => ScalarState(min: 0);

    /// <summary>Trust is restored.</summary>
    protected override bool Terminated => MeanTrust >= Target;

    /// <summary>How much of the way is to be made up.</summary>
    private double Gap => Target - T0;

    /// <summary>Part of the way that is made up; all of it if there was none.</summary>
    private double Progress => Gap >= 1e-9 ? (MeanTrust - T0) / Gap : Gap <= -1e-9 ? (MeanTrust - T0) / Gap : 1;

    /// <inheritdoc/>
    protected override void Settle()
    {
        base.Settle();
        Peak.Set(() => Max(Peak, MeanTrust));
        Restored.Set(() => Restored == 0 && MeanTrust >= Target ? t : Restored);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        if (t > 0)
        {
            report.Add("peak_trust", Peak);
            report.Add("trust_ceiling", MeanPairs((i, j) => C(i, j)));
            report.Add("recovery_progress", Progress);
            if (Restored > 0)
                report.Add("recovery_step", Restored);
        }
    }
}
