using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>What a batch tells between two steps.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    /// <summary>The numbers that <see cref="Report(int, Span{float})"/> tells: those single numbers of the report of a scalar environment that follow from what the batch keeps.</summary>
    public virtual IReadOnlyList<string> ReportNames => [];

    /// <summary>Whether some state outlives episodes, so that an episode depends on those before it.</summary>
    public virtual bool Persists => false;

    /// <summary>The seed that the draws of environment k follow.</summary>
    public ulong Seed(int k) => _seeds[Checked(k)];

    /// <summary>Writes a number of the report for every environment.</summary>
    /// <param name="number">Its position in <see cref="ReportNames"/>.</param>
    /// <param name="values">Receives one number per environment.</param>
    /// <exception cref="ArgumentException">There is no such number, or the length is wrong.</exception>
    public void Report(int number, Span<float> values)
    {
        CheckStarted();
        if (number < 0 || number >= ReportNames.Count)
            throw new ArgumentOutOfRangeException(nameof(number), number, $"The numbers are 0 to {ReportNames.Count - 1}.");
        Room(nameof(values), values.Length, Count);
        ref var w = ref _work[0][0];
        for (var block = 0; block < Blocks; block++)
            Write(Report(number, block, ref Memory(block), ref Setup(block), ref w), block, 0, values);
    }

    /// <summary>Writes the actions of the last step as played, after clipping; the initial ones after a reset.</summary>
    /// <param name="index">Entry of the profile: agent · d + dimension.</param>
    /// <param name="first">The first environment.</param>
    /// <param name="actions">Receives one action per environment from the first on.</param>
    /// <exception cref="ArgumentException">There is no such entry or no such environment.</exception>
    public void Played(int index, int first, Span<float> actions)
    {
        CheckPlayed(index, first, actions.Length);
        for (var block = first / Width; block * Width < first + actions.Length; block++)
            Write(LaneOps.Load(ref Memory(block), (nuint)((1 + index) * Entry)), block, first, actions);
    }

    /// <summary>As <see cref="Played"/>, with another action for those environments whose episode has not begun.</summary>
    internal void PlayedOr(ReadOnlySpan<float> opening, int index, int first, Span<float> actions)
    {
        CheckPlayed(index, first, actions.Length);
        for (var block = first / Width; block * Width < first + actions.Length; block++)
        {
            ref var m = ref Memory(block);
            var begins = LaneOps.Eq(LaneOps.Load(ref m, 0), LaneOps.None);
            if (LaneOps.AnyLane(begins))
            {
                for (var k = Math.Max(first, block * Width); k < Math.Min((block + 1) * Width, first + actions.Length); k++)
                    actions[k - first] = Unsafe.Add(ref m, k % Width) == 0 ? opening[k - first] : Unsafe.Add(ref m, (1 + index) * Entry + k % Width);
            }
            else
            {
                Write(LaneOps.Load(ref m, (nuint)((1 + index) * Entry)), block, first, actions);
            }
        }
    }

    /// <summary>
    /// Draws low + u · span, u uniform in [0, 1), in double precision, for consecutive environments at their present episode and step, each from
    /// a generator of its own, cut to a whole number if wanted: exactly what <see cref="Philox.Draw(DrawPhase, uint, uint, uint, int, int)"/> gives.
    /// </summary>
    internal void DrawUniform(ReadOnlySpan<ulong> generators, uint name, int element, int first, ReadOnlySpan<double> low, ReadOnlySpan<double> span, bool whole, Span<float> values)
    {
        var at = 0;
        while (at < values.Length)
        {
            var k = first + at;
            ref var step = ref Unsafe.Add(ref Memory(k / Width), k % Width);
            if (k % 4 == 0 && at + 4 <= values.Length)
            {
                var steps = Vector256.WidenLower(Vector128.ConvertToInt32(Vector128.LoadUnsafe(ref step)).AsUInt32().ToVector256());
                var episodes = Vector256.WidenLower(Vector128.LoadUnsafe(ref _episodes[k]).ToVector256());
                var (a, b, _, _) = PhiloxLanes.Draw(Vector256.LoadUnsafe(in generators[at]), DrawPhase.Update, name, episodes, steps, element, site: 0);
                var uniform = PhiloxLanes.Unit(a, b);
                // Not fused: the numbers are those of the scalar policy to the last bit.
                var drawn = Vector256.LoadUnsafe(in low[at]) + uniform * Vector256.LoadUnsafe(in span[at]);
                if (whole)
                    drawn = Vector256.Floor(drawn);
                Vector256.Narrow(drawn, drawn).GetLower().StoreUnsafe(ref values[at]);
                at += 4;
            }
            else
            {
                var uniform = new Philox(generators[at]).Draw(DrawPhase.Update, name, _episodes[k], (uint)step, element, 0).Uniform;
                var drawn = low[at] + uniform * span[at];
                values[at] = (float)(whole ? Math.Floor(drawn) : drawn);
                at++;
            }
        }
    }

    /// <summary>A number of the report of a block.</summary>
    protected virtual Vector256<float> Report(int number, int block, ref float m, ref float p, ref float w) => Vector256<float>.Zero;

    /// <summary>Writes the lanes of a block to where the span, whose first entry is environment <paramref name="first"/>, has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector256<float> lanes, int block, int first, Span<float> values)
    {
        var at = block * Width - first;
        if (at >= 0 && at + Width <= values.Length)
        {
            lanes.StoreUnsafe(ref values[at]);
            return;
        }

        for (var lane = Math.Max(0, -at); lane < Math.Min(Width, values.Length - at); lane++)
            values[at + lane] = lanes[lane];
    }

    private void CheckPlayed(int index, int first, int count)
    {
        CheckStarted();
        if (index < 0 || index >= ProfileLength)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The entries of a profile are 0 to {ProfileLength - 1}.");
        if (first < 0 || first > Count - count)
            throw new ArgumentOutOfRangeException(nameof(first), first, $"{count} environments from {first} on are asked for; there are {Count}.");
    }
}
