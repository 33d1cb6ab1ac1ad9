namespace CoopGen.Solving;

/// <summary>What a solver found.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Actions">The profile of the first step, n·d actions.</param>
/// <param name="Payoffs">What every agent is paid for it in the first step.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Returns">What an episode of it earns each agent; null where none was played.</param>
public abstract record Answer(Question Question, double[] Actions, double[] Payoffs, double Seconds, double[]? Returns);

/// <summary>What was found for one step.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Game">The game that the oracle solves, where that is not the environment's own; else empty.</param>
/// <param name="Actions">The profile of the first step, n·d actions.</param>
/// <param name="Payoffs">What it is paid in the environment's one-shot game.</param>
/// <param name="Certificate">How good it is; null where nothing is certified.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Returns">What an episode of the oracle earns each agent; null for the one-shot game's equilibria.</param>
/// <param name="Facts">What else is known.</param>
/// <param name="Equilibria">The equilibria of the environment's one-shot game; null for an oracle.</param>
public sealed record OneShotAnswer(Question Question, string Game, double[] Actions, double[] Payoffs, Certificate? Certificate, double Seconds, double[]? Returns, IReadOnlyList<(string Name, double? Value)> Facts, OneShotSolution? Equilibria)
    : Answer(Question, Actions, Payoffs, Seconds, Returns);

/// <summary>What was found over an episode.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Plan">What every agent plays, a row of d actions per step.</param>
/// <param name="Actions">The profile of the first step, n·d actions.</param>
/// <param name="Payoffs">What every agent is paid in the first step.</param>
/// <param name="Returns">What every agent returns.</param>
/// <param name="Residual">Greatest entry of the projected gradient, relative to the value; see <see cref="EpisodeOptimum.Residual"/>.</param>
/// <param name="LargestGain">The optimum: most that a change of one action in one step adds, null if that was not tried. Responses: most that an agent gained in the last round.</param>
/// <param name="Certified">The optimum: see <see cref="EpisodeOptimum.Certified"/>. Responses are never: each was found by a search, before the others moved.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Complete">Whether the search went to its end; false if it was cancelled.</param>
public sealed record PlannedAnswer(Question Question, double[][] Plan, double[] Actions, double[] Payoffs, double[] Returns, double Residual, double? LargestGain, bool Certified, double Seconds, bool Complete)
    : Answer(Question, Actions, Payoffs, Seconds, Returns)
{
    /// <summary>The search for the optimum; null for responses.</summary>
    public EpisodeOptimum? Optimum { get; init; }

    /// <summary>Rounds in which all responded; 0 for the optimum.</summary>
    public int Turns { get; init; }

    /// <summary>Whether nobody gained in the last round; see <see cref="MutualResponses.Settled"/>.</summary>
    public bool Settled { get; init; }
}
