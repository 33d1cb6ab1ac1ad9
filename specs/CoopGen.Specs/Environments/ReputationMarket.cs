using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A market in which reputation is currency: investing more than half of what one has raises a public score, less lowers it, and the
/// score decides in which tier an agent trades. A premium seller earns three times and more what an excluded one does.
/// </summary>
[Environment("ReputationMarket-v0", Horizon = 100, Class = "TR-2", Report = "arXiv:2510.24909")]
public sealed partial class ReputationMarket : TrustGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 5, min: 2, max: 1024, unit: "agents");

    /// <inheritdoc/>
    protected override Vector b => All(35);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.35);

    /// <inheritdoc/>
    protected override double θ => 18;

    /// <inheritdoc/>
    protected override double γ => 0.50;

    /// <inheritdoc/>
    protected override double μ => 0.55;

    /// <inheritdoc/>
    protected override double δ => 0.015;

    /// <inheritdoc/>
    protected override double ξ => 0.45;

    /// <summary>How clearly scores are seen: 1 without noise, 0 with noise of standard deviation 1.</summary>
    private double Visibility => Parameter("reputation_visibility", 1.0, min: 0, max: 1);

    /// <summary>Whether the tier decides what trade is worth.</summary>
    private bool Tiered => Parameter("tier_enabled", true);

    /// <summary>Public score.</summary>
    [Symbol("p")]
    private AgentState Score => AgentState(initial: 0.5, min: 0, max: 1);

    /// <summary>Score before this step.</summary>
    private AgentState Known => AgentState(initial: 0.5, min: 0, max: 1);

    /// <summary>Tier of agent i: 0 excluded, 1 on probation, 2 standard, 3 premium.</summary>
    private double Tier(Agent i) => Score[i] >= 0.80 ? 3 : Score[i] >= 0.50 ? 2 : Score[i] >= 0.25 ? 1 : 0;

    /// <summary>What the tier makes of a payoff.</summary>
    private double Bonus(Agent i) => !Tiered ? 1 : Score[i] >= 0.80 ? 1.30 : Score[i] >= 0.50 ? 1.00 : Score[i] >= 0.25 ? 0.70 : 0.40;

    /// <summary>Mean score.</summary>
    [Symbol(@"\bar{p}")]
    private double MeanScore => Mean(i => Score[i]);

    /// <summary>Standard deviation of the scores.</summary>
    private double Inequality => Sqrt(Max(0, Mean(i => (Score[i] - MeanScore) * (Score[i] - MeanScore))));

    /// <summary>Change of the score, by what is asked for. In single precision as in Coopetition-Gym 1.0.6: steady play meets the limits of the tiers to the last digit.</summary>
    private double Step(Agent i) => Single(Single(0.1) * Single(Single(a.Given[i] / e[i]) - 0.5));

    /// <summary>Score as it is seen.</summary>
    private double Seen(Agent i) => Clip(Known[i] + Normal(0, 1 - Visibility), 0, 1);

    /// <inheritdoc/>
    protected override double Reward(Agent i) => BaseReward(i) * Bonus(i);

    /// <inheritdoc/>
    protected override void Update()
    {
        base.Update();
        Known.Set(i => Score[i]);
        Score.Set(i => Clip(Single(Score[i] + Step(i)), 0, 1));
    }

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        base.Observe(o);
        o.Add("reputation", i => Seen(i));
    }

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        base.Observe(me, view);
        view.Add("own_reputation", Known[me], Show.OnRequest);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        if (t > 0)
        {
            report.Add("public_reputations", i => Score[i]);
            report.AddRanking("reputation_ranking", i => Score[i]);
            report.Add("mean_reputation", MeanScore);
            report.Add("reputation_inequality", Inequality);
            if (Tiered)
                report.AddLabels("agent_tiers", i => Tier(i), "excluded", "probation", "standard", "premium");
        }
    }
}
