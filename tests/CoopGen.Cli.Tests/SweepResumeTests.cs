using System.Diagnostics;
using System.Security.Cryptography;

namespace CoopGen.Cli.Tests;

/// <summary>A sweep that was broken off, however it was, goes on to the same file.</summary>
public class SweepResumeTests
{
    private const string Small = "sweep TrustDilemma-v0 --set max_steps=3 trust_sensitivity=0.5,1.5 --policy Random --episodes 1300 --seed 5 --out";

    /// <summary>10,000 episodes over three parameters, in ten chunks.</summary>
    private const string Large = "sweep TrustDilemma-v0 --set trust_sensitivity=0.5:2.5:5 trust_building_rate=0.1:0.2:5 trust_erosion_rate=0.3:0.6:4 max_steps=1500 --policy TitForTat --episodes 100 --out";

    [Theory]
    [InlineData("parquet")]
    [InlineData("csv")]
    [InlineData("json")]
    public void Killed_halfway_it_goes_on_to_the_same_bytes(string kind)
    {
        using var scratch = new Scratch();
        var (whole, broken) = (scratch["whole." + kind], scratch["broken." + kind]);
        SweepTests.Done(Cli.Run([.. Large.Split(' '), whole]));
        // A row has two returns, two means and two last values, a step count and a code: 56 bytes. Three of ten chunks are waited for. Should the
        // process be through before it is killed, once more: what is tested is what happens when it is not.
        var caught = false;
        for (var attempt = 0; attempt < 20 && !caught; attempt++)
        {
            File.Delete(broken);
            using var process = Start(broken);
            while (!process.HasExited && !(File.Exists(broken + ".partial") && new FileInfo(broken + ".partial").Length > 3 * 1024 * 56))
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
            caught = !File.Exists(broken) && File.Exists(broken + ".partial");
        }

        Assert.True(caught, "The process was never killed before it was through.");
        var outcome = Cli.Run([.. Large.Split(' '), broken]);
        SweepTests.Done(outcome);
        Assert.Contains("Going on from", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(broken));
        Assert.False(File.Exists(broken + ".partial"));
    }

    [Fact]
    public void A_journal_cut_off_anywhere_or_damaged_leads_to_the_same_file()
    {
        using var scratch = new Scratch();
        SweepTests.Done(Cli.Run([.. Small.Split(' '), scratch["whole.csv"]]));
        var whole = File.ReadAllBytes(scratch["whole.csv"]);
        var journal = FullJournal(scratch);
        // Chunks of 1,024, 1,024 and 552 rows of 56 bytes, each after a length and a checksum.
        var head = journal.Length - (2600 * 56 + 3 * 12);
        int[] borders = [0, 16, head, head + 12, head + 12 + 1024 * 56, head + 2 * (12 + 1024 * 56), journal.Length];
        var random = new Random(1);
        var cuts = borders.SelectMany(b => new[] { b - 1, b, b + 1 }).Concat(Enumerable.Range(0, 12).Select(_ => random.Next(journal.Length))).Where(c => c >= 0 && c <= journal.Length);
        foreach (var cut in cuts)
            Resumes(journal[..cut], $"cut off at {cut}");
        for (var trial = 0; trial < 6; trial++)
        {
            var damaged = (byte[])journal.Clone();
            damaged[random.Next(head, journal.Length)] ^= 0x40;
            Resumes(damaged, "a bit is wrong");
        }

        Resumes([.. journal, .. new byte[500]], "zeros follow");
        Resumes([.. journal[..(head + 100)], .. new byte[5000]], "zeros follow the middle");

        void Resumes(byte[] bytes, string how)
        {
            File.WriteAllBytes(scratch["rows.csv.partial"], bytes);
            File.Delete(scratch["rows.csv"]);
            var outcome = Cli.Run([.. Small.Split(' '), scratch["rows.csv"]]);
            Assert.True(outcome.ExitCode == 0, $"{how}: {outcome.Error}");
            Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(scratch["rows.csv"])), how);
            Assert.False(File.Exists(scratch["rows.csv.partial"]));
        }
    }

    [Fact]
    public void Whole_chunks_of_the_journal_are_not_played_again()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["rows.csv.partial"], FullJournal(scratch)[..^1]);
        var outcome = Cli.Run([.. Small.Split(' '), scratch["rows.csv"]]);
        Assert.Contains("2,048 of 2,600 rows are done", outcome.Error, StringComparison.Ordinal);
        File.Delete(scratch["rows.csv"]);
        File.WriteAllBytes(scratch["rows.csv.partial"], FullJournal(scratch));
        Assert.Contains("Played 0 steps", Cli.Run([.. Small.Split(' '), scratch["rows.csv"]]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_state_outlives_episodes_every_cell_that_is_done_is_kept()
    {
        using var scratch = new Scratch();
        string[] sweep = ["sweep", "DynamicPartnerSelection-v0", "--set", "max_steps=3,5", "--policy", "Random", "Constant_60", "--episodes", "7", "--seed", "4", "--out"];
        SweepTests.Done(Cli.Run([.. sweep, scratch["whole.csv"]]));
        var info = EnvironmentRegistry.All.Single(e => e.Id == "DynamicPartnerSelection-v0");
        var plan = new SweepPlan(info, [Axis.Read(info.Parameters.Single(p => p.Name == "max_steps"), "3,5")], [RewardMode.Integrated],
            [new("Random", [Players.Find("Random")]), new("Constant_60", [Players.Find("Constant_60")])], 7, 4);
        Assert.Equal(4, plan.Chunks);
        var journal = FullJournal(scratch, plan);
        for (var cells = 1; cells <= 4; cells++)
        {
            // The last cell that is not kept was cut off in its last byte.
            File.WriteAllBytes(scratch["rows.csv.partial"], journal[..(journal.Length - (4 - cells) * (12 + 7 * SweepRow.Size(plan)) - 1)]);
            File.Delete(scratch["rows.csv"]);
            var outcome = Cli.Run([.. sweep, scratch["rows.csv"]]);
            SweepTests.Done(outcome);
            Assert.Equal(cells > 1, outcome.Error.Contains($"{7 * (cells - 1)} of 28 rows are done", StringComparison.Ordinal));
            Assert.Equal(File.ReadAllBytes(scratch["whole.csv"]), File.ReadAllBytes(scratch["rows.csv"]));
        }
    }

    [Fact]
    public void An_interrupt_keeps_what_is_done()
    {
        using var scratch = new Scratch();
        SweepTests.Done(Cli.Run([.. Small.Split(' '), scratch["whole.json"]]));
        using var interrupt = new CancellationTokenSource();
        var info = EnvironmentRegistry.All.Single(e => e.Id == "TrustDilemma-v0");
        var made = 0;
        // The signature makes three environments, the plan one per value, and each chunk those it plays.
        EnvironmentInfo[] counting =
        [
            info with
            {
                Create = parameters =>
                {
                    if (Interlocked.Increment(ref made) == 7)
                        interrupt.Cancel();
                    return info.Create(parameters);
                },
            },
        ];
        var outcome = Cli.RunWith("", counting, [.. Small.Split(' '), scratch["rows.json"]], interrupt.Token);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Empty(outcome.Out);
        Assert.Contains("of 2,600 rows are done and kept in", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch["rows.json"]));
        SweepTests.Done(Cli.Run([.. Small.Split(' '), scratch["rows.json"]]));
        Assert.Equal(File.ReadAllBytes(scratch["whole.json"]), File.ReadAllBytes(scratch["rows.json"]));
    }

    [Theory]
    [InlineData("--seed 5", "--seed 6", "--seed is '5' there and '6' here")]
    [InlineData("=0.5,1.5", "=0.5,2", "--set trust_sensitivity is '0.5;1.5' there and '0.5;2' here")]
    [InlineData("max_steps=3 trust_sensitivity=0.5,1.5", "trust_sensitivity=0.5,1.5 max_steps=3", "the order of --set is 'max_steps, trust_sensitivity' there and 'trust_sensitivity, max_steps' here")]
    [InlineData("max_steps=3 ", "", "--set is 'max_steps, trust_sensitivity' there and 'trust_sensitivity' here")]
    [InlineData("--policy Random", "--policy TitForTat", "--policy is 'Random' there and 'TitForTat' here")]
    [InlineData("--policy Random", "--policy Random --reward-type private", "--reward-type is 'Integrated' there and 'Private' here")]
    [InlineData("TrustDilemma-v0 --set max_steps=3 trust_sensitivity=0.5,1.5", "ApacheProject-v0 --set max_steps=3", "environment is 'TrustDilemma-v0' there and 'ApacheProject-v0' here")]
    public void A_journal_of_other_arguments_is_refused_unless_it_is_to_be_begun_anew(string ours, string theirs, string expected)
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["rows.csv.partial"], FullJournal(scratch));
        string[] other = [.. Small.Replace(ours, theirs, StringComparison.Ordinal).Split(' '), scratch["rows.csv"]];
        BadInputTests.Refused(Cli.Run(other), expected + "|--fresh");
        SweepTests.Done(Cli.Run([.. other, "--fresh"]));
    }

    [Fact]
    public void A_file_that_is_no_journal_is_left_alone()
    {
        using var scratch = new Scratch();
        scratch.File("rows.csv.partial", "my notes, which are longer than a line");
        BadInputTests.Refused(Cli.Run([.. Small.Split(' '), scratch["rows.csv"]]), "is not the journal of a sweep|--fresh");
        Assert.StartsWith("my notes", File.ReadAllText(scratch["rows.csv.partial"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_sweeps_do_not_share_a_journal()
    {
        using var scratch = new Scratch();
        using var other = new FileStream(scratch["rows.csv.partial"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        other.Write("held"u8);
        other.Flush();
        BadInputTests.Refused(Cli.Run([.. Small.Split(' '), scratch["rows.csv"]]), "rows.csv.partial can't be written");
        BadInputTests.Refused(Cli.Run([.. Small.Split(' '), scratch["rows.csv"], "--fresh"]), "rows.csv.partial can't be written");
        Assert.True(File.Exists(scratch["rows.csv.partial"]));
        Assert.Equal(4, other.Length);
    }

    [Fact]
    public void A_journal_that_does_not_say_whose_it_is_is_refused()
    {
        using var scratch = new Scratch();
        // Cut off within the arguments of another sweep, and with a checksum over something else.
        foreach (var bytes in new[] { FullJournal(scratch)[..60], [.. "coopgen sweep 1\n"u8, 2, 0, 0, 0, .. SHA256.HashData("[]"u8)[..8], .. "[]"u8] })
        {
            File.WriteAllBytes(scratch["rows.csv.partial"], bytes);
            string[] other = ["sweep", "ApacheProject-v0", "--set", "max_steps=3", "--out", scratch["rows.csv"]];
            BadInputTests.Refused(Cli.Run(other), "is damaged where it says which sweep it belongs to|--fresh");
            Assert.Equal(bytes, File.ReadAllBytes(scratch["rows.csv.partial"]));
            SweepTests.Done(Cli.Run([.. other, "--fresh"]));
            File.Delete(scratch["rows.csv"]);
        }
    }

    [Fact]
    public void A_file_beside_a_journal_is_replaced_by_force_or_when_the_sweep_was_about_to_put_it_there()
    {
        using var scratch = new Scratch();
        string[] sweep = [.. Small.Split(' '), scratch.File("rows.csv", "mine")];
        var journal = FullJournal(scratch);
        File.WriteAllBytes(scratch["rows.csv.partial"], journal);
        BadInputTests.Refused(Cli.Run(sweep), "rows.csv is there already|--force");
        BadInputTests.Refused(Cli.Run([.. sweep, "--fresh"]), "rows.csv is there already|--force");
        Assert.Equal("mine", File.ReadAllText(scratch["rows.csv"]));
        Assert.Equal(journal, File.ReadAllBytes(scratch["rows.csv.partial"]));
        SweepTests.Done(Cli.Run([.. sweep, "--force"]));
        var whole = File.ReadAllBytes(scratch["rows.csv"]);

        // The process was killed after it had put the file in place and before it deleted the journal.
        var finishing = FullJournal(scratch, finish: true);
        Assert.True(finishing.Length > journal.Length);
        File.WriteAllBytes(scratch["rows.csv.partial"], finishing[..^1]);
        BadInputTests.Refused(Cli.Run(sweep), "rows.csv is there already|--force");
        File.WriteAllBytes(scratch["rows.csv.partial"], finishing);
        SweepTests.Done(Cli.Run(sweep));
        Assert.Equal(whole, File.ReadAllBytes(scratch["rows.csv"]));
        Assert.False(File.Exists(scratch["rows.csv.partial"]));
    }

    /// <summary>The journal of the small sweep with all its chunks, as it is before the file is written.</summary>
    private static byte[] FullJournal(Scratch scratch, bool finish = false)
    {
        var info = EnvironmentRegistry.All.Single(e => e.Id == "TrustDilemma-v0");
        var axes = new[] { ("max_steps", "3"), ("trust_sensitivity", "0.5,1.5") }.Select(a => Axis.Read(info.Parameters.Single(p => p.Name == a.Item1), a.Item2)).ToList();
        var plan = new SweepPlan(info, axes, [RewardMode.Integrated], [new("Random", [Players.Find("Random")])], 1300, 5);
        Assert.Equal(3, plan.Chunks);
        return FullJournal(scratch, plan, finish);
    }

    /// <summary>The journal of a plan with all its chunks.</summary>
    private static byte[] FullJournal(Scratch scratch, SweepPlan plan, bool finish = false)
    {
        File.Delete(scratch["full"]);
        using (var journal = Journal.Open(scratch["full"], plan.Identity(), chunk => chunk < plan.Chunks ? plan.Chunk(chunk).Count * SweepRow.Size(plan) : 0))
        {
            using var quiet = new StringWriter();
            var session = new Session([], TextReader.Null, quiet, quiet, CancellationToken.None);
            Meter.Run(session, "", plan.MostSteps, meter =>
            {
                foreach (var chunk in SweepPlay.Play(plan, journal.Chunks, meter, CancellationToken.None))
                    journal.Append(chunk);
                return 0;
            });
            if (finish)
                journal.Finish();
        }

        return File.ReadAllBytes(scratch["full"]);
    }

    private static Process Start(string file)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "coopgen.dll"), .. Large.Split(' '), file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}
