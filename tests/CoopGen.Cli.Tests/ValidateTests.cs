using System.Text.Json;
using System.Text.RegularExpressions;

namespace CoopGen.Cli.Tests;

public class ValidateTests
{
    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory.FullName, "CoopGen.sln")))
                directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run within the repository.");
            return directory.FullName;
        }
    }

    private static string Example { get; } =
        Regex.Match(File.ReadAllText(Path.Combine(Root, "README.md")), @"```json\n(\{\n  ""id"": ""bakery-mill"".*?)\n```", RegexOptions.Singleline).Groups[1].Value;

    [Fact]
    public void Json_has_the_named_members_and_rubric_items_their_points()
    {
        var outcome = Cli.Run("validate", "tr1", "--experiment", "case", "--format", "json");
        Assert.Equal(0, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Out);
        foreach (var finding in json.RootElement.EnumerateArray())
            foreach (var member in new[] { "suite", "experiment", "item", "as_shipped", "exact", "printed" })
                Assert.True(finding.TryGetProperty(member, out _), member);
        var items = json.RootElement.EnumerateArray().Where(f => f.TryGetProperty("max", out _)).ToList();
        Assert.Equal(24, items.Count);
        Assert.Equal(58, items.Sum(i => i.GetProperty("points").GetDouble()));
        Assert.Equal(60, items.Sum(i => i.GetProperty("max").GetDouble()));
        Assert.Contains(items, i => i.GetProperty("constant").GetBoolean());
        Assert.All(json.RootElement.EnumerateArray(), f => Assert.Equal("case", f.GetProperty("experiment").GetString()));
    }

    [Fact]
    public void The_table_shows_scores_with_and_without_items_that_cannot_fail()
    {
        var outcome = Cli.Run("validate", "tr2", "--experiment", "case");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("49 of 60 points, solved exactly 49; without items that cannot fail 39 of 45", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_case_of_the_readme_is_scored()
    {
        using var scratch = new Scratch();
        var outcome = Cli.Run("validate", scratch.File("my-case.json", Example));
        Assert.Equal("", Regex.Replace(outcome.Error, @"\d+ figures in [\d.]+ s\.\n|\s", ""));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("of 9 points", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_html_report_is_one_file_that_needs_no_network()
    {
        using var scratch = new Scratch();
        var outcome = Cli.Run("validate", scratch.File("my-case.json", Example), "--format", "html", "--out", scratch["report"]);
        Assert.Equal(0, outcome.ExitCode);
        var page = File.ReadAllText(Path.Combine(scratch["report"], "validation.html"));
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)\s*=\s*""?(http|//)|@import|url\((?!#)", page);
        Assert.DoesNotContain("__", page, StringComparison.Ordinal);
        var ids = Regex.Matches(page, @"\bid=""([^""]+)""").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        foreach (var format in new[] { "json", "markdown", "table" })
            Assert.Equal(0, Cli.Run("validate", scratch["my-case.json"], "--format", format, "--out", scratch["report"]).ExitCode);
        Assert.Equal(4, Directory.GetFiles(scratch["report"]).Length);
    }

    [Fact]
    public void Sweeps_are_written_as_tables()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, Cli.Run("validate", "tr2", "--experiment", "coarse", "--format", "json", "--out", scratch["report"]).ExitCode);
        var lines = File.ReadAllLines(Path.Combine(scratch["report"], "tr2-coarse.csv"));
        Assert.Equal(730, lines.Length);
        Assert.StartsWith("config_id,lambda_plus,lambda_minus,mu_R,delta_R,xi,kappa_trust,negativity_ratio,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("1,0.05,0.15,0.5,0.01,0.3,0.5,", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean 'tr1'?", "validate", "trr1")]
    [InlineData("there is no file 'nowhere.json'", "validate", "nowhere.json")]
    [InlineData("Did you mean 'exp2_monte_carlo'?", "validate", "tr1", "--experiment", "exp2_montecarlo")]
    [InlineData("--format is 'xml'", "validate", "tr1", "--format", "xml")]
    public void What_is_not_there_is_named(string message, params string[] args)
    {
        var outcome = Cli.Run(args);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Out);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"at_least\": 0.5", "\"at_least\": 0.4", "overlap")]
    [InlineData("'Repair'", "'Peace'", "there is no phase 'Peace'; there are Good years, Bad harvest, Repair.")]
    [InlineData("\"dependee\": \"Mill\"", "\"dependee\": \"Bank\"", "which is no agent")]
    public void A_case_that_cannot_be_is_refused(string there, string instead, string message)
    {
        using var scratch = new Scratch();
        var outcome = Cli.Run("validate", scratch.File("my-case.json", Example.Replace(there, instead, StringComparison.Ordinal)));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Out);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }
}
