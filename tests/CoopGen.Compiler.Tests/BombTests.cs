using System.Globalization;
using Microsoft.CodeAnalysis;

namespace CoopGen.Compiler.Tests;

/// <summary>Specs made to exhaust the compiler: each is compiled or told what is wrong, in seconds, by the whole generator and the whole analyzer.</summary>
public class BombTests
{
    private const string Doc = "/// <summary>Level.</summary>\n";

    /// <summary>Name, spec, and the diagnostic that must be among those told; empty where it may compile.</summary>
    public static TheoryData<string, string, string> Bombs
    {
        get
        {
            var bombs = new TheoryData<string, string, string>();
            // Some ten thousand levels are more than Roslyn's own parser takes.
            foreach (var depth in new[] { 300, 1_500 })
            {
                bombs.Add($"{depth} parentheses", Paid(Nested("(", "x[i]", ")", depth)), "");
                bombs.Add($"{depth} signs", Paid(Nested("-", "x[i]", "", depth)), "");
                bombs.Add($"{depth} calls", Paid(Nested("Abs(", "x[i]", ")", depth)), "CG080");
                bombs.Add($"{depth} conditions on the left", Paid(Nested("(", "x[i]", " > 1 ? 1 : 2)", depth)), "CG080");
                bombs.Add($"{depth} conditions on the right", Paid(Nested("x[i] > 1 ? 1 : ", "2", "", depth)), "");
                bombs.Add($"{depth} blocks", Farm("double f(Agent i) " + Nested("{", "return x[i];", "}", depth), "f(i)"), "");
                bombs.Add($"{depth} ifs", Farm("double f(Agent i) { " + Nested("if (x[i] > 1) {", "return 1;", "} return 2;", depth) + " }", "f(i)"), "");
                bombs.Add($"{depth} switches", Paid(Nested("(Mode switch { RewardMode.Private => 1, _ => ", "x[i]", " })", depth)), "");
                bombs.Add($"{depth} powers", Paid(Nested("Pow(", "x[i]", ", 2)", depth)), "CG080");
                bombs.Add($"{depth} terms", Paid(string.Join(" + ", Enumerable.Repeat("x[i]", depth))), "");
                bombs.Add($"{depth} factors", Paid(string.Join(" * ", Enumerable.Repeat("(x[i] + 1)", depth))), "");
                bombs.Add($"{depth} negations", Paid($"{new string('!', depth)}(x[i] > 1) ? x[i] : 0"), "");
            }

            foreach (var count in new[] { 90, 900, 5_000 })
            {
                bombs.Add($"{count} ifs without return", Farm("double f(Agent i) { " + Many(count, _ => "if (x[i] > 1) { } ") + "return 1; }", "f(i)"), "CG080");
                bombs.Add($"{count} locals", Farm("double f(Agent i) { var y0 = x[i]; " + Many(count, k => $"var y{k + 1} = y{k} * y{k} + 1; ") + $"return y{count}; }}", "f(i)"), "");
                bombs.Add($"{count} formulas in a row", Farm(Many(count, k => $"{Doc}double f{k}(Agent i) => {(k == count - 1 ? "x[i]" : $"f{k + 1}(i) + 1")};\n"), "f0(i)"), "");
                bombs.Add($"{count} formulas in a circle", Farm(Many(count, k => $"{Doc}double f{k}(Agent i) => f{(k + 1) % count}(i) + 1;\n"), "f0(i)"), count <= 900 ? "CG014" : "CG080");
                bombs.Add($"{count} statements", Farm($"{Doc}ScalarState S => ScalarState();\n/// <inheritdoc/>\nprotected override void Update() {{ {Many(count, _ => "S.Set(() => S.Now + 1); ")} }}", "x[i] * S"), "");
            }

            // Deeper still, Roslyn itself runs out of stack.
            bombs.Add("900 classes deep", "namespace Outside;\n" + Many(900, k => $"/// <summary>Level.</summary>\n[CoopGen.Mechanism(\"M-{k}\")] public abstract partial class M{k} : {(k == 0 ? "CoopGen.Spec" : $"M{k - 1}")} {{ }}\n")
                + "/// <summary>Last.</summary>\n[CoopGen.Environment(\"Last-v0\")] public sealed partial class Last : M899 { }", "CG080");
            bombs.Add("a formula of itself", Farm(Doc + "double f => f + 1;", "x[i] * f"), "CG014");
            bombs.Add("a parameter of itself", Farm(Doc + "double p => Parameter(\"p\", 1.0, min: 0, max: p);", "x[i] * p"), "");
            bombs.Add("agents of themselves", SpecCompilation.Farm(n: "n + 1"), "");
            bombs.Add("agents of a parameter of themselves", SpecCompilation.Farm(n: "m", members: Doc + "int m => n;"), "");
            bombs.Add("a matrix of itself", Farm(Doc + "Matrix M => From((i, j) => M[i, j] + 1);", "x[i] * M[i, i]"), "");
            bombs.Add("a state of itself", Farm(Doc + "ScalarState S => ScalarState(initial: S);\n/// <inheritdoc/>\nprotected override void Update() => S.Set(() => S);", "x[i] * S"), "");
            bombs.Add("an action of itself", Farm(Doc + "ActionVar z => Continuous(0, i => z[i]);", "x[i] * z[i]"), "");
            bombs.Add("a class of itself", "/// <summary>Odd.</summary>\n[CoopGen.Environment(\"Odd-v0\")] public sealed partial class Odd : Odd { }", "");
            bombs.Add("classes in a circle", "/// <summary>Odd.</summary>\n[CoopGen.Environment(\"Odd-v0\")] public partial class Odd : Even { }\n/// <summary>Even.</summary>\n[CoopGen.Mechanism(\"E\")] public abstract partial class Even : Odd { }", "");
            bombs.Add("formulas that double", Farm(Many(60, k => $"{Doc}double f{k}(Agent i) => {(k == 59 ? "x[i]" : $"0.5 * f{k + 1}(i) + f{k + 1}(i)")};\n"), "f0(i)"), "");
            bombs.Add("formulas that double in new places", Farm(Many(18, k => $"{Doc}double f{k}(Agent i, double y) => {(k == 17 ? "x[i] * y" : $"f{k + 1}(i, y * 3 + {k}) + f{k + 1}(i, y * 5 + {k})")};\n"), "f0(i, x[i])"), "CG080");
            bombs.Add("conditions that double", Farm(Many(40, k => $"{Doc}double f{k}(Agent i) => {(k == 39 ? "x[i]" : $"f{k + 1}(i) > {k} ? f{k + 1}(i) : -f{k + 1}(i)")};\n"), "f0(i)"), "");
            // Some hundreds of lambdas in lambdas are more than Roslyn itself takes.
            bombs.Add("100 sums", Paid(Nested("Sum(j => ", "x[i]", ")", 100)), "");
            bombs.Add("sums in sums", Farm("", Nested("SumPairs((p, q) => x[p] * ", "x[i]", ")", 12)), "");
            bombs.Add("as many agents as may be", SpecCompilation.Farm(n: "1024", reward: "SumPairs((p, q) => x[p] * x[q] * SumPairs((r, s) => x[r] + x[s]))"), "");
            bombs.Add("more agents than may be", SpecCompilation.Farm(n: "int.MaxValue"), "CG029");
            bombs.Add("a window without end", Farm(Doc + "Window W => Window(int.MaxValue, 0, 1);\n/// <inheritdoc/>\nprotected override void Update() => W.Push(i => x[i] / 10);", "x[i] * W.Mean(i, 3)"), "");
            bombs.Add("a vector of many", Farm(Doc + "Vector w => Of(" + string.Join(", ", Enumerable.Repeat("1", 4_000)) + ");", "x[i] * w[i]"), "CG023");
            bombs.Add("an action of many values", SpecCompilation.Farm().Replace("Continuous(0, i => 10)", "Finite([" + string.Join(", ", Enumerable.Range(0, 20_000)) + "])", StringComparison.Ordinal), "");
            bombs.Add("an ending that is a state", Farm("/// <inheritdoc/>\nprotected override ScalarState Terminated => ScalarState();", "x[i]"), "CG010");
            bombs.Add("a vector of nothing", Farm(Doc + "Vector w => Of();", "x[i] * w[i]"), "CG023");
            bombs.Add("a vector of nothing for a number of agents", SpecCompilation.Farm(Doc + "Vector w => Of();", "x[i] * w[i]", n: "Parameter(\"n_agents\", 2, min: 1, max: 9)"), "CG023");
            bombs.Add("a matrix of nothing", Farm(Doc + "Matrix M => Rows();", "x[i] * M[i, 0]"), "CG024");
            bombs.Add("an entry outside a matrix", SpecCompilation.Farm(Doc + "Matrix M => Rows([0, 1], [1, 0]);", "x[i] * M[1, 4]", n: "Parameter(\"n_agents\", 2, min: 1, max: 9)"), "");
            bombs.Add("30000 terms", Paid(string.Join(" + ", Enumerable.Repeat("x[i]", 30_000))), "CG080");
            bombs.Add("huge numbers", Paid("x[i] * 1e308 * 1e308 - 1e308 * 1e308 + 0.0 / (1e308 * 1e308)"), "");
            bombs.Add("huge whole numbers", Paid("x[i] * 99999999999999999999999999999999999999"), "");
            bombs.Add("a long name", Farm(Doc + $"double {new string('f', 40_000)}(Agent i) => x[i];", new string('f', 40_000) + "(i)"), "");
            bombs.Add("no id", SpecCompilation.Farm(attribute: "[Environment(null!)]"), "CG005");
            bombs.Add("an id of many lines", SpecCompilation.Farm(attribute: "[Environment(\"Two\\nFarmers\\u0000\\\"-v0\")]"), "CG005");
            bombs.Add("names of many lines", SpecCompilation.Farm(attribute: "[Environment(\"TwoFarmers-v0\", Agents = [\"Ann\\n\\t\\\"\\\\\", null!])]"), "");
            bombs.Add("a horizon beyond whole numbers", SpecCompilation.Farm(attribute: "[Environment(\"TwoFarmers-v0\", Horizon = int.MinValue)]"), "CG006");
            bombs.Add("a struct", "/// <summary>Odd.</summary>\n[CoopGen.Environment(\"Odd-v0\")] public partial struct Odd { }", "");
            bombs.Add("a generic class", "/// <summary>Odd.</summary>\n[CoopGen.Environment(\"Odd-v0\")] public sealed partial class Odd<T> : CoopGen.Spec { }", "");
            bombs.Add("a class in a class", "public partial class Outer<T> { " + SpecCompilation.Farm().Replace("using CoopGen;", "", StringComparison.Ordinal).Replace("namespace Outside;", "", StringComparison.Ordinal).Replace("[Environment", "[CoopGen.Environment", StringComparison.Ordinal).Replace(": Spec", ": CoopGen.Spec", StringComparison.Ordinal) + " }", "");
            return bombs;
        }
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public void It_is_compiled_or_told_in_seconds(string name, string source, string id)
    {
        Assert.NotEmpty(name);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var told = Whole.Compile(source);
        if (id.Length > 0)
            Assert.Contains(told, d => d.Id == id);
        // Far beyond what any of them takes, also on a busy machine: a pass that is not bounded takes for ever.
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 60);
    }

    private static string Farm(string members, string reward) => SpecCompilation.Farm(members.StartsWith("///", StringComparison.Ordinal) ? members : Doc + members, reward);

    private static string Paid(string reward) => SpecCompilation.Farm("", reward);

    private static string Nested(string open, string inside, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inside + string.Concat(Enumerable.Repeat(close, depth));

    private static string Many(int count, Func<int, string> piece) => string.Concat(Enumerable.Range(0, count).Select(piece));
}

/// <summary>Generator and analyzer as the compiler runs them.</summary>
internal static class Whole
{
    /// <summary>Compiles a spec and returns what the analyzer says.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">The generator threw, or the analyzer caught an exception of the compiler.</exception>
    public static IReadOnlyList<Diagnostic> Compile(string source)
    {
        var compilation = SpecCompilation.Create(source);
        foreach (var result in SpecCompilation.Generate(compilation, out _).Results)
            Assert.Null(result.Exception);
        var told = SpecCompilation.Diagnose(compilation);
        Assert.DoesNotContain(told, d => d.Id == "CG081" || d.GetMessage(CultureInfo.InvariantCulture).Length > 100_000);
        return told;
    }
}
