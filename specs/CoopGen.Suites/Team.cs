using CoopGen.Mechanisms;

namespace CoopGen.Suites;

/// <summary>
/// The team of the TR-3 validation suite: the published payoff with loyalty, which is given and does not change. A one-shot game;
/// its equilibria are what the suite measures.
/// </summary>
/// <remarks>The cost of effort is linear, so that an equilibrium determines the total effort alone.</remarks>
[Environment("TeamSuite-v0", Horizon = 1, Class = "TR-3", Report = "arXiv:2601.16237")]
public sealed partial class Team : CollectiveActionGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 5, min: 2, max: 1024, unit: "agents");

    /// <summary>Greatest effort.</summary>
    private double Most => Parameter("a_max", 50.0, min: 0.01, max: 1e6);

    /// <inheritdoc/>
    protected override Vector e => All(Most);

    /// <inheritdoc/>
    protected override double ω => Parameter("omega", 25.0, min: 0.001, max: 1e6);

    /// <inheritdoc/>
    protected override double β => Parameter("beta", 0.7, min: 0.05, max: 0.95);

    /// <inheritdoc/>
    protected override double c => Parameter("c", 1.0, min: 0.001, max: 1e6);

    /// <inheritdoc/>
    protected override double φB => Parameter("phi_B", 0.8, min: 0, max: 10);

    /// <inheritdoc/>
    protected override double φC => Parameter("phi_C", 0.3, min: 0, max: 1);

    /// <summary>Loyalty of every member, where they are not given one by one.</summary>
    private double Given => Parameter("theta", 0.5, min: 0, max: 1);

    /// <inheritdoc/>
    protected override void Reset()
    {
        base.Reset();
        Loyalty.Set(i => Given);
    }

    /// <inheritdoc/>
    protected override double NextLoyalty(Agent i) => Loyalty[i];

    /// <summary>The report's utility, nothing else.</summary>
    protected override double Reward(Agent i) => TeamUtility(i);
}
