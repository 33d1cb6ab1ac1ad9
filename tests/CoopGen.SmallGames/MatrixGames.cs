namespace CoopGen.SmallGames;

/// <summary>
/// The climbing game of Claus and Boutilier (1998): the best profile, (0, 0), pays the team 11 and lies beside penalties of 30; (2, 2) is safe and pays 5.
/// </summary>
[Environment("Climbing-v0", Horizon = 1, Class = "Test")]
public sealed partial class Climbing : Spec
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>What an agent does.</summary>
    private ActionVar a => Finite([0, 1, 2], 0);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [a];

    /// <summary>11, −30, 0; −30, 7, 6; 0, 0, 5: rows are agent 0, columns agent 1.</summary>
    private double payoff =>
        a[0] == 0 ? (a[1] == 0 ? 11 : a[1] == 1 ? -30 : 0)
        : a[0] == 1 ? (a[1] == 0 ? -30 : a[1] == 1 ? 7 : 6)
        : a[1] == 2 ? 5 : 0;

    /// <summary>Each gets half.</summary>
    protected override double Reward(Agent i) => 0.5 * payoff;

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view) => view.Add("own", a[me], Show.Always);
}

/// <summary>
/// The two-step game of Rashid et al. (2018, section 5): agent 0 chooses which matrix game is played next. One pays the team 7 whatever they do, the other 0, 1; 1, 8.
/// </summary>
[Environment("TwoStep-v0", Horizon = 10, Class = "Test")]
public sealed partial class TwoStep : Spec
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>What an agent does.</summary>
    private ActionVar a => Finite([0, 1], 0);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [a];

    /// <summary>The game played: 0 before the choice, then 1 (which pays 7) or 2; 3 when all is over.</summary>
    private ScalarState G => ScalarState(0, min: 0, max: 3);

    /// <summary>What the team is paid.</summary>
    private double payoff => G == 0 ? 0 : G == 1 ? 7 : a[0] == 1 && a[1] == 1 ? 8 : a[0] == 0 && a[1] == 0 ? 0 : 1;

    /// <summary>Each gets half.</summary>
    protected override double Reward(Agent i) => 0.5 * payoff;

    /// <inheritdoc/>
    protected override void Settle() => G.Set(() => G > 0 ? 3 : a[0] == 0 ? 1 : 2);

    /// <inheritdoc/>
    protected override bool Terminated => G == 3;

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        base.Observe(o);
        o.Add("first", G == 1 ? 1 : 0);
        o.Add("second", G == 2 ? 1 : 0);
    }

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        view.Add("own", a[me], Show.Always);
        view.Add("first", G == 1 ? 1 : 0);
        view.Add("second", G == 2 ? 1 : 0);
    }
}
