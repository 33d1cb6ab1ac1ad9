using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// Six firms that build a name for cooperating. Reputation is public, slow to make, and outlives the partnership: the next episode
/// begins with the names made in the last, unless it is asked to clear them.
/// </summary>
[Environment("DynamicPartnerSelection-v0", Horizon = 50, Class = "TR-1", Report = "arXiv:2510.18802")]
public sealed partial class DynamicPartnerSelection : TrustGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 6, min: 2, max: 1024, unit: "agents");

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.40);

    /// <inheritdoc/>
    protected override double θ => 18;

    /// <inheritdoc/>
    protected override double γ => 0.55;

    /// <inheritdoc/>
    protected override double λBuild => 0.12;

    /// <inheritdoc/>
    protected override double λErode => 0.35;

    /// <inheritdoc/>
    protected override double δ => 0.015;

    /// <inheritdoc/>
    protected override double ξ => 0.45;

    /// <inheritdoc/>
    protected override double κ => 1.2;

    /// <summary>Public reputation: a moving average of the share of the endowment that is asked for, beyond the endowment too, up to a million times.</summary>
    private AgentState Name => AgentState(min: -1e6, max: 1e6, persistent: true);

    /// <summary>Reputation as all know it when they act: that before the step.</summary>
    private AgentState Known => AgentState(min: -1e6, max: 1e6);

    /// <inheritdoc/>
    protected override void Reset()
    {
        base.Reset();
        Known.Set(i => Name[i]);
    }

    /// <inheritdoc/>
    protected override void Settle()
    {
        base.Settle();
        Known.Set(i => Name[i]);
        Name.Set(i => Clip(0.9 * Name[i] + 0.1 * a.Given[i] / e[i], -1e6, 1e6));
    }

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        base.Observe(o);
        o.Add("reputation", i => Known[i]);
    }

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        base.Observe(me, view);
        view.Add("reputation", i => Known[i], Show.OnRequest);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        if (t > 0)
        {
            report.Add("reputation_scores", i => Name[i]);
            report.AddRanking("reputation_ranking", i => Name[i]);
        }
    }
}
