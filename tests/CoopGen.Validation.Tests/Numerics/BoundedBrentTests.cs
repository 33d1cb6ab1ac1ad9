using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tests.Numerics;

/// <summary>The search takes the same way as SciPy's: the same points, so the same number of evaluations.</summary>
public sealed class BoundedBrentTests
{
    private static readonly Dictionary<string, Func<double, double>> _functions = new()
    {
        ["(x-2)^2"] = x => (x - 2) * (x - 2),
        ["x-20*ln(1+x)"] = x => x - 20 * Math.Log(1 + x),
        ["x-x^0.75"] = x => x - Math.Pow(x, 0.75),
        ["x"] = x => x,
        ["-x"] = x => -x,
        ["|x-3.3|"] = x => Math.Abs(x - 3.3),
        ["x^4-3x"] = x => Math.Pow(x, 4) - 3 * x,
        ["cos(x)"] = Math.Cos,
        ["x+100/x"] = x => x + 100 / x,
    };

    [Fact]
    public void Finds_what_SciPy_finds_in_as_many_evaluations()
    {
        var checks = Reference.Tr1.GetProperty("bounded_brent").EnumerateArray().ToArray();
        Assert.Equal(_functions.Count, checks.Length);
        foreach (var check in checks)
        {
            var found = BoundedBrent.Minimum(_functions[check.GetProperty("f").GetString()!], check.GetProperty("lo").GetDouble(), check.GetProperty("hi").GetDouble());
            Near.Digits(check.GetProperty("x").GetDouble(), found.X);
            Near.Digits(check.GetProperty("fun").GetDouble(), found.Value);
            Assert.Equal(check.GetProperty("evals").GetInt32(), found.Calls);
        }
    }

    [Theory]
    [InlineData(1, 1, 1e-5)]
    [InlineData(0, double.NaN, 1e-5)]
    [InlineData(0, 1, 0)]
    public void An_empty_interval_and_no_tolerance_are_refused(double low, double high, double tolerance) =>
        Assert.Throws<ArgumentException>(() => BoundedBrent.Minimum(x => x, low, high, tolerance));
}
