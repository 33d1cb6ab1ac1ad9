using System.Diagnostics;

namespace CoopGen.Native.Tests;

/// <summary>Runs programs as someone at a prompt would.</summary>
internal static class Shell
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release: that of the tests.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The command line as it was built.</summary>
    public static string Cli { get; } = Path.Combine(Root, "runtime", "CoopGen.Cli", "bin", Configuration, "net10.0", "coopgen.dll");

    /// <summary>Runs a program and returns all it wrote; fails with that if it does.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="pythonPath">Where Python finds modules beside its own; null as it is set here.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string Run(string directory, string? pythonPath, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        // What the test run was told is not for the programs it starts.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (pythonPath is not null)
            start.Environment["PYTHONPATH"] = string.Join(Path.PathSeparator, pythonPath, Environment.GetEnvironmentVariable("PYTHONPATH"));
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}\n{error.Result}");
        return output + error.Result;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoopGen.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run within the repository.");
        return directory.FullName;
    }
}
