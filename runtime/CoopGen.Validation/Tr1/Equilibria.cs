using System.Globalization;

namespace CoopGen.Validation.Tr1;

/// <summary>All equilibria that the suite's experiments meet, and further ones that try the solver: other exponents, scales, a bound, three and four agents.</summary>
internal static class Equilibria
{
    private static readonly string[] _values = ["power", "logarithmic"];

    /// <summary>The games by name; those that are scored are for two.</summary>
    public static IEnumerable<(string Name, Venture Venture, bool Scored)> All(StudyCase study)
    {
        foreach (var value in _values)
        {
            var venture = study.Of(value);
            yield return ($"exp1.{value}", venture, true);
            yield return ($"baseline.{value}", venture.Baseline, false);
            foreach (var entry in study.Data["variants"].List(1))
                yield return ($"exp5.{entry["id"].Text()}.{value}", venture.Read(entry), true);
            foreach (var (d, game) in Sweeps.DependenceGames(venture))
                yield return ($"exp6.D.{d.ToString("0.0", CultureInfo.InvariantCulture)}.{value}", game, true);
            foreach (var (γ, game) in Sweeps.GammaGames(venture))
                yield return ($"exp6.gamma.{γ.ToString("0.0", CultureInfo.InvariantCulture)}.{value}", game, true);
        }

        foreach (var entry in study.Data["further"].List())
            yield return (entry["id"].Text(), study.Of(entry["value"].Text()).Read(entry), entry.Find("scored")?.Flag() ?? true);
    }

    /// <summary>Solves all.</summary>
    public static Outcome Run(string suite, StudyCase study)
    {
        var games = All(study).ToArray();
        var findings = new List<Finding>[games.Length];
        Parallel.For(0, games.Length, k => findings[k] = [.. Findings(suite, study, games[k])]);
        return new([.. findings.SelectMany(f => f)]);
    }

    private static IEnumerable<Finding> Findings(string suite, StudyCase study, (string Name, Venture Venture, bool Scored) game)
    {
        const string Experiment = "equilibria";
        var model = new Model(game.Venture);
        var shipped = Equilibrium.Shipped(model, study.Box, game.Venture.Agents);
        var exact = Equilibrium.Exact(game.Venture, study.Box);
        for (var i = 0; i < game.Venture.Agents; i++)
            yield return new(suite, Experiment, $"{game.Name}.actions[{i}]", shipped.Actions[i], exact.Actions[i]);
        yield return new(suite, Experiment, $"{game.Name}.converged", shipped.Converged) { Detail = true };
        yield return new(suite, Experiment, $"{game.Name}.sweeps", shipped.Sweeps) { Detail = true };
        foreach (var finding in Certificate.Findings(suite, Experiment, game.Name + ".", study, game.Venture, shipped, exact, detail: true))
            yield return finding;
        if (!game.Scored)
            yield break;
        var (scored, scoredExactly) = (study.Shipped(model, game.Venture, study.ShippedBaseline(game.Venture)), study.Exact(game.Venture));
        yield return new(suite, Experiment, $"{game.Name}.score", scored.Total, scoredExactly.Total);
        for (var i = 0; i < game.Venture.Agents; i++)
            yield return new(suite, Experiment, $"{game.Name}.baseline[{i}]", scored.Baseline.Actions[i], scoredExactly.Baseline.Actions[i]) { Detail = true };
        foreach (var name in Measures.Names)
            yield return new(suite, Experiment, $"{game.Name}.{name}", scored.Measures[name], scoredExactly.Measures[name]) { Detail = true };
        var groups = study.Rubric.Groups.ToArray();
        for (var g = 0; g < groups.Length; g++)
        {
            double Points(ScoredVenture s) => s.Scores.Where((_, k) => study.Rubric.Items[k].Group == groups[g]).Sum(x => x.Points);
            yield return new(suite, Experiment, $"{game.Name}.cat[{g}]", Points(scored), Points(scoredExactly)) { Detail = true };
        }

        for (var k = 0; k < study.Rubric.Items.Count; k++)
            yield return new(suite, Experiment, $"{game.Name}.{study.Rubric.Items[k].Id}", scored.Scores[k].Points, scoredExactly.Scores[k].Points) { Detail = true, Note = "points" };
    }
}
