using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Deterministic policy gradients with centralised critics (Lowe et al. 2017, "Multi-agent actor-critic for mixed cooperative-competitive environments", arXiv:1706.02275). Agent i
/// plays aᵢ = μᵢ(oᵢ) with noise; its critic, of the joint observation x and all actions, learns its own reward:
/// qᵢ(x, a₁ … aₙ) → rᵢ + γ·q′ᵢ(x′, μ′₁(o′₁) … μ′ₙ(o′ₙ)); μᵢ goes up qᵢ(x, a₁ … μᵢ(oᵢ) … aₙ), others' actions being those that were played. Learners say what they do differently.
/// </summary>
public abstract class DdpgLearner : OffPolicyLearner
{
    private readonly Mlp _targetActor;
    private readonly StackedMlp _actorNetwork, _targetNetwork;
    private readonly Adam _adam;
    private readonly Tensor _ownSlots;
    private readonly RandomStream _explore;
    private readonly float[] _normal;
    private long _updates;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="twins">Critics per agent.</param>
    protected DdpgLearner(TrainingSetup setup, int twins) : base(setup, new(Own: true, Joint: true, Team: false))
    {
        Actor = new("actor", Units, Layers(Inputs, ActionLength), Activation.Relu);
        _targetActor = new("target_actor", Units, Actor.Sizes, Activation.Relu);
        Actor.Initialise(Random("actor weights"), Initialisation.Uniform);
        _targetActor.CopyFrom(Actor);
        (_actorNetwork, _targetNetwork) = (Lasting(Actor), Lasting(_targetActor));
        _adam = new(Actor.Parameters, _actorNetwork.Tensors);
        Critics = new(Units, twins, Layers(JudgedLength + Units * ActionLength, 1), Random("critic weights"), Lasting);
        _explore = Random("exploration");
        _normal = new float[Units * Environments * ActionLength];
        _ownSlots = OwnSlots();
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
    /// <returns>[1 or agents, draws, n·d]: all actions, for every agent's critic.</returns>
    protected virtual Tensor Judge(Tensor next) => Together(next);

    /// <summary>What others' actions become before policies are judged.</summary>
    /// <param name="all">[agents, draws, n·d]: all actions as each agent's critic sees them, its own by its policy.</param>
    protected virtual Tensor Disturb(Tensor all) => all;

    /// <inheritdoc/>
    protected override void Learn(bool measure)
    {
        var hyper = Setup.Hyperparameters;
        Tensor next;
        using (no_grad())
            next = _targetNetwork.Forward(SeenAfter).tanh();
        var judged = Judge(next);
        Tensor goals;
        using (no_grad())
            goals = InNewUnits(Rewards + Kept(hyper["discount"]) * Continues * Critics.Least(JudgedAfter, judged, target: true));
        var criticLoss = Critics.Learn(Judged, Together(Played), goals, hyper["critic_learning_rate"], hyper["gradient_norm"]);
        if (measure)
            Measure("value_loss", criticLoss.Number() / Units);
        if (++_updates % Delay != 0)
            return;
        var output = _actorNetwork.Forward(Seen);
        var all = Disturb(OwnAmongOthers(output.tanh(), Played, _ownSlots));
        var value = Critics.Values(Judged, all)[0].mean([1]).sum();
        var loss = Kept(hyper["saturation_penalty"]) * output.square().mean([1, 2]).sum() - value;
        _adam.Step(loss, hyper["learning_rate"], hyper["gradient_norm"]);
        _targetActor.MoveTowards(Actor, (float)hyper["target_rate"]);
        Critics.Follow(hyper["target_rate"]);
        Measure("policy_loss", loss.Number() / Units);
    }

    /// <summary>[agents, 1, n·d]: 1 where a number of all actions is the agent's own.</summary>
    protected Tensor Slots => _ownSlots;

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
}
