namespace CoopGen.Learning;

/// <summary>
/// Deterministic policy gradients with centralised critics (Lowe et al. 2017, "Multi-agent actor-critic for mixed cooperative-competitive environments", arXiv:1706.02275). Agent i
/// plays aᵢ = μᵢ(oᵢ) with noise; its critic, of the joint observation x and all actions, learns its own reward:
/// qᵢ(x, a₁ … aₙ) → rᵢ + γ·q′ᵢ(x′, μ′₁(o′₁) … μ′ₙ(o′ₙ)); μᵢ goes up qᵢ(x, a₁ … μᵢ(oᵢ) … aₙ), others' actions being those that were played. Learners say what they do differently.
/// </summary>
public abstract class DdpgLearner : OffPolicyLearner
{
    private readonly Mlp _targetActor;
    private readonly MlpGradient _actorGradient;
    private readonly Adam _adam;
    private readonly RandomStream _explore;
    private readonly float[] _normal, _next, _own, _all, _slopes, _goals, _ofOutputs;
    private long _updates;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="twins">Critics per agent.</param>
    protected DdpgLearner(TrainingSetup setup, int twins) : base(setup, new(Own: true, Joint: true, Team: false))
    {
        Actor = new("actor", Units, Layers(Inputs, ActionLength), Activation.Relu);
        _targetActor = new("target_actor", Units, Actor.Sizes, Activation.Relu);
        Actor.Initialise(Random("actor weights"), Initialisation.Uniform);
        _targetActor.CopyFrom(Actor);
        _actorGradient = new(Actor);
        _adam = new(Actor.Parameters, null);
        Critics = new(Units, twins, Units * ActionLength, Layers(JudgedLength + Units * ActionLength, 1), Random("critic weights"));
        _explore = Random("exploration");
        _normal = new float[Units * Environments * ActionLength];
        (_next, _own, _goals) = (new float[Units * Draws * ActionLength], new float[Draws * ActionLength], new float[Units * Draws]);
        (_all, _slopes, _ofOutputs) = (new float[Draws * Units * ActionLength], new float[Draws * Units * ActionLength], new float[MlpGradient.Chunk * ActionLength]);
    }

    /// <summary>The critics, one or two per agent.</summary>
    protected CriticNetworks Critics { get; }

    /// <inheritdoc/>
    protected override Mlp Actor { get; }

    /// <inheritdoc/>
    protected override PolicyHead Head => PolicyHead.Deterministic;

    /// <summary>Critics' updates per update of policies and targets.</summary>
    protected virtual int Delay => 1;

    /// <summary>What all of them can be tuned by. Learning rates and τ are the benchmark's; its noise falls from 0.1 to 0.01 by equal factors, and it has no penalty on saturation.</summary>
    protected static IReadOnlyList<Hyperparameter> Tunable { get; } =
    [
        .. Common(width: 128),
        new("learning_rate", 1e-4, 1e-8, 1, "Adam's learning rate of policies."),
        new("critic_learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate of critics."),
        new("target_rate", 0.005, 1e-6, 1, "τ: how far targets move towards networks at an update."),
        new("noise", 0.3, 0, 10, "Standard deviation of what is added to actions within [−1, 1] while training, at the beginning."),
        new("final_noise", 0.05, 0, 10, "What that moves to in a straight line."),
        new("saturation_penalty", 1e-3, 0, 10, "Weight of the mean square of what policies put out before tanh, as in the authors' program: it keeps tanh from saturating."),
    ];

    /// <inheritdoc/>
    protected override void Decide(ReadOnlySpan<float> inputs, bool random, Span<float> kept)
    {
        if (random)
        {
            _explore.FillUniform(kept, -1, 1);
            return;
        }

        Actor.Forward(inputs, kept);
        var noise = (float)new Schedule(Setup.Hyperparameters["noise"], Setup.Hyperparameters["final_noise"]).At(Progress);
        _explore.FillNormal(_normal);
        for (var k = 0; k < kept.Length; k++)
            kept[k] = Math.Clamp(MathF.Tanh(kept[k]) + noise * _normal[k], -1, 1);
    }

    /// <inheritdoc/>
    protected override void Rescale(int stream, float factor) => Critics.Rescale(stream, factor);

    /// <summary>What actions at the next step become before critics' targets judge them.</summary>
    /// <param name="next">[agents, draws, d]: by the targets of the policies.</param>
    private protected virtual void Smooth(Span<float> next)
    {
    }

    /// <summary>What others' actions become before an agent's critic judges them.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="all">[draws, n·d]: all actions.</param>
    /// <param name="after">Whether at the next step, by the critics' targets.</param>
    private protected virtual void Disturb(int agent, Span<float> all, bool after)
    {
    }

    /// <inheritdoc/>
    protected override void Learn(bool measure)
    {
        var hyper = Setup.Hyperparameters;
        SetGoals((float)hyper["discount"]);
        Together(PlayedArray, _all);
        var criticLoss = 0.0;
        for (var agent = 0; agent < Units; agent++)
            criticLoss += Critics.AddLoss(agent, JudgedBy(agent), _all, _goals.AsSpan(agent * Draws, Draws));
        Critics.Step(hyper["critic_learning_rate"], hyper["gradient_norm"]);
        if (measure)
            Measure("value_loss", criticLoss / Units);
        if (++_updates % Delay != 0)
            return;
        _actorGradient.Clear();
        var loss = 0.0;
        for (var agent = 0; agent < Units; agent++)
            loss += AddActorLoss(agent, hyper["saturation_penalty"]);
        _adam.Step(_actorGradient.Gradients, hyper["learning_rate"], hyper["gradient_norm"]);
        _targetActor.MoveTowards(Actor, (float)hyper["target_rate"]);
        Critics.Follow(hyper["target_rate"]);
        Measure("policy_loss", loss / Units);
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Actor.Parameters.Concat(_targetActor.Parameters));
        _adam.Exchange(archive.Within("actor.adam"));
        Critics.Exchange(archive);
        _explore.Exchange(archive, "exploration");
        _updates = archive.Exchange("updates", _updates);
    }

    /// <summary>r + γ·q′(x′, a′) of every agent, in units of values that change with it.</summary>
    private void SetGoals(float discount)
    {
        _targetActor.Forward(SeenByAll(after: true), _next);
        Dense.Tanh(_next);
        Smooth(_next);
        for (var agent = 0; agent < Units; agent++)
        {
            Together(_next, _all);
            Disturb(agent, _all, after: true);
            var goals = _goals.AsSpan(agent * Draws, Draws);
            Critics.Values(agent, JudgedBy(agent, after: true), _all, goals, target: true);
            for (var b = 0; b < Draws; b++)
                goals[b] = RewardArray[agent * Draws + b] + discount * ContinueArray[b] * goals[b];
        }

        InNewUnits(_goals);
    }

    /// <summary>Takes −q(x, … tanh u …) + penalty·mean u² into account, u being what the policy puts out.</summary>
    /// <returns>Its mean.</returns>
    private double AddActorLoss(int agent, double penalty)
    {
        var length = ActionLength;
        var seen = SeenBy(agent);
        Actor.Forward(agent, seen, _own);
        Dense.Tanh(_own);
        Together(PlayedArray, _all);
        Place(agent, _own, _all);
        Disturb(agent, _all, after: false);
        var loss = -Critics.Slopes(agent, JudgedBy(agent), _all, _slopes, least: false) / Draws;
        for (var first = 0; first < Draws; first += MlpGradient.Chunk)
        {
            var count = Math.Min(MlpGradient.Chunk, Draws - first);
            seen.Slice(first * Inputs, count * Inputs).CopyTo(_actorGradient.Inputs(count));
            var outputs = _actorGradient.Forward(agent);
            for (var k = 0; k < count; k++)
                for (var d = 0; d < length; d++)
                {
                    var (u, a) = (outputs[k * length + d], _own[(first + k) * length + d]);
                    var slope = _slopes[((first + k) * Units + agent) * length + d];
                    _ofOutputs[k * length + d] = (2 * (float)penalty * u / length - slope * (1 - a * a)) / Draws;
                    loss += penalty * u * u / (Draws * (double)length);
                }

            _actorGradient.Backward(_ofOutputs.AsSpan(0, count * length));
        }

        return loss;
    }
}
