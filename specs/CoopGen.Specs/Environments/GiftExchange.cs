using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// Gift exchange between an employer and a worker: a generous wage is answered by effort beyond the contract and a mean one by
/// working to rule. The worker has less to give and depends more on the employer than the employer on it.
/// </summary>
[Environment("GiftExchange-v0", Horizon = 100, Class = "TR-4", Report = "arXiv:2604.01240", Agents = ["Employer", "Worker"])]
public partial class GiftExchange : ReciprocityGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Vector e => Of(100, 80);

    /// <inheritdoc/>
    protected override Matrix D => Rows([0, 0.4], [0.7, 0]);

    /// <inheritdoc/>
    protected override double ρ0 => 1.2;

    /// <inheritdoc/>
    protected override double η => 1.5;

    /// <inheritdoc/>
    protected override int Memory => 3;

    /// <inheritdoc/>
    protected override double λR => 1.2;

    /// <inheritdoc/>
    protected override double ω => 0.8;
}
