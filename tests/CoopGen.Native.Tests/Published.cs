namespace CoopGen.Native.Tests;

[CollectionDefinition(Published.Name)]
public sealed class PublishedCollection : ICollectionFixture<Published>;

/// <summary>The library and the wheel, built once by the documented command for all tests that use them.</summary>
public sealed class Published
{
    public const string Name = "published";

    public Published()
    {
        Wheel = Shell.Run(Package, null, Tools.Python ?? "python3", "build_wheel.py").Trim();
        Library = Path.Combine(Sources, "coopgen", "coopgen.so");
    }

    /// <summary>Folder of the Python package.</summary>
    public static string Package { get; } = Path.Combine(Shell.Root, "runtime", "CoopGen.Python");

    /// <summary>What goes into PYTHONPATH to use the package as it lies there.</summary>
    public static string Sources { get; } = Path.Combine(Package, "src");

    public string Wheel { get; }

    public string Library { get; }
}
