namespace CoopGen.SmallGames;

/// <summary>
/// Rock, paper and scissors without a bottom: a point (x, y) of the square earns the cross product with the other's. A quarter turn on beats it by most, that one is beaten by the next, and so on round the
/// four corners; what one earns the other loses.
/// </summary>
[Environment("Cycle-v0", Horizon = 1, Class = "Test")]
public sealed partial class Cycle : Spec
{
    /// <summary>The corner that a point is nearest to: each is beaten by the next, and the last by 0.</summary>
    public static int Corner(double x, double y) => x > 0 ? y > 0 ? 0 : 1 : y > 0 ? 3 : 2;

    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>To the right.</summary>
    private ActionVar x => Continuous(-1, i => 1);

    /// <summary>Up.</summary>
    private ActionVar y => Continuous(-1, i => 1);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [x, y];

    /// <summary>The other one's distance to the right.</summary>
    private double otherX(Agent i) => Sum(j => j != i, j => x[j]);

    /// <summary>The other one's height.</summary>
    private double otherY(Agent i) => Sum(j => j != i, j => y[j]);

    /// <inheritdoc/>
    protected override double Reward(Agent i) => x[i] * otherY(i) - y[i] * otherX(i);

    /// <inheritdoc/>
    protected override bool Terminated => true;

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view) => view.Add("own_x", x[me], Show.Always);
}
