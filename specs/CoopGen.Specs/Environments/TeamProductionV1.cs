namespace CoopGen.Environments;

/// <summary>
/// A team without loyalty, paid by the report's equations. Where TeamProduction-v0 pays the utility of TR-1 and docks idleness, this pays
/// an equal share of the team's output less the cost of one's own effort, which is linear, as in the report's validation suite. Integrated
/// rewards add the others' payoffs, weighted by trust and dependence. All else is as in -v0.
/// </summary>
[Environment("TeamProduction-v1", Horizon = 100, Class = "TR-3", Report = "arXiv:2601.16237")]
public sealed partial class TeamProductionV1 : TeamProduction
{
    /// <inheritdoc/>
    protected override bool Published => true;
}
