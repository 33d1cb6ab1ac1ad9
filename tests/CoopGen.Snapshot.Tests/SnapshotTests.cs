using System.Globalization;
using CoopGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CoopGen.Snapshot.Tests;

/// <summary>Generated code, manifest and documentation of every environment, one file each; and what every environment means, in one table.</summary>
public class SnapshotTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Generated = new(Generate);

    public static TheoryData<string, string> Outputs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var info in EnvironmentRegistry.All.Concat(TestSpecs.EnvironmentRegistry.All))
                foreach (var output in new[] { "Environment", "Manifest", "Documentation" })
                    data.Add(Spec(info), output);
            // The reverse and the kernel are long: one game that is written out and one in loops show how they read.
            foreach (var name in new[] { "TrustDilemma", "Commons" })
            {
                data.Add(name, "Adjoint");
                data.Add(name, "Batch");
            }

            data.Add("TrustDilemma", "BatchPairs");

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Generated_files_are_as_signed(string name, string output) =>
        Snapshot.Verify($"{name}.{output}", Generated.Value.Single(g => g.Key.EndsWith($".{name}.{output}.g.cs", StringComparison.Ordinal)).Value);

    [Fact]
    public void The_registry_is_as_signed() => Snapshot.Verify("EnvironmentRegistry", Generated.Value["EnvironmentRegistry.g.cs"]);

    [Fact]
    public void Meanings_are_as_signed() =>
        Snapshot.Verify("Signatures", string.Concat(EnvironmentRegistry.All.Select(e => $"{e.Id} {Signature.Of(e).ToString("x16", CultureInfo.InvariantCulture)}\n")));

    /// <summary>Name of the class that an environment is compiled from.</summary>
    private static string Spec(EnvironmentInfo info) => info.Create(null).GetType().Name.Replace("Environment", "", StringComparison.Ordinal);

    private static Dictionary<string, string> Generate()
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var sources = new[] { "specs/CoopGen.Specs", "tests/CoopGen.TestSpecs" }
            .SelectMany(d => Directory.GetFiles(Path.Combine(Root.Find(), d), "*.cs", SearchOption.AllDirectories))
            .Where(p => !p.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var f && !f.StartsWith("CoopGen.", StringComparison.Ordinal) || Path.GetFileName(p) == "CoopGen.Abstractions.dll").Select(p => MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create("CoopGen", sources.Select(p => CSharpSyntaxTree.ParseText(File.ReadAllText(p), options, p)), references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var result = CSharpGeneratorDriver.Create([new SpecGenerator().AsSourceGenerator()], parseOptions: options).RunGenerators(compilation).GetRunResult();
        return result.Results.Single().GeneratedSources.ToDictionary(g => g.HintName, g => g.SourceText.ToString());
    }
}
