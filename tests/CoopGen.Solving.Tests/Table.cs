namespace CoopGen.Solving.Tests;

/// <summary>A table that a test writes and that is kept beside it.</summary>
internal static class Table
{
    /// <summary>Compares with <c>name.verified.md</c>; what differs is left as <c>name.received.md</c>, to be renamed if it is meant.</summary>
    public static void Verify(string name, IEnumerable<string> lines)
    {
        var text = string.Concat(lines.Select(l => l + "\n"));
        var verified = Path.Combine(Folder(), name + ".verified.md");
        var received = Path.Combine(Folder(), name + ".received.md");
        var known = File.Exists(verified) ? File.ReadAllText(verified) : "";
        if (known != text)
            File.WriteAllText(received, text);
        Assert.Equal(known, text);
    }

    private static string Folder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoopGen.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run within the repository.");
        return Path.Combine(directory.FullName, "tests", "CoopGen.Solving.Tests", "Tables");
    }
}
