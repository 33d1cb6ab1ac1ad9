namespace CoopGen.Learning;

/// <summary>
/// Deep Q-learning of a team value that is mixed from agents' utilities: every agent has utilities Qᵢ(oᵢ, ·) of the bins of its action, and the mixture, a learner says which, is
/// regressed on what the actions that were taken led to: Q(s, a) → r + γ·Q′(s′, a*), with a*ᵢ = argmax Qᵢ(o′ᵢ, ·) by the present utilities and the value by the targets (double
/// Q-learning, van Hasselt et al. 2016, arXiv:1509.06461). As mixtures grow with every utility, agents' own greatest utilities are the team's.
/// </summary>
/// <remarks>
/// Actions are divided evenly into bins, dimension by dimension; each dimension has utilities of its own. Every agent explores by itself: with probability ε a dimension's bin is drawn
/// evenly. What is kept of an action is its bin.
/// </remarks>
public abstract class UtilityLearner : OffPolicyLearner
{
    /// <summary>Multiplications forwards that are worth a second thread: it takes some microseconds to wake.</summary>
    private const long SharedFrom = 1 << 21;

    private readonly Mlp _target;
    // Per network, with the rows it has answered: threads share them out.
    private readonly MlpGradient[] _gradients, _targets;
    private readonly Adam _adam;
    private readonly RandomStream _explore;
    private readonly float[] _values, _utilities, _team, _goals, _ofOutputs, _ofTeam, _ofUtilities;
    private readonly int[] _places;
    private readonly int _bins, _rows;
    private readonly bool _shares;
    private long _updates;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="joint">Whether the mixture depends on the joint observation.</param>
    protected UtilityLearner(TrainingSetup setup, bool joint) : base(setup, new(Own: true, Joint: joint, Team: true))
    {
        ArgumentNullException.ThrowIfNull(setup);
        _bins = setup.Hyperparameters.Count("bins");
        var groups = setup.Hyperparameters.Is("share_parameters") ? 1 : Units;
        Actor = new("utilities", groups, Layers(Inputs, ActionLength * _bins), Activation.Relu);
        _target = new("target_utilities", groups, Actor.Sizes, Activation.Relu);
        Actor.Initialise(Random("utility weights"), Initialisation.Uniform);
        _target.CopyFrom(Actor);
        MlpGradient gradient = new(Actor);
        _gradients = [gradient, .. Enumerable.Range(1, groups - 1).Select(_ => new MlpGradient(Actor, gradient.Gradients))];
        _targets = [.. Enumerable.Range(0, groups).Select(_ => new MlpGradient(_target))];
        _adam = new(Actor.Parameters, null);
        _explore = Random("exploration");
        _values = new float[Units * Environments * ActionLength * _bins];
        // Agents that share a network have their rows one after the other.
        _rows = Units / groups * Draws;
        // Where, in [draws, n·d], numbers in [agents, draws, d] belong.
        _places = [.. from agent in Enumerable.Range(0, Units) from b in Enumerable.Range(0, Draws) from d in Enumerable.Range(0, ActionLength) select (b * Units + agent) * ActionLength + d];
        _ofOutputs = new float[Units * Draws * ActionLength * _bins];
        _shares = (long)Units * Draws * Actor.Weights.Sum(w => w.Values.Length / groups) >= SharedFrom;
        (_utilities, _ofUtilities) = (new float[Draws * Units * ActionLength], new float[Draws * Units * ActionLength]);
        (_team, _goals, _ofTeam) = (new float[Draws], new float[Draws], new float[Draws]);
    }

    /// <inheritdoc/>
    protected override Mlp Actor { get; }

    /// <inheritdoc/>
    protected override PolicyHead Head => PolicyHead.Bins;

    /// <inheritdoc/>
    protected override int Bins => _bins;

    /// <summary>
    /// What all of them can be tuned by. The learning rate, bins, and ε at both ends are the benchmark's. It keeps 5,000 steps, draws 32, replaces targets every 1,000 updates, one per step, and lets ε fall by
    /// equal factors within 6,000 steps: with an update per 16 steps, larger draws and a larger buffer are affordable, and targets follow after fewer updates.
    /// </summary>
    protected static IReadOnlyList<Hyperparameter> Tunable { get; } =
    [
        .. Common(width: 64),
        new("learning_rate", 5e-4, 1e-8, 1, "Adam's learning rate."),
        Hyperparameter.Count("bins", 11, 2, 1000, "Bins per dimension of an action."),
        Hyperparameter.Count("target_interval", 200, 1, 1_000_000, "Updates after which targets are set to what they follow."),
        new("exploration", 1, 0, 1, "ε at the beginning."),
        new("final_exploration", 0.05, 0, 1, "ε at the end of its way."),
        Hyperparameter.Count("exploration_steps", 50_000, 1, 1_000_000_000, "Environment steps in which ε goes its way in a straight line."),
        Hyperparameter.Switch("share_parameters", false, "Whether all agents use one network."),
    ];

    /// <summary>The team's values.</summary>
    /// <param name="utilities">[draws, n·d]: of some actions.</param>
    /// <param name="judged">[draws, length]: the joint observation.</param>
    /// <param name="target">Whether by the target of the mixer.</param>
    /// <param name="team">Receives [draws].</param>
    private protected abstract void Mix(ReadOnlySpan<float> utilities, ReadOnlySpan<float> judged, bool target, Span<float> team);

    /// <summary>How a loss changes with what was last mixed, and with the mixer's weights, which <see cref="StepMixer"/> is to follow.</summary>
    /// <param name="utilities">[draws, n·d]: as they were mixed, not by the target.</param>
    /// <param name="ofTeam">[draws]: derivative of the loss with respect to the team's values.</param>
    /// <param name="ofUtilities">Receives [draws, n·d].</param>
    private protected abstract void Unmix(ReadOnlySpan<float> utilities, ReadOnlySpan<float> ofTeam, Span<float> ofUtilities);

    /// <summary>Lets the mixer go a step.</summary>
    protected virtual void StepMixer()
    {
    }

    /// <summary>Sets the mixer's target to it.</summary>
    protected virtual void FollowMixer()
    {
    }

    /// <summary>Multiplies the team's value and its target.</summary>
    protected override void Rescale(int stream, float factor)
    {
        for (var group = 0; group < Actor.Groups; group++)
        {
            Actor.Rescale(group, factor);
            _target.Rescale(group, factor);
        }
    }

    /// <inheritdoc/>
    protected override float Action(float kept) => Categorical.Action((int)kept, _bins);

    /// <inheritdoc/>
    protected override void Decide(ReadOnlySpan<float> inputs, bool random, Span<float> kept)
    {
        var hyper = Setup.Hyperparameters;
        var chance = random ? 1 : new Schedule(hyper["exploration"], hyper["final_exploration"]).At(Steps / hyper["exploration_steps"]);
        if (chance < 1)
            Actor.Forward(inputs, _values);
        for (var k = 0; k < kept.Length; k++)
            kept[k] = _explore.Uniform() < chance ? _explore.Below(_bins) : Categorical.Greatest(_values.AsSpan(k * _bins, _bins));
    }

    /// <inheritdoc/>
    protected override void Learn(bool measure)
    {
        var hyper = Setup.Hyperparameters;
        SetGoals((float)hyper["discount"]);
        ForNetworks(TakePlayed);
        Mix(_utilities, JudgedBy(0), target: false, _team);
        var (loss, mean) = (0.0, 0.0);
        for (var b = 0; b < Draws; b++)
        {
            var error = _team[b] - _goals[b];
            _ofTeam[b] = 2 * error / Draws;
            loss += (double)error * error / Draws;
            mean += _team[b] / (double)Draws;
        }

        Unmix(_utilities, _ofTeam, _ofUtilities);
        ForNetworks(SetGradient);
        _adam.Step(_gradients[0].Gradients, hyper["learning_rate"], hyper["gradient_norm"]);
        StepMixer();
        if (++_updates % hyper.Count("target_interval") == 0)
        {
            _target.CopyFrom(Actor);
            FollowMixer();
        }

        if (!measure)
            return;
        Measure("value_loss", loss);
        Measure("value", mean);
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Actor.Parameters.Concat(_target.Parameters));
        _adam.Exchange(archive.Within("adam"));
        _explore.Exchange(archive, "exploration");
        _updates = archive.Exchange("updates", _updates);
    }

    /// <summary>r + γ·Q′(s′, a*), in units of values that change with it.</summary>
    private void SetGoals(float discount)
    {
        ForNetworks(TakeBest);
        Mix(_utilities, JudgedBy(0, after: true), target: true, _goals);
        for (var b = 0; b < Draws; b++)
            _goals[b] = RewardArray[b] + discount * ContinueArray[b] * _goals[b];
        InNewUnits(_goals);
    }

    /// <summary>Does something for every network, by two threads if it is much.</summary>
    private void ForNetworks(Action<int> work)
    {
        if (_shares)
            Share(Actor.Groups, (group, _) => work(group));
        else
            for (var group = 0; group < Actor.Groups; group++)
                work(group);
    }

    /// <summary>Takes utilities after the step, by the targets, of the bins that are best by the present ones.</summary>
    private void TakeBest(int group)
    {
        var (present, target) = (_gradients[group], _targets[group]);
        Rows(group, after: true).CopyTo(present.Inputs(_rows));
        Rows(group, after: true).CopyTo(target.Inputs(_rows));
        var outputs = present.Forward(group);
        var said = target.Forward(group);
        var places = PlacesOf(group);
        for (var k = 0; k < places.Length; k++)
            _utilities[places[k]] = said[k * _bins + Categorical.Greatest(outputs.Slice(k * _bins, _bins))];
    }

    /// <summary>Takes utilities of what was played.</summary>
    private void TakePlayed(int group)
    {
        Rows(group, after: false).CopyTo(_gradients[group].Inputs(_rows));
        var said = _gradients[group].Forward(group);
        var played = PlayedBy(group);
        var places = PlacesOf(group);
        for (var k = 0; k < played.Length; k++)
            _utilities[places[k]] = said[k * _bins + (int)played[k]];
    }

    /// <summary>Sets a network's gradient to what the loss says of the utilities of what was played.</summary>
    private void SetGradient(int group)
    {
        var by = _gradients[group];
        var played = PlayedBy(group);
        var places = PlacesOf(group);
        var ofOutputs = _ofOutputs.AsSpan(group * played.Length * _bins, played.Length * _bins);
        ofOutputs.Clear();
        for (var k = 0; k < played.Length; k++)
            ofOutputs[k * _bins + (int)played[k]] = _ofUtilities[places[k]];
        by.Clear(group);
        by.Forget();
        by.Backward(ofOutputs);
    }

    /// <summary>[rows, length]: what those who use a network saw.</summary>
    private ReadOnlySpan<float> Rows(int group, bool after) => SeenByAll(after).Slice(group * _rows * Inputs, _rows * Inputs);

    /// <summary>[rows, d]: what they played.</summary>
    private ReadOnlySpan<float> PlayedBy(int group) => PlayedArray.Slice(group * _rows * ActionLength, _rows * ActionLength);

    /// <summary>[rows, d]: where their numbers belong in [draws, n·d].</summary>
    private ReadOnlySpan<int> PlacesOf(int group) => _places.AsSpan(group * _rows * ActionLength, _rows * ActionLength);
}
