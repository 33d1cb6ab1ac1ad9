using System.Text.RegularExpressions;

namespace CoopGen.Cli.Tests;

/// <summary>What the README says the tool prints, it prints.</summary>
public class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(FindRoot(), "README.md")).Replace("\r", "", StringComparison.Ordinal);

    public static TheoryData<string, string> Commands
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Match block in Regex.Matches(Text, @"```console\n\$ coopgen ([^\n]*)\n(.*?)\n```", RegexOptions.Singleline))
                data.Add(block.Groups[1].Value, block.Groups[2].Value);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_prints_what_stands_there(string arguments, string printed)
    {
        var outcome = Cli.Run(arguments.Split(' '));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(printed, outcome.Out.TrimEnd('\n'));
    }

    [Fact]
    public void The_sweeps_that_stand_there_write_their_files()
    {
        using var scratch = new Scratch();
        var sweeps = Regex.Matches(Text, @"^coopgen (sweep .* --out) (\S+)$", RegexOptions.Multiline).ToList();
        Assert.Equal(2, sweeps.Count);
        foreach (var sweep in sweeps)
        {
            // Words are quoted for the shell where it would take them for a pattern.
            Assert.DoesNotMatch(@"(^| )[^' ]*\*", sweep.Groups[1].Value);
            SweepTests.Done(Cli.Run([.. sweep.Groups[1].Value.Split(' ').Select(w => w.Trim('\'')), scratch[sweep.Groups[2].Value]]));
            Assert.True(File.Exists(scratch[sweep.Groups[2].Value]));
        }
    }

    [Fact]
    public void The_picture_is_the_tools_own()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, Cli.Run("run", "RecoveryRace-v0", "--policy", "TitForTat", "Constant_60", "--plot", scratch["recovery.svg"]).ExitCode);
        // Fonts, and with them the layout, differ between machines; what is drawn does not.
        Assert.Equal(Drawn(File.ReadAllText(Path.Combine(FindRoot(), ".github", "recovery.svg"))), Drawn(File.ReadAllText(scratch["recovery.svg"])));
        Assert.Contains("](.github/recovery.svg)", Text, StringComparison.Ordinal);

        static (int Paths, int Texts) Drawn(string svg) => (Regex.Count(svg, "<path"), Regex.Count(svg, "<text"));
    }

    [Fact]
    public void The_table_of_speeds_is_that_of_the_committed_results() =>
        Assert.Equal(CoopGen.Benchmarks.ResultsTable.Update(FindRoot(), Text), Text);

    [Fact]
    public void Files_that_are_linked_exist()
    {
        var links = Regex.Matches(Text, @"\]\((?!http)([^)#]+)\)").Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, l => Assert.True(File.Exists(Path.Combine(FindRoot(), l)), l));
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CoopGen.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run within the repository.");
        return directory.FullName;
    }
}
