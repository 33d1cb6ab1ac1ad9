using System.Runtime.Intrinsics;

namespace CoopGen.Batch.Tests;

/// <summary>Sixteen lanes compute what eight do, to the last bit: on every processor, because both are plain operations that round alike.</summary>
public class WideTests
{
    /// <summary>Floats from −∞ to ∞ at a prime distance, so that all exponents and endings occur.</summary>
    private const uint Distance = 4_001;

    private delegate Vector256<float> Eight(Vector256<float> x);

    private delegate Vector512<float> Sixteen(Vector512<float> x);

    [Theory]
    [InlineData("Log")]
    [InlineData("Log1p")]
    [InlineData("Exp")]
    [InlineData("Tanh")]
    [InlineData("LogOfNormal")]
    [InlineData("Log1pOfPositive")]
    [InlineData("ExpOfSmall")]
    [InlineData("TanhOfFinite")]
    [InlineData("Pow")]
    [InlineData("PowOfPositive")]
    public void Functions_do_not_depend_on_the_width(string function)
    {
        var (eight, sixteen) = Both(function);
        Span<float> x = stackalloc float[16];
        for (ulong first = 0; first <= uint.MaxValue; first += 16UL * Distance)
        {
            for (var k = 0; k < 16; k++)
                x[k] = BitConverter.UInt32BitsToSingle((uint)Math.Min(uint.MaxValue, first + (ulong)k * Distance));
            var (low, high) = (eight(Vector256.Create<float>(x[..8])), eight(Vector256.Create<float>(x[8..])));
            var wide = sixteen(Vector512.Create<float>(x));
            if (!Vector512.EqualsAll(wide.AsInt32(), Vector512.Create(low, high).AsInt32()))
                Assert.Fail($"{function} of {string.Join(", ", x.ToArray())}: {wide}, but {low} and {high}.");
        }
    }

    private static (Eight, Sixteen) Both(string function) => function switch
    {
        "Log" => (LaneMath.Log, WideMath.Log),
        "Log1p" => (LaneMath.Log1p, WideMath.Log1p),
        "Exp" => (LaneMath.Exp, WideMath.Exp),
        "Tanh" => (LaneMath.Tanh, WideMath.Tanh),
        "LogOfNormal" => (LaneMath.LogOfNormal, WideMath.LogOfNormal),
        "Log1pOfPositive" => (LaneMath.Log1pOfPositive, WideMath.Log1pOfPositive),
        "ExpOfSmall" => (LaneMath.ExpOfSmall, WideMath.ExpOfSmall),
        "TanhOfFinite" => (LaneMath.TanhOfFinite, WideMath.TanhOfFinite),
        "Pow" => (x => LaneMath.Pow(x, Vector256.Create(0.7f)), x => WideMath.Pow(x, Vector512.Create(0.7f))),
        _ => (x => LaneMath.PowOfPositive(x, Vector256.Create(0.7f)), x => WideMath.PowOfPositive(x, Vector512.Create(0.7f))),
    };
}
