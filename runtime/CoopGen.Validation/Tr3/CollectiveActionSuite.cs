using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr3;

/// <summary>The suite of TR-3: collective action and loyalty, and the Apache HTTP Server.</summary>
internal static class CollectiveActionSuite
{
    private const string Id = "tr3";
    private const int Resamples = 10_000;

    /// <summary>Makes the suite.</summary>
    /// <param name="seed">Seed of the bootstrap and of the Monte Carlo; the published one by default.</param>
    public static Suite Make(uint seed = 42)
    {
        TeamRow[]? shipped = null, exact = null;
        TeamRow[] Shipped(CancellationToken cancellation) => shipped ??= TeamSweep.Run(ShippedSolver.Solve, cancellation);
        TeamRow[] Exact(CancellationToken cancellation) => exact ??= TeamSweep.Run(ExactSolver.Solve, cancellation);
        var data = new ApacheData();
        return new(Id, "Collective action and loyalty: the Apache HTTP Server", "arXiv:2601.16237", Statement.Attach(
        [
            new("sweep", "3,125 teams: effort by productivity, elasticity, cost, size and loyalty", c => Sweep(Shipped(c), Exact(c))),
            new("statistics", "What loyalty changes: a paired test, and how sure the mean ratio of efforts is", c => Tests(Shipped(c), Exact(c), seed)),
            new("monte_carlo", "2,000 teams with every parameter off by up to 15 %", c => Chance(seed, c)),
            new("case", data.Title, _ => Case(data)),
        ], data.Printed));
    }

    private static Finding Of(string experiment, string item, Quantity? shipped, Quantity? exact = null) => new(Id, experiment, item, shipped, exact);

    private static Outcome Sweep(TeamRow[] shipped, TeamRow[] exact)
    {
        Finding Count(string item, Func<TeamRow, bool> holds) => Of("sweep", item, shipped.Count(holds), exact.Count(holds));
        Finding Both(string item, Func<TeamRow[], double> number) => Of("sweep", item, number(shipped), number(exact));
        var findings = new List<Finding>
        {
            Of("sweep", "n", shipped.Length, exact.Length),
            Count("converged", r => r.At.Converged) with { Note = "a search that ends at a corner moves by its tolerance for ever" },
            Count("free_riding_converged", r => r.Free.Converged),
            Both("residual", Residual) with { Note = "greatest projected gradient over all teams, by the compiled game, in units of effort" },
        };
        foreach (var (target, sure) in TeamTargets.Of(shipped).Zip(TeamTargets.Of(exact)))
        {
            findings.Add(Of("sweep", $"targets.{target.Name}.achievement_pct", target.Percent, sure.Percent) with
            {
                Rule = target.Rule + (target.Needed == 100 ? ", in all cases" : FormattableString.Invariant($", in more than {target.Needed} % of cases")),
                Note = FormattableString.Invariant($"{target.Hits} of {target.Cases}"),
            });
            findings.Add(Of("sweep", $"targets.{target.Name}.status", target.Passes, sure.Passes));
            switch (target.Name)
            {
                case "free_riding_baseline":
                    findings.Add(Both("targets.free_riding_baseline.mean_error", rows => Statistics.Mean([.. rows.Select(r => r.FreeError)])));
                    findings.Add(Both("targets.free_riding_baseline.max_error", rows => rows.Max(r => r.FreeError)) with { Note = "where the least effort, 0.01, is above what the formula gives" });
                    break;
                case "effort_differentiation":
                    findings.Add(Both("targets.effort_differentiation.median_ratio", rows => Statistics.Median(TeamTargets.Differentiations(rows))) with
                    {
                        Note = "away from the bounds the ratio depends on β alone: it is a power 1/(1 − β) of one number",
                    });
                    findings.Add(Both("targets.effort_differentiation.min_ratio", rows => TeamTargets.Differentiations(rows).Min()));
                    findings.Add(Both("targets.effort_differentiation.max_ratio", rows => TeamTargets.Differentiations(rows).Max()));
                    break;
                case "mechanism_synergy":
                    findings.Add(Both("targets.mechanism_synergy.median_ratio", rows => Statistics.Median([.. rows.Select(r => r.Synergy)])));
                    break;
            }
        }

        foreach (var (outcome, of) in TeamTargets.Outcomes)
            foreach (var (parameter, given) in TeamTargets.Parameters)
                findings.Add(Both($"sensitivity.{outcome}.{parameter}", rows => Statistics.Pearson([.. rows.Select(given)], [.. rows.Select(of)]).Value));
        findings.AddRange(Describe("equilibrium_effort", rows => [.. rows.Select(r => r.Effort)]));
        findings.AddRange(Describe("effort_differentiation", TeamTargets.Differentiations));
        findings.AddRange(Describe("mechanism_synergy", rows => [.. rows.Select(r => r.Synergy)]));
        findings.AddRange(Describe("free_riding_error", rows => [.. rows.Select(r => r.FreeError)]));
        for (var k = 0; k < shipped.Length; k++)
            findings.Add(Of("sweep", FormattableString.Invariant($"rows[{k + 1}].mean_effort"), shipped[k].Effort, exact[k].Effort) with { Detail = true });
        return new(findings)
        {
            Tables = [Table("tr3-sweep", shipped), Table("tr3-sweep-exact", exact)],
            Figures =
            [
                new("Effort at loyalty 0.9 over effort at loyalty 0.1", "ratio", "teams", [Summary.Histogram("", TeamTargets.Differentiations(shipped), 2, 7, 50)]),
                new("Mean effort by loyalty", "loyalty", "mean effort (quartiles over teams)",
                [
                    .. new[] { (75, CurveKind.Dashed), (50, CurveKind.Line), (25, CurveKind.Dashed) }.Select(q => new Curve(FormattableString.Invariant($"{q.Item1} %"),
                        [.. shipped.Take(TeamSweep.Loyalties).Select(r => r.Theta)],
                        [.. Enumerable.Range(0, TeamSweep.Loyalties).Select(l => Statistics.Percentile([.. shipped.Where((_, k) => k % TeamSweep.Loyalties == l).Select(r => r.Effort)], q.Item1))],
                        q.Item2)),
                ]),
            ],
        };

        IEnumerable<Finding> Describe(string item, Func<TeamRow[], double[]> numbers) => Summary.Describe(Id, "sweep", item, numbers(shipped), numbers(exact));
    }

    private static DataTable Table(string name, TeamRow[] rows) => new(name,
        ["config_id", .. TeamTargets.Parameters.Select(p => p.Name), "equilibrium_effort", "converged", "free_riding_eq", "free_riding_converged", "analytical_free_riding", "free_riding_error",
            "output_zero", "output_theta", "effort_increase_pct", "output_increase_pct", "effort_differentiation", "mechanism_synergy"],
        [.. rows.Select((r, k) => (double[])[k + 1, .. TeamTargets.Parameters.Select(p => p.Of(r)), r.Effort, r.At.Converged ? 1 : 0, r.FreeEffort, r.Free.Converged ? 1 : 0, r.Analytic, r.FreeError,
            r.FreeOutput, r.Output, r.EffortIncrease, r.OutputIncrease, r.Differentiation, r.Synergy])]);

    private static double Residual(TeamRow[] rows) => rows.AsParallel().Max(r => ExactSolver.Residual(r.Game, [.. Enumerable.Repeat(r.Theta, r.Game.N)], r.At));

    private static Outcome Tests(TeamRow[] shipped, TeamRow[] exact, uint seed)
    {
        var ((t, difference, d), (sureT, sureDifference, sureD)) = (TeamTargets.LoyaltyTest(shipped), TeamTargets.LoyaltyTest(exact));
        double[] ratios = TeamTargets.Differentiations(shipped), sure = TeamTargets.Differentiations(exact);
        double[] means = [], sureMeans = [];
        Parallel.Invoke(() => means = Statistics.BootstrapMeans(ratios, Resamples, new(seed)), () => sureMeans = Statistics.BootstrapMeans(sure, Resamples, new(seed)));
        Finding Row(string item, Quantity asShipped, Quantity exactly) => Of("statistics", item, asShipped, exactly);
        return new(
        [
            Row("paired_ttest.t_statistic", t.Value, sureT.Value) with { Note = "625 teams, loyalty 0.9 against none" },
            Row("paired_ttest.p_value", t.P, sureT.P),
            Row("paired_ttest.significant_001", t.P < 0.001, sureT.P < 0.001) with { Rule = "p < 0.001" },
            Row("paired_ttest.cohens_d", d, sureD) with { Note = "mean difference over its standard deviation in the population" },
            Row("paired_ttest.mean_difference", difference, sureDifference),
            Row("bootstrap_ci.mean", Statistics.Mean(ratios), Statistics.Mean(sure)),
            Row("bootstrap_ci.ci_95_lower", Statistics.Percentile(means, 2.5), Statistics.Percentile(sureMeans, 2.5)),
            Row("bootstrap_ci.ci_95_upper", Statistics.Percentile(means, 97.5), Statistics.Percentile(sureMeans, 97.5)),
        ]);
    }

    private static Outcome Chance(uint seed, CancellationToken cancellation)
    {
        var (shipped, exact) = (TeamMonteCarlo.Run(ShippedSolver.Solve, seed, cancellation), TeamMonteCarlo.Run(ExactSolver.Solve, seed, cancellation));
        Finding Both(string item, Func<TeamTrial[], double> number) => Of("monte_carlo", item, number(shipped), number(exact));
        var findings = new List<Finding>
        {
            Both("n_trials", trials => trials.Length),
            Both("noise_level", _ => TeamMonteCarlo.Level),
            Both("loyalty_monotonic_pct", trials => 100.0 * trials.Count(t => t.Monotonic) / trials.Length) with { Rule = "effort never falls with loyalty" },
            Both("effort_diff_above_2_pct", trials => 100.0 * trials.Count(t => t.Ratio > 2) / trials.Length) with
            {
                Rule = "effort at loyalty 0.9 > 2 × that at 0.1",
                Note = "with an elasticity of 0.7 many teams reach the greatest effort, 50, at every loyalty, and the ratio is 1",
            },
            Both("mean_differentiation", trials => Statistics.Mean([.. trials.Select(t => t.Ratio)])),
            Both("std_differentiation", trials => Statistics.Deviation([.. trials.Select(t => t.Ratio)], 0)),
        };
        for (var k = 0; k < shipped.Length; k++)
            findings.Add(Of("monte_carlo", FormattableString.Invariant($"trials[{k + 1}].ratio"), shipped[k].Ratio, exact[k].Ratio) with { Detail = true });
        return new(findings)
        {
            Figures = [new("Effort at loyalty 0.9 over effort at loyalty 0.1, parameters off by up to 15 %", "ratio", "trials", [Summary.Histogram("", shipped.Select(t => t.Ratio), 1, 13, 60)])],
        };
    }

    private static Outcome Case(ApacheData data)
    {
        ApachePrediction[] shipped = ApacheCase.Predict(data, ShippedSolver.Solve), exact = ApacheCase.Predict(data, ExactSolver.Solve);
        var findings = Scored.Findings(Id, "case", data.Rubric, ApacheCase.Score(data, shipped), ApacheCase.Score(data, exact)).ToList();
        for (var k = 0; k < shipped.Length; k++)
        {
            var (name, p, e) = (shipped[k].Phase.Name, shipped[k], exact[k]);
            Finding Row(string item, Quantity asShipped, Quantity exactly) => Of("case", $"phases.{name}.{item}", asShipped, exactly);
            findings.Add(Row("predicted_effort", p.Predicted, e.Predicted) with { Note = FormattableString.Invariant($"{p.Phase.Years}, {p.Phase.N} members; known: {p.Phase.Expected}, {p.Phase.Pattern.ToLowerInvariant()}") });
            findings.Add(Row("mean_loyalty", p.MeanLoyalty, e.MeanLoyalty));
            findings.Add(Row("team_cohesion", p.Cohesion, e.Cohesion));
            findings.Add(Row("converged", p.Equilibrium.Converged, e.Equilibrium.Converged));
            findings.Add(Row("residual", ExactSolver.Residual(data.Game(p.Phase), p.Loyalties, p.Equilibrium), ExactSolver.Residual(data.Game(e.Phase), e.Loyalties, e.Equilibrium)) with { Note = "projected gradient, by the compiled game" });
            for (var i = 0; i < p.Phase.N; i++)
                findings.Add(Row(FormattableString.Invariant($"efforts[{i}]"), p.Equilibrium.Efforts[i], e.Equilibrium.Efforts[i]) with { Detail = true, Note = "an equilibrium determines the total alone where members are equally loyal" });
        }

        var (c, sure) = (ApacheCase.Compare(shipped), ApacheCase.Compare(exact));
        double Off(ApachePrediction[] predictions) => Math.Abs(predictions[0].Skew - data.ObservedRatio) / data.ObservedRatio * 100;
        findings.AddRange(
        [
            Of("case", "contribution.predicted_ratio", shipped[0].Skew, exact[0].Skew) with { Note = "greatest over least contribution in the first phase; no points hang on it" },
            Of("case", "contribution.observed_ratio", data.ObservedRatio),
            Of("case", "contribution.error_pct", Off(shipped), Off(exact)),
            Of("case", "statistics.correlation.r", c.Correlation.Value, sure.Correlation.Value),
            Of("case", "statistics.correlation.p_value", c.Correlation.P, sure.Correlation.P),
            Of("case", "statistics.rmse", c.Rmse, sure.Rmse),
            Of("case", "statistics.mape", c.Mape, sure.Mape),
        ]);
        double[] phases = [.. Enumerable.Range(1, shipped.Length).Select(k => (double)k)];
        return new(findings)
        {
            Figures =
            [
                new("Effort in the phases of the Apache HTTP Server", "phase", "mean effort",
                [
                    new("predicted", phases, [.. shipped.Select(p => p.Predicted)], CurveKind.Points),
                    new("known", phases, [.. shipped.Select(p => p.Phase.Expected)], CurveKind.Points),
                ])
                {
                    Stretches = [.. shipped.Select((p, k) => new Stretch(p.Phase.Name, k + 0.5, k + 1.5))],
                },
            ],
        };
    }
}
