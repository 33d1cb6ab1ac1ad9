namespace CoopGen.Mechanisms;

/// <summary>
/// TR-1: agents invest in a common undertaking. What an agent puts in it gives up, creates value of its own with, and raises a synergy
/// that all share by bargaining power; how much it cares for the others' payoffs follows from what it depends on them for.
/// </summary>
[Mechanism("TR-1", Report = "arXiv:2510.18802")]
public abstract partial class ValueGame : Spec
{
    /// <summary>What each agent has to invest in a step, in action units.</summary>
    [Within(0, 1e9)]
    protected virtual Vector e => All(100);

    /// <summary>Bargaining share: what part of the synergy each agent receives.</summary>
    [Within(0, 1), SumsTo(1)]
    protected virtual Vector α => All(1.0 / n);

    /// <summary>Baseline: the investment that is expected of each agent, in action units.</summary>
    [Within(0, nameof(e))]
    protected virtual Vector b => From(i => 0.35 * e[i]);

    /// <summary>Interdependence: how much agent i depends on agent j.</summary>
    [Within(0, 1), ZeroDiagonal, Equation("TR-1 eq. 1")]
    protected abstract Matrix D { get; }

    /// <summary>Scale of the value that an agent creates by itself.</summary>
    protected virtual double θ => 20;

    /// <summary>Strength of the synergy.</summary>
    protected abstract double γ { get; }

    /// <summary>Whether rewards are divided by the greatest endowment.</summary>
    protected bool Normalized => Parameter("normalize_rewards", false);

    /// <summary>Factor on every reward.</summary>
    protected double Scale => Parameter("reward_scale", 1.0, min: 0, max: 1e6);

    /// <summary>What the agent invests.</summary>
    protected ActionVar a => Continuous(0, i => e[i], initial: i => b[i]);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [a];

    /// <summary>Value that agent i creates by itself.</summary>
    [Equation("TR-1 eq. 6")]
    protected virtual double f(Agent i) => θ * Log1p(a[i]);

    /// <summary>Synergy: the geometric mean of all investments, 0 if anyone invests nothing.</summary>
    [Equation("TR-1 eq. 7")]
    protected virtual double g => Any(k => a[k] <= 1e-10) ? 0 : Exp(Sum(k => Log(Max(a[k], 1e-10))) / n);

    /// <summary>Private payoff: what is kept, what is created alone, and the share in the synergy.</summary>
    [Equation("TR-1 eq. 11")]
    protected virtual double π(Agent i) => e[i] - a[i] + f(i) + α[i] * γ * g;

    /// <summary>How much agent i weighs the payoff of agent j.</summary>
    [Equation("TR-1 eq. 13")]
    protected virtual double w(Agent i, Agent j) => D[i, j];

    /// <summary>Integrated utility: the own payoff and, weighted, those of the others.</summary>
    [Equation("TR-1 eq. 13")]
    protected virtual double U(Agent i) => π(i) + Sum(j => j != i, j => w(i, j) * π(j));

    /// <summary>What agent i is paid before anything an environment adds.</summary>
    [Equation("TR-1 eq. 11 and 13")]
    protected double BaseReward(Agent i) => Scale / (Normalized ? Max(k => e[k]) : 1) * Mode switch
    {
        RewardMode.Private => π(i),
        RewardMode.Integrated => U(i),
        _ => Mean(k => U(k)),
    };

    /// <inheritdoc/>
    protected override double Reward(Agent i) => BaseReward(i);

    /// <summary>Value that all create together.</summary>
    [Equation("TR-1 eq. 8")]
    protected virtual double V => Sum(k => f(k)) + γ * g;

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        report.Add("step", t);
        report.Add("total_value", V);
        report.Add("mean_cooperation", Mean(i => a[i]));
        report.Add("cooperation_rate", Mean(i => a[i] / e[i]));
        if (t > 0)
            report.Add("actions", i => a[i]);
    }
}
