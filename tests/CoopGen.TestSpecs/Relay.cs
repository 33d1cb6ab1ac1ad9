namespace CoopGen.TestSpecs;

/// <summary>States of every kind that change several times in a step, under conditions and under conditions within those, and are read in between.</summary>
[Environment("Relay-v0", Horizon = 12, Class = "Test")]
public sealed partial class Relay : Spec
{
    /// <inheritdoc/>
    public override int n => Parameter("runners", 3, min: 1, max: 6);

    /// <summary>What a runner can give.</summary>
    private double Limit => Parameter("limit", 4.0, min: 1, max: 9);

    /// <summary>What is carried at first.</summary>
    private double Load => Parameter("load", 1.5, min: 0, max: 5);

    /// <summary>Where luck comes from.</summary>
    private Range Luck => Parameter("luck", new Range(0.4, 1.2), min: 0, max: 4);

    /// <summary>How many steps are remembered.</summary>
    private int Depth => Parameter("depth", 3, min: 1, max: 5);

    /// <summary>Effort.</summary>
    private ActionVar a => Continuous(0, i => Limit, initial: i => 0.5 * Limit);

    /// <inheritdoc/>
    public override ActionVar[] Actions => [a];

    /// <summary>What is carried.</summary>
    private ScalarState Baton => ScalarState(initial: Load, min: -1000, max: 1000);

    /// <summary>How tired each runner is.</summary>
    private AgentState Tired => AgentState(initial: 0.1 * Load, min: -1000, max: 1000);

    /// <summary>How well one runner hands over to another.</summary>
    private PairState Hand => PairState(initial: 0.3 * Load, diagonal: 0.5, min: -1000, max: 1000);

    /// <summary>What the club remembers of former races.</summary>
    private AgentState Fame => AgentState(initial: 0.2 * Load, min: -1000, max: 1000, persistent: true);

    /// <summary>Efforts, remembered twice a step.</summary>
    private Window Past => Window(Depth, min: -1000, max: 1000);

    /// <summary>Who still runs.</summary>
    private Roster Team => Roster();

    /// <inheritdoc/>
    protected override void Reset()
    {
        Baton.Set(() => Clip(Baton * Uniform(Luck.Low, Luck.High), -1000, 1000));
        Baton.Set(() => Clip(Baton.Now + 0.1 * Mean(i => Fame[i]) + 0.05 * Mean(i => a[i]), -1000, 1000));
        Fame.Set(i => Clip(0.5 * Fame[i] + 0.1 * Load, -1000, 1000));
        Past.Push(i => 0.3 * Load);
    }

    /// <inheritdoc/>
    protected override void Update()
    {
        Tired.Set(i => Clip(0.9 * Tired[i] + 0.2 * a[i] * a[i] / Limit, -1000, 1000));
        if (Baton > 1)
        {
            Tired.Set(i => Clip(Tired.Now[i] + 0.1 * Mean(j => Tired.Now[j]) - 0.1 * Tired.Now[i], -1000, 1000));
            Past.Push(i => a[i] * (1 + Tired.Now[i] / 10));
            if (Mean(i => Tired.Now[i]) > 0.8)
            {
                Hand.Set((i, j) => Clip(0.9 * Hand[i, j] + 0.1 * Tanh(a[i] - Tired.Now[j]), -1000, 1000));
                Baton.Set(() => Clip(Baton * 0.95, -1000, 1000));
                Baton.Set(() => Clip(Baton.Now + 0.1 * MeanPairs((i, j) => Hand.Now[i, j]), -1000, 1000));
            }
            else
            {
                Baton.Set(() => Clip(Baton + 0.1 * Hand[0, 0], -1000, 1000));
            }
        }
        else
        {
            Baton.Set(() => Clip(Baton + 0.2 * Sum(i => a[i]) - 0.1 * Tired.Now[0], -1000, 1000));
        }

        Team.Remove(i => Tired.Now[i] > 3, 1, 2);
        Hand.Set((i, j) => Clip(Hand.Now[i, j] + (Team.Now.Has(j) ? 0.05 * Hand.Now[j, i] * a[j] : 0), -1000, 1000));
        Team.Tick();
        Team.Admit(i => Team.Now.Timer(i) <= 0);
        Past.Push(i => Clip(Past.Now.Mean(i, 2) - 0.1 * Past.Now[i, 0] + 0.1 * Baton.Now, -1000, 1000));
    }

    /// <inheritdoc/>
    protected override double Reward(Agent i) =>
        Baton * Log1p(a[i]) - 0.1 * Tired[i] * Tired[i] + Sum(j => j != i, j => Hand[i, j] * Past.Mean(j, t)) / n + (Team.Has(i) ? 0.3 * Hand[i, i] : 0) + 0.2 * Fame[i];

    /// <inheritdoc/>
    protected override void Settle()
    {
        if (Mean(i => Paid(i)) > 0)
            Fame.Set(i => Clip(0.9 * Fame[i] + 0.01 * Paid(i), -1000, 1000));
        Tired.Set(i => Clip(Tired[i] - 0.01 * Fame.Now[i] + 0.02 * Paid(i) / n, -1000, 1000));
    }

    /// <inheritdoc/>
    protected override bool Terminated => Baton < -900;

    /// <inheritdoc/>
    protected override void Observe(Observation o)
    {
        base.Observe(o);
        o.Add("baton", Baton);
        o.Add("tired", i => Tired[i]);
    }
}
