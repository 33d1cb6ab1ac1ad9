namespace CoopGen.Learning;

/// <summary>Action values q(s, a) of several judges, each by one network or by twins of which the lesser counts, with targets that follow slowly.</summary>
/// <remarks>
/// Networks are numbered twin by twin, and judge by judge within. Two threads may use them at once, as 0 and 1, where neither changes weights that the other uses.
/// </remarks>
public sealed class CriticNetworks
{
    private readonly Mlp _networks, _targets;
    private readonly Room[] _rooms = new Room[Learner.Threads];
    private readonly float[] _ones = new float[MlpGradient.Chunk];
    private readonly Adam _adam;
    private readonly int _judges, _twins, _seen, _actions;

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
        _adam = new(_networks.Parameters, null);
        Array.Fill(_ones, 1);
        var first = new MlpGradient(_networks);
        for (var thread = 0; thread < _rooms.Length; thread++)
            _rooms[thread] = new([.. Enumerable.Range(0, twins).Select(twin => thread + twin == 0 ? first : new MlpGradient(_networks, first.Gradients))], [.. Enumerable.Range(0, twins).Select(_ => new MlpGradient(_targets))], new float[MlpGradient.Chunk * actions]);
    }

    /// <summary>Number of networks: of judges, times that of twins.</summary>
    public int Networks => _networks.Groups;

    /// <summary>Values by a judge: the lesser of its twins'.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="seen">[rows, length].</param>
    /// <param name="actions">[rows, actions].</param>
    /// <param name="values">Receives [rows].</param>
    /// <param name="target">Whether by the targets.</param>
    /// <param name="thread">The thread.</param>
    public void Values(int judge, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, Span<float> values, bool target = false, int thread = 0)
    {
        var networks = target ? _rooms[thread].Slow : _rooms[thread].Online;
        for (var first = 0; first < values.Length; first += MlpGradient.Chunk)
        {
            var count = Math.Min(MlpGradient.Chunk, values.Length - first);
            for (var twin = 0; twin < _twins; twin++)
            {
                var said = Say(networks[twin], twin * _judges + judge, seen, actions, first, count);
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
    /// <param name="thread">The thread.</param>
    /// <returns>The sum of the values.</returns>
    public double Slopes(int judge, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, Span<float> slopes, bool least = true, bool target = false, int thread = 0)
    {
        var (rows, sum, room) = (actions.Length / _actions, 0.0, _rooms[thread]);
        var networks = target ? room.Slow : room.Online;
        Span<int> ofFirst = stackalloc int[MlpGradient.Chunk], ofSecond = stackalloc int[MlpGradient.Chunk];
        for (var first = 0; first < rows; first += MlpGradient.Chunk)
        {
            var count = Math.Min(MlpGradient.Chunk, rows - first);
            var to = slopes.Slice(first * _actions, count * _actions);
            var said = Say(networks[0], judge, seen, actions, first, count);
            if (!least || _twins == 1)
            {
                foreach (var value in said)
                    sum += value;
                networks[0].Slopes(_ones.AsSpan(0, count), _seen, to);
                continue;
            }

            var others = Say(networks[1], _judges + judge, seen, actions, first, count);
            var (firsts, seconds) = (0, 0);
            for (var k = 0; k < count; k++)
            {
                sum += Math.Min(others[k], said[k]);
                if (others[k] < said[k])
                    ofSecond[seconds++] = k;
                else
                    ofFirst[firsts++] = k;
            }

            Part(networks[0], ofFirst[..firsts], to);
            Part(networks[1], ofSecond[..seconds], to);
        }

        return sum;

        // Back through a twin go only the rows in which it counts.
        void Part(MlpGradient twin, ReadOnlySpan<int> some, Span<float> all)
        {
            if (some.Length == 0)
                return;
            twin.Keep(some);
            twin.Slopes(_ones.AsSpan(0, some.Length), _seen, room.Some.AsSpan(0, some.Length * _actions));
            for (var k = 0; k < some.Length; k++)
                room.Some.AsSpan(k * _actions, _actions).CopyTo(all[(some[k] * _actions)..]);
        }
    }

    /// <summary>Begins a step that networks go one by one, by <see cref="Improve"/>: each once.</summary>
    public void Begin()
    {
        _adam.Begin();
        Forget();
    }

    /// <summary>Goes a network's part of the step last begun, against the mean squared error of its values; then its target follows: θ′ ← θ′ + τ(θ − θ′).</summary>
    /// <param name="network">The network.</param>
    /// <param name="seen">[rows, length].</param>
    /// <param name="actions">[rows, actions].</param>
    /// <param name="goals">[rows]: what the values should be.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="bound">Bound of the norm of the network's gradient.</param>
    /// <param name="τ">How far the target follows, within [0, 1].</param>
    /// <param name="thread">The thread.</param>
    /// <returns>The error before.</returns>
    public double Improve(int network, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, ReadOnlySpan<float> goals, double rate, double bound, double τ, int thread = 0)
    {
        var (rows, loss, room) = (goals.Length, 0.0, _rooms[thread]);
        var by = room.Online[network / _judges];
        by.Clear(network);
        for (var first = 0; first < rows; first += MlpGradient.Chunk)
        {
            var count = Math.Min(MlpGradient.Chunk, rows - first);
            var said = Say(by, network, seen, actions, first, count);
            for (var k = 0; k < count; k++)
            {
                var error = said[k] - goals[first + k];
                loss += (double)error * error / rows;
                room.OfValues[k] = 2 * error / rows;
            }

            by.Backward(room.OfValues.AsSpan(0, count));
        }

        _adam.Step(network, by.Gradients, rate, bound);
        by.Forget();
        if (τ > 0)
            _targets.MoveTowards(_networks, network, (float)τ);
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

        Forget();
    }

    /// <summary>Saves or restores everything.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(_networks.Parameters.Concat(_targets.Parameters));
        _adam.Exchange(archive.Within("critic.adam"));
        Forget();
    }

    private void Forget()
    {
        foreach (var room in _rooms)
            foreach (var networks in room.Online.Concat(room.Slow))
                networks.Forget();
    }

    /// <summary>What one network says of some rows.</summary>
    private ReadOnlySpan<float> Say(MlpGradient by, int network, ReadOnlySpan<float> seen, ReadOnlySpan<float> actions, int first, int count)
    {
        var rows = by.Inputs(count);
        for (var k = 0; k < count; k++)
        {
            var row = rows.Slice(k * (_seen + _actions), _seen + _actions);
            seen.Slice((first + k) * _seen, _seen).CopyTo(row);
            actions.Slice((first + k) * _actions, _actions).CopyTo(row[_seen..]);
        }

        return by.Forward(network);
    }

    /// <summary>What a thread writes on.</summary>
    /// <param name="Online">Networks, per twin.</param>
    /// <param name="Slow">Targets, per twin.</param>
    /// <param name="Some">[rows, actions]: slopes of some rows.</param>
    private sealed record Room(MlpGradient[] Online, MlpGradient[] Slow, float[] Some)
    {
        public float[] OfValues { get; } = new float[MlpGradient.Chunk];
    }
}
