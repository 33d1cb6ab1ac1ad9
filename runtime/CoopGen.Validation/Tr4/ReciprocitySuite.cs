using System.Globalization;
using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr4;

/// <summary>The suite of TR-4: reciprocity, and Apple's App Store.</summary>
internal static class ReciprocitySuite
{
    public const string Id = "tr4";
    private const int Resamples = 10_000;

    /// <summary>Seed of the bootstrap, whatever that of the Monte Carlo is.</summary>
    private const uint BootstrapSeed = 42;

    /// <summary>Makes the suite.</summary>
    /// <param name="seed">Seed of the Monte Carlo; the published one by default.</param>
    public static Suite Make(uint seed = 42)
    {
        Metrics[]? metrics = null;
        Metrics[] Run(CancellationToken cancellation) => metrics ??= Tr4.Sweep.Run(cancellation);
        var data = new AppleData();
        return new(Id, "Reciprocity: Apple's App Store", "arXiv:2604.01240", Statement.Attach(
        [
            new("sweep", "15,625 settings of reciprocity between two", c => Sweep(Run(c))),
            new("statistics", "How far apart responses are", c => Tests(Run(c))),
            new("monte_carlo", "2,000 settings with every parameter off by up to 15 %", c => Chance(seed, c)),
            new("functional_experiments", "Five predictions, one at a time", _ => new(Functional())),
            .. AppleFindings.Experiments(data),
        ], data.Printed));
    }

    private static Finding Of(string experiment, string item, Quantity? shipped, Quantity? exact = null) => new(Id, experiment, item, shipped, exact);

    private static Outcome Sweep(Metrics[] metrics)
    {
        string[] rules = ["final mean action > 0.53", "withheld > 0.005 or trust lost > 0.01", "back above half the level, or rising, or 0.02 above the least", "ratio of responses > 1.5", "high trust adds > 0.005", "no response above ρ_0·0.8^η"];
        double[] needed = [85, 95, 80, 90, 90, 99.9];
        var findings = new List<Finding> { Of("sweep", "n", metrics.Length) with { Note = "3,125 different courses: the memory window enters no formula of the dynamics" } };
        for (var k = 0; k < Metrics.Targets.Length; k++)
        {
            var (name, hits) = (Metrics.Targets[k], metrics.Count(m => m.Verdicts[k]));
            var share = 100.0 * hits / metrics.Length;
            // The ratio of the first responses is 2^η exactly; the rest follows from whole courses, which are as exact as shipped.
            Quantity? exact = k == 3 ? 100.0 * Tr4.Sweep.Grid.Count(s => Math.Pow(2, s.Eta) > 1.5) / metrics.Length : null;
            findings.Add(Of("sweep", $"targets.{name}.achievement_pct", share, exact) with
            {
                Rule = FormattableString.Invariant($"{rules[k]}, in at least {needed[k]} % of cases"),
                Note = FormattableString.Invariant($"{hits} of {metrics.Length}"),
            });
            findings.Add(Of("sweep", $"targets.{name}.status", share >= needed[k]));
        }

        double[] final = [.. metrics.Select(m => m.FinalCoopMean)], ratio = [.. metrics.Select(m => m.Ratio)];
        findings.AddRange(Summary.Describe(Id, "sweep", "final_coop_mean", final));
        findings.Add(Of("sweep", "final_coop_equal_1", final.Count(x => x == 1)));
        findings.AddRange(Summary.Describe(Id, "sweep", "forgiveness_time", [.. metrics.Select(m => (double)m.ForgivenessTime)]));
        findings.AddRange(Summary.Describe(Id, "sweep", "differentiation_ratio", ratio, [.. Tr4.Sweep.Grid.Select(s => Math.Pow(2, s.Eta))]));
        var rows = Tr4.Sweep.Grid.Zip(metrics).ToArray();
        foreach (var group in rows.GroupBy(r => r.First.K))
            findings.Add(Of("sweep", FormattableString.Invariant($"forgiveness_by_k.{group.Key}"), group.Count(r => r.Second.Forgiven)));
        foreach (var (name, of) in Tr4.Sweep.Parameters)
        {
            if (name != "k")
                foreach (var group in rows.GroupBy(r => of(r.First)))
                    findings.Add(Of("sweep", FormattableString.Invariant($"emerged_by.{name}.{group.Key}"), group.Count(r => r.Second.Emerged)));
            double[] given = [.. Tr4.Sweep.Grid.Select(of)];
            findings.Add(Of("sweep", $"sensitivity_r.{name}", Statistics.Pearson(given, final).Value) with
            {
                Note = name == "k" ? "0 but for rounding: the memory window enters no formula of the dynamics" : "",
            });
            findings.Add(Of("sweep", $"sensitivity_r_{name}_ratio", Statistics.Pearson(given, ratio).Value, Statistics.Pearson(given, [.. Tr4.Sweep.Grid.Select(s => Math.Pow(2, s.Eta))]).Value));
        }

        for (var k = 0; k < metrics.Length; k++)
            findings.Add(Of("sweep", FormattableString.Invariant($"rows[{k + 1}].final_coop_mean"), final[k]) with { Detail = true });
        string[] columns = ["cooperation_emerged", "defection_punished", "forgiveness_achieved", "asymmetric_differentiated", "trust_recip_interaction", "bounded_check"];
        return new(findings)
        {
            Tables =
            [
                new("tr4-sweep", ["config_id", .. Tr4.Sweep.Parameters.Select(p => p.Name), "final_coop_mean", "forgiveness_time", "differentiation_ratio", .. columns],
                    [.. rows.Select((r, k) => (double[])[k + 1, .. Tr4.Sweep.Parameters.Select(p => p.Of(r.First)), r.Second.FinalCoopMean, r.Second.ForgivenessTime, r.Second.Ratio, .. r.Second.Verdicts.Select(v => v ? 1.0 : 0)])]),
            ],
            Figures =
            [
                new(FormattableString.Invariant($"Mean action after 30 steps, without the {final.Count(x => x == 1)} settings that end at 1"), "mean action", "settings", [Summary.Histogram("", final.Where(x => x < 1), 0.45, 1, 55)]),
                new("Share of settings that forgive, by memory window", "k", "%",
                    [new("", [.. rows.GroupBy(r => r.First.K).Select(g => (double)g.Key)], [.. rows.GroupBy(r => r.First.K).Select(g => 100.0 * g.Count(r => r.Second.Forgiven) / g.Count())])]),
            ],
        };
    }

    private static Outcome Tests(Metrics[] metrics)
    {
        double[] ratios = [.. metrics.Select(m => m.Ratio)], exact = [.. Tr4.Sweep.Grid.Select(s => Math.Pow(2, s.Eta))];
        Finding Both(string item, Func<double[], double> number) => Of("statistics", item, number(ratios), number(exact));
        double[] means = [], sure = [];
        Parallel.Invoke(() => means = Statistics.BootstrapMeans(ratios, Resamples, new(BootstrapSeed)), () => sure = Statistics.BootstrapMeans(exact, Resamples, new(BootstrapSeed)));
        Finding Bootstrap(string item, Func<double[], double> number) => Of("statistics", $"bootstrap_ci.{item}", number(means), number(sure));
        static TestResult Rank(double[] values) => Statistics.SignedRank([.. values.Select(v => v - 1.5)], greater: true);
        return new(
        [
            Both("paired_ttest.t_statistic", x => Statistics.TTest(x, 1.5).Value) with { Note = "15,625 ratios against 1.5, a one-sample test; there are five different ratios, 2^η, 3,125 times each" },
            Both("paired_ttest.p_value", x => Statistics.TTest(x, 1.5).P) with { Note = "below the least double" },
            Both("paired_ttest.df", x => x.Length - 1),
            Both("paired_ttest.mean", x => Statistics.Mean(x)),
            Both("paired_ttest.std", x => Statistics.Deviation(x, 1)),
            Both("paired_ttest.cohens_d", x => (Statistics.Mean(x) - 1.5) / Statistics.Deviation(x, 1)) with { Note = "divided by the sample's deviation" },
            Bootstrap("ci_95_lower", x => Statistics.Percentile(x, 2.5)),
            Bootstrap("ci_95_upper", x => Statistics.Percentile(x, 97.5)),
            Bootstrap("n_resamples", x => x.Length),
            Bootstrap("boot_mean", x => Statistics.Mean(x)),
            Bootstrap("boot_std", x => Statistics.Deviation(x, 0)),
            Both("wilcoxon.w_statistic", x => Rank(x).Value) with { Note = "every ratio is above 1.5, so that W is N(N + 1)/2" },
            Both("wilcoxon.p_value", x => Rank(x).P) with { Note = "below the least double" },
            Of("statistics", "wilcoxon.significant_001", Rank(ratios).P < 0.001, Rank(exact).P < 0.001) with { Rule = "p < 0.001" },
        ]);
    }

    private static Outcome Chance(uint seed, CancellationToken cancellation)
    {
        var trials = MonteCarlo.Run(seed, cancellation);
        double[] ratios = [.. trials.Select(t => t.Metrics.Ratio)], exact = [.. trials.Select(t => Math.Pow(2, t.Setting.Eta))];
        Finding Ratio(string item, Func<double[], double> number) => Of("monte_carlo", $"{item}_differentiation", number(ratios), number(exact));
        var findings = new List<Finding>
        {
            Of("monte_carlo", "n_trials", trials.Length),
            Of("monte_carlo", "noise_level", MonteCarlo.Level),
            Of("monte_carlo", "all_targets_pct", 100.0 * trials.Count(t => t.Succeeds) / trials.Length) with { Rule = "all six targets" },
            Of("monte_carlo", "success_count", trials.Count(t => t.Succeeds)),
            Ratio("mean", x => Statistics.Mean(x)),
            Ratio("std", x => Statistics.Deviation(x, 0)),
            Ratio("min", x => x.Min()),
        };
        for (var k = 0; k < Metrics.Targets.Length; k++)
            findings.Add(Of("monte_carlo", $"targets.{Metrics.Targets[k]}.achievement_pct", 100.0 * trials.Count(t => t.Metrics.Verdicts[k]) / trials.Length));
        for (var k = 0; k < trials.Length; k++)
            findings.Add(Of("monte_carlo", FormattableString.Invariant($"trials[{k + 1}].final_coop_mean"), trials[k].Metrics.FinalCoopMean) with { Detail = true });
        return new(findings)
        {
            Figures = [new("Mean action after 30 steps, parameters off by up to 15 %", "mean action", "trials", [Summary.Histogram("", trials.Select(t => t.Metrics.FinalCoopMean), 0.8, 1, 40)])],
        };
    }

    private static List<Finding> Functional()
    {
        var findings = new List<Finding>();
        var validated = 0;
        void Row(string item, Quantity shipped, Quantity? exact = null, string rule = "", string note = "") =>
            findings.Add(Of("functional_experiments", item, shipped, exact) with { Rule = rule, Note = note });
        void Verdict(string item, bool holds, string rule)
        {
            validated += holds ? 1 : 0;
            Row($"{item}.validated", holds, rule: rule);
        }

        var (without, with) = FunctionalExperiments.Dilemma();
        var gain = with / Math.Max(without, 0.01);
        Row("exp1_pd_cooperation.without_reciprocity", without);
        Row("exp1_pd_cooperation.with_reciprocity", with);
        Row("exp1_pd_cooperation.payoff_ratio", gain, note: "a ratio of mean actions, not of payoffs");
        Verdict("exp1_pd_cooperation", gain > 2, "ratio > 2");
        var (high, low) = FunctionalExperiments.Asymmetry();
        var apart = high / Math.Max(low, 0.0001);
        Row("exp2_asymmetric.high_dep_response", high);
        Row("exp2_asymmetric.low_dep_response", low);
        Row("exp2_asymmetric.differentiation_ratio", apart, 0.9 / 0.2, note: "the ratio of the two dependences by construction");
        Verdict("exp2_asymmetric", apart > 2, "ratio > 2");
        var within = true;
        foreach (var k in new[] { 1, 3, 5, 10 })
        {
            var time = FunctionalExperiments.Memory(k);
            within &= time > 0 && time <= 2 * k + 3;
            Row(FormattableString.Invariant($"exp3_memory_window.{k}.recovery_time"), time, note: "the first quarter that is looked at: the slighted actor never withdraws, because its partner stays above the baseline");
            Row(FormattableString.Invariant($"exp3_memory_window.{k}.within_2k"), time > 0 && time <= 2 * k + 3, rule: "at most 2k + 3");
        }

        validated += within ? 1 : 0;
        foreach (var trust in new[] { 0.3, 0.6, 0.9 })
            Row($"exp4_trust_interaction.cooperation_by_trust.{trust.ToString(CultureInfo.InvariantCulture)}", FunctionalExperiments.Trust(trust));
        var variation = FunctionalExperiments.Trust(0.9) / FunctionalExperiments.Trust(0.3);
        Row("exp4_trust_interaction.variation_ratio", variation);
        Verdict("exp4_trust_interaction", variation > 1.5, "ratio > 1.5");
        var (alone, team) = FunctionalExperiments.Team();
        var increase = (team - alone) / alone * 100;
        Row("exp5_team_production.without_reciprocity", alone);
        Row("exp5_team_production.with_reciprocity", team);
        Row("exp5_team_production.output_increase_pct", increase);
        Verdict("exp5_team_production", increase > 10, "increase > 10 %");
        findings.Add(Of("functional_experiments", "validated", validated) with { Note = "of 5" });
        return findings;
    }
}
