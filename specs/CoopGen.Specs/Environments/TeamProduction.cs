using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A team without loyalty: output depends on total effort and is shared equally, so that in equilibrium everyone works less than all
/// would want. Only blatant idleness is docked. The baseline against which the other team games are read.
/// </summary>
[Environment("TeamProduction-v0", Horizon = 100, Class = "TR-3", Report = "arXiv:2601.16237")]
public partial class TeamProduction : CollectiveActionGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 4, min: 2, max: 1024, unit: "agents");

    /// <inheritdoc/>
    protected override double ω => Parameter("omega", 25.0, min: 0.001, max: 1e6);

    /// <inheritdoc/>
    protected override double β => Parameter("beta", 0.7, min: 0.05, max: 0.95);

    /// <inheritdoc/>
    protected override double c => Parameter("c", 1.0, min: 0.001, max: 1e6);

    /// <summary>Nobody grows loyal here: loyalty stays where it starts.</summary>
    protected override double NextLoyalty(Agent i) => Loyalty[i];

    /// <summary>A tenth less for whoever puts in less than a fifth.</summary>
    protected override double Modifier(Agent i) => Rate(i) < 0.2 ? 0.9 : 1;
}
