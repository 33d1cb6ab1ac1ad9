using CoopGen.Mechanisms;

namespace CoopGen.Suites;

/// <summary>
/// The model of TR-2's validation suite: what partners do is prescribed, and trust and reputation damage follow. Who depends on whom and what is
/// expected of each is what tells one case from another; a case writes it into memory before play, with the trust it begins with.
/// </summary>
[Environment("TrustSuite-v0", Horizon = 100, Class = "TR-2", Report = "arXiv:2510.24909")]
public sealed partial class Trust : TrustGame
{
    /// <summary>Which of the published rules moves trust and damage.</summary>
    public enum Rule
    {
        /// <summary>The suite's own code: trust may stay above its ceiling, where it does not grow.</summary>
        Current,

        /// <summary>The environments' rule: what lies above the ceiling is pulled down to it.</summary>
        Package,

        /// <summary>The suite's description: growth is (1 − T)(1 − R), else as in the code.</summary>
        Described,

        /// <summary>The rule behind the result files that were shipped: growth is (1 − T)(1 − R), and damage is forgotten in every step.</summary>
        Legacy,
    }

    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 2, min: 2, max: 16);

    /// <summary>The rule that is followed.</summary>
    private Rule Follows => Parameter("rule", Rule.Current);

    /// <inheritdoc/>
    protected override double λBuild => Parameter("lambda_plus", 0.10, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double λErode => Parameter("lambda_minus", 0.30, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double μ => Parameter("mu_R", 0.60, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double δ => Parameter("delta_R", 0.03, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double ξ => Parameter("xi", 0.50, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double κ => Parameter("kappa_trust", 1.0, min: 0, max: 100);

    /// <summary>Nobody is paid in this suite.</summary>
    protected override double γ => 0;

    /// <summary>Greatest action there is.</summary>
    private double Greatest => Parameter("greatest_action", 10.0, min: 5, max: 1e9);

    /// <inheritdoc/>
    protected override Vector e => All(Greatest);

    /// <inheritdoc/>
    protected override Vector b => All(5);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0);

    /// <summary>The case's interdependence: how much agent i depends on agent j.</summary>
    private PairState Dependence => PairState(min: 0, max: 1);

    /// <summary>What the case expects of each agent.</summary>
    private AgentState Baseline => AgentState(min: 0, max: 1e9);

    /// <inheritdoc/>
    protected override double s(Agent j) => Tanh(κ * (a[j] - Baseline[j]));

    /// <inheritdoc/>
    protected override double ΔT(Agent i, Agent j) => s(j) > 0
        ? λBuild * s(j) * (Follows == Rule.Described || Follows == Rule.Legacy ? (1 - T[i, j]) * (1 - R[i, j]) : Max(0, C(i, j) - T[i, j]))
        : λErode * s(j) * T[i, j] * (1 + ξ * Dependence[i, j]);

    /// <inheritdoc/>
    protected override double ΔR(Agent i, Agent j) => (s(j) < 0 ? -μ * s(j) * (1 - R[i, j]) : 0) - (s(j) >= 0 || Follows == Rule.Legacy ? δ * R[i, j] : 0);

    /// <inheritdoc/>
    protected override void Reset()
    {
        Dependence.Set((i, j) => D[i, j]);
        Baseline.Set(i => b[i]);
    }

    /// <inheritdoc/>
    protected override void Update()
    {
        T.Set((i, j) => Clip(T[i, j] + ΔT(i, j), 0, Follows == Rule.Package ? C(i, j) : 1));
        R.Set((i, j) => Clip(R[i, j] + ΔR(i, j), 0, 1));
    }
}
