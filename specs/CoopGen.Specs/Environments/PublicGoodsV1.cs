namespace CoopGen.Environments;

/// <summary>
/// The linear public goods game, paid by the report's equations. Where PublicGoods-v0 pays the utility of TR-1 times factors for riding
/// free and for giving, this pays what is kept and an equal share of the multiplied contributions, e − a + m·Σa/n, and what loyalty adds:
/// part of what the others gain on average beyond their endowments and of the own contribution. As in the report's validation suite, the
/// others' gains are counted without their own loyalty. Integrated rewards add the others' payoffs, weighted by trust and dependence. All
/// else is as in -v0.
/// </summary>
[Environment("PublicGoods-v1", Horizon = 100, Class = "TR-3", Report = "arXiv:2601.16237")]
public sealed partial class PublicGoodsV1 : PublicGoods
{
    /// <inheritdoc/>
    protected override bool Published => true;

    /// <summary>Private payoff: what is kept, the share in the public good, and what loyalty adds.</summary>
    protected override double π(Agent i) => e[i] + TeamUtility(i);
}
