namespace CoopGen.Learning;

/// <summary>Who decides, who judges, and who is paid what.</summary>
public enum OnPolicyScheme
{
    /// <summary>Every agent acts on its own observation, has a critic of its own observation, and is paid its own reward.</summary>
    Independent,

    /// <summary>Every agent acts on its own observation; one critic of the joint observation judges the team's reward.</summary>
    Centralised,

    /// <summary>One agent sees the joint observation, plays all actions and is paid the team's reward.</summary>
    Joint,

    /// <summary>As independent, but every agent learns in environments of its own, among others that do not learn.</summary>
    Roles,
}

/// <summary>
/// What on-policy actor-critic learners share: actors with squashed normal distributions, and critics with normalised values.
/// </summary>
/// <remarks>Critics judge: one per unit, or one for all.</remarks>
public abstract partial class OnPolicyLearner : RolloutLearner
{
    private readonly bool _central;
    private readonly float[] _values, _advantages, _targets;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">Who decides, who judges, and who is paid what.</param>
    /// <param name="beta1">Decay of Adam's first moment.</param>
    /// <param name="beta2">Decay of Adam's second moment.</param>
    protected OnPolicyLearner(TrainingSetup setup, OnPolicyScheme scheme, double beta1 = 0.9, double beta2 = 0.999)
        : base(setup, new() { Joint = scheme == OnPolicyScheme.Joint, SeesJoint = scheme == OnPolicyScheme.Centralised, Roles = scheme == OnPolicyScheme.Roles })
    {
        ArgumentNullException.ThrowIfNull(setup);
        _central = scheme is OnPolicyScheme.Joint or OnPolicyScheme.Centralised;
        Critics = _central ? 1 : Units;
        Critic = new("critic", _central ? 1 : Actor.Groups, [_central ? Batch.JointLength : Batch.OwnLength, .. Hidden, 1], Activation.Tanh);
        Critic.Initialise(Random("critic weights"), Initialisation.Orthogonal);
        (_actorAdam, _criticAdam) = (new(Actor.Parameters.Append(LogDeviation), null, 1e-5, beta1, beta2), new(Critic.Parameters, null, 1e-5, beta1, beta2));
        (_actorGradient, _criticGradient) = (new(Actor), new(Critic));
        (_deviationGradient, _ofOutputs) = (Pinned(LogDeviation.Values.Length), new float[Chunk * ActionLength]);
        ValueUnits = new(Critic.Groups, setup.Hyperparameters["value_rate"]);
        var rows = StepsPerRollout * Lanes;
        (_values, _advantages, _targets) = (new float[Critics * (rows + Lanes)], new float[Critics * rows], new float[Critics * rows]);
    }

    /// <summary>Number of judges: as many as units, or 1.</summary>
    protected int Critics { get; }

    /// <summary>Networks that give normalised values.</summary>
    protected Mlp Critic { get; }

    /// <summary>The units of the critics.</summary>
    protected ValueNormalizer ValueUnits { get; }

    /// <summary>Learns from the rollout that has just been played and judged.</summary>
    protected abstract void Improve();

    /// <inheritdoc/>
    protected override void Learn()
    {
        Judge();
        Improve();
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Critic.Parameters);
        ValueUnits.Exchange(archive.Within("values"));
        _actorAdam.Exchange(archive.Within("actor.adam"));
        _criticAdam.Exchange(archive.Within("critic.adam"));
    }

    /// <summary>Values, advantages and targets of the rollout.</summary>
    private void Judge()
    {
        var (rows, withLast) = (StepsPerRollout * Lanes, (StepsPerRollout + 1) * Lanes);
        var hyper = Setup.Hyperparameters;
        Critic.Forward(_central ? JointArray : InputArray, _values);
        // In the game's units, then back again: the units change by what this rollout teaches.
        for (var c = 0; c < Critics; c++)
        {
            var values = _values.AsSpan(c * withLast, withLast);
            Scale(values, ValueUnits.Deviation(Group(c)), ValueUnits.Mean(Group(c)));
            Gae.Compute(_central ? TeamRewards : Rewards(c), values, Endings(c), hyper["discount"], hyper["gae_lambda"], _advantages.AsSpan(c * rows, rows), _targets.AsSpan(c * rows, rows));
        }

        var each = Critics / Critic.Groups;
        for (var group = 0; group < Critic.Groups; group++)
        {
            var (mean, square) = (0.0, 0.0);
            for (var c = group * each; c < (group + 1) * each; c++)
            {
                var (m, s) = Moments(_targets.AsSpan(c * rows, rows));
                (mean, square) = (mean + m / each, square + s / each);
            }

            ValueUnits.Update(group, mean, square, Critic);
        }

        for (var c = 0; c < Critics; c++)
        {
            var (mean, deviation) = (ValueUnits.Mean(Group(c)), ValueUnits.Deviation(Group(c)));
            Scale(_values.AsSpan(c * withLast, withLast), 1 / deviation, -mean / deviation);
            Scale(_targets.AsSpan(c * rows, rows), 1 / deviation, -mean / deviation);
            Standardise(_advantages.AsSpan(c * rows, rows));
        }

        int Group(int critic) => Critic.Groups == 1 ? 0 : critic;
    }
}
