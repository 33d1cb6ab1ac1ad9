using System.Globalization;
using System.Net;
using System.Text;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace CoopGen.Cli;

/// <summary>A run as a picture file: actions on the left axis, mean trust on the right one.</summary>
internal static class Picture
{
    private const int Width = 900;
    private const int Height = 480;

    private static readonly string[] _kinds = [".svg", ".png", ".html"];

    /// <summary>Refuses a file that could not be written in the end.</summary>
    /// <exception cref="UsageException">The kind is unknown or the directory is not there.</exception>
    public static void Check(string file)
    {
        var kind = Path.GetExtension(file).ToLowerInvariant();
        if (!_kinds.Contains(kind))
            throw new UsageException($"--plot is '{file}'; the name must end in one of {string.Join(", ", _kinds)}.");
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory && !Directory.Exists(directory))
            throw new UsageException($"--plot is '{file}'; there is no directory {directory}.");
        if (Directory.Exists(file))
            throw new UsageException($"--plot is '{file}', which is a directory; name a file.");
    }

    /// <summary>Writes the picture; what kind follows from the name.</summary>
    public static void Write(string file, string title, IReadOnlyList<Curve> actions, double[]? trust, IReadOnlyList<(string Name, string Value)> facts)
    {
        using var plot = Draw(title, actions, trust);
        Save(plot, file, title, facts);
    }

    /// <summary>Writes a picture into a file of the kind that its name says; a page has the facts below.</summary>
    public static void Save(Plot plot, string file, string title, IReadOnlyList<(string Name, string Value)> facts)
    {
        switch (Path.GetExtension(file).ToLowerInvariant())
        {
            case ".png":
                plot.SavePng(file, Width, Height);
                break;
            case ".svg":
                File.WriteAllText(file, plot.GetSvgXml(Width, Height));
                break;
            default:
                File.WriteAllText(file, Html(title, plot.GetSvgXml(Width, Height), facts));
                break;
        }
    }

    /// <summary>A line through one step is nothing to see; its point is drawn.</summary>
    private const int PointSize = 8;

    private static Plot Draw(string title, IReadOnlyList<Curve> actions, double[]? trust)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel("step");
        plot.YLabel("action");
        foreach (var curve in actions)
        {
            var line = plot.Add.Scatter(Steps(curve.Values), curve.Values);
            line.LegendText = curve.Name;
            line.MarkerSize = curve.Values.Length == 1 ? PointSize : 0;
            line.LineWidth = 2;
        }

        if (trust is not null)
        {
            var line = plot.Add.Scatter(Steps(trust), trust);
            line.LegendText = "mean trust (right axis)";
            line.MarkerSize = trust.Length == 1 ? PointSize : 0;
            line.LineWidth = 2;
            line.LinePattern = trust.Length == 1 ? LinePattern.Solid : LinePattern.Dashed;
            line.Color = Colors.Black;
            line.Axes.YAxis = plot.Axes.Right;
            plot.Axes.Right.Label.Text = "mean trust";
        }

        var (low, high) = (actions.Min(c => c.Low), actions.Max(c => c.High));
        var steps = actions[0].Values.Length;
        plot.Axes.SetLimitsX(steps == 1 ? 0 : 1, Math.Max(2, steps));
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.SetLimitsY(low, high + (high - low) * 0.02);
        if (trust is not null)
            plot.Axes.Right.Range.Set(0, 1.02);
        plot.ShowLegend(Edge.Bottom);
        return plot;
    }

    private static double[] Steps(double[] values) => [.. Enumerable.Range(1, values.Length).Select(k => (double)k)];

    private static string Html(string title, string svg, IReadOnlyList<(string Name, string Value)> facts)
    {
        var rows = new StringBuilder();
        foreach (var (name, value) in facts)
            rows.Append(CultureInfo.InvariantCulture, $"      <tr><th>{WebUtility.HtmlEncode(name)}</th><td>{WebUtility.HtmlEncode(value)}</td></tr>\n");
        var drawing = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        return Templates.Fill("run.html", ("Title", WebUtility.HtmlEncode(title)), ("Rows", rows.ToString()), ("Svg", drawing));
    }
}
