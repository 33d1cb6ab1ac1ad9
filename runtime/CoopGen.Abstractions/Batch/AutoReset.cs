namespace CoopGen;

/// <summary>What a batch does with an environment whose episode has ended; the meanings are Gymnasium's.</summary>
public enum AutoReset
{
    /// <summary>It is reset by the next step, which ignores its actions, pays 0 and shows the first observation of the new episode.</summary>
    NextStep,

    /// <summary>It is reset within the step that ends it: the observation is the first of the new episode, the last one goes to a buffer of its own.</summary>
    SameStep,

    /// <summary>It waits for <see cref="EnvironmentBatch.Reset(ReadOnlySpan{bool})"/>; stepping it is an error.</summary>
    Disabled,
}

/// <summary>How a step of an environment in a batch ended: the bits of its byte in the endings.</summary>
[Flags]
public enum Ending : byte
{
    /// <summary>The episode goes on.</summary>
    None = 0,

    /// <summary>The episode ended by its own rules.</summary>
    Terminated = 1,

    /// <summary>The horizon was reached.</summary>
    Truncated = 2,

    /// <summary>An action lay outside its box and was clipped.</summary>
    Clipped = 4,
}

/// <summary>Which columns of the observation a step writes.</summary>
public enum Columns
{
    /// <summary>All.</summary>
    All,

    /// <summary>At least those that can change within an episode; <see cref="EnvironmentBatch.Observe"/> has written the others before.</summary>
    Changing,
}
