namespace CoopGen.Learning;

/// <summary>
/// Deterministic policy gradients with centralised critics (Lowe et al. 2017, "Multi-agent actor-critic for mixed cooperative-competitive environments", arXiv:1706.02275). Agent i
/// plays aᵢ = μᵢ(oᵢ) with noise; its critic, of the joint observation x and all actions, learns its own reward:
/// qᵢ(x, a₁ … aₙ) → rᵢ + γ·q′ᵢ(x′, μ′₁(o′₁) … μ′ₙ(o′ₙ)); μᵢ goes up qᵢ(x, a₁ … μᵢ(oᵢ) … aₙ), others' actions being those that were played. Learners say what they do differently.
/// </summary>
public abstract class DdpgLearner : OffPolicyActorCritic
{
    private readonly Mlp _targetActor;
    private readonly MlpGradient[] _slow;
    private readonly RandomStream _explore;
    private readonly float[] _normal, _next;
    private long _updates;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="twins">Critics per agent.</param>
    protected DdpgLearner(TrainingSetup setup, int twins) : base(setup, new(Own: true, Joint: true, Team: false), outputs: 1, twins)
    {
        _targetActor = new("target_actor", Units, Actor.Sizes, Activation.Relu);
        _targetActor.CopyFrom(Actor);
        _slow = [.. Enumerable.Range(0, Threads).Select(_ => new MlpGradient(_targetActor))];
        _explore = Random("exploration");
        (_normal, _next) = (new float[Units * Environments * ActionLength], new float[Units * Draws * ActionLength]);
    }

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

    /// <summary>What actions at the next step become before critics' targets judge them.</summary>
    /// <param name="next">[agents, draws, d]: by the targets of the policies.</param>
    private protected virtual void Smooth(Span<float> next)
    {
    }

    /// <summary>What others' actions become before an agent's critic judges them.</summary>
    /// <param name="room">The agent's rows.</param>
    /// <param name="all">[rows, n·d]: all actions.</param>
    /// <param name="after">Whether at the next step, by the critics' targets.</param>
    private protected virtual void Disturb(Room room, Span<float> all, bool after)
    {
    }

    /// <inheritdoc/>
    protected override void Learn(bool measure)
    {
        var hyper = Setup.Hyperparameters;
        var (discount, bound, penalty, τ, due) = ((float)hyper["discount"], hyper["gradient_norm"], hyper["saturation_penalty"], hyper["target_rate"], ++_updates % Delay == 0);
        ForRows(room =>
        {
            var actions = OwnIn(room, _next);
            Forward(_slow[room.Number], room, after: true).CopyTo(actions);
            Dense.Tanh(actions);
        });
        Smooth(_next);
        ForRows(room => SetGoals(room, discount));
        InNewUnits(Goals);
        var criticLoss = StepCritics(hyper["critic_learning_rate"], bound, due ? τ : 0);
        if (measure)
            Measure("value_loss", criticLoss / Units);
        if (due)
            Measure("policy_loss", StepActors(room => AddActorLoss(room, penalty), hyper["learning_rate"], bound, agent => _targetActor.MoveTowards(Actor, agent, (float)τ)) / Units);
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        base.ExchangeOwn(archive);
        archive.Exchange(_targetActor.Parameters);
        _explore.Exchange(archive, "exploration");
        _updates = archive.Exchange("updates", _updates);
    }

    /// <summary>r + γ·q′(x′, a′) of some rows.</summary>
    private void SetGoals(Room room, float discount)
    {
        Span<float> goals = Goals.AsSpan(room.Row, room.Count), all = Together(room, _next);
        Disturb(room, all, after: true);
        Critics.Values(room.Unit, JudgedIn(room, after: true), all, goals, target: true, room.Number);
        for (var k = 0; k < room.Count; k++)
            goals[k] = RewardArray[room.Row + k] + discount * ContinueArray[room.First + k] * goals[k];
    }

    /// <summary>Takes −q(x, … tanh u …) + penalty·mean u² into account, u being what the policy puts out.</summary>
    /// <returns>What the rows contribute to its mean.</returns>
    private double AddActorLoss(Room room, double penalty)
    {
        var length = ActionLength;
        var outputs = Forward(room.Actor, room);
        Span<float> own = room.Own.AsSpan(0, outputs.Length), all = Together(room, PlayedArray), gradient = room.OfOutputs.AsSpan(0, outputs.Length);
        outputs.CopyTo(own);
        Dense.Tanh(own);
        Place(room.Unit, own, all);
        Disturb(room, all, after: false);
        var loss = -Critics.Slopes(room.Unit, JudgedIn(room), all, room.Slopes.AsSpan(0, all.Length), least: false, thread: room.Number);
        for (var k = 0; k < own.Length; k++)
        {
            var (u, a, slope) = (outputs[k], own[k], room.Slopes[(k / length * Units + room.Unit) * length + k % length]);
            gradient[k] = (2 * (float)penalty * u / length - slope * (1 - a * a)) / Draws;
            loss += penalty * u * u / length;
        }

        room.Actor.Backward(gradient);
        return loss / Draws;
    }
}
