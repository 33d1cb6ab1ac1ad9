namespace CoopGen.Cli;

/// <summary>What was asked for is wrong: the message says what, where, and what is allowed. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for could not be done: the message says why. Exit code 1.</summary>
internal sealed class FailedException(string message) : Exception(message);

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int WrongUse = 2;

    /// <summary>Interrupted: 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
