using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static CoopGen.LaneOps;

namespace CoopGen;

/// <summary>States of eight environments. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneStates
{
    /// <summary>Copies entries in the lanes of a mask.</summary>
    public static void Copy(ref float from, int at, ref float to, int there, int count, Vector256<float> where)
    {
        for (var k = 0; k < count; k++)
            Store(ref to, there + k, Load(ref from, at + k), where);
    }
}

/// <summary>
/// The sliding window of eight environments, from entry <c>at</c> of a block: count, then <c>capacity</c> rows of n values, those beyond the
/// count 0. Entry <c>top</c> tells which row is the newest, the same for all lanes. Called by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneWindows
{
    /// <summary>Empties the window in the lanes of a mask.</summary>
    public static void Clear(ref float m, int at, int n, int capacity, Vector256<float> where)
    {
        Store(ref m, at, None, where);
        for (var k = 0; k < n * capacity; k++)
            Store(ref m, at + 1 + k, None, where);
    }

    /// <summary>Adds the profile of n values at entry <paramref name="from"/> of <paramref name="w"/> in the lanes of a mask.</summary>
    /// <param name="m">The block.</param>
    /// <param name="at">Where the window begins.</param>
    /// <param name="top">The entry with the newest row.</param>
    /// <param name="n">Number of agents.</param>
    /// <param name="capacity">Number of rows kept.</param>
    /// <param name="limit">The capacity of each lane, at most <paramref name="capacity"/>.</param>
    /// <param name="w">Where the profile lies.</param>
    /// <param name="from">Its first entry.</param>
    /// <param name="where">The lanes in which it is added.</param>
    public static void Push(ref float m, int at, int top, int n, int capacity, Vector256<float> limit, ref float w, int from, Vector256<float> where)
    {
        var head = (int)Load(ref m, top)[0] + 1;
        if (head == capacity)
            head = 0;
        if (!EveryLane(where))
            Turn(ref m, at + 1, n, capacity, head, ~where);
        for (var i = 0; i < n; i++)
            Store(ref m, at + 1 + head * n + i, Load(ref w, from + i), where);
        var count = Load(ref m, at);
        Store(ref m, at, Min(count + Of(1f), limit), where);
        Store(ref m, top, Of(head));
        // A lane that keeps fewer rows than the block forgets its oldest.
        if (!EveryLane(Eq(limit, Of(capacity))))
            Forget(ref m, at + 1, n, capacity, head, limit);
    }

    /// <summary>The value of <paramref name="agent"/> in the profile <paramref name="age"/> pushes before the newest; 0 where there is none.</summary>
    public static Vector256<float> At(ref float m, int at, int top, int n, int capacity, int agent, Vector256<float> age)
    {
        // Ages between whole numbers mean the younger profile, as in the scalar environment.
        var known = Le(None, age) & Lt(age, Load(ref m, at));
        var whole = Vector256.Truncate(age);
        var (row, found) = ((int)Load(ref m, top)[0], None);
        for (var k = 0; k < capacity; k++)
        {
            found = Select(Eq(whole, Of(k)), Load(ref m, at + 1 + row * n + agent), found);
            row = row == 0 ? capacity - 1 : row - 1;
        }

        return known & found;
    }

    /// <summary>The mean of <paramref name="agent"/> over the newest min(<paramref name="last"/>, count) profiles; 0 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Mean(ref float m, int at, int top, int n, int capacity, int agent, Vector256<float> last)
    {
        var count = Min(Vector256.Truncate(last), Load(ref m, at));
        var head = (int)Load(ref m, top)[0];
        var sum = EveryLane(Eq(count, Load(ref m, at))) ? Total(ref m, at + 1 + agent, head, n, capacity) : Newest(ref m, at + 1 + agent, head, n, capacity, count);
        return Lt(None, count) & (sum / Max(count, Of(1f)));
    }

    /// <summary>The sum over all rows, the newest first, whatever row that is; those that are not there are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Total(ref float m, int from, int head, int n, int capacity)
    {
        var sum = Load(ref m, from + head * n);
        for (var row = head - 1; row >= 0; row--)
            sum += Load(ref m, from + row * n);
        for (var row = capacity - 1; row > head; row--)
            sum += Load(ref m, from + row * n);
        return sum;
    }

    /// <summary>The sum over the newest rows, in the order of <see cref="Total"/>, so that a sum does not depend on the other lanes.</summary>
    private static Vector256<float> Newest(ref float m, int from, int head, int n, int capacity, Vector256<float> count)
    {
        var sum = None;
        for (var age = 0; age < capacity; age++)
        {
            var row = head - age + (age > head ? capacity : 0);
            sum += Lt(Of(age), count) & Load(ref m, from + row * n);
        }

        return sum;
    }

    /// <summary>Turns the rows of the lanes of a mask by one, so that their newest row lies at the new head.</summary>
    private static void Turn(ref float m, int rows, int n, int capacity, int head, Vector256<float> where)
    {
        for (var i = 0; i < n; i++)
        {
            var oldest = Load(ref m, rows + head * n + i);
            for (var k = 0; k < capacity; k++)
            {
                var row = head - k + (k > head ? capacity : 0);
                var before = row == 0 ? capacity - 1 : row - 1;
                Store(ref m, rows + row * n + i, k == capacity - 1 ? oldest : Load(ref m, rows + before * n + i), where);
            }
        }
    }

    private static void Forget(ref float m, int rows, int n, int capacity, int head, Vector256<float> limit)
    {
        for (var row = 0; row < capacity; row++)
        {
            var age = head - row + (row > head ? capacity : 0);
            for (var i = 0; i < n; i++)
                Store(ref m, rows + row * n + i, None, Le(limit, Of(age)));
        }
    }
}

/// <summary>
/// The list with membership and timers of eight environments, from entry <c>at</c> of a block, laid out as <see cref="RosterOps"/> has it.
/// Comings and goings are rare and are done lane by lane. Called by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneRosters
{
    /// <summary>Makes everyone a member in the lanes of a mask.</summary>
    public static void Fill(ref float m, int at, int n, Vector256<float> where)
    {
        Store(ref m, at, Of(n), where);
        for (var i = 0; i < n; i++)
        {
            Store(ref m, at + 1 + i, Of(i), where);
            Store(ref m, at + 1 + n + i, None, where);
            Store(ref m, at + 1 + 2 * n + i, Of(1f), where);
        }
    }

    /// <summary>Where <paramref name="agent"/> is a member.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Has(ref float m, int at, int n, int agent) => Lt(None, Load(ref m, at + 1 + 2 * n + agent));

    /// <summary>The timer of <paramref name="agent"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Timer(ref float m, int at, int n, int agent) => Load(ref m, at + 1 + n + agent);

    /// <summary>Lowers the timer of everyone who is out, in the lanes of a mask.</summary>
    public static void Tick(ref float m, int at, int n, Vector256<float> where)
    {
        for (var i = 0; i < n; i++)
            Store(ref m, at + 1 + n + i, Timer(ref m, at, n, i) - Of(1f) + Load(ref m, at + 1 + 2 * n + i), where);
    }

    /// <summary>See <see cref="RosterOps.Remove"/>; the flags are masks at entry <paramref name="from"/> of <paramref name="w"/>.</summary>
    public static void Remove(ref float m, int at, int n, ref float w, int from, Vector256<float> keep, Vector256<float> timer, Vector256<float> where) =>
        Change(ref m, at, n, ref w, from, keep, timer, where, leave: true);

    /// <summary>See <see cref="RosterOps.Admit"/>; the flags are masks at entry <paramref name="from"/> of <paramref name="w"/>.</summary>
    public static void Admit(ref float m, int at, int n, ref float w, int from, Vector256<float> where) =>
        Change(ref m, at, n, ref w, from, None, None, where, leave: false);

    private static void Change(ref float m, int at, int n, ref float w, int from, Vector256<float> keep, Vector256<float> timer, Vector256<float> where, bool leave)
    {
        var any = None;
        for (var i = 0; i < n; i++)
        {
            var has = Has(ref m, at, n, i);
            any |= where & Load(ref w, from + i) & (leave ? has : ~has);
        }

        if (!AnyLane(any))
            return;
        Span<double> roster = stackalloc double[RosterOps.Size(n)];
        Span<double> flags = stackalloc double[n];
        for (var lane = 0; lane < LaneMath.Width; lane++)
        {
            if (BitConverter.SingleToInt32Bits(any[lane]) == 0)
                continue;
            for (var k = 0; k < roster.Length; k++)
                roster[k] = Unsafe.Add(ref m, (at + k) * LaneMath.Width + lane);
            for (var i = 0; i < n; i++)
                flags[i] = BitConverter.SingleToInt32Bits(Unsafe.Add(ref w, (from + i) * LaneMath.Width + lane)) == 0 ? 0 : 1;
            if (leave)
                RosterOps.Remove(roster, flags, keep[lane], timer[lane]);
            else
                RosterOps.Admit(roster, flags);
            for (var k = 0; k < roster.Length; k++)
                Unsafe.Add(ref m, (at + k) * LaneMath.Width + lane) = (float)roster[k];
        }
    }
}
