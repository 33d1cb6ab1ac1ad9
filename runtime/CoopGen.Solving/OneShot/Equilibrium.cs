namespace CoopGen.Solving;

/// <summary>A Nash equilibrium in pure actions.</summary>
/// <param name="Actions">n·d actions, agent by agent.</param>
/// <param name="Payoffs">n payoffs.</param>
/// <param name="Certificate">How good it is.</param>
/// <param name="Stability">What happens close by.</param>
public sealed record Equilibrium(double[] Actions, double[] Payoffs, Certificate Certificate, Stability Stability);

/// <summary>What a search for equilibria found.</summary>
/// <param name="Equilibria">Different equilibria, the one with the greatest sum of payoffs first; all certified.</param>
/// <param name="Cycle">If there is none: profiles that best responses, agent after agent, lead through again and again; empty if they do not either.</param>
/// <param name="Closest">The equilibrium shown first; if there is none, the profile met with the least unilateral gain.</param>
/// <param name="DominanceOverBox">See <see cref="Stability.DominanceOverBox"/>.</param>
/// <param name="Starts">Number of profiles the search started from.</param>
public sealed record OneShotSolution(IReadOnlyList<Equilibrium> Equilibria, IReadOnlyList<double[]> Cycle, Equilibrium Closest, double DominanceOverBox, int Starts)
{
    /// <summary>Whether an equilibrium was found.</summary>
    public bool IsCertified => Equilibria.Count > 0;
}
