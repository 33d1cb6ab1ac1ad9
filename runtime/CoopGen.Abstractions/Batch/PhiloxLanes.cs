using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoopGen;

/// <summary><see cref="Philox"/> for four environments at once, one per 64-bit lane: the same bits.</summary>
internal static class PhiloxLanes
{
    /// <summary>Four uniform numbers in [0, 1), multiples of 2⁻⁵³: those of <see cref="Philox.Block.Uniform"/>.</summary>
    /// <param name="seeds">The keys.</param>
    /// <param name="phase">Where in the episode the numbers are drawn.</param>
    /// <param name="name">The number that stands for what is drawn.</param>
    /// <param name="episodes">The episode of each environment, below 2³².</param>
    /// <param name="steps">The step of each environment, below 2³⁰.</param>
    /// <param name="element">The element drawn.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Uniform(Vector256<ulong> seeds, DrawPhase phase, uint name, Vector256<ulong> episodes, Vector256<ulong> steps, int element)
    {
        // Only the low half of a lane counts; what multiplication leaves in the high half is never read.
        var (c0, c1) = (Vector256.Create((ulong)name), Vector256.Create((ulong)((uint)element << 8)));
        var (c2, c3) = (steps | Vector256.Create((ulong)phase << 30), episodes);
        var (k0, k1) = (seeds, Vector256.ShiftRightLogical(seeds, 32));
        for (var round = 0; round < 10; round++)
        {
            var p0 = Multiply(c0, Vector256.Create(0xD2511F53UL));
            var p1 = Multiply(c2, Vector256.Create(0xCD9E8D57UL));
            (c0, c1, c2, c3) = (Vector256.ShiftRightLogical(p1, 32) ^ c1 ^ k0, p1, Vector256.ShiftRightLogical(p0, 32) ^ c3 ^ k1, p0);
            k0 += Vector256.Create(0x9E3779B9UL);
            k1 += Vector256.Create(0xBB67AE85UL);
        }

        // Both parts are whole and below 2⁵², so that they can be put into the mantissa of 2⁵²; their sum is exact.
        var high = Whole(c0 & Vector256.Create(0xFFFFFFFFUL));
        var low = Whole(Vector256.ShiftRightLogical(c1 & Vector256.Create(0xFFFFFFFFUL), 11));
        return (high * (1 << 21) + low) * (1.0 / (1UL << 53));
    }

    /// <summary>The product of the low halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Multiply(Vector256<ulong> a, Vector256<ulong> b) =>
        Avx2.IsSupported ? Avx2.Multiply(a.AsUInt32(), b.AsUInt32()) : (a & Vector256.Create(0xFFFFFFFFUL)) * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Whole(Vector256<ulong> x) => (x | Vector256.Create(0x4330000000000000UL)).AsDouble() - Vector256.Create((double)(1L << 52));
}
