using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CoopGen.CodeFixes;
using CoopGen.Generators.Front;
using CoopGen.Generators.Link;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Xunit.Abstractions;

namespace CoopGen.Compiler.Tests;

/// <summary>
/// Whatever is written as a spec, the compiler neither fails nor hangs. The environment variable COOPGEN_FUZZ_SEED, a whole number,
/// gives other mutilations than those of every day.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const int Mutilations = 10_000;

    /// <summary>The driver and the repairs around the compiler take ten times as long: every how many mutilations they run as well.</summary>
    private const int Whole = 20;

    private static readonly SpecCodeFixes _fixes = new();

    private static readonly string[] Snippets =
    [
        "x[i]", "Sum(j => x[j])", "Uniform(0, 1)", "S.Set(i => 1)", "this", "null", "0/0", "new()", "i.Index", "=> ", "{", "}", "(", ")", ";", "[", "]", "\"", "base.Update()",
        "n", "t", "Horizon", "Mode", "Parameter(\"p\", 1.0)", "T[i, j]", "D[0, 1]", "return 1;", "var q = 1;", "if (t > 1)", "switch { _ => 1 }", "Of(1, 2)", "Rows([0, 1], [1, 0])",
        "1e308 * 1e308", "1e999", "99999999999999999999", "-1", "Log(0)", "Pow(-1, 0.5)", "double.NaN", "int.MaxValue", "Continuous(0, i => 1)", "Window(3)", "Roster()", "From(i => 1)", "α[i]", "π(i)", "reward", "static", "async", "unsafe",
    ];

    [Fact]
    [SuppressMessage("Security", "CA5394", Justification = "A fixed seed makes the test repeatable.")]
    public void Mutilated_specs_are_diagnosed_or_compiled_but_never_fail()
    {
        var sources = Directory.GetFiles(Path.Combine(Root.Find(), "specs"), "*.cs", SearchOption.AllDirectories)
            .Where(p => !p.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(s => s.Contains("[Environment(", StringComparison.Ordinal) || s.Contains("[Mechanism(", StringComparison.Ordinal))
            .Concat(DiagnosticCases.All.SelectMany(c => new[] { c.Right, c.Wrong.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal) })).ToArray();
        var random = new Random(int.Parse(Environment.GetEnvironmentVariable("COOPGEN_FUZZ_SEED") ?? "20261124", CultureInfo.InvariantCulture));
        var (compiled, slowest) = (0, TimeSpan.Zero);
        // Mechanisms come from the built assembly, so one mutilated file is a whole compilation.
        var empty = SpecCompilation.Create();
        for (var k = 0; k < Mutilations; k++)
        {
            var source = Mutilate(sources[random.Next(sources.Length)], random).Replace("namespace CoopGen.", "namespace Fuzzed.", StringComparison.Ordinal);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            try
            {
                compiled += Compile(empty, source) ? 1 : 0;
                if (k % Whole == 0)
                    Repair(source, Tests.Whole.Compile(source));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Mutilation {k} makes the compiler fail:\n{source}", e);
            }

            var took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
            if (took > TimeSpan.FromSeconds(20))
                Assert.Fail($"Mutilation {k} hangs the compiler:\n{source}");
        }

        output.WriteLine($"{Mutilations} mutilations, {compiled} of which compiled; the slowest took {slowest.TotalSeconds:F1} s.");
        // Enough survive unhurt for the back of the compiler to be tried too.
        Assert.InRange(compiled, Mutilations / 50, Mutilations);
    }

    /// <summary>Applies every code fix to what it offers to fix. None may fail, and none may break the syntax of what was whole.</summary>
    private static void Repair(string source, IEnumerable<Diagnostic> told)
    {
        var whole = !CSharpSyntaxTree.ParseText(source, SpecCompilation.Options).GetDiagnostics().Any();
        using var workspace = new AdhocWorkspace();
        var document = workspace.AddProject("Fuzzed", LanguageNames.CSharp).WithParseOptions(SpecCompilation.Options).AddDocument("Spec0.cs", source);
        foreach (var diagnostic in told.Where(d => _fixes.FixableDiagnosticIds.Contains(d.Id) && d.Location.SourceTree?.FilePath == "Spec0.cs"))
        {
            var actions = new List<CodeAction>();
            _fixes.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None)).GetAwaiter().GetResult();
            foreach (var action in actions)
            {
                var change = action.GetOperationsAsync(CancellationToken.None).GetAwaiter().GetResult().OfType<ApplyChangesOperation>().Single();
                var repaired = change.ChangedSolution.GetDocument(document.Id)!.GetSyntaxTreeAsync().GetAwaiter().GetResult()!;
                // From text: a tree put together by hand does not notice what its text would not parse as.
                var again = CSharpSyntaxTree.ParseText(repaired.GetText(), SpecCompilation.Options);
                Assert.False(whole && again.GetDiagnostics().Any(), $"The repair of {diagnostic.Id} breaks the syntax:\n{repaired}");
            }
        }
    }

    /// <summary>The whole way of generator and analyzer, without the driver around them, whose exceptions it would swallow.</summary>
    private static bool Compile(CSharpCompilation empty, string source)
    {
        var compiled = false;
        var compilation = empty.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, SpecCompilation.Options, "Fuzzed.cs"));
        foreach (var type in Types(compilation.Assembly.GlobalNamespace))
        {
            if (!type.GetAttributes().Any(a => a.AttributeClass?.Name is "EnvironmentAttribute" or "MechanismAttribute"))
                continue;
            var failed = false;
            var chain = new ClassReader(compilation, p =>
            {
                failed |= p.IsError;
                _ = p.What.MessageFormat.ToString(null);
            }, CancellationToken.None).ReadChain(type);
            if (chain is null || failed || type.GetAttributes().Any(a => a.AttributeClass?.Name == "MechanismAttribute"))
                continue;
            if (ProgramBuilder.Build(chain, static _ => { }, CancellationToken.None) is { } program)
            {
                compiled = true;
                foreach (var (_, text) in Generators.SpecGenerator.Outputs(program))
                    Assert.NotEmpty(text);
            }
        }

        return compiled;
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(Types));

    /// <summary>Cuts, doubles, swaps and replaces pieces of text, mostly whole tokens.</summary>
    private static string Mutilate(string source, Random random)
    {
        var tokens = SyntaxFactory.ParseTokens(source, options: SpecCompilation.Options).Select(t => t.ToFullString()).ToList();
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(tokens.Count);
            var other = random.Next(tokens.Count);
            switch (random.Next(7))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, tokens[other]);
                    break;
                case 2:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                case 3:
                    tokens.Insert(at, Snippets[random.Next(Snippets.Length)] + " ");
                    break;
                case 4:
                    tokens[at] = Snippets[random.Next(Snippets.Length)] + " ";
                    break;
                case 5:
                    var length = Math.Min(random.Next(30), tokens.Count - at);
                    var piece = tokens.GetRange(at, length);
                    if (random.Next(2) == 0)
                        tokens.RemoveRange(at, length);
                    tokens.InsertRange(Math.Min(other, tokens.Count), piece);
                    break;
                default:
                    var text = tokens[at];
                    if (text.Length > 1)
                        tokens[at] = text.Remove(random.Next(text.Length), 1);
                    break;
            }

            if (tokens.Count == 0)
                return "";
        }

        return string.Concat(tokens);
    }
}
