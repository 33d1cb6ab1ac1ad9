using System.Globalization;
using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr2;

/// <summary>A sweep over a grid of parameters: summary, sensitivity, and the rows that no other is better than.</summary>
internal sealed class ParameterSweep
{
    private static readonly string[] _outcomes = ["negativity_ratio", "hysteresis_recovery_35", "cumulative_amplification", "building_rate"];
    private static readonly (string Metric, double Target)[] _targets = [("negativity_ratio", 3), ("hysteresis_recovery_35", 0.55), ("cumulative_amplification", 1.5)];

    /// <summary>Every so many rows one is told of; no divisor of a grid's levels, so that all of them occur.</summary>
    private const int Sample = 431, LegacySample = 91;

    private readonly string _suite;
    private readonly string _experiment;
    private readonly string[] _axes;
    private readonly double[][] _levels;
    private readonly double[][] _parameters;
    private readonly double[][] _shipped;
    private readonly double?[][]? _exact;

    private ParameterSweep(string suite, string experiment, Entry grid, string rule, CancellationToken cancellation)
    {
        (_suite, _experiment) = (suite, experiment);
        var axes = grid.Members().ToArray();
        (_axes, _levels) = ([.. axes.Select(a => a.Name)], [.. axes.Select(a => a.Entry.Numbers())]);
        // The last axis is the fastest.
        _parameters = [.. _levels.Aggregate((IEnumerable<double[]>)[[]], (rows, level) => rows.SelectMany(r => level.Select(v => (double[])[.. r, v])))];
        // What no metric depends on need not be played again.
        var distinct = _parameters.Select(row => Read(row, rule) with { Kappa = 1 }).Distinct().ToArray();
        var (shipped, exact) = (new double[distinct.Length][], new double?[distinct.Length][]);
        Parallel.For(0, distinct.Length, new ParallelOptions { CancellationToken = cancellation }, k =>
        {
            shipped[k] = TrustMetrics.Shipped(distinct[k]);
            if (rule == "current")
                exact[k] = TrustMetrics.Exact(distinct[k]);
        });
        var at = distinct.Index().ToDictionary(d => d.Item, d => d.Index);
        int Place(double[] row) => at[Read(row, rule) with { Kappa = 1 }];
        _shipped = [.. _parameters.Select(row => shipped[Place(row)])];
        _exact = rule == "current" ? [.. _parameters.Select(row => exact[Place(row)])] : null;
    }

    /// <summary>Runs a sweep.</summary>
    public static Outcome Run(string suite, string experiment, Entry grid, string rule, CancellationToken cancellation) =>
        new ParameterSweep(suite, experiment, grid, rule, cancellation).Told();

    private TrustParameters Read(double[] row, string rule)
    {
        double Of(string axis) => row[Array.IndexOf(_axes, axis)];
        return new(Of("lambda_plus"), Of("lambda_minus"), Of("mu_R"), Of("delta_R"), Of("xi"), Of("kappa_trust")) { Rule = rule };
    }

    private Finding Tell(string item, Quantity? shipped, Quantity? exact = null, string note = "", bool detail = false) => new(_suite, _experiment, item, shipped, exact) { Note = note, Detail = detail };

    private double[] Column(int metric) => [.. _shipped.Select(r => r[metric])];

    private double[]? ExactColumn(int metric) => _exact is null || _exact[0][metric] is null ? null : [.. _exact.Select(r => r[metric]!.Value)];

    private Outcome Told()
    {
        var findings = new List<Finding> { Tell("rows", _parameters.Length), Tell("distinct_rows", _shipped.Distinct().Count(), note: "no metric depends on κ" + (_axes.Contains("rho") ? " or ρ" : "")) };
        for (var m = 0; m < TrustMetrics.Names.Count; m++)
            findings.AddRange(Summary(m));
        if (_axes.Length > 0)
            findings.Add(Tell("never_recovered", _shipped.Count(r => r[TrustMetrics.At("time_to_50pct_recovery")] == 100 && r[TrustMetrics.At("final_recovery_level")] < Midpoint(r)), note: "rows that never regain half of what is lost; their time of 100 is a cap"));
        findings.AddRange(Sensitivity());
        var pareto = Pareto(_shipped.Select(r => Distances(m => r[m])));
        var exactly = _exact is null ? null : Pareto(_exact.Select(r => Distances(m => r[m]!.Value)));
        findings.Add(Tell("pareto.count", pareto.Length, exactly is null ? null : (Quantity?)exactly.Length));
        findings.Add(Tell("pareto.ids", Ids(pareto), exactly is null ? null : (Quantity?)Ids(exactly), "rows with no other as near to 3, 0.55 and 1.5 in all and nearer in one; exactly, 0.15/0.05 is as near to 3 as 0.45/0.15"));
        foreach (var (rank, id) in pareto.OrderBy(id => Distances(m => _shipped[id - 1][m]).Sum()).Take(5).Index())
            findings.Add(Tell($"pareto.best[{rank}]", id, note: "least sum of the three distances"));
        findings.AddRange(Rows(pareto));
        var hysteresis = Column(TrustMetrics.At("hysteresis_recovery_35"));
        return new(findings)
        {
            Figures = [Histogram(hysteresis)],
            Tables = [new($"{_suite}-{_experiment}", ["config_id", .. _axes, .. TrustMetrics.Names], [.. _parameters.Select((p, k) => (double[])[k + 1, .. p, .. _shipped[k]])])],
        };
    }

    /// <summary>Midway between what a violation of a trust of 0.8 leaves and 0.8, from the metrics of a row: the violation is tanh 3, the one that is measured tanh 2.</summary>
    private static double Midpoint(double[] row) => 0.8 - 0.5 * row[TrustMetrics.At("erosion_single_period")] * Math.Tanh(3) / Math.Tanh(2);

    private IEnumerable<Finding> Summary(int metric)
    {
        var name = TrustMetrics.Names[metric];
        var (values, exactly) = (Column(metric), ExactColumn(metric));
        Finding Of(string what, Func<double[], double> of) => Tell($"summary.{name}.{what}", of(values), exactly is null ? null : (Quantity?)of(exactly));
        yield return Of("min", v => v.Min());
        yield return Of("q25", v => Statistics.Percentile(v, 25));
        yield return Of("median", v => Statistics.Median(v));
        yield return Of("q75", v => Statistics.Percentile(v, 75));
        yield return Of("max", v => v.Max());
        yield return Of("mean", v => Statistics.Mean(v));
        yield return Of("std_ddof1", v => Statistics.Deviation(v, 1));
    }

    private IEnumerable<Finding> Sensitivity()
    {
        for (var axis = 0; axis < _axes.Length; axis++)
        {
            var parameter = _parameters.Select(r => r[axis]).ToArray();
            foreach (var outcome in _outcomes)
            {
                var metric = TrustMetrics.At(outcome);
                yield return Tell($"sensitivity.{_axes[axis]}.{outcome}", Math.Abs(Statistics.Pearson(parameter, Column(metric)).Value), ExactColumn(metric) is { } exactly ? (Quantity?)ByLevels(axis, exactly) : null,
                    "size of the plain correlation");
            }
        }
    }

    /// <summary>The correlation in a full grid from the means at each level, which are equal to the last bit where the parameter has no effect.</summary>
    private double ByLevels(int axis, double[] values)
    {
        var (mean, levels) = (Statistics.Mean(values), _levels[axis]);
        double[] means = [.. levels.Select(level => Statistics.Mean([.. values.Where((_, k) => _parameters[k][axis] == level)]))];
        var (middle, center) = (Statistics.Mean(levels), Statistics.Mean(means));
        var covariance = levels.Zip(means, (l, m) => (l - middle) * (m - center)).Sum() / levels.Length;
        return means.All(m => m == means[0]) ? 0 : Math.Abs(covariance) / (Statistics.Deviation(levels, 0) * Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length));
    }

    private static double[] Distances(Func<int, double> metric) => [.. _targets.Select(t => Math.Abs(metric(TrustMetrics.At(t.Metric)) - t.Target))];

    /// <summary>Ids of the rows that none dominates; equal rows all stay.</summary>
    private static int[] Pareto(IEnumerable<double[]> distances)
    {
        var rows = distances.Select(d => (d[0], d[1], d[2])).ToArray();
        var distinct = rows.Distinct().ToArray();
        var best = distinct.Where(a => !distinct.Any(b => b.Item1 <= a.Item1 && b.Item2 <= a.Item2 && b.Item3 <= a.Item3 && b != a)).ToHashSet();
        return [.. rows.Index().Where(r => best.Contains(r.Item)).Select(r => r.Index + 1)];
    }

    private static string Ids(IEnumerable<int> ids) => string.Join(' ', ids.Select(i => i.ToString(CultureInfo.InvariantCulture)));

    private IEnumerable<Finding> Rows(int[] pareto)
    {
        var sample = _experiment == "legacy" ? LegacySample : Sample;
        for (var k = 0; k < _parameters.Length; k++)
        {
            var id = k + 1;
            // A small grid is told in full, of the others a sample; the rest is in the table.
            if (_parameters.Length > 1000 && id != 1 && id % sample != 0 && id != (_parameters.Length + 1) / 2 && id != _parameters.Length && !pareto.Contains(id))
                continue;
            for (var m = 0; m < TrustMetrics.Names.Count; m++)
                yield return Tell($"rows[{id}].{TrustMetrics.Names[m]}", _shipped[k][m], _exact?[k][m], detail: true);
        }
    }

    private Figure Histogram(double[] values)
    {
        const int Bins = 30;
        var (low, high) = (values.Min(), values.Max());
        var width = (high - low) / Bins;
        var counts = new double[Bins];
        foreach (var value in values)
            counts[Math.Min(Bins - 1, (int)((value - low) / width))]++;
        return new($"What part of its trust a partner regains in 35 steps: {_experiment} grid", "trust regained", "sets of parameters",
            [new("", [.. Enumerable.Range(0, Bins).Select(k => low + (k + 0.5) * width)], counts, CurveKind.Bars)]);
    }
}
