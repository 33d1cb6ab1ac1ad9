namespace CoopGen;

/// <summary>
/// Plays episodes and remembers what it takes to differentiate them: the exact gradient of any weighted sum of rewards with respect
/// to every action and every real parameter, by reverse mode, for a small multiple of the time of playing. What counts as a derivative
/// where there is none is said at <see cref="EnvironmentAdjoint"/>.
/// </summary>
/// <remarks>It keeps the state after every step: (steps + 1) · <see cref="GameEnvironment.StateLength"/> numbers, made as they are needed.</remarks>
public sealed class GradientTape
{
    private readonly EnvironmentAdjoint _adjoint;
    private readonly int _length;
    private readonly double[] _before, _a, _b;
    private double[] _states;
    private bool _cleared, _started;

    /// <param name="environment">A compiled environment. The tape plays it; it is not to be played by others meanwhile.</param>
    /// <exception cref="ArgumentException">The environment is not a compiled one, or too large to have a reverse.</exception>
    public GradientTape(GameEnvironment environment)
    {
        _adjoint = EnvironmentAdjoint.Of(environment);
        _length = environment.StateLength;
        (_before, _a, _b) = (new double[_length], new double[_length], new double[_length]);
        _states = new double[_length * (Math.Min(environment.Horizon, 256) + 1)];
    }

    /// <summary>The environment.</summary>
    public GameEnvironment Environment => _adjoint.Environment;

    /// <summary>The parameters that there are derivatives for, in order.</summary>
    public IReadOnlyList<string> Parameters => _adjoint.Parameters;

    /// <summary>Steps on the tape.</summary>
    public int StepCount { get; private set; }

    /// <summary>Starts an episode; what was on the tape is forgotten.</summary>
    /// <param name="seed">A seed; null for the next episode of the present one.</param>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    public void Reset(ulong? seed = null, bool clear = false)
    {
        Environment.SaveState(_before);
        Environment.Reset(seed, clear);
        (StepCount, _cleared, _started) = (0, clear, true);
        Environment.SaveState(State(0));
    }

    /// <summary>Plays a step; see <see cref="GameEnvironment.Step"/>.</summary>
    /// <exception cref="InvalidOperationException">The tape has not been reset, or the episode is over.</exception>
    /// <exception cref="ArgumentException">A length is wrong, or an action is not a number or not among a finite set. Nothing has changed.</exception>
    public StepResult Step(ReadOnlySpan<double> actions, Span<double> rewards)
    {
        CheckStarted();
        // Room first: a step that is played is on the tape.
        if (_states.Length < _length * (StepCount + 2))
            Array.Resize(ref _states, checked(2 * _states.Length));
        var result = Environment.Step(actions, rewards);
        Environment.SaveState(State(StepCount + 1));
        StepCount++;
        return result;
    }

    /// <summary>
    /// The gradient of L = Σ_t Σ_i weight(t, i) · reward(t, i) over the steps on the tape. It may be asked for again, with other weights,
    /// and play may go on afterwards.
    /// </summary>
    /// <param name="weights">Steps · n weights, step by step; or n, the same in every step.</param>
    /// <param name="actions">Receives steps · n · d derivatives ∂L/∂action, step by step; may be empty.</param>
    /// <param name="parameters">Receives ∂L/∂parameter as <see cref="Parameters"/> lists them; may be empty.</param>
    /// <exception cref="InvalidOperationException">The tape has not been reset.</exception>
    /// <exception cref="ArgumentException">A length is wrong, or a weight is not a number.</exception>
    public void Gradient(ReadOnlySpan<double> weights, Span<double> actions, Span<double> parameters = default)
    {
        CheckStarted();
        var (n, profile) = (Environment.AgentCount, Environment.ProfileLength);
        if (weights.Length != n && weights.Length != n * StepCount)
            throw new ArgumentException($"{weights.Length} weights are given; {n} or, for {StepCount} steps, {n * StepCount} are needed.", nameof(weights));
        foreach (var weight in weights)
            if (!double.IsFinite(weight))
                throw new ArgumentException($"A weight is {weight}; it must be a number.", nameof(weights));
        if (!actions.IsEmpty)
            Require.Room(nameof(actions), actions.Length, StepCount * profile);
        _adjoint.CheckParameters(parameters);
        Span<double> unwanted = actions.IsEmpty ? new double[profile] : [];
        Span<double> later = _a, earlier = _b;
        later.Clear();
        for (var step = StepCount - 1; step >= 0; step--)
        {
            var paid = weights.Length == n ? weights : weights.Slice(step * n, n);
            _adjoint.Back(State(step), State(step + 1), paid, later, earlier, actions.IsEmpty ? unwanted : actions.Slice(step * profile, profile));
            var spare = later;
            later = earlier;
            earlier = spare;
        }

        _adjoint.Reset(_before, State(0), later, _cleared);
        _adjoint.Finish(parameters);
    }

    private Span<double> State(int step) => _states.AsSpan(step * _length, _length);

    private void CheckStarted()
    {
        if (!_started)
            throw new InvalidOperationException($"The tape of {Environment.Info.Id} has not been reset; call Reset before the first step.");
    }
}
