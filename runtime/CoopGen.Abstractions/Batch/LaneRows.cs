using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoopGen;

/// <summary>Turns columns of eight environments into rows, one per environment. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneRows
{
    /// <summary>Writes eight neighbouring columns.</summary>
    /// <param name="rows">Where the first of them begins in the first row.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="c0">First column.</param>
    /// <param name="c1">Second column.</param>
    /// <param name="c2">Third column.</param>
    /// <param name="c3">Fourth column.</param>
    /// <param name="c4">Fifth column.</param>
    /// <param name="c5">Sixth column.</param>
    /// <param name="c6">Seventh column.</param>
    /// <param name="c7">Eighth column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref float rows, nint length, Vector256<float> c0, Vector256<float> c1, Vector256<float> c2, Vector256<float> c3, Vector256<float> c4, Vector256<float> c5, Vector256<float> c6, Vector256<float> c7)
    {
        if (!Avx.IsSupported)
        {
            Write(ref rows, length, c0, c1, c2, c3);
            Write(ref Unsafe.Add(ref rows, 4), length, c4, c5, c6, c7);
            return;
        }

        var (p0, p1) = (Avx.UnpackLow(c0, c1), Avx.UnpackHigh(c0, c1));
        var (p2, p3) = (Avx.UnpackLow(c2, c3), Avx.UnpackHigh(c2, c3));
        var (p4, p5) = (Avx.UnpackLow(c4, c5), Avx.UnpackHigh(c4, c5));
        var (p6, p7) = (Avx.UnpackLow(c6, c7), Avx.UnpackHigh(c6, c7));
        var (q0, q1) = (Avx.Shuffle(p0, p2, 0x44), Avx.Shuffle(p0, p2, 0xEE));
        var (q2, q3) = (Avx.Shuffle(p1, p3, 0x44), Avx.Shuffle(p1, p3, 0xEE));
        var (q4, q5) = (Avx.Shuffle(p4, p6, 0x44), Avx.Shuffle(p4, p6, 0xEE));
        var (q6, q7) = (Avx.Shuffle(p5, p7, 0x44), Avx.Shuffle(p5, p7, 0xEE));
        Avx.Permute2x128(q0, q4, 0x20).StoreUnsafe(ref rows);
        Avx.Permute2x128(q1, q5, 0x20).StoreUnsafe(ref Unsafe.Add(ref rows, length));
        Avx.Permute2x128(q2, q6, 0x20).StoreUnsafe(ref Unsafe.Add(ref rows, 2 * length));
        Avx.Permute2x128(q3, q7, 0x20).StoreUnsafe(ref Unsafe.Add(ref rows, 3 * length));
        Avx.Permute2x128(q0, q4, 0x31).StoreUnsafe(ref Unsafe.Add(ref rows, 4 * length));
        Avx.Permute2x128(q1, q5, 0x31).StoreUnsafe(ref Unsafe.Add(ref rows, 5 * length));
        Avx.Permute2x128(q2, q6, 0x31).StoreUnsafe(ref Unsafe.Add(ref rows, 6 * length));
        Avx.Permute2x128(q3, q7, 0x31).StoreUnsafe(ref Unsafe.Add(ref rows, 7 * length));
    }

    /// <summary>Writes four neighbouring columns.</summary>
    /// <param name="rows">Where the first of them begins in the first row.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="c0">First column.</param>
    /// <param name="c1">Second column.</param>
    /// <param name="c2">Third column.</param>
    /// <param name="c3">Fourth column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref float rows, nint length, Vector256<float> c0, Vector256<float> c1, Vector256<float> c2, Vector256<float> c3)
    {
        Four(ref rows, length, c0.GetLower(), c1.GetLower(), c2.GetLower(), c3.GetLower());
        Four(ref Unsafe.Add(ref rows, 4 * length), length, c0.GetUpper(), c1.GetUpper(), c2.GetUpper(), c3.GetUpper());
    }

    /// <summary>Writes one column.</summary>
    /// <param name="rows">Where it begins in the first row.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="column">The column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref float rows, nint length, Vector256<float> column)
    {
        var (low, high) = (column.GetLower(), column.GetUpper());
        rows = low[0];
        Unsafe.Add(ref rows, length) = low[1];
        Unsafe.Add(ref rows, 2 * length) = low[2];
        Unsafe.Add(ref rows, 3 * length) = low[3];
        Unsafe.Add(ref rows, 4 * length) = high[0];
        Unsafe.Add(ref rows, 5 * length) = high[1];
        Unsafe.Add(ref rows, 6 * length) = high[2];
        Unsafe.Add(ref rows, 7 * length) = high[3];
    }

    /// <summary>Writes neighbouring columns that lie one behind the other in memory.</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="columns">The first column.</param>
    /// <param name="count">How many there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ref float rows, nint length, ref float columns, nint count)
    {
        if (count < LaneMath.Width)
        {
            for (nint k = 0; k < count; k++)
                Write(ref Unsafe.Add(ref rows, k), length, LaneOps.Load(ref columns, (nuint)k * LaneMath.Entry));
            return;
        }

        for (nint k = 0; k < count; k += LaneMath.Width)
        {
            // The last eight may overlap those before.
            var from = Math.Min(k, count - LaneMath.Width);
            ref var c = ref Unsafe.Add(ref columns, from * LaneMath.Entry);
            Write(ref Unsafe.Add(ref rows, from), length, LaneOps.Load(ref c, 0), LaneOps.Load(ref c, 16), LaneOps.Load(ref c, 32), LaneOps.Load(ref c, 48),
                LaneOps.Load(ref c, 64), LaneOps.Load(ref c, 80), LaneOps.Load(ref c, 96), LaneOps.Load(ref c, 112));
        }
    }

    private static void Four(ref float rows, nint length, Vector128<float> c0, Vector128<float> c1, Vector128<float> c2, Vector128<float> c3)
    {
        for (var k = 0; k < 4; k++)
            Vector128.Create(c0[k], c1[k], c2[k], c3[k]).StoreUnsafe(ref Unsafe.Add(ref rows, k * length));
    }
}
