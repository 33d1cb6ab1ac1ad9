namespace CoopGen.Mechanisms;

/// <summary>
/// TR-4: agents remember what the others did lately and answer in kind. Doing more than one's own recent average is taken as a
/// kindness, doing less as a slight; how strongly an agent answers grows with its dependence and with its trust.
/// </summary>
/// <remarks>
/// <see cref="Published"/> chooses what is paid: the utility of TR-1 with TR-2 trust plus reciprocity, signals being measured against what
/// was done before and per unit of endowment, as in the <c>-v1</c> environments; or, as Coopetition-Gym 1.0.6 ships it, that utility times
/// a factor, the average containing the present action and the signal in action units.
/// </remarks>
[Mechanism("TR-4", Report = "arXiv:2604.01240")]
public abstract partial class ReciprocityGame : TrustGame
{
    /// <summary>Whether agents are paid what the report's equations say; else what Coopetition-Gym 1.0.6 pays.</summary>
    protected virtual bool Published => false;

    /// <inheritdoc/>
    protected override Vector b => From(i => 0.3 * e[i]);

    /// <inheritdoc/>
    protected override double γ => 0.65;

    /// <summary>Sensitivity of an agent that depends wholly on the other.</summary>
    [Symbol(@"\rho_0")]
    protected virtual double ρ0 => 1.0;

    /// <summary>Elasticity of the sensitivity in dependence.</summary>
    protected virtual double η => 1.0;

    /// <summary>How sharply an agent responds to a signal, per action unit.</summary>
    [Symbol(@"\kappa_R")]
    protected virtual double κR => 1.0;

    /// <summary>How many steps are remembered.</summary>
    [Symbol("k")]
    protected virtual int Memory => 5;

    /// <summary>Strength of reciprocity.</summary>
    [Symbol(@"\lambda_R")]
    protected virtual double λR => 1.0;

    /// <summary>How much dependence amplifies the response.</summary>
    protected virtual double ω => 0.6;

    /// <summary>What all did in the steps that are remembered, this one included.</summary>
    protected Window Past => Window(Published ? Memory + 1 : Memory, min: 0, max: 1e9);

    /// <summary>What agent j did on average in the steps that are remembered; 0 in the first.</summary>
    [Equation("TR-4 eq. 20"), Symbol(@"\bar{a}")]
    protected double Average(Agent j) => Past.Mean(j, t - 1);

    /// <summary>What agent j did on average in the steps before this one that are remembered; 0 if there are none.</summary>
    [Equation("TR-4 eq. 20"), Symbol(@"\bar{a}")]
    protected double Record(Agent j) => Past.Count <= 1 ? 0 : (Past.Count * Past.Mean(j, Memory + 1) - Past[j, 0]) / Max(1, Past.Count - 1);

    /// <summary>Signal: how far the action of j departs from its average.</summary>
    [Equation("TR-4 eq. 19"), Symbol("s")]
    protected double Signal(Agent j) => Published
        ? (Past.Count <= 1 ? 0 : (a[j] - Record(j)) / e[j])
        : a[j] - Average(j);

    /// <summary>Bounded response to a signal.</summary>
    [Equation("TR-4 eq. 21"), Symbol(@"\varphi")]
    protected double φ(double signal) => Tanh(κR * signal);

    /// <summary>Sensitivity of agent i to what j does: the more it depends on j, the greater.</summary>
    [Equation("TR-4 eq. 23")]
    protected double ρ(Agent i, Agent j) => ρ0 * Pow(D[i, j], η);

    /// <summary>How agent i answers a signal of agent j, gated by trust.</summary>
    [Equation("TR-4 eq. 25 and 44"), Symbol("r")]
    protected double Answer(Agent i, Agent j, double signal) => λR * T[i, j] * (1 + ω * D[i, j]) * ρ(i, j) * φ(signal);

    /// <summary>Reciprocity of agent i towards all others.</summary>
    [Equation("TR-4 eq. 44")]
    protected double u(Agent i) => Sum(j => j != i, j => Answer(i, j, Signal(j)));

    /// <summary>Factor on the reward: more among those who answer kindness, never below a hundredth.</summary>
    [Equation("Coopetition-Gym 1.0.6"), Symbol("m")]
    protected double Modifier(Agent i) => Max(0.01, 1 + u(i) / Mean(k => e[k]));

    /// <summary>What reciprocity adds to the reward of agent i, scaled like the rest; in the cooperative mode the mean of all.</summary>
    [Equation("TR-4 eq. 44"), Symbol("r^{+}")]
    protected double Reciprocity(Agent i) => Scale / (Normalized ? Max(k => e[k]) : 1) * (Mode == RewardMode.Cooperative ? Mean(k => u(k)) : u(i));

    /// <inheritdoc/>
    protected override double Reward(Agent i) => Published ? BaseReward(i) + Reciprocity(i) : BaseReward(i) * Modifier(i);

    /// <inheritdoc/>
    protected override void Update()
    {
        base.Update();
        Past.Push(i => a[i]);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.AddPairs("cooperation_signals", (i, j) => t == 0 ? 0 : Signal(j));
        report.AddPairs("reciprocity_effects", (i, j) => t == 0 ? 0 : Answer(i, j, Signal(j)));
        report.AddPairs("memory_averages", (i, j) => Published ? Record(j) : Average(j));
        report.Add("tr4_memory_window", Memory);
    }
}
