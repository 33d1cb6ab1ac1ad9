using System.ComponentModel;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>The reverse of a batch, as <see cref="BatchTape"/> uses it.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    /// <summary>Numbers of a lane that the reverse gathers of what is fixed at construction; negative where there is no reverse.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual int BackLength => -1;

    /// <summary>Whether the environments are small enough to have a reverse.</summary>
    internal bool HasReverse => BackLength >= 0;

    /// <summary>Numbers of the memory of all blocks.</summary>
    internal int MemoryLength => Pairs * _memoryLength;

    /// <summary>Where the memory of a block begins.</summary>
    internal long MemoryOf(int block) => Place(block, _memoryLength);

    internal int BlockCount => Blocks;

    /// <summary>Copies all memory and what draws follow.</summary>
    internal void Save(Span<float> memory, Span<uint> episodes, Span<byte> waiting)
    {
        new ReadOnlySpan<float>(_memory, MemoryLength).CopyTo(memory);
        _episodes.CopyTo(episodes);
        _waiting.CopyTo(waiting);
    }

    /// <summary>The reverse of one block over the steps of a tape.</summary>
    internal void Back(int block, BatchTape tape)
    {
        // Draws follow the episodes that were played then.
        var kept = _episodes.AsSpan(block * Width, Width).ToArray();
        try
        {
            BackThrough(block, tape);
        }
        finally
        {
            kept.CopyTo(_episodes.AsSpan(block * Width));
        }
    }

    private void BackThrough(int block, BatchTape tape)
    {
        // Of a pair of blocks, of which one is differentiated.
        var (length, profile) = (_memoryLength, ProfileLength * Entry);
        var (la, oa, ra, fa) = (new float[length], new float[length], new float[length], new float[Math.Max(1, BackLength) * Entry]);
        var (actions, weights, gradient, initial) = (new float[profile], new float[AgentCount * Entry], new float[profile], new float[length]);
        var fixedBefore = new float[fa.Length];
        fixed (float* later = la, earlier = oa, resets = ra, gathered = fa, a = actions, r = weights, g = gradient, b = initial, states = tape.States)
        {
            float* l = later, o = earlier;
            for (var step = tape.StepCount - 1; step >= 0; step--)
            {
                float* before = states + tape.At(step, block), after = states + tape.At(step + 1, block);
                var waiting = tape.Waiting(step)[block];
                tape.Episodes(step + 1).Slice(block * Width, Width).CopyTo(_episodes.AsSpan(block * Width));
                tape.ReadActions(step, block, actions);
                tape.ReadWeights(step, block, waiting, weights);
                if (waiting != 0)
                {
                    // These were reset instead: what follows depends on nothing before.
                    var where = Where(waiting);
                    for (var k = 0; k < length; k += Entry)
                    {
                        var x = Vector256.Load(l + k);
                        (where & x).Store(resets + k);
                        (~where & x).Store(l + k);
                    }

                    BackToReset(block, before, after, resets, o, gathered, b, clear: false);
                }

                new Span<float>(o, length).Clear();
                Array.Clear(gradient);
                fa.CopyTo(fixedBefore, 0);
                StepBack(block, ref *before, ref *after, ref Setup(block), ref *l, ref *o, ref *gathered, ref *_work[0], ref *a, ref *r, ref *g);
                if (waiting != 0)
                {
                    // In these lanes no step was played: whatever came out of them does not count.
                    var where = Where(waiting);
                    for (var k = 0; k < length; k += Entry)
                        (~where & Vector256.Load(o + k)).Store(o + k);
                    for (var k = 0; k < fa.Length; k += Entry)
                        Vector256.ConditionalSelect(where, Vector256.LoadUnsafe(ref fixedBefore[k]), Vector256.Load(gathered + k)).Store(gathered + k);
                }

                tape.WriteGradient(step, block, waiting, gradient);
                var spare = l;
                l = o;
                o = spare;
            }

            tape.Episodes(0).Slice(block * Width, Width).CopyTo(_episodes.AsSpan(block * Width));
            fixed (float* before = tape.Before)
                BackToReset(block, before + MemoryOf(block), states + tape.At(0, block), l, o, gathered, b, tape.Cleared);
            var fixedBack = new float[Math.Max(0, BackLength)];
            for (var lane = 0; lane < Width && block * Width + lane < Count && tape.WantsParameters; lane++)
            {
                for (var k = 0; k < fixedBack.Length; k++)
                    fixedBack[k] = gathered[k * Entry + lane];
                ParametersBack(Variant(block * Width + lane), fixedBack, tape.ParametersOf(block * Width + lane));
            }
        }
    }

    private void BackToReset(int block, float* before, float* after, float* later, float* earlier, float* gathered, float* initial, bool clear)
    {
        // Up to the last lane of the block: what follows may belong to nobody.
        new Span<float>(before, _memoryLength - Width).CopyTo(new Span<float>(initial, _memoryLength));
        new Span<float>(earlier, _memoryLength).Clear();
        ResetBack(block, ref *initial, ref *after, ref Setup(block), ref *later, ref *earlier, ref *gathered, ref *_work[0], clear);
    }

    /// <summary>Written by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void StepBack(int block, ref float b, ref float m, ref float p, ref float l, ref float o, ref float q, ref float w, ref float actions, ref float weights, ref float gradient) =>
        throw new NotSupportedException();

    /// <summary>Written by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void ResetBack(int block, ref float b, ref float m, ref float p, ref float l, ref float o, ref float q, ref float w, bool clear) =>
        throw new NotSupportedException();

    /// <summary>Written by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void ParametersBack(GameEnvironment variant, ReadOnlySpan<float> fixedBack, Span<double> gradient) => throw new NotSupportedException();
}
