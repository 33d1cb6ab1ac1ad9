using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr3;

/// <summary>A phase of the case as predicted, with its points.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Loyalties">Loyalty of every member.</param>
/// <param name="Equilibrium">Predicted efforts.</param>
/// <param name="Cohesion">Loyalty weighted by the members' weights.</param>
internal sealed record ApachePrediction(ApachePhase Phase, double[] Loyalties, Equilibrium Equilibrium, double Cohesion)
{
    public double Predicted => Equilibrium.Mean;

    public double MeanLoyalty => Statistics.Mean(Loyalties);
}

/// <summary>An item of the rubric in a phase.</summary>
/// <param name="Name">validity, rank, pattern or trend.</param>
/// <param name="Points">Points.</param>
/// <param name="Max">Most points.</param>
/// <param name="Rule">What is asked for.</param>
/// <param name="Constant">Whether it cannot fail: efforts lie between 0.01 and 50 whatever the model does.</param>
internal sealed record ApacheItem(string Name, int Points, int Max, string Rule, bool Constant = false);

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

    /// <summary>The rubric's items of each phase.</summary>
    public static ApacheItem[][] Score(ApacheData data, ApachePrediction[] predictions)
    {
        double[] efforts = Array.ConvertAll(predictions, p => p.Predicted);
        var most = data.Parameters["a_max"];
        // Which phase comes first, second … by prediction; equals in order.
        var ranking = Enumerable.Range(0, efforts.Length).OrderByDescending(k => efforts[k]).ToArray();
        return [.. predictions.Select((p, k) => new ApacheItem[]
        {
            new("validity", (efforts[k] > 0 ? 1 : 0) + (efforts[k] < 100 ? 1 : 0) + (double.IsFinite(efforts[k]) ? 1 : 0), 3, "> 0, < 100, finite: 1 each", Constant: true),
            new("rank", Math.Abs(Array.IndexOf(ranking, k) - k) switch { 0 => 4, 1 => 3, 2 => 1, _ => 0 }, 4, "rank among the phases 0, 1, 2, 3 from its place: 4, 3, 1, 0"),
            new("pattern", data.Patterns[p.Phase.Pattern].First(b => Share(efforts[k]) > b.Above && Share(efforts[k]) < b.Below).Points, 4, Rule(p.Phase.Pattern)),
            new("trend", Trend(k), 4, k == 0 ? "at least 0.95 of the greatest: 4, else 2" : "below the phase before: 4, as high: 2, up to 10 % higher: 1, else 0"),
        })];

        double Share(double effort) => effort / most;
        int Trend(int k) => k == 0 ? (efforts[0] >= 0.95 * efforts.Max() ? 4 : 2)
            : efforts[k] < efforts[k - 1] ? 4
            : efforts[k] == efforts[k - 1] ? 2
            : efforts[k] < 1.1 * efforts[k - 1] ? 1
            : 0;

        string Rule(string pattern) => pattern + ": " + string.Join("; ", data.Patterns[pattern].Select(b => Limits(b) + b.Points));

        static string Limits(PatternBand b) => (double.IsFinite(b.Above), double.IsFinite(b.Below)) switch
        {
            (true, true) => FormattableString.Invariant($"{b.Above} < x < {b.Below}: "),
            (true, false) => FormattableString.Invariant($"x > {b.Above}: "),
            (false, true) => FormattableString.Invariant($"x < {b.Below}: "),
            _ => "else ",
        };
    }
}
