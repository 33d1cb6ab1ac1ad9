using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr4;

/// <summary>The statistics of the case.</summary>
/// <param name="Anova">Whether the mean action differs between phases.</param>
/// <param name="Phases">Correlation of the phase means with what is known, over phases and actors.</param>
/// <param name="Rmse">Root of their mean squared distance.</param>
/// <param name="Trajectory">Correlation of the course with what is known, over quarters and actors.</param>
/// <param name="ByActor">The same for each actor.</param>
internal sealed record AppleStatistics(TestResult Anova, TestResult Phases, double Rmse, TestResult Trajectory, TestResult[] ByActor)
{
    public static AppleStatistics Of(AppleData data, History course, PhaseFacts[] facts)
    {
        var groups = Array.ConvertAll(data.Phases, p => Array.ConvertAll(course.Actions[p.From..(p.To + 1)], a => Statistics.Mean(a)));
        double[] means = [.. facts.SelectMany(f => f.Means)], targets = [.. data.Phases.SelectMany(p => p.Targets)];
        var distances = Statistics.Differences(means, targets);
        double[] Simulated(int actor) => Array.ConvertAll(data.Quarters, t => course.Actions[t][actor]);
        var simulated = Enumerable.Range(0, data.Actors.Length).Select(Simulated).ToArray();
        return new(
            Statistics.Anova(groups),
            Statistics.Pearson(means, targets),
            Math.Sqrt(Statistics.Mean(Array.ConvertAll(distances, d => d * d))),
            Statistics.Pearson([.. simulated.SelectMany(s => s)], [.. data.Known.SelectMany(a => a)]),
            [.. simulated.Zip(data.Known, (s, a) => Statistics.Pearson(s, a))]);
    }
}
