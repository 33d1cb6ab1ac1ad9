using System.Globalization;
using CoopGen.Generators;
using CoopGen.Generators.Front;
using Microsoft.CodeAnalysis;

namespace CoopGen.Compiler.Tests;

public class DiagnosticTests
{
    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var k = 0; k < DiagnosticCases.All.Count; k++)
                data.Add(k, DiagnosticCases.All[k].ToString());
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_mistake_is_told_where_it_stands(int index, string name)
    {
        _ = name;
        var mistake = DiagnosticCases.All[index];
        var start = mistake.Wrong.IndexOf('«', StringComparison.Ordinal);
        var source = mistake.Wrong.Replace("«", "", StringComparison.Ordinal);
        var end = source.IndexOf('»', StringComparison.Ordinal);
        source = source.Replace("»", "", StringComparison.Ordinal);
        var diagnostics = SpecCompilation.Diagnose(SpecCompilation.Create(source));
        var matching = diagnostics.Where(d => d.Id == mistake.Id && d.GetMessage(CultureInfo.InvariantCulture).Contains(mistake.Says, StringComparison.Ordinal)).ToList();
        Assert.True(matching.Count > 0, $"Not told; told was:\n{string.Join("\n", diagnostics)}");
        var told = matching[0];
        if (start >= 0)
        {
            Assert.Equal((start, source[start..end]), (told.Location.SourceSpan.Start, source[told.Location.SourceSpan.Start..told.Location.SourceSpan.End]));
        }

        if (told.Severity == DiagnosticSeverity.Error && mistake.Id != "CG004")
            Assert.DoesNotContain(SpecCompilation.Generate(SpecCompilation.Create(source), out _).GeneratedTrees, t => t.FilePath.EndsWith("TwoFarmers.Environment.g.cs", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_without_the_mistake_compiles(int index, string name)
    {
        _ = name;
        var compilation = SpecCompilation.Create(DiagnosticCases.All[index].Right);
        None(SpecCompilation.Diagnose(compilation));
        SpecCompilation.Generate(compilation, out var output);
        None([.. output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning)]);

        static void None(IReadOnlyList<Diagnostic> diagnostics) => Assert.True(diagnostics.Count == 0, string.Join("\n", diagnostics));
    }

    [Fact]
    public void Every_diagnostic_has_a_case()
    {
        // CG009 needs an assembly of its own (see TravelTests); CG081 a failure of the compiler itself, which has a test below.
        var tested = DiagnosticCases.All.Select(c => c.Id).Concat(["CG009", "CG081"]).ToHashSet();
        Assert.Empty(Problems.All.Select(p => p.Id).Except(tested));
        Assert.True(tested.Count >= 25);
    }

    [Fact]
    public void A_failure_of_the_compiler_itself_is_told_at_the_spec()
    {
        var compilation = SpecCompilation.Create(SpecCompilation.Farm());
        var type = compilation.GetTypeByMetadataName("Outside.TwoFarmers")!;
        IReadOnlyList<Problem> Told(Action analysis)
        {
            var told = new List<Problem>();
            SpecAnalyzer.Guard(type, told.Add, analysis);
            return told;
        }

        var failed = Assert.Single(Told(() => throw new KeyNotFoundException("x is not there")));
        Assert.Equal(("CG081", type.Locations[0]), (failed.What.Id, failed.At));
        Assert.Equal("The compiler failed on 'TwoFarmers' (KeyNotFoundException: x is not there); please report the spec", Diagnostic.Create(failed.What, failed.At, failed.Arguments).GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal("CG080", Assert.Single(Told(() => throw new InsufficientExecutionStackException())).What.Id);
        Assert.Throws<OperationCanceledException>(() => Told(() => throw new OperationCanceledException()));
        Assert.Empty(Told(() => { }));
    }

    [Fact]
    public void Every_diagnostic_has_a_help_page_and_is_tracked()
    {
        var root = Root.Find();
        var tracked = File.ReadAllText(Path.Combine(root, "generators", "CoopGen.Generators", "AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Path.Combine(root, "generators", "CoopGen.Generators", "AnalyzerReleases.Shipped.md"));
        foreach (var problem in Problems.All)
        {
            Assert.EndsWith($"generators/diagnostics/{problem.Id}.md", problem.HelpLinkUri, StringComparison.Ordinal);
            var page = File.ReadAllText(Path.Combine(root, "generators", "diagnostics", problem.Id + ".md"));
            Assert.Contains(problem.Title.ToString(CultureInfo.InvariantCulture), page, StringComparison.Ordinal);
            Assert.Contains(problem.Id, tracked, StringComparison.Ordinal);
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
