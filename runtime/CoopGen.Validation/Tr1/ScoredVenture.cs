namespace CoopGen.Validation.Tr1;

/// <summary>A game solved and scored in one way: as shipped or exactly.</summary>
/// <param name="Equilibrium">Its equilibrium.</param>
/// <param name="Baseline">That without dependence and synergy.</param>
/// <param name="Measures">What the rubric measures.</param>
/// <param name="Scores">Value and points of each item.</param>
internal sealed record ScoredVenture(Equilibrium Equilibrium, Equilibrium Baseline, Measures Measures, (Quantity? Value, double Points)[] Scores)
{
    /// <summary>Points of all items.</summary>
    public double Total => Scores.Sum(s => s.Points);
}
