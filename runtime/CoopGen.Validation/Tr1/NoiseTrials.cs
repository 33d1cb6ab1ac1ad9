using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr1;

/// <summary>Experiments 2 and 3: the case with noise on what is known of it, solved with both value functions.</summary>
internal sealed class NoiseTrials(StudyCase study)
{
    private const int Trials = 500;
    private const uint Seed = 42;

    private sealed record Trial(double[] Noise, ScoredVenture Power, ScoredVenture Log, ScoredVenture PowerExactly, ScoredVenture LogExactly);

    /// <summary>Runs all trials at a level of noise.</summary>
    public Outcome Run(string suite, string experiment, double level, CancellationToken cancellation)
    {
        var trials = Make(level, cancellation);
        var findings = new List<Finding>();
        void Add(string item, Quantity? shipped, Quantity? exact = null, bool detail = false, string note = "") => findings.Add(new(suite, experiment, item, shipped, exact) { Detail = detail, Note = note });
        double[] Scores(Func<Trial, ScoredVenture> of) => [.. trials.Select(t => of(t).Total)];
        var (power, log) = (Scores(t => t.Power), Scores(t => t.Log));
        var (powerExactly, logExactly) = (Scores(t => t.PowerExactly), Scores(t => t.LogExactly));
        foreach (var (name, scores, exactly, of, exactOf) in new (string, double[], double[], Func<Trial, ScoredVenture>, Func<Trial, ScoredVenture>)[]
        {
            ("power", power, powerExactly, t => t.Power, t => t.PowerExactly), ("log", log, logExactly, t => t.Log, t => t.LogExactly),
        })
        {
            Add($"{name}_mean", Statistics.Mean(scores), Statistics.Mean(exactly), note: "points of 60");
            Add($"{name}_std", Statistics.Deviation(scores, 0), Statistics.Deviation(exactly, 0));
            Add($"{name}_ci[0]", Statistics.Percentile(scores, 2.5), Statistics.Percentile(exactly, 2.5), note: "2.5 % are below");
            Add($"{name}_ci[1]", Statistics.Percentile(scores, 97.5), Statistics.Percentile(exactly, 97.5), note: "2.5 % are above");
            foreach (var points in scores.Concat(exactly).Distinct().Order())
                Add($"{name}_hist[{points}]", scores.Count(s => s == points), exactly.Count(s => s == points), note: "trials with so many points");
            double[] Rises(Func<Trial, ScoredVenture> which) => [.. trials.Select(t => which(t).Measures.Cooperation)];
            var (rises, risesExactly) = (Rises(of), Rises(exactOf));
            Add($"{name}_coop[min]", rises.Min(), risesExactly.Min());
            Add($"{name}_coop[median]", Statistics.Median(rises), Statistics.Median(risesExactly));
            Add($"{name}_coop[max]", rises.Max(), risesExactly.Max());
            // The suite compares what it has rounded to two digits, halves to even.
            var band = Band.Read(study.Data["in_range"], 1);
            Add($"{name}_in_range", 100.0 * rises.Count(c => band.Holds(Math.Round(c, 2))) / Trials, 100.0 * risesExactly.Count(band.Holds) / Trials, note: $"% of trials with {band.Rule("coop_pct")}");
        }

        var (differences, differencesExactly) = (Statistics.Differences(log, power), Statistics.Differences(logExactly, powerExactly));
        Add("wins", differences.Count(d => d > 0), differencesExactly.Count(d => d > 0), note: $"of {Trials}: the logarithmic value scores higher");
        Add("losses", differences.Count(d => d < 0), differencesExactly.Count(d => d < 0));
        Add("ties", differences.Count(d => d == 0), differencesExactly.Count(d => d == 0));
        Add("diff_mean", Statistics.Mean(differences), Statistics.Mean(differencesExactly));
        Add("diff_std", Statistics.Deviation(differences, 0), Statistics.Deviation(differencesExactly, 0));
        foreach (var points in differences.Concat(differencesExactly).Distinct().Order())
            Add($"diff_hist[{points}]", differences.Count(s => s == points), differencesExactly.Count(s => s == points));
        var (t, tExactly) = (Statistics.PairedTTest(log, power), Statistics.PairedTTest(logExactly, powerExactly));
        var (w, wExactly) = (Statistics.SignedRank(differences), Statistics.SignedRank(differencesExactly));
        Add("t", t.Value, tExactly.Value);
        Add("p", t.P, tExactly.P, note: "0 where it is below the least double");
        Add("W", w.Value, wExactly.Value);
        Add("wp", w.P, wExactly.P);
        // The suite divides by the population's deviation here, and by the sample's in t.
        var (d, dExactly) = (Statistics.Mean(differences) / Statistics.Deviation(differences, 0), Statistics.Mean(differencesExactly) / Statistics.Deviation(differencesExactly, 0));
        Add("cohen_d", d, dExactly);
        Add("effect", Label(d), Label(dExactly));
        Add("significantly_better", t.P < 0.001 && Statistics.Mean(differences) > 0, tExactly.P < 0.001 && Statistics.Mean(differencesExactly) > 0);
        for (var k = 0; k < Trials; k++)
        {
            Add($"power_scores[{k}]", power[k], powerExactly[k], detail: true);
            Add($"log_scores[{k}]", log[k], logExactly[k], detail: true);
            for (var i = 0; i < 4; i++)
                Add($"trials[{k}].noise[{i}]", trials[k].Noise[i], detail: true);
            for (var i = 0; i < 2; i++)
            {
                Add($"trials[{k}].power.actions[{i}]", trials[k].Power.Equilibrium.Actions[i], trials[k].PowerExactly.Equilibrium.Actions[i], detail: true);
                Add($"trials[{k}].logarithmic.actions[{i}]", trials[k].Log.Equilibrium.Actions[i], trials[k].LogExactly.Equilibrium.Actions[i], detail: true);
            }

            Add($"trials[{k}].power.coop_pct", trials[k].Power.Measures["coop_pct"], trials[k].PowerExactly.Measures["coop_pct"], detail: true);
            Add($"trials[{k}].logarithmic.coop_pct", trials[k].Log.Measures["coop_pct"], trials[k].LogExactly.Measures["coop_pct"], detail: true);
        }

        Curve Histogram(string name, double[] scores)
        {
            var points = scores.Distinct().Order().ToArray();
            return new(name, points, [.. points.Select(p => (double)scores.Count(s => s == p))], CurveKind.Bars);
        }

        return new(findings) { Figures = [new($"Scores of {Trials} games with {100 * level:0} % of noise", "points of 60", "games", [Histogram("logarithmic", log), Histogram("power", power)])] };
    }

    /// <summary>The game of a trial: one factor for what both have, two for the shares, and the second of these again for Samsung's dependence, as in the suite.</summary>
    public static Venture Disturbed(Venture venture, double[] noise)
    {
        var (first, second) = (venture.Shares[0] * noise[1], venture.Shares[1] * noise[2]);
        return venture with
        {
            Endowments = [venture.Endowments[0] * noise[0], venture.Endowments[1] * noise[0]],
            Shares = [first / (first + second), second / (first + second)],
            Dependence = [[0, Math.Clamp(venture.Dependence[0][1] * noise[2], 0, 1)], [Math.Clamp(venture.Dependence[1][0] * noise[3], 0, 1), 0]],
        };
    }

    private Trial[] Make(double level, CancellationToken cancellation)
    {
        var random = new LegacyRandom(Seed);
        double[][] noises = [.. Enumerable.Range(0, Trials).Select(_ => Enumerable.Range(0, 4).Select(_ => 1 + random.Uniform(-level, level)).ToArray())];
        var trials = new Trial[Trials];
        var (power, log) = (study.ShippedBaseline(study.Power), study.ShippedBaseline(study.Logarithmic));
        Parallel.For(0, Trials, new ParallelOptions { CancellationToken = cancellation }, () => (Power: new Model(study.Power), Log: new Model(study.Logarithmic)), (k, _, models) =>
        {
            var (p, l) = (Disturbed(study.Power, noises[k]), Disturbed(study.Logarithmic, noises[k]));
            trials[k] = new(noises[k], study.Shipped(models.Power, p, power), study.Shipped(models.Log, l, log), study.Exact(models.Power, p), study.Exact(models.Log, l));
            return models;
        }, _ => { });
        return trials;
    }

    private static string Label(double d) => Math.Abs(d) switch { < 0.2 => "negligible", < 0.5 => "small", < 0.8 => "medium", _ => "large" };
}
