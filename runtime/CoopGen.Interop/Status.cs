using CoopGen.Solving;

namespace CoopGen.Interop;

/// <summary>What every function returns. Anything but <see cref="Ok"/> leaves a text for coopgen_last_error.</summary>
public static class Status
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>An argument is not allowed; nothing has changed.</summary>
    public const int Argument = 1;

    /// <summary>There is no such handle: it was never given out, or has been released.</summary>
    public const int Handle = 2;

    /// <summary>Another thread is using the handle; nothing has changed.</summary>
    public const int Busy = 3;

    /// <summary>Not now: not reset yet, or the episode is over; nothing has changed.</summary>
    public const int State = 4;

    /// <summary>There is not enough memory.</summary>
    public const int Memory = 5;

    /// <summary>A mistake in the library or in a spec.</summary>
    public const int Internal = 6;

    /// <summary>Ended by coopgen_env_cancel before anything was found.</summary>
    public const int Cancelled = 7;

    /// <summary>What is asked for has no solution, or none that can be computed.</summary>
    public const int Unsolvable = 8;
}

/// <summary>The text of the last failure on each thread.</summary>
internal static class Failure
{
    [ThreadStatic]
    private static string? _text;

    public static string Text => _text ?? "";

    /// <summary>Keeps the text of an exception and tells its status.</summary>
    public static int Of(Exception exception)
    {
        _text = Plain(exception);
        return exception switch
        {
            NoHandleException => Status.Handle,
            BusyException => Status.Busy,
            ArgumentException or OverflowException or System.Text.Json.JsonException => Status.Argument,
            OperationCanceledException => Status.Cancelled,
            UnsolvableException => Status.Unsolvable,
            InvalidOperationException => Status.State,
            IndexOutOfRangeException when PlayedEnvironment.SomePut => Status.State,
            OutOfMemoryException => Status.Memory,
            _ => Status.Internal,
        };
    }

    /// <summary>The message without the names of parameters in C#.</summary>
    private static string Plain(Exception exception)
    {
        if (exception is OperationCanceledException)
            return "It was cancelled before anything was found.";
        if (exception is IndexOutOfRangeException && PlayedEnvironment.SomePut)
            return "The state that was put into the environment is none of its own; reset it.";
        var text = exception.Message;
        if (exception is ArgumentException { ParamName: { } name } && text.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is >= 0 and var at)
            text = text[..at];
        return text.Length > 0 ? text : exception.GetType().Name;
    }
}

/// <summary>There is no such handle.</summary>
internal sealed class NoHandleException(string message) : Exception(message);

/// <summary>A handle is in use.</summary>
internal sealed class BusyException(string message) : Exception(message);
