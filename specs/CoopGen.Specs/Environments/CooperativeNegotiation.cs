using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// Two parties negotiate by acting: investments close to each other are an agreement, which stands until the next. Whoever then departs
/// from its part breaches it, and both pay for their departure, on top of the trust that is lost.
/// </summary>
[Environment("CooperativeNegotiation-v0", Horizon = 100, Class = "TR-2", Report = "arXiv:2510.24909")]
public sealed partial class CooperativeNegotiation : TrustGame
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
    protected override double λBuild => 0.12;

    /// <inheritdoc/>
    protected override double λErode => 0.40;

    /// <inheritdoc/>
    protected override double μ => 0.65;

    /// <inheritdoc/>
    protected override double δ => 0.02;

    /// <inheritdoc/>
    protected override double ξ => 0.55;

    /// <inheritdoc/>
    protected override double κ => 1.2;

    /// <summary>How far investments may lie apart in an agreement, and an investment from what was agreed.</summary>
    private double Threshold => Parameter("agreement_threshold", 10.0, min: 0, max: 1e9, unit: "action");

    /// <summary>What each unit of departure costs in a breach.</summary>
    private double Penalty => Parameter("breach_penalty_multiplier", 3.0, min: 0, max: 1e6, unit: "reward/action");

    /// <summary>The last agreement.</summary>
    private AgentState Agreement => AgentState(min: 0, max: 100);

    /// <summary>Whether there has been an agreement, 0 or 1.</summary>
    private ScalarState Agreed => ScalarState(min: 0, max: 1);

    /// <summary>The agreement that stood when this step was played.</summary>
    private AgentState Standing => AgentState(min: 0, max: 100);

    /// <summary>Whether an agreement stood when this step was played, 0 or 1.</summary>
    private ScalarState Stood => ScalarState(min: 0, max: 1);

    /// <summary>Agreements so far.</summary>
    private ScalarState Agreements => ScalarState(min: 0);

    /// <summary>Breaches so far.</summary>
    private ScalarState Breaches => ScalarState(min: 0);

    /// <summary>Whether this step's profile is an agreement.</summary>
    private bool Agree => Abs(a[0] - a[1]) <= Threshold;

    /// <summary>Whether this step breaches the agreement that stood.</summary>
    private bool Breach => Stood > 0 && Any(i => Abs(a[i] - Standing[i]) > Threshold);

    /// <inheritdoc/>
    protected override double Reward(Agent i) => BaseReward(i) - (Breach ? Penalty * Abs(a[i] - Standing[i]) : 0);

    /// <inheritdoc/>
    protected override void Update()
    {
        base.Update();
        Standing.Set(i => Agreement[i]);
        Stood.Set(() => Agreed);
    }

    /// <inheritdoc/>
    protected override void Settle()
    {
        base.Settle();
        Agreements.Set(() => Agreements + (Agree ? 1 : 0));
        Breaches.Set(() => Breaches + (Breach ? 1 : 0));
        Agreement.Set(i => Agree ? a[i] : Agreement[i]);
        Agreed.Set(() => Agree ? 1 : Agreed);
    }

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        base.Observe(o);
        o.Add("agreement", i => Standing[i]);
        o.Add("agreed", Stood);
    }

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        base.Observe(me, view);
        view.Add("agreement", i => Standing[i], Show.OnRequest);
        view.Add("agreed", Stood, Show.OnRequest);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        if (t > 0)
        {
            report.Add("agreement_reached", Agree);
            report.Add("breach_occurred", Breach);
            report.Add("total_agreements", Agreements);
            report.Add("total_breaches", Breaches);
            report.Add("proposal_convergence", 1 - Abs(a[0] - a[1]) / 100);
            if (Agreed > 0)
                report.Add("current_agreement", i => Agreement[i]);
        }
    }
}
