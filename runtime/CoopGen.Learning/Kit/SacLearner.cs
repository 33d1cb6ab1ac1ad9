using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Soft actor-critic (Haarnoja et al. 2018, "Soft actor-critic algorithms and applications", arXiv:1812.05905), for whatever scheme. Every unit has a policy π (a squashed normal
/// distribution whose mean and deviation depend on what it sees), twin critics q with targets q′, and a temperature α:
/// q → r + γ(min q′(s′, a′) − α log π(a′|s′)) with a′ ~ π; π against α log π(a|s) − min q(s, a); log α against −log α·(log π(a|s) + H), H being the entropy wanted.
/// </summary>
/// <remarks>
/// Where critics are central they see the joint observation and all actions, of which those at the next step, and others' in the policy's loss, are drawn from the present policies, as
/// in Iqbal and Sha 2019 (arXiv:1810.02912).
/// </remarks>
public abstract class SacLearner : OffPolicyLearner
{
    private readonly bool _central;
    private readonly StackedMlp _actorNetwork;
    private readonly Adam _actorAdam, _temperatureAdam;
    private readonly CriticNetworks _critics;
    private readonly Parameter _logTemperature;
    private readonly Tensor _logTemperatures, _noise, _ownSlots;
    private readonly RandomStream _explore, _sample;
    private readonly float[] _outputs, _normal, _raw, _noiseValues;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">What is seen and paid.</param>
    protected SacLearner(TrainingSetup setup, OffPolicyScheme scheme) : base(setup, scheme)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _central = scheme is { Own: true, Joint: true };
        Actor = new("actor", Units, Layers(Inputs, 2 * ActionLength), Activation.Relu);
        Actor.Initialise(Random("actor weights"), Initialisation.Uniform);
        _actorNetwork = Lasting(Actor);
        _actorAdam = new(Actor.Parameters, _actorNetwork.Tensors);
        _critics = new(Units, 2, Layers(JudgedLength + (_central ? Units : 1) * ActionLength, 1), Random("critic weights"), Lasting);
        _logTemperature = new("log_temperature", Units, 1);
        Array.Fill(_logTemperature.Values, (float)Math.Log(setup.Hyperparameters["initial_temperature"]));
        _logTemperatures = Lasting(_logTemperature.Values, Units, 1);
        _temperatureAdam = new([_logTemperature], [_logTemperatures]);
        (_explore, _sample) = (Random("exploration"), Random("samples"));
        (_outputs, _normal, _raw) = (new float[Units * Environments * 2 * ActionLength], new float[ActionLength], new float[ActionLength]);
        _noiseValues = Pinned(Units * Draws * ActionLength);
        _noise = Lasting(_noiseValues, Units, Draws, ActionLength);
        _ownSlots = OwnSlots();
    }

    /// <summary>The temperatures α, in units of rewards.</summary>
    public IReadOnlyList<double> Temperatures => [.. _logTemperature.Values.Select((log, unit) => Math.Exp(log) * Unit(unit))];

    /// <inheritdoc/>
    protected override Mlp Actor { get; }

    /// <inheritdoc/>
    protected override PolicyHead Head => PolicyHead.GaussianWithDeviation;

    /// <summary>
    /// What all of them can be tuned by. Learning rates of networks, τ and the entropy wanted are the benchmark's. Its temperatures begin at 1 and learn at 3e-4: here there are fewer updates, and
    /// values have root mean square 1.
    /// </summary>
    /// <param name="criticRate">Learning rate of critics.</param>
    protected static IReadOnlyList<Hyperparameter> Tunable(double criticRate) =>
    [
        .. Common(width: 128),
        new("learning_rate", 3e-4, 1e-8, 1, "Adam's learning rate of policies."),
        new("critic_learning_rate", criticRate, 1e-8, 1, "Adam's learning rate of critics."),
        new("target_rate", 0.005, 1e-6, 1, "τ: how far targets move towards critics at an update."),
        new("temperature_learning_rate", 3e-3, 1e-8, 1, "Adam's learning rate of temperatures."),
        new("initial_temperature", 0.2, 1e-6, 1e6, "α at the beginning, for values of root mean square 1."),
        new("target_entropy", -1, -100, 10, "Entropy wanted per dimension of an action within [−1, 1]."),
    ];

    /// <inheritdoc/>
    protected override void Decide(ReadOnlySpan<float> inputs, bool random, Span<float> kept)
    {
        if (random)
        {
            _explore.FillUniform(kept, -1, 1);
            return;
        }

        Actor.Forward(inputs, _outputs);
        for (var (row, length) = (0, ActionLength); row < Units * Environments; row++)
        {
            _explore.FillNormal(_normal);
            var deviations = _outputs.AsSpan((2 * row + 1) * length, length);
            SquashedGaussian.Bound(deviations);
            SquashedGaussian.Sample(_outputs.AsSpan(2 * row * length, length), deviations, _normal, _raw, kept.Slice(row * length, length));
        }
    }

    /// <inheritdoc/>
    protected override void Rescale(int stream, float factor)
    {
        _critics.Rescale(stream, factor);
        _logTemperature.Values[stream] += MathF.Log(factor);
    }

    /// <inheritdoc/>
    protected override void Learn(bool measure)
    {
        var hyper = Setup.Hyperparameters;
        var (rate, bound) = (hyper["learning_rate"], hyper["gradient_norm"]);
        Tensor goals;
        using (no_grad())
        {
            var (next, nextLog) = Sample(SeenAfter);
            var value = _critics.Least(JudgedAfter, Joined(next), target: true) - _logTemperatures.exp() * nextLog;
            goals = InNewUnits(Rewards + Kept(hyper["discount"]) * Continues * value);
        }

        var criticLoss = _critics.Learn(Judged, Joined(Played), goals, hyper["critic_learning_rate"], bound);
        var temperatures = _logTemperatures.exp();
        var (actions, log) = Sample(Seen);
        var judged = _central ? OwnAmongOthers(actions, actions.detach(), _ownSlots) : actions;
        var loss = (temperatures * log - _critics.Least(Judged, judged)).mean([1]).sum();
        _actorAdam.Step(loss, rate, bound);
        var gap = log.detach().mean([1], keepdim: true) + Kept(hyper["target_entropy"] * ActionLength);
        _temperatureAdam.Step([-gap], hyper["temperature_learning_rate"]);
        _critics.Follow(hyper["target_rate"]);
        if (!measure)
            return;
        Measure("value_loss", criticLoss.Number() / (2 * Units));
        Measure("policy_loss", loss.Number() / Units);
        Measure("entropy", -log.mean().Number());
        Measure("temperature", Temperatures.Average());
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Actor.Parameters.Append(_logTemperature));
        _actorAdam.Exchange(archive.Within("actor.adam"));
        _temperatureAdam.Exchange(archive.Within("temperature.adam"));
        _critics.Exchange(archive);
        _explore.Exchange(archive, "exploration");
        _sample.Exchange(archive, "samples");
    }

    /// <summary>Draws actions: [units, draws, actions] and their log-probabilities [units, draws].</summary>
    private (Tensor Actions, Tensor Log) Sample(Tensor seen)
    {
        _sample.FillNormal(_noiseValues);
        var output = _actorNetwork.Forward(seen);
        var (mean, deviation) = (output.narrow(2, 0, ActionLength), SquashedGaussian.Bound(output.narrow(2, ActionLength, ActionLength)));
        // The noise is overwritten by the next draw, when what was made of it may still be needed for a gradient.
        var raw = mean + deviation.exp() * _noise.clone();
        return (raw.tanh(), SquashedGaussian.LogProbability(mean, deviation, raw));
    }

    private Tensor Joined(Tensor actions) => _central ? Together(actions) : actions;
}
