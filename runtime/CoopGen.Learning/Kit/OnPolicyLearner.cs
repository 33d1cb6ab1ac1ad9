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

    /// <summary>As independent, but every agent learns in environments of its own, among others that do not learn.</summary>
    Roles,
}

/// <summary>
/// What on-policy actor-critic learners share: actors with squashed normal distributions, and critics with normalised values.
/// </summary>
/// <remarks>Critics judge: one per unit, or one for all.</remarks>
public abstract class OnPolicyLearner : RolloutLearner
{
    private readonly bool _central;
    private readonly float[] _values, _advantages, _targets;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="scheme">Who decides, who judges, and who is paid what.</param>
    protected OnPolicyLearner(TrainingSetup setup, OnPolicyScheme scheme)
        : base(setup, new() { Joint = scheme == OnPolicyScheme.Joint, SeesJoint = scheme == OnPolicyScheme.Centralised, Roles = scheme == OnPolicyScheme.Roles })
    {
        ArgumentNullException.ThrowIfNull(setup);
        _central = scheme is OnPolicyScheme.Joint or OnPolicyScheme.Centralised;
        Critics = _central ? 1 : Units;
        Critic = new("critic", _central ? 1 : Actor.Groups, [_central ? Batch.JointLength : Batch.OwnLength, .. Hidden, 1], Activation.Tanh);
        Critic.Initialise(Random("critic weights"), Initialisation.Orthogonal);
        CriticNetwork = new(Critic);
        ValueUnits = new(Critic.Groups, setup.Hyperparameters["value_rate"]);
        Judged = _central ? JointInputs : Inputs;
        var rows = StepsPerRollout * Lanes;
        _values = Pinned(Critics * (rows + Lanes));
        (_advantages, _targets) = (Pinned(Critics * rows), Pinned(Critics * rows));
        Values = _values.AsTensor(Critics, rows + Lanes);
        Advantages = _advantages.AsTensor(Critics, rows);
        Targets = _targets.AsTensor(Critics, rows);
    }

    /// <summary>Number of judges: as many as units, or 1.</summary>
    protected int Critics { get; }

    /// <summary>Networks that give normalised values.</summary>
    protected Mlp Critic { get; }

    /// <summary>The critic for training.</summary>
    protected StackedMlp CriticNetwork { get; }

    /// <summary>The units of the critics.</summary>
    protected ValueNormalizer ValueUnits { get; }

    /// <summary>[critics, rows + lanes, length]: what critics see, normalised.</summary>
    protected Tensor Judged { get; }

    /// <summary>[critics, rows + lanes]: normalised values when it was played.</summary>
    protected Tensor Values { get; }

    /// <summary>[critics, rows]: advantages with mean 0 and standard deviation 1 per critic.</summary>
    protected Tensor Advantages { get; }

    /// <summary>[critics, rows]: what normalised values should be.</summary>
    protected Tensor Targets { get; }

    /// <summary>μ of units: [units, rows, actions].</summary>
    /// <param name="inputs">[units, rows, length].</param>
    protected Tensor Means(Tensor inputs) => Through(ActorNetwork, inputs);

    /// <summary>Normalised values: [critics, rows].</summary>
    /// <param name="judged">[critics, rows, length].</param>
    protected Tensor ValuesOf(Tensor judged) => Through(CriticNetwork, judged).squeeze(-1);

    /// <summary>Learns from the rollout that has just been played and judged.</summary>
    protected abstract void Improve();

    /// <inheritdoc/>
    protected override void Learn()
    {
        Judge();
        Improve();
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Critic.Parameters);
        ValueUnits.Exchange(archive.Within("values"));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        foreach (var tensor in new[] { Values, Advantages, Targets }.Concat(CriticNetwork.Tensors))
            tensor.Dispose();
    }

    /// <summary>Values, advantages and targets of the rollout.</summary>
    private void Judge()
    {
        var (rows, withLast) = (StepsPerRollout * Lanes, (StepsPerRollout + 1) * Lanes);
        var hyper = Setup.Hyperparameters;
        Critic.Forward(_central ? JointArray : InputArray, _values);
        // In the game's units, then back again: the units change by what this rollout teaches.
        for (var c = 0; c < Critics; c++)
        {
            var values = _values.AsSpan(c * withLast, withLast);
            Scale(values, ValueUnits.Deviation(Group(c)), ValueUnits.Mean(Group(c)));
            Gae.Compute(_central ? TeamRewards : Rewards(c), values, Endings(c), hyper["discount"], hyper["gae_lambda"], _advantages.AsSpan(c * rows, rows), _targets.AsSpan(c * rows, rows));
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

            ValueUnits.Update(group, mean, square, Critic);
        }

        for (var c = 0; c < Critics; c++)
        {
            var (mean, deviation) = (ValueUnits.Mean(Group(c)), ValueUnits.Deviation(Group(c)));
            Scale(_values.AsSpan(c * withLast, withLast), 1 / deviation, -mean / deviation);
            Scale(_targets.AsSpan(c * rows, rows), 1 / deviation, -mean / deviation);
            Standardise(_advantages.AsSpan(c * rows, rows));
        }

        int Group(int critic) => Critic.Groups == 1 ? 0 : critic;
    }
}
