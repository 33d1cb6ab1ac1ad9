namespace CoopGen.Mechanisms;

/// <summary>
/// TR-2: trust between every ordered pair of agents. It grows slowly when the other does more than is expected and falls fast
/// when it does less; what falls leaves reputation damage, which caps how far trust can come back.
/// </summary>
[Mechanism("TR-2", Report = "arXiv:2510.24909")]
public abstract partial class TrustGame : ValueGame
{
    /// <summary>Trust building rate.</summary>
    [Symbol(@"\lambda^{+}")]
    protected virtual double λBuild => 0.10;

    /// <summary>Trust erosion rate.</summary>
    [Symbol(@"\lambda^{-}")]
    protected virtual double λErode => 0.30;

    /// <summary>How much of a disappointment becomes reputation damage.</summary>
    protected virtual double μ => 0.60;

    /// <summary>Rate at which reputation damage is forgotten.</summary>
    protected virtual double δ => 0.03;

    /// <summary>How much dependence amplifies the loss of trust.</summary>
    protected virtual double ξ => 0.50;

    /// <summary>How sharply trust reacts to the action, per action unit.</summary>
    protected virtual double κ => 1.0;

    /// <summary>Trust at reset.</summary>
    protected virtual double T0 => 0.50;

    /// <summary>Reputation damage at reset.</summary>
    protected virtual double R0 => 0;

    /// <summary>Trust of agent i in agent j.</summary>
    protected PairState T => PairState(initial: T0, diagonal: 1, min: 0, max: 1);

    /// <summary>Reputation damage that agent i records of agent j.</summary>
    protected PairState R => PairState(initial: R0, diagonal: 0, min: 0, max: 1);

    /// <summary>Signal: how far j's action departs from what is expected of it.</summary>
    [Equation("TR-2 eq. 6")]
    protected virtual double s(Agent j) => Tanh(κ * (a[j] - b[j]));

    /// <summary>Ceiling on the trust of i in j.</summary>
    [Equation("TR-2 eq. 7")]
    protected virtual double C(Agent i, Agent j) => 1 - R[i, j];

    /// <summary>Change of trust: slow when building, fast when eroding, faster where there is dependence.</summary>
    [Equation("TR-2 eq. 7 and 8"), Symbol(@"\Delta T")]
    protected virtual double ΔT(Agent i, Agent j) => s(j) > 0
        ? λBuild * s(j) * Max(0, Min(1 - T[i, j], C(i, j) - T[i, j]))
        : λErode * s(j) * T[i, j] * (1 + ξ * D[i, j]);

    /// <summary>Change of reputation damage: disappointment adds, time forgets.</summary>
    [Equation("TR-2 eq. 9"), Symbol(@"\Delta R")]
    protected virtual double ΔR(Agent i, Agent j) => s(j) < 0 ? -μ * s(j) * (1 - R[i, j]) : -δ * R[i, j];

    /// <summary>Dependence counts as far as there is trust, capped by reputation damage.</summary>
    [Equation("TR-1 eq. 13 with TR-2 trust")]
    protected override double w(Agent i, Agent j) => Min(T[i, j], 1 - R[i, j]) * D[i, j];

    /// <summary>Mean trust over all ordered pairs.</summary>
    [Symbol(@"\bar{T}"), Equation("TR-2 sec. 5")]
    protected double MeanTrust => MeanPairs((i, j) => T[i, j]);

    /// <inheritdoc/>
    protected override void Update()
    {
        base.Update();
        T.Set((i, j) => Clip(T[i, j] + ΔT(i, j), 0, C(i, j)));
        R.Set((i, j) => Clip(R[i, j] + ΔR(i, j), 0, 1));
    }

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        o.Add("actions", i => a[i]);
        o.Add("trust", (i, j) => T[i, j]);
        o.Add("reputation_damage", (i, j) => R[i, j]);
        o.Add("interdependence", (i, j) => D[i, j]);
        o.Add("step", t);
    }

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        view.Add("own_action", a[me], Show.Always);
        view.Add("others_actions", j => j != me, j => a[j]);
        view.Add("own_trust", j => T[me, j], Show.Minimal | Show.Realistic);
        view.Add("trust_matrix", (i, j) => T[i, j], Show.Full);
        view.Add("trust_toward_me", j => T[j, me], Show.OnRequest);
        view.Add("own_reputation_damage", j => R[me, j]);
        view.Add("others_mean_reputation_damage", j => j != me, j => Mean(k => R[j, k]));
        view.Add("own_dependence", j => D[me, j]);
        view.Add("progress", (double)t / Horizon);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("mean_trust", MeanTrust);
        report.Add("mean_reputation_damage", MeanPairs((i, j) => R[i, j]));
    }
}
