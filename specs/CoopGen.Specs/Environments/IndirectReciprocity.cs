using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A small community in which everyone watches everyone: what an agent does to one is seen, remembered for long and answered by all.
/// Kindness pays through those who merely saw it.
/// </summary>
[Environment("IndirectReciprocity-v0", Horizon = 150, Class = "TR-4", Report = "arXiv:2604.01240")]
public partial class IndirectReciprocity : ReciprocityGame
{
    /// <inheritdoc/>
    public override int n => 4;

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.4);

    /// <inheritdoc/>
    protected override double ρ0 => 0.8;

    /// <inheritdoc/>
    protected override int Memory => 7;

    /// <inheritdoc/>
    protected override double λR => 1.5;

    /// <inheritdoc/>
    protected override double ω => 0.5;
}
