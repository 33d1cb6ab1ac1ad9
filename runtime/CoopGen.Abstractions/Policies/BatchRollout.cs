using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoopGen.Policies;

/// <summary>Decides for a whole batch.</summary>
/// <param name="observations">A row per environment.</param>
/// <param name="actions">n·d·Count actions, agent by agent; holds those of agents with policies, and receives those of the others.</param>
public delegate void BatchDecision(ReadOnlySpan<float> observations, Span<float> actions);

/// <summary>Plays episodes of a batch with policies. Allocates when it is made and when a play begins, not in a step.</summary>
public sealed class BatchRollout
{
    private readonly BatchDecision? _decide;
    private readonly (BatchPlayer Player, int Agent, int First, int Count)[] _players;
    private readonly int[] _watched;
    private readonly float[] _actions, _rewards, _observations, _reports, _playing;
    private readonly double[] _returns, _sums;
    private readonly Ending[] _endings;
    private readonly int[] _ended, _resumed;
    private int _endedCount, _resumedCount;
    private readonly long[] _begun;
    private long _left, _step;

    /// <summary>The same policies in every environment.</summary>
    /// <param name="batch">A batch that resets with <see cref="AutoReset.NextStep"/>, so that the last state of an episode can be looked at, or if no number is watched with <see cref="AutoReset.SameStep"/>, which is faster where episodes are short.</param>
    /// <param name="policies">One policy for all agents or one per agent, each an <see cref="IBatchPolicy"/>; null where <paramref name="decide"/> decides.</param>
    /// <param name="decide">Decides for the agents without policy.</param>
    /// <param name="watch">Numbers of the report to be averaged, from <see cref="EnvironmentBatch.ReportNames"/>.</param>
    /// <exception cref="ArgumentException">A policy has no batched form or does not fit, a number is not reported, or the batch resets otherwise.</exception>
    public BatchRollout(EnvironmentBatch batch, IReadOnlyList<IPolicy?> policies, BatchDecision? decide = null, IReadOnlyList<string>? watch = null)
        : this(batch, Same(batch, policies), decide, watch)
    {
    }

    /// <summary>Policies that differ between environments. Neighbours with the same policy object are played together.</summary>
    /// <param name="batch">A batch that resets with <see cref="AutoReset.NextStep"/>, or if no number is watched with <see cref="AutoReset.SameStep"/>.</param>
    /// <param name="policyOf">The policy of an environment's agent; null where <paramref name="decide"/> decides.</param>
    /// <param name="decide">Decides for the agents without policy.</param>
    /// <param name="watch">Numbers of the report to be averaged.</param>
    /// <exception cref="ArgumentException">A policy has no batched form or does not fit, a number is not reported, or the batch resets otherwise.</exception>
    public BatchRollout(EnvironmentBatch batch, Func<int, int, IPolicy?> policyOf, BatchDecision? decide = null, IReadOnlyList<string>? watch = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(policyOf);
        if (batch.AutoReset == AutoReset.Disabled || batch.AutoReset == AutoReset.SameStep && watch is { Count: > 0 })
            throw new ArgumentException($"The batch resets with {batch.AutoReset}; a rollout needs {AutoReset.NextStep}, or {AutoReset.SameStep} if no number is watched.", nameof(batch));
        (Batch, _decide, _players) = (batch, decide, Seat(batch, policyOf, decide));
        _watched = [.. (watch ?? []).Select(name => Position(batch, name))];
        var count = batch.Count;
        (_actions, _rewards, _endings) = (new float[count * batch.ProfileLength], new float[count * batch.AgentCount], new Ending[count]);
        _observations = new float[decide is null ? 0 : count * batch.ObservationLength];
        (_reports, _sums, _returns) = (new float[count * _watched.Length], new double[count * _watched.Length], new double[count * batch.AgentCount]);
        (_playing, _ended, _resumed, _begun) = (new float[count], new int[count], new int[count], new long[count]);
        Episodes = new(count, 0, batch.AgentCount, _watched.Length);
    }

    /// <summary>The batch.</summary>
    public EnvironmentBatch Batch { get; }

    /// <summary>The episodes finished since the last reset.</summary>
    public BatchEpisodes Episodes { get; private set; }

    /// <summary>Whether every environment has finished as many episodes as are wanted.</summary>
    public bool IsDone => _left == 0;

    /// <summary>Steps played in episodes that are wanted, over all environments.</summary>
    public long StepsPlayed { get; private set; }

    /// <summary>Whether all environments are at the same step of their episodes: none has ended alone since the reset.</summary>
    public bool IsInStep { get; private set; }

    /// <summary>1 for every environment whose last step belonged to an episode that is wanted, 0 for the others: they were reset, or are done.</summary>
    public ReadOnlySpan<float> Playing => _playing;

    /// <summary>How many environments are <see cref="Playing"/>.</summary>
    public int PlayingCount { get; private set; }

    /// <summary>What was asked for in the last step: n·d·Count numbers, before clipping.</summary>
    public ReadOnlySpan<float> Actions => _actions;

    /// <summary>What agents were paid in the last step: n·Count numbers.</summary>
    public ReadOnlySpan<float> Rewards => _rewards;

    /// <summary>A number watched, after the last step, of every environment.</summary>
    public ReadOnlySpan<float> Watched(int number) => _reports.AsSpan(number * Batch.Count, Batch.Count);

    /// <summary>The sum of a number over the environments that are <see cref="Playing"/>.</summary>
    /// <param name="numbers">A finite number per environment.</param>
    /// <exception cref="ArgumentException">There is another number of numbers.</exception>
    public double SumOfPlaying(ReadOnlySpan<float> numbers)
    {
        if (numbers.Length != _playing.Length)
            throw new ArgumentException($"{numbers.Length} numbers are given; the batch has {_playing.Length} environments.", nameof(numbers));
        var (sums, k) = (Vector256<double>.Zero, 0);
        for (; k + Vector256<float>.Count <= numbers.Length; k += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(in numbers[k]) * Vector256.LoadUnsafe(in _playing[k]));
            sums += low + high;
        }

        var sum = Vector256.Sum(sums);
        for (; k < numbers.Length; k++)
            sum += numbers[k] * _playing[k];
        return sum;
    }

    /// <summary>Starts episodes; environment k has the seed <see cref="EnvironmentBatch.SeedOf"/> tells.</summary>
    /// <param name="seed">The seed of the batch.</param>
    /// <param name="episodes">Episodes wanted of every environment.</param>
    public void Reset(ulong seed, int episodes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        Batch.Reset(seed, clear: true);
        Start(episodes);
    }

    /// <summary>Starts episodes, each environment under its own seed and with its own first episode.</summary>
    /// <param name="seeds">One seed per environment.</param>
    /// <param name="firsts">Number of the first episode, from 0, per environment.</param>
    /// <param name="episodes">Episodes wanted of every environment.</param>
    /// <param name="stride">By how much the next episode of an environment is later.</param>
    public void Reset(ReadOnlySpan<ulong> seeds, ReadOnlySpan<int> firsts, int episodes = 1, int stride = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        Batch.Reset(seeds, firsts, clear: true, stride);
        Start(episodes);
    }

    /// <summary>Lets everyone decide, and plays a step of all environments.</summary>
    /// <exception cref="InvalidOperationException">The rollout has not been reset.</exception>
    public void Step()
    {
        var count = Batch.Count;
        for (var k = 0; k < _resumedCount; k++)
            _playing[_resumed[k]] = 1;
        PlayingCount += _resumedCount;
        _resumedCount = 0;
        var resetsNow = Batch.AutoReset == AutoReset.SameStep;
        for (var k = 0; k < _endedCount; k++)
        {
            var isLeft = Episodes.Done(_ended[k]) < Episodes.Episodes;
            if (isLeft && resetsNow)
                continue;
            PlayingCount -= (int)_playing[_ended[k]];
            _playing[_ended[k]] = 0;
            if (isLeft)
                _resumed[_resumedCount++] = _ended[k];
        }

        foreach (var (player, agent, first, seats) in _players)
            if (!player.ActsOnce)
                Act(player, agent, first, seats);
        _decide?.Invoke(_observations, _actions);
        if (resetsNow)
            ClearEnded();
        Batch.Step(_actions, _rewards, _endings, _observations);
        _step++;
        Add(_rewards, _returns);
        for (var r = 0; r < _watched.Length; r++)
            Batch.Report(_watched[r], _reports.AsSpan(r * count, count));
        Add(_reports, _sums);

        // This step has reset them: what it told belongs to no episode.
        if (!resetsNow)
            ClearEnded();
        _endedCount = 0;
        for (var k = NextEnded(0); k < count; k = NextEnded(k + 1))
        {
            _ended[_endedCount++] = k;
            var steps = (int)(_step - _begun[k]);
            _begun[k] = resetsNow ? _step : _step + 1;
            if (_playing[k] == 0)
                continue;
            Episodes.Add(k, count, steps, _endings[k], _returns, _sums, _reports);
            StepsPlayed += steps;
            _left--;
        }

        IsInStep &= _endedCount == 0 || _endedCount == count;
    }

    /// <summary>Plays until every environment has finished the episodes wanted.</summary>
    /// <param name="afterStep">Called after every step.</param>
    /// <param name="cancellation">Ends the play after the present step.</param>
    /// <returns>Whether all are finished.</returns>
    public bool Play(Action<BatchRollout>? afterStep = null, CancellationToken cancellation = default)
    {
        while (!IsDone && !cancellation.IsCancellationRequested)
        {
            Step();
            afterStep?.Invoke(this);
        }

        return IsDone;
    }

    private static Func<int, int, IPolicy?> Same(EnvironmentBatch batch, IReadOnlyList<IPolicy?> policies)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(policies);
        return policies.Count == 1 || policies.Count == batch.AgentCount ? (_, agent) => policies[policies.Count == 1 ? 0 : agent]
            : throw new ArgumentException($"{policies.Count} policies are given; give one for all or one for each of the {batch.AgentCount} agents of {batch.Info.Id}.", nameof(policies));
    }

    private static (BatchPlayer, int, int, int)[] Seat(EnvironmentBatch batch, Func<int, int, IPolicy?> policyOf, BatchDecision? decide)
    {
        var players = new List<(BatchPlayer, int, int, int)>();
        for (var agent = 0; agent < batch.AgentCount; agent++)
        {
            for (int first = 0, end; first < batch.Count; first = end)
            {
                var policy = policyOf(first, agent);
                for (end = first + 1; end < batch.Count && ReferenceEquals(policyOf(end, agent), policy);)
                    end++;
                if (policy is null && decide is null)
                    throw new ArgumentException($"Nobody decides for agent {agent} of environment {first}; give it a policy.", nameof(policyOf));
                if (policy is not (null or IBatchPolicy))
                    throw new ArgumentException($"The policy {policy.Name} of agent {agent} has no batched form; play it in a scalar environment.", nameof(policyOf));
                if (policy is IBatchPolicy seated)
                    players.Add((seated.Sit(new(batch, agent, first, end - first)), agent, first, end - first));
            }
        }

        return [.. players];
    }

    private static int Position(EnvironmentBatch batch, string name)
    {
        for (var k = 0; k < batch.ReportNames.Count; k++)
            if (batch.ReportNames[k] == name)
                return k;
        throw new ArgumentException($"A batch of {batch.Info.Id} does not report '{name}'; it reports {(batch.ReportNames.Count == 0 ? "nothing" : string.Join(", ", batch.ReportNames))}.");
    }

    private void Start(int episodes)
    {
        Array.Clear(_returns);
        Array.Clear(_sums);
        Array.Clear(_begun);
        Array.Fill(_playing, 1);
        (PlayingCount, IsInStep) = (Batch.Count, true);
        (_endedCount, _resumedCount, _step, _left, StepsPlayed) = (0, 0, 0, (long)Batch.Count * episodes, 0);
        Episodes = new(Batch.Count, episodes, Batch.AgentCount, _watched.Length);
        foreach (var (player, agent, first, seats) in _players)
        {
            player.Begin();
            if (player.ActsOnce)
                Act(player, agent, first, seats);
        }

        if (_observations.Length > 0)
            Batch.Observe(_observations);
    }

    private void Act(BatchPlayer player, int agent, int first, int seats)
    {
        for (var dimension = 0; dimension < Batch.ActionDimensions; dimension++)
            player.Act(dimension, _actions.AsSpan((agent * Batch.ActionDimensions + dimension) * Batch.Count + first, seats));
    }

    private void ClearEnded()
    {
        for (var k = 0; k < _endedCount; k++)
        {
            for (var at = _ended[k]; at < _returns.Length; at += Batch.Count)
                _returns[at] = 0;
            for (var at = _ended[k]; at < _sums.Length; at += Batch.Count)
                _sums[at] = 0;
        }
    }

    private int NextEnded(int from)
    {
        var bits = MemoryMarshal.AsBytes(_endings.AsSpan());
        var (k, wanted) = (from, Vector256.Create((byte)(Ending.Terminated | Ending.Truncated)));
        for (; k + Vector256<byte>.Count <= bits.Length; k += Vector256<byte>.Count)
            if ((Vector256.LoadUnsafe(ref bits[k]) & wanted) != Vector256<byte>.Zero)
                break;
        while (k < bits.Length && (bits[k] & wanted[0]) == 0)
            k++;
        return k;
    }

    /// <summary>Adds numbers to sums in double precision.</summary>
    private static void Add(ReadOnlySpan<float> numbers, Span<double> sums)
    {
        ref var from = ref MemoryMarshal.GetReference(numbers);
        ref var to = ref MemoryMarshal.GetReference(sums);
        var k = 0;
        for (; k + Vector256<float>.Count <= numbers.Length; k += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)k));
            (Vector256.LoadUnsafe(ref to, (nuint)k) + low).StoreUnsafe(ref to, (nuint)k);
            (Vector256.LoadUnsafe(ref to, (nuint)(k + 4)) + high).StoreUnsafe(ref to, (nuint)(k + 4));
        }

        for (; k < numbers.Length; k++)
            Unsafe.Add(ref to, k) += Unsafe.Add(ref from, k);
    }
}
