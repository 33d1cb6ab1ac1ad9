namespace CoopGen.Cli.Tests;

/// <summary>What a run of the command line left behind.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Error);

/// <summary>Runs the command line in this process, over strings.</summary>
internal static class Cli
{
    public static Outcome Run(params string[] args) => RunWith("", EnvironmentRegistry.All, args);

    public static Outcome RunWith(string input, params string[] args) => RunWith(input, EnvironmentRegistry.All, args);

    public static Outcome RunWith(string input, IReadOnlyList<EnvironmentInfo> environments, string[] args, CancellationToken cancellation = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CommandLine.Run(args, environments, new StringReader(input), output, error, cancellation);
        return new(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>A directory that is gone after the test.</summary>
internal sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coopgen-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string File(string name, string text)
    {
        System.IO.File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
