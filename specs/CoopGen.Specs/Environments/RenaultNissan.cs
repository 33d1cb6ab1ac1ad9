using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// The alliance of Renault and Nissan in one of its phases: the rescue of 1999, the mature years, the crisis of 2018, the strain after it.
/// What each depends on the other for, how far they trust each other and what lies between them differ from phase to phase.
/// </summary>
[Environment("RenaultNissan-v0", Horizon = 100, Class = "TR-1", Report = "arXiv:2510.18802", Agents = ["Nissan", "Renault"])]
public sealed partial class RenaultNissan : TrustGame
{
    /// <summary>Phases of the alliance.</summary>
    public enum Period
    {
        /// <summary>1999 to 2002: Renault rescues a Nissan close to ruin.</summary>
        Formation,

        /// <summary>2002 to 2018: the alliance works, at eye level.</summary>
        Mature,

        /// <summary>2018 to 2020: the arrest of its chairman breaks it open.</summary>
        Crisis,

        /// <summary>2020 to 2025: it goes on, short of trust.</summary>
        Strained,
    }

    /// <summary>Phase of the alliance.</summary>
    private Period Phase => Parameter("phase", Period.Mature);

    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Vector e => Of(90, 100);

    /// <inheritdoc/>
    protected override Vector α => Of(0.48, 0.52);

    /// <inheritdoc/>
    protected override Vector b => From(i => 0.3 * e[i]);

    /// <summary>How much Nissan depends on Renault.</summary>
    private double NissanOnRenault => Phase switch { Period.Formation => 0.78, Period.Mature => 0.51, Period.Crisis => 0.35, _ => 0.28 };

    /// <summary>How much Renault depends on Nissan.</summary>
    private double RenaultOnNissan => Phase switch { Period.Crisis => 0.72, Period.Strained => 0.65, _ => 0.66 };

    /// <inheritdoc/>
    protected override Matrix D => Rows([0, NissanOnRenault], [RenaultOnNissan, 0]);

    /// <inheritdoc/>
    protected override double θ => 22;

    /// <inheritdoc/>
    protected override double γ => 0.58;

    /// <inheritdoc/>
    protected override double λBuild => 0.08;

    /// <inheritdoc/>
    protected override double λErode => 0.25;

    /// <inheritdoc/>
    protected override double μ => 0.55;

    /// <inheritdoc/>
    protected override double δ => 0.02;

    /// <inheritdoc/>
    protected override double T0 => Phase switch { Period.Formation => 0.45, Period.Mature => 0.70, Period.Crisis => 0.30, _ => 0.40 };

    /// <inheritdoc/>
    protected override double R0 => Phase switch { Period.Formation => 0.05, Period.Mature => 0.02, Period.Crisis => 0.45, _ => 0.35 };

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.AddLabel("phase", Phase switch { Period.Formation => 0, Period.Mature => 1, Period.Crisis => 2, _ => 3 }, "formation", "mature", "crisis", "strained");
        report.AddLabel("period", Phase switch { Period.Formation => 0, Period.Mature => 1, Period.Crisis => 2, _ => 3 }, "1999-2002", "2002-2018", "2018-2020", "2020-2025");
        report.AddLabels("agent_names", i => i == 0 ? 0 : 1, "Nissan", "Renault");
    }
}
