namespace CoopGen.TestSpecs;

/// <summary>Two dimensions of action: what agents put into a commons and what they take out of it; what is left grows back.</summary>
[Environment("Commons-v0", Horizon = 30, Class = "Test", Agents = ["Upstream", "Downstream"])]
public sealed partial class Commons : Spec
{
    /// <inheritdoc/>
    public override int n => Parameter("n_agents", 3, min: 2, max: 12);

    /// <summary>Most that can be put in.</summary>
    private Vector e => First(8, 5);

    /// <summary>Rate at which the stock grows back.</summary>
    private double ρ => Parameter("regrowth", 0.1, min: 0, max: 1);

    /// <summary>Effort put into the commons.</summary>
    private ActionVar give => Continuous(0, i => e[i], initial: i => 0.25 * e[i]);

    /// <summary>What is taken out of the commons.</summary>
    private ActionVar take => Continuous(-1, i => 10);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [give, take];

    /// <summary>Stock of the commons.</summary>
    private ScalarState K => ScalarState(50, min: 0, max: 100);

    /// <summary>Share of the stock that everybody together asks for.</summary>
    private double pressure => Sum(j => Max(take[j], 0)) / (1 + K);

    /// <summary>What agent i gets: all it asks for while there is enough.</summary>
    private double catches(Agent i) => pressure <= 1 ? take[i] : take[i] / pressure;

    /// <inheritdoc/>
    protected override double Reward(Agent i) => Mode switch
    {
        RewardMode.Private => own(i),
        RewardMode.Integrated => own(i) + 0.3 * Sum(j => j != i, j => own(j)),
        _ => Mean(j => own(j)),
    };

    /// <summary>What agent i earns by itself.</summary>
    private double own(Agent i) => catches(i) - 0.05 * Pow(give[i], 2) + Sqrt(1 + give[i]) * Tanh(K / 50) + Product(j => 0.5 + give[j] / 10);

    /// <inheritdoc/>
    protected override void Settle() =>
        K.Set(() => Clip(K + ρ * K * (1 - K / 100) + 0.2 * Sum(j => give[j]) - Sum(j => Max(catches(j), 0)), 0, 100));

    /// <inheritdoc/>
    protected override bool Terminated => K < 1;

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        base.Observe(o);
        o.Add("stock", K);
    }

    /// <inheritdoc/>
    protected override void Report(Report report)
    {
        report.Add("stock", K);
        report.Add("given", i => give[i]);
        report.Add("scarce", pressure > 1);
    }
}
