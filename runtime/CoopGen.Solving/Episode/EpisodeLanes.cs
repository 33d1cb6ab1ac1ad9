using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>
/// Plays many sequences of one <see cref="EpisodeProblem"/> side by side, in single precision. Sequences lie one after the other;
/// entry k of sequence j is number j · length + k.
/// </summary>
internal sealed class EpisodeLanes : IDisposable
{
    private readonly EpisodeProblem _problem;
    private readonly EnvironmentBatch _batch;
    private readonly BatchTape? _tape;
    private readonly List<(BatchPlayer Player, int Agent)> _players = [];
    private readonly ulong[] _seeds;
    private readonly int[] _firsts;
    private readonly float[] _actions, _rewards;
    private readonly Ending[] _endings;
    private readonly bool[] _ended;
    private readonly int[] _steps;
    private float[] _weights = [], _gradient = [];

    /// <param name="problem">What is played; every policy in it must have a batched form.</param>
    /// <param name="count">Number of sequences played at once.</param>
    /// <param name="gradients">Whether gradients will be asked for; then nobody may react.</param>
    public EpisodeLanes(EpisodeProblem problem, int count, bool gradients)
    {
        (_problem, Count) = (problem, count);
        _batch = EnvironmentBatch.Create(problem.Environment, count, new() { AutoReset = AutoReset.NextStep, Threads = gradients ? 1 : 0 });
        _tape = gradients ? new(_batch) : null;
        for (var i = 0; i < problem.Policies.Count; i++)
            if (problem.Policies[i] is IBatchPolicy policy)
                _players.Add((policy.Sit(new(_batch, i, 0, count)), i));
        (_seeds, _firsts, _ended, _steps) = (new ulong[count], new int[count], new bool[count], new int[count]);
        Array.Fill(_seeds, problem.Seed);
        (_actions, _rewards, _endings) = (new float[count * _batch.ProfileLength], new float[count * _batch.AgentCount], new Ending[count]);
    }

    /// <summary>Number of sequences played at once.</summary>
    public int Count { get; }

    /// <summary>Plays sequences.</summary>
    /// <param name="sequences">Any number of sequences.</param>
    /// <param name="values">Receives the weighted return of each; what is not a number comes out as −∞.</param>
    /// <param name="cancellation">Ends the play after the present step; sequences not played then have −∞.</param>
    public void Values(ReadOnlySpan<double> sequences, Span<double> values, CancellationToken cancellation = default)
    {
        values.Fill(double.NegativeInfinity);
        var some = new double[Count];
        for (var first = 0; first < values.Length && !cancellation.IsCancellationRequested; first += Count)
        {
            var count = Math.Min(Count, values.Length - first);
            _batch.Reset(_seeds, _firsts, clear: true);
            Play(sequences.Slice(first * _problem.Length, count * _problem.Length), some, cancellation);
            if (!cancellation.IsCancellationRequested)
                some.AsSpan(0, count).CopyTo(values[first..]);
        }
    }

    /// <summary>Plays as many sequences as there are lanes, and differentiates.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="values">Receives the weighted return of each.</param>
    /// <param name="gradients">Receives the derivatives by every entry, laid out like the sequences; what is not a number is 0.</param>
    public void Gradients(ReadOnlySpan<double> sequences, Span<double> values, Span<double> gradients)
    {
        _tape!.Reset(_seeds, clear: true);
        Play(sequences, values, default);
        var (steps, n, profile) = (_tape.StepCount, _batch.AgentCount, _batch.ProfileLength);
        Room(ref _weights, steps * n * Count);
        Room(ref _gradient, steps * profile * Count);
        for (var step = 0; step < steps; step++)
            for (var i = 0; i < n; i++)
                for (var lane = 0; lane < Count; lane++)
                    _weights[(step * n + i) * Count + lane] = step < _steps[lane] ? (float)_problem.Weights[i] : 0;
        _tape.Gradient(_weights.AsSpan(0, steps * n * Count), _gradient.AsSpan(0, steps * profile * Count));
        gradients.Clear();
        for (var step = 0; step < steps; step++)
        {
            for (var v = 0; v < _problem.Width; v++)
            {
                if (_problem.Choices(v).Count > 0)
                    continue;
                var from = _gradient.AsSpan((step * profile + _problem.ProfileIndex(v)) * Count, Count);
                var into = step / _problem.Stretch * _problem.Width + v;
                for (var lane = 0; lane < Count; lane++)
                    if (step < _steps[lane] && float.IsFinite(from[lane]))
                        gradients[lane * _problem.Length + into] += from[lane];
            }
        }
    }

    public void Dispose() => _batch.Dispose();

    private void Play(ReadOnlySpan<double> sequences, Span<double> values, CancellationToken cancellation)
    {
        var (length, left) = (_problem.Length, Count);
        var lanes = sequences.Length / length;
        values.Clear();
        Array.Clear(_ended);
        foreach (var (player, agent) in _players)
        {
            player.Begin();
            if (player.ActsOnce)
                Act(player, agent);
        }

        for (var step = 0; step < _problem.Environment.Horizon && left > 0 && !cancellation.IsCancellationRequested; step++)
        {
            for (var v = 0; v < _problem.Width; v++)
            {
                var into = _actions.AsSpan(_problem.ProfileIndex(v) * Count, Count);
                var from = step / _problem.Stretch * _problem.Width + v;
                // Lanes to spare repeat the last sequence.
                for (var lane = 0; lane < into.Length; lane++)
                    into[lane] = (float)sequences[Math.Min(lane, lanes - 1) * length + from];
            }

            foreach (var (player, agent) in _players)
                if (!player.ActsOnce)
                    Act(player, agent);
            if (_tape is null)
                _batch.Step(_actions, _rewards, _endings);
            else
                _tape.Step(_actions, _rewards, _endings);
            for (var i = 0; i < _batch.AgentCount; i++)
            {
                var weight = _problem.Weights[i];
                for (var lane = 0; lane < Count && weight != 0; lane++)
                    values[lane] += _ended[lane] ? 0 : weight * _rewards[i * Count + lane];
            }

            for (var lane = 0; lane < Count; lane++)
            {
                if (_ended[lane])
                    continue;
                _steps[lane] = step + 1;
                if ((_endings[lane] & (Ending.Terminated | Ending.Truncated)) == 0)
                    continue;
                _ended[lane] = true;
                left--;
            }
        }

        foreach (ref var value in values)
            value = double.IsFinite(value) ? value : double.NegativeInfinity;
    }

    private void Act(BatchPlayer player, int agent)
    {
        for (var k = 0; k < _batch.ActionDimensions; k++)
            player.Act(k, _actions.AsSpan((agent * _batch.ActionDimensions + k) * Count, Count));
    }

    private static void Room(ref float[] array, int length)
    {
        if (array.Length < length)
            array = new float[length];
    }
}
