using CoopGen;
using CoopGen.Mechanisms;

namespace Games;

/// <summary>
/// Two partners invest in a common project. Trust decides how much each cares for the other's payoff, and here it also pays:
/// a partnership saves on lawyers what it has in trust.
/// </summary>
[Environment("__Name__-v0", Horizon = 50, Class = "TR-2", Agents = ["first partner", "second partner"])]
public sealed partial class __Name__ : TrustGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <summary>Of its 100 units, each partner is expected to invest 40.</summary>
    protected override Vector b => All(40);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.50);

    /// <inheritdoc/>
    protected override double γ => Parameter("synergy", 0.70, min: 0, max: 10);

    /// <summary>What full trust saves each partner in a step, in payoff units.</summary>
    private double Saving => Parameter("saving", 10.0, min: 0, max: 1000);

    /// <summary>The payoff of the mechanism, and the twist of this game: what trust saves.</summary>
    protected override double Reward(Agent i) => BaseReward(i) + Saving * MeanTrust;

    /// <summary>The partnership ends when hardly any trust is left.</summary>
    protected override bool Terminated => MeanTrust < 0.05;
}
