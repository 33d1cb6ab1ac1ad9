using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr2;

/// <summary>TR-2's suite: trust and reputation, the case of Renault and Nissan.</summary>
internal static class TrustSuite
{
    private const string Id = "tr2";

    /// <summary>Makes it.</summary>
    public static Suite Make()
    {
        var data = Entry.OfSuites("renault-nissan.json");
        var study = new TrustCase(data);
        var legacy = data["legacy"];
        var shipped = new TrustParameters().Read(legacy["trust"]);
        var acted = Acted(study, legacy["actions"]);
        var grids = data["grids"];
        return new(Id, "Trust and reputation: the alliance of Renault and Nissan", "arXiv:2510.24909",
            Statement.Attach(
            [
                new("case", "The published case, item by item", _ => Case("case", study, study.Play(), study.Exact())),
                new("legacy-case", "The same under the older model that made the result files that were shipped", _ => Case("legacy-case", study, study.Play(shipped, acted), null)),
                new("variants", "The case under every published rule and both sets of parameters", _ => Variants(study, shipped, acted)),
                new("default_params", "Metrics of the default parameters", _ => Metrics("default_params", new())),
                new("legacy_default_params", "The same under the older model", _ => Metrics("legacy_default_params", new() { Rule = "legacy" })),
                new("coarse", "Sweep over the coarse grid", cancel => ParameterSweep.Run(Id, "coarse", grids["coarse"], "current", cancel)),
                new("standard", "Sweep over the standard grid", cancel => ParameterSweep.Run(Id, "standard", grids["standard"], "current", cancel)),
                new("legacy", "Sweep that was shipped, under the older model", cancel => ParameterSweep.Run(Id, "legacy", grids["legacy"], "legacy", cancel)),
            ], Statement.Read(data["printed"])));
    }

    private static List<Phase> Acted(TrustCase study, Entry actions) =>
        [.. study.Phases.Zip(actions.List(study.Phases.Count), (p, a) => p with { Actions = a.Numbers(study.Agents.Count, 0) })];

    private static Outcome Metrics(string experiment, TrustParameters parameters)
    {
        var (shipped, exact) = (TrustMetrics.Shipped(parameters), parameters.Rule == "current" ? TrustMetrics.Exact(parameters) : null);
        return new([.. TrustMetrics.Names.Select((name, m) => new Finding(Id, experiment, name, shipped[m], exact?[m]))]);
    }

    private static Outcome Variants(TrustCase study, TrustParameters shipped, IReadOnlyList<Phase> acted)
    {
        var findings = new List<Finding>();
        foreach (var (name, parameters) in new[] { ("current", study.Parameters), ("legacy", shipped) })
            foreach (var (actions, phases) in new[] { ("current", study.Phases), ("legacy", acted) })
                foreach (var rule in TrustParameters.Rules)
                {
                    var course = study.Play(parameters with { Rule = rule }, phases);
                    var item = $"{name}-parameters.{actions}-actions.{rule}-rule";
                    findings.Add(new(Id, "variants", $"{item}.f_statistic", Anova(course).Value));
                    findings.Add(new(Id, "variants", $"{item}.total", study.Score(course).Sum(s => s.Points)));
                }

        return new(findings);
    }

    private static Outcome Case(string experiment, TrustCase study, Course course, Course? exact)
    {
        var findings = Scored.Findings(Id, experiment, study.Rubric, study.Score(course), exact is null ? null : study.Score(exact)).ToList();
        void Add(string item, Func<Course, Quantity> of, string note = "", bool detail = false) =>
            findings.Add(new(Id, experiment, item, of(course), exact is null ? null : (Quantity?)of(exact)) { Note = note, Detail = detail });
        Add("C1.fall_rate", c => Measure.Of(c, "fall_rate(trust_matrix)"), "change per period in phases below expectation");
        Add("C1.rise_rate", c => Measure.Of(c, "rise_rate(trust_matrix)"), "change per period in phases above expectation");
        foreach (var phase in study.Phases.Skip(1))
            Add($"D2.jump[{phase.Start}]", c => Measure.Of(c, $"jump(trust_matrix, '{phase.Name}')"), $"at the begin of {phase.Name}");
        Add("phase_anova.f_statistic", c => Anova(c).Value, "values of a phase are neither independent nor all free: two of four entries never move");
        Add("phase_anova.p_value", c => Anova(c).P);
        Add("phase_anova.significant", c => Anova(c).P < 0.05);
        foreach (var phase in study.Phases.Where(p => p.Periods > 2))
        {
            LinearFit Fit(Course c) => Statistics.Line([.. Enumerable.Range(0, phase.Periods).Select(t => (double)t)], c.Series("trust_matrix").AsSpan(phase.Start, phase.Periods));
            Add($"phase_trends[{phase.Name}].slope", c => Fit(c).Slope, phase.Title);
            Add($"phase_trends[{phase.Name}].r_squared", c => Fit(c).R * Fit(c).R);
            Add($"phase_trends[{phase.Name}].p_value", c => Fit(c).P);
            Add($"phase_trends[{phase.Name}].significant_trend", c => Fit(c).P < 0.05);
        }

        if (experiment == "case")
        {
            var package = study.Play(study.Parameters with { Rule = "package" }, study.Phases);
            foreach (var (name, series) in _ends)
                findings.Add(new(Id, experiment, $"gym_rule_end.{name}", package.Series(series)[^1]) { Note = "end under the environments' rule" });
            foreach (var (name, of) in Observed(study))
                Add($"unused_observed_fit.{name}", of, "three observations stand in a comment; the suite does not use them");
            // Part A gives other points when there is any observation, however it fits.
            var (a, observed) = (study.Rubric.Items.Index().Single(i => i.Item.Id == "A").Index, study.Data["points_of_A_if_observed"].Number());
            Add("total_if_observed_given", c => study.Score(c).Select((s, k) => k == a ? observed : s.Points).Sum());
        }

        foreach (var (name, series) in _ends.Append(("mean_trust_incl_diagonal", "trust_matrix")))
            for (var t = 0; t < course.States; t++)
                findings.Add(new(Id, experiment, $"{name}[{t}]", course.Series(series)[t], exact?.Series(series)[t]) { Detail = true });
        return new(findings) { Figures = [CaseStudy.Picture(study, course)] };
    }

    private static readonly (string Name, string Series)[] _ends =
        [("T01", "trust[Renault,Nissan]"), ("T10", "trust[Nissan,Renault]"), ("R01", "damage[Renault,Nissan]"), ("R10", "damage[Nissan,Renault]")];

    /// <summary>Over all four entries of every state of each phase from its begin up to and without its end: the last state is left out.</summary>
    private static TestResult Anova(Course course) =>
        Statistics.Anova([.. course.Phases.Select(p => course.Trust[p.Start..p.End].SelectMany(m => m.Cast<double>()).ToArray())]);

    private static IEnumerable<(string Name, Func<Course, Quantity> Of)> Observed(TrustCase study)
    {
        var observations = study.Data["unused_observations"].List(1).Select(o => (State: o["state"].Whole(0, 1000), Trust: o["trust"].Numbers())).ToArray();
        double[] seen = [.. observations.SelectMany(o => o.Trust)];
        double[] Model(Course c) => [.. observations.SelectMany(o => new[] { c.Trust[o.State][0, 1], c.Trust[o.State][1, 0] })];
        double[] Errors(Course c) => Statistics.Differences(Model(c), seen);
        double Rmse(Course c) => Math.Sqrt(Errors(c).Average(e => e * e));
        yield return ("rmse", c => Rmse(c));
        yield return ("mae", c => Errors(c).Average(Math.Abs));
        yield return ("r_squared", c => 1 - Errors(c).Sum(e => e * e) / (Statistics.Variance(seen, 0) * seen.Length));
        yield return ("nrmse", c => Rmse(c) / (seen.Max() - seen.Min()));
        yield return ("pearson_r", c => Statistics.Pearson(Model(c), seen).Value);
        yield return ("pearson_p", c => Statistics.Pearson(Model(c), seen).P);
        yield return ("n_observations", _ => seen.Length);
    }
}
