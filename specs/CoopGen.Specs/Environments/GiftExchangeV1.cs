namespace CoopGen.Environments;

/// <summary>
/// Gift exchange between an employer and a worker, paid by the report's equations. Where GiftExchange-v0 multiplies the utility of TR-1 by
/// a factor of reciprocity, this adds reciprocity to that utility: trust, dependence and sensitivity times the bounded response to how far
/// an action departs from the agent's average over the steps remembered before; in the first step there is no signal. As in the report's
/// validation suite, actions count as shares of the own endowment, which keeps the response from saturating, and trust enters without its
/// ceiling; unlike there, reciprocity moves payoffs, not actions. All else is as in -v0.
/// </summary>
[Environment("GiftExchange-v1", Horizon = 100, Class = "TR-4", Report = "arXiv:2604.01240", Agents = ["Employer", "Worker"])]
public sealed partial class GiftExchangeV1 : GiftExchange
{
    /// <inheritdoc/>
    protected override bool Published => true;

    /// <summary>How sharply an agent responds to a signal, per unit of endowment.</summary>
    protected override double κR => base.κR;
}
