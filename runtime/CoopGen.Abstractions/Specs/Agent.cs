using System.Globalization;

namespace CoopGen;

/// <summary>One of the agents of an environment, 0 to n − 1.</summary>
/// <param name="Index">Position of the agent, from 0.</param>
public readonly record struct Agent(int Index)
{
    /// <summary>The agent at a position.</summary>
    public static implicit operator Agent(int index) => new(index);

    /// <inheritdoc/>
    public override string ToString() => Index.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A closed range of numbers, the value of a parameter such as <c>gamma_range</c>.</summary>
/// <param name="Low">Least value.</param>
/// <param name="High">Greatest value, not below <paramref name="Low"/>.</param>
public readonly record struct Range(double Low, double High);

/// <summary>What an environment pays its agents.</summary>
public enum RewardMode
{
    /// <summary>Every agent its own payoff.</summary>
    Private = 0,

    /// <summary>Every agent its own payoff and, weighted by dependence, the payoffs of others.</summary>
    Integrated = 1,

    /// <summary>Everyone the mean of all.</summary>
    Cooperative = 2,
}

/// <summary>One dependency of the i* notation: the depender needs the dependum, which the dependee delivers.</summary>
/// <param name="Depender">The agent that depends.</param>
/// <param name="Dependee">The agent depended on; another one than the depender.</param>
/// <param name="Dependum">What is depended on, in words.</param>
/// <param name="Importance">Weight w of the dependum for the depender, above 0.</param>
/// <param name="Criticality">How far the dependee is irreplaceable, 0 to 1.</param>
public sealed record Dependency(Agent Depender, Agent Dependee, string Dependum, double Importance, double Criticality);
