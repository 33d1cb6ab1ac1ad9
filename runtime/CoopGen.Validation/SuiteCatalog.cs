namespace CoopGen.Validation;

/// <summary>The suites of the four reports.</summary>
public static class SuiteCatalog
{
    /// <summary>Makes each suite, by id; a suite that has run keeps what its experiments share.</summary>
    public static IReadOnlyList<(string Id, Func<Suite> Make)> All { get; } =
    [
        ("tr1", Tr1.FoundationsSuite.Make),
        ("tr2", Tr2.TrustSuite.Make),
        ("tr3", () => Tr3.CollectiveActionSuite.Make()),
        ("tr4", () => Tr4.ReciprocitySuite.Make()),
    ];
}
