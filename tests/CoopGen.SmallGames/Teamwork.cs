namespace CoopGen.SmallGames;

/// <summary>One step, in which everyone is paid the same: how near agents come to what each should do by itself, and to what all should do together.</summary>
/// <remarks>Where the derivative by each action is 0, xᵢ = cᵢ − w·(C − s)/(1 + n·w) with C = Σ cⱼ: that is (3, 5, 7), which pays 30 − 3·1² − ¼·(15 − 19)² = 23.</remarks>
[Environment("Teamwork-v0", Horizon = 1, Class = "Test")]
public sealed partial class Teamwork : Spec
{
    /// <summary>The greatest payoff of each.</summary>
    public const double Optimum = 23;

    /// <inheritdoc/>
    public override int n => 3;

    /// <summary>What an agent does.</summary>
    private ActionVar x => Continuous(0, i => 10);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [x];

    /// <summary>What agent i should do by itself.</summary>
    private Vector c => Of(2, 4, 6);

    /// <summary>What all should do together.</summary>
    private double s => 19;

    /// <summary>How much that counts: little enough that from wherever they are one of them alone can improve, by whole numbers too.</summary>
    private double w => 0.25;

    /// <summary>How far all together are off.</summary>
    private double apart => Sum(j => x[j]) - s;

    /// <inheritdoc/>
    protected override double Reward(Agent i) => 30 - Sum(j => (x[j] - c[j]) * (x[j] - c[j])) - w * apart * apart;

    /// <inheritdoc/>
    protected override bool Terminated => true;

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view) => view.Add("own_target", c[me], Show.Always);
}
