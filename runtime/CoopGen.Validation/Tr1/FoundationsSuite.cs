namespace CoopGen.Validation.Tr1;

/// <summary>TR-1's suite: interdependence and complementarity, the case of Samsung and Sony.</summary>
internal static class FoundationsSuite
{
    private const string Id = "tr1";

    /// <summary>Makes it.</summary>
    public static Suite Make()
    {
        var study = new StudyCase();
        var noise = new NoiseTrials(study);
        return new(Id, "Interdependence and complementarity: the joint venture of Samsung and Sony", "arXiv:2510.18802",
            Statement.Attach(
            [
                new("case", "The published case: logarithmic value, item by item", _ => Case("case", study, study.Logarithmic)),
                new("case-power", "The same case with the power value", _ => Case("case-power", study, study.Power)),
                new("equilibria", "All equilibria of the suite and further ones: the suite's search and the exact solution", _ => Equilibria.Run(Id, study)),
                new("exp2_monte_carlo", "500 games with 15 % of noise", cancel => noise.Run(Id, "exp2_monte_carlo", 0.15, cancel)),
                new("exp3_statistics", "500 games with 5 % of noise and tests of the difference", cancel => noise.Run(Id, "exp3_statistics", 0.05, cancel)),
                new("exp4_convergence", "50 starting points", _ => Convergence.Run(Id, study)),
                new("exp5_cases", "Five cases", _ => Sweeps.Cases(Id, study)),
                new("exp6_dependence", "Dependence from 0.3 to 1", _ => Sweeps.Dependence(Id, study)),
                new("exp6_gamma", "Synergy from 0.1 to 1", _ => Sweeps.Gamma(Id, study)),
                new("null_20000", "20,000 games drawn at random, which the documents quote and no script makes", cancel => RandomGames.Run(Id, study, cancel)),
            ], Statement.Read(study.Data["printed"])));
    }

    private static Outcome Case(string experiment, StudyCase study, Venture venture)
    {
        var (shipped, exact) = (study.Shipped(venture), study.Exact(venture));
        var findings = Scored.Findings(Id, experiment, study.Rubric, shipped.Scores, exact.Scores).ToList();
        Finding Of(string item, Func<ScoredVenture, Quantity> quantity, string note = "") => new(Id, experiment, item, quantity(shipped), quantity(exact)) { Note = note };
        for (var i = 0; i < venture.Agents; i++)
        {
            var agent = i;
            findings.Add(Of($"actions[{i}]", s => s.Equilibrium.Actions[agent], $"what {study.Data["agents"].List()[i].Text()} gives"));
        }

        for (var i = 0; i < venture.Agents; i++)
        {
            var agent = i;
            findings.Add(Of($"baseline[{i}]", s => s.Baseline.Actions[agent], "the same without dependence and synergy"));
        }

        findings.Add(new(Id, experiment, "sweeps", shipped.Equilibrium.Sweeps));
        findings.AddRange(Measures.Names.Select(name => Of(name, s => s.Measures[name])));
        findings.Add(Of("in_range", s => InRange(study, s), Band.Read(study.Data["in_range"], 1).Rule("coop_pct")));
        findings.AddRange(Certificate.Findings(Id, experiment, "", study, venture, shipped.Equilibrium, exact.Equilibrium));
        return new(findings);
    }

    /// <summary>Whether cooperation rises as much as is reported.</summary>
    public static bool InRange(StudyCase study, ScoredVenture scored) => Band.Read(study.Data["in_range"], 1).Holds(scored.Measures.Cooperation);
}
