namespace CoopGen.Learning;

/// <summary>
/// PPO of every agent among frozen policies: in environments of its own it learns, and all other agents are one team out of a population, drawn evenly whenever an episode begins. Roles are swapped by
/// that: each agent is the learner in as many environments.
/// </summary>
public abstract class PopulationLearner : PpoLearner
{
    private readonly List<TrainedPolicy> _population = [];
    private readonly int[] _partners;
    private readonly float[] _normal;
    private readonly RandomStream _choice, _noise;

    /// <param name="setup">What is trained on and with.</param>
    protected PopulationLearner(TrainingSetup setup) : base(setup, OnPolicyScheme.Roles)
    {
        (_partners, _normal) = (new int[Environments], new float[Units * ActionLength]);
        Array.Fill(_partners, -1);
        (_choice, _noise) = (Random("choice of partners"), Random("actions of partners"));
    }

    /// <summary>The teams; none of them changes.</summary>
    internal IReadOnlyList<TrainedPolicy> Population => _population;

    /// <summary>Takes a team into the population.</summary>
    /// <param name="team">The team.</param>
    /// <param name="most">Most teams that are kept: one more replaces the oldest, and the present episodes with that one go on without it.</param>
    protected void Admit(TrainedPolicy team, int most = int.MaxValue)
    {
        if (_population.Count == most)
        {
            _population.RemoveAt(0);
            for (var k = 0; k < _partners.Length; k++)
                _partners[k]--;
        }

        _population.Add(team);
    }

    /// <inheritdoc/>
    protected override void Oppose()
    {
        var (e, d, length) = (Environments, ActionLength, Batch.OwnLength);
        for (var k = 0; k < e; k++)
        {
            // Below 0 nobody has been drawn, or the one that was has left; after a reset an episode begins.
            if (_partners[k] < 0 || !Batch.Played[k])
                _partners[k] = _choice.Below(_population.Count);
            var team = _population[_partners[k]];
            _noise.FillNormal(_normal);
            for (var agent = 0; agent < Units; agent++)
                if (agent != k / Lanes)
                    team.Draw(agent, Batch.Own.AsSpan((agent * e + k) * length, length), _normal.AsSpan(agent * d, d), Actions.AsSpan((agent * e + k) * d, d));
        }
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        base.ExchangeOwn(archive);
        Exchange(archive.Within("population"), _population, Policy().Shape);
        archive.Exchange("partners", _partners.AsSpan());
        _choice.Exchange(archive, "partners.choice");
        _noise.Exchange(archive, "partners.noise");
    }

    /// <summary>Saves or restores teams of one shape.</summary>
    private protected static void Exchange(Archive archive, List<TrainedPolicy> teams, PolicyShape shape)
    {
        var count = archive.Exchange("count", teams.Count);
        if (archive.Reads)
        {
            teams.Clear();
            teams.AddRange(Enumerable.Range(0, count).Select(_ => new TrainedPolicy(shape)));
        }

        for (var k = 0; k < count; k++)
            archive.Within($"{k}").Exchange(teams[k].Numbers);
    }
}
