namespace CoopGen.SmallGames;

/// <summary>
/// <see cref="IteratedDilemma"/> between agents that cooperate to a degree from 0 to 1: what they are paid, and what they see, is what those who cooperate with such probabilities would on average.
/// </summary>
[Environment("GradedDilemma-v0", Horizon = 50, Class = "Test")]
public sealed partial class GradedDilemma : Spec
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>From defect (0) to cooperate (1).</summary>
    private ActionVar c => Continuous(0, i => 1);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [c];

    /// <summary>What the other one does.</summary>
    private double other(Agent i) => Sum(j => j != i, j => c[j]);

    /// <inheritdoc/>
    protected override double Reward(Agent i) => -2 - c[i] + 2 * other(i);

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        view.Add("first", t == 0 ? 1 : 0, Show.Always);
        view.Add("both_defected", t > 0 ? (1 - c[me]) * (1 - other(me)) : 0, Show.Always);
        view.Add("other_cooperated", t > 0 ? (1 - c[me]) * other(me) : 0, Show.Always);
        view.Add("own_cooperated", t > 0 ? c[me] * (1 - other(me)) : 0, Show.Always);
        view.Add("both_cooperated", t > 0 ? c[me] * other(me) : 0, Show.Always);
    }
}
