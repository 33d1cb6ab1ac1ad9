namespace CoopGen.Solving;

/// <summary>
/// The one-shot game at one state of an environment, between riding free and cooperating.
/// </summary>
/// <remarks>
/// <b>Riding free</b> is the one-shot equilibrium of the private payoffs at that state: what everyone does who looks at its own payoff and at
/// this step alone (where there are several, that with the least actions found). <b>Cooperating</b> is the common action, the same part of every agent's box, that makes the sum of private payoffs
/// greatest. Both are compared by the payoffs of the environment's own reward mode, exactly as compiled.
/// </remarks>
public sealed record DilemmaState
{
    /// <summary>How the state was reached, such as <c>after the reset</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Steps played to get there.</summary>
    public required int Steps { get; init; }

    /// <summary>Whether the state changed no more when it was looked at.</summary>
    public required bool Steady { get; init; }

    /// <summary>What the environment reports there of <c>mean_trust</c>, <c>mean_loyalty</c> and <c>mean_reputation</c>.</summary>
    public required IReadOnlyDictionary<string, double> Levels { get; init; }

    /// <summary>Riding free: n·d actions.</summary>
    public required double[] FreeRiding { get; init; }

    /// <summary>Whether <see cref="FreeRiding"/> is certified to be an equilibrium of the private payoffs.</summary>
    public required bool FreeRidingCertified { get; init; }

    /// <summary>Cooperating: n·d actions.</summary>
    public required double[] Cooperating { get; init; }

    /// <summary>Part of the box that <see cref="Cooperating"/> is, 0 to 1.</summary>
    public required double Part { get; init; }

    /// <summary>Every agent's four payoffs.</summary>
    public required IReadOnlyList<DilemmaPayoffs> Agents { get; init; }

    /// <summary>The mean of the agents' payoffs.</summary>
    public required DilemmaPayoffs Mean { get; init; }

    /// <summary>The Schelling diagram; see <see cref="SchellingPoint"/>.</summary>
    public required IReadOnlyList<SchellingPoint> Schelling { get; init; }

    /// <summary>Fewest cooperators, the player included, who earn more each than if all rode free; null if none are enough.</summary>
    public int? ViableCoalition => Schelling.FirstOrDefault(p => p.Cooperating > Schelling[0].FreeRiding + DilemmaPayoffs.Tolerance * Math.Abs(Schelling[0].FreeRiding)) is { } point ? point.Others + 1 : null;
}

/// <summary>
/// A place in the Schelling diagram: what a player earns if it cooperates and if it rides free, when so many others cooperate. The mean over
/// the players and over who the others are.
/// </summary>
/// <param name="Others">Number of others who cooperate, 0 to n − 1.</param>
/// <param name="Cooperating">What a player earns who cooperates too.</param>
/// <param name="FreeRiding">What a player earns who rides free.</param>
public sealed record SchellingPoint(int Others, double Cooperating, double FreeRiding);

/// <summary>Equilibria of the one-shot game after the reset, against the greatest sum of payoffs.</summary>
/// <param name="Optimum">The greatest sum of payoffs found.</param>
/// <param name="OptimalActions">Where it is reached.</param>
/// <param name="Equilibria">Sum of payoffs of every equilibrium found, the greatest first.</param>
/// <param name="Actions">The equilibria, n·d actions each.</param>
public sealed record AnarchyPrice(double Optimum, double[] OptimalActions, IReadOnlyList<double> Equilibria, IReadOnlyList<double[]> Actions)
{
    /// <summary>Price of anarchy: the optimum over the sum at the worst equilibrium found; null if there is none or its sum is not above 0.</summary>
    public double? OfAnarchy => Equilibria.Count > 0 && Equilibria[^1] > 0 ? Optimum / Equilibria[^1] : null;

    /// <summary>Price of stability: the optimum over the sum at the best equilibrium found; null if there is none or its sum is not above 0.</summary>
    public double? OfStability => Equilibria.Count > 0 && Equilibria[0] > 0 ? Optimum / Equilibria[0] : null;
}
