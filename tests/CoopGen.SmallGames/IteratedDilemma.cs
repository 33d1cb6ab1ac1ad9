namespace CoopGen.SmallGames;

/// <summary>
/// The iterated prisoner's dilemma of Foerster et al. 2018 (arXiv:1709.04326): both cooperate −1, both defect −2, alone −3 for who cooperates and 0 for who defects. Agents see what both did last.
/// Defecting always is an equilibrium and what naive learners come to; so is tit for tat, which pays −1 a step.
/// </summary>
[Environment("IteratedDilemma-v0", Horizon = 50, Class = "Test")]
public sealed partial class IteratedDilemma : Spec
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>Defect (0) or cooperate (1).</summary>
    private ActionVar c => Finite([0, 1], initial: 0);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [c];

    /// <summary>What the other one does.</summary>
    private double other(Agent i) => Sum(j => j != i, j => c[j]);

    /// <inheritdoc/>
    protected override double Reward(Agent i) => c[i] == 1 ? -3 + 2 * other(i) : -2 + 2 * other(i);

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
