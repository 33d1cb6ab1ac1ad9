namespace CoopGen.Environments;

/// <summary>
/// A team whose members can grow loyal, paid by the report's equations. Where LoyaltyTeam-v0 pays the utility of TR-1 times factors for
/// riding free and for effort, this pays an equal share of the team's output less the cost of effort, and what loyalty adds: part of what
/// the teammates get on average and of the own cost. As in the report's validation suite, cost is linear and the teammates' payoffs are
/// counted without their own loyalty; the suite holds loyalty fixed, here it moves as in -v0. Integrated rewards add the others' payoffs,
/// weighted by trust and dependence. All else is as in -v0.
/// </summary>
[Environment("LoyaltyTeam-v1", Horizon = 100, Class = "TR-3", Report = "arXiv:2601.16237")]
public sealed partial class LoyaltyTeamV1 : LoyaltyTeam
{
    /// <inheritdoc/>
    protected override bool Published => true;
}
