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
public abstract class SacLearner : OffPolicyActorCritic
{
    private readonly Adam _temperatureAdam;
    private readonly Parameter _logTemperature;
    private readonly RandomStream _explore, _sample;
    private readonly float[] _outputs, _normal, _raw, _ofTemperatures;
    // Of the present step and of the next one.
    private readonly Drawing _now, _next;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">What is seen and paid.</param>
    protected SacLearner(TrainingSetup setup, OffPolicyScheme scheme) : base(setup, scheme, outputs: 2, twins: 2)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _logTemperature = new("log_temperature", Units, 1);
        Array.Fill(_logTemperature.Values, (float)Math.Log(setup.Hyperparameters["initial_temperature"]));
        _temperatureAdam = new([_logTemperature], null);
        (_explore, _sample) = (Random("exploration"), Random("samples"));
        (_outputs, _normal, _raw, _ofTemperatures) = (new float[Units * Environments * 2 * ActionLength], new float[ActionLength], new float[ActionLength], new float[Units]);
        (_now, _next) = (new(Units * Draws, ActionLength), new(Units * Draws, ActionLength));
    }

    /// <summary>The temperatures α, in units of rewards.</summary>
    public IReadOnlyList<double> Temperatures => [.. _logTemperature.Values.Select((log, unit) => Math.Exp(log) * Unit(unit))];

    /// <inheritdoc/>
    protected override PolicyHead Head => PolicyHead.GaussianWithDeviation;

    /// <summary>
    /// What all of them can be tuned by. τ, and at the beginning the entropy wanted, are the benchmark's, which stays as it is; here the entropy wanted falls to −2.5 and learning rates to 0, so that
    /// what is played in the end is learnt with little noise. Networks begin to learn at 1e-3 (there 3e-4, critics of all actions 1e-3) and temperatures, which begin at 0.2, at 3e-3 (there 1 and
    /// 3e-4): here there are fewer updates, and values have root mean square 1.
    /// </summary>
    protected static IReadOnlyList<Hyperparameter> Tunable { get; } =
    [
        .. Common(width: 128),
        new("learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate of policies at the beginning."),
        new("final_rate", 0, 0, 1, "What part of all learning rates is left in the end; they fall in a straight line."),
        new("critic_learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate of critics."),
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
        base.Rescale(stream, factor);
        _logTemperature.Values[stream] += MathF.Log(factor);
    }

    /// <inheritdoc/>
    protected override void Learn(bool measure)
    {
        var hyper = Setup.Hyperparameters;
        var (part, bound, discount) = (new Schedule(1, hyper["final_rate"]).At(Progress), hyper["gradient_norm"], (float)hyper["discount"]);
        var wanted = new Schedule(hyper["target_entropy"], hyper["final_target_entropy"]).At(Progress);
        _sample.FillNormal(_next.Noise);
        _sample.FillNormal(_now.Noise);
        ForRows(room =>
        {
            Draw(room, Forward(room.Actor, room, after: true), _next);
            // Others' actions are drawn from their present policies, too.
            if (Central)
                Draw(room, Forward(room.Actor, room), _now);
        });
        ForRows(room => SetGoals(room, discount));
        InNewUnits(Goals);
        var criticLoss = StepCritics(part * hyper["critic_learning_rate"], bound, hyper["target_rate"]);
        var loss = StepActors(AddActorLoss, part * hyper["learning_rate"], bound, _ => { });
        var logs = 0.0;
        for (var unit = 0; unit < Units; unit++)
        {
            var log = 0.0;
            foreach (var one in _now.Logs.AsSpan(unit * Draws, Draws))
                log += one / (double)Draws;
            logs += log / Units;
            _ofTemperatures[unit] = (float)-(log + wanted * ActionLength);
        }

        _temperatureAdam.Step([_ofTemperatures], part * hyper["temperature_learning_rate"]);
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
        base.ExchangeOwn(archive);
        archive.Exchange([_logTemperature]);
        _temperatureAdam.Exchange(archive.Within("temperature.adam"));
        _explore.Exchange(archive, "exploration");
        _sample.Exchange(archive, "samples");
    }

    /// <summary>r + γ(min q′(s′, a′) − α log π(a′|s′)) of some rows.</summary>
    private void SetGoals(Room room, float discount)
    {
        var temperature = MathF.Exp(_logTemperature.Values[room.Unit]);
        var goals = Goals.AsSpan(room.Row, room.Count);
        Critics.Values(room.Unit, JudgedIn(room, after: true), Together(room, _next.Actions), goals, target: true, room.Number);
        for (var k = 0; k < room.Count; k++)
            goals[k] = RewardArray[room.Row + k] + discount * ContinueArray[room.First + k] * (goals[k] - temperature * _next.Logs[room.Row + k]);
    }

    /// <summary>Draws actions by a unit's policy, with their log-probabilities.</summary>
    private void Draw(Room room, ReadOnlySpan<float> outputs, Drawing drawing)
    {
        var length = ActionLength;
        Span<float> deviations = room.Own.AsSpan(0, length), noise = OwnIn(room, drawing.Noise), actions = OwnIn(room, drawing.Actions);
        for (var k = 0; k < room.Count; k++)
        {
            outputs.Slice((2 * k + 1) * length, length).CopyTo(deviations);
            SquashedGaussian.Bound(deviations);
            drawing.Logs[room.Row + k] = SquashedGaussian.Sample(outputs.Slice(2 * k * length, length), deviations, noise.Slice(k * length, length), room.Raw, actions.Slice(k * length, length));
        }
    }

    /// <summary>
    /// Takes α log π(a|s) − min q(s, a) into account, a = tanh u with u = μ + σε: log π changes by 2a with u and by −1 with log σ, q by ∂q/∂a·(1 − a²) with u.
    /// </summary>
    /// <returns>What the rows contribute to its mean.</returns>
    private double AddActorLoss(Room room)
    {
        var (length, temperature, own) = (ActionLength, MathF.Exp(_logTemperature.Values[room.Unit]), Central ? room.Unit * ActionLength : 0);
        // Central critics have had actions drawn from the same answers before: what lies between layers must be that of these rows to go back through.
        var outputs = Forward(room.Actor, room);
        if (!Central)
            Draw(room, outputs, _now);
        Span<float> noise = OwnIn(room, _now.Noise), actions = OwnIn(room, _now.Actions);
        var loss = -Critics.Slopes(room.Unit, JudgedIn(room), Together(room, _now.Actions), room.Slopes.AsSpan(0, room.Count * JudgedActions), thread: room.Number);
        var gradient = room.OfOutputs.AsSpan(0, outputs.Length);
        for (var k = 0; k < room.Count; k++)
        {
            loss += temperature * _now.Logs[room.Row + k];
            SquashedGaussian.SlopesOfDraw(outputs.Slice((2 * k + 1) * length, length), noise.Slice(k * length, length), actions.Slice(k * length, length), room.Slopes.AsSpan(k * JudgedActions + own, length),
                temperature, 1f / Draws, gradient.Slice(2 * k * length, length), gradient.Slice((2 * k + 1) * length, length));
        }

        room.Actor.Backward(gradient);
        return loss / Draws;
    }

    /// <summary>What was drawn by policies.</summary>
    /// <param name="rows">Rows of all units.</param>
    /// <param name="length">Length of a unit's action.</param>
    private sealed class Drawing(int rows, int length)
    {
        /// <summary>[units, draws, actions]: standard normal numbers that actions are drawn with.</summary>
        public float[] Noise { get; } = new float[rows * length];

        /// <summary>[units, draws, actions].</summary>
        public float[] Actions { get; } = new float[rows * length];

        /// <summary>[units, draws]: log-probabilities.</summary>
        public float[] Logs { get; } = new float[rows];
    }
}
