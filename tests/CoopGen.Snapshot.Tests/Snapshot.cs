using ApprovalTests;
using ApprovalTests.Core;
using ApprovalTests.Reporters;

namespace CoopGen.Snapshot.Tests;

/// <summary>Compares a text with the file beside the test. The one place that knows which library does it.</summary>
internal static class Snapshot
{
    /// <param name="name">Name of the file in <c>Snapshots/</c>, without <c>.verified.txt</c>.</param>
    /// <param name="text">What must stand there.</param>
    public static void Verify(string name, string text) =>
        Approvals.Verify(new Writer(text), new Namer(name), QuietReporter.INSTANCE);

    private sealed class Namer(string name) : IApprovalNamer
    {
        public string SourcePath { get; } = Path.Combine(Root.Find(), "tests", "CoopGen.Snapshot.Tests", "Snapshots");

        public string Name { get; } = name;
    }

    private sealed class Writer(string text) : IApprovalWriter
    {
        public string GetApprovalFilename(string basename) => basename + ".verified.txt";

        public string GetReceivedFilename(string basename) => basename + ".received.txt";

        public string WriteReceivedFile(string received)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(received)!);
            File.WriteAllText(received, text);
            return received;
        }
    }
}

/// <summary>The root of the repository.</summary>
internal static class Root
{
    public static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoopGen.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run within the repository.");
        return directory.FullName;
    }
}
