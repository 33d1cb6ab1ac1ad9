namespace CoopGen;

/// <summary>Functions that generated code and specs share because <see cref="Math"/> lacks them.</summary>
public static class MathOps
{
    /// <summary>The nearest number in single precision.</summary>
    public static double Single(double x) => (float)x;

    /// <summary>
    /// ln(1 + x), accurate to a few ulp also near 0 (Kahan's correction: the rounding error of 1 + x cancels in the
    /// quotient); −∞ at −1 and NaN below.
    /// </summary>
    public static double Log1p(double x)
    {
        var u = 1 + x;
        if (u == 1)
            return x;
        return double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }
}
