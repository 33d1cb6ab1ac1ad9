namespace CoopGen.Validation.Tests;

/// <summary>Comparisons with figures that are given to nine digits.</summary>
internal static class Near
{
    /// <summary>All nine digits agree: half a unit of the ninth digit, and as much again as rounding in the last place of the double can add.</summary>
    public static void Digits(double expected, double actual, string what = "") => Relative(expected, actual, 5.1e-9, what);

    /// <summary>Agrees to a part of its size.</summary>
    public static void Relative(double expected, double actual, double tolerance, string what = "") =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected), $"{what}: {actual:G17} instead of {expected:G17}.");

    /// <summary>Agrees to so much.</summary>
    public static void Absolute(double expected, double actual, double tolerance, string what = "") =>
        Assert.True(Math.Abs(actual - expected) <= tolerance, $"{what}: {actual:G17} instead of {expected:G17}, which is not within {tolerance:G3}.");
}
