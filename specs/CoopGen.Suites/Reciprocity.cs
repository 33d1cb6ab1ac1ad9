using CoopGen.Mechanisms;

namespace CoopGen.Suites;

/// <summary>
/// The actors of the TR-4 validation suite. Nobody chooses: what an actor does next follows from what all do now, its answers to
/// the others added to it, part of its departure from the baseline taken away. Whoever plays it plays that answer, with what chance
/// and circumstances add, as the next action.
/// </summary>
/// <remarks>
/// Signals and trust take the departure from the baseline as it is, not its tanh, and trust has a ceiling below 1. The memory window
/// enters no formula, as in the suite.
/// </remarks>
[Environment("ReciprocitySuite-v0", Horizon = 100, Class = "TR-4", Report = "arXiv:2604.01240")]
public sealed partial class Reciprocity : ReciprocityGame
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 2, min: 2, max: 3, unit: "agents");

    /// <summary>Actions lie between 0 and 1.</summary>
    protected override Vector e => All(1);

    /// <inheritdoc/>
    protected override Vector b => All(Expected);

    /// <summary>What is expected of every actor at reset.</summary>
    private double Expected => Parameter("baseline", 0.3, min: 0, max: 1);

    /// <inheritdoc/>
    protected override Matrix D => From((i, j) => i == j ? 0 : i == 0 ? (j == 1 ? D01 : D02) : i == 1 ? (j == 0 ? D10 : D12) : j == 0 ? D20 : D21);

    /// <summary>How much actor 0 depends on actor 1.</summary>
    private double D01 => Parameter("D_01", 0.8, min: 0, max: 1);

    /// <summary>How much actor 0 depends on actor 2.</summary>
    private double D02 => Parameter("D_02", 0.0, min: 0, max: 1);

    /// <summary>How much actor 1 depends on actor 0.</summary>
    private double D10 => Parameter("D_10", 0.4, min: 0, max: 1);

    /// <summary>How much actor 1 depends on actor 2.</summary>
    private double D12 => Parameter("D_12", 0.0, min: 0, max: 1);

    /// <summary>How much actor 2 depends on actor 0.</summary>
    private double D20 => Parameter("D_20", 0.0, min: 0, max: 1);

    /// <summary>How much actor 2 depends on actor 1.</summary>
    private double D21 => Parameter("D_21", 0.0, min: 0, max: 1);

    /// <inheritdoc/>
    protected override double ρ0 => Parameter("rho_0", 1.0, min: 0, max: 100);

    /// <inheritdoc/>
    protected override double η => Parameter("eta", 1.0, min: 0.01, max: 100);

    /// <inheritdoc/>
    protected override double κR => Parameter("kappa", 1.0, min: 0, max: 100);

    /// <inheritdoc/>
    protected override int Memory => Parameter("k", 5, min: 1, max: 100);

    /// <inheritdoc/>
    protected override double λR => Parameter("lambda_R", 1.0, min: 0, max: 100);

    /// <summary>Trust at reset in and of actor 0, and of all where nothing else is said.</summary>
    protected override double T0 => Parameter("T_0", 0.6, min: 0, max: 1);

    /// <summary>Trust at reset between the actors 1 and 2.</summary>
    private double T12 => Parameter("T_12", 0.6, min: 0, max: 1);

    /// <summary>How fast an actor moves by its answers.</summary>
    [Symbol(@"\alpha_R")]
    private double Pace => Parameter("alpha", 0.15, min: 0, max: 10);

    /// <summary>Which part of its departure from the baseline an actor takes back in a step.</summary>
    private double Decay => Parameter("decay", 0.0, min: 0, max: 1);

    /// <summary>How fast the baseline follows the action; 0: it stays.</summary>
    private double Adaptation => Parameter("adaptation", 0.0, min: 0, max: 1);

    /// <summary>Greatest trust there is.</summary>
    [Symbol("T_{max}")]
    private double MostTrust => 0.90;

    /// <summary>How much reputation damage lowers the ceiling on trust.</summary>
    [Symbol(@"\theta_R")]
    private double Stain => 0.60;

    /// <summary>What is expected of each actor now.</summary>
    private AgentState Baseline => AgentState(min: 0, max: 1);

    /// <summary>What each actor does next, before chance and circumstances, and before it is clipped.</summary>
    private AgentState Next => AgentState();

    /// <summary>What each actor answered to each other in this step.</summary>
    private PairState Answered => PairState();

    /// <summary>Signal: how far j's action departs from its baseline, as it is.</summary>
    protected override double s(Agent j) => a[j] - Baseline[j];

    /// <summary>Ceiling on the trust of i in j: lower the more damage is remembered, and below 1 without any.</summary>
    protected override double C(Agent i, Agent j) => Max(0, Min(MostTrust, 1 - Stain * R[i, j]));

    /// <summary>What agent i answers to agent j before trust decides how much of it counts.</summary>
    private double Response(Agent i, Agent j) => ρ(i, j) * φ(s(j));

    /// <summary>The answers of agent i to all others.</summary>
    protected override double Reward(Agent i) => Sum(j => j != i, j => Answer(i, j, s(j)));

    /// <inheritdoc/>
    protected override void Reset()
    {
        base.Reset();
        T.Set((i, j) => i == 0 || j == 0 ? T0 : T12);
        Baseline.Set(i => b[i]);
        Next.Set(i => b[i]);
    }

    /// <inheritdoc/>
    protected override void Update() { }

    /// <summary>All answers follow from the same old state.</summary>
    protected override void Settle()
    {
        Next.Set(i => a[i] + Pace * Paid(i) - Decay * (a[i] - Baseline[i]));
        Answered.Set((i, j) => Response(i, j));
        base.Update();
        Baseline.Set(i => Clip((1 - Adaptation) * Baseline[i] + Adaptation * a[i], 0, 1));
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        report.Add("next", i => Next[i]);
        report.AddPairs("responses", (i, j) => Answered[i, j]);
        report.AddPairs("trust", (i, j) => T[i, j]);
        report.AddPairs("reputation", (i, j) => R[i, j]);
    }
}
