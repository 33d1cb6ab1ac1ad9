using ScottPlot;

namespace CoopGen.Validation;

/// <summary>Draws figures.</summary>
internal static class Drawing
{
    private const int Width = 760;
    private const int Height = 380;

    private static readonly Color[] _colors = [.. new[] { "#2a6fbb", "#d1603d", "#3d8b5f", "#8b5fbf", "#b58a1b", "#5b7083" }.Select(Color.FromHex)];

    /// <summary>A figure as SVG, without the XML declaration.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="prefix">Begins all names in it, so that pictures on one page do not take each other's.</param>
    public static string Svg(Figure figure, string prefix)
    {
        using var plot = Draw(figure);
        var svg = plot.GetSvgXml(Width, Height);
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Replace(" id=\"", $" id=\"{prefix}", StringComparison.Ordinal)
            .Replace("url(#", $"url(#{prefix}", StringComparison.Ordinal).Replace("href=\"#", $"href=\"#{prefix}", StringComparison.Ordinal);
    }

    internal static void Png(Figure figure, string file)
    {
        using var plot = Draw(figure);
        plot.SavePng(file, Width, Height);
    }

    private static Plot Draw(Figure figure)
    {
        var plot = new Plot();
        plot.Title(figure.Title, 15);
        plot.XLabel(figure.X, 13);
        plot.YLabel(figure.Y, 13);
        plot.Grid.MajorLineColor = Color.FromHex("#e6e6e6");
        foreach (var (k, stretch) in figure.Stretches.Index())
        {
            var span = plot.Add.HorizontalSpan(stretch.From, stretch.To);
            span.FillStyle.Color = Color.FromHex(k % 2 == 0 ? "#f4f1ea" : "#ffffff");
            span.LineStyle.Width = 0;
        }

        foreach (var (k, curve) in figure.Curves.Index())
            Add(plot, curve, _colors[k % _colors.Length]);
        foreach (var level in figure.Levels)
        {
            var line = plot.Add.HorizontalLine(level.Value, 1, Color.FromHex("#777777"), LinePattern.Dotted);
            line.LegendText = level.Name;
        }

        plot.Axes.AutoScale();
        if (figure.Stretches.Count > 0)
        {
            plot.Axes.SetLimitsX(figure.Stretches[0].From, figure.Stretches[^1].To);
            var top = plot.Axes.GetLimits().Top;
            foreach (var stretch in figure.Stretches)
            {
                var text = plot.Add.Text(stretch.Name, (stretch.From + stretch.To) / 2, top);
                text.LabelAlignment = Alignment.UpperCenter;
                text.LabelFontSize = 10;
                text.LabelFontColor = Color.FromHex("#777777");
            }
        }

        if (figure.Curves.Any(c => c.Kind == CurveKind.Bars))
            plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        if (figure.Curves.Any(c => c.Name.Length > 0) || figure.Levels.Count > 0)
            plot.ShowLegend(Edge.Bottom);
        return plot;
    }

    private static void Add(Plot plot, Curve curve, Color color)
    {
        if (curve.Kind == CurveKind.Bars)
        {
            var width = curve.X.Length > 1 ? curve.X.Zip(curve.X.Skip(1), (a, b) => b - a).Min() * 0.9 : 0.9;
            var bars = plot.Add.Bars(curve.X, curve.Y);
            bars.LegendText = curve.Name;
            foreach (var bar in bars.Bars)
                (bar.Size, bar.FillColor, bar.LineWidth) = (width, color.WithAlpha(0.75), 0);
            return;
        }

        var line = plot.Add.Scatter(curve.X, curve.Y, color);
        line.LegendText = curve.Name;
        line.LineWidth = curve.Kind == CurveKind.Points ? 0 : 2;
        line.MarkerSize = curve.Kind == CurveKind.Points ? 6 : 0;
        line.LinePattern = curve.Kind == CurveKind.Dashed ? LinePattern.Dashed : LinePattern.Solid;
    }
}
