using System.ComponentModel;
using System.Runtime.Intrinsics;
using static CoopGen.LaneOps;

namespace CoopGen;

/// <summary>States of eight environments. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneStates
{
    /// <summary>Copies entries in the lanes of a mask; places and length in numbers.</summary>
    public static void Copy(ref float from, nuint at, ref float to, nuint there, nuint length, Vector256<float> where)
    {
        for (nuint k = 0; k < length; k += LaneMath.Entry)
            Store(ref to, there + k, Load(ref from, at + k), where);
    }

    /// <summary>Sets entries to 0.</summary>
    public static void Clear(ref float to, nuint at, nuint length)
    {
        for (nuint k = 0; k < length; k += LaneMath.Entry)
            Store(ref to, at + k, None);
    }

    /// <summary>Adds entries in the lanes of a mask.</summary>
    public static void Add(ref float from, nuint at, ref float to, nuint there, nuint length, Vector256<float> where)
    {
        for (nuint k = 0; k < length; k += LaneMath.Entry)
            Store(ref to, there + k, Load(ref to, there + k) + (where & Load(ref from, at + k)));
    }

    /// <summary>Adds the diagonal of a state of pairs in the lanes of a mask; rows are <paramref name="row"/> numbers long.</summary>
    public static void AddDiagonal(ref float from, nuint at, ref float to, nuint there, nuint row, Vector256<float> where)
    {
        for (nuint k = 0; k < row; k += LaneMath.Entry)
        {
            var entry = k / LaneMath.Entry * row + k;
            Store(ref to, there + entry, Load(ref to, there + entry) + (where & Load(ref from, at + entry)));
        }
    }
}
