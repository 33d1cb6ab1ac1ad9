using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// Two partners who do not know how much they gain by working together: the strength of the synergy is drawn anew for every episode
/// and can only be inferred from what joint investment pays.
/// </summary>
[Environment("SynergySearch-v0", Horizon = 100, Class = "TR-1", Report = "arXiv:2510.18802")]
public sealed partial class SynergySearch : TrustGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Vector b => All(40);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.50);

    /// <inheritdoc/>
    protected override double T0 => 0.55;

    /// <summary>What the strength of the synergy is drawn from.</summary>
    private Range γRange => Parameter("gamma_range", new Range(0.2, 0.9), min: 0, max: 100);

    /// <summary>Whether the agents are told the strength of the synergy.</summary>
    private bool Revealed => Parameter("reveal_gamma_in_obs", false);

    /// <summary>Strength of the synergy in this episode.</summary>
    private ScalarState Drawn => ScalarState(min: 0, max: 100);

    /// <inheritdoc/>
    protected override double γ => Drawn;

    /// <summary>What each agent has been paid in this episode.</summary>
    private AgentState Earned => AgentState();

    /// <summary>Sum of the squares of all rewards paid in this episode.</summary>
    private ScalarState Squares => ScalarState(min: 0);

    /// <summary>Number of rewards paid in this episode.</summary>
    private double Payments => Max(1, t * n);

    /// <summary>Mean of all rewards paid in this episode.</summary>
    private double MeanReward => Sum(i => Earned[i]) / Payments;

    /// <summary>Variance of all rewards paid in this episode.</summary>
    private double Variance => Max(0, Squares / Payments - MeanReward * MeanReward);

    /// <inheritdoc/>
    protected override void Reset()
    {
        base.Reset();
        Drawn.Set(() => Clip(Uniform(γRange.Low, γRange.High), γRange.Low, γRange.High));
    }

    /// <inheritdoc/>
    protected override void Settle()
    {
        base.Settle();
        Earned.Set(i => Earned[i] + Paid(i));
        Squares.Set(() => Max(0, Squares + Sum(i => Paid(i) * Paid(i))));
    }

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        base.Observe(o);
        if (Revealed)
            o.Add("gamma", γ);
    }

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        base.Observe(me, view);
        if (Revealed)
            view.Add("gamma", γ, Show.OnRequest);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        if (t > 0)
        {
            report.Add("cumulative_rewards", i => Earned[i]);
            if (t > 3)
                report.Add("reward_variance", Variance);
            if (Revealed)
            {
                report.Add("true_gamma", γ);
                report.AddLabel("gamma_type", γ > 0.6 ? 1 : 0, "low", "high");
            }
        }
    }
}
