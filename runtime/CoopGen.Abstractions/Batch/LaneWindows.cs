using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static CoopGen.LaneOps;

namespace CoopGen;

/// <summary>
/// The sliding window of eight environments, at a place in their block: the count, then <c>capacity</c> rows of <c>row</c> numbers, those
/// beyond the count 0. A whole number at <c>top</c> tells which row is the newest, the same for all lanes. Called by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class LaneWindows
{
    private const nuint Entry = LaneMath.Entry;

    /// <summary>Empties the window in the lanes of a mask.</summary>
    public static void Clear(ref float m, nuint at, nuint row, nuint capacity, Vector256<float> where)
    {
        for (nuint k = 0; k < Entry + row * capacity; k += Entry)
            Store(ref m, at + k, None, where);
    }

    /// <summary>Adds a profile that lies at <paramref name="from"/> in <paramref name="w"/>.</summary>
    /// <param name="m">The block.</param>
    /// <param name="at">Where the window begins.</param>
    /// <param name="top">Where it stands which row is the newest.</param>
    /// <param name="row">Length of a row.</param>
    /// <param name="capacity">Number of rows kept.</param>
    /// <param name="limit">The capacity of each lane, at most <paramref name="capacity"/>.</param>
    /// <param name="w">Where the profile lies.</param>
    /// <param name="from">Its place there.</param>
    public static void Push(ref float m, nuint at, nuint top, nuint row, nuint capacity, Vector256<float> limit, ref float w, nuint from)
    {
        var head = Advance(ref m, top, capacity);
        for (nuint i = 0; i < row; i += Entry)
            Store(ref m, at + Entry + head * row + i, Load(ref w, from + i));
        Store(ref m, at, Min(Load(ref m, at) + Of(1f), limit));
        // A lane that keeps fewer rows than the block forgets its oldest.
        if (!EveryLane(Eq(limit, Of(capacity))))
            Forget(ref m, at + Entry, row, capacity, head, limit);
    }

    /// <summary>Adds a profile in the lanes of a mask; the rows of the others are turned, so that their newest stays at the top.</summary>
    public static void Push(ref float m, nuint at, nuint top, nuint row, nuint capacity, Vector256<float> limit, ref float w, nuint from, Vector256<float> where)
    {
        if (!EveryLane(where))
            Turn(ref m, at + Entry, row, capacity, (Head(ref m, top) + 1) % capacity, ~where);
        var head = Advance(ref m, top, capacity);
        for (nuint i = 0; i < row; i += Entry)
            Store(ref m, at + Entry + head * row + i, Load(ref w, from + i), where);
        Store(ref m, at, Min(Load(ref m, at) + Of(1f), limit), where);
        if (!EveryLane(Eq(limit, Of(capacity))))
            Forget(ref m, at + Entry, row, capacity, head, limit);
    }

    /// <summary>The value at <paramref name="agent"/> in the profile <paramref name="age"/> pushes before the newest; 0 where there is none.</summary>
    public static Vector256<float> At(ref float m, nuint at, nuint top, nuint row, nuint capacity, nuint agent, Vector256<float> age)
    {
        // Ages between whole numbers mean the younger profile, as in the scalar environment.
        var known = Le(None, age) & Lt(age, Load(ref m, at));
        var whole = Vector256.Truncate(age);
        var (place, found) = (Head(ref m, top), None);
        for (nuint k = 0; k < capacity; k++)
        {
            found = Select(Eq(whole, Of(k)), Load(ref m, at + Entry + place * row + agent), found);
            place = place == 0 ? capacity - 1 : place - 1;
        }

        return known & found;
    }

    /// <summary>The mean at <paramref name="agent"/> over the newest min(<paramref name="last"/>, count) profiles; 0 when there is none.</summary>
    /// <remarks>Where only some lanes add profiles, the row at the top depends on them all: there sums begin with the newest, so that they do not.</remarks>
    public static Vector256<float> Mean(ref float m, nuint at, nuint top, nuint row, nuint capacity, nuint agent, Vector256<float> last)
    {
        var (count, head, sum) = (Min(Vector256.Truncate(last), Load(ref m, at)), Head(ref m, top), None);
        for (nuint age = 0; age < capacity; age++)
            sum += Lt(Of(age), count) & Load(ref m, at + Entry + agent + (head - age + (age > head ? capacity : 0)) * row);
        return Lt(None, count) & (sum / Max(count, Of(1f)));
    }

    /// <summary>As <see cref="Mean(ref float, nuint, nuint, nuint, nuint, nuint, Vector256{float})"/>, of a window to which every step adds a profile of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SteadyMean(ref float m, nuint at, nuint top, nuint row, nuint capacity, nuint agent, Vector256<float> last)
    {
        var (kept, count) = (Load(ref m, at), Min(Vector256.Truncate(last), Load(ref m, at)));
        var sum = EveryLane(Eq(count, kept)) ? Total(ref m, at + Entry + agent, row, capacity) : Newest(ref m, at + Entry + agent, Head(ref m, top), row, capacity, count);
        return Lt(None, count) & (sum / Max(count, Of(1f)));
    }

    /// <summary>As <see cref="SteadyMean(ref float, nuint, nuint, nuint, nuint, nuint, Vector256{float})"/>, over all profiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SteadyMean(ref float m, nuint at, nuint row, nuint capacity, nuint agent) =>
        Total(ref m, at + Entry + agent, row, capacity) / Max(Load(ref m, at), Of(1f));

    /// <summary>The sum over all rows as they lie; those that are not there are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Total(ref float m, nuint from, nuint row, nuint capacity)
    {
        var (even, odd, end, k) = (None, None, from + capacity * row, from);
        for (; k + row < end; k += 2 * row)
        {
            even += Load(ref m, k);
            odd += Load(ref m, k + row);
        }

        return k < end ? even + Load(ref m, k) + odd : even + odd;
    }

    /// <summary>The sum over the newest rows, in the order of <see cref="Total"/>, so that it does not matter which of them is taken.</summary>
    private static Vector256<float> Newest(ref float m, nuint from, nuint head, nuint row, nuint capacity, Vector256<float> count)
    {
        var (even, odd) = (None, None);
        for (nuint k = 0; k < capacity; k++)
        {
            var term = Lt(Of(head - k + (k > head ? capacity : 0)), count) & Load(ref m, from + k * row);
            if (k % 2 == 0)
                even += term;
            else
                odd += term;
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Head(ref float m, nuint top) => (nuint)BitConverter.SingleToInt32Bits(From(ref m, top));

    private static nuint Advance(ref float m, nuint top, nuint capacity)
    {
        var head = Head(ref m, top) + 1;
        if (head == capacity)
            head = 0;
        Store(ref m, top, Vector256.Create((int)head).AsSingle());
        return head;
    }

    /// <summary>Turns the rows of the lanes of a mask by one, so that their newest row lies at the new head.</summary>
    private static void Turn(ref float m, nuint rows, nuint row, nuint capacity, nuint head, Vector256<float> where)
    {
        for (nuint i = 0; i < row; i += Entry)
        {
            var oldest = Load(ref m, rows + head * row + i);
            for (nuint k = 0; k < capacity; k++)
            {
                var place = head - k + (k > head ? capacity : 0);
                var before = place == 0 ? capacity - 1 : place - 1;
                Store(ref m, rows + place * row + i, k == capacity - 1 ? oldest : Load(ref m, rows + before * row + i), where);
            }
        }
    }

    private static void Forget(ref float m, nuint rows, nuint row, nuint capacity, nuint head, Vector256<float> limit)
    {
        for (nuint place = 0; place < capacity; place++)
        {
            var age = head - place + (place > head ? capacity : 0);
            for (nuint i = 0; i < row; i += Entry)
                Store(ref m, rows + place * row + i, None, Le(limit, Of(age)));
        }
    }
}
