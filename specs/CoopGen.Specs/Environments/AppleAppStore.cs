using CoopGen.Mechanisms;

namespace CoopGen.Environments;

/// <summary>
/// Apple, the major and the small developers of the App Store, 2008 to 2024 by quarter: the developers depend on the platform far
/// more than it on them, and answer what it invests in them, or takes from them, from quarter to quarter.
/// </summary>
[Environment("AppleAppStore-v0", Horizon = 66, Class = "TR-4", Report = "arXiv:2604.01240", Agents = ["Apple", "Major developers", "Small developers"])]
public partial class AppleAppStore : ReciprocityGame
{
    /// <inheritdoc/>
    public override int n => 3;

    /// <inheritdoc/>
    protected override Vector e => Of(100, 80, 60);

    /// <inheritdoc/>
    protected override Matrix D => Rows([0, 0.3, 0.2], [0.8, 0, 0.15], [0.85, 0.1, 0]);

    /// <inheritdoc/>
    protected override double T0 => 0.60;

    /// <inheritdoc/>
    protected override double η => 1.2;

    /// <inheritdoc/>
    protected override double κR => 0.8;

    /// <inheritdoc/>
    protected override int Memory => 4;

    /// <inheritdoc/>
    protected override double ω => 0.8;
}
