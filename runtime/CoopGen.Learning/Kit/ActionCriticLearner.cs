using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// What actor-critics share whose critics judge actions: actors with bins, a critic that says for every decision what each of its bins is worth while the other decisions stay as they were,
/// and an older copy of that critic that says what comes after. The critic learns λ-returns; then the actors go a step along log π(u)·A with the counterfactual advantage
/// A = Q(u) − Σᵤ′ π(u′)·Q(u′), which has mean 0 under π (Foerster et al. 2018, arXiv:1705.08926, eq. 4).
/// </summary>
/// <remarks>Decisions ("heads") are dimensions of agents' actions: head i·d + k is dimension k of agent i.</remarks>
public abstract class ActionCriticLearner : RolloutLearner
{
    private readonly float[] _values, _advantages, _targets;
    private readonly Tensor _valueTensor, _targetTensor;
    private readonly RandomStream _order;
    private Adam? _actorAdam, _criticAdam;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="seesJoint">Whether the critic sees the joint observation.</param>
    protected ActionCriticLearner(TrainingSetup setup, bool seesJoint) : base(setup, new() { Head = PolicyHead.Bins, SeesJoint = seesJoint })
    {
        var rows = StepsPerRollout * Lanes;
        (_values, _targets, _advantages) = (Pinned(Heads * (rows + Lanes)), Pinned(Heads * rows), new float[rows]);
        (_valueTensor, _targetTensor) = (_values.AsTensor(Heads, rows + Lanes), _targets.AsTensor(Heads, rows));
        _order = Random("order of rows");
    }

    /// <summary>Number of decisions.</summary>
    protected int Heads => Units * ActionLength;

    /// <summary>What all of them can be tuned by.</summary>
    protected static IReadOnlyList<Hyperparameter> Tunable =>
    [
        new("learning_rate", 3e-4, 1e-8, 1, "Adam's learning rate of actors."),
        new("critic_learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate of critics."),
        Hyperparameter.Count("rollout", 512, 1, 10_000_000, "Environment steps between updates of actors, over all environments."),
        Hyperparameter.Count("environments", 16, 1, 100_000, "Environments played side by side."),
        Hyperparameter.Count("minibatch", 128, 1, 10_000_000, "Environment steps per step of the critic's optimiser."),
        Hyperparameter.Count("epochs", 1, 1, 1000, "Passes of the critic over a rollout."),
        Hyperparameter.Count("bins", 11, 2, 1000, "Actions to choose from, evenly from the lowest to the highest."),
        new("discount", 0.99, 0, 1, "γ."),
        new("td_lambda", 0.8, 0, 1, "λ of the critic's returns; 0 for targets of one step."),
        HorizonEnds,
        new("entropy", 0.01, 0, 10, "Weight of the policy's entropy."),
        new("gradient_norm", 10, 1e-6, 1e9, "Bound of the norm of each actor's and each critic's gradient."),
        new("value_rate", 0.05, 1e-6, 1, "Weight of the newest rollout in the mean and deviation of values."),
        Hyperparameter.Count("hidden_width", 128, 1, 8192, "Width of hidden layers."),
        Hyperparameter.Count("hidden_layers", 2, 1, 16, "Number of hidden layers."),
        Hyperparameter.Switch("share_parameters", false, "Whether all agents use one network."),
    ];

    /// <summary>The present critic's parameters.</summary>
    private protected abstract IEnumerable<Parameter> CriticParameters { get; }

    /// <summary>The same as tensors.</summary>
    private protected abstract IEnumerable<Tensor> CriticTensors { get; }

    /// <summary>The last layers of the present critic and of the older one, with the units of their values; both units are the same.</summary>
    private protected abstract (Mlp Network, ValueNormalizer Units)[] Outputs { get; }

    /// <summary>Values of all bins: [heads, rows, bins], in the units of <see cref="Outputs"/>.</summary>
    /// <param name="rows">[rows]: which.</param>
    /// <param name="old">Whether the older critic is asked.</param>
    private protected abstract Tensor ActionValues(Tensor rows, bool old);

    /// <summary>What it is worth to be where a decision is due: [heads, rows].</summary>
    /// <param name="values">[heads, rows, bins]: values of bins.</param>
    /// <param name="probabilities">The same shape: how likely bins are.</param>
    /// <param name="bins">[heads, rows]: bins that were drawn.</param>
    private protected abstract Tensor Worth(Tensor values, Tensor probabilities, Tensor bins);

    /// <summary>[steps, lanes]: what a decision is paid.</summary>
    private protected abstract ReadOnlySpan<float> Paid(int head);

    /// <summary>Moves the older critic after a step of the present one.</summary>
    private protected abstract void Follow();

    /// <summary>A = Q(u) − Σᵤ′ π(u′)·Q(u′): [heads, rows].</summary>
    /// <param name="values">[heads, rows, bins].</param>
    /// <param name="probabilities">[heads, rows, bins].</param>
    /// <param name="bins">[heads, rows].</param>
    internal static Tensor Counterfactual(Tensor values, Tensor probabilities, Tensor bins) => Taken(values, bins) - (probabilities * values).sum(-1);

    /// <summary>Entries of chosen bins: [heads, rows].</summary>
    private protected static Tensor Taken(Tensor values, Tensor bins) => values.gather(-1, bins.unsqueeze(-1)).squeeze(-1);

    /// <inheritdoc/>
    protected override void Learn()
    {
        SetTargets();
        var hyper = Setup.Hyperparameters;
        var (count, size) = (Rows.Length, Math.Min(hyper.Count("minibatch"), Rows.Length));
        _criticAdam ??= new(CriticParameters, CriticTensors);
        _actorAdam ??= new(Actor.Parameters, ActorNetwork.Tensors);
        var loss = 0.0;
        for (var epoch = 0; epoch < hyper.Count("epochs"); epoch++)
        {
            _order.Shuffle(Rows);
            for (var first = 0; first + size <= count; first += size)
            {
                using var scope = NewDisposeScope();
                var rows = RowIndices.narrow(0, first, size);
                var error = (Taken(ActionValues(rows, old: false), Bins.index_select(1, rows)) - _targetTensor.index_select(1, rows)).Squared().mean([1]);
                // Networks of their own each have the loss they would have alone; one that heads share, its mean.
                var criticLoss = error.sum() * Kept(0.5 * Outputs[0].Network.Groups / Heads);
                _criticAdam.Step(criticLoss, hyper["critic_learning_rate"], hyper["gradient_norm"]);
                loss = criticLoss.Number();
                Follow();
            }
        }

        Measure("value_loss", loss);
        Improve();
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _criticAdam ??= new(CriticParameters, CriticTensors);
        _actorAdam ??= new(Actor.Parameters, ActorNetwork.Tensors);
        archive.Exchange(CriticParameters);
        _criticAdam.Exchange(archive.Within("critic.adam"));
        _actorAdam.Exchange(archive.Within("actor.adam"));
        Outputs[0].Units.Exchange(archive.Within("values"));
        Outputs[1].Units.Exchange(archive.Within("old.values"));
        _order.Exchange(archive, "order");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        foreach (var tensor in CriticTensors.Append(_valueTensor).Append(_targetTensor))
            tensor.Dispose();
    }

    /// <summary>λ-returns of what the older critic says, in the units of values, which change by what this rollout teaches.</summary>
    private void SetTargets()
    {
        var (rows, withLast) = (StepsPerRollout * Lanes, (StepsPerRollout + 1) * Lanes);
        var (hyper, groups, units) = (Setup.Hyperparameters, Outputs[0].Network.Groups, Outputs[0].Units);
        using (no_grad())
        {
            var all = tensor(Enumerable.Range(0, withLast).Select(row => (long)row).ToArray());
            _valueTensor.copy_(Worth(ActionValues(all, old: true), Probabilities(all).exp(), Bins));
        }

        var (mean, square) = (new double[groups], new double[groups]);
        for (var head = 0; head < Heads; head++)
        {
            var values = _values.AsSpan(head * withLast, withLast);
            var targets = _targets.AsSpan(head * rows, rows);
            Scale(values, units.Deviation(Group(head)), units.Mean(Group(head)));
            Gae.Compute(Paid(head), values, Endings(0), hyper["discount"], hyper["td_lambda"], _advantages, targets, hyper.Is("horizon_ends"));
            var (m, s) = Moments(targets);
            mean[Group(head)] += m * groups / Heads;
            square[Group(head)] += s * groups / Heads;
        }

        foreach (var (network, ownUnits) in Outputs)
            for (var group = 0; group < groups; group++)
                ownUnits.Update(group, mean[group], square[group], network);
        for (var head = 0; head < Heads; head++)
            Scale(_targets.AsSpan(head * rows, rows), 1 / units.Deviation(Group(head)), -units.Mean(Group(head)) / units.Deviation(Group(head)));

        int Group(int head) => groups == 1 ? 0 : head / ActionLength;
    }

    /// <summary>One step of the actors.</summary>
    private void Improve()
    {
        var hyper = Setup.Hyperparameters;
        var rows = RowIndices.narrow(0, 0, Rows.Length);
        var bins = Bins.index_select(1, rows);
        var logs = Probabilities(rows);
        Tensor advantages;
        using (no_grad())
        {
            advantages = Counterfactual(ActionValues(rows, old: false), logs.exp(), bins);
            advantages /= advantages.Squared().mean([1], keepdim: true).sqrt().Plus(Kept(1e-8));
        }

        var entropy = -(logs.exp() * logs).sum(-1).mean();
        var gain = (Taken(logs, bins) * advantages).mean();
        // A mean over heads, of which each group has as many.
        var loss = -gain.Plus(Kept(hyper["entropy"]) * entropy) * Kept(Actor.Groups);
        _actorAdam!.Step(loss, hyper["learning_rate"], hyper["gradient_norm"]);
        Measure("policy_loss", loss.Number());
        Measure("entropy", entropy.Number());
    }

    /// <summary>Logarithms of what bins are drawn with: [heads, rows, bins].</summary>
    private Tensor Probabilities(Tensor rows)
    {
        var logs = Through(ActorNetwork, Inputs.index_select(1, rows)).view(Units, -1, ActionLength, BinCount).permute(0, 2, 1, 3).reshape(Heads, -1, BinCount).log_softmax(-1);
        if (Exploration == 0)
            return logs;
        // ε falls from rollout to rollout: numbers that change travel in a tensor, not as scalars.
        var explored = tensor(new[] { (float)Math.Log(1 - Exploration), (float)Math.Log(Exploration / BinCount) });
        return logs.Plus(explored[0]).logaddexp(explored[1]);
    }
}
