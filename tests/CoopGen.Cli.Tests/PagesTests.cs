using System.Text.Json;

namespace CoopGen.Cli.Tests;

public class PagesTests
{
    private static readonly string[] _verbs = ["list", "show", "run", "train", "evaluate", "sweep", "replay", "solve", "exploit", "analyze", "new", "docs", "validate", "bench", "completion"];

    public static TheoryData<string> Verbs => [.. _verbs];

    public static TheoryData<string> Ids => [.. EnvironmentRegistry.All.Select(e => e.Id)];

    [Fact]
    public void Help_names_every_verb_and_gives_examples()
    {
        var outcome = Cli.Run("--help");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(outcome, Cli.Run());
        foreach (var verb in _verbs)
            Assert.Contains($"\n  {verb}", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Examples:", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_of_a_verb_gives_examples_that_begin_with_it(string verb)
    {
        var outcome = Cli.Run(verb, "--help");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        var examples = outcome.Out[outcome.Out.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains($" {verb}", examples, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_is_that_of_the_product()
    {
        var outcome = Cli.Run("--version");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(typeof(CommandLine).Assembly.GetName().Version!.ToString(3), outcome.Out.Trim());
    }

    [Fact]
    public void The_list_has_every_environment_for_people_and_for_programs()
    {
        var table = Cli.Run("list");
        using var json = JsonDocument.Parse(Cli.Run("list", "--format", "json").Out);
        Assert.Equal(EnvironmentRegistry.All.Select(e => e.Id), json.RootElement.EnumerateArray().Select(e => e.GetProperty("id").GetString()));
        foreach (var (info, entry) in EnvironmentRegistry.All.Zip(json.RootElement.EnumerateArray()))
        {
            Assert.Contains(info.Id, table.Out, StringComparison.Ordinal);
            Assert.Equal(info.Class, entry.GetProperty("class").GetString());
            Assert.Equal(info.Agents, entry.GetProperty("agents").GetInt32());
            Assert.Equal(info.Horizon, entry.GetProperty("horizon").GetInt32());
            Assert.Equal(info.Summary, entry.GetProperty("summary").GetString());
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_published_variant_says_in_a_paragraph_how_it_differs(string id)
    {
        var (shown, shipped) = (string.Join(' ', Cli.Run("show", id).Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), id[..^1] + "0");
        Assert.Equal(id.EndsWith("-v1", StringComparison.Ordinal), shown.Contains($"paid by the report's equations. Where {shipped} ", StringComparison.Ordinal));
        Assert.Contains(EnvironmentRegistry.All, e => e.Id == shipped);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_environment_can_be_shown_in_every_format(string id)
    {
        foreach (var format in new[] { "table", "markdown", "latex" })
        {
            var outcome = Cli.Run("show", id, "--format", format);
            Assert.Equal(0, outcome.ExitCode);
            Assert.Empty(outcome.Error);
            Assert.Contains(id, outcome.Out, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', outcome.Out);
        }

        var info = EnvironmentRegistry.All.Single(e => e.Id == id);
        using var json = JsonDocument.Parse(Cli.Run("show", id, "--format", "json").Out);
        Assert.Equal(info.Parameters.Select(p => p.Name), json.RootElement.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Equal(info.Formulas.Count, json.RootElement.GetProperty("formulas").GetArrayLength());
        Assert.Equal(info.Agents * info.Actions.Count, json.RootElement.GetProperty("action_space").GetProperty("high").GetArrayLength());
    }

    [Fact]
    public void Parameters_are_shown_with_default_range_and_unit()
    {
        using var json = JsonDocument.Parse(Cli.Run("show", "TrustDilemma-v0", "--format", "json").Out);
        var parameter = json.RootElement.GetProperty("parameters").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "trust_sensitivity");
        Assert.Equal(1.5, parameter.GetProperty("default").GetDouble());
        Assert.Equal(0, parameter.GetProperty("min").GetDouble());
        Assert.Equal(100, parameter.GetProperty("max").GetDouble());
        Assert.Equal("1/action", parameter.GetProperty("unit").GetString());
    }

    [Fact]
    public void A_manifest_without_pages_gets_pages_of_what_it_holds()
    {
        var info = SpecEnvironment.Describe(() => new GiveAndPrice()) with
        {
            Summary = "50% off | today",
            Formulas = [new("f", "GiveAndPrice", "Book eq. 1", "What it pays.", @"f = \frac{a}{b}", @"f = \frac{2}{3}")],
        };
        var markdown = Cli.RunWith("", [info], ["show", "GiveAndPrice-v0", "--format", "markdown"]).Out;
        Assert.StartsWith("# GiveAndPrice-v0\n", markdown, StringComparison.Ordinal);
        Assert.Contains("| `max_steps` | 3 steps | a whole number between 1 and 1000000000 |", markdown, StringComparison.Ordinal);
        Assert.Contains("**f** (GiveAndPrice, Book eq. 1). What it pays.", markdown, StringComparison.Ordinal);
        Assert.Contains(@"$$f = \frac{2}{3}$$", markdown, StringComparison.Ordinal);
        var latex = Cli.RunWith("", [info], ["show", "GiveAndPrice-v0", "--format", "latex"]).Out;
        Assert.Contains(@"50\% off | today", latex, StringComparison.Ordinal);
        Assert.Contains(@"\texttt{max\_steps}", latex, StringComparison.Ordinal);
        Assert.Contains("f = 2/3", Cli.RunWith("", [info], ["show", "GiveAndPrice-v0"]).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\lambda^{+} \cdot \Delta T_{ij}", "λ⁺ · Δ T_ij")]
    [InlineData(@"\min\left(T_{ij}, 1 - R_{ij}\right)", "min(T_ij, 1 - R_ij)")]
    [InlineData(@"\frac{\frac{a}{b}}{c}", "(a/b)/c")]
    [InlineData(@"\sum_{j \neq i} \pi_j \geq 0.5\,\omega", "Σ_j≠i π_j ≥ 0.5 ω")]
    [InlineData(@"\frac{1 + a_{i}}{\theta}", "(1 + a_i)/θ")]
    [InlineData(@"D = \begin{pmatrix} 0 & 0.4 \\ 0.7 & 0 \end{pmatrix}", "D = (0 0.4; 0.7 0)")]
    [InlineData(@"\rho \sigma \unknown", "ρ σ unknown")]
    public void Formulas_are_written_in_characters_for_a_terminal(string latex, string expected) => Assert.Equal(expected, Tex.Plain(latex));

    [Fact]
    public void Docs_are_written_and_written_again()
    {
        using var scratch = new Scratch();
        var target = scratch["catalogue"];
        var outcome = Cli.Run("docs", target);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Out);
        var index = File.ReadAllText(Path.Combine(target, "README.md"));
        var document = File.ReadAllText(Path.Combine(target, "catalogue.tex"));
        foreach (var info in EnvironmentRegistry.All)
        {
            Assert.Contains($"[{info.Id}]({info.Id}.md)", index, StringComparison.Ordinal);
            Assert.Contains($"\\input{{{info.Id}.tex}}", document, StringComparison.Ordinal);
            Assert.EndsWith(Cli.Run("show", info.Id, "--format", "markdown").Out, File.ReadAllText(Path.Combine(target, info.Id + ".md")), StringComparison.Ordinal);
            Assert.EndsWith(Cli.Run("show", info.Id, "--format", "latex").Out, File.ReadAllText(Path.Combine(target, info.Id + ".tex")), StringComparison.Ordinal);
        }

        File.AppendAllText(Path.Combine(target, "README.md"), "an edit");
        Assert.Equal(0, Cli.Run("docs", target).ExitCode);
        Assert.Equal(index, File.ReadAllText(Path.Combine(target, "README.md")));
        Assert.Equal(2 + 2 * EnvironmentRegistry.All.Count, Directory.GetFiles(target).Length);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void Every_shell_gets_a_script_that_asks_the_program(string shell)
    {
        var outcome = Cli.Run("completion", shell);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("[suggest:", outcome.Out, StringComparison.Ordinal);
        Assert.Contains(Root.Name, outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("__", outcome.Out.Replace("___", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coopgen ", "replay")]
    [InlineData("coopgen show Tru", "TrustDilemma-v0")]
    [InlineData("coopgen show TrustDilemma-v0 --format ", "latex")]
    [InlineData("coopgen run TrustDilemma-v0 --policy TitF", "TitForTat")]
    [InlineData("coopgen run TrustDilemma-v0 --policy Random Constant_5", "Constant_55")]
    [InlineData("coopgen run TrustDilemma-v0 --set trust_s", "trust_sensitivity=")]
    [InlineData("coopgen replay TrustDilemma-v0 --reward-type ", "cooperative")]
    [InlineData("coopgen sweep TrustDilemma-v0 --policy Random Constant_", "Constant_*")]
    [InlineData("coopgen sweep TrustDilemma-v0 --set trust_s", "trust_sensitivity=")]
    [InlineData("coopgen sweep TrustDilemma-v0 --reward-type private ", "all")]
    [InlineData("coopgen completion ", "fish")]
    public void Verbs_ids_policies_and_parameters_are_completed(string line, string expected)
    {
        var outcome = Cli.Run($"[suggest:{line.Length}]", line);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(expected, outcome.Out.Split('\n', StringSplitOptions.TrimEntries));
    }
}
