using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>Two blocks at once, where the processor has vectors of sixteen lanes: to the last bit what they are one after the other.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    /// <summary>Plays a step of consecutive pairs of blocks; the range begins and ends between pairs. Written by the compiler where <see cref="HasPairs"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void PlayPairs(in BatchRange range, ref float w) => throw new NotSupportedException();

    /// <summary>Whether there is a kernel for pairs of blocks.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual bool HasPairs => false;

    /// <summary>As <see cref="Modes"/>, of a block and the next.</summary>
    protected int PairModes(int block) => _modes[block] | _modes[block + 1];

    /// <summary>As <see cref="WriteRows"/>, for a block and the next.</summary>
    protected void WritePairRows(int block, ref float w, ref float rows)
    {
        WriteRows(block, ref w, ref rows);
        WriteRows(block + 1, ref w, ref Unsafe.Add(ref rows, Width * ObservationLength));
    }

    /// <summary>As <see cref="Draw(int, DrawPhase, uint, Vector256{float}, int, int, bool)"/>, for a block and the next.</summary>
    protected Vector512<float> Draw(int block, DrawPhase phase, uint name, Vector512<float> step, int element, int site, bool normal) =>
        Vector512.Create(Draw(block, phase, name, step.GetLower(), element, site, normal), Draw(block + 1, phase, name, step.GetUpper(), element, site, normal));

    /// <summary>As <see cref="Draw(int, DrawPhase, uint, Vector256{float}, int, int, bool, Vector256{float})"/>, for a block and the next.</summary>
    protected Vector512<float> Draw(int block, DrawPhase phase, uint name, Vector512<float> step, int element, int site, bool normal, Vector512<float> factor) =>
        WideOps.EveryLane(Vector512.Equals(factor, Vector512<float>.Zero)) ? Vector512<float>.Zero
            : Vector512.Create(Draw(block, phase, name, step.GetLower(), element, site, normal, factor.GetLower()), Draw(block + 1, phase, name, step.GetUpper(), element, site, normal, factor.GetUpper()));

    /// <summary>What a step of a block and the next does when lanes have ended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void End(int block, ref float m, ref float p, ref float w, Vector512<float> terminated, Vector512<float> clipped, in BatchRange range)
    {
        var truncated = Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref p), Vector512.LoadUnsafe(ref m));
        WriteEndings(block, terminated, truncated, clipped, range);
        var ended = Vector512.ExtractMostSignificantBits(terminated | truncated);
        if (ended != 0)
            EndLanes(block, ended, ref w, range);
    }

    /// <summary>As above, at the end of a step that has reset the lanes that have ended, if that was to be within the step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void End(int block, ref float w, Vector512<float> terminated, Vector512<float> truncated, Vector512<float> clipped, Vector512<float> restarted, in BatchRange range)
    {
        WriteEndings(block, terminated, truncated, clipped, range);
        if (range.Restarts)
        {
            ref var episodes = ref _episodes[block * Width];
            (Vector512.LoadUnsafe(ref episodes) + (restarted.AsUInt32() & Vector512.Create(_stride))).StoreUnsafe(ref episodes);
        }
        else if (Vector512.ExtractMostSignificantBits(terminated | truncated) is not 0 and var ended)
        {
            EndLanes(block, ended, ref w, range);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteEndings(int block, Vector512<float> terminated, Vector512<float> truncated, Vector512<float> clipped, in BatchRange range)
    {
        var code = terminated.AsInt32() & Vector512.Create(1) | truncated.AsInt32() & Vector512.Create(2) | clipped.AsInt32() & Vector512.Create(4);
        var half = Vector256.Narrow(code.GetLower(), code.GetUpper());
        Vector128.Narrow(half.GetLower(), half.GetUpper()).AsByte().StoreUnsafe(ref range.Endings(block));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EndLanes(int block, ulong lanes, ref float w, in BatchRange range)
    {
        for (var half = 0; half < 2; half++, lanes >>= Width)
        {
            if ((lanes & 255) != 0)
                EndLanes(block + half, (int)(lanes & 255), ref w, range);
        }
    }

    /// <summary>Plays a step of consecutive blocks, in pairs as far as they go; their rows go to <paramref name="rows"/> if it is given.</summary>
    private void PlayBlocks(int first, int last, float* rows, ref float w)
    {
        var (from, to) = (first + 1 & ~1, last & ~1);
        if (!_pairs || from >= to)
        {
            PlayAligned(pairs: false, _job.Range(this, first, last, rows), ref w);
            return;
        }

        if (first < from)
            PlayAligned(pairs: false, _job.Range(this, first, from, rows), ref w);
        PlayAligned(pairs: true, _job.Range(this, from, to, Rows(from)), ref w);
        if (to < last)
            PlayAligned(pairs: false, _job.Range(this, to, last, Rows(to)), ref w);

        float* Rows(int block) => rows == null ? null : rows + (block - first) * Width * ObservationLength;
    }

    /// <summary>
    /// Calls a kernel from a stack that ends 16 bytes, return address and frame pointer, past a multiple of 64. The runtime promises multiples
    /// of 16 alone, and a kernel's frame, which keeps whatever vectors registers can't hold, would straddle cache lines in every other process:
    /// steps of games with many of them then take half as long again.
    /// </summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    private void PlayAligned(bool pairs, in BatchRange range, ref float w)
    {
        // Calls have 32 bytes of the stack for their arguments on Windows.
        var end = stackalloc byte[16];
        if (((nuint)end - (OperatingSystem.IsWindows() ? 48u : 16u) & 63) is not 0 and var rest)
        {
            var filled = stackalloc byte[(int)rest];
            *filled = 0;
        }

        if (pairs)
            PlayPairs(range, ref w);
        else
            Play(range, ref w);
    }
}
