namespace CoopGen;

/// <summary>
/// Plays a batch and remembers what it takes to differentiate it: as <see cref="GradientTape"/>, for all environments at once, in single
/// precision. An episode that ends is followed by the next one, in the step after; its gradient does not reach across.
/// </summary>
/// <remarks>It keeps the memory of the batch after every step, made as it is needed. Actions, rewards and weights lie as in <see cref="EnvironmentBatch"/>.</remarks>
public sealed class BatchTape
{
    private readonly EnvironmentBatch _batch;
    private readonly int _memory, _profile, _agents, _environments, _blocks;
    private readonly string[] _parameters;
    private float[] _states = [], _actions = [];
    private uint[] _episodes = [];
    private byte[] _waiting = [];
    private float[] _before;
    private bool _started;

    // What is asked for while a gradient is computed.
    private unsafe float* _weights, _gradient;
    private unsafe double* _tuned;
    private bool _same;

    /// <param name="batch">A batch whose environments are reset in the step after their episode ends. The tape plays it; it is not to be played by others meanwhile.</param>
    /// <exception cref="ArgumentException">The batch resets otherwise, or its environments are too large to have a reverse.</exception>
    public BatchTape(EnvironmentBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.AutoReset != AutoReset.NextStep)
            throw new ArgumentException($"The batch resets environments with AutoReset.{batch.AutoReset}; a tape needs AutoReset.NextStep.", nameof(batch));
        if (!batch.HasReverse)
            throw new ArgumentException($"{batch.Info.Id} is too large to be differentiated.", nameof(batch));
        _batch = batch;
        (_memory, _blocks) = (batch.MemoryLength, batch.BlockCount);
        (_profile, _agents, _environments) = (batch.ProfileLength * batch.Count, batch.AgentCount * batch.Count, batch.BlockCount * LaneMath.Width);
        _parameters = [.. EnvironmentAdjoint.NamesOf(batch.Info)];
        _before = new float[_memory];
        Grow(16);
    }

    /// <summary>The batch.</summary>
    public EnvironmentBatch Batch => _batch;

    /// <summary>The parameters that there are derivatives for, in order.</summary>
    public IReadOnlyList<string> Parameters => _parameters;

    /// <summary>Steps on the tape.</summary>
    public int StepCount { get; private set; }

    internal float[] States => _states;

    internal float[] Before => _before;

    internal bool Cleared { get; private set; }

    internal unsafe bool WantsParameters => _tuned != null;

    /// <summary>Starts the first episode of every environment; what was on the tape is forgotten.</summary>
    /// <param name="seed">The seed of the batch.</param>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    public void Reset(ulong seed, bool clear = false)
    {
        _batch.Save(_before, _episodes, _waiting);
        _batch.Reset(seed, clear);
        Start(clear);
    }

    /// <summary>Starts the first episode of every environment, each under its own seed; what was on the tape is forgotten.</summary>
    /// <param name="seeds">One seed per environment.</param>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    /// <exception cref="ArgumentException">There is another number of seeds.</exception>
    public void Reset(ReadOnlySpan<ulong> seeds, bool clear = false)
    {
        _batch.Save(_before, _episodes, _waiting);
        _batch.Reset(seeds, clear);
        Start(clear);
    }

    /// <summary>Plays a step of all environments; see <see cref="EnvironmentBatch.Step"/>.</summary>
    /// <exception cref="InvalidOperationException">The tape has not been reset.</exception>
    /// <exception cref="ArgumentException">A length is wrong, or an action is not a number or not among a finite set. Nothing has changed.</exception>
    public void Step(ReadOnlySpan<float> actions, Span<float> rewards, Span<Ending> endings)
    {
        CheckStarted();
        // Room first: a step that is played is on the tape.
        Grow(StepCount + 2);
        _batch.Step(actions, rewards, endings);
        actions.CopyTo(_actions.AsSpan(StepCount * _profile));
        StepCount++;
        Save(StepCount);
    }

    /// <summary>The gradient of L = Σ weight · reward over the steps on the tape, of each environment by itself.</summary>
    /// <param name="weights">Steps · n · Count weights, step by step, each laid out like rewards; or n, the same in every step and environment.</param>
    /// <param name="actions">Receives steps · n · d · Count derivatives ∂L/∂action, step by step, each laid out like actions; 0 in a step that resets.</param>
    /// <param name="parameters">Receives Count rows of ∂L/∂parameter as <see cref="Parameters"/> lists them; may be empty.</param>
    /// <exception cref="InvalidOperationException">The tape has not been reset.</exception>
    /// <exception cref="ArgumentException">A length is wrong, or a weight is not a number.</exception>
    public unsafe void Gradient(ReadOnlySpan<float> weights, Span<float> actions, Span<double> parameters = default)
    {
        CheckStarted();
        if (weights.Length != _batch.AgentCount && weights.Length != _agents * StepCount)
            throw new ArgumentException($"{weights.Length} weights are given; {_batch.AgentCount} or, for {StepCount} steps, {_agents * StepCount} are needed.", nameof(weights));
        foreach (var weight in weights)
            if (!float.IsFinite(weight))
                throw new ArgumentException($"A weight is {weight}; it must be a number.", nameof(weights));
        Require.Room(nameof(actions), actions.Length, StepCount * _profile);
        if (!parameters.IsEmpty)
            Require.Room(nameof(parameters), parameters.Length, _batch.Count * _parameters.Length);
        parameters.Clear();
        fixed (float* w = weights, g = actions)
        fixed (double* p = parameters)
        {
            _weights = w;
            _gradient = g;
            _tuned = p;
            _same = weights.Length == _batch.AgentCount;
            try
            {
                for (var block = 0; block < _blocks; block++)
                    _batch.Back(block, this);
            }
            finally
            {
                _weights = null;
                _gradient = null;
                _tuned = null;
            }
        }
    }

    /// <summary>Where the memory of a block after some steps lies in <see cref="States"/>.</summary>
    internal long At(int step, int block) => (long)step * _memory + _batch.MemoryOf(block);

    internal ReadOnlySpan<uint> Episodes(int step) => _episodes.AsSpan(step * _environments, _environments);

    /// <summary>Which environments wait for a reset after so many steps: a byte per block.</summary>
    internal ReadOnlySpan<byte> Waiting(int step) => _waiting.AsSpan(step * _blocks, _blocks);

    /// <summary>The actions of a block, eight of each entry of a profile.</summary>
    internal void ReadActions(int step, int block, Span<float> into)
    {
        into.Clear();
        var (first, count) = Lanes(block);
        for (var k = 0; k < _batch.ProfileLength; k++)
            _actions.AsSpan(step * _profile + k * _batch.Count + first, count).CopyTo(into[(k * LaneMath.Entry)..]);
    }

    /// <summary>The weights of a block, 0 in the lanes that are reset.</summary>
    internal unsafe void ReadWeights(int step, int block, int waiting, Span<float> into)
    {
        into.Clear();
        var (first, count) = Lanes(block);
        for (var i = 0; i < _batch.AgentCount; i++)
        {
            for (var lane = 0; lane < count; lane++)
            {
                if ((waiting >> lane & 1) == 0)
                    into[i * LaneMath.Entry + lane] = _same ? _weights[i] : _weights[(long)step * _agents + (long)i * _batch.Count + first + lane];
            }
        }
    }

    internal unsafe void WriteGradient(int step, int block, int waiting, ReadOnlySpan<float> from)
    {
        var (first, count) = Lanes(block);
        for (var k = 0; k < _batch.ProfileLength; k++)
            for (var lane = 0; lane < count; lane++)
                _gradient[(long)step * _profile + (long)k * _batch.Count + first + lane] = (waiting >> lane & 1) == 0 ? from[k * LaneMath.Entry + lane] : 0;
    }

    internal unsafe Span<double> ParametersOf(int environment) => new(_tuned + (long)environment * _parameters.Length, _parameters.Length);

    private void Start(bool clear)
    {
        (StepCount, Cleared, _started) = (0, clear, true);
        Save(0);
    }

    private (int First, int Count) Lanes(int block) => (block * LaneMath.Width, Math.Min(LaneMath.Width, _batch.Count - block * LaneMath.Width));

    private void Save(int step) =>
        _batch.Save(_states.AsSpan(step * _memory, _memory), _episodes.AsSpan(step * _environments, _environments), _waiting.AsSpan(step * _blocks, _blocks));

    /// <summary>Makes room for the memory after so many steps less one.</summary>
    private void Grow(int steps)
    {
        if (_waiting.Length >= steps * _blocks)
            return;
        steps = Math.Max(steps, 2 * (_waiting.Length / _blocks));
        Array.Resize(ref _states, checked(steps * _memory));
        Array.Resize(ref _actions, checked(steps * _profile));
        Array.Resize(ref _episodes, steps * _environments);
        Array.Resize(ref _waiting, steps * _blocks);
    }

    private void CheckStarted()
    {
        if (!_started)
            throw new InvalidOperationException($"The tape of {_batch.Info.Id} has not been reset; call Reset before the first step.");
    }
}
