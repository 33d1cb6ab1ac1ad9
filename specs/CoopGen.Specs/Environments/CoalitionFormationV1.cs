namespace CoopGen.Environments;

/// <summary>
/// A team that shuts out the disloyal, paid by the report's equations. Where CoalitionFormation-v0 pays the utility of TR-1 times factors
/// for effort and membership, this pays everyone, in or out, an equal share of the team's output less the cost of effort, and what loyalty
/// adds: part of what the teammates get on average and of the own cost. Who is excluded is decided as in -v0 and told, but costs nothing,
/// for the report prices loyalty alone. As in its validation suite, cost is linear and the teammates' payoffs are counted without their own
/// loyalty. Integrated rewards add the others' payoffs, weighted by trust and dependence. All else is as in -v0.
/// </summary>
[Environment("CoalitionFormation-v1", Horizon = 150, Class = "TR-3", Report = "arXiv:2601.16237")]
public sealed partial class CoalitionFormationV1 : CoalitionFormation
{
    /// <inheritdoc/>
    protected override bool Published => true;
}
