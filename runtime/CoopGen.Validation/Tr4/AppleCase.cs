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

    /// <summary>The facts by the names that the rubric gives them.</summary>
    public IEnumerable<(string Name, double Value)> Measures(AppleData data) =>
    [
        ($"{Name}.mean_change", MeanChange),
        ($"{Name}.mean_std", MeanDeviation),
        ($"{Name}.mean_var", MeanVariance),
        ($"{Name}.max_jump", LargestJump),
        ($"{Name}.mean_rel_error", RelativeError),
        ($"{Name}.recovery_positive_fraction", NotFalling),
        ($"{Name}.developers_std", Deviations.Skip(1).Max()),
        .. data.Actors.Select((actor, i) => ($"{Name}.{actor}_change", Last[i] - First[i])),
    ];

    public static PhaseFacts Of(ApplePhase phase, History course)
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

/// <summary>The case study of Apple's App Store.</summary>
internal static class AppleCase
{
    /// <summary>Plays the case.</summary>
    /// <param name="data">The case.</param>
    /// <param name="shocks">What happens, as it did or otherwise.</param>
    /// <param name="seed">Seed of what chance adds; null for no chance.</param>
    public static History Play(AppleData data, Shock[] shocks, uint? seed)
    {
        var parameters = new ParameterSet();
        foreach (var (name, value) in data.Parameters)
            parameters[name] = value;
        for (var i = 0; i < data.Dependence.Length; i++)
            for (var j = 0; j < data.Dependence.Length; j++)
                if (i != j)
                    parameters[$"D_{i}{j}"] = data.Dependence[i][j];
        var random = seed is { } given ? new LegacyRandom(given) : null;
        return Simulation.Play(parameters, data.Start, data.Steps, shocks, random is null ? null : () => random.Normal(0, data.Noise));
    }

    /// <summary>The facts of every phase.</summary>
    public static PhaseFacts[] Facts(AppleData data, History course) => Array.ConvertAll(data.Phases, phase => PhaseFacts.Of(phase, course));

    /// <summary>Scores the phases by the rubric.</summary>
    public static (Quantity? Value, double Points)[] Score(AppleData data, PhaseFacts[] facts)
    {
        var measures = facts.SelectMany(f => f.Measures(data)).ToDictionary(m => m.Name, m => m.Value);
        return data.Rubric.Score(name => measures.TryGetValue(name, out var value) ? value
            : throw new CaseException($"there is no measure '{name}'; there are {string.Join(", ", measures.Keys)}."));
    }

    /// <summary>Points in all, by seed, for the seeds 0 … count − 1.</summary>
    public static double[] Scores(AppleData data, int count, CancellationToken cancellation)
    {
        var scores = new double[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, seed =>
            scores[seed] = Score(data, Facts(data, Play(data, data.Shocks, (uint)seed))).Sum(item => item.Points));
        return scores;
    }
}
