using CoopGen.Policies;

namespace CoopGen.Benchmarking;

/// <summary>A batch that is played with random actions drawn before, or drawn in every step, and optionally its hand-written peer in the same buffers.</summary>
public sealed unsafe class BatchPlay : IDisposable
{
    /// <summary>Profiles that are played in turn.</summary>
    private const int Profiles = 4;

    private readonly AlignedBuffer<float>[] _actions;
    private readonly AlignedBuffer<float> _rewards, _observations;
    private readonly AlignedBuffer<byte> _endings;
    private readonly CPeer? _peer;
    private readonly BatchPlayer[] _random;
    private int _next;

    /// <param name="environment">What is played.</param>
    /// <param name="count">Number of environments.</param>
    /// <param name="threads">Most threads.</param>
    /// <param name="withPeer">Whether the hand-written peer is wanted.</param>
    public BatchPlay(GameEnvironment environment, int count, int threads = 1, bool withPeer = false)
    {
        Batch = EnvironmentBatch.Create(environment, count, new() { Threads = threads });
        _actions = [.. Enumerable.Range(0, Profiles).Select(_ => new AlignedBuffer<float>(count * environment.ProfileLength))];
        _rewards = new(count * environment.AgentCount);
        _observations = new(count * environment.ObservationLength);
        _endings = new(count);
        var random = new Philox(1);
        for (var p = 0; p < Profiles; p++)
            for (var k = 0; k < environment.ProfileLength; k++)
                for (var e = 0; e < count; e++)
                    _actions[p].Span[k * count + e] = Draw(environment, k, random.Draw(DrawPhase.Update, (uint)p, 0, (uint)e, k, 0).Uniform);
        _peer = withPeer ? CPeer.TryCreate(environment.Info.Id, count) : null;
        _random = [.. Enumerable.Range(0, environment.AgentCount).Select(agent => new RandomPolicy().Sit(new(Batch, agent, 0, count)))];
        Batch.Reset(1);
        foreach (var player in _random)
            player.Begin();
        _peer?.Reset(_observations.Pointer);
        if (!_observations.Span.IsEmpty)
            Batch.Observe(_observations.Span);
    }

    /// <summary>The batch.</summary>
    public EnvironmentBatch Batch { get; }

    /// <summary>Whether there is a hand-written peer.</summary>
    public bool HasPeer => _peer is not null;

    /// <summary>What the last step paid.</summary>
    public ReadOnlySpan<float> Rewards => _rewards.Span;

    /// <summary>Observations of the last step.</summary>
    public ReadOnlySpan<float> Observations => _observations.Span;

    /// <summary>Endings of the last step.</summary>
    public ReadOnlySpan<Ending> Endings => new(_endings.Pointer, _endings.Span.Length);

    /// <summary>A step of the batch.</summary>
    /// <param name="rows">Which columns of the observations it writes.</param>
    public void Step(Rows rows) => Step(_actions[_next++ % Profiles].Span, rows);

    /// <summary>A step of the batch with actions that <see cref="RandomPolicy"/> draws now.</summary>
    /// <param name="rows">Which columns of the observations it writes.</param>
    public void StepAtRandom(Rows rows)
    {
        for (var k = 0; k < Batch.ProfileLength; k++)
            _random[k / Batch.ActionDimensions].Act(k % Batch.ActionDimensions, _actions[0].Span.Slice(k * Batch.Count, Batch.Count));
        Step(_actions[0].Span, rows);
    }

    private void Step(ReadOnlySpan<float> actions, Rows rows)
    {
        var endings = new Span<Ending>(_endings.Pointer, _endings.Span.Length);
        if (rows == Rows.None)
            Batch.Step(actions, _rewards.Span, endings);
        else
            Batch.Step(actions, _rewards.Span, endings, _observations.Span, columns: rows == Rows.All ? Columns.All : Columns.Changing);
    }

    /// <summary>A step of the peer.</summary>
    /// <param name="rows">Which columns of the observations it writes.</param>
    public void StepPeer(Rows rows) =>
        _peer!.Step(_actions[_next++ % Profiles].Pointer, _rewards.Pointer, _endings.Pointer, _observations.Pointer, rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        Batch.Dispose();
        _peer?.Dispose();
        foreach (var buffer in _actions)
            buffer.Dispose();
        _rewards.Dispose();
        _observations.Dispose();
        _endings.Dispose();
    }

    private static float Draw(GameEnvironment environment, int k, double uniform)
    {
        var choices = environment.Info.Actions[k % environment.ActionDimensions].Choices;
        return choices.Count > 0 ? (float)choices[(int)(uniform * choices.Count)]
            : (float)(environment.ActionSpace.Low[k] + uniform * (environment.ActionSpace.High[k] - environment.ActionSpace.Low[k]));
    }
}
