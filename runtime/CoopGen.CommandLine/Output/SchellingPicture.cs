using CoopGen.Solving;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace CoopGen.Cli;

/// <summary>Schelling diagrams as a picture file: one per state, what a player earns by how many others cooperate.</summary>
internal static class SchellingPicture
{
    /// <summary>Writes the picture; what kind follows from the name.</summary>
    public static void Write(string file, string title, DilemmaAnalysis analysis)
    {
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("others who cooperate");
        plot.YLabel("what a player earns");
        Color[] colors = [Colors.Black, Colors.Red, Colors.Blue];
        for (var k = 0; k < analysis.States.Count; k++)
        {
            var state = analysis.States[k];
            double[] others = [.. state.Schelling.Select(p => (double)p.Others)];
            foreach (var cooperates in new[] { true, false })
            {
                var line = plot.Add.Scatter(others, [.. state.Schelling.Select(p => cooperates ? p.Cooperating : p.FreeRiding)]);
                line.LegendText = $"{(cooperates ? "cooperates" : "rides free")}, {state.Name}";
                (line.Color, line.LineWidth, line.MarkerSize) = (colors[k % colors.Length], 2, 5);
                line.LinePattern = cooperates ? LinePattern.Solid : LinePattern.Dashed;
            }
        }

        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.ShowLegend(Edge.Bottom);
        Picture.Save(plot, file, title, [.. analysis.States.Select(s => ($"class {s.Name}", AnalysisResult.Words(s.Mean.Class)))]);
    }
}
