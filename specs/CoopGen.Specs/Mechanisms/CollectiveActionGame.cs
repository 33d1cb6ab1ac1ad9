namespace CoopGen.Mechanisms;

/// <summary>
/// TR-3: a team shares what the efforts of its members produce, so that everyone is tempted to ride free on the others. Effort builds
/// loyalty, shirking erodes it; a loyal member values what its teammates gain and minds the cost of its own effort less.
/// </summary>
/// <remarks>
/// <see cref="Published"/> chooses what is paid: the report's own payoff, as in the <c>-v1</c> environments; or, as Coopetition-Gym 1.0.6
/// ships it, the payoff of TR-1 and its utility times <see cref="Modifier"/>, with the report's payoff told beside it.
/// </remarks>
[Mechanism("TR-3", Report = "arXiv:2601.16237")]
public abstract partial class CollectiveActionGame : TrustGame
{
    /// <summary>Whether agents are paid what the report's equations say; else what Coopetition-Gym 1.0.6 pays.</summary>
    protected virtual bool Published => false;

    /// <inheritdoc/>
    protected override Vector e => All(50);

    /// <inheritdoc/>
    protected override Vector b => From(i => 0.4 * e[i]);

    /// <inheritdoc/>
    protected override Matrix D => Symmetric(0.55);

    /// <inheritdoc/>
    protected override double γ => 0.65;

    /// <inheritdoc/>
    protected override double λErode => 0.25;

    /// <inheritdoc/>
    protected override double μ => 0.40;

    /// <inheritdoc/>
    protected override double δ => 0.02;

    /// <summary>Productivity of the team.</summary>
    protected virtual double ω => 25;

    /// <summary>Elasticity of the team's output in total effort; 1 is a linear public good.</summary>
    protected virtual double β => 0.7;

    /// <summary>Cost of a unit of effort.</summary>
    protected virtual double c => 1;

    /// <summary>How much of its teammates' payoff a wholly loyal member takes for its own.</summary>
    [Symbol(@"\phi_B")]
    protected virtual double φB => 0;

    /// <summary>How much of the cost of its effort a wholly loyal member does not mind.</summary>
    [Symbol(@"\phi_C")]
    protected virtual double φC => 0;

    /// <summary>Greatest loyalty that the circumstances of the team allow.</summary>
    protected virtual double Cap => 1;

    /// <summary>Loyalty of each member to the team.</summary>
    [Symbol(@"\ell")]
    protected AgentState Loyalty => AgentState(initial: 0.5 * Cap, min: 0, max: 1);

    /// <summary>What the members did in the last ten steps, this one included.</summary>
    protected Window Efforts => Window(10, min: 0, max: 1e9);

    /// <summary>Share of its endowment that agent i puts in.</summary>
    [Equation("TR-3 eq. 1, per unit of endowment")]
    protected double Rate(Agent i) => a[i] / e[i];

    /// <summary>Team production.</summary>
    [Equation("TR-3 eq. 1")]
    protected double Q => Published && β < 1 && Sum(k => a[k]) <= 0
        ? 0 // Where the slope is infinite, no effort counts as a case of its own.
        : ω * Pow(Sum(k => a[k]), β);

    /// <summary>Base payoff of a team member: an equal share of the output less the cost of its effort.</summary>
    [Equation("TR-3 eq. 2"), Symbol(@"\pi^{team}")]
    protected double TeamPayoff(Agent i) => Q / n - c * a[i];

    /// <summary>What the teammates of agent i get on average.</summary>
    [Equation("TR-3 eq. 3"), Symbol(@"\bar{\pi}^{-}")]
    protected double Teammates(Agent i) => Mean(j => j != i, j => TeamPayoff(j));

    /// <summary>What loyalty adds: warmth for the teammates' gain and tolerance of the own cost.</summary>
    [Equation("TR-3 eq. 3")]
    protected double L(Agent i) => Loyalty[i] * (φB * Teammates(i) + φC * c * a[i]);

    /// <summary>What the report's equations pay a team member.</summary>
    [Equation("TR-3 eq. 4"), Symbol("u")]
    protected double TeamUtility(Agent i) => TeamPayoff(i) + L(i);

    /// <summary>Private payoff: what the report's equations pay a team member.</summary>
    [Equation("TR-3 eq. 4")]
    protected override double π(Agent i) => Published ? TeamUtility(i) : base.π(i);

    /// <summary>Value that all create together: the output of the team.</summary>
    [Equation("TR-3 eq. 1")]
    protected override double V => Published ? Q : base.V;

    /// <summary>Effort of each when all ride free: the symmetric equilibrium of the base payoff. A linear good is all or nothing.</summary>
    [Equation("TR-3 eq. 2, stationary in the own effort"), Symbol("a^{free}")]
    protected double FreeRiding => β == 1
        ? (ω / n >= c ? Max(k => e[k]) : 0)
        : Pow(ω * β / (c * Pow(n, 2 - β)), 1 / (1 - β));

    /// <summary>Effort of each that makes the sum of base payoffs greatest. A linear good is all or nothing.</summary>
    [Equation("TR-3 eq. 2 summed, stationary in the total effort"), Symbol("a^{opt}")]
    protected double Optimum => β == 1
        ? (ω > c ? Max(k => e[k]) : 0)
        : Pow(ω * β / c, 1 / (1 - β)) / n;

    /// <summary>An effort as far as endowments reach.</summary>
    [Equation("TR-3 eq. 2, on the action box")]
    protected double Attainable(double effort) => Min(effort, Max(k => e[k]));

    /// <summary>Weight of agent i in the cohesion of the team: its mean dependence.</summary>
    [Equation("TR-3 eq. 5")]
    protected virtual double Weight(Agent i) => Mean(j => D[i, j]);

    /// <summary>Loyalty of agent i as it is told.</summary>
    [Equation("Coopetition-Gym 1.0.6")]
    protected virtual double ToldLoyalty(Agent i) => Loyalty[i];

    /// <summary>Team cohesion: loyalty weighted by dependence, 0 if nobody depends on anybody.</summary>
    [Equation("TR-3 eq. 5")]
    protected double Cohesion => Sum(k => Weight(k)) <= 0 ? 0 : Sum(k => Weight(k) * ToldLoyalty(k)) / Sum(k => Weight(k));

    /// <summary>Loyalty of agent i after this step: effort of half the endowment or more builds it, less erodes it.</summary>
    [Equation("Coopetition-Gym 1.0.6")]
    protected virtual double NextLoyalty(Agent i) => Rate(i) >= 0.5
        ? Min(Cap, Loyalty[i] + 0.02 * Rate(i))
        : Min(Cap, Max(0, Loyalty[i] - 0.05 * (0.5 - Rate(i))));

    /// <summary>Mean share of its endowment that agent i put in lately.</summary>
    [Equation("Coopetition-Gym 1.0.6")]
    protected double Habit(Agent i) => Min(1, Efforts.Mean(i, 10) / e[i]);

    /// <summary>Factor on the reward: half for riding free, more for a habit of effort, more for all when nobody shirks.</summary>
    [Equation("Coopetition-Gym 1.0.6"), Symbol("m")]
    protected virtual double Modifier(Agent i) =>
        (Rate(i) < 0.3 ? 0.5 : 1) * (Habit(i) >= 0.6 ? 1 + 0.15 * Habit(i) : 1) * (Every(k => Rate(k) >= 0.5) ? 1.2 : 1);

    /// <inheritdoc/>
    protected override double Reward(Agent i) => Published ? BaseReward(i) : BaseReward(i) * Modifier(i);

    /// <inheritdoc/>
    protected override void Update()
    {
        base.Update();
        // In single precision as shipped: steady effort meets the limits of coalitions to the last digit.
        Loyalty.Set(i => Published ? NextLoyalty(i) : Single(NextLoyalty(i)));
        if (!Published)
            Efforts.Push(i => a[i]);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        base.Report(report);
        report.Add("team_output", Q);
        report.Add("team_utility", i => TeamUtility(i));
        report.Add("nash_equilibrium", Published ? Attainable(FreeRiding) : FreeRiding);
        report.Add("social_optimum", Published ? Attainable(Optimum) : Optimum);
        report.Add("mean_loyalty", Mean(i => ToldLoyalty(i)));
        report.Add("loyalty_scores", i => ToldLoyalty(i));
        report.Add("team_cohesion", Cohesion);
        report.Add("free_rider_count", Count(i => Rate(i) < 0.3));
        report.AddAgents("free_rider_indices", i => Rate(i) < 0.3);
        report.Add("efficiency_ratio", Optimum <= 0 ? 0 : Mean(i => a[i]) / (Published ? Attainable(Optimum) : Optimum));
    }
}
