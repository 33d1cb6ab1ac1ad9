using System.Globalization;

namespace CoopGen.Cli;

/// <summary>Numbers for people: few digits, the same in every culture.</summary>
internal static class Figures
{
    /// <summary>Five significant digits; a dash where there is no number.</summary>
    public static string Of(double? value) => value switch
    {
        null => "–",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "−∞",
        { } number => number.ToString("G5", CultureInfo.InvariantCulture),
    };

    /// <summary>Numbers side by side.</summary>
    public static string Row(ReadOnlySpan<double> values)
    {
        var texts = new string[values.Length];
        for (var k = 0; k < texts.Length; k++)
            texts[k] = Of(values[k]);
        return string.Join("  ", texts);
    }

    /// <summary>Mean, and standard deviation where there is more than one number.</summary>
    public static string Of(Moments moments) => moments.Count > 1 ? $"{Of(moments.Mean)} ± {Of(moments.Deviation)}" : Of(moments.Mean);
}
