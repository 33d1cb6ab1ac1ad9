using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// What whole episodes pay as a function of the policies' weights, V(θ) = Σₜ γᵗ·r(t), mean over episodes whose draws are fixed, and its derivative. Agents play a = tanh(μ(o; θ) + noise). The derivative
/// is the total one: what an agent does changes what everyone sees and does later. Going back through an episode, a step is the vector-Jacobian product that the compiler writes
/// (<see cref="EnvironmentAdjoint"/>, which says what counts as a derivative where there is none), a policy TorchSharp's, both in double precision. The compiler writes no reverse of observations:
/// their derivatives by the state, the actions and the rewards before are central differences, exact to single precision where an observation is linear in each of them, as nearly all are.
/// </summary>
internal sealed class EpisodeGradient
{
    /// <summary>
    /// Step of differences of observations, relative to numbers above 1: a power of two, so that it is added without rounding. Observations are of single precision, and leave 6e-8 / 2⁻⁸ = 2e-5 of error; curvature
    /// leaves 2⁻¹⁶/6 of the third derivative.
    /// </summary>
    private const double Step = 1.0 / 256;

    private readonly EnvironmentAdjoint _adjoint;
    private readonly GameEnvironment _game;
    private readonly ActionScale _scale;
    private readonly StackedMlp _network;
    private readonly ulong _parts;
    private readonly int _agents, _profile, _state, _episodes, _inputs, _rewards;
    private readonly double _discount;
    private readonly int[] _lengths;
    private readonly float[] _seen;
    private readonly double[] _states, _actions, _paid, _given, _moved;

    /// <param name="environment">A compiled environment; it is not played.</param>
    /// <param name="episodes">Number of episodes.</param>
    /// <param name="network">The policies' networks, one per agent.</param>
    /// <param name="discount">γ.</param>
    /// <exception cref="ArgumentException">The environment is too large to have a reverse, or has an action of a finite set.</exception>
    public EpisodeGradient(GameEnvironment environment, int episodes, StackedMlp network, double discount)
    {
        foreach (var action in environment.Info.Actions)
            if (action.Choices.Count > 0)
                throw new ArgumentException($"Action {action.Name} of {environment.Info.Id} is one of {string.Join(", ", action.Choices.Select(c => c.ToString(System.Globalization.CultureInfo.InvariantCulture)))}; exact gradients need actions of intervals.", nameof(environment));
        var parameters = new ParameterSet();
        foreach (var parameter in environment.Info.Parameters)
            parameters[parameter.Name] = environment.Parameter(parameter.Name);
        _game = environment.Info.Create(parameters);
        (_adjoint, _scale, _network, _discount) = (EnvironmentAdjoint.Of(_game), new(_game), network, discount);
        _parts = ObservationConfig.Realistic.Mask(_game.Info.AgentParts);
        (_agents, _profile, _state, _episodes, _inputs) = (_game.AgentCount, _game.ProfileLength, _game.StateLength, episodes, network.Networks.Inputs);
        _rewards = GameEnvironment.HeaderLength + 2 * _profile;
        (_lengths, _seen) = (new int[episodes], new float[_inputs]);
        (_states, _actions) = (new double[checked((_game.Horizon + 1) * episodes * _state)], new double[_game.Horizon * episodes * _profile]);
        (_paid, _given, _moved) = (new double[_agents], new double[_profile], new double[_state]);
        (Seeds, Noise, Shift, Scale) = (new ulong[episodes], new double[_game.Horizon * _profile * episodes], new double[_inputs], new double[_inputs]);
        Array.Fill(Scale, 1);
    }

    /// <summary>The seed of each episode; what outlives episodes is cleared at its beginning.</summary>
    public ulong[] Seeds { get; }

    /// <summary>[steps, agents, episodes, d]: what is added to μ.</summary>
    public double[] Noise { get; }

    /// <summary>What is subtracted from observations.</summary>
    public double[] Shift { get; }

    /// <summary>What they are multiplied with afterwards.</summary>
    public double[] Scale { get; }

    /// <summary>Discounted return of every agent in the last play, mean over episodes.</summary>
    public double[] Values()
    {
        var values = new double[_agents];
        for (var e = 0; e < _episodes; e++)
            for (var t = 0; t < _lengths[e]; t++)
                for (var i = 0; i < _agents; i++)
                    values[i] += Math.Pow(_discount, t) * State(t + 1, e)[_rewards + i] / _episodes;
        return values;
    }

    /// <summary>Plays the episodes, and differentiates the values of some agents.</summary>
    /// <param name="parameters">Weights and biases in the order of <see cref="Mlp.Parameters"/>, agent by agent.</param>
    /// <param name="agents">Whose values.</param>
    /// <returns>For each of those agents the derivative by every parameter of everyone, laid out alike.</returns>
    public double[][][] Gradients(double[][] parameters, params int[] agents)
    {
        using var scope = NewDisposeScope();
        Tensor[] weights = [.. _network.Tensors.Zip(parameters, (like, values) => tensor(values, like.shape).requires_grad_())];
        var steps = Play(weights);
        return Array.ConvertAll(agents, agent => Back(steps, weights, agent));
    }

    private List<(Tensor Inputs, Tensor Actions)> Play(Tensor[] weights)
    {
        var (steps, row) = (new List<(Tensor, Tensor)>(), _profile * _episodes);
        for (var e = 0; e < _episodes; e++)
        {
            _game.Reset(Seeds[e], clear: true);
            _game.SaveState(State(0, e));
            _lengths[e] = int.MaxValue;
        }

        for (var t = 0; t < _game.Horizon && _lengths.Max() > t; t++)
        {
            var seen = new double[_agents * _episodes * _inputs];
            for (var e = 0; e < _episodes; e++)
                if (_lengths[e] > t)
                    See(State(t, e), e, seen);
            var inputs = tensor(seen, [_agents, _episodes, _inputs]).requires_grad_();
            var actions = _network.Forward(inputs, weights).Plus(tensor(Noise[(t * row)..((t + 1) * row)], [_agents, _episodes, _profile / _agents])).tanh();
            steps.Add((inputs, actions));
            var played = actions.data<double>().ToArray();
            for (var e = 0; e < _episodes; e++)
            {
                if (_lengths[e] <= t)
                    continue;
                var profile = Actions(t, e);
                for (var k = 0; k < _profile; k++)
                    profile[k] = _scale.ToGame(k, played[At(k, e)]);
                _game.RestoreState(State(t, e));
                _game.Step(profile, _paid);
                _game.SaveState(State(t + 1, e));
                if (_game.HasEnded)
                    _lengths[e] = t + 1;
            }
        }

        return steps;
    }

    private double[][] Back(List<(Tensor Inputs, Tensor Actions)> steps, Tensor[] weights, int agent)
    {
        var sums = Array.ConvertAll(weights, w => new double[w.numel()]);
        // ∂V/∂(all that changes, after a step), episode by episode.
        var later = new double[_episodes * _state];
        for (var t = steps.Count - 1; t >= 0; t--)
        {
            using var scope = NewDisposeScope();
            var slopes = new double[_profile * _episodes];
            for (var e = 0; e < _episodes; e++)
                if (_lengths[e] > t)
                    StepBack(t, e, agent, later.AsSpan(e * _state, _state), slopes);
            var (inputs, actions) = steps[t];
            var back = autograd.grad([actions], [.. weights, inputs], [tensor(slopes, actions.shape)], retain_graph: true);
            foreach (var (sum, part) in sums.Zip(back))
                foreach (var (k, value) in part.contiguous().data<double>().ToArray().Index())
                    sum[k] += value;
            if (t == 0)
                break;
            var (ofSeen, seen) = (back[^1].contiguous().data<double>().ToArray(), inputs.data<double>().ToArray());
            // Normalised observations have no derivative beyond their bound.
            for (var k = 0; k < seen.Length; k++)
                ofSeen[k] = Math.Abs(seen[k]) < RunningNormalizer.Bound ? ofSeen[k] * Scale[k % _inputs] : 0;
            for (var e = 0; e < _episodes; e++)
                if (_lengths[e] > t)
                    SeeBack(State(t, e), e, ofSeen, later.AsSpan(e * _state, _state));
        }

        return sums;
    }

    /// <summary>From ∂V/∂(after a step) to ∂V/∂(before it) and, by what networks say, by the step's actions.</summary>
    private void StepBack(int t, int e, int agent, Span<double> later, double[] slopes)
    {
        for (var i = 0; i < _agents; i++)
            _paid[i] = later[_rewards + i];
        _paid[agent] += Math.Pow(_discount, t) / _episodes;
        // Actions are shown as played and as given, which are the same within the box.
        for (var k = 0; k < _profile; k++)
            slopes[At(k, e)] = later[GameEnvironment.HeaderLength + k] + later[GameEnvironment.HeaderLength + _profile + k];
        _adjoint.Step(State(t, e), Actions(t, e), _paid, later, _given);
        for (var k = 0; k < _profile; k++)
            slopes[At(k, e)] = (slopes[At(k, e)] + _given[k]) * 0.5 * (_game.ActionSpace.High[k] - _game.ActionSpace.Low[k]);
    }

    /// <summary>What agents see, normalised: [agents, episodes, length].</summary>
    private void See(ReadOnlySpan<double> state, int e, double[] into)
    {
        _game.RestoreState(state);
        for (var i = 0; i < _agents; i++)
        {
            _game.Observe(i, _parts, _seen);
            for (var k = 0; k < _inputs; k++)
                into[(i * _episodes + e) * _inputs + k] = Math.Clamp((_seen[k] - Shift[k]) * Scale[k], -RunningNormalizer.Bound, RunningNormalizer.Bound);
        }
    }

    /// <summary>Adds ∂V/∂(what observations show): weights · ∂o/∂(each number that changes).</summary>
    private void SeeBack(ReadOnlySpan<double> state, int e, double[] weights, Span<double> earlier)
    {
        state.CopyTo(_moved);
        for (var k = GameEnvironment.HeaderLength; k < _state; k++)
        {
            var h = Step * Math.Max(1, Math.Abs(state[k]));
            var (up, down) = (state[k] + h, state[k] - h);
            _moved[k] = up;
            var difference = Shown();
            _moved[k] = down;
            difference -= Shown();
            _moved[k] = state[k];
            earlier[k] += difference / (up - down);
        }

        double Shown()
        {
            _game.RestoreState(_moved);
            var sum = 0.0;
            for (var i = 0; i < _agents; i++)
            {
                _game.Observe(i, _parts, _seen);
                for (var k = 0; k < _inputs; k++)
                    sum += weights[(i * _episodes + e) * _inputs + k] * _seen[k];
            }

            return sum;
        }
    }

    /// <summary>Where entry k of a profile lies in [agents, episodes, d].</summary>
    private int At(int k, int e)
    {
        var d = _profile / _agents;
        return (k / d * _episodes + e) * d + k % d;
    }

    private Span<double> State(int t, int e) => _states.AsSpan((t * _episodes + e) * _state, _state);

    private Span<double> Actions(int t, int e) => _actions.AsSpan((t * _episodes + e) * _profile, _profile);
}
