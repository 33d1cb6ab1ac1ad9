using CoopGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CoopGen.Compiler.Tests;

/// <summary>An edit costs the work it causes, and no more.</summary>
public class IncrementalityTests
{
    private static readonly string Second = SpecCompilation.Farm().Replace("TwoFarmers", "TwoMillers", StringComparison.Ordinal);

    [Fact]
    public void An_edit_in_an_unrelated_file_recomputes_nothing()
    {
        var before = SpecCompilation.Create(SpecCompilation.Farm(), Second, "class Unrelated { }");
        var driver = Driver().RunGenerators(before);
        driver = driver.RunGenerators(before.ReplaceSyntaxTree(before.SyntaxTrees[2], CSharpSyntaxTree.ParseText("class Unrelated { int x; }", SpecCompilation.Options, "Spec2.cs")));
        var result = driver.GetRunResult().Results.Single();
        foreach (var step in new[] { SpecGenerator.ReadStep, SpecGenerator.CompileStep, SpecGenerator.RegistryStep })
            Assert.All(result.TrackedSteps[step].SelectMany(s => s.Outputs), o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {o.Reason}"));
        Assert.All(result.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs), o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }

    [Fact]
    public void An_edit_in_one_spec_emits_that_spec_alone()
    {
        var before = SpecCompilation.Create(SpecCompilation.Farm(), Second);
        var driver = Driver().RunGenerators(before);
        var edited = CSharpSyntaxTree.ParseText(SpecCompilation.Farm(reward: "x[i] * 0.25"), SpecCompilation.Options, "Spec0.cs");
        driver = driver.RunGenerators(before.ReplaceSyntaxTree(before.SyntaxTrees[0], edited));
        var result = driver.GetRunResult().Results.Single();
        var reasons = result.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs).Select(o => o.Reason).ToList();
        Assert.Single(reasons, r => r == IncrementalStepRunReason.Modified);
        Assert.All(reasons.Where(r => r != IncrementalStepRunReason.Modified), r => Assert.Equal(IncrementalStepRunReason.Cached, r));
    }

    [Fact]
    public void Generated_code_is_the_same_to_the_byte()
    {
        var (first, second) = (Texts(), Texts());
        Assert.Equal(first, second);
        var culture = Thread.CurrentThread.CurrentCulture;
        try
        {
            var comma = (System.Globalization.CultureInfo)culture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            Thread.CurrentThread.CurrentCulture = comma;
            Assert.Equal(first, Texts());
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = culture;
        }

        static List<string> Texts() => [.. SpecCompilation.Generate(SpecCompilation.Create(SpecCompilation.Farm(), Second), out _).GeneratedTrees.Select(t => t.ToString())];
    }

    private static GeneratorDriver Driver() => CSharpGeneratorDriver.Create([new SpecGenerator().AsSourceGenerator()], parseOptions: SpecCompilation.Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
}
