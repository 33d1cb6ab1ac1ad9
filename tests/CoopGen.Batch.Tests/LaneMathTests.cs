using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CoopGen.Batch.Tests;

/// <summary>
/// The errors that <see cref="LaneMath"/> states, against double precision. Every 251st float from −∞ to ∞ is tried (17 million, a prime
/// distance so that all exponents and endings occur); set COOPGEN_EVERY_FLOAT=1 to try all 2³².
/// </summary>
public class LaneMathTests
{
    private static readonly uint Distance = Environment.GetEnvironmentVariable("COOPGEN_EVERY_FLOAT") == "1" ? 1u : 251u;

    [Theory]
    [InlineData("Log", 2)]
    [InlineData("Log1p", 2)]
    [InlineData("Exp", 2)]
    [InlineData("Tanh", 5)]
    [InlineData("LogOfNormal", 2)]
    [InlineData("Log1pOfPositive", 2)]
    [InlineData("ExpOfSmall", 2)]
    [InlineData("TanhOfFinite", 5)]
    public void Errors_over_all_floats_stay_below_what_is_stated(string function, double limit)
    {
        // Without fused multiply-add every step of the polynomials of tanh is rounded twice.
        if (function.StartsWith("Tanh", StringComparison.Ordinal) && !Fma.IsSupported && !AdvSimd.IsSupported)
            limit = 7;
        var inside = Domain(function);
        var (lanes, exact) = Pair(function);
        var (worst, at) = (0.0, 0f);
        Span<float> x = stackalloc float[8], y = stackalloc float[8];
        for (ulong first = 0; first <= uint.MaxValue; first += 8UL * Distance)
        {
            for (var k = 0; k < 8; k++)
                x[k] = BitConverter.UInt32BitsToSingle((uint)Math.Min(uint.MaxValue, first + (ulong)k * Distance));
            for (var k = 0; k < 8; k++)
                x[k] = inside(x[k]) ? x[k] : 1;
            lanes(Vector256.Create<float>(x)).CopyTo(y);
            for (var k = 0; k < 8; k++)
            {
                var error = Ulps(y[k], exact(x[k]));
                if (!(error <= worst))
                    (worst, at) = (error, x[k]);
            }
        }

        Assert.True(worst <= limit, $"{function}({at:R}) is off by {worst:F2} ulp.");
    }

    [Theory]
    [InlineData("Log", new float[] { 0, -0f, -1, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1, float.Epsilon })]
    [InlineData("Log1p", new float[] { 0, -0f, -1, -2, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon })]
    [InlineData("Exp", new float[] { 0, -0f, 89, -104, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -88 })]
    [InlineData("Tanh", new float[] { 0, -0f, 100, -100, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon })]
    public void Special_values_are_those_of_the_library(string function, float[] x)
    {
        var (lanes, exact) = Pair(function);
        var y = lanes(Vector256.Create(x));
        for (var k = 0; k < 8; k++)
            Assert.True(Ulps(y[k], exact(x[k])) <= 2 && float.IsNegative(y[k]) == float.IsNegative((float)exact(x[k])) | float.IsNaN(y[k]), $"{function}({x[k]}) = {y[k]}");
    }

    [Fact]
    public void Powers_of_all_kinds_of_floats_are_right_to_the_last_place()
    {
        float[] special =
        [
            0, -0f, 1, -1, 2, -2, 0.5f, -0.5f, 3, -3, 1.5f, -1.5f, float.Epsilon, -float.Epsilon, 1e-40f, 1.17549435e-38f, 1e30f, -1e30f, float.MaxValue, float.MinValue,
            MathF.BitIncrement(1), MathF.BitDecrement(1), 8388607, 16777217, 33554432, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        ];
        var (worst, what) = (0.0, "");
        void Try(float x, float y)
        {
            var (got, exact) = (LaneMath.Pow(Vector256.Create(x), Vector256.Create(y))[3], Math.Pow(x, y));
            var error = Ulps(got, exact);
            if (error == 0 && got == 0 && float.IsNegative(got) != double.IsNegative(exact))
                error = double.PositiveInfinity;
            if (error > worst)
                (worst, what) = (error, $"{x:R} to the {y:R} is {got:R}, not {exact:R}");
        }

        foreach (var x in special)
            foreach (var y in special)
                Try(x, y);
        var random = new Random(7);
        float Any() => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
        for (var trial = 0; trial < 400_000; trial++)
        {
            Try(random.NextSingle() * 200, random.NextSingle() * 8 - 4);
            Try(Any(), random.Next(-8, 8));
            Try(Math.Abs(Any()), Any());
            // Results over the whole range of floats.
            var x = MathF.Abs(Any());
            Try(x, (random.NextSingle() * 190 - 100) / MathF.Log(x));
        }

        Assert.True(worst <= 1, $"{what}, off by {worst:F2} ulp.");
    }

    /// <summary>Every base that is a normal number, at distances, to powers on both sides of 0, as long as the result is at most 1e37.</summary>
    [Fact]
    public void Powers_of_positive_numbers_stay_below_what_is_stated()
    {
        var (worst, what) = (0.0, "");
        foreach (var y in new[] { 0f, 0.1f, 1f / 6, 0.25f, 0.5f, 0.7f, 1f, 1.5f, 2f, 3.7f, 8f, -0.3f, -1f, -4f, -8f })
        {
            for (var bits = 0x00800000u; bits < 0x7F800000u; bits += 40_009)
            {
                var x = BitConverter.UInt32BitsToSingle(bits);
                var exact = Math.Pow(x, y);
                if (exact > 1e37)
                    continue;
                var got = LaneMath.PowOfPositive(Vector256.Create(x), Vector256.Create(y))[5];
                var error = exact < 2.4e-38 ? got <= 4.8e-38 ? 0 : double.PositiveInfinity : Ulps(got, exact);
                if (!(error <= worst))
                    (worst, what) = (error, $"{x:R} to the {y:R} is {got:R}");
            }

            var zero = LaneMath.PowOfPositive(Vector256<float>.Zero, Vector256.Create(y))[0];
            Assert.True(y < 0 || zero == (y == 0 ? 1 : 0), $"0 to the {y} is {zero}");
        }

        Assert.True(worst <= 8, $"{what}, off by {worst:F2} ulp.");
    }

    [Fact]
    public void Logarithm_of_a_product_is_that_of_its_factors()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 2000; trial++)
        {
            var (p, k, exact) = (Vector256<float>.One, Vector256<float>.Zero, 0.0);
            var count = random.Next(1, 1024);
            for (var factor = 0; factor < count; factor++)
            {
                var x = (float)Math.Pow(10, random.NextDouble() * 60 - 30);
                LaneMath.Multiply(ref p, ref k, Vector256.Create(x));
                exact += Math.Log(x);
            }

            // Each product is rounded once.
            Assert.Equal(exact, LaneMath.LogOfProduct(p, k)[2], 1e-7 * count + 3e-7 * Math.Abs(exact));
        }
    }

    /// <summary>Where a function is meant to be right.</summary>
    private static Func<float, bool> Domain(string function) => function switch
    {
        "LogOfNormal" => x => x is >= 1.17549435e-38f and <= float.MaxValue,
        "Log1pOfPositive" => x => x is >= 0 and <= 1e37f,
        "ExpOfSmall" => x => x is >= -87 and <= 88,
        "TanhOfFinite" => x => float.IsFinite(x) && (x == 0 || Math.Abs(x) >= 1e-30f),
        _ => _ => true,
    };

    private static (Func<Vector256<float>, Vector256<float>>, Func<float, double>) Pair(string function) => function switch
    {
        "LogOfNormal" => (LaneMath.LogOfNormal, x => Math.Log(x)),
        "Log1pOfPositive" => (LaneMath.Log1pOfPositive, x => MathOps.Log1p(x)),
        "ExpOfSmall" => (LaneMath.ExpOfSmall, x => Math.Exp(x)),
        "TanhOfFinite" => (LaneMath.TanhOfFinite, x => Math.Tanh(x)),
        "Log" => (LaneMath.Log, x => Math.Log(x)),
        "Log1p" => (LaneMath.Log1p, x => MathOps.Log1p(x)),
        "Exp" => (LaneMath.Exp, x => Math.Exp(x)),
        _ => (LaneMath.Tanh, x => Math.Tanh(x)),
    };

    /// <summary>Distance in units in the last place of the exact result, 0 where both are the same special value.</summary>
    private static double Ulps(float y, double exact)
    {
        var nearest = (float)exact;
        if (float.IsNaN(nearest))
            return float.IsNaN(y) ? 0 : double.PositiveInfinity;
        if (y == nearest)
            return 0;
        if (float.IsNaN(y))
            return double.PositiveInfinity;
        // Halfway to overflow either is right.
        if (float.IsInfinity(nearest) || float.IsInfinity(y))
            return Math.Abs(exact) is > 3.4028233e38 and < 3.4028241e38 ? 0 : double.PositiveInfinity;
        var unit = Math.Max((double)MathF.BitIncrement(MathF.Abs(nearest)) - MathF.Abs(nearest), float.Epsilon);
        return Math.Abs(y - exact) / unit;
    }
}
