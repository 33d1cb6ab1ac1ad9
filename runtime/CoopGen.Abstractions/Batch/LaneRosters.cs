using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static CoopGen.LaneOps;

namespace CoopGen;

/// <summary>
/// The list with membership and timers of eight environments, at a place in their block, laid out as <see cref="RosterOps"/> has it.
/// Comings and goings are rare and are done lane by lane. Called by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneRosters
{
    private const nuint Entry = LaneMath.Entry;

    /// <summary>Makes everyone a member in the lanes of a mask.</summary>
    public static void Fill(ref float m, nuint at, nuint row, Vector256<float> where)
    {
        Store(ref m, at, Of(row / Entry), where);
        for (nuint i = 0; i < row; i += Entry)
        {
            Store(ref m, at + Entry + i, Of(i / Entry), where);
            Store(ref m, at + Entry + row + i, None, where);
            Store(ref m, at + Entry + 2 * row + i, Of(1f), where);
        }
    }

    /// <summary>Where <paramref name="agent"/> is a member.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Has(ref float m, nuint at, nuint row, nuint agent) => Lt(None, Load(ref m, at + Entry + 2 * row + agent));

    /// <summary>The timer of <paramref name="agent"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Timer(ref float m, nuint at, nuint row, nuint agent) => Load(ref m, at + Entry + row + agent);

    /// <summary>Lowers the timer of everyone who is out, in the lanes of a mask.</summary>
    public static void Tick(ref float m, nuint at, nuint row, Vector256<float> where)
    {
        for (nuint i = 0; i < row; i += Entry)
            Store(ref m, at + Entry + row + i, Timer(ref m, at, row, i) - Of(1f) + Load(ref m, at + Entry + 2 * row + i), where);
    }

    /// <summary>See <see cref="RosterOps.Remove"/>; the flags are masks at entry <paramref name="from"/> of <paramref name="w"/>.</summary>
    public static void Remove(ref float m, nuint at, nuint row, ref float w, nuint from, Vector256<float> keep, Vector256<float> timer, Vector256<float> where) =>
        Change(ref m, at, row, ref w, from, keep, timer, where, leave: true);

    /// <summary>See <see cref="RosterOps.Admit"/>; the flags are masks at entry <paramref name="from"/> of <paramref name="w"/>.</summary>
    public static void Admit(ref float m, nuint at, nuint row, ref float w, nuint from, Vector256<float> where) =>
        Change(ref m, at, row, ref w, from, None, None, where, leave: false);

    private static void Change(ref float m, nuint at, nuint row, ref float w, nuint from, Vector256<float> keep, Vector256<float> timer, Vector256<float> where, bool leave)
    {
        var any = None;
        for (nuint i = 0; i < row; i += Entry)
        {
            var has = Has(ref m, at, row, i);
            any |= where & Load(ref w, from + i) & (leave ? has : ~has);
        }

        if (!AnyLane(any))
            return;
        var n = (int)(row / Entry);
        Span<double> roster = stackalloc double[RosterOps.Size(n)];
        Span<double> flags = stackalloc double[n];
        for (var lane = 0; lane < LaneMath.Width; lane++)
        {
            if (BitConverter.SingleToInt32Bits(any[lane]) == 0)
                continue;
            for (var k = 0; k < roster.Length; k++)
                roster[k] = From(ref m, at + (nuint)(k * LaneMath.Entry + lane));
            for (var i = 0; i < n; i++)
                flags[i] = BitConverter.SingleToInt32Bits(From(ref w, from + (nuint)(i * LaneMath.Entry + lane))) == 0 ? 0 : 1;
            if (leave)
                RosterOps.Remove(roster, flags, keep[lane], timer[lane]);
            else
                RosterOps.Admit(roster, flags);
            for (var k = 0; k < roster.Length; k++)
                From(ref m, at + (nuint)(k * LaneMath.Entry + lane)) = (float)roster[k];
        }
    }
}
