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
/// <remarks>
/// Critics judge: one per unit, or one for all. All of these learners differ in the following from the papers that they follow.
/// Actors: actions are squashed into the box by tanh; σ does not depend on observations and is bounded from above by a schedule that falls from <c>initial_deviation</c> to
/// <c>final_deviation</c>; the entropy that is rewarded is that of the squashed distribution.
/// Critics: they see, beside the observation, what an episode has paid so far beyond what is usual; they learn what will be earned beyond the usual reward of the steps left. Nothing follows the
/// horizon, unless <c>horizon_ends</c> is switched off. Values are learnt in units that follow them (PopArt), advantages are taken less their median, divided by their median deviation and bounded by ±10.
/// Observations are normalised by all that was seen so far, and bounded by ±10.
/// </remarks>
public abstract partial class OnPolicyLearner : RolloutLearner
{
    private readonly bool _central;
    private readonly float[] _judged, _paidSoFar, _values, _advantages, _targets, _sorted;
    private readonly double[] _pace, _worth, _paid;
    private readonly long[] _paidSteps;
    private readonly bool[] _ended;
    private readonly RunningNormalizer _paidNormalizer = new(1);
    private long _rollouts;

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
        Critic = new("critic", _central ? 1 : Actor.Groups, [(_central ? Batch.JointLength : Batch.OwnLength) + 1, .. Hidden, 1], Activation.Tanh);
        Critic.Initialise(Random("critic weights"), Initialisation.Orthogonal);
        (_actorAdam, _criticAdam) = (new(Actor.Parameters.Append(LogDeviation), null, 1e-5, beta1, beta2), new(Critic.Parameters, null, 1e-5, beta1, beta2));
        (_actorGradient, _criticGradient) = (new(Actor), new(Critic));
        (_deviationGradient, _ofActions) = (new float[LogDeviation.Values.Length], new float[MlpGradient.Chunk * ActionLength]);
        ValueUnits = new(Critic.Groups, setup.Hyperparameters["value_rate"]);
        var rows = StepsPerRollout * Lanes;
        _pace = new double[Critic.Groups];
        _worth = new double[setup.Environment.Horizon + 1];
        for (var left = 1; left < _worth.Length; left++)
            _worth[left] = 1 + setup.Hyperparameters["discount"] * _worth[left - 1];
        (_judged, _paidSoFar) = (new float[Critics * (rows + Lanes) * Critic.Inputs], new float[Critics * (rows + Lanes)]);
        (_paid, _paidSteps, _ended) = (new double[Critics * Lanes], new long[Critics * Lanes], new bool[Critics * Lanes]);
        (_values, _advantages, _targets, _sorted) = (new float[Critics * (rows + Lanes)], new float[Critics * rows], new float[Critics * rows], new float[rows]);
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
        Show();
        // In environments of their own, agents may never play at the same time in a short rollout.
        if (Rows.Length == 0)
            return;
        Judge();
        Improve();
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Critic.Parameters);
        ValueUnits.Exchange(archive.Within("values"));
        archive.Exchange("pace", _pace.AsSpan());
        archive.Exchange("paid", _paid.AsSpan());
        archive.Exchange("paid_steps", _paidSteps.AsSpan());
        archive.Exchange("ended", System.Runtime.InteropServices.MemoryMarshal.AsBytes(_ended.AsSpan()));
        _paidNormalizer.Exchange(archive.Within("paid_so_far"));
        _rollouts = archive.Exchange("rollouts", _rollouts);
        _actorAdam.Exchange(archive.Within("actor.adam"));
        _criticAdam.Exchange(archive.Within("critic.adam"));
    }

    /// <summary>
    /// Values, advantages and targets of the rollout. A value is what the usual reward would earn in the time that is left, and what the critic says it is more than that: otherwise the critic
    /// would be busy with the time, and its errors greater than what an action is worth.
    /// </summary>
    private void Judge()
    {
        var (rows, withLast) = (StepsPerRollout * Lanes, (StepsPerRollout + 1) * Lanes);
        var hyper = Setup.Hyperparameters;
        Critic.Forward(_judged, _values);
        for (var c = 0; c < Critics; c++)
        {
            // In the game's units, then back again: the units change by what this rollout teaches.
            var values = _values.AsSpan(c * withLast, withLast);
            Scale(values, ValueUnits.Deviation(Group(c)), ValueUnits.Mean(Group(c)));
            AddUsual(values, c, _pace[Group(c)]);
            Gae.Compute(_central ? TeamRewards : Rewards(c), values, Endings(c), hyper["discount"], hyper["gae_lambda"], _advantages.AsSpan(c * rows, rows), _targets.AsSpan(c * rows, rows), hyper.Is("horizon_ends"));
            AddUsual(values, c, -_pace[Group(c)]);
        }

        var (each, weight) = (Critics / Critic.Groups, Math.Max(hyper["value_rate"], 1.0 / ++_rollouts));
        for (var group = 0; group < Critic.Groups; group++)
        {
            var (mean, square, paid) = (0.0, 0.0, 0.0);
            for (var c = group * each; c < (group + 1) * each; c++)
                paid += Moments(_central ? TeamRewards : Rewards(c)).Mean / each;
            _pace[group] += weight * (paid - _pace[group]);
            for (var c = group * each; c < (group + 1) * each; c++)
            {
                var targets = _targets.AsSpan(c * rows, rows);
                AddUsual(targets, c, -_pace[group]);
                var (m, s) = Moments(targets);
                (mean, square) = (mean + m / each, square + s / each);
            }

            ValueUnits.Update(group, mean, square, Critic);
        }

        for (var c = 0; c < Critics; c++)
        {
            var (mean, deviation) = (ValueUnits.Mean(Group(c)), ValueUnits.Deviation(Group(c)));
            Scale(_values.AsSpan(c * withLast, withLast), 1 / deviation, -mean / deviation);
            Scale(_targets.AsSpan(c * rows, rows), 1 / deviation, -mean / deviation);
            StandardiseMost(_advantages.AsSpan(c * rows, rows));
        }

        int Group(int critic) => Critic.Groups == 1 ? 0 : critic;
    }

    /// <summary>
    /// What critics see: the observation, and what it would come to if the episode went on paying more or less than usual as it has so far. Where something hidden decides on the rewards of an
    /// episode, they show it.
    /// </summary>
    private void Show()
    {
        var (m, steps, length) = (Lanes, StepsPerRollout + 1, Critic.Inputs - 1);
        for (var c = 0; c < Critics; c++)
        {
            var rewards = _central ? TeamRewards : Rewards(c);
            var endings = Endings(c);
            var left = Left(_central ? 0 : c);
            var pace = _pace[Critic.Groups == 1 ? 0 : c];
            for (var t = 0; t < steps; t++)
                for (var k = 0; k < m; k++)
                {
                    var lane = c * m + k;
                    _paidSoFar[(c * steps + t) * m + k] = _paidSteps[lane] == 0 ? 0 : (float)((_paid[lane] / _paidSteps[lane] - pace) * _worth[left[t * m + k]]);
                    if (t == steps - 1)
                        continue;
                    // The step after the last of an episode resets and pays nothing.
                    (_paid[lane], _paidSteps[lane]) = _ended[lane] ? (0, 0) : (_paid[lane] + rewards[t * m + k], _paidSteps[lane] + 1);
                    _ended[lane] = !_ended[lane] && (endings[t * m + k] & (Ending.Terminated | Ending.Truncated)) != 0;
                }

            // What comes after the last step is the next rollout's.
            _paidNormalizer.Update(_paidSoFar.AsSpan(c * steps * m, (steps - 1) * m));
        }

        _paidNormalizer.Apply(_paidSoFar, _paidSoFar);
        ReadOnlySpan<float> seen = _central ? JointArray : InputArray;
        for (var row = 0; row < _paidSoFar.Length; row++)
        {
            seen.Slice(row * length, length).CopyTo(_judged.AsSpan(row * (length + 1)));
            _judged[row * (length + 1) + length] = _paidSoFar[row];
        }
    }

    /// <summary>
    /// Gives advantages median 0 and, but for the largest, standard deviation 1; the largest are bounded. A few of them can be a hundred times as large as all the others (those of the step in
    /// which something hidden shows): scaled by their deviation, the others would count for nothing.
    /// </summary>
    private void StandardiseMost(Span<float> advantages)
    {
        const float Bound = 10;
        var (mean, square) = Moments(advantages);
        for (var k = 0; k < Rows.Length; k++)
            _sorted[k] = advantages[(int)Rows[k]];
        var sorted = _sorted.AsSpan(0, Rows.Length);
        sorted.Sort();
        var median = sorted[sorted.Length / 2];
        foreach (ref var value in sorted)
            value = Math.Abs(value - median);
        sorted.Sort();
        // The median of absolute deviations of normal numbers is 1/1.4826 of their standard deviation.
        var deviation = Math.Max(1.4826 * sorted[sorted.Length / 2], 0.01 * Math.Sqrt(Math.Max(0, square - mean * mean))) + 1e-8;
        foreach (ref var value in advantages)
            value = Math.Clamp((float)((value - median) / deviation), -Bound, Bound);
    }

    /// <summary>Adds what a reward per step is worth in the time that is left.</summary>
    private void AddUsual(Span<float> values, int critic, double reward)
    {
        var left = Left(_central ? 0 : critic);
        for (var k = 0; k < values.Length; k++)
            values[k] += (float)(reward * _worth[left[k]]);
    }
}
