using static TorchSharp.torch;

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
}

/// <summary>
/// What on-policy actor-critic learners share: actors with squashed normal distributions, critics with normalised values, and rollouts of many environments.
/// A learner says how it learns from a rollout in <see cref="Learn"/>.
/// </summary>
/// <remarks>
/// Units decide: the agents, or the one joint agent. Critics judge: one per unit, or one for all. Arrays are [units or critics, steps, environments, …], so that
/// "row" t · environments + k is step t of environment k, and the rows of a unit lie together. They are tensors at the same time.
/// </remarks>
public abstract partial class OnPolicyLearner : Learner
{
    private readonly TrainingBatch _batch;
    private readonly RunningNormalizer? _ownNormalizer, _jointNormalizer;
    private readonly RandomStream _noise;
    private readonly float[] _inputs, _judged, _raw, _logProbabilities, _rewards, _values, _advantages, _targets, _actions, _means, _normal;
    private readonly Ending[] _endings;
    private readonly long[] _rows;
    private int _rowCount;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">Who decides, who judges, and who is paid what.</param>
    /// <param name="beta1">Decay of Adam's first moment.</param>
    /// <param name="beta2">Decay of Adam's second moment.</param>
    protected OnPolicyLearner(TrainingSetup setup, OnPolicyScheme scheme, double beta1 = 0.9, double beta2 = 0.999) : base(setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var hyper = setup.Hyperparameters;
        var (joint, central) = (scheme == OnPolicyScheme.Joint, scheme != OnPolicyScheme.Independent);
        Scheme = scheme;
        (Environments, StepsPerRollout) = (hyper.Count("environments"), hyper.Count("rollout") / hyper.Count("environments"));
        if (StepsPerRollout < 1)
            throw new ArgumentException($"rollout is {hyper.Count("rollout")}, fewer than the {Environments} environments; it must be at least as many.");
        _batch = new(setup.Environment, Environments, setup.Seed, own: !joint, joint: central);
        Units = joint ? 1 : _batch.Agents;
        Critics = central ? 1 : Units;
        ActionLength = joint ? _batch.Agents * _batch.Dimensions : _batch.Dimensions;
        var shared = !joint && hyper.Values.ContainsKey("share_parameters") && hyper.Is("share_parameters");
        var (width, layers) = (hyper.Count("hidden_width"), hyper.Count("hidden_layers"));
        var (inputs, judged) = (joint ? _batch.JointLength : _batch.OwnLength, central ? _batch.JointLength : _batch.OwnLength);
        Actor = new("actor", shared ? 1 : Units, [inputs, .. Enumerable.Repeat(width, layers), ActionLength], Activation.Tanh);
        Critic = new("critic", shared || central ? 1 : Units, [judged, .. Enumerable.Repeat(width, layers), 1], Activation.Tanh);
        LogDeviation = new("actor.log_deviation", Actor.Groups, ActionLength);
        Actor.Initialise(Random("actor weights"), Initialisation.Orthogonal, outputGain: 0.01f);
        Critic.Initialise(Random("critic weights"), Initialisation.Orthogonal);
        Array.Fill(LogDeviation.Values, (float)Math.Log(hyper["initial_deviation"]));
        (ActorNetwork, CriticNetwork) = (new(Actor), new(Critic));
        LogDeviationTensor = LogDeviation.AsTensor(Actor.Groups, 1, ActionLength);
        Normalizer = new(Critic.Groups, hyper["value_rate"]);
        (_ownNormalizer, _jointNormalizer) = (joint ? null : new(inputs), central ? new(_batch.JointLength) : null);
        _noise = Random("actions");
        (_actorAdam, _criticAdam) = (new(Actor.Parameters.Append(LogDeviation), null, 1e-5, beta1, beta2), new(Critic.Parameters, null, 1e-5, beta1, beta2));
        (_actorGradient, _criticGradient) = (new(Actor), new(Critic));
        (_deviationGradient, _ofOutputs) = (Pinned(LogDeviation.Values.Length), new float[Chunk * ActionLength]);

        var (e, t) = (Environments, StepsPerRollout);
        _inputs = Pinned(Units * (t + 1) * e * inputs);
        _judged = joint || !central ? _inputs : Pinned((t + 1) * e * judged);
        (_raw, _logProbabilities) = (Pinned(Units * t * e * ActionLength), Pinned(Units * t * e));
        (_rewards, _values) = (new float[Critics * t * e], Pinned(Critics * (t + 1) * e));
        (_advantages, _targets) = (Pinned(Critics * t * e), Pinned(Critics * t * e));
        (_endings, _rows) = (new Ending[t * e], GC.AllocateArray<long>(t * e, pinned: true));
        (_actions, _means, _normal) = (new float[Units * e * ActionLength], new float[e * ActionLength], new float[e * ActionLength]);
        Inputs = _inputs.AsTensor(Units, (t + 1) * e, inputs);
        Judged = _judged.AsTensor(Critics, (t + 1) * e, judged);
        Raw = _raw.AsTensor(Units, t * e, ActionLength);
        LogProbabilities = _logProbabilities.AsTensor(Units, t * e);
        Values = _values.AsTensor(Critics, (t + 1) * e);
        Advantages = _advantages.AsTensor(Critics, t * e);
        Targets = _targets.AsTensor(Critics, t * e);
        RowIndices = _rows.AsTensor();
    }

    /// <inheritdoc/>
    public override long Steps => _batch.Steps;

    /// <summary>Who decides, who judges, and who is paid what.</summary>
    protected OnPolicyScheme Scheme { get; }

    /// <summary>Number of environments played side by side.</summary>
    protected int Environments { get; }

    /// <summary>Steps of each environment in a rollout.</summary>
    protected int StepsPerRollout { get; }

    /// <summary>Number of deciding units: n, or 1.</summary>
    protected int Units { get; }

    /// <summary>Number of judges: as many as units, or 1.</summary>
    protected int Critics { get; }

    /// <summary>Length of a unit's action.</summary>
    protected int ActionLength { get; }

    /// <summary>Networks that give μ.</summary>
    protected Mlp Actor { get; }

    /// <summary>log σ per group of the actor.</summary>
    protected Parameter LogDeviation { get; }

    /// <summary>Networks that give normalised values.</summary>
    protected Mlp Critic { get; }

    /// <summary>The actor for training.</summary>
    protected StackedMlp ActorNetwork { get; }

    /// <summary>The critic for training.</summary>
    protected StackedMlp CriticNetwork { get; }

    /// <summary>[groups, 1, actions]: log σ.</summary>
    protected Tensor LogDeviationTensor { get; }

    /// <summary>The units of the critics.</summary>
    protected ValueNormalizer Normalizer { get; }

    /// <summary>[units, rows + environments, length]: what units saw, normalised.</summary>
    protected Tensor Inputs { get; }

    /// <summary>[critics, rows + environments, length]: what critics see, normalised.</summary>
    protected Tensor Judged { get; }

    /// <summary>[units, rows, actions]: what was played, before squashing.</summary>
    protected Tensor Raw { get; }

    /// <summary>[units, rows]: log-probabilities of what was played, when it was played.</summary>
    protected Tensor LogProbabilities { get; }

    /// <summary>[critics, rows + environments]: normalised values when it was played.</summary>
    protected Tensor Values { get; }

    /// <summary>[critics, rows]: advantages with mean 0 and standard deviation 1 per critic.</summary>
    protected Tensor Advantages { get; }

    /// <summary>[critics, rows]: what normalised values should be.</summary>
    protected Tensor Targets { get; }

    /// <summary>Indices of the rows that were played, not those of resets: as many as <see cref="Rows"/> has.</summary>
    protected Tensor RowIndices { get; }

    /// <summary>The same; may be put into another order.</summary>
    protected Span<long> Rows => _rows.AsSpan(0, _rowCount);

    /// <inheritdoc/>
    public override TrainedPolicy Policy()
    {
        var (environment, joint) = (Setup.Environment, Scheme == OnPolicyScheme.Joint);
        var mask = ObservationConfig.Realistic.Mask(environment.Info.AgentParts);
        var shape = new PolicyShape
        {
            Algorithm = GetType().Name,
            Environment = environment.Info.Id,
            Agents = environment.AgentCount,
            Dimensions = environment.ActionDimensions,
            Joint = joint,
            Parts = [.. environment.Info.AgentParts.Where((_, k) => (mask >> k & 1) != 0).Select(part => part.Name)],
            Groups = Actor.Groups,
            Sizes = Actor.Sizes,
            Activation = Actor.Activation,
            Head = PolicyHead.Gaussian,
        };
        return new(shape, Actor, joint ? _jointNormalizer : _ownNormalizer, LogDeviation.Values);
    }

    /// <summary>μ of units: [units, rows, actions].</summary>
    /// <param name="inputs">[units, rows, length].</param>
    protected Tensor Means(Tensor inputs) => Through(ActorNetwork, inputs);

    /// <summary>Normalised values: [critics, rows].</summary>
    /// <param name="judged">[critics, rows, length].</param>
    protected Tensor ValuesOf(Tensor judged) => Through(CriticNetwork, judged).squeeze(-1);

    /// <summary>Learns from the rollout that has just been played.</summary>
    protected abstract void Learn();

    /// <summary>Hands over what a learner has of its own, such as optimisers.</summary>
    protected abstract void ExchangeOwn(Archive archive);

    /// <inheritdoc/>
    protected override void Iterate()
    {
        _batch.ForgetEpisodes();
        Narrow();
        Play();
        Judge();
        Learn();
        if (_batch.Episodes > 0)
            Measure("return", _batch.ReturnsOfEpisodes / _batch.Episodes);
        Measure("deviation", LogDeviation.Values.Average(MathF.Exp));
    }

    /// <inheritdoc/>
    protected override void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Actor.Parameters.Concat(Critic.Parameters).Append(LogDeviation));
        _actorAdam.Exchange(archive.Within("actor.adam"));
        _criticAdam.Exchange(archive.Within("critic.adam"));
        Normalizer.Exchange(archive.Within("values"));
        _ownNormalizer?.Exchange(archive.Within("own"));
        _jointNormalizer?.Exchange(archive.Within("joint"));
        _noise.Exchange(archive, "noise");
        _batch.Exchange(archive.Within("batch"));
        ExchangeOwn(archive);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _batch.Dispose();
        foreach (var tensor in new[] { Inputs, Judged, Raw, LogProbabilities, Values, Advantages, Targets, RowIndices, LogDeviationTensor }.Concat(ActorNetwork.Tensors).Concat(CriticNetwork.Tensors))
            tensor.Dispose();
    }

    private static float[] Pinned(int length) => GC.AllocateArray<float>(length, pinned: true);

    private static Tensor Through(StackedMlp network, Tensor x) =>
        network.Forward(x.reshape(network.Networks.Groups, -1, network.Networks.Inputs)).view(x.shape[0], -1, network.Networks.Outputs);

    /// <summary>
    /// Bounds σ by a schedule that falls by equal factors. These games have cliffs (a little less than is expected of an agent costs its trust), and what is best with noise lies far from
    /// what is best without: what is played in the end has to be learnt with little of it.
    /// </summary>
    private void Narrow()
    {
        var hyper = Setup.Hyperparameters;
        var bound = (float)new Schedule(Math.Log(hyper["initial_deviation"]), Math.Log(hyper["final_deviation"])).At(Progress);
        foreach (ref var deviation in LogDeviation.Values.AsSpan())
            deviation = Math.Min(deviation, bound);
    }

    private void Play()
    {
        var (e, steps, critics) = (Environments, StepsPerRollout, Critics);
        _batch.Start();
        See(0);
        _rowCount = 0;
        for (var t = 0; t < steps; t++)
        {
            Decide(t);
            _batch.Step(_actions);
            for (var c = 0; c < critics; c++)
                (Scheme == OnPolicyScheme.Independent ? _batch.Rewards : _batch.TeamRewards).AsSpan(c * e, e).CopyTo(_rewards.AsSpan((c * steps + t) * e));
            _batch.Endings.CopyTo(_endings, t * e);
            for (var k = 0; k < e; k++)
                if (_batch.Played[k])
                    _rows[_rowCount++] = t * e + k;
            See(t + 1);
        }
    }

    /// <summary>Takes the present observations into the rollout.</summary>
    private void See(int t)
    {
        var (e, steps) = (Environments, StepsPerRollout + 1);
        if (_ownNormalizer is { } own)
        {
            own.Update(_batch.Own);
            for (var unit = 0; unit < Units; unit++)
                own.Apply(_batch.Own.AsSpan(unit * e * own.Length, e * own.Length), _inputs.AsSpan((unit * steps + t) * e * own.Length));
        }

        if (_jointNormalizer is { } joint)
        {
            joint.Update(_batch.Joint);
            joint.Apply(_batch.Joint, _judged.AsSpan(t * e * joint.Length));
        }
    }

    /// <summary>Draws the actions of a step.</summary>
    private void Decide(int t)
    {
        var (e, steps, inputs, length) = (Environments, StepsPerRollout, Actor.Inputs, ActionLength);
        for (var unit = 0; unit < Units; unit++)
        {
            var group = Actor.Groups == 1 ? 0 : unit;
            Actor.Forward(group, _inputs.AsSpan((unit * (steps + 1) + t) * e * inputs, e * inputs), _means);
            _noise.FillNormal(_normal);
            for (var k = 0; k < e; k++)
            {
                var (at, row) = (k * length, (unit * steps + t) * e + k);
                _logProbabilities[row] = SquashedGaussian.Sample(_means.AsSpan(at, length), LogDeviation.Of(group), _normal.AsSpan(at, length), _raw.AsSpan(row * length, length), _actions.AsSpan((unit * e + k) * length, length));
            }
        }

        if (Scheme == OnPolicyScheme.Joint)
            Spread();
    }

    /// <summary>Brings the joint agent's actions, environment by environment, into the order agent by agent.</summary>
    private void Spread()
    {
        var (e, d) = (Environments, _batch.Dimensions);
        _actions.CopyTo(_means, 0);
        for (var k = 0; k < e; k++)
            for (var agent = 0; agent < _batch.Agents; agent++)
                _means.AsSpan(k * ActionLength + agent * d, d).CopyTo(_actions.AsSpan((agent * e + k) * d));
    }

    /// <summary>Values, advantages and targets of the rollout.</summary>
    private void Judge()
    {
        var (e, steps) = (Environments, StepsPerRollout);
        var (rows, withLast) = (steps * e, (steps + 1) * e);
        var hyper = Setup.Hyperparameters;
        Critic.Forward(_judged, _values);
        // In the game's units, then back again: the units change by what this rollout teaches.
        for (var c = 0; c < Critics; c++)
        {
            var values = _values.AsSpan(c * withLast, withLast);
            Scale(values, Normalizer.Deviation(Group(c)), Normalizer.Mean(Group(c)));
            Gae.Compute(_rewards.AsSpan(c * rows, rows), values, _endings, hyper["discount"], hyper["gae_lambda"], _advantages.AsSpan(c * rows, rows), _targets.AsSpan(c * rows, rows));
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

            Normalizer.Update(group, mean, square, Critic);
        }

        for (var c = 0; c < Critics; c++)
        {
            var (mean, deviation) = (Normalizer.Mean(Group(c)), Normalizer.Deviation(Group(c)));
            Scale(_values.AsSpan(c * withLast, withLast), 1 / deviation, -mean / deviation);
            Scale(_targets.AsSpan(c * rows, rows), 1 / deviation, -mean / deviation);
            var advantages = _advantages.AsSpan(c * rows, rows);
            var (shift, square) = Moments(advantages);
            var spread = Math.Sqrt(Math.Max(0, square - shift * shift)) + 1e-8;
            Scale(advantages, 1 / spread, -shift / spread);
        }

        int Group(int critic) => Critic.Groups == 1 ? 0 : critic;
    }

    /// <summary>Means of numbers and of their squares over the rows that were played.</summary>
    private (double Mean, double Square) Moments(ReadOnlySpan<float> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var row in Rows)
        {
            sum += values[(int)row];
            squares += (double)values[(int)row] * values[(int)row];
        }

        return (sum / _rowCount, squares / _rowCount);
    }

    private static void Scale(Span<float> values, double factor, double shift)
    {
        foreach (ref var value in values)
            value = (float)(value * factor + shift);
    }
}
