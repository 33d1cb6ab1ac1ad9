using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr4;

/// <summary>What the simulation does in a phase.</summary>
/// <param name="Name">Name of the phase.</param>
/// <param name="First">Actions in its first quarter.</param>
/// <param name="Last">Actions in its last.</param>
/// <param name="Means">Mean actions.</param>
/// <param name="Deviations">Standard deviations over quarters (population).</param>
/// <param name="MeanVariance">Mean over actors of the variances over quarters.</param>
/// <param name="LargestJump">Largest change of an action from a quarter to the next.</param>
/// <param name="RelativeError">Mean over actors of the relative distance of the mean to what is known.</param>
/// <param name="NotFalling">Share of quarters whose mean action is above the last by more than −0.01.</param>
internal sealed record PhaseFacts(string Name, double[] First, double[] Last, double[] Means, double[] Deviations, double MeanVariance, double LargestJump, double RelativeError, double NotFalling)
{
    /// <summary>Mean over actors of the change from the first quarter to the last.</summary>
    public double MeanChange => Statistics.Mean(Statistics.Differences(Last, First));

    /// <summary>Mean over actors of the standard deviations.</summary>
    public double MeanDeviation => Statistics.Mean(Deviations);

    public static PhaseFacts Of(ApplePhase phase, Course course)
    {
        var actions = course.Actions[phase.From..(phase.To + 1)];
        var actors = phase.Targets.Length;
        double[] Series(int actor) => Array.ConvertAll(actions, a => a[actor]);
        var series = Enumerable.Range(0, actors).Select(Series).ToArray();
        var means = Array.ConvertAll(series, s => Statistics.Mean(s));
        double[] middle = Array.ConvertAll(actions, a => Statistics.Mean(a));
        var steps = Statistics.Differences(middle.AsSpan(1), middle.AsSpan(0, middle.Length - 1));
        return new(phase.Name, actions[0], actions[^1], means,
            Array.ConvertAll(series, s => Statistics.Deviation(s, 0)),
            Statistics.Mean(Array.ConvertAll(series, s => Statistics.Variance(s, 0))),
            series.Max(s => s.Zip(s.Skip(1), (a, b) => Math.Abs(b - a)).Max()),
            Statistics.Mean([.. means.Zip(phase.Targets, (mean, target) => Math.Abs(mean - target) / target)]),
            steps.Count(s => s > -0.01) / (double)steps.Length);
    }
}

/// <summary>An item of the rubric: an indicator in a phase.</summary>
/// <param name="Indicator">Index of the indicator.</param>
/// <param name="Phase">Index of the phase.</param>
/// <param name="Points">0, 0.5 or 1.</param>
/// <param name="Constant">Whether the model has no part in it.</param>
internal readonly record struct AppleItem(int Indicator, int Phase, double Points, bool Constant);

/// <summary>The case study of Apple's App Store.</summary>
internal static class AppleCase
{
    /// <summary>Plays the case.</summary>
    /// <param name="data">The case.</param>
    /// <param name="shocks">What happens, as it did or otherwise.</param>
    /// <param name="seed">Seed of what chance adds; null for no chance.</param>
    public static Course Play(AppleData data, AppleShock[] shocks, uint? seed)
    {
        var parameters = new ParameterSet();
        foreach (var (name, value) in data.Parameters)
            parameters[name] = value;
        for (var i = 0; i < data.Dependence.Length; i++)
            for (var j = 0; j < data.Dependence.Length; j++)
                if (i != j)
                    parameters[$"D_{i}{j}"] = data.Dependence[i][j];
        var random = seed is { } given ? new LegacyRandom(given) : null;
        return Simulation.Play(parameters, data.Start, data.Steps, Array.ConvertAll(shocks, s => new Shock(s.T, s.Actor, s.Change)),
            random is null ? null : () => random.Normal(0, data.Noise));
    }

    /// <summary>The facts of every phase.</summary>
    public static PhaseFacts[] Facts(AppleData data, Course course) => Array.ConvertAll(data.Phases, phase => PhaseFacts.Of(phase, course));

    /// <summary>Scores a course by the rubric.</summary>
    /// <returns>The items that apply, indicator by indicator.</returns>
    public static AppleItem[] Score(AppleData data, PhaseFacts[] facts)
    {
        var items = new List<AppleItem>();
        for (var k = 0; k < data.Rubric.Length; k++)
        {
            var indicator = data.Rubric[k];
            for (var p = 0; p < facts.Length; p++)
            {
                if (indicator.Stored[p] is null)
                    continue;
                var constant = indicator.Constant?[p];
                // Chance moves every actor, so that no course can fail to vary.
                items.Add(new(k, p, constant ?? Points(indicator.Name, data.Phases[p].Name, facts[p]), constant is not null || indicator.Name == "asymmetry"));
            }
        }

        return [.. items];
    }

    /// <summary>Points in all, by seed, for the seeds 0 … count − 1.</summary>
    public static double[] Scores(AppleData data, int count, CancellationToken cancellation)
    {
        var scores = new double[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, seed =>
            scores[seed] = Score(data, Facts(data, Play(data, data.Shocks, (uint)seed))).Sum(item => item.Points));
        return scores;
    }

    private static double Points(string indicator, string phase, PhaseFacts f) => indicator switch
    {
        "coop_trend" => phase switch
        {
            "Symbiosis" or "Adjustment" => Half(f.MeanChange > 0),
            "Maturation" => Half(f.MeanDeviation < 0.05),
            "Tension" => f.MeanChange < 0 ? 1 : 0,
            "Crisis" => Half(f.MeanChange < -0.1),
            _ => throw Unknown(phase),
        },
        "response_magnitude" => f.RelativeError < 0.15 ? 1 : f.RelativeError < 0.25 ? 0.5 : 0,
        "memory_effects" => Half(f.LargestJump < 0.2),
        "asymmetry" => Half(f.Deviations[1] > 0 || f.Deviations[2] > 0),
        "punishment" => Half(phase == "Tension" ? f.Last[1] < f.First[1] : Statistics.Mean(f.Last) < Statistics.Mean(f.First)),
        "forgiveness" => Half(f.MeanChange > 0.05),
        "recovery_shape" => Half(f.NotFalling > 0.7),
        "eq_stability" => Half(f.MeanVariance < (phase is "Tension" or "Crisis" ? 0.05 : 0.01)),
        "param_sensitivity" => Half(Statistics.Mean(f.First) - Statistics.Mean(f.Last) > 0.1),
        "overall_fit" => Half(f.RelativeError < 0.15),
        _ => throw Unknown(indicator),
    };

    private static double Half(bool holds) => holds ? 1 : 0.5;

    private static InvalidDataException Unknown(string name) => new($"The rubric of apple.json names '{name}', for which there is no rule.");
}
