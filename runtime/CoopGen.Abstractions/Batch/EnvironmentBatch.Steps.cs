using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

public abstract unsafe partial class EnvironmentBatch
{
    /// <summary>Blocks below which a thread of its own costs more than it saves.</summary>
    private const int BlocksPerThread = 256;

    /// <summary>Bytes of observations from which on they go past the caches: they would only drive out what the next step reads.</summary>
    private const long MostCached = 8 << 20;

    /// <summary>Bytes of rows that are made at a time when they go past the caches.</summary>
    private const int RowsAtATime = 16 << 10;

    private WorkerTeam? _team;
    private Job _job;

    /// <summary>Plays one step of all environments.</summary>
    /// <param name="actions">n·d·Count actions: of the first agent for all environments, then of the next. Those outside a box are clipped to it.</param>
    /// <param name="rewards">Receives n·Count rewards, agent by agent.</param>
    /// <param name="endings">Receives how the step of each environment ended.</param>
    /// <param name="observations">Receives a row per environment; empty where none are wanted.</param>
    /// <param name="finals">Receives the last observation of episodes that ended, in the rows of their environments, where they are reset in the same step; may be empty.</param>
    /// <param name="columns">Which columns of the observations must be written.</param>
    /// <exception cref="InvalidOperationException">The batch has not been reset, or an environment waits for its reset.</exception>
    /// <exception cref="ArgumentException">A length is wrong, or an action is not a number or not among a finite set. Nothing has changed.</exception>
    public void Step(ReadOnlySpan<float> actions, Span<float> rewards, Span<Ending> endings, Span<float> observations = default, Span<float> finals = default, Columns columns = Columns.All)
    {
        CheckStarted();
        Room(nameof(actions), actions.Length, (long)Count * ProfileLength);
        Room(nameof(rewards), rewards.Length, (long)Count * AgentCount);
        Room(nameof(endings), endings.Length, Count);
        if (!observations.IsEmpty)
            Room(nameof(observations), observations.Length, (long)Count * ObservationLength);
        if (!finals.IsEmpty)
            Room(nameof(finals), finals.Length, (long)Count * ObservationLength);
        if (!finals.IsEmpty && observations.IsEmpty && ObservationLength > 0)
            throw new ArgumentException("Final observations are written where observations are; give both buffers.", nameof(finals));
        fixed (float* a = actions, r = rewards, o = observations, f = finals)
        fixed (byte* e = MemoryMarshal.AsBytes(endings))
        {
            CheckActions(actions, a);
            if (AutoReset == AutoReset.Disabled && _waiting.AsSpan().IndexOfAnyExcept((byte)0) is >= 0 and var ended)
                throw new InvalidOperationException($"The episode of environment {ended * Width + int.TrailingZeroCount(_waiting[ended])} is over; reset it before the next step.");
            _job = new() { Actions = a, Rewards = r, Endings = e, Observations = o, Finals = f, Constants = columns == Columns.All };
            if (_team is null)
                Run(0, 0, Blocks);
            else
                _team.Run();
        }
    }

    /// <summary>What a step does when lanes have ended. Inlined up to the check whether any has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void End(int block, ref float m, ref float p, ref float w, Vector256<float> terminated, Vector256<float> clipped, in BatchRange range)
    {
        var truncated = LaneOps.Le(LaneOps.Load(ref p, 0), LaneOps.Load(ref m, 0));
        if (!LaneOps.AnyLane(terminated | truncated | clipped))
        {
            Unsafe.WriteUnaligned(ref range.Endings(block), 0UL);
            return;
        }

        WriteEndings(block, terminated, truncated, clipped, range);
        var ended = Vector256.ExtractMostSignificantBits(terminated | truncated);
        if (ended != 0)
            EndLanes(block, (int)ended, ref w, range);
    }

    /// <summary>What a step does at its end that has reset the lanes that have ended, if that was to be within the step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void End(int block, ref float w, Vector256<float> terminated, Vector256<float> truncated, Vector256<float> clipped, Vector256<float> restarted, in BatchRange range)
    {
        WriteEndings(block, terminated, truncated, clipped, range);
        if (range.Restarts)
        {
            ref var episodes = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_episodes), (nint)block * Width);
            (Vector256.LoadUnsafe(ref episodes) + (restarted.AsUInt32() & Vector256.Create(_stride))).StoreUnsafe(ref episodes);
        }
        else if (LaneOps.AnyLane(terminated | truncated))
        {
            EndLanes(block, (int)Vector256.ExtractMostSignificantBits(terminated | truncated), ref w, range);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteEndings(int block, Vector256<float> terminated, Vector256<float> truncated, Vector256<float> clipped, in BatchRange range)
    {
        var code = terminated.AsInt32() & Vector256.Create(1) | truncated.AsInt32() & Vector256.Create(2) | clipped.AsInt32() & Vector256.Create(4);
        var half = Vector128.Narrow(code.GetLower(), code.GetUpper());
        Unsafe.WriteUnaligned(ref range.Endings(block), Vector128.Narrow(half, half).AsUInt64()[0]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EndLanes(int block, int lanes, ref float w, in BatchRange range)
    {
        if (AutoReset != AutoReset.SameStep)
        {
            // Lanes that only fill the last block never wait for somebody else.
            var real = Math.Min(Width, Count - block * Width);
            _waiting[block] |= (byte)(AutoReset == AutoReset.Disabled ? lanes & (1 << real) - 1 : lanes);
            return;
        }

        if (range.Observes && range.HasFinals)
            CopyRows(ref range.Rows(block), ref range.Finals(block), lanes);
        Restart(block, lanes, ref w);
        if (range.Observes)
            RowsOf(block, lanes, ref w, ref range.Rows(block));
    }

    /// <summary>Writes the rows of some lanes of a block.</summary>
    private void RowsOf(int block, int lanes, ref float w, ref float rows)
    {
        ref var fresh = ref Unsafe.Add(ref w, _savedAt + _memoryLength);
        WriteRows(block, ref w, ref fresh);
        CopyRows(ref fresh, ref rows, lanes);
    }

    private void CopyRows(ref float from, ref float to, int lanes)
    {
        for (var lane = 0; lane < Width; lane++)
        {
            if ((lanes >> lane & 1) != 0)
                MemoryMarshal.CreateSpan(ref Unsafe.Add(ref from, lane * ObservationLength), ObservationLength).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref to, lane * ObservationLength), ObservationLength));
        }
    }

    private int Workers()
    {
        var wanted = _plan.Options.Threads == 0 ? Environment.ProcessorCount : _plan.Options.Threads;
        var workers = Math.Max(1, Math.Min(wanted, Blocks / BlocksPerThread));
        if (workers > 1)
            _team = new(workers, worker =>
            {
                if (!_job.Checks)
                    Run(worker, Share(worker, workers), Share(worker + 1, workers));
                else if (!AreNumbers(_job.Actions + _job.Length * worker / workers, _job.Actions + _job.Length * (worker + 1) / workers))
                    _bad = true;
            });
        return workers;
    }

    /// <summary>Where the share of a worker begins: a multiple of eight blocks, so that no cache line of the endings is written by two.</summary>
    private int Share(int worker, int workers) => worker == workers ? Blocks : (int)((long)Blocks * worker / workers) & ~7;

    private void Run(int worker, int first, int last)
    {
        ref var w = ref *_work[worker];
        var whole = Math.Min(last, Count / Width);
        if (AutoReset == AutoReset.NextStep)
        {
            for (var block = first; block < whole;)
            {
                var to = block;
                while (to < whole && _waiting[to] == 0)
                    to++;
                if (to > block)
                    PlayBlocks(block, to, ref w);
                if (to < whole)
                    PlayWaiting(to, _job.Range(this, to, to + 1), ref w);
                block = to + 1;
            }
        }
        else if (first < whole)
        {
            PlayBlocks(first, whole, ref w);
        }

        if (last > whole)
            PlayTail(ref w);
        // Whoever is told that the step is over sees what went past the caches.
        if (_streamed > 0)
            Interlocked.MemoryBarrier();
    }

    /// <summary>Plays a step of consecutive blocks. Rows that no cache can hold are made a few at a time and go past the caches.</summary>
    private void PlayBlocks(int first, int last, ref float w)
    {
        if (_streamed == 0 || _job.Observations == null || !_job.Constants)
        {
            PlayBlocks(first, last, null, ref w);
            return;
        }

        var rows = (float*)Unsafe.AsPointer(ref Unsafe.Add(ref w, _rowsAt));
        for (int to; first < last; first = to)
        {
            to = Math.Min(last, first + _streamed & ~1);
            PlayBlocks(first, to, rows, ref w);
            Stream(rows, _job.Observations + (long)first * Width * ObservationLength, (to - first) * Width * ObservationLength);
        }
    }

    /// <summary>Copies numbers past the caches.</summary>
    private static void Stream(float* from, float* to, int count)
    {
        for (; count > 0 && ((nint)to & 63) != 0; count--)
            *to++ = *from++;
        for (; count >= 2 * Width; count -= 2 * Width, from += 2 * Width, to += 2 * Width)
        {
            Vector256.StoreAlignedNonTemporal(Vector256.Load(from), to);
            Vector256.StoreAlignedNonTemporal(Vector256.Load(from + Width), to + Width);
        }

        for (; count > 0; count--)
            *to++ = *from++;
    }

    /// <summary>Plays a block in which some environments are reset instead.</summary>
    private void PlayWaiting(int block, in BatchRange range, ref float w)
    {
        int waiting = _waiting[block];
        var where = Where(waiting);
        ref var m = ref Memory(block);
        ref var saved = ref Unsafe.Add(ref w, _savedAt);
        var length = _memoryLength / Entry - _shared;
        for (var k = 0; k < length; k++)
            LaneOps.Store(ref saved, (nuint)(k * Entry), LaneOps.Load(ref m, (nuint)(k * Entry)));
        PlayAligned(pairs: false, range, ref w);
        for (var k = 0; k < length; k++)
            LaneOps.Store(ref m, (nuint)(k * Entry), LaneOps.Load(ref saved, (nuint)(k * Entry)), where);
        _waiting[block] &= (byte)~waiting;
        Restart(block, waiting, ref w);
        for (var i = 0; i < AgentCount; i++)
            LaneOps.Store(ref range.Rewards(block), (nuint)i * range.Stride, Vector256<float>.Zero, where);
        for (var lane = 0; lane < Width; lane++)
        {
            if ((waiting >> lane & 1) != 0)
                Unsafe.Add(ref range.Endings(block), lane) = 0;
        }

        if (range.Observes)
            RowsOf(block, waiting, ref w, ref range.Rows(block));
    }

    /// <summary>The caller's buffers during a step.</summary>
    private struct Job
    {
        public float* Actions, Rewards, Observations, Finals;
        public byte* Endings;
        public long Length;
        public bool Constants, Checks;

        /// <summary>The buffers of some blocks; their rows are written elsewhere if that is given.</summary>
        public readonly BatchRange Range(EnvironmentBatch batch, int first, int last, float* rows = null)
        {
            long at = (long)first * Width, row = at * batch.ObservationLength;
            return new(first, last, batch.Count, batch.ObservationLength, Constants, batch.AutoReset == AutoReset.SameStep && Finals == null, ref Actions[at], ref Rewards[at], ref Endings[at],
                ref rows != null ? ref *rows : ref Observations == null ? ref Unsafe.NullRef<float>() : ref Observations[row], ref Finals == null ? ref Unsafe.NullRef<float>() : ref Finals[row]);
        }
    }
}
