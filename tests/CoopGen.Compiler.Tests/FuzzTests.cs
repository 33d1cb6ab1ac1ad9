using System.Diagnostics.CodeAnalysis;
using CoopGen.Generators.Front;
using CoopGen.Generators.Link;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CoopGen.Compiler.Tests;

/// <summary>Whatever is written as a spec, the compiler neither fails nor hangs.</summary>
public class FuzzTests
{
    private const int Mutilations = 10_000;

    private static readonly string[] Snippets =
    [
        "x[i]", "Sum(j => x[j])", "Uniform(0, 1)", "S.Set(i => 1)", "this", "null", "0/0", "new()", "i.Index", "=> ", "{", "}", "(", ")", ";", "[", "]", "\"", "base.Update()",
        "n", "t", "Horizon", "Mode", "Parameter(\"p\", 1.0)", "T[i, j]", "D[0, 1]", "return 1;", "var q = 1;", "if (t > 1)", "switch { _ => 1 }", "Of(1, 2)", "Rows([0, 1], [1, 0])",
        "1e308 * 1e308", "-1", "Log(0)", "Pow(-1, 0.5)", "double.NaN", "int.MaxValue", "Continuous(0, i => 1)", "Window(3)", "Roster()", "From(i => 1)", "α[i]", "π(i)", "reward", "static", "async", "unsafe",
    ];

    [Fact]
    [SuppressMessage("Security", "CA5394", Justification = "A fixed seed makes the test repeatable.")]
    public void Mutilated_specs_are_diagnosed_or_compiled_but_never_fail()
    {
        var sources = Directory.GetFiles(Path.Combine(Root.Find(), "specs"), "*.cs", SearchOption.AllDirectories)
            .Where(p => !p.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(s => s.Contains("[Environment(", StringComparison.Ordinal) || s.Contains("[Mechanism(", StringComparison.Ordinal))
            .Concat(DiagnosticCases.All.SelectMany(c => new[] { c.Right, c.Wrong.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal) })).ToArray();
        var random = new Random(20261124);
        var compiled = 0;
        // Mechanisms come from the built assembly, so one mutilated file is a whole compilation.
        var empty = SpecCompilation.Create();
        for (var k = 0; k < Mutilations; k++)
        {
            var source = Mutilate(sources[random.Next(sources.Length)], random).Replace("namespace CoopGen.", "namespace Fuzzed.", StringComparison.Ordinal);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            try
            {
                compiled += Compile(empty, source) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Mutilation {k} makes the compiler fail:\n{source}", e);
            }

            var took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            if (took > TimeSpan.FromSeconds(20))
                Assert.Fail($"Mutilation {k} hangs the compiler:\n{source}");
        }

        // Enough survive unhurt for the back of the compiler to be tried too.
        Assert.InRange(compiled, Mutilations / 50, Mutilations);
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

    [Theory]
    [InlineData(5_000)]
    [InlineData(60_000)]
    public void Deep_nesting_is_a_diagnostic(int depth)
    {
        var nested = string.Concat(Enumerable.Repeat("Abs(", depth)) + "x[i]" + new string(')', depth);
        Compile(SpecCompilation.Create(), SpecCompilation.Farm("", nested));
    }

    [Fact]
    public void Long_sums_do_not_overflow() =>
        Compile(SpecCompilation.Create(), SpecCompilation.Farm("", string.Join(" + ", Enumerable.Repeat("x[i]", 2_000))));

    [Fact]
    public void Formulas_that_double_at_every_level_stay_small()
    {
        var members = string.Concat(Enumerable.Range(0, 60).Select(k => $"/// <summary>Level.</summary>\ndouble f{k}(Agent i) => {(k == 59 ? "x[i]" : $"0.5 * f{k + 1}(i) + f{k + 1}(i)")};\n"));
        Compile(SpecCompilation.Create(), SpecCompilation.Farm(members, "f0(i)"));
    }

    [Fact]
    public void A_program_beyond_the_limit_is_a_diagnostic()
    {
        // Every level sums over agents in a new index nest, which sharing cannot help.
        var members = string.Concat(Enumerable.Range(0, 18).Select(k => $"/// <summary>Level.</summary>\ndouble f{k}(Agent i, double y) => {(k == 17 ? "x[i] * y" : $"f{k + 1}(i, y * 3 + {k}) + f{k + 1}(i, y * 5 + {k})")};\n"));
        var diagnostics = SpecCompilation.Diagnose(SpecCompilation.Create(SpecCompilation.Farm(members, "f0(i, x[i])")));
        Assert.Contains(diagnostics, d => d.Id == "CG080");
    }
}
