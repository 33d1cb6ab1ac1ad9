using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoopGen;

/// <summary><see cref="Philox"/> for four environments at once, one per 64-bit lane: the same bits.</summary>
internal static class PhiloxLanes
{
    /// <summary>The bits of four draws: A, B, C and D of <see cref="Philox.Block"/>, each in the low half of a lane. The high half is to be ignored.</summary>
    /// <param name="seeds">The keys.</param>
    /// <param name="phase">Where in the episode the numbers are drawn.</param>
    /// <param name="name">The number that stands for what is drawn.</param>
    /// <param name="episodes">The episode of each environment, below 2³².</param>
    /// <param name="steps">The step of each environment, below 2³⁰.</param>
    /// <param name="element">The element drawn.</param>
    /// <param name="site">The position in the formula.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<ulong> A, Vector256<ulong> B, Vector256<ulong> C, Vector256<ulong> D) Draw(
        Vector256<ulong> seeds, DrawPhase phase, uint name, Vector256<ulong> episodes, Vector256<ulong> steps, int element, int site)
    {
        // Only the low half of a lane counts; what multiplication leaves in the high half is never read.
        var (c0, c1) = (Vector256.Create((ulong)name), Vector256.Create((ulong)((uint)element << 8 | (uint)site)));
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

        return (c0, c1, c2, c3);
    }

    /// <summary>Uniform numbers in [0, 1), multiples of 2⁻⁵³, of the low halves: those of <see cref="Philox.Block.Uniform"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Unit(Vector256<ulong> high, Vector256<ulong> low)
    {
        // Both parts are whole and below 2⁵², so that they can be put into the mantissa of 2⁵²; their sum is exact.
        var upper = Whole(high & Vector256.Create(0xFFFFFFFFUL));
        var lower = Whole(Vector256.ShiftRightLogical(low & Vector256.Create(0xFFFFFFFFUL), 11));
        return (upper * (1 << 21) + lower) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal numbers of two uniform ones: those of <see cref="Philox.Block.Normal"/> to 1e-14.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Normal(Vector256<double> radius, Vector256<double> turn) =>
        Vector256.Sqrt(Vector256.Create(-2.0) * Vector256.Log(Vector256<double>.One - radius)) * CosineOfTurn(turn);

    /// <summary>cos 2πu for u in [0, 1), a multiple of 2⁻⁵³, to 1e-15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> CosineOfTurn(Vector256<double> u)
    {
        // It is sin 2πv with v = |u − ½| − ¼, exact and at most a quarter turn; the Taylor series ends where it is below the last digit.
        var x = (Vector256.Abs(u - Vector256.Create(0.5)) - Vector256.Create(0.25)) * (2 * Math.PI);
        var s = x * x;
        var p = Vector256.Create(1 / 51090942171709440000.0);
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(-1 / 121645100408832000.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(1 / 355687428096000.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(-1 / 1307674368000.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(1 / 6227020800.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(-1 / 39916800.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(1 / 362880.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(-1 / 5040.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(1 / 120.0));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(-1 / 6.0));
        return Vector256.MultiplyAddEstimate(p * s, x, x);
    }

    /// <summary>The product of the low halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Multiply(Vector256<ulong> a, Vector256<ulong> b) =>
        Avx2.IsSupported ? Avx2.Multiply(a.AsUInt32(), b.AsUInt32()) : (a & Vector256.Create(0xFFFFFFFFUL)) * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Whole(Vector256<ulong> x) => (x | Vector256.Create(0x4330000000000000UL)).AsDouble() - Vector256.Create((double)(1L << 52));
}
