using CoopGen.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CoopGen.Compiler.Tests;

/// <summary>Every code fix, applied to the case of its diagnostic, leaves a spec without that diagnostic.</summary>
public class CodeFixTests
{
    private static readonly SpecCodeFixes Fixes = new();

    public static TheoryData<string> Ids => [.. Fixes.FixableDiagnosticIds];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_fix_removes_its_diagnostic(string id)
    {
        var source = DiagnosticCases.All.First(c => c.Id == id).Wrong.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
        var repaired = await Apply(id, source);
        Assert.NotEqual(source, repaired);
        Assert.DoesNotContain(SpecCompilation.Diagnose(SpecCompilation.Create(repaired)), d => d.Id == id);
    }

    [Theory]
    [InlineData("CG001", "public sealed partial class TwoFarmers")]
    [InlineData("CG006", "Horizon = 100")]
    [InlineData("CG011", "Reward(Agent i) => Log(1 + x[i])")]
    [InlineData("CG018", "((double)t / n)")]
    [InlineData("CG042", "R.Set(i => S.Now[i])")]
    [InlineData("CG050", "Log(Max(x[i], 1e-9))")]
    public async Task A_fix_writes_what_the_message_says(string id, string written)
    {
        var source = DiagnosticCases.All.First(c => c.Id == id).Wrong.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
        Assert.Contains(written, await Apply(id, source), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_at_least_five() => Assert.True(Fixes.FixableDiagnosticIds.Length >= 5);

    private static async Task<string> Apply(string id, string source)
    {
        using var workspace = new AdhocWorkspace();
        var compilation = SpecCompilation.Create(source);
        var project = workspace.AddProject("Outside", LanguageNames.CSharp).WithCompilationOptions(compilation.Options).WithParseOptions(SpecCompilation.Options).WithMetadataReferences(compilation.References);
        project = project.AddDocument("Usings.cs", "global using System;").Project;
        var document = project.AddDocument("Spec0.cs", source);
        var diagnostic = SpecCompilation.Diagnose((await document.Project.GetCompilationAsync())!).First(d => d.Id == id);
        var actions = new List<CodeAction>();
        await Fixes.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        var operations = await Assert.Single(actions).GetOperationsAsync(CancellationToken.None);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        return (await changed.GetTextAsync()).ToString();
    }
}
