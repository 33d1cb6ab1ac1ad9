namespace CoopGen.Learning;

/// <summary>Action values q(s, a) of several judges, each by one network or by twins of which the lesser counts, with targets that follow slowly.</summary>
public sealed class CriticNetworks
{
    private readonly Mlp _networks, _targets;
    private readonly MlpGradient _online, _slow;
    private readonly Adam _adam;
    private readonly int _judges, _twins, _seen, _actions;
    private readonly float[] _first = new float[MlpGradient.Chunk], _ofValues = new float[MlpGradient.Chunk];
    private readonly float[] _rest;

    /// <param name="judges">Number of judges.</param>
    /// <param name="twins">Networks per judge: 1 or 2.</param>
    /// <param name="actions">Length of the actions that are judged.</param>
    /// <param name="layers">Length of the input (what is seen, then actions), of hidden layers, and 1.</param>
    /// <param name="random">Where initial weights come from.</param>
    public CriticNetworks(int judges, int twins, int actions, IReadOnlyList<int> layers, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (twins is not (1 or 2))
            throw new ArgumentOutOfRangeException(nameof(twins), twins, "A judge has 1 network or 2.");
        if (actions < 1 || actions >= layers[0])
            throw new ArgumentOutOfRangeException(nameof(actions), actions, $"Of {layers[0]} inputs at least 1 must be of actions, and at least 1 of what is seen.");
        (_judges, _twins, _seen, _actions) = (judges, twins, layers[0] - actions, actions);
        (_networks, _targets) = (new("critic", twins * judges, layers, Activation.Relu), new("target_critic", twins * judges, layers, Activation.Relu));
        _networks.Initialise(random, Initialisation.Uniform);
        _targets.CopyFrom(_networks);
        (_online, _slow) = (new(_networks), new(_targets));
        _adam = new(_networks.Parameters, null);
        _rest = new float[MlpGradient.Chunk * actions];
    }

    /// <summary>Values by a judge: the lesser of its twins'.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="seen">[rows, length].</param>
    /// <param name="actions">[rows, actions].</param>
    /// <param name="values">Receives [rows].</param>
    /// <param name="target">Whether by the targets.</param>
    public void Values(int judge, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, Span<float> values, bool target = false)
    {
        for (var first = 0; first < values.Length; first += MlpGradient.Chunk)
        {
            var count = Math.Min(MlpGradient.Chunk, values.Length - first);
            for (var twin = 0; twin < _twins; twin++)
            {
                var said = Say(judge, twin, seen, actions, first, count, target);
                for (var k = 0; k < count; k++)
                    values[first + k] = twin == 0 ? said[k] : Math.Min(values[first + k], said[k]);
            }
        }
    }

    /// <summary>How a judge's values change with actions.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="seen">[rows, length].</param>
    /// <param name="actions">[rows, actions].</param>
    /// <param name="slopes">Receives [rows, actions].</param>
    /// <param name="least">Whether the lesser of the twins counts; otherwise the first.</param>
    /// <param name="target">Whether by the targets.</param>
    /// <returns>The sum of the values.</returns>
    public double Slopes(int judge, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, Span<float> slopes, bool least = true, bool target = false)
    {
        var (rows, sum, by) = (actions.Length / _actions, 0.0, target ? _slow : _online);
        for (var first = 0; first < rows; first += MlpGradient.Chunk)
        {
            var count = Math.Min(MlpGradient.Chunk, rows - first);
            var of = _ofValues.AsSpan(0, count);
            var to = slopes.Slice(first * _actions, count * _actions);
            var said = Say(judge, 0, seen, actions, first, count, target);
            if (!least || _twins == 1)
            {
                foreach (var value in said)
                    sum += value;
                of.Fill(1);
                by.Slopes(of, _seen, to);
                continue;
            }

            said.CopyTo(_first);
            said = Say(judge, 1, seen, actions, first, count, target);
            for (var k = 0; k < count; k++)
            {
                of[k] = said[k] < _first[k] ? 1 : 0;
                sum += Math.Min(said[k], _first[k]);
            }

            by.Slopes(of, _seen, to);
            Say(judge, 0, seen, actions, first, count, target);
            foreach (ref var weight in of)
                weight = 1 - weight;
            var rest = _rest.AsSpan(0, to.Length);
            by.Slopes(of, _seen, rest);
            for (var k = 0; k < to.Length; k++)
                to[k] += rest[k];
        }

        return sum;
    }

    /// <summary>Takes the mean squared error of a judge's networks into account.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="seen">[rows, length].</param>
    /// <param name="actions">[rows, actions].</param>
    /// <param name="goals">[rows]: what the values should be.</param>
    /// <returns>The loss, summed over its networks.</returns>
    public double AddLoss(int judge, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, ReadOnlySpan<float> goals)
    {
        var (rows, loss) = (goals.Length, 0.0);
        for (var twin = 0; twin < _twins; twin++)
            for (var first = 0; first < rows; first += MlpGradient.Chunk)
            {
                var count = Math.Min(MlpGradient.Chunk, rows - first);
                var said = Say(judge, twin, seen, actions, first, count, target: false);
                for (var k = 0; k < count; k++)
                {
                    var error = said[k] - goals[first + k];
                    loss += (double)error * error / rows;
                    _ofValues[k] = 2 * error / rows;
                }

                _online.Backward(_ofValues.AsSpan(0, count));
            }

        return loss;
    }

    /// <summary>Goes a step against what <see cref="AddLoss"/> was told.</summary>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Bound of the norm of each network's gradient.</param>
    public void Step(double rate, double bound)
    {
        try
        {
            _adam.Step(_online.Gradients, rate, bound);
        }
        finally
        {
            _online.Clear();
        }
    }

    /// <summary>Multiplies what a judge's networks and targets say.</summary>
    public void Rescale(int judge, float factor)
    {
        for (var group = judge; group < _networks.Groups; group += _judges)
        {
            _networks.Rescale(group, factor);
            _targets.Rescale(group, factor);
        }

        _online.Forget();
        _slow.Forget();
    }

    /// <summary>Moves the targets towards the networks: θ′ ← θ′ + τ(θ − θ′).</summary>
    public void Follow(double τ)
    {
        _targets.MoveTowards(_networks, (float)τ);
        _slow.Forget();
    }

    /// <summary>Saves or restores everything.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(_networks.Parameters.Concat(_targets.Parameters));
        _adam.Exchange(archive.Within("critic.adam"));
        _online.Forget();
        _slow.Forget();
    }

    /// <summary>What one network says of some rows.</summary>
    private ReadOnlySpan<float> Say(int judge, int twin, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, int first, int count, bool target)
    {
        var by = target ? _slow : _online;
        var rows = by.Inputs(count);
        for (var k = 0; k < count; k++)
        {
            var row = rows.Slice(k * (_seen + _actions), _seen + _actions);
            seen.Slice((first + k) * _seen, _seen).CopyTo(row);
            actions.Slice((first + k) * _actions, _actions).CopyTo(row[_seen..]);
        }

        return by.Forward(twin * _judges + judge);
    }
}
