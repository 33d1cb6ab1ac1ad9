using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A team that shuts out the disloyal: whoever's loyalty runs dry is excluded and earns half, and may come back after a while if it has
/// regained standing. Members of a working coalition earn a premium, so that belonging is worth the effort.
/// </summary>
[Environment("CoalitionFormation-v0", Horizon = 150, Class = "TR-3", Report = "arXiv:2601.16237")]
public partial class CoalitionFormation : CollectiveActionGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 6, min: 2, max: 1024, unit: "agents");

    /// <summary>Fewest members a coalition can have: nobody is excluded from one as small as this.</summary>
    private int Smallest => Parameter("min_coalition_size", 3, min: 1, max: 1024, unit: "agents");

    /// <summary>Loyalty below which a member is excluded.</summary>
    private double ExitThreshold => Parameter("exit_threshold", 0.15, min: 0, max: 1);

    /// <summary>How long an excluded agent has to wait.</summary>
    private int Cooldown => Parameter("reentry_cooldown", 5, min: 0, max: 1_000_000, unit: "steps");

    /// <inheritdoc/>
    protected override double ω => Parameter("omega", 25.0, min: 0.001, max: 1e6);

    /// <inheritdoc/>
    protected override double β => Parameter("beta", 0.7, min: 0.05, max: 0.95);

    /// <inheritdoc/>
    protected override double φB => 0.7;

    /// <inheritdoc/>
    protected override double φC => 0.3;

    /// <summary>Who belongs.</summary>
    private Roster Coalition => Roster();

    /// <summary>Half for whoever is out; a tenth more for members while the coalition holds its least size.</summary>
    protected override double Modifier(Agent i) => base.Modifier(i) * (!Coalition.Has(i) ? 0.5 : Coalition.Count >= Smallest ? 1.1 : 1);

    /// <summary>The coalition has fallen apart.</summary>
    protected override bool Terminated => Coalition.Count < Smallest;

    /// <inheritdoc/>
    protected override void Update()
    {
        base.Update();
        Coalition.Remove(i => Loyalty.Now[i] < ExitThreshold, keep: Smallest, timer: Cooldown);
        Coalition.Tick();
        Coalition.Admit(i => Coalition.Now.Timer(i) <= 0 && Loyalty.Now[i] >= 0.4);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("coalition_size", Coalition.Count);
        report.AddMembers("coalition_members", Coalition);
        report.AddAgents("excluded_agents", i => !Coalition.Has(i));
        report.Add("coalition_stability", Coalition.Count / n);
    }
}
