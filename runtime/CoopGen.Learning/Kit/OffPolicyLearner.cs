namespace CoopGen.Learning;

/// <summary>What an off-policy learner sees and what it is paid.</summary>
/// <param name="Own">Whether agents decide on their own observations; otherwise one agent decides for all on the joint one.</param>
/// <param name="Joint">Whether the joint observation is wanted, to decide or to judge.</param>
/// <param name="Team">Whether the sum of all rewards is learnt from; otherwise each agent's own.</param>
public readonly record struct OffPolicyScheme(bool Own, bool Joint, bool Team);

/// <summary>
/// What off-policy learners share: they play many environments side by side, keep what happened, and learn from random draws of it again and again. A learner says how
/// it plays in <see cref="Decide"/> and how it learns from a draw in <see cref="Learn"/>.
/// </summary>
/// <remarks>
/// Units decide: the agents, or the one joint agent. Streams of rewards are the units', or one for the team. The first steps are random. Observations are normalised by what was seen
/// so far when they are drawn, rewards and values by <see cref="ValueScale"/>. Nothing
/// follows the end of a game by its own rules. After an end by the horizon it is taken to go on as it usually does, at the mean value: critics never learn the states in which nobody acts
/// any more, and what they make of them would drift.
/// </remarks>
public abstract class OffPolicyLearner : Learner
{
    /// <summary>Steps of every environment in an iteration.</summary>
    private const int StepsPerIteration = 32;

    /// <summary>Draws that are worth handing to a second thread.</summary>
    private const int Worthwhile = 128;

    private readonly TrainingBatch _batch;
    private readonly Replay _replay;
    private readonly ValueScale _scale;
    private readonly RunningNormalizer? _ownNormalizer, _jointNormalizer;
    private readonly RandomStream _draws;
    private readonly OffPolicyScheme _scheme;
    private readonly int[] _entries;
    private readonly float[] _inputs, _kept, _actions;
    private readonly (float[] Before, float[] After) _seen;
    // Null where critics see what units see.
    private readonly (float[]? Before, float[]? After) _judged;
    private readonly float[] _played, _rewards, _continues;
    private double _due;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">What is seen and paid.</param>
    protected OffPolicyLearner(TrainingSetup setup, OffPolicyScheme scheme) : base(setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var hyper = setup.Hyperparameters;
        _scheme = scheme;
        (Environments, Draws) = (hyper.Count("environments"), hyper.Count("batch"));
        if (hyper["buffer"] < 2 * Environments)
            throw new ArgumentException($"buffer is {hyper["buffer"]}, below two steps of the {Environments} environments; it must be at least {2 * Environments}.");
        _batch = new(setup.Environment, Environments, setup.Seed, scheme.Own, scheme.Joint);
        _replay = new(_batch, (long)hyper["buffer"]);
        (Agents, Units) = (_batch.Agents, scheme.Own ? _batch.Agents : 1);
        ActionLength = _batch.Agents * _batch.Dimensions / Units;
        Streams = scheme.Team ? 1 : Units;
        _scale = new(Streams, hyper["discount"]);
        Inputs = scheme.Own ? _batch.OwnLength : _batch.JointLength;
        (_ownNormalizer, _jointNormalizer) = (scheme.Own ? new(_batch.OwnLength) : null, scheme.Joint ? new(_batch.JointLength) : null);
        _draws = Random("draws");
        var (e, b) = (Environments, Draws);
        (_inputs, _kept, _actions) = (new float[Units * e * Inputs], new float[Agents * e * _batch.Dimensions], new float[Agents * e * _batch.Dimensions]);
        _entries = new int[b];
        _seen = (new float[Units * b * Inputs], new float[Units * b * Inputs]);
        (_played, _rewards, _continues) = (new float[Units * b * ActionLength], new float[Streams * b], new float[b]);
        JudgedLength = Inputs;
        if (scheme is not { Own: true, Joint: true })
            return;
        // What never changes is normalised to 0: it would teach nothing.
        JudgedLength = Math.Max(1, _replay.JointColumns.Length);
        _judged = (new float[b * JudgedLength], new float[b * JudgedLength]);
    }

    /// <inheritdoc/>
    public override long Steps => _batch.Steps;

    /// <summary>Number of agents n.</summary>
    protected int Agents { get; }

    /// <summary>Number of environments played side by side.</summary>
    protected internal int Environments { get; }

    /// <summary>Number of deciding units: n, or 1.</summary>
    protected int Units { get; }

    /// <summary>Number of streams of rewards: n, or 1.</summary>
    protected int Streams { get; }

    /// <summary>Length of what a unit sees.</summary>
    protected int Inputs { get; }

    /// <summary>Length of a unit's action.</summary>
    protected int ActionLength { get; }

    /// <summary>Steps in a draw.</summary>
    protected int Draws { get; }

    /// <summary>Length of what critics see: the joint observation if agents decide on their own ones, else what units see.</summary>
    protected int JudgedLength { get; }

    /// <summary>The networks that decide.</summary>
    protected abstract Mlp Actor { get; }

    /// <summary>How their output becomes an action.</summary>
    protected abstract PolicyHead Head { get; }

    /// <summary>Bins per dimension; 0 for none.</summary>
    protected virtual int Bins => 0;

    /// <inheritdoc/>
    public override TrainedPolicy Policy() => new(ShapeOf(!_scheme.Own, Actor, Head, Bins), Actor, _ownNormalizer ?? _jointNormalizer);

    /// <summary>
    /// What all of them can be tuned by. Buffer, batch and discount are the benchmark's; it has an update per step (per four steps where critics see all actions), and nothing played at random
    /// before but 100 steps of SAC. Here 16 environments are played side by side with an update per 16 steps, so that training takes minutes, and gradients are bounded.
    /// </summary>
    /// <param name="width">Width of hidden layers.</param>
    protected static IReadOnlyList<Hyperparameter> Common(int width) =>
    [
        Hyperparameter.Count("buffer", 100_000, 2, 1_000_000_000, "Environment steps that are kept."),
        Hyperparameter.Count("batch", 256, 1, 1_000_000, "Steps drawn for an update."),
        new("update_ratio", 1.0 / 16, 1e-6, 1000, "Updates per environment step."),
        Hyperparameter.Count("environments", 16, 1, 100_000, "Environments played side by side."),
        Hyperparameter.Count("learning_starts", 2000, 0, 1_000_000_000, "Environment steps played at random before anything is learnt."),
        new("discount", 0.99, 0, 0.99999, "γ."),
        new("gradient_norm", 10, 1e-6, 1e9, "Bound of the norm of each network's gradient."),
        Hyperparameter.Count("hidden_width", width, 1, 8192, "Width of hidden layers."),
        Hyperparameter.Count("hidden_layers", 2, 0, 16, "Number of hidden layers."),
    ];

    /// <summary>Decides for all units.</summary>
    /// <param name="inputs">[units, environments, length]: what they see, normalised.</param>
    /// <param name="random">Whether at random, without regard to it.</param>
    /// <param name="kept">Receives [units, environments, actions], to be kept: actions within [−1, 1] or whatever they follow from.</param>
    protected abstract void Decide(ReadOnlySpan<float> inputs, bool random, Span<float> kept);

    /// <summary>The action within [−1, 1] that a kept number stands for.</summary>
    protected virtual float Action(float kept) => kept;

    /// <summary>Learns from the present draw.</summary>
    /// <param name="measure">Whether to measure.</param>
    protected abstract void Learn(bool measure);

    /// <summary>Multiplies all that is in units of a stream's values, critics and their targets first.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="factor">The factor.</param>
    protected abstract void Rescale(int stream, float factor);

    /// <summary>Takes what critics should say into account for the units of values, and changes critics and it with them.</summary>
    /// <param name="goals">[streams, draws].</param>
    private protected void InNewUnits(Span<float> goals)
    {
        for (var stream = 0; stream < Streams; stream++)
        {
            var own = goals.Slice(stream * Draws, Draws);
            var squares = 0.0;
            foreach (var goal in own)
                squares += (double)goal * goal / Draws;
            var factor = _scale.Adapt(stream, squares);
            Rescale(stream, factor);
            foreach (ref var goal in own)
                goal *= factor;
        }
    }

    /// <summary>The unit of a stream's values, in rewards.</summary>
    protected double Unit(int stream) => _scale.Deviation(stream);

    /// <summary>Hands over what a learner has of its own: networks, optimisers, random streams.</summary>
    protected abstract void ExchangeOwn(Archive archive);

    /// <summary>Lengths of a network's layers.</summary>
    protected int[] Layers(int inputs, int outputs) =>
        [inputs, .. Enumerable.Repeat(Setup.Hyperparameters.Count("hidden_width"), Setup.Hyperparameters.Count("hidden_layers")), outputs];

    /// <summary>[draws, length]: what a unit saw.</summary>
    private protected ReadOnlySpan<float> SeenBy(int unit, bool after = false) => SeenByAll(after).Slice(unit * Draws * Inputs, Draws * Inputs);

    /// <summary>[units, draws, length]: what units saw.</summary>
    private protected ReadOnlySpan<float> SeenByAll(bool after = false) => after ? _seen.After : _seen.Before;

    /// <summary>[draws, length]: what a unit's critic sees.</summary>
    private protected ReadOnlySpan<float> JudgedBy(int unit, bool after = false) => _scheme is not { Own: true, Joint: true } ? SeenBy(unit, after) : after ? _judged.After : _judged.Before;

    /// <summary>[units, draws, actions]: what was played.</summary>
    private protected ReadOnlySpan<float> PlayedArray => _played;

    /// <summary>[streams, draws]: rewards, scaled.</summary>
    private protected ReadOnlySpan<float> RewardArray => _rewards;

    /// <summary>[draws]: 0 where the step ended the episode, else 1.</summary>
    private protected ReadOnlySpan<float> ContinueArray => _continues;

    /// <inheritdoc/>
    protected override void Iterate()
    {
        var hyper = Setup.Hyperparameters;
        _batch.ForgetEpisodes();
        _batch.Start();
        for (var (t, measured) = (0, false); t < StepsPerIteration; t++)
        {
            var random = Steps < hyper["learning_starts"];
            _replay.Observe(_batch);
            See();
            Decide(_inputs, random, _kept);
            Spread();
            _batch.Step(_actions);
            _replay.Add(_batch, _kept);
            _scale.Update(_scheme.Team ? _batch.TeamRewards : _batch.Rewards, _batch.Played, _batch.Endings);
            if (random || !Learns)
                continue;
            for (_due += _batch.Played.AsSpan().Count(true) * hyper["update_ratio"]; _due >= 1 && _replay.Count > 0; _due--)
            {
                Draw();
                Learn(measure: !measured);
                measured = true;
            }
        }

        if (_batch.Episodes > 0)
            Measure("return", _batch.ReturnsOfEpisodes / _batch.Episodes);
    }

    /// <inheritdoc/>
    protected override void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _due = archive.Exchange("due", _due);
        _ownNormalizer?.Exchange(archive.Within("own"));
        _jointNormalizer?.Exchange(archive.Within("joint"));
        _scale.Exchange(archive.Within("rewards"));
        _draws.Exchange(archive, "draws");
        _batch.Exchange(archive.Within("batch"));
        _replay.Exchange(archive.Within("replay"));
        ExchangeOwn(archive);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _batch.Dispose();
    }

    /// <summary>Takes the present observations into account and normalises what units see.</summary>
    private void See()
    {
        _ownNormalizer?.Update(_batch.Own);
        _jointNormalizer?.Update(_batch.Joint);
        if (_ownNormalizer is { } own)
            own.Apply(_batch.Own, _inputs);
        else
            _jointNormalizer!.Apply(_batch.Joint, _inputs);
    }

    /// <summary>Makes actions of what is kept, and brings a joint agent's, environment by environment, into the order agent by agent, in which both are kept.</summary>
    private void Spread()
    {
        var (e, d) = (Environments, _batch.Dimensions);
        if (_scheme.Own)
        {
            for (var k = 0; k < _kept.Length; k++)
                _actions[k] = Action(_kept[k]);
            return;
        }

        for (var k = 0; k < e; k++)
            for (var agent = 0; agent < Agents; agent++)
                _kept.AsSpan(k * ActionLength + agent * d, d).CopyTo(_actions.AsSpan((agent * e + k) * d));
        _actions.CopyTo(_kept, 0);
    }

    /// <summary>Fills the arrays of a draw.</summary>
    private void Draw()
    {
        foreach (ref var entry in _entries.AsSpan())
            entry = _replay.Draw(_draws);
        if (Draws <= Worthwhile)
            Fetch(0, Draws);
        else
            Share((Draws + Worthwhile - 1) / Worthwhile, (part, _) => Fetch(part * Worthwhile, Math.Min((part + 1) * Worthwhile, Draws)));
    }

    /// <summary>Fetches some of what was drawn.</summary>
    private void Fetch(int first, int end)
    {
        for (var b = first; b < end; b++)
        {
            var entry = _entries[b];
            See(entry, b, after: false, _seen.Before, _judged.Before);
            See(entry, b, after: true, _seen.After, _judged.After);
            for (var agent = 0; agent < Agents; agent++)
            {
                var action = _replay.Action(entry, agent);
                action.CopyTo(_played.AsSpan(_scheme.Own ? (agent * Draws + b) * action.Length : b * ActionLength + agent * action.Length));
            }

            var (terminated, team) = (_replay.Terminated(entry), 0f);
            for (var agent = 0; agent < Agents; agent++)
                if (_scheme.Team)
                    team += _replay.Reward(entry, agent);
                else
                    _rewards[agent * Draws + b] = _scale.Scaled(agent, _replay.Reward(entry, agent), terminated);
            if (_scheme.Team)
                _rewards[b] = _scale.Scaled(0, team, terminated);
            _continues[b] = _replay.Ended(entry) ? 0 : 1;
        }
    }

    /// <summary>Normalises what was seen at a step that was drawn.</summary>
    private void See(int entry, int b, bool after, float[] seen, float[]? judged)
    {
        if (_ownNormalizer is { } own)
            for (var agent = 0; agent < Agents; agent++)
            {
                var row = seen.AsSpan((agent * Draws + b) * own.Length, own.Length);
                _replay.Own(entry, agent, after, row);
                own.Apply(row, row);
            }

        if (_jointNormalizer is not { } joint)
            return;
        if (judged is null)
        {
            var row = seen.AsSpan(b * joint.Length, joint.Length);
            _replay.Joint(entry, after, row);
            joint.Apply(row, row);
        }
        else if (_replay.JointColumns.Length > 0)
        {
            var row = judged.AsSpan(b * JudgedLength, JudgedLength);
            _replay.JointVarying(entry, after, row);
            joint.Apply(row, _replay.JointColumns, row);
        }
    }
}
