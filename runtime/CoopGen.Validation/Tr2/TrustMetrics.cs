using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr2;

/// <summary>What the suite measures of a set of parameters, by fixed courses of actions that do not depend on the sensitivity κ.</summary>
internal static class TrustMetrics
{
    /// <summary>The metrics in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "negativity_ratio", "hysteresis_recovery_35", "hysteresis_recovery_10", "hysteresis_recovery_100", "cumulative_amplification", "dependency_amplification",
        "trust_final_50", "trust_at_10", "trust_at_25", "building_rate", "erosion_single_period", "erosion_two_periods", "erosion_acceleration",
        "stability_mean", "stability_std", "stability_range", "time_to_50pct_recovery", "final_recovery_level",
    ];

    /// <summary>Position of a metric.</summary>
    public static int At(string name) => Names.ToList().IndexOf(name);

    private const double Baseline = 5;
    private const int LongRun = 100;

    /// <summary>By the compiled model, step by step.</summary>
    public static double[] Shipped(TrustParameters parameters)
    {
        var model = new TrustModel(parameters with { Kappa = 1 });
        var both = new double[2];
        double Act(double signal)
        {
            (both[0], both[1]) = (Baseline, Baseline + signal);
            model.Step(both);
            return model.Trust(0, 1);
        }

        model.Set(0.85, 0, 0.5);
        var after = Act(-3);
        var greatest = after;
        double at10 = 0, greatest35 = 0;
        for (var k = 1; k <= LongRun; k++)
        {
            var trust = Act(2);
            greatest = Math.Max(greatest, trust);
            if (k == 10)
                at10 = trust;
            if (k == 35)
                greatest35 = greatest;
        }

        model.Set(0.8, 0, 0.5);
        var slow = 0.0;
        for (var k = 0; k < 4; k++)
            slow = Act(-1);
        model.Set(0.8, 0, 0.5);
        var cumulative = (0.8 - slow) / (0.8 - Act(-4));
        model.Set(0.8, 0.1, 0.8);
        var much = 0.8 - Act(-2);
        model.Set(0.8, 0.1, 0.2);
        var dependency = much / (0.8 - Act(-2));

        model.Set(0.5, 0, 0.5);
        var built = new double[51];
        for (var k = 1; k <= 50; k++)
            built[k] = Act(2);

        model.Set(0.8, 0, 0.5);
        var once = Act(-2);
        model.Set(once, 0, 0.5);
        var twice = Act(-2);

        model.Set(0.7, 0, 0.5);
        var alternating = new double[31];
        alternating[0] = 0.7;
        for (var k = 1; k <= 30; k++)
            alternating[k] = Act(k % 2 == 1 ? 1 : -0.5);

        model.Set(0.8, 0, 0.5);
        var low = Act(-3);
        var (middle, time, last) = (low + 0.5 * (0.8 - low), LongRun, low);
        for (var k = 1; k <= LongRun; k++)
        {
            last = Act(2);
            if (last >= middle && time == LongRun)
                time = k;
        }

        return
        [
            parameters.LambdaMinus / parameters.LambdaPlus, greatest35 / 0.85, at10 / 0.85, greatest / 0.85, cumulative, dependency,
            built[50], built[10], built[25], (built[10] - 0.5) / 10, 0.8 - once, 0.8 - twice, (once - twice) / (0.8 - once),
            Statistics.Mean(alternating), Statistics.Deviation(alternating, 0), alternating.Max() - alternating.Min(), time, last,
        ];
    }

    /// <summary>By closed forms; null where there is none.</summary>
    public static double?[] Exact(TrustParameters p)
    {
        var (full, mild) = (Math.Tanh(2), Math.Tanh(1));
        var (one, two) = (ClosedForm.After(p, 0.85, 0, Math.Tanh(-3), 0.5, 1), ClosedForm.After(p, 0.8, 0, Math.Tanh(-3), 0.5, 1));
        double Recovered((double Trust, double Damage) from, int steps) => ClosedForm.After(p, from.Trust, from.Damage, full, 0.5, steps).Trust;
        double Built(int steps) => ClosedForm.After(p, 0.5, 0, full, 0.5, steps).Trust;
        var amplified = 1 + 0.5 * p.Xi;
        var eroded = p.LambdaMinus * full * amplified;
        var middle = two.Trust + 0.5 * (0.8 - two.Trust);
        var time = 1;
        while (time < LongRun && Recovered(two, time) < middle)
            time++;
        return
        [
            // Rates are decimals, and so is their quotient: 0.15/0.05 is 3.
            (double)((decimal)p.LambdaMinus / (decimal)p.LambdaPlus),
            Recovered(one, 35) / 0.85, Recovered(one, 10) / 0.85, Recovered(one, LongRun) / 0.85,
            (1 - Math.Pow(1 - p.LambdaMinus * mild * amplified, 4)) / (p.LambdaMinus * Math.Tanh(4) * amplified),
            (1 + 0.8 * p.Xi) / (1 + 0.2 * p.Xi),
            Built(50), Built(10), Built(25), (Built(10) - 0.5) / 10,
            0.8 * eroded, 0.8 * (1 - (1 - eroded) * (1 - eroded)), 1 - eroded,
            null, null, null, time, Recovered(two, LongRun),
        ];
    }
}
