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
    private readonly MlpGradient _actorGradient;
    private readonly Adam _actorAdam, _temperatureAdam;
    private readonly CriticNetworks _critics;
    private readonly Parameter _logTemperature;
    private readonly RandomStream _explore, _sample;
    private readonly float[] _outputs, _normal, _raw, _noise, _drawn, _logs, _goals, _decided, _all, _slopes, _ofOutputs, _ofTemperatures;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">What is seen and paid.</param>
    protected SacLearner(TrainingSetup setup, OffPolicyScheme scheme) : base(setup, scheme)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _central = scheme is { Own: true, Joint: true };
        var judged = (_central ? Units : 1) * ActionLength;
        Actor = new("actor", Units, Layers(Inputs, 2 * ActionLength), Activation.Relu);
        Actor.Initialise(Random("actor weights"), Initialisation.Uniform);
        _actorGradient = new(Actor);
        _actorAdam = new(Actor.Parameters, null);
        _critics = new(Units, 2, judged, Layers(JudgedLength + judged, 1), Random("critic weights"));
        _logTemperature = new("log_temperature", Units, 1);
        Array.Fill(_logTemperature.Values, (float)Math.Log(setup.Hyperparameters["initial_temperature"]));
        _temperatureAdam = new([_logTemperature], null);
        (_explore, _sample) = (Random("exploration"), Random("samples"));
        (_outputs, _normal, _raw) = (new float[Units * Environments * 2 * ActionLength], new float[ActionLength], new float[ActionLength]);
        (_noise, _drawn) = (new float[Units * Draws * ActionLength], new float[Units * Draws * ActionLength]);
        (_logs, _goals, _decided) = (new float[Units * Draws], new float[Units * Draws], new float[Draws * 2 * ActionLength]);
        (_all, _slopes, _ofOutputs, _ofTemperatures) = (new float[Draws * judged], new float[Draws * judged], new float[MlpGradient.Chunk * 2 * ActionLength], Pinned(Units));
    }

    /// <summary>The temperatures α, in units of rewards.</summary>
    public IReadOnlyList<double> Temperatures => [.. _logTemperature.Values.Select((log, unit) => Math.Exp(log) * Unit(unit))];

    /// <inheritdoc/>
    protected override Mlp Actor { get; }

    /// <inheritdoc/>
    protected override PolicyHead Head => PolicyHead.GaussianWithDeviation;

    /// <summary>
    /// What all of them can be tuned by. τ, and at the beginning the learning rates of networks and the entropy wanted, are the benchmark's, which stay as they are; here learning rates fall to 0 and
    /// the entropy wanted to −2.5, so that what is played in the end is learnt with little noise. Its temperatures begin at 1 and learn at 3e-4: here there are fewer updates, and values have
    /// root mean square 1.
    /// </summary>
    /// <param name="criticRate">Learning rate of critics.</param>
    protected static IReadOnlyList<Hyperparameter> Tunable(double criticRate) =>
    [
        .. Common(width: 128),
        new("learning_rate", 3e-4, 1e-8, 1, "Adam's learning rate of policies at the beginning."),
        new("final_rate", 0, 0, 1, "What part of all learning rates is left in the end; they fall in a straight line."),
        new("critic_learning_rate", criticRate, 1e-8, 1, "Adam's learning rate of critics."),
        new("target_rate", 0.005, 1e-6, 1, "τ: how far targets move towards critics at an update."),
        new("temperature_learning_rate", 3e-3, 1e-8, 1, "Adam's learning rate of temperatures."),
        new("initial_temperature", 0.2, 1e-6, 1e6, "α at the beginning, for values of root mean square 1."),
        new("target_entropy", -1, -100, 10, "Entropy wanted per dimension of an action within [−1, 1], at the beginning."),
        new("final_target_entropy", -2.5, -100, 10, "What that moves to in a straight line."),
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
        var (part, bound) = (new Schedule(1, hyper["final_rate"]).At(Progress), hyper["gradient_norm"]);
        var wanted = new Schedule(hyper["target_entropy"], hyper["final_target_entropy"]).At(Progress);
        SetGoals((float)hyper["discount"]);
        var criticLoss = 0.0;
        for (var unit = 0; unit < Units; unit++)
            criticLoss += _critics.AddLoss(unit, JudgedBy(unit), ActionsFor(unit, PlayedArray), _goals.AsSpan(unit * Draws, Draws));
        _critics.Step(part * hyper["critic_learning_rate"], bound);

        _sample.FillNormal(_noise);
        // Others' actions are drawn from their present policies, too.
        for (var unit = 0; unit < Units; unit++)
            Sample(unit, SeenBy(unit));
        _actorGradient.Clear();
        var (loss, logs) = (0.0, 0.0);
        for (var unit = 0; unit < Units; unit++)
        {
            loss += AddActorLoss(unit);
            var log = 0.0;
            foreach (var one in _logs.AsSpan(unit * Draws, Draws))
                log += one / (double)Draws;
            logs += log / Units;
            _ofTemperatures[unit] = (float)-(log + wanted * ActionLength);
        }

        _actorAdam.Step(_actorGradient.Gradients, part * hyper["learning_rate"], bound);
        _temperatureAdam.Step([_ofTemperatures], part * hyper["temperature_learning_rate"]);
        _critics.Follow(hyper["target_rate"]);
        if (!measure)
            return;
        Measure("value_loss", criticLoss / (2 * Units));
        Measure("policy_loss", loss / Units);
        Measure("entropy", -logs);
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

    /// <summary>r + γ(min q′(s′, a′) − α log π(a′|s′)) of every unit, in units of values that change with it.</summary>
    private void SetGoals(float discount)
    {
        _sample.FillNormal(_noise);
        for (var unit = 0; unit < Units; unit++)
            Sample(unit, SeenBy(unit, after: true));
        for (var unit = 0; unit < Units; unit++)
        {
            var goals = _goals.AsSpan(unit * Draws, Draws);
            _critics.Values(unit, JudgedBy(unit, after: true), ActionsFor(unit, _drawn), goals, target: true);
            var temperature = MathF.Exp(_logTemperature.Values[unit]);
            for (var b = 0; b < Draws; b++)
                goals[b] = RewardArray[unit * Draws + b] + discount * ContinueArray[b] * (goals[b] - temperature * _logs[unit * Draws + b]);
        }

        InNewUnits(_goals);
    }

    /// <summary>Draws a unit's actions by its policy, with their log-probabilities.</summary>
    private void Sample(int unit, ReadOnlySpan<float> seen)
    {
        var length = ActionLength;
        Actor.Forward(unit, seen, _decided);
        for (var b = 0; b < Draws; b++)
        {
            var (at, row) = ((unit * Draws + b) * length, unit * Draws + b);
            var deviations = _decided.AsSpan((2 * b + 1) * length, length);
            SquashedGaussian.Bound(deviations);
            _logs[row] = SquashedGaussian.Sample(_decided.AsSpan(2 * b * length, length), deviations, _noise.AsSpan(at, length), _raw, _drawn.AsSpan(at, length));
        }
    }

    /// <summary>
    /// Takes α log π(a|s) − min q(s, a) into account, a = tanh u with u = μ + σε: log π changes by 2a with u and by −1 with log σ, q by ∂q/∂a·(1 − a²) with u.
    /// </summary>
    /// <returns>Its mean.</returns>
    private double AddActorLoss(int unit)
    {
        var (length, temperature) = (ActionLength, MathF.Exp(_logTemperature.Values[unit]));
        var seen = SeenBy(unit);
        var loss = -_critics.Slopes(unit, JudgedBy(unit), ActionsFor(unit, _drawn), _slopes) / Draws;
        var (width, own) = _central ? (Units * length, unit * length) : (length, 0);
        for (var first = 0; first < Draws; first += MlpGradient.Chunk)
        {
            var count = Math.Min(MlpGradient.Chunk, Draws - first);
            seen.Slice(first * Inputs, count * Inputs).CopyTo(_actorGradient.Inputs(count));
            var outputs = _actorGradient.Forward(unit);
            var gradient = _ofOutputs.AsSpan(0, count * 2 * length);
            for (var k = 0; k < count; k++)
            {
                var at = (unit * Draws + first + k) * length;
                loss += temperature * _logs[unit * Draws + first + k] / (double)Draws;
                SquashedGaussian.SlopesOfDraw(outputs.Slice((2 * k + 1) * length, length), _noise.AsSpan(at, length), _drawn.AsSpan(at, length), _slopes.AsSpan((first + k) * width + own, length),
                    temperature, 1f / Draws, gradient.Slice(2 * k * length, length), gradient.Slice((2 * k + 1) * length, length));
            }

            _actorGradient.Backward(gradient);
        }

        return loss;
    }

    /// <summary>[draws, actions]: the actions that a unit's critic judges, of [units, draws, actions].</summary>
    private ReadOnlySpan<float> ActionsFor(int unit, ReadOnlySpan<float> actions)
    {
        if (!_central)
            return actions.Slice(unit * Draws * ActionLength, Draws * ActionLength);
        Together(actions, _all);
        return _all;
    }
}
