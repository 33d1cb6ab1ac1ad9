namespace CoopGen.Validation.Tr2;

/// <summary>Parameters of the trust model, and the rule that it follows.</summary>
/// <param name="LambdaPlus">Rate at which trust grows.</param>
/// <param name="LambdaMinus">Rate at which it erodes.</param>
/// <param name="MuR">Part of a disappointment that becomes reputation damage.</param>
/// <param name="DeltaR">Rate at which damage is forgotten.</param>
/// <param name="Xi">How much dependence amplifies erosion.</param>
/// <param name="Kappa">How sharply trust reacts, per action unit.</param>
internal sealed record TrustParameters(double LambdaPlus = 0.10, double LambdaMinus = 0.30, double MuR = 0.60, double DeltaR = 0.03, double Xi = 0.50, double Kappa = 1)
{
    /// <summary>Rules by name.</summary>
    public static IReadOnlyList<string> Rules { get; } = ["current", "package", "described", "legacy"];

    /// <summary>The rule.</summary>
    public string Rule { get; init; } = "current";

    /// <summary>Reads what is given of one over what is known.</summary>
    public TrustParameters Read(Entry? entry)
    {
        if (entry is null)
            return this;
        entry.Only("rule", "lambda_plus", "lambda_minus", "mu_R", "delta_R", "xi", "kappa_trust");
        double Number(string name, double known, double max) => entry.Find(name)?.Number(0, max) ?? known;
        return new(Number("lambda_plus", LambdaPlus, 1), Number("lambda_minus", LambdaMinus, 1), Number("mu_R", MuR, 1), Number("delta_R", DeltaR, 1), Number("xi", Xi, 1), Number("kappa_trust", Kappa, 100))
        {
            Rule = entry.Find("rule")?.Word(Rules) ?? Rule,
        };
    }
}
