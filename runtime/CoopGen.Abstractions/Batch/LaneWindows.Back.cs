using System.Runtime.Intrinsics;
using static CoopGen.LaneOps;

namespace CoopGen;

/// <summary>The reverse of windows. Profiles are told by their age, because they lie in other rows before and after a push.</summary>
public static partial class LaneWindows
{
    /// <summary>Where the newest profile begins, from the beginning of the window.</summary>
    public static nuint NewestRow(ref float m, nuint top, nuint row) => Entry + Head(ref m, top) * row;

    /// <summary>Copies a window in the lanes of a mask to where the newest row of another lies.</summary>
    public static void Copy(ref float from, nuint at, nuint top, ref float to, nuint there, nuint topThere, nuint row, nuint capacity, Vector256<float> where)
    {
        Store(ref to, there, Load(ref from, at), where);
        for (nuint age = 0; age < capacity; age++)
        {
            var (source, target) = (at + Place(ref from, top, age, row, capacity), there + Place(ref to, topThere, age, row, capacity));
            for (nuint i = 0; i < row; i += Entry)
                Store(ref to, target + i, Load(ref from, source + i), where);
        }
    }

    /// <summary>Derivatives of a window that does not change in the lanes of a mask.</summary>
    /// <param name="before">Memory before.</param>
    /// <param name="topBefore">Where it says which row was the newest.</param>
    /// <param name="after">Memory after.</param>
    /// <param name="topAfter">Where it says which row is the newest.</param>
    /// <param name="later">Derivatives after.</param>
    /// <param name="atLater">Where those of the window begin.</param>
    /// <param name="earlier">Derivatives before; added to.</param>
    /// <param name="atEarlier">Where those of the window begin.</param>
    /// <param name="row">Length of a row.</param>
    /// <param name="capacity">Number of rows.</param>
    /// <param name="where">The lanes.</param>
    public static void KeepBack(ref float before, nuint topBefore, ref float after, nuint topAfter, ref float later, nuint atLater, ref float earlier, nuint atEarlier, nuint row, nuint capacity, Vector256<float> where) =>
        Back(ref before, topBefore, ref after, topAfter, ref later, atLater, ref earlier, atEarlier, row, capacity, 0, where);

    /// <summary>As <see cref="KeepBack"/>, of a window to which a profile is added: the others grow older by one, and the oldest drops out.</summary>
    public static void PushBack(ref float before, nuint topBefore, ref float after, nuint topAfter, ref float later, nuint atLater, ref float earlier, nuint atEarlier, nuint row, nuint capacity, Vector256<float> where) =>
        Back(ref before, topBefore, ref after, topAfter, ref later, atLater, ref earlier, atEarlier, row, capacity, 1, where);

    /// <summary>Adds what <see cref="At"/> hands on to the derivative of the entry it reads.</summary>
    public static void AtBack(ref float m, nuint at, nuint top, ref float adjoint, nuint there, nuint row, nuint capacity, nuint agent, Vector256<float> age, Vector256<float> value)
    {
        var known = Le(None, age) & Lt(age, Load(ref m, at));
        var whole = Vector256.Truncate(age);
        for (nuint k = 0; k < capacity; k++)
        {
            var place = there + Place(ref m, top, k, row, capacity) + agent;
            Store(ref adjoint, place, Load(ref adjoint, place) + (known & Eq(whole, Of(k)) & value));
        }
    }

    /// <summary>Adds what the mean over the newest profiles hands on to the derivatives of the entries it reads.</summary>
    public static void MeanBack(ref float m, nuint at, nuint top, ref float adjoint, nuint there, nuint row, nuint capacity, nuint agent, Vector256<float> last, Vector256<float> value)
    {
        var count = Min(Vector256.Truncate(last), Load(ref m, at));
        var share = value / Max(count, Of(1f));
        for (nuint age = 0; age < capacity; age++)
        {
            var place = there + Place(ref m, top, age, row, capacity) + agent;
            Store(ref adjoint, place, Load(ref adjoint, place) + (Lt(Of(age), count) & share));
        }
    }

    private static void Back(ref float before, nuint topBefore, ref float after, nuint topAfter, ref float later, nuint atLater, ref float earlier, nuint atEarlier, nuint row, nuint capacity, nuint older, Vector256<float> where)
    {
        for (nuint age = 0; age + older < capacity; age++)
        {
            var (source, target) = (atLater + Place(ref after, topAfter, age + older, row, capacity), atEarlier + Place(ref before, topBefore, age, row, capacity));
            for (nuint i = 0; i < row; i += Entry)
                Store(ref earlier, target + i, Load(ref earlier, target + i) + (where & Load(ref later, source + i)));
        }
    }

    /// <summary>Where the profile of an age begins, from the beginning of the window.</summary>
    private static nuint Place(ref float m, nuint top, nuint age, nuint row, nuint capacity)
    {
        var head = Head(ref m, top);
        return Entry + (head - age + (age > head ? capacity : 0)) * row;
    }
}
