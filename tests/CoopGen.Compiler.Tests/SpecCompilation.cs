using CoopGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CoopGen.Compiler.Tests;

/// <summary>Compiles specs given as text, as an outside project would that references the built assemblies.</summary>
internal static class SpecCompilation
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => !Path.GetFileName(p).StartsWith("CoopGen.Generators", StringComparison.Ordinal) && !Path.GetFileName(p).StartsWith("CoopGen.CodeFixes", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    public static CSharpParseOptions Options { get; } = new(LanguageVersion.Latest, DocumentationMode.Parse);

    public static CSharpCompilation Create(params string[] sources) => CSharpCompilation.Create("Outside",
        [.. sources.Select((s, k) => CSharpSyntaxTree.ParseText(s, Options, $"Spec{k}.cs")), CSharpSyntaxTree.ParseText("global using System;", Options, "Usings.cs")],
        References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>What the analyzer says, in order of place.</summary>
    public static IReadOnlyList<Diagnostic> Diagnose(Compilation compilation)
    {
        var analysis = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (e, _, _) => throw new InvalidOperationException("The analyzer failed.", e), true, false);
        return [.. compilation.WithAnalyzers([new SpecAnalyzer()], analysis).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult().OrderBy(d => d.Location.SourceSpan.Start)];
    }

    public static GeneratorDriverRunResult Generate(Compilation compilation, out Compilation output)
    {
        var driver = CSharpGeneratorDriver.Create([new SpecGenerator().AsSourceGenerator()], parseOptions: Options);
        var result = driver.RunGeneratorsAndUpdateCompilation(compilation, out output, out _);
        return result.GetRunResult();
    }

    /// <summary>A small spec, complete but for the members given; {reward} may be replaced too.</summary>
    public static string Farm(string members = "", string reward = "x[i] * 0.5 - Sum(j => x[j]) / 4", string attribute = "[Environment(\"TwoFarmers-v0\", Horizon = 10)]", string n = "2") => $$"""
        using CoopGen;
        namespace Outside;

        /// <summary>Farmers who work one field.</summary>
        {{attribute}}
        public sealed partial class TwoFarmers : Spec
        {
            /// <inheritdoc/>
            public override int n => {{n}};

            /// <summary>Hours of work.</summary>
            private ActionVar x => Continuous(0, i => 10);

            /// <inheritdoc/>
            public override ActionVar[] Actions => [x];

            /// <inheritdoc/>
            protected override double Reward(Agent i) => {{reward}};

        {{members}}
        }
        """;
}
