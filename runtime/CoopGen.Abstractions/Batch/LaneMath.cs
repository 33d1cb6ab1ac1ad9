using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CoopGen;

/// <summary>
/// Elementary functions of eight single-precision numbers at once, one environment per lane. Every lane is computed alike, without
/// branches on other lanes, so that a result does not depend on its neighbours. The greatest error of each, in units in the last
/// place (ulp), is measured over the floats by a test; special values are those of <see cref="MathF"/>.
/// </summary>
/// <remarks>
/// Eight lanes of 32 bits are one <see cref="Vector256{T}"/>: one register with AVX2, two of 128 bits with SSE or NEON, and plain code
/// without either. The same text over vectors of 512 bits is written when this project is built, for the kernels that take two blocks
/// at once; the results are the same. Fused multiply-add is used where the processor has it: elsewhere results may differ in the last places.
/// </remarks>
public static class LaneMath
{
    /// <summary>Number of environments in a block.</summary>
    public const int Width = 8;

    /// <summary>Distance of the entries of a block: two blocks lie side by side, so that vectors of sixteen lanes can take both at once.</summary>
    public const int Entry = 16;

    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>Natural logarithm; at most 2 ulp, 0.83 over all floats with fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        // Denormals are scaled into the normal range first.
        var small = Vector256.LessThan(x, Vector256.Create(1.17549435e-38f));
        var scaled = Vector256.ConditionalSelect(small, x * 8388608f, x);
        var (f, k) = Split(scaled);
        k -= small & Vector256.Create(23f);
        var y = Assemble(f, k);
        y = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(float.PositiveInfinity)), y, x);
        y = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(float.NaN), y);
        return Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), Vector256.Create(float.NegativeInfinity), y);
    }

    /// <summary>Natural logarithm of a positive normal number; at most 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogOfNormal(Vector256<float> x)
    {
        var (f, k) = Split(x);
        return Assemble(f, k);
    }

    /// <summary>ln(1 + x) without loss near 0; at most 2 ulp, 1.40 over all floats with fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log1p(Vector256<float> x)
    {
        var u = x + Vector256<float>.One;
        var (f, k, scale) = SplitScaled(u);
        // What rounding took from 1 + x, in units of the mantissa.
        var big = Vector256.GreaterThan(x, Vector256<float>.One);
        var lost = Vector256.ConditionalSelect(big, Vector256<float>.One - (u - x), x - (u - Vector256<float>.One));
        // Beyond 2²⁴ nothing that matters is lost; the scale would leave the normal range.
        f += Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(1e9f)), lost * scale, Vector256<float>.Zero);
        var y = Assemble(f, k);
        y = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(float.PositiveInfinity)), y, x);
        y = Vector256.ConditionalSelect(Vector256.LessThan(u, Vector256<float>.Zero), Vector256.Create(float.NaN), y);
        y = Vector256.ConditionalSelect(Vector256.Equals(u, Vector256<float>.Zero), Vector256.Create(float.NegativeInfinity), y);
        // Also keeps the sign of 0.
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(1e-8f)), x, y);
    }

    /// <summary>ln(1 + x) for 0 ≤ x ≤ 1e37, without loss near 0; at most 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log1pOfPositive(Vector256<float> x)
    {
        var u = x + Vector256<float>.One;
        var (f, k, scale) = SplitScaled(u);
        // u − 1 is exact up to 2²⁴; beyond, what rounding took does not matter.
        return Assemble(Vector256.MultiplyAddEstimate(x - (u - Vector256<float>.One), scale, f), k);
    }

    /// <summary>eˣ; at most 2 ulp, also where the result is denormal; 1.01 over all floats with fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        var bounded = Vector256.Min(Vector256.Max(x, Vector256.Create(-110f)), Vector256.Create(100f));
        var (p, n) = ExpFraction(bounded);
        // 2ⁿ in two factors, so that neither leaves the normal range.
        var whole = Vector256.ConvertToInt32(n);
        var half = Vector256.ShiftRightArithmetic(whole, 1);
        var y = p * Power(half) * Power(whole - half);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), y, x);
    }

    /// <summary>eˣ for −87 ≤ x ≤ 88; at most 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpOfSmall(Vector256<float> x)
    {
        var (p, n) = ExpFraction(x);
        return (p.AsInt32() + (Vector256.ConvertToInt32Native(n) << 23)).AsSingle();
    }

    /// <summary>eˣ = p·2ⁿ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> P, Vector256<float> N) ExpFraction(Vector256<float> x)
    {
        var n = Vector256.Round(x * 1.44269504f);
        var r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2High), x);
        return (ExpNear0(Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2Low), r)), n);
    }

    /// <summary>eʳ for |r| ≤ ½·ln 2, by a polynomial (S. L. Moshier, Cephes).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpNear0(Vector256<float> r)
    {
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(5.0000001201e-1f));
        return Vector256.MultiplyAddEstimate(p, r * r, r) + Vector256<float>.One;
    }

    /// <summary>Hyperbolic tangent; at most 5 ulp, 4.90 over all floats with fused multiply-add; 7 where the processor has no fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x) =>
        // Keeps the sign of 0 and what is too small for its square; not a number stays so.
        Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(Vector256.Abs(x), Vector256.Create(4e-4f)), TanhOfFinite(x), x);

    /// <summary>Hyperbolic tangent of 0 or a number of magnitude 1e-30 or more; at most 5 ulp, 7 where the processor has no fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TanhOfFinite(Vector256<float> x)
    {
        // An odd rational function; from the bound on the result is ±1 to the last place.
        var bounded = Vector256.MinNative(Vector256.MaxNative(x, Vector256.Create(-7.99881172f)), Vector256.Create(7.99881172f));
        var s = bounded * bounded;
        var p = Vector256.Create(-2.76076847742355e-16f);
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(2.00018790482477e-13f));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(-8.60467152213735e-11f));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(5.12229709037114e-08f));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(1.48572235717979e-05f));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(6.37261928875436e-04f));
        p = Vector256.MultiplyAddEstimate(p, s, Vector256.Create(4.89352455891786e-03f));
        var q = Vector256.Create(1.19825839466702e-06f);
        q = Vector256.MultiplyAddEstimate(q, s, Vector256.Create(1.18534705686654e-04f));
        q = Vector256.MultiplyAddEstimate(q, s, Vector256.Create(2.26843463243900e-03f));
        q = Vector256.MultiplyAddEstimate(q, s, Vector256.Create(4.89352518554385e-03f));
        return bounded * p / q;
    }

    /// <summary>
    /// xʸ for x that is 0 or a positive normal number and |y| ≤ 8, where the result is at most 1e37; at most 8 ulp. 0 to a positive
    /// power is 0, and so is what is below 2.4e-38.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PowOfPositive(Vector256<float> x, Vector256<float> y)
    {
        // xʸ = 2ⁿ·eʳ: the whole part of the exponent is taken off exactly, so that r is as good as ln(1 + f).
        var (f, k) = Split(x);
        var log = Assemble(f, Vector256<float>.Zero);
        var whole = y * k;
        var rest = Fma.IsSupported || AdvSimd.IsSupported ? Vector256.MultiplyAddEstimate(y, k, -whole) : Lost(y, k, whole);
        var n = Vector256.Round(Vector256.MultiplyAddEstimate(y * log, Vector256.Create(1.44269504f), whole));
        var part = whole - n + rest;
        var r = Vector256.MultiplyAddEstimate(part, Vector256.Create(0.693147182f), y * log);
        var power = (ExpNear0(r).AsInt32() + (Vector256.ConvertToInt32Native(n) << 23)).AsSingle();
        var vanishes = Vector256.Equals(x, Vector256<float>.Zero) & ~Vector256.Equals(y, Vector256<float>.Zero) | Vector256.LessThan(n, Vector256.Create(-125f));
        return Vector256.AndNot(power, vanishes);
    }

    /// <summary>What rounding took from y·k for a k of at most 12 bits: those of y are halved, so that either product is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Lost(Vector256<float> y, Vector256<float> k, Vector256<float> product)
    {
        var high = y & Vector256.Create(unchecked((int)0xFFFFF000)).AsSingle();
        return high * k - product + (y - high) * k;
    }

    /// <summary>Multiplies a product p·2ᵏ, 1 ≤ √2·p &lt; 2, by a number between 1e-30 and 1e30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(ref Vector256<float> p, ref Vector256<float> k, Vector256<float> x)
    {
        var (f, exponent) = Split(p * x);
        p = f + Vector256<float>.One;
        k += exponent;
    }

    /// <summary>Natural logarithm of a product p·2ᵏ, 1 ≤ √2·p &lt; 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogOfProduct(Vector256<float> p, Vector256<float> k) => Assemble(p - Vector256<float>.One, k);

    /// <summary>xʸ, computed in double precision; at most 1 ulp. A negative base needs a whole exponent.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256<float> Pow(Vector256<float> x, Vector256<float> y)
    {
        var (xLow, xHigh) = Vector256.Widen(Vector256.Abs(x));
        var (yLow, yHigh) = Vector256.Widen(y);
        var power = Vector256.Narrow(Vector256.Exp(yLow * Vector256.Log(xLow)), Vector256.Exp(yHigh * Vector256.Log(xHigh)));
        var negative = Vector256.LessThan(x.AsInt32(), Vector256<int>.Zero).AsSingle();
        if (negative.AsInt32() != Vector256<int>.Zero)
        {
            var isWhole = Vector256.Equals(Vector256.Floor(y), y);
            var isOdd = isWhole & ~Vector256.Equals(Vector256.Floor(y * 0.5f), y * 0.5f);
            var below = Vector256.LessThan(x, Vector256<float>.Zero) & Vector256.GreaterThan(x, Vector256.Create(float.NegativeInfinity));
            power = Vector256.ConditionalSelect(negative & isOdd, -power, power);
            power = Vector256.ConditionalSelect(below & ~isWhole, Vector256.Create(float.NaN), power);
        }

        var isOne = Vector256.Equals(y, Vector256<float>.Zero) | Vector256.Equals(x, Vector256<float>.One)
            | Vector256.Equals(Vector256.Abs(x), Vector256<float>.One) & Vector256.Equals(Vector256.Abs(y), Vector256.Create(float.PositiveInfinity));
        return Vector256.ConditionalSelect(isOne, Vector256<float>.One, power);
    }

    /// <summary>2ᵏ for whole numbers −126 … 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Power(Vector256<int> k) => ((k + Vector256.Create(127)) << 23).AsSingle();

    /// <summary>x = (1 + f)·2ᵏ with 1 + f in [√½, √2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> F, Vector256<float> K) Split(Vector256<float> x)
    {
        var bits = x.AsInt32() - Vector256.Create(0x3F3504F3);
        var f = ((bits & Vector256.Create(0x007FFFFF)) + Vector256.Create(0x3F3504F3)).AsSingle() - Vector256<float>.One;
        return (f, Vector256.ConvertToSingle(Vector256.ShiftRightArithmetic(bits, 23)));
    }

    /// <summary>As <see cref="Split"/>, with 2⁻ᵏ, which is right where it is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> F, Vector256<float> K, Vector256<float> Scale) SplitScaled(Vector256<float> x)
    {
        var bits = x.AsInt32() - Vector256.Create(0x3F3504F3);
        var k = Vector256.ShiftRightArithmetic(bits, 23);
        var f = ((bits & Vector256.Create(0x007FFFFF)) + Vector256.Create(0x3F3504F3)).AsSingle() - Vector256<float>.One;
        return (f, Vector256.ConvertToSingle(k), ((Vector256.Create(127) - k) << 23).AsSingle());
    }

    /// <summary>ln(1 + f) + k·ln 2, by a polynomial in f (S. L. Moshier, Cephes) and ln 2 in two parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Assemble(Vector256<float> f, Vector256<float> k)
    {
        var p = Vector256.Create(7.0376836292e-2f);
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.1514610310e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.1676998740e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.2420140846e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.4249322787e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.6668057665e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(2.0000714765e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-2.4999993993e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(3.3333331174e-1f));
        var s = f * f;
        var y = p * (s * f);
        y = Vector256.MultiplyAddEstimate(k, Vector256.Create(Ln2Low), y);
        y = Vector256.MultiplyAddEstimate(s, Vector256.Create(-0.5f), y);
        return Vector256.MultiplyAddEstimate(k, Vector256.Create(Ln2High), f + y);
    }
}
