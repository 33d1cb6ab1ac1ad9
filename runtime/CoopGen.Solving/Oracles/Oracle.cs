using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>A policy that is worked out for an environment before it is played.</summary>
public abstract class Oracle : IPolicy
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>What it plays, in a sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>Works out what is played.</summary>
    /// <param name="environment">An environment; its parameters count, not its state, which is left alone.</param>
    /// <param name="cancellation">Ends the search with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UnsolvableException">The environment has not what the oracle needs, or a payoff is not finite.</exception>
    public abstract OracleAnswer Solve(GameEnvironment environment, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract void Act(GameEnvironment environment, int agent, Span<double> action);
}

/// <summary>What an oracle worked out.</summary>
/// <param name="Actions">The profile of the first step, n·d actions.</param>
/// <param name="Certificate">What it is worth in the game that the oracle solves; null where it solves none.</param>
/// <param name="Game">That game, in a few words; empty where there is none.</param>
public record OracleAnswer(double[] Actions, Certificate? Certificate, string Game)
{
    /// <summary>What else is known, such as bounds, under names for programs.</summary>
    public virtual IReadOnlyList<(string Name, double? Value)> Facts => [];
}
