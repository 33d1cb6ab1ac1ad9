using System.Globalization;

namespace CoopGen.Validation.Tr1;

/// <summary>The suite's deterministic comparisons of the two value functions.</summary>
internal static class Sweeps
{
    /// <summary>Dependence from 0.3 to 1. As in the suite the rows are exchanged against the case: what is swept as Sony's dependence is put in Samsung's row, and Sony's is held at Samsung's 0.64.</summary>
    public static IEnumerable<(double Value, Venture Venture)> DependenceGames(Venture venture) =>
        Spaced(0.3, 1, 8).Select(d => (d, venture with { Dependence = [[0, d], [venture.Dependence[0][1], 0]] }));

    /// <summary>Synergy from 0.1 to 1, the same for both value functions.</summary>
    public static IEnumerable<(double Value, Venture Venture)> GammaGames(Venture venture) =>
        Spaced(0.1, 1, 10).Select(γ => (γ, venture with { Gamma = γ }));

    /// <summary>As many numbers from one to another, as NumPy's <c>linspace</c> spaces them.</summary>
    public static double[] Spaced(double from, double to, int count)
    {
        var step = (to - from) / (count - 1);
        double[] values = [.. Enumerable.Range(0, count).Select(k => k * step + from)];
        values[^1] = to;
        return values;
    }

    /// <summary>Experiment 5.</summary>
    public static Outcome Cases(string suite, StudyCase study) => Compare(suite, "exp5_cases", study, study.Data["variants"].List(1)
        .Select(entry => (entry["id"].Text(), (Func<Venture, Venture>)(v => v.Read(entry)))), null);

    /// <summary>Experiment 6a.</summary>
    public static Outcome Dependence(string suite, StudyCase study) => Compare(suite, "exp6_dependence", study, DependenceGames(study.Power)
        .Select((game, k) => (Name("D", game.Value), (Func<Venture, Venture>)(v => DependenceGames(v).ElementAt(k).Venture))), Spaced(0.3, 1, 8), "D of Samsung on Sony");

    /// <summary>Experiment 6b.</summary>
    public static Outcome Gamma(string suite, StudyCase study) => Compare(suite, "exp6_gamma", study, GammaGames(study.Power)
        .Select((game, k) => (Name("gamma", game.Value), (Func<Venture, Venture>)(v => GammaGames(v).ElementAt(k).Venture))), Spaced(0.1, 1, 10), "γ");

    private static string Name(string what, double value) => $"{what}.{value.ToString("0.0", CultureInfo.InvariantCulture)}";

    private static Outcome Compare(string suite, string experiment, StudyCase study, IEnumerable<(string Name, Func<Venture, Venture> Make)> games, double[]? x, string label = "")
    {
        var findings = new List<Finding>();
        var (power, logarithmic) = (new List<(double Shipped, double Exact)>(), new List<(double Shipped, double Exact)>());
        foreach (var (name, make) in games)
        {
            foreach (var (value, scores) in new[] { ("power", power), ("logarithmic", logarithmic) })
            {
                var venture = make(study.Of(value));
                var (shipped, exact) = (study.Shipped(venture), study.Exact(venture));
                scores.Add((shipped.Total, exact.Total));
                findings.Add(new(suite, experiment, $"{name}.{value}.score", shipped.Total, exact.Total));
                findings.Add(new(suite, experiment, $"{name}.{value}.coop_pct", shipped.Measures["coop_pct"], exact.Measures["coop_pct"]));
                findings.Add(new(suite, experiment, $"{name}.{value}.in_range", FoundationsSuite.InRange(study, shipped), FoundationsSuite.InRange(study, exact)));
            }
        }

        int Wins(Func<(double Shipped, double Exact), double> of) => logarithmic.Zip(power).Count(pair => of(pair.First) > of(pair.Second));
        findings.Add(new(suite, experiment, "log_wins", Wins(s => s.Shipped), Wins(s => s.Exact)) { Note = $"of {power.Count}" });
        if (x is null)
            return new(findings);
        return new(findings)
        {
            Figures =
            [
                new($"Score over {label}", label, "points of 60",
                [
                    new("logarithmic", x, [.. logarithmic.Select(s => s.Shipped)]), new("power", x, [.. power.Select(s => s.Shipped)]),
                    new("logarithmic, exact", x, [.. logarithmic.Select(s => s.Exact)], CurveKind.Points), new("power, exact", x, [.. power.Select(s => s.Exact)], CurveKind.Points),
                ]),
            ],
        };
    }
}
