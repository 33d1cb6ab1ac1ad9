using CoopGen.Mechanisms;

namespace CoopGen.Suites;

/// <summary>
/// A game of TR-1 and TR-2 that is composed rather than written: who depends on whom, who has what, bargains for what share and is
/// expected to give what is written into memory before play.
/// </summary>
[Environment("Composed-v0", Horizon = 100, Class = "TR-2", Report = "arXiv:2510.24909")]
public sealed partial class Composed : TrustGame
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
    public override int n => Parameter("n_agents", 2, min: 2, max: 64);

    /// <summary>How an agent creates value by itself.</summary>
    private Specification Value => Parameter("value", Specification.Logarithmic);

    /// <summary>Exponent of the power value.</summary>
    private double β => Parameter("beta", 0.75, min: 0.01, max: 1);

    /// <inheritdoc/>
    protected override double θ => Parameter("theta", 20.0, min: 0, max: 1e6);

    /// <inheritdoc/>
    protected override double γ => Parameter("gamma", 0.65, min: 0, max: 1e6);

    /// <inheritdoc/>
    protected override double λBuild => Parameter("lambda_plus", 0.10, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double λErode => Parameter("lambda_minus", 0.30, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double μ => Parameter("mu_R", 0.60, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double δ => Parameter("delta_R", 0.03, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double ξ => Parameter("xi", 0.50, min: 0, max: 100);

    /// <inheritdoc/>
    protected override double κ => Parameter("kappa", 1.0, min: 0, max: 100);

    /// <inheritdoc/>
    protected override double T0 => Parameter("initial_trust", 0.50, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double R0 => Parameter("initial_reputation", 0.0, min: 0, max: 1);

    /// <summary>Greatest endowment of an agent.</summary>
    private double Greatest => Parameter("greatest_endowment", 100.0, min: 1e-9, max: 1e9);

    /// <inheritdoc/>
    protected override Vector e => All(Greatest);

    /// <inheritdoc/>
    protected override Vector b => All(0.3 * Greatest);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.5);

    /// <summary>How much agent i depends on agent j.</summary>
    private PairState Dependence => PairState(min: 0, max: 1);

    /// <summary>Bargaining shares.</summary>
    private AgentState Share => AgentState(min: 0, max: 1);

    /// <summary>What each has to invest in a step, in action units.</summary>
    private AgentState Endowment => AgentState(min: 0, max: 1e9);

    /// <summary>What is expected of each, in action units.</summary>
    private AgentState Baseline => AgentState(min: 0, max: 1e9);

    /// <inheritdoc/>
    protected override double f(Agent i) => Value == Specification.Power ? Pow(Max(a[i], 1e-10), β) : θ * Log1p(a[i]);

    /// <inheritdoc/>
    protected override double π(Agent i) => Endowment[i] - a[i] + f(i) + Share[i] * γ * g;

    /// <inheritdoc/>
    protected override double s(Agent j) => Tanh(κ * (a[j] - Baseline[j]));

    /// <inheritdoc/>
    protected override double ΔT(Agent i, Agent j) => s(j) > 0
        ? λBuild * s(j) * Max(0, Min(1 - T[i, j], C(i, j) - T[i, j]))
        : λErode * s(j) * T[i, j] * (1 + ξ * Dependence[i, j]);

    /// <inheritdoc/>
    protected override double w(Agent i, Agent j) => Min(T[i, j], 1 - R[i, j]) * Dependence[i, j];

    /// <inheritdoc/>
    protected override void Reset()
    {
        Dependence.Set((i, j) => D[i, j]);
        Share.Set(i => α[i]);
        Endowment.Set(i => e[i]);
        Baseline.Set(i => b[i]);
    }

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        o.Add("actions", i => a[i]);
        o.Add("trust", (i, j) => T[i, j]);
        o.Add("reputation_damage", (i, j) => R[i, j]);
        o.Add("interdependence", (i, j) => Dependence[i, j]);
        o.Add("step", t);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        report.Add("step", t);
        report.Add("total_value", V);
        report.Add("mean_cooperation", Mean(i => a[i]));
        report.Add("cooperation_rate", Mean(i => a[i] / Max(Endowment[i], 1e-9)));
        if (t > 0)
            report.Add("actions", i => a[i]);
        report.Add("mean_trust", MeanTrust);
        report.Add("mean_reputation_damage", MeanPairs((i, j) => R[i, j]));
    }
}
