using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>Action values q(s, a) of several judges, each by one network or by twins of which the lesser counts, with targets that follow slowly.</summary>
public sealed class CriticNetworks
{
    private readonly Mlp _networks, _targets;
    private readonly StackedMlp _online, _slow;
    private readonly Adam _adam;
    private readonly int _judges, _twins;

    /// <param name="judges">Number of judges.</param>
    /// <param name="twins">Networks per judge: 1 or 2.</param>
    /// <param name="layers">Length of the input (what is seen, then actions), of hidden layers, and 1.</param>
    /// <param name="random">Where initial weights come from.</param>
    /// <param name="stacked">Makes networks for training.</param>
    public CriticNetworks(int judges, int twins, IReadOnlyList<int> layers, RandomStream random, Func<Mlp, StackedMlp> stacked)
    {
        ArgumentNullException.ThrowIfNull(stacked);
        (_judges, _twins) = (judges, twins);
        (_networks, _targets) = (new("critic", twins * judges, layers, Activation.Relu), new("target_critic", twins * judges, layers, Activation.Relu));
        _networks.Initialise(random, Initialisation.Uniform);
        _targets.CopyFrom(_networks);
        (_online, _slow) = (stacked(_networks), stacked(_targets));
        _adam = new(_networks.Parameters, _online.Tensors);
    }

    /// <summary>Values by every twin.</summary>
    /// <param name="seen">[1 or judges, rows, length].</param>
    /// <param name="actions">[1 or judges, rows, actions].</param>
    /// <param name="target">Whether by the targets.</param>
    /// <returns>[twins, judges, rows].</returns>
    public Tensor Values(Tensor seen, Tensor actions, bool target = false) =>
        (target ? _slow : _online).Forward(ForTwins(seen), ForTwins(actions)).view(_twins, _judges, -1);

    /// <summary>The least value of the twins.</summary>
    /// <returns>[judges, rows].</returns>
    public Tensor Least(Tensor seen, Tensor actions, bool target = false)
    {
        var values = Values(seen, actions, target);
        return _twins == 1 ? values[0] : minimum(values[0], values[1]);
    }

    /// <summary>Goes a step against the squared error.</summary>
    /// <param name="seen">[1 or judges, rows, length].</param>
    /// <param name="actions">[1 or judges, rows, actions].</param>
    /// <param name="goals">[judges, rows]: what the values should be; without gradient.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Bound of the norm of each network's gradient.</param>
    /// <returns>The loss, summed over all networks.</returns>
    public Tensor Learn(Tensor seen, Tensor actions, Tensor goals, double rate, double bound)
    {
        var loss = (Values(seen, actions) - goals).square().mean([2]).sum();
        _adam.Step(loss, rate, bound);
        return loss;
    }

    /// <summary>Multiplies what a judge's networks and targets say.</summary>
    public void Rescale(int judge, float factor)
    {
        for (var group = judge; group < _networks.Groups; group += _judges)
        {
            _networks.Rescale(group, factor);
            _targets.Rescale(group, factor);
        }
    }

    /// <summary>Moves the targets towards the networks: θ′ ← θ′ + τ(θ − θ′).</summary>
    public void Follow(double τ) => _targets.MoveTowards(_networks, (float)τ);

    /// <summary>Saves or restores everything.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(_networks.Parameters.Concat(_targets.Parameters));
        _adam.Exchange(archive.Within("critic.adam"));
    }

    private Tensor ForTwins(Tensor x) => x.shape[0] == 1 || _twins == 1 ? x : x.repeat(_twins, 1, 1);
}
