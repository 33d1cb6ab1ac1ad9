using CoopGen.Solving;
using ScottPlot;

namespace CoopGen.Cli;

/// <summary>What each of two agents does best against what the other does.</summary>
/// <param name="Problem">The game.</param>
/// <param name="Others">Of each agent, the actions of the other that are answered, in ascending order.</param>
/// <param name="Answers">Of each agent, its best responses to them.</param>
internal sealed record ReactionCurves(OneShotProblem Problem, double[][] Others, double[][] Answers)
{
    private const int Points = 121, Width = 61, Height = 21;

    /// <summary>Why there are no such curves; null if there are.</summary>
    public static string? WhyNot(OneShotProblem problem) =>
        problem.Agents != 2 ? $"there are {problem.Agents} agents, and they are of two"
        : problem.Dimensions != 1 || !problem.IsContinuous ? "they are of one continuous action per agent" : null;

    /// <summary>Finds the best responses.</summary>
    public static ReactionCurves Of(OneShotProblem problem)
    {
        var search = new BestResponseSearch(problem);
        var (others, answers) = (new double[2][], new double[2][]);
        for (var i = 0; i < 2; i++)
        {
            var (low, high) = (problem.Box.Low[1 - i], problem.Box.High[1 - i]);
            others[i] = [.. Enumerable.Range(0, Points).Select(k => low + k * (high - low) / (Points - 1))];
            var profile = problem.Part(0.5);
            answers[i] = new double[Points];
            for (var k = 0; k < Points; k++)
            {
                profile[1 - i] = others[i][k];
                answers[i][k] = search.Find(i, profile).Action[0];
            }
        }

        return new(problem, others, answers);
    }

    /// <summary>Draws both curves with the actions of the first agent to the right and those of the second upwards: ○ what the first does best, × what the second does best, ● an equilibrium.</summary>
    /// <param name="equilibria">Profiles.</param>
    /// <returns>The lines from top to bottom.</returns>
    public string[] Draw(IEnumerable<double[]> equilibria)
    {
        var canvas = new char[Height][];
        for (var line = 0; line < Height; line++)
            canvas[line] = [.. Enumerable.Repeat(' ', Width)];
        void Put(double first, double second, char sign)
        {
            var (x, y) = (Part(0, first), Part(1, second));
            canvas[Height - 1 - (int)Math.Round(y * (Height - 1))][(int)Math.Round(x * (Width - 1))] = sign;
        }

        for (var k = 0; k < Points; k++)
        {
            Put(Answers[0][k], Others[0][k], '○');
            Put(Others[1][k], Answers[1][k], '×');
        }

        foreach (var profile in equilibria)
            Put(profile[0], profile[1], '●');
        return Array.ConvertAll(canvas, line => new string(line));
    }

    /// <summary>Draws both curves and the equilibria into a file.</summary>
    public void Save(string file, string title, IReadOnlyList<string> names, IEnumerable<double[]> equilibria, IReadOnlyList<(string, string)> facts)
    {
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel($"action of {names[0]}");
        plot.YLabel($"action of {names[1]}");
        for (var i = 0; i < 2; i++)
        {
            var line = plot.Add.Scatter(i == 0 ? Answers[0] : Others[1], i == 0 ? Others[0] : Answers[1]);
            (line.LegendText, line.MarkerSize, line.LineWidth) = ($"best response of {names[i]}", 0, 2);
        }

        foreach (var profile in equilibria)
            plot.Add.Marker(profile[0], profile[1], MarkerShape.FilledCircle, 10, Colors.Black);
        plot.Axes.SetLimits(Problem.Box.Low[0], Problem.Box.High[0], Problem.Box.Low[1], Problem.Box.High[1]);
        plot.ShowLegend(Edge.Bottom);
        Picture.Save(plot, file, title, facts);
    }

    private double Part(int entry, double action) =>
        Problem.Box.High[entry] > Problem.Box.Low[entry] ? Math.Clamp((action - Problem.Box.Low[entry]) / (Problem.Box.High[entry] - Problem.Box.Low[entry]), 0, 1) : 0;
}
