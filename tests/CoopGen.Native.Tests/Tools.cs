using System.Diagnostics;

namespace CoopGen.Native.Tests;

/// <summary>Programs that a test may need and a machine may lack.</summary>
internal static class Tools
{
    /// <summary>A Python with NumPy; null if there is none.</summary>
    public static string? Python { get; } = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(p => Works(p, "-c", "import numpy"));

    /// <summary>A Python that can make virtual environments which see its NumPy; null if there is none.</summary>
    public static string? PythonWithVenv { get; } = Python is { } python && Works(python, "-c", "import venv, ensurepip") ? python : null;

    public static bool HasGcc { get; } = Works("gcc", "--version");

    private static bool Works(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that needs a Python with NumPy.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (Tools.Python is null)
            Skip = "There is no python3 with NumPy here (Debian's python3-numpy).";
    }
}

/// <summary>A test that needs a Python with NumPy that can make virtual environments.</summary>
public sealed class VenvFactAttribute : FactAttribute
{
    public VenvFactAttribute()
    {
        if (Tools.PythonWithVenv is null)
            Skip = "There is no python3 with NumPy and venv here (Debian's python3-numpy and python3-venv).";
    }
}

/// <summary>A test that needs a C compiler.</summary>
public sealed class GccFactAttribute : FactAttribute
{
    public GccFactAttribute()
    {
        if (!Tools.HasGcc)
            Skip = "There is no gcc here.";
    }
}
