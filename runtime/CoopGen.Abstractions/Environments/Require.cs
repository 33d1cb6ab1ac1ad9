using System.Globalization;

namespace CoopGen;

/// <summary>Checks at construction and of spans. Called by generated code.</summary>
public static class Require
{
    /// <summary>Most agents an environment may have.</summary>
    public const int MaxAgents = 1024;

    /// <summary>A value in a closed range.</summary>
    /// <exception cref="ArgumentException">It is not; the message names member, value and range.</exception>
    public static void Within(string what, double value, double min, double max)
    {
        if (!(value >= min && value <= max))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{what} is {value} with these parameters; it must be between {min} and {max}."));
    }

    /// <summary>A sum, to within 1e-9.</summary>
    /// <exception cref="ArgumentException">It is another; the message names member, sum and total.</exception>
    public static void Sum(string what, double sum, double total)
    {
        if (!(Math.Abs(sum - total) <= 1e-9))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The entries of {what} add up to {sum} with these parameters; they must add up to {total}."));
    }

    /// <summary>A number of agents.</summary>
    /// <exception cref="ArgumentException">It is below 1, above <see cref="MaxAgents"/> or not whole.</exception>
    public static int Agents(double count) => count is >= 1 and <= MaxAgents && count == Math.Truncate(count) ? (int)count
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The number of agents is {count} with these parameters; it must be a whole number between 1 and {MaxAgents}."));

    /// <summary>A list, or matrix row by row, as long as there are agents.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static ReadOnlySpan<double> Table(ReadOnlySpan<double> entries, int length, int agents) => length == agents ? entries
        : throw new ArgumentException($"The spec lists values for {length} agents; with these parameters there are {agents}.");

    /// <summary>Room for results.</summary>
    /// <exception cref="ArgumentException">There is another length.</exception>
    public static void Room(string what, int given, int needed)
    {
        if (given != needed)
            throw new ArgumentException($"{what} has room for {given} numbers; {needed} are written.", what);
    }

    /// <summary>An agent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such agent.</exception>
    public static void Agent(int agent, int agents)
    {
        if (agent < 0 || agent >= agents)
            throw new ArgumentOutOfRangeException(nameof(agent), agent, $"The agents are 0 to {agents - 1}.");
    }
}
