using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

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
    private readonly Mlp _target;
    private readonly StackedMlp _network, _targetNetwork;
    private readonly Adam _adam;
    private readonly RandomStream _explore;
    private readonly float[] _values;
    private readonly int _bins;
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
        (_network, _targetNetwork) = (Lasting(Actor), Lasting(_target));
        _adam = new(Actor.Parameters, _network.Tensors);
        _explore = Random("exploration");
        _values = new float[Units * Environments * ActionLength * _bins];
    }

    /// <inheritdoc/>
    protected override Mlp Actor { get; }

    /// <inheritdoc/>
    protected override PolicyHead Head => PolicyHead.Bins;

    /// <inheritdoc/>
    protected override int Bins => _bins;

    /// <summary>The mixer's weights; none if it has none.</summary>
    protected virtual IReadOnlyList<Tensor> MixerTensors => [];

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

    /// <summary>The team's value.</summary>
    /// <param name="utilities">[draws, n·d]: of the actions taken.</param>
    /// <param name="judged">[draws, length]: the joint observation.</param>
    /// <param name="target">Whether by the target of the mixer.</param>
    /// <returns>[draws].</returns>
    protected abstract Tensor Mix(Tensor utilities, Tensor judged, bool target);

    /// <summary>Lets the mixer go a step.</summary>
    /// <param name="gradients">As many as <see cref="MixerTensors"/>.</param>
    protected virtual void StepMixer(Tensor[] gradients)
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
        Tensor goals;
        using (no_grad())
        {
            var best = Utilities(_network, SeenAfter).argmax(-1, keepdim: true);
            var value = Mix(Listed(Utilities(_targetNetwork, SeenAfter).gather(-1, best)), JudgedAfter[0], target: true);
            goals = InNewUnits(Rewards[0].Plus(Kept(hyper["discount"]) * Continues * value).unsqueeze(0))[0];
        }

        var taken = Listed(Utilities(_network, Seen).gather(-1, Played.to(ScalarType.Int64).unsqueeze(-1)));
        var team = Mix(taken, Judged[0], target: false);
        var loss = (team - goals).Squared().mean();
        Tensor[] own = [.. _network.Tensors];
        Tensor[] gradients = [.. autograd.grad([loss], [.. own, .. MixerTensors])];
        _adam.Step(gradients[..own.Length], hyper["learning_rate"], hyper["gradient_norm"]);
        StepMixer(gradients[own.Length..]);
        if (++_updates % hyper.Count("target_interval") == 0)
        {
            _target.CopyFrom(Actor);
            FollowMixer();
        }

        if (!measure)
            return;
        Measure("value_loss", loss.Number());
        Measure("value", team.mean().Number());
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

    /// <summary>[agents, draws, d, bins].</summary>
    private Tensor Utilities(StackedMlp network, Tensor seen) =>
        network.Forward(seen.view(network.Networks.Groups, -1, Inputs)).view(Units, Draws, ActionLength, _bins);

    /// <summary>[draws, n·d] of [agents, draws, d, 1].</summary>
    private Tensor Listed(Tensor utilities) => utilities.squeeze(-1).permute(1, 0, 2).reshape(Draws, -1);
}
