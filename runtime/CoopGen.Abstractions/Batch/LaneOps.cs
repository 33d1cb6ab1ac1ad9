using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoopGen;

/// <summary>
/// What batched kernels compute with: numbers of eight environments at once. A condition is a mask, all bits of a lane set where it
/// holds. Called by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneOps
{
    /// <summary>The mask of all lanes, as one number.</summary>
    public static readonly float TrueBits = BitConverter.Int32BitsToSingle(-1);

    /// <summary>The mask of all lanes.</summary>
    public static Vector256<float> All
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<float>.AllBitsSet;
    }

    /// <summary>0, and the mask of no lane.</summary>
    public static Vector256<float> None
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<float>.Zero;
    }

    /// <summary>The same number in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(float value) => Vector256.Create(value);

    /// <summary>All lanes or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Mask(bool holds) => holds ? Vector256<float>.AllBitsSet : Vector256<float>.Zero;

    /// <summary>The eight numbers of a block from <paramref name="at"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ref float block, nuint at) => Vector256.LoadUnsafe(ref block, at);

    /// <summary>Sets the eight numbers of a block from <paramref name="at"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref float block, nuint at, Vector256<float> value) => value.StoreUnsafe(ref block, at);

    /// <summary>Sets the numbers from <paramref name="at"/> on in the lanes of a mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref float block, nuint at, Vector256<float> value, Vector256<float> where) =>
        Store(ref block, at, Vector256.ConditionalSelect(where, value, Load(ref block, at)));

    /// <summary>Where the numbers of a block from <paramref name="at"/> on lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref float From(ref float block, nuint at) => ref Unsafe.Add(ref block, at);

    /// <summary>x where the condition holds, else y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Select(Vector256<float> where, Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(where, x, y);

    /// <summary>x·y + z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fma(Vector256<float> x, Vector256<float> y, Vector256<float> z) => Vector256.MultiplyAddEstimate(x, y, z);

    /// <summary>The lesser.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> x, Vector256<float> y) => Vector256.MinNative(x, y);

    /// <summary>The greater.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> x, Vector256<float> y) => Vector256.MaxNative(x, y);

    /// <summary>Whether x is below y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Lt(Vector256<float> x, Vector256<float> y) => Vector256.LessThan(x, y);

    /// <summary>Whether x is at most y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Le(Vector256<float> x, Vector256<float> y) => Vector256.LessThanOrEqual(x, y);

    /// <summary>Whether x is y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eq(Vector256<float> x, Vector256<float> y) => Vector256.Equals(x, y);

    /// <summary>|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> x) => Vector256.Abs(x);

    /// <summary>√x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sqrt(Vector256<float> x) => Vector256.Sqrt(x);

    /// <summary>See <see cref="LaneMath.Log"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x) => LaneMath.Log(x);

    /// <summary>See <see cref="LaneMath.Log1p"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log1p(Vector256<float> x) => LaneMath.Log1p(x);

    /// <summary>See <see cref="LaneMath.Exp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x) => LaneMath.Exp(x);

    /// <summary>See <see cref="LaneMath.Tanh"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x) => LaneMath.Tanh(x);

    /// <summary>See <see cref="LaneMath.LogOfNormal"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogOfNormal(Vector256<float> x) => LaneMath.LogOfNormal(x);

    /// <summary>See <see cref="LaneMath.Log1pOfPositive"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log1pOfPositive(Vector256<float> x) => LaneMath.Log1pOfPositive(x);

    /// <summary>See <see cref="LaneMath.ExpOfSmall"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpOfSmall(Vector256<float> x) => LaneMath.ExpOfSmall(x);

    /// <summary>See <see cref="LaneMath.TanhOfFinite"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TanhOfFinite(Vector256<float> x) => LaneMath.TanhOfFinite(x);

    /// <summary>See <see cref="LaneMath.PowOfPositive"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PowOfPositive(Vector256<float> x, Vector256<float> y) => LaneMath.PowOfPositive(x, y);

    /// <summary>See <see cref="LaneMath.Multiply"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(ref Vector256<float> p, ref Vector256<float> k, Vector256<float> x) => LaneMath.Multiply(ref p, ref k, x);

    /// <summary>See <see cref="LaneMath.LogOfProduct"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogOfProduct(Vector256<float> p, Vector256<float> k) => LaneMath.LogOfProduct(p, k);

    /// <summary>See <see cref="LaneMath.Pow"/>.</summary>
    public static Vector256<float> Pow(Vector256<float> x, Vector256<float> y) => LaneMath.Pow(x, y);

    /// <summary>Whether a condition holds in some lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyLane(Vector256<float> where) => where.AsInt32() != Vector256<int>.Zero;

    /// <summary>Whether a condition holds in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EveryLane(Vector256<float> where) => where.AsInt32() == Vector256<int>.AllBitsSet;
}
