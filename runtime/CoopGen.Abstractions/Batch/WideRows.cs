using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>Turns columns of two blocks side by side into rows, as <see cref="LaneRows"/> does for one. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WideRows
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
    public static void Write(ref float rows, nint length, Vector512<float> c0, Vector512<float> c1, Vector512<float> c2, Vector512<float> c3, Vector512<float> c4, Vector512<float> c5, Vector512<float> c6, Vector512<float> c7)
    {
        LaneRows.Write(ref rows, length, c0.GetLower(), c1.GetLower(), c2.GetLower(), c3.GetLower(), c4.GetLower(), c5.GetLower(), c6.GetLower(), c7.GetLower());
        LaneRows.Write(ref Unsafe.Add(ref rows, 8 * length), length, c0.GetUpper(), c1.GetUpper(), c2.GetUpper(), c3.GetUpper(), c4.GetUpper(), c5.GetUpper(), c6.GetUpper(), c7.GetUpper());
    }

    /// <summary>Writes one column.</summary>
    /// <param name="rows">Where it begins in the first row.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="column">The column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref float rows, nint length, Vector512<float> column)
    {
        LaneRows.Write(ref rows, length, column.GetLower());
        LaneRows.Write(ref Unsafe.Add(ref rows, 8 * length), length, column.GetUpper());
    }

    /// <summary>Writes neighbouring columns that lie one behind the other in memory.</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="columns">The first column.</param>
    /// <param name="count">How many there are.</param>
    public static void Write(ref float rows, nint length, ref float columns, nint count)
    {
        LaneRows.Write(ref rows, length, ref columns, count);
        LaneRows.Write(ref Unsafe.Add(ref rows, 8 * length), length, ref Unsafe.Add(ref columns, 8), count);
    }
}
