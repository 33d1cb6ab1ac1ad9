namespace CoopGen.Cli;

/// <summary>A curve as filled blocks of text, eight heights to a line.</summary>
internal static class Chart
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";

    /// <summary>Draws values between two bounds; what lies below or above is drawn at the bound. A value above the low bound is never drawn empty.</summary>
    /// <param name="values">The curve; NaN is drawn empty.</param>
    /// <param name="width">Characters per line.</param>
    /// <param name="height">Lines.</param>
    /// <param name="low">Value of the lower edge.</param>
    /// <param name="high">Value of the upper edge, above <paramref name="low"/>.</param>
    /// <returns>The lines from top to bottom.</returns>
    public static string[] Area(IReadOnlyList<double> values, int width, int height, double low, double high)
    {
        var lines = new char[height][];
        for (var line = 0; line < height; line++)
            lines[line] = new char[width];
        for (var column = 0; column < width; column++)
        {
            var eighths = Eighths(Mean(values, column, width), height, low, high);
            for (var line = 0; line < height; line++)
                lines[line][column] = Blocks[Math.Clamp(eighths - (height - 1 - line) * 8, 0, 8)];
        }

        return Array.ConvertAll(lines, l => new string(l));
    }

    private static int Eighths(double value, int height, double low, double high)
    {
        if (double.IsNaN(value))
            return 0;
        var share = Math.Clamp((value - low) / (high - low), 0, 1);
        var eighths = (int)Math.Round(share * height * 8);
        return eighths == 0 && share > 0 ? 1 : eighths;
    }

    /// <summary>Mean of the values that fall into a column; a value wider than a column fills several.</summary>
    private static double Mean(IReadOnlyList<double> values, int column, int width)
    {
        if (values.Count == 0)
            return double.NaN;
        var from = (int)((long)column * values.Count / width);
        var to = Math.Max(from + 1, (int)((long)(column + 1) * values.Count / width));
        var sum = 0.0;
        for (var k = from; k < to; k++)
            sum += values[k];
        return sum / (to - from);
    }
}
