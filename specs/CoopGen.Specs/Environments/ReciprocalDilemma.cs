using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// A continuous prisoner's dilemma between two equals who remember: each answers what the other does now, measured against what it did
/// lately, so that cooperation can be sustained by conditional kindness rather than by contract.
/// </summary>
[Environment("ReciprocalDilemma-v0", Horizon = 100, Class = "TR-4", Report = "arXiv:2604.01240")]
public partial class ReciprocalDilemma : ReciprocityGame
{
    /// <inheritdoc/>
    public override int n => 2;

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.5);
}
