namespace CoopGen.Learning;

/// <summary>
/// Fictitious co-play (Strouse et al. 2021, "Collaborating with humans without human data", arXiv:2110.08176). First several teams are trained by self-play, each from a seed of its own, and
/// of each three checkpoints are kept: from the beginning, from the end, and the one whose return is nearest to half-way between those two. Then every agent learns a best response to that whole
/// population: it learns in environments of its own, in which the others are one of these teams, drawn evenly when an episode begins, and nothing in the population changes.
/// </summary>
/// <remarks>
/// The teams learn by PPO, each agent on its own observation and for its own reward, together with the others as they are at the time; so do best responses (<see cref="PpoLearner"/>). Deviations: agents are not alike here, so
/// that self-play has a policy per agent (with <c>share_parameters</c> one for all), and there is a best response for every agent; PPO instead of V-MPO; perceptrons; rewards are each agent's own, not
/// the team's. Noise begins small, as in <see cref="IPPO"/>, but rollouts are short, as by default a team has a sixth of the steps; actions begin in the middle of the box, as what beginners play stays in the
/// population. Steps of both phases count. Evaluated are the best responses among themselves.
/// </remarks>
public sealed class FCP(TrainingSetup setup) : PopulationLearner(setup)
{
    /// <summary>Checkpoints of a team that the half-way one is chosen from.</summary>
    private const int Candidates = 8;

    private readonly List<TrainedPolicy> _candidates = [];
    private readonly List<double> _returns = [];
    private Team? _team;
    private int _trained;
    private long _earlier;

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(FCP),
        Summary = "Best responses, by PPO, to a frozen population of teams and of what they were while they learnt.",
        Paper = "arXiv:2110.08176",
        Family = "independent",
        Hyperparameters =
        [
            .. Tunable(share: false, ("initial_deviation", 0.1), ("initial_action", 0.5)),
            Hyperparameter.Count("teams", 3, 1, 1000, "Teams in the population, each with up to three checkpoints."),
            new("population_share", 0.5, 0.01, 0.99, "Part of all steps that the teams are trained for."),
        ],
        Create = static setup => new FCP(setup),
    };

    /// <inheritdoc/>
    public override long Steps => _earlier + (_team?.Steps ?? 0) + base.Steps;

    /// <summary>Whether the population is complete.</summary>
    internal bool IsFrozen => _trained == Setup.Hyperparameters.Count("teams");

    /// <summary>Of the best responses: what falls while training goes on begins anew with them.</summary>
    protected override double Progress => Math.Min(1, base.Steps / Math.Max(1.0, Setup.Timesteps - _earlier));

    private long StepsOfTeam => Math.Max(1, (long)(Setup.Timesteps * Setup.Hyperparameters["population_share"] / Setup.Hyperparameters.Count("teams")));

    /// <inheritdoc/>
    protected override void Iterate()
    {
        if (IsFrozen)
        {
            base.Iterate();
            return;
        }

        if (_team is null)
        {
            _team = NewTeam();
            Keep(double.NaN);
        }

        (_team.Learns, _team.SideBySide) = (Learns, SideBySide);
        _team.Train(_team.Steps + 1);
        foreach (var (name, value) in _team.Metrics)
            Measure(name, value);
        if (_team.Steps >= StepsOfTeam || _team.Steps * Candidates >= StepsOfTeam * _candidates.Count)
            Keep(_team.Metrics.GetValueOrDefault("return", double.NaN));
        if (_team.Steps < StepsOfTeam)
            return;
        foreach (var checkpoint in Checkpoints(_returns))
            Admit(_candidates[checkpoint]);
        _earlier += _team.Steps;
        _team.Dispose();
        _team = null;
        _candidates.Clear();
        _returns.Clear();
        _trained++;
    }

    /// <summary>The first checkpoint, the one whose return is nearest to half-way, and the last; where there are no others between, the first and the last.</summary>
    /// <param name="returns">Returns at the checkpoints, not a number where none is known: then the one in the middle is taken.</param>
    internal static IEnumerable<int> Checkpoints(IReadOnlyList<double> returns)
    {
        var last = returns.Count - 1;
        if (last < 2)
            return last == 0 ? [0] : [0, last];
        // What was played before any training is not known; the first iteration tells.
        var start = double.IsNaN(returns[0]) ? returns[1] : returns[0];
        var half = (start + returns[last]) / 2;
        var middle = double.IsNaN(half) ? last / 2 : Enumerable.Range(1, last - 1).MinBy(k => double.IsNaN(returns[k]) ? double.PositiveInfinity : Math.Abs(returns[k] - half));
        return [0, middle, last];
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        base.ExchangeOwn(archive);
        _trained = archive.Exchange("trained", _trained);
        _earlier = archive.Exchange("earlier", _earlier);
        Exchange(archive.Within("candidates"), _candidates, Policy().Shape);
        var returns = archive.Reads ? new double[_candidates.Count] : [.. _returns];
        archive.Exchange("returns", returns.AsSpan());
        _returns.Clear();
        _returns.AddRange(returns);
        if (archive.Exchange("training", _team is null ? 0 : 1) == 0)
            return;
        if (archive.Reads)
        {
            _team?.Dispose();
            _team = NewTeam();
        }

        _team!.Hand(archive.Within("team"));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _team?.Dispose();
    }

    private Team NewTeam() => new(Setup with { Seed = new Philox(Setup.Seed).Split(Philox.Hash("teams")).Split((ulong)_trained).Seed, Timesteps = StepsOfTeam });

    private void Keep(double returns)
    {
        _candidates.Add(_team!.Policy());
        _returns.Add(returns);
    }

    /// <summary>A team that learns by itself.</summary>
    private sealed class Team(TrainingSetup setup) : PpoLearner(setup, OnPolicyScheme.Independent)
    {
        /// <summary>Saves or restores it.</summary>
        public void Hand(Archive archive) => Exchange(archive);
    }
}
