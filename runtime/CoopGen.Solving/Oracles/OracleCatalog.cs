using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>The oracles by name, and with them all policies that need no training.</summary>
public static class OracleCatalog
{
    /// <summary>All oracles. A new one is a line here.</summary>
    public static IReadOnlyList<Oracle> All { get; } =
    [
        ConstantOracle.Equilibrium("Oracle_Equilibrium", "the one-shot equilibrium of utilities weighted by interdependence alone (TR-1)", "TR-1 utilities weighted by interdependence", BenchmarkGame.Coopetitive),
        ConstantOracle.Equilibrium("Oracle_TrustAware", "that with a term for trust fixed at 0.95 (TR-2)", "TR-1 utilities with the benchmark's trust term", BenchmarkGame.TrustAware),
        ConstantOracle.Effort("Oracle_Nash", "the free-riding effort of team production, in closed form (TR-3)", "team production, everyone for itself", FreeRiding, TeamGame.Base),
        ConstantOracle.Effort("Oracle_SocialOptimum", "the effort that makes the team's payoff greatest, in closed form (TR-3)", "team production, everyone for all", Optimum, TeamGame.Common),
        ConstantOracle.Effort("Oracle_Loyalty", "the benchmark's closed form for a loyalty of 0.9: the team's effort, played by each (TR-3)", "team production at a loyalty of 0.9", Loyal, TeamGame.Loyal),
        ConstantOracle.Equilibrium("Oracle_ReciprocityEquilibrium", "the one-shot equilibrium with terms for trust and reciprocity (TR-4)", "TR-1 utilities with the benchmark's trust and reciprocity terms", BenchmarkGame.Reciprocal),
        new ReciprocityOracle(),
        new DynamicOptimumPolicy(),
        new BestResponsePolicy(),
    ];

    /// <summary>Names of all policies: those of <see cref="PolicyCatalog"/> and the oracles.</summary>
    public static IReadOnlyList<string> PolicyNames { get; } = [.. PolicyCatalog.Names, .. All.Select(o => o.Name)];

    /// <summary>The policy of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says which there are.</exception>
    public static IPolicy FindPolicy(string name) => All.FirstOrDefault(o => o.Name == name)
        ?? (PolicyCatalog.Names.Contains(name) ? PolicyCatalog.Find(name)
        : throw new ArgumentException($"There is no policy '{name}'; there are Random, TitForTat, Constant_00 to Constant_100, {string.Join(", ", All.Select(o => o.Name))}."));

    /// <summary>The benchmark's oracles that suit an environment, as starts of a search over its episode, by name.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="cancellation">Ends it with <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<IPolicy>> Starts(GameEnvironment environment, CancellationToken cancellation = default)
    {
        var starts = new Dictionary<string, IReadOnlyList<IPolicy>>();
        foreach (var oracle in All)
        {
            if (oracle is EpisodePolicy)
                continue;
            try
            {
                oracle.Solve(environment, cancellation);
                starts[oracle.Name] = [oracle];
            }
            catch (UnsolvableException)
            {
                // The benchmark's oracles are made for its own games; what they cannot play is searched without them.
            }
        }

        return starts;
    }

    private static double FreeRiding(BenchmarkFacts x) => x.Team is var t && t.β >= 1 ? 50 : Math.Pow(t.ω * t.β / (t.c * Math.Pow(x.n, 2 - t.β)), 1 / (1 - t.β));

    private static double Optimum(BenchmarkFacts x) => x.Team is var t && t.β >= 1 ? 75 : Math.Pow(t.ω * t.β / t.c, 1 / (1 - t.β)) / x.n;

    private static double Loyal(BenchmarkFacts x) => x.Team is var t && t.β >= 1 ? 75
        : Math.Pow(t.ω * t.β * (1 + t.φB * 0.9 * (x.n - 1)) / (x.n * t.c * (1 - t.φC * 0.9)), 1 / (1 - t.β));
}
