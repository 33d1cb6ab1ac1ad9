using CoopGen.Mechanisms;

namespace CoopGen.Suites;

/// <summary>
/// The model of TR-1's validation suite: partners invest once in a common undertaking. Who depends on whom, who bargains for what share
/// and what each has to give is what tells one case from another; a case writes it into memory before play.
/// </summary>
/// <remarks>
/// As in the suite, and other than in the mechanism, the synergy is the root of a product, and what an agent receives of it is its share in the
/// difference between the value of all and what each creates alone. In exact arithmetic both are the same; the suite's search stops by
/// differences of the last digits. The number of agents is a parameter, so that no formula is rearranged.
/// </remarks>
[Environment("FoundationsSuite-v0", Horizon = 1, Class = "TR-1", Report = "arXiv:2510.18802")]
public sealed partial class Foundations : ValueGame
{
    /// <summary>How an agent creates value by itself.</summary>
    public enum Specification
    {
        /// <summary>θ ln(1 + a).</summary>
        Logarithmic,

        /// <summary>a to the power of β.</summary>
        Power,
    }

    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 2, min: 2, max: 16);

    /// <summary>How an agent creates value by itself.</summary>
    private Specification Value => Parameter("value", Specification.Logarithmic);

    /// <summary>Exponent of the power value.</summary>
    private double β => Parameter("beta", 0.75, min: 0.01, max: 1);

    /// <inheritdoc/>
    protected override double θ => Parameter("theta", 20.0, min: 0, max: 1e6);

    /// <inheritdoc/>
    protected override double γ => Parameter("gamma", 0.65, min: 0, max: 1e6);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0);

    /// <summary>The case's interdependence: how much agent i depends on agent j.</summary>
    private PairState Dependence => PairState(min: 0, max: 1);

    /// <summary>The case's bargaining shares.</summary>
    private AgentState Share => AgentState(min: 0, max: 1);

    /// <summary>The case's endowments, which only shift payoffs.</summary>
    private AgentState Endowment => AgentState(min: 0, max: 1e9);

    /// <inheritdoc/>
    protected override double f(Agent i) => Value == Specification.Power ? (a[i] <= 0 ? 0 : Pow(a[i], β)) : θ * Log(1 + a[i]);

    /// <inheritdoc/>
    protected override double g => Any(k => a[k] <= 0) ? 0 : Pow(Product(k => a[k]), 1.0 / n);

    /// <inheritdoc/>
    protected override double π(Agent i) => Endowment[i] - a[i] + f(i) + Share[i] * (V - Sum(k => f(k)));

    /// <inheritdoc/>
    protected override double w(Agent i, Agent j) => Dependence[i, j];

    /// <inheritdoc/>
    protected override void Reset()
    {
        Dependence.Set((i, j) => D[i, j]);
        Share.Set(i => α[i]);
        Endowment.Set(i => e[i]);
    }
}
