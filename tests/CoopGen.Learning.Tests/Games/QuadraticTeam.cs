namespace CoopGen.Learning.Tests.Games;

/// <summary>A team that is paid for one step: each is best where it is, and all for adding up to what is wanted. Its optimum is known.</summary>
[Environment("QuadraticTeam-v0", Horizon = 1, Class = "Test")]
public sealed partial class QuadraticTeam : Spec
{
    /// <summary>The greatest sum of rewards: 3 · 10.</summary>
    public const double Optimum = 30;

    /// <inheritdoc/>
    public override int n => 3;

    /// <summary>What an agent puts in.</summary>
    private ActionVar x => Continuous(0, i => 10);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [x];

    /// <summary>What is best for each.</summary>
    private Vector c => Of(2, 5, 8);

    /// <summary>How far an agent is from its best.</summary>
    private double missed(Agent i) => x[i] - c[i];

    /// <summary>How far all are from what is wanted.</summary>
    private double lacking => Sum(j => x[j]) - 15;

    /// <summary>Everyone is paid 10 less what is missed.</summary>
    protected override double Reward(Agent i) => 10 - 0.1 * Sum(j => missed(j) * missed(j)) - 0.05 * lacking * lacking;

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        view.Add("own_action", x[me], Show.Always);
        view.Add("step", t);
    }
}
