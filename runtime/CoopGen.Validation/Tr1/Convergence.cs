using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr1;

/// <summary>Experiment 4: from 50 starting points, the same for both value functions.</summary>
internal static class Convergence
{
    private const int Starts = 50;
    private const uint Seed = 42;

    public static Outcome Run(string suite, StudyCase study)
    {
        const string Experiment = "exp4_convergence";
        var random = new LegacyRandom(Seed);
        double[][] starts = [.. Enumerable.Range(0, Starts).Select(_ => new[] { random.Uniform(0.1, 50), random.Uniform(0.1, 50) })];
        var findings = new List<Finding>();
        var figures = new List<Curve>();
        foreach (var (name, venture) in new[] { ("power", study.Power), ("log", study.Logarithmic) })
        {
            var model = new Model(venture);
            var found = starts.Select(s => Equilibrium.Shipped(model, study.Box, 2, s)).ToArray();
            var exact = Equilibrium.Exact(venture, study.Box).Actions;
            for (var k = 0; k < Starts; k++)
            {
                for (var i = 0; i < 2; i++)
                    findings.Add(new(suite, Experiment, $"starts[{k}].{name}[{i}]", found[k].Actions[i], exact[i]) { Detail = true });
                findings.Add(new(suite, Experiment, $"starts[{k}].{name}_sweeps", found[k].Sweeps) { Detail = true });
            }

            findings.Add(new(suite, Experiment, $"{name}_converged", found.Count(e => e.Converged)) { Note = $"of {Starts}" });
            findings.Add(new(suite, Experiment, $"{name}_sweeps[min]", found.Min(e => e.Sweeps)));
            findings.Add(new(suite, Experiment, $"{name}_sweeps[max]", found.Max(e => e.Sweeps)));
            var spread = Enumerable.Range(0, 2).Max(i => found.Max(e => e.Actions[i]) - found.Min(e => e.Actions[i]));
            findings.Add(new(suite, Experiment, $"{name}_spread", spread, 0) { Note = "greatest distance of end points in an action; the equilibrium is one" });
            figures.Add(new(name == "log" ? "logarithmic" : name, [.. found.Select((_, k) => (double)k)], [.. found.Select(e => (double)e.Sweeps)], CurveKind.Points));
        }

        for (var k = 0; k < Starts; k++)
            for (var i = 0; i < 2; i++)
                findings.Add(new(suite, Experiment, $"starts[{k}].start[{i}]", starts[k][i]) { Detail = true });
        return new(findings) { Figures = [new("Rounds of best responses until rest", "starting point", "rounds", figures)] };
    }
}
