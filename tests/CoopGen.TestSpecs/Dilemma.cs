namespace CoopGen.TestSpecs;

/// <summary>The prisoner's dilemma with two actions, and memory of who defected.</summary>
[Environment("Dilemma-v0", Horizon = 20, Class = "Test")]
public sealed partial class Dilemma : Spec
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>Temptation to defect.</summary>
    private double T => Parameter("temptation", 5.0, min: 3, max: 10);

    /// <summary>Defect (0) or cooperate (1).</summary>
    private ActionVar c => Finite([0, 1], 1);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [c];

    /// <summary>How often each agent defected.</summary>
    private AgentState Defections => AgentState(min: 0, max: 20);

    /// <summary>What agent j does when it is not agent i.</summary>
    private double others(Agent i) => Sum(j => j != i, j => c[j]);

    /// <inheritdoc/>
    protected override double Reward(Agent i) => c[i] == 1 ? 3 * others(i) : 1 + (T - 1) * others(i);

    /// <inheritdoc/>
    protected override void Settle() => Defections.Set(i => Min(20, Defections[i] + (c[i] == 0 ? 1 : 0)));

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        view.Add("own", c[me], Show.Always);
        view.Add("others", j => j != me, j => c[j]);
        view.Add("own_defections", Defections[me], Show.OnRequest);
    }

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        o.Add("actions", i => c[i]);
        o.Add("defections", i => Defections[i]);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        report.AddAgents("defectors", i => Defections[i] > 0);
        report.AddRanking("worst", i => Defections[i]);
        report.AddLabels("standing", i => Defections[i] > 3 ? 1 : 0, "good", "bad");
    }
}
