namespace CoopGen.Solving;

/// <summary>Team production as the TR-3 oracles know it.</summary>
/// <param name="ω">Productivity.</param>
/// <param name="β">Elasticity of the output in total effort.</param>
/// <param name="c">Cost of a unit of effort.</param>
/// <param name="φB">Warmth of loyalty.</param>
/// <param name="φC">Tolerance of cost by loyalty.</param>
internal sealed record TeamFacts(double ω, double β, double c, double φB, double φC);

/// <summary>Reciprocity as the TR-4 oracles know it.</summary>
/// <param name="ρ0">Sensitivity at full dependence.</param>
/// <param name="η">Elasticity of the sensitivity in dependence.</param>
/// <param name="κ">Sharpness of the response, per action unit.</param>
/// <param name="k">Steps remembered.</param>
/// <param name="λR">Strength of reciprocity.</param>
/// <param name="ω">Amplification by dependence.</param>
internal sealed record ReciprocityFacts(double ρ0, double η, double κ, int k, double λR, double ω);

/// <summary>
/// The parameters that Coopetition-Gym 1.0.6 hands its oracles beside what can be seen of an environment: published tables, by id
/// without version. What is not in them has the package's fallbacks, whatever the environment.
/// </summary>
internal static class BenchmarkTable
{
    private static readonly Dictionary<string, (double θ, double γ)> _value = new()
    {
        ["PartnerHoldUp"] = (20, 0.60),
        ["PlatformEcosystem"] = (25, 0.75),
        ["DynamicPartnerSelection"] = (18, 0.55),
        ["SynergySearch"] = (20, 0.50),
        ["RenaultNissan"] = (22, 0.58),
        ["TrustDilemma"] = (20, 0.70),
        ["RecoveryRace"] = (20, 0.60),
        ["SLCD"] = (20, 0.65),
        ["CooperativeNegotiation"] = (20, 0.60),
        ["ReputationMarket"] = (18, 0.50),
    };

    /// <summary>Bargaining shares of the first agents; the others share the rest equally.</summary>
    private static readonly Dictionary<string, double[]> _shares = new()
    {
        ["PartnerHoldUp"] = [0.60, 0.40],
        ["PlatformEcosystem"] = [0.30],
        ["SLCD"] = [0.55, 0.45],
        ["RenaultNissan"] = [0.48, 0.52],
    };

    private static readonly Dictionary<string, TeamFacts> _team = new()
    {
        ["TeamProduction"] = new(25, 0.7, 1, 0, 0),
        ["LoyaltyTeam"] = new(25, 0.7, 1, 0.8, 0.3),
        ["CoalitionFormation"] = new(25, 0.7, 1, 0.7, 0.3),
        ["ApacheProject"] = new(30, 0.7, 1, 0.75, 0.25),
        ["PublicGoods"] = new(2, 1, 1, 0.6, 0.2),
    };

    /// <summary>Productivity in the phases of ApacheProject.</summary>
    private static readonly double[] _phases = [20, 25, 30, 28];

    private static readonly Dictionary<string, ReciprocityFacts> _reciprocity = new()
    {
        ["ReciprocalDilemma"] = new(1.0, 1.0, 1.0, 5, 1.0, 0.6),
        ["GiftExchange"] = new(1.2, 1.5, 1.0, 3, 1.2, 0.8),
        ["IndirectReciprocity"] = new(0.8, 1.0, 1.0, 7, 1.5, 0.5),
        ["GraduatedSanction"] = new(0.6, 1.5, 0.8, 10, 1.8, 1.0),
        ["AppleAppStore"] = new(1.0, 1.2, 0.8, 4, 1.0, 0.8),
    };

    /// <summary>Scale of individual value and strength of the synergy.</summary>
    public static (double θ, double γ) Value(GameEnvironment environment) => _value.GetValueOrDefault(Name(environment), (20, 0.65));

    /// <summary>Bargaining shares of all agents.</summary>
    public static double[] Shares(GameEnvironment environment)
    {
        var (n, first) = (environment.AgentCount, _shares.GetValueOrDefault(Name(environment), []));
        if (first.Length == 1)
            first = [Given(environment, "platform_share", first[0])];
        var rest = first.Length >= n ? 0 : (1 - first.Sum()) / (n - first.Length);
        return [.. Enumerable.Range(0, n).Select(i => i < first.Length ? first[i] : rest)];
    }

    /// <summary>Team production, with what the environment was given.</summary>
    public static TeamFacts Team(GameEnvironment environment)
    {
        var row = _team.GetValueOrDefault(Name(environment), new(1, 0.5, 1, 0.8, 0.3));
        if (Name(environment) == "ApacheProject")
            row = row with { ω = _phases[(int)environment.Parameter("phase").Number] };
        return new(Given(environment, "multiplier", Given(environment, "omega", row.ω)), Given(environment, "beta", row.β), Given(environment, "c", row.c), Given(environment, "phi_B", row.φB), Given(environment, "phi_C", row.φC));
    }

    /// <summary>Reciprocity.</summary>
    public static ReciprocityFacts Reciprocity(GameEnvironment environment) => _reciprocity.GetValueOrDefault(Name(environment), new(1.0, 1.0, 1.0, 5, 1.0, 0.6));

    private static string Name(GameEnvironment environment) => environment.Info.Id.Split("-v")[0];

    /// <summary>A real parameter of the environment if it has one of that name.</summary>
    private static double Given(GameEnvironment environment, string name, double otherwise) =>
        environment.Info.Parameters.FirstOrDefault(p => p.Name == name) is { Kind: ParameterKind.Number } ? environment.Parameter(name).Number : otherwise;
}
