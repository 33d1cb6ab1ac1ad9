namespace CoopGen.SmallGames;

/// <summary>Rock (0), paper (1), scissors (2), once: whatever one plays, something beats it, so that best responses go round in a circle.</summary>
[Environment("Cycle-v0", Horizon = 1, Class = "Test")]
public sealed partial class Cycle : Spec
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>What is played.</summary>
    private ActionVar c => Finite([0, 1, 2], initial: 0);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [c];

    /// <summary>What the other one plays.</summary>
    private double other(Agent i) => Sum(j => j != i, j => c[j]);

    /// <summary>1 for the one that beats the other, −1 for the other, 0 for both if they play the same.</summary>
    protected override double Reward(Agent i)
    {
        var ahead = c[i] - other(i);
        return ahead == 1 || ahead == -2 ? 1 : ahead == 0 ? 0 : -1;
    }

    /// <inheritdoc/>
    protected override bool Terminated => true;

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view) => view.Add("own_action", c[me], Show.Always);
}
