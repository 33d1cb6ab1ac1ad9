using System.Reflection;
using System.Runtime.Loader;
using CoopGen.Batch.Tests;
using Microsoft.CodeAnalysis;

namespace CoopGen.Compiler.Tests;

/// <summary>The small specs of the diagnostics' good cases, and others chosen to be awkward, are the same game compiled and as plain C#.</summary>
public class SmallSpecTests
{
    /// <summary>Members and rewards that try orders, versions, branches and shared subexpressions.</summary>
    private static readonly (string Members, string Reward)[] Awkward =
    [
        // Entries of a state set from other entries of itself.
        ("/// <summary>S.</summary>\nprivate AgentState S => AgentState();\n/// <inheritdoc/>\nprotected override void Update() => S.Set(i => Tanh(Sum(j => S[j] * x[j]) + S[i] - Max(j => S[j]) + x[i]));", "S[i] + x[i]"),
        ("/// <summary>P.</summary>\nprivate PairState P => PairState(initial: 0.3, diagonal: 2);\n/// <inheritdoc/>\nprotected override void Update() => P.Set((i, j) => Tanh(P[j, i] + 0.1 * x[i] - Mean(k => P[i, k]) * P[i, i]));", "x[i] + Sum(j => P[i, j] * x[j]) - Sum(j => P[j, i])"),
        // A local remembers the value before a change.
        ("/// <summary>S.</summary>\nprivate ScalarState S => ScalarState(1);\n/// <summary>R.</summary>\nprivate ScalarState R => ScalarState();\n/// <inheritdoc/>\nprotected override void Update()\n{\n    var before = S + 0.5 * x[0];\n    S.Set(() => Tanh(S + x[1]));\n    R.Set(() => before - S.Now);\n}", "x[i] * R + S"),
        // Twice in one phase, under a condition, and read after it.
        ("/// <summary>S.</summary>\nprivate AgentState S => AgentState();\n/// <summary>R.</summary>\nprivate ScalarState R => ScalarState();\n/// <inheritdoc/>\nprotected override void Settle()\n{\n    S.Set(i => x[i]);\n    if (Sum(i => S.Now[i]) > 9)\n    {\n        S.Set(i => 0.5 * S.Now[i]);\n        R.Set(() => S.Now[0]);\n    }\n    else if (t > 3)\n    {\n        R.Set(() => R + 1);\n    }\n    S.Set(i => S.Now[i] + R.Now);\n}", "x[i] + S[i] * R"),
        // Formulas of numbers, blocks with early returns, nested reductions over the same agents.
        ("/// <summary>F.</summary>\nprivate double f(Agent i, double y)\n{\n    var z = y * x[i];\n    if (z > 5)\n        return z - 5;\n    if (z > 2)\n    {\n        var w = z * z;\n        return w / 2;\n    }\n    return Product(j => j != i, j => 1 + Tanh(x[j] - Mean(k => k != j, k => x[k])));\n}", "f(i, 0.5) + f(i, 1) * f(1, 0.25) + Min(j => f(j, 2))"),
        ("/// <summary>D.</summary>\nprivate Matrix D => From((i, j) => i == j ? 0 : Of(0.2, 0.7)[i] * First(1, 3)[j]);\n/// <summary>Two.</summary>\nprivate double twice(double y) => 2 * y;", "twice(twice(x[i])) + Sum(j => D[i, j] * x[j]) - Sum(j => D[j, i] * x[j]) + Sum(i2 => Sum(j => j != i2, j => D[i2, j] * Abs(x[i2] - x[j])))"),
        // Draws in several places of one formula, and through a formula.
        ("/// <summary>S.</summary>\nprivate AgentState S => AgentState();\n/// <summary>Z.</summary>\nprivate ScalarState Z => ScalarState();\n/// <summary>Noise.</summary>\nprivate double noise(double size) => size * Normal(0, 1) + Uniform(-size, size);\n/// <inheritdoc/>\nprotected override void Reset() => Z.Set(() => noise(1) - noise(2));\n/// <inheritdoc/>\nprotected override void Update() => S.Set(i => noise(x[i]) * (1 + noise(1)) + Bernoulli(0.3));\n/// <inheritdoc/>\nprotected override void Observe(Observation o)\n{\n    o.Add(\"a\", i => S[i] + noise(0.1));\n    o.Add(\"b\", (i, j) => noise(1) + Z);\n}", "x[i] + S[i] * Z"),
        ("/// <summary>W.</summary>\nprivate Window W => Window(3);\n/// <summary>R.</summary>\nprivate Roster R => Roster();\n/// <inheritdoc/>\nprotected override void Update()\n{\n    var old = W.Mean(0, 2);\n    W.Push(i => x[i] + old);\n    W.Push(i => W.Now[i, 0] * 0.5);\n    if (x[0] > 5)\n        R.Remove(i => x[i] > 7, 0, 2);\n    R.Tick();\n    R.Admit(i => R.Now.Timer(i) < 1 && x[i] < 8);\n}", "x[i] + W[i, t - 2] + W.Mean(i, W.Count - 1) * (R.Has(i) ? 2 : -1) + R.Count + R.Timer(i)"),
        // What a local or a condition read before a change of a window or list, used after it.
        ("/// <summary>W.</summary>\nprivate Window W => Window(2);\n/// <summary>S.</summary>\nprivate AgentState S => AgentState();\n/// <inheritdoc/>\nprotected override void Update()\n{\n    var old = W.Mean(0, 2);\n    W.Push(i => x[i]);\n    S.Set(i => S[i] * 0.5 + old + W.Now.Mean(i, 2));\n}", "x[i] + S[i]"),
        ("/// <summary>W.</summary>\nprivate Window W => Window(4);\n/// <summary>S.</summary>\nprivate ScalarState S => ScalarState();\n/// <inheritdoc/>\nprotected override void Update()\n{\n    if (W.Count < 3 || x[0] > 6)\n    {\n        W.Push(i => x[i]);\n        S.Set(() => S + 1);\n    }\n    else\n    {\n        S.Set(() => S * 0.5);\n    }\n}", "x[i] + S + W.Mean(i, 3)"),
        ("/// <summary>R.</summary>\nprivate Roster R => Roster();\n/// <summary>S.</summary>\nprivate AgentState S => AgentState();\n/// <inheritdoc/>\nprotected override void Settle()\n{\n    if (R.Has(0))\n    {\n        R.Remove(i => x[i] > 5, 0, 2);\n        S.Set(i => S[i] + 1);\n    }\n    else\n    {\n        R.Tick();\n        R.Admit(i => R.Now.Timer(i) < 1);\n        S.Set(i => x[i]);\n    }\n}", "x[i] * S[i] + (R.Has(i) ? 1 : 0)"),
        // The same state in both branches, read within each, nested.
        ("/// <summary>S.</summary>\nprivate ScalarState S => ScalarState(1);\n/// <summary>R.</summary>\nprivate AgentState R => AgentState();\n/// <inheritdoc/>\nprotected override void Update()\n{\n    if (x[0] > 4)\n    {\n        S.Set(() => 0.1 * x[0]);\n        R.Set(i => S.Now * 2 + x[i]);\n    }\n    else\n    {\n        S.Set(() => 0.3 * x[1]);\n        R.Set(i => S.Now * 2 + x[i]);\n        if (x[1] > 5)\n        {\n            S.Set(() => S.Now + 1);\n            R.Set(i => R.Now[i] - S.Now);\n        }\n        else\n        {\n            S.Set(() => S.Now - 1);\n            R.Set(i => R.Now[i] - S.Now);\n        }\n    }\n    S.Set(() => 0.5 * S.Now);\n}", "R[i] + S * x[i]"),
        ("/// <summary>W.</summary>\nprivate Window W => Window(3);\n/// <summary>S.</summary>\nprivate ScalarState S => ScalarState();\n/// <inheritdoc/>\nprotected override void Settle()\n{\n    if (x[0] > x[1])\n    {\n        W.Push(i => x[i]);\n        S.Set(() => W.Now.Mean(0, 3));\n    }\n    else\n    {\n        W.Push(i => -x[i]);\n        W.Push(i => W.Now[i, 0] + 1);\n        S.Set(() => W.Now.Mean(0, 3) + W.Now.Count);\n    }\n}", "x[i] * S + W[i, 1]"),
        // A body in parentheses.
        ("", "((x[i] - 0.5 * (x[0] + 1)))"),
        ("", "Mode switch { RewardMode.Private => x[i], RewardMode.Cooperative => Mean(j => x[j] * x[j]), _ => Max(x[i], Mean(j => x[j])) } - (x[0] > x[1] && !(t > 4 || x[i] < 1) ? 1 : 0)"),
    ];

    [Fact]
    public void Good_cases_and_awkward_ones_are_the_same_game_both_ways()
    {
        var sources = DiagnosticCases.All.Select(c => c.Right).Concat(Awkward.Select(a => SpecCompilation.Farm(a.Members, a.Reward))).Distinct().ToList();
        var played = 0;
        foreach (var source in sources)
        {
            var games = Load(source);
            if (Awkward.Any(a => source == SpecCompilation.Farm(a.Members, a.Reward)))
                Assert.True(games.Count == 1, $"{string.Join("\n", SpecCompilation.Diagnose(SpecCompilation.Create(source)))}\n{source}");
            foreach (var info in games)
            {
                foreach (var mode in Enum.GetValues<RewardMode>())
                    Play(info, mode, source);
                Batched(info, source);
                played++;
            }
        }

        Assert.True(played > 50, $"{played} of {sources.Count} were played");
    }

    internal static IReadOnlyList<EnvironmentInfo> Load(string source)
    {
        SpecCompilation.Generate(SpecCompilation.Create(source), out var output);
        using var stream = new MemoryStream();
        var result = output.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)) + "\n" + source);
        stream.Position = 0;
        var registry = new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream).GetType("Outside.EnvironmentRegistry");
        return registry is null ? [] : (IReadOnlyList<EnvironmentInfo>)registry.GetProperty("All", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
    }

    /// <summary>All modes in one batch, from the states of scalar episodes.</summary>
    internal static StepCheck Batched(EnvironmentInfo info, string source)
    {
        // Windows that keep different numbers of profiles share a batch.
        ParameterSet Parameters(RewardMode mode) => info.Parameters.Any(p => p.Name == "kept") ? new() { ["reward_type"] = mode, ["kept"] = 1 + 2 * (int)mode } : new() { ["reward_type"] = mode };
        var check = new StepCheck([.. Enum.GetValues<RewardMode>().Select(mode => info.Create(Parameters(mode)))])
            .Play(17, new Random(17), static (environment, random, actions) => Act(environment.Info, random, actions));
        if (check.Run() is { } different)
            Assert.Fail($"{different}\n{source}");
        return check;
    }

    private static void Act(EnvironmentInfo info, Random random, double[] actions)
    {
        for (var k = 0; k < actions.Length; k++)
            actions[k] = info.Actions[k % info.Actions.Count].Choices is { Count: > 0 } choices ? choices[random.Next(choices.Count)] : 12 * random.NextDouble() - 1;
    }

    internal static void Play(EnvironmentInfo info, RewardMode mode, string source)
    {
        var (plain, compiled) = (info.Interpret!(new() { ["reward_type"] = mode }), info.Create(new() { ["reward_type"] = mode }));
        var random = new Random(17);
        var actions = new double[plain.ProfileLength];
        var (expected, got) = (new double[plain.AgentCount], new double[plain.AgentCount]);
        var (seen, shown) = (new float[plain.ObservationLength], new float[plain.ObservationLength]);
        plain.Reset(3);
        compiled.Reset(3);
        Compare(plain.StateLength, plain.SaveState, compiled.SaveState, "state after reset");
        while (!plain.HasEnded)
        {
            Act(info, random, actions);
            Assert.Equal(plain.Step(actions, expected), compiled.Step(actions, got));
            Near(expected, got, "rewards");
            Compare(plain.StateLength, plain.SaveState, compiled.SaveState, "state");
            plain.Observe(seen);
            compiled.Observe(shown);
            Near([.. seen.Select(x => (double)x)], [.. shown.Select(x => (double)x)], "observation", 2.4e-7);
            if (!compiled.ObservationSpace.Contains(shown) || !compiled.RewardRange.Contains(got))
                Assert.Fail($"Outside the bounds at step {compiled.StepCount}:\n{source}");
            ((IOneShotGame)plain).Payoffs(plain.Actions, expected);
            ((IOneShotGame)compiled).Payoffs(plain.Actions, got);
            Near(expected, got, "payoffs");
        }

        void Compare(int length, Save save, Save other, string what)
        {
            var (a, b) = (new double[length], new double[length]);
            save(a);
            other(b);
            Near(a, b, what);
        }

        void Near(double[] a, double[] b, string what, double tolerance = 1e-12)
        {
            for (var k = 0; k < a.Length; k++)
                if (!a[k].Equals(b[k]) && !(Math.Abs(a[k] - b[k]) <= tolerance * Math.Max(1, Math.Abs(a[k]))))
                    Assert.Fail($"{what}[{k}] at step {plain.StepCount}, {mode}: spec {a[k]:R}, compiled {b[k]:R}\n{source}");
        }
    }

    private delegate void Save(Span<double> state);
}
