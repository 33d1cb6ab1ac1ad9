using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using CoopGen.Cli;

namespace CoopGen;

/// <summary>
/// The command line over a registry of environments. The <c>coopgen</c> tool is this over the environments of CoopGen; a project
/// with environments of its own calls it over its own registry.
/// </summary>
/// <remarks>
/// Results go to standard output, messages and progress to standard error. Exit codes: 0 done, 1 failed, 2 wrong use,
/// 130 interrupted. No exception leaves <see cref="Run(string[], IReadOnlyList{EnvironmentInfo})"/>.
/// </remarks>
public static class CommandLine
{
    /// <summary>Version of CoopGen.</summary>
    internal static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs a command on the process's console; Ctrl-C ends it cleanly.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="environments">The environments to offer, such as the generated <c>EnvironmentRegistry.All</c>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, IReadOnlyList<EnvironmentInfo> environments)
    {
        using var cancellation = new CancellationTokenSource();
        void Interrupt(PosixSignalContext context)
        {
            // The second signal ends the process at once.
            context.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }
        catch (IOException)
        {
            // No console is attached; the writers keep their encoding.
        }

        return Run(args, environments, Console.In, Console.Out, Console.Error, cancellation.Token);
    }

    /// <summary>Runs a command on the given streams.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="environments">The environments to offer.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives messages and progress.</param>
    /// <param name="cancellation">Ends the command cleanly: what was played is summarised.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, IReadOnlyList<EnvironmentInfo> environments, TextReader input, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(environments);
        ArgumentNullException.ThrowIfNull(error);
        try
        {
            var session = new Session(environments, input, output, error, cancellation);
            var parsed = Root.Parse(session, args);
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (UsageException exception)
        {
            error.WriteLine($"{Root.Name}: {exception.Message}");
            return ExitCode.WrongUse;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine($"{Root.Name}: interrupted.");
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The last line of defence: whatever happens, people see a sentence and programs an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error.WriteLine($"{Root.Name}: {OneLine(exception)}");
            return ExitCode.Failed;
        }
    }

    private static string OneLine(Exception exception)
    {
        while (exception is TargetInvocationException or TypeInitializationException or AggregateException && exception.InnerException is { } inner)
            exception = inner;
        var message = string.Join(' ', exception.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return exception is FailedException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException
            ? message
            : $"{message} ({exception.GetType().Name})";
    }
}
