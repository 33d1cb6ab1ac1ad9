using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// The Apache HTTP Server project in one of four phases of its life, 1995 to 2023: a few founders, a growing circle, a mature and an
/// evolving community. The larger the project, the less loyalty it can count on and the less effort each gives.
/// </summary>
[Environment("ApacheProject-v0", Horizon = 60, Class = "TR-3", Report = "arXiv:2601.16237")]
public partial class ApacheProject : CollectiveActionGame
{
    /// <summary>Phases in the life of the project.</summary>
    public enum Period
    {
        /// <summary>1995 to 1999: the founders patch a server.</summary>
        Emergence,

        /// <summary>2000 to 2005: the foundation draws contributors.</summary>
        Growth,

        /// <summary>2006 to 2015: a large, settled community.</summary>
        Maturity,

        /// <summary>2016 to 2023: the community ages and thins.</summary>
        Evolution,
    }

    /// <summary>Phase in the life of the project.</summary>
    private Period Phase => Parameter("phase", Period.Maturity);

    /// <inheritdoc/>
    public override int n => Phase switch { Period.Emergence => 8, Period.Growth => 15, Period.Maturity => 40, _ => 35 };

    /// <inheritdoc/>
    protected override double Cap => Phase switch { Period.Emergence => 1.0, Period.Growth => 0.85, Period.Maturity => 0.70, _ => 0.60 };

    /// <inheritdoc/>
    protected override double ω => Phase switch { Period.Emergence => 20, Period.Growth => 25, Period.Maturity => 30, _ => 28 };

    /// <summary>Effort that contributors are known to have given in the phase, in action units.</summary>
    private double Expected => Phase switch { Period.Emergence => 35, Period.Growth => 30, Period.Maturity => 22, _ => 18 };

    /// <inheritdoc/>
    protected override double φB => 0.75;

    /// <inheritdoc/>
    protected override double φC => 0.25;

    /// <summary>Relative departure of the mean effort from the known one; none is counted before the first step.</summary>
    private double Deviation => t == 0 ? 0 : Abs(Mean(i => a[i]) - Expected) / Expected;

    /// <summary>Before the first step loyalty is told as it is before the cap of the phase.</summary>
    protected override double ToldLoyalty(Agent i) => t == 0 ? Loyalty[i] / Cap : Loyalty[i];

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.AddLabel("phase", Phase switch { Period.Emergence => 0, Period.Growth => 1, Period.Maturity => 2, _ => 3 }, "emergence", "growth", "maturity", "evolution");
        report.Add("phase_loyalty", Cap);
        report.Add("expected_effort", Expected);
        report.Add("effort_deviation", Deviation);
        report.Add("validation_accuracy", Max(0, 1 - Deviation));
    }
}
