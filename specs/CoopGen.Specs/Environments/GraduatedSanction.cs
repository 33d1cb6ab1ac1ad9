using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A commons kept by graduated sanctions, after Ostrom: six users with a long memory answer a lapse in proportion to how far it falls
/// short of the user's own record, so that a slip costs little and a habit of taking costs much.
/// </summary>
[Environment("GraduatedSanction-v0", Horizon = 200, Class = "TR-4", Report = "arXiv:2604.01240")]
public partial class GraduatedSanction : ReciprocityGame
{
    /// <inheritdoc/>
    public override int n => 6;

    /// <inheritdoc/>
    protected override Vector b => All(40);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.35);

    /// <inheritdoc/>
    protected override double ρ0 => 0.6;

    /// <inheritdoc/>
    protected override double η => 1.5;

    /// <inheritdoc/>
    protected override double κR => 0.8;

    /// <inheritdoc/>
    protected override int Memory => 10;

    /// <inheritdoc/>
    protected override double λR => 1.8;

    /// <inheritdoc/>
    protected override double ω => 1.0;
}
