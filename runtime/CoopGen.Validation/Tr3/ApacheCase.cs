using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr3;

/// <summary>A phase of the case as predicted.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Loyalties">Loyalty of every member.</param>
/// <param name="Equilibrium">Predicted efforts.</param>
/// <param name="Cohesion">Loyalty weighted by the members' weights.</param>
internal sealed record ApachePrediction(ApachePhase Phase, double[] Loyalties, Equilibrium Equilibrium, double Cohesion)
{
    public double Predicted => Equilibrium.Mean;

    public double MeanLoyalty => Statistics.Mean(Loyalties);

    /// <summary>Greatest contribution over the least.</summary>
    public double Skew => Equilibrium.Efforts.Max() / Equilibrium.Efforts.Min();
}

/// <summary>The case study of the Apache HTTP Server.</summary>
internal static class ApacheCase
{
    /// <summary>Predicts every phase.</summary>
    public static ApachePrediction[] Predict(ApacheData data, Solver solve) => Array.ConvertAll(data.Phases, phase =>
    {
        var (loyalties, weights) = (data.Loyalties(phase), data.Weights(phase));
        var weight = PairwiseSum.Of(weights);
        var cohesion = weight > 0 ? PairwiseSum.Of([.. weights.Zip(loyalties, (w, theta) => w * theta)]) / weight : 0;
        return new ApachePrediction(phase, loyalties, solve(data.Game(phase), loyalties), cohesion);
    });

    /// <summary>Scores the phases by the rubric.</summary>
    public static (Quantity? Value, double Points)[] Score(ApacheData data, ApachePrediction[] predictions)
    {
        double[] efforts = Array.ConvertAll(predictions, p => p.Predicted);
        // Which phase comes first, second … by prediction; equals in order.
        var ranking = Enumerable.Range(0, efforts.Length).OrderByDescending(k => efforts[k]).ToArray();
        var measures = new Dictionary<string, double>();
        for (var k = 0; k < efforts.Length; k++)
        {
            var name = predictions[k].Phase.Name;
            measures[$"{name}.predicted_effort"] = efforts[k];
            measures[$"{name}.norm_effort"] = efforts[k] / data.Most;
            measures[$"{name}.rank_distance"] = Math.Abs(Array.IndexOf(ranking, k) - k);
            measures[$"{name}.of_greatest"] = efforts[k] / efforts.Max();
            if (k > 0)
                measures[$"{name}.rise"] = efforts[k] / efforts[k - 1] - 1;
        }

        return data.Rubric.Score(name => measures.TryGetValue(name, out var value) ? value
            : throw new CaseException($"there is no measure '{name}'; there are {string.Join(", ", measures.Keys)}."));
    }

    /// <summary>The correlation of predicted with known efforts, the root of their mean squared distance, and their mean distance in %.</summary>
    public static (TestResult Correlation, double Rmse, double Mape) Compare(ApachePrediction[] predictions)
    {
        double[] predicted = Array.ConvertAll(predictions, p => p.Predicted), known = Array.ConvertAll(predictions, p => p.Phase.Expected);
        var distances = Statistics.Differences(predicted, known);
        return (Statistics.Pearson(predicted, known),
            Math.Sqrt(Statistics.Mean(Array.ConvertAll(distances, d => d * d))),
            Statistics.Mean([.. distances.Zip(known, (d, k) => Math.Abs(d / k))]) * 100);
    }
}
