using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CoopGen.Native.Tests;

/// <summary>The library as C and Python see it.</summary>
[Collection(Published.Name)]
public class LibraryTests(Published published)
{
    private static readonly string _headers = Path.Combine(Shell.Root, "runtime", "CoopGen.Native");

    [GccFact]
    public void It_exports_what_the_header_declares_and_is_small()
    {
        var exported = Regex.Matches(Shell.Run(Shell.Root, null, "nm", "-D", "--defined-only", published.Library), @" T (\w+)").Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(Header.Functions.Select(f => f.Name).Order(StringComparer.Ordinal), exported.Where(n => n.StartsWith("coopgen_", StringComparison.Ordinal)));
        Assert.True(new FileInfo(published.Library).Length < 15_000_000);
    }

    [GccFact]
    public void The_example_in_C_compiles_and_plays()
    {
        var output = Compiled(Path.Combine(_headers, "examples", "play.c"), program => Shell.Run(Shell.Root, null, program));
        Assert.Matches(@"^returns \d+\.\d+ \d+\.\d+ after 20 steps\nrefused: The episode of TrustDilemma-v0 is over after 20 steps; call Reset before the next step\.\nmean reward \d+\.\d+ over 100 steps of 1000 environments\n$", output);
    }

    [GccFact]
    public void A_hundred_thousand_random_calls_from_four_threads_do_no_harm()
    {
        var output = Compiled(Path.Combine(Shell.Root, "tests", "CoopGen.Native.Tests", "c", "fuzz.c"), program => Shell.Run(Shell.Root, null, program, "100000", "1"));
        Assert.Contains("done 100000, ", output, StringComparison.Ordinal);
        Assert.Contains("without text 0, handles left 0, ", output, StringComparison.Ordinal);
    }

    [PythonFact]
    public void The_tests_in_Python_pass()
    {
        // Conformance tests run if Gymnasium and PettingZoo can be imported, and say so otherwise.
        var output = Shell.Run(Path.Combine(Shell.Root, "tests", "python"), Published.Sources, Tools.Python!, "-W", "ignore", "-m", "unittest", "discover", "-v");
        Assert.Matches(@"Ran \d{2} tests in .*\n\nOK", output);
    }

    [PythonFact]
    public void It_answers_as_the_command_line_does()
    {
        var scratch = Directory.CreateTempSubdirectory("coopgen-solve-").FullName;
        try
        {
            string[] question = ["solve", "PartnerHoldUp-v0", "--set", "strong_dependency=0.6", "max_steps=4", "--seed", "3", "--format", "json"];
            // The library is compiled for AVX2; where this process is told not to use it, episodes round otherwise, and a search ends elsewhere on the same flat top.
            string[] searches = Avx2.IsSupported ? ["Oracle_DynamicOptimum", "Oracle_BestResponse"] : [];
            foreach (var oracle in (string[])["OneShot", "Oracle_TrustAware", .. searches])
            {
                var asked = $"import json, coopgen; print(json.dumps(coopgen.solve('PartnerHoldUp-v0', '{oracle}', strong_dependency=0.6, max_steps=4, seed=3).document))";
                // How long it took stands behind it.
                var printed = Shell.Run(scratch, null, "dotnet", [Shell.Cli, .. question, "--oracle", oracle]);
                using var told = JsonDocument.Parse(printed[..(printed.LastIndexOf('}') + 1)]);
                using var found = JsonDocument.Parse(Shell.Run(scratch, Published.Sources, Tools.Python!, "-c", asked));
                Same(told.RootElement, found.RootElement, oracle);
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>The same names and, but for times and where a search began, the same numbers.</summary>
    private static void Same(JsonElement a, JsonElement b, string where)
    {
        Assert.Equal(a.ValueKind, b.ValueKind);
        if (a.ValueKind == JsonValueKind.Object)
        {
            Assert.Equal(a.EnumerateObject().Select(p => p.Name), b.EnumerateObject().Select(p => p.Name));
            foreach (var entry in a.EnumerateObject().Where(p => p.Name is not ("seconds" or "found_from")))
                Same(entry.Value, b.GetProperty(entry.Name), $"{where}, {entry.Name}");
        }
        else if (a.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(a.GetArrayLength(), b.GetArrayLength());
            foreach (var (one, other) in a.EnumerateArray().Zip(b.EnumerateArray()))
                Same(one, other, where);
        }
        else if (a.ValueKind == JsonValueKind.Number)
        {
            // The tool's batches are of wider vectors, perhaps: a search ends a little elsewhere on the same flat top.
            Assert.True(Math.Abs(a.GetDouble() - b.GetDouble()) <= 1e-4 * Math.Max(1, Math.Abs(a.GetDouble())), $"{where}: {a} is not {b}");
        }
        else
        {
            Assert.Equal(a.GetRawText(), b.GetRawText());
        }
    }

    [VenvFact]
    public void The_wheel_installs_without_network_into_a_new_environment_and_runs_the_tutorials()
    {
        var scratch = Directory.CreateTempSubdirectory("coopgen-wheel-").FullName;
        try
        {
            // It sees the system's NumPy, and nothing of this repository.
            Shell.Run(scratch, null, Tools.PythonWithVenv!, "-m", "venv", "--system-site-packages", "venv");
            var python = Path.Combine(scratch, "venv", "bin", "python");
            Shell.Run(scratch, null, python, "-m", "pip", "install", "--no-index", published.Wheel);
            Assert.Contains("site-packages", Shell.Run(scratch, null, python, "-c", "import coopgen; print(coopgen.__file__)"), StringComparison.Ordinal);
            foreach (var (script, arguments, said) in new (string, string[], string)[]
            {
                ("tutorial_gymnasium.py", [], "∂return_0/∂action of agent 1 in step 0:"),
                ("tutorial_vector.py", [], "million steps a second"),
                ("tutorial_pettingzoo.py", [], "mean reward of each agent:"),
                ("tutorial_solving.py", [], "tit for tat against the oracle"),
                ("ippo.py", ["--updates", "2", "--envs", "16", "--steps", "10"], "320 steps of 2 learners"),
            })
                Assert.Contains(said, Shell.Run(scratch, null, python, [Path.Combine(Published.Package, "examples", script), .. arguments]), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private string Compiled(string source, Func<string, string> run)
    {
        var scratch = Directory.CreateTempSubdirectory("coopgen-c-").FullName;
        try
        {
            var program = Path.Combine(scratch, "program");
            Shell.Run(scratch, null, "gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-I", _headers, source, published.Library, "-lm", "-lpthread", $"-Wl,-rpath,{Path.GetDirectoryName(published.Library)}", "-o", program);
            return run(program);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
