using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr4;

/// <summary>The case study of Apple's App Store as experiments: as published, without chance, with other seeds, and with other events.</summary>
internal static class AppleFindings
{
    private const int Seeds = 300;

    public static Experiment[] Experiments(AppleData data) =>
    [
        new("case", data.Title, _ => Case(data)),
        new("noise_free", data.Title + ", without chance", _ => NoiseFree(data)),
        new("seeds_0_299", data.Title + ", with 300 seeds", c => AllSeeds(data, c)),
        new("counterfactual", data.Scenario, _ => Counterfactual(data)),
    ];

    private static Finding Of(string experiment, string item, Quantity shipped) => new(ReciprocitySuite.Id, experiment, item, shipped);

    private static Outcome Case(AppleData data)
    {
        var course = AppleCase.Play(data, data.Shocks, data.Seed);
        var facts = AppleCase.Facts(data, course);
        var findings = Rubric(data, "case", facts, data.Rubric).ToList();
        findings.Add(Of("case", "stored_total", data.Stored.Sum()) with { Note = FormattableString.Invariant($"points of a table that the suite stores and does not use, of {data.Stored.Length}") });
        findings.AddRange(Phases("case", data, facts));
        var s = AppleStatistics.Of(data, course, facts);
        void Test(string item, string statistic, TestResult test)
        {
            findings.Add(Of("case", $"statistics.{item}{statistic}", test.Value));
            findings.Add(Of("case", $"statistics.{item}{(statistic.StartsWith("aggregate", StringComparison.Ordinal) ? "aggregate_p" : "p_value")}", test.P));
        }

        Test("anova.", "F_statistic", s.Anova);
        Test("pearson.", "r", s.Phases);
        findings.Add(Of("case", "statistics.pearson.r_squared", s.Phases.Value * s.Phases.Value));
        findings.Add(Of("case", "statistics.rmse", s.Rmse));
        Test("trajectory_correlation.", "aggregate_r", s.Trajectory);
        for (var i = 0; i < data.Actors.Length; i++)
            Test($"trajectory_correlation.per_actor.{data.Actors[i]}.", "r", s.ByActor[i]);
        findings.AddRange(Series("case", data, course));
        return new(findings) { Figures = [.. Enumerable.Range(0, data.Actors.Length).Select(i => Picture(data, i, course, "seed 42", AppleCase.Play(data, data.Shocks, null), "without chance"))] };
    }

    private static Outcome NoiseFree(AppleData data)
    {
        var course = AppleCase.Play(data, data.Shocks, null);
        var facts = AppleCase.Facts(data, course);
        // What is measured cannot fail where chance moves everything, and can here.
        var rubric = new Rubric([.. data.Rubric.Items.Select(i => i.Measure.Length > 0 ? i with { Constant = null } : i)]);
        return new([.. Rubric(data, "noise_free", facts, rubric), .. Phases("noise_free", data, facts), .. Series("noise_free", data, course)]);
    }

    private static Outcome AllSeeds(AppleData data, CancellationToken cancellation)
    {
        var scores = AppleCase.Scores(data, Seeds, cancellation);
        var needed = data.Pass / 100 * data.Rubric.Max;
        // Documents print different totals; the greatest is the claim.
        var printed = data.Printed.Where(s => s.Experiment == "case" && s.Item == "total").Max(s => s.Value.Number!.Value);
        var findings = new List<Finding>
        {
            Of("seeds_0_299", "mean", Statistics.Mean(scores)),
            Of("seeds_0_299", "std", Statistics.Deviation(scores, 1)),
            Of("seeds_0_299", "min", scores.Min()),
            Of("seeds_0_299", "max", scores.Max()),
            Of("seeds_0_299", "pass_pct", 100.0 * scores.Count(s => s >= needed) / Seeds) with { Rule = FormattableString.Invariant($"≥ {data.Pass} % of the points") },
            Of("seeds_0_299", "as_printed", scores.Count(s => s >= printed)) with { Note = FormattableString.Invariant($"seeds with {printed} points or more") },
        };
        findings.AddRange(scores.GroupBy(s => s).OrderBy(g => g.Key).Select(g => Of("seeds_0_299", FormattableString.Invariant($"count.{g.Key}"), g.Count())));
        return new(findings) { Figures = [new("Points of the case by what chance adds, 300 seeds", "points", "seeds", [Summary.Histogram("", scores, 40.25, 48.25, 16)])] };
    }

    private static Outcome Counterfactual(AppleData data)
    {
        var (was, would) = (AppleCase.Play(data, data.Shocks, data.Seed), AppleCase.Play(data, data.Counterfactual, data.Seed));
        var findings = new List<Finding>();
        for (var i = 0; i < data.Actors.Length; i++)
        {
            findings.Add(Of("counterfactual", $"base_final_actions.{data.Actors[i]}", was.Final[i]));
            findings.Add(Of("counterfactual", $"cf_final_actions.{data.Actors[i]}", would.Final[i]));
        }

        findings.Add(Of("counterfactual", "cooperation_improvement", Statistics.Mean(would.Final) - Statistics.Mean(was.Final)));
        foreach (var (a, b) in AppleCase.Facts(data, was).Zip(AppleCase.Facts(data, would)))
        {
            var (before, after) = (Statistics.Mean(a.Means), Statistics.Mean(b.Means));
            findings.Add(Of("counterfactual", $"phase_comparison.{a.Name}.base_mean", before));
            findings.Add(Of("counterfactual", $"phase_comparison.{a.Name}.counterfactual_mean", after));
            findings.Add(Of("counterfactual", $"phase_comparison.{a.Name}.difference", after - before));
            findings.Add(Of("counterfactual", $"phase_comparison.{a.Name}.pct_change", (after - before) / before * 100));
        }

        findings.AddRange(Matrix("counterfactual", "trust_comparison.base_final_trust", data, was.Trust[^1]));
        findings.AddRange(Matrix("counterfactual", "trust_comparison.cf_final_trust", data, would.Trust[^1]));
        return new(findings)
        {
            Figures =
            [
                new(data.Scenario, "quarter", "mean action",
                [
                    new("as it was", Quarters(data), [.. was.Actions.Select(a => Statistics.Mean(a))]),
                    new("counterfactual", Quarters(data), [.. would.Actions.Select(a => Statistics.Mean(a))]),
                ])
                {
                    Stretches = Stretches(data),
                },
            ],
        };
    }

    private static IEnumerable<Finding> Rubric(AppleData data, string experiment, PhaseFacts[] facts, Rubric rubric)
    {
        var scores = AppleCase.Score(data, facts);
        foreach (var finding in Scored.Findings(ReciprocitySuite.Id, experiment, rubric, scores, null))
            yield return finding;
        foreach (var phase in data.Phases)
        {
            var at = Enumerable.Range(0, scores.Length).Where(k => data.Rubric.Items[k].Id.EndsWith("." + phase.Name, StringComparison.Ordinal)).ToArray();
            yield return Of(experiment, $"phase_scores.{phase.Name}", at.Sum(k => scores[k].Points)) with { Note = FormattableString.Invariant($"of {at.Length}") };
        }

        yield return Of(experiment, "passed", 100 * scores.Sum(s => s.Points) / data.Rubric.Max >= data.Pass) with { Rule = FormattableString.Invariant($"≥ {data.Pass} %") };
    }

    private static IEnumerable<Finding> Phases(string experiment, AppleData data, PhaseFacts[] facts)
    {
        foreach (var (f, phase) in facts.Zip(data.Phases))
        {
            for (var i = 0; i < data.Actors.Length; i++)
                yield return Of(experiment, $"phase_means.{f.Name}.{data.Actors[i]}", f.Means[i]) with { Note = FormattableString.Invariant($"known: {phase.Targets[i]}") };
            foreach (var (name, value) in f.Measures(data))
                yield return Of(experiment, $"phase_detail.{name}", value);
        }
    }

    private static IEnumerable<Finding> Series(string experiment, AppleData data, History course)
    {
        for (var t = 0; t < course.Actions.Length; t++)
            for (var i = 0; i < data.Actors.Length; i++)
                yield return Of(experiment, FormattableString.Invariant($"actions[{t}].{data.Actors[i]}"), course.Actions[t][i]) with { Detail = t < course.Steps };
        foreach (var finding in Matrix(experiment, "trust_final", data, course.Trust[^1]).Concat(Matrix(experiment, "reputation_final", data, course.Reputation[^1])))
            yield return finding;
    }

    private static IEnumerable<Finding> Matrix(string experiment, string item, AppleData data, double[] rows)
    {
        var n = data.Actors.Length;
        for (var k = 0; k < rows.Length; k++)
            if (k / n != k % n)
                yield return Of(experiment, $"{item}.{data.Actors[k / n]}.{data.Actors[k % n]}", rows[k]);
    }

    private static double[] Quarters(AppleData data) => [.. Enumerable.Range(0, data.Steps + 1).Select(t => (double)t)];

    private static Stretch[] Stretches(AppleData data) => Array.ConvertAll(data.Phases, p => new Stretch(p.Name, p.From, p.To));

    private static Figure Picture(AppleData data, int actor, History first, string firstName, History second, string secondName) =>
        new($"{data.Actors[actor]}: simulated and known actions", "quarter", "action",
        [
            new(firstName, Quarters(data), [.. first.Actions.Select(a => a[actor])]),
            new(secondName, Quarters(data), [.. second.Actions.Select(a => a[actor])]),
            new("known", Array.ConvertAll(data.Quarters, q => (double)q), data.Known[actor], CurveKind.Dashed),
        ])
        {
            Stretches = Stretches(data),
        };
}
