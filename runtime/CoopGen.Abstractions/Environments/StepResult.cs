namespace CoopGen;

/// <summary>How a step ended.</summary>
/// <param name="Terminated">The environment's own condition ended the episode.</param>
/// <param name="Truncated">The horizon is reached; both may be true at once.</param>
/// <param name="Clipped">Some action lay outside its bounds and was clipped.</param>
public readonly record struct StepResult(bool Terminated, bool Truncated, bool Clipped)
{
    /// <summary>Whether the episode is over.</summary>
    public bool Ended => Terminated || Truncated;
}
