namespace CoopGen.TestSpecs;

/// <summary>What the weather of a season is like.</summary>
public enum Season
{
    /// <summary>Little changes.</summary>
    Calm,

    /// <summary>Much changes.</summary>
    Stormy,
}

/// <summary>Everything else the language has in one game: draws at reset, in a step and in the observation, a window, a list with timers, state that outlives episodes, dependencies, one finite and one continuous action.</summary>
[Environment("Weather-v0", Horizon = 25, Class = "Test")]
public sealed partial class Weather : Spec
{
    /// <inheritdoc/>
    public override int n => 3;

    /// <summary>Season.</summary>
    private Season Season => Parameter("season", Season.Calm);

    /// <summary>Range the luck of an episode is drawn from.</summary>
    private Range Luck => Parameter("luck", new Range(0.5, 1.5), min: 0, max: 3);

    /// <summary>How many steps are remembered.</summary>
    private int Memory => Parameter("memory", 4, min: 1, max: 8);

    /// <summary>Whether the noise of observations is on.</summary>
    private bool Noisy => Parameter("noisy", true);

    /// <summary>How much each boat depends on the others.</summary>
    private Matrix D => Dependencies(
        new Dependency(0, 1, "nets", 2, 0.5),
        new Dependency(0, 1, "fuel", 1, 1),
        new Dependency(1, 2, "ice", 1, 0.25),
        new Dependency(2, 0, "harbour", 3, 0.75));

    /// <summary>Deviation of the wind.</summary>
    private double σ => Season switch { Season.Calm => 0.1, _ => 0.6 };

    /// <summary>Whether to leave the harbour.</summary>
    private ActionVar sail => Finite([0, 1, 2], 0);

    /// <summary>How much net to set.</summary>
    private ActionVar net => Continuous(0, i => 10, i => 5);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [sail, net];

    /// <summary>Luck of the episode.</summary>
    private ScalarState L => ScalarState(1, min: 0, max: 3);

    /// <summary>Wind at each boat.</summary>
    private AgentState W => AgentState(min: -20, max: 20);

    /// <summary>Good will between boats.</summary>
    private PairState G => PairState(initial: 0.5, diagonal: 1, min: 0, max: 1);

    /// <summary>Nets of the last steps.</summary>
    private Window Nets => Window(Memory, min: 0, max: 10);

    /// <summary>Boats that may sail.</summary>
    private Roster Fleet => Roster();

    /// <summary>Catch of all episodes, most of it forgotten.</summary>
    private ScalarState Legend => ScalarState(persistent: true, min: -1000, max: 1000);

    /// <inheritdoc/>
    protected override void Reset() => L.Set(() => Clip(Uniform(Luck.Low, Luck.High), 0, 3));

    /// <inheritdoc/>
    protected override void Update()
    {
        W.Set(i => Clip(0.8 * W[i] + σ * Normal(0, 1), -20, 20));
        var calm = Every(i => Abs(W.Now[i]) < 1);
        if (calm && t > 2)
            G.Set((i, j) => Min(1, G[i, j] + 0.05 * D[i, j]));
        else
            G.Set((i, j) => Max(0, G[i, j] - 0.01 * Bernoulli(0.5)));
        Nets.Push(i => net[i]);
        Fleet.Remove(i => Abs(W.Now[i]) > 1, 1, 3);
        Fleet.Tick();
        Fleet.Admit(i => Fleet.Now.Timer(i) <= 0);
    }

    /// <summary>Catch of boat i: its net now against its mean of late.</summary>
    private double fish(Agent i)
    {
        var lately = Nets.Mean(i, 3);
        var before = Nets[i, 1];
        if (!Fleet.Has(i))
            return 0;
        return L * sail[i] * Log1p(net[i]) - 0.1 * Abs(net[i] - lately) + 0.01 * before;
    }

    /// <inheritdoc/>
    protected override double Reward(Agent i) => fish(i) + Sum(j => j != i, j => G[i, j] * D[i, j] * fish(j)) + 0.1 * MeanPairs((j, k) => G[j, k]) - 0.01 * Max(j => net[j]) + 0.02 * Min(j => net[j]);

    /// <inheritdoc/>
    protected override void Settle() => Legend.Set(() => Clip(0.9 * Legend + Mean(i => Paid(i)), -1000, 1000));

    /// <inheritdoc/>
    protected override bool Terminated => Fleet.Count < 1 || Count(i => W[i] > 15) > 1;

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        o.Add("sail", i => sail[i]);
        o.Add("wind", i => W[i] + 0.1 * Normal(0, 1));
        if (Noisy)
            o.Add("noise", (i, j) => Uniform(-1, 1));
        o.Add("fleet", i => Fleet.Has(i) ? 1 : 0);
        o.Add("legend", Legend);
    }

    /// <inheritdoc/>
    protected override void Observe(Agent me, AgentView view)
    {
        view.Add("own_net", net[me], Show.Always);
        view.Add("wind", i => W[i]);
        view.Add("will", (i, j) => G[i, j], Show.Full);
        view.Add("others", j => j != me, j => net[j], Show.OnRequest);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        report.Add("luck", L);
        report.AddPairs("will", (i, j) => G[i, j]);
        report.AddMembers("fleet", Fleet);
        report.AddLabel("season", Season == Season.Calm ? 0 : 1, "calm", "stormy");
        if (t > 0)
            report.Add("mean_net", i => Nets.Mean(i, Memory));
    }
}
