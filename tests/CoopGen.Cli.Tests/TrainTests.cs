using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CoopGen.Cli.Tests;

public class TrainTests
{
    private static readonly string[] _small = ["--hyper", "hidden_width=8", "rollout=256", "environments=8", "minibatch=128", "epochs=2"];

    [Fact]
    public void What_is_trained_is_recorded_and_can_be_evaluated_and_played()
    {
        using var scratch = new Scratch();
        var trained = Cli.Run(["train", "LoyaltyTeam-v0", "--algorithm", "MAPPO", "--timesteps", "600", "--seed", "3", "5", "--set", "max_steps=20", "--out", scratch["run"], .. _small]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(scratch["run"], "seed-5", "run.json")))!;
        Assert.Equal("complete", record["status"]!.GetValue<string>());
        Assert.Equal(5, record["settings"]!["seed"]!.GetValue<int>());
        Assert.Equal(8, record["settings"]!["hyperparameters"]!["hidden_width"]!.GetValue<double>());
        Assert.Equal("20", record["settings"]!["parameters"]!["max_steps"]!.GetValue<string>());
        Assert.True(record["train_steps_per_second"]!.GetValue<double>() > 0 && record["seconds"]!.GetValue<double>() > 0);
        foreach (var file in new[] { "curve.csv", "curve.svg", "policy.json", "policy.safetensors", "checkpoint.safetensors" })
            Assert.True(new FileInfo(Path.Combine(scratch["run"], "seed-3", file)).Length > 0, file);

        var evaluated = Cli.Run("evaluate", Path.Combine(scratch["run"], "seed-5"), "--seed", "5", "--format", "json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        var rows = JsonNode.Parse(evaluated.Out)!.AsArray();
        foreach (var row in rows)
        {
            var (mean, oracle) = (row!["mean_return"]!.GetValue<double>(), row["oracle_return"]!.GetValue<double>());
            Assert.Equal("Oracle_Loyalty", row["oracle"]!.GetValue<string>());
            Assert.Equal(100 * (mean - oracle) / Math.Abs(oracle), row["gap_percent"]!.GetValue<double>(), 1e-9);
            var gains = row["gains"]!.AsArray().Select(g => g!.GetValue<double>()).ToArray();
            Assert.Equal(4, gains.Length);
            Assert.All(gains, gain => Assert.True(gain >= 0));
            Assert.Equal(gains.Max(), row["exploitability"]!.GetValue<double>());
            Assert.Equal(gains.Sum(), row["nash_conv"]!.GetValue<double>(), 1e-9 * (1 + gains.Sum()));
        }

        Assert.Equal(["deterministic", "stochastic"], rows.Select(r => r!["play"]!.GetValue<string>()));
        Assert.Equal(record["mean_return"]!.GetValue<double>(), rows[0]!["mean_return"]!.GetValue<double>());
        Assert.Equal(rows[0]!["mean_return"]!.GetValue<double>(), rows[0]!["mean_returns"]!.AsArray().Sum(r => r!.GetValue<double>()), 1e-6 * rows[0]!["mean_return"]!.GetValue<double>());

        // Constants beside it, on the same 20 steps.
        var beside = Cli.Run("evaluate", "Constant_50", Path.Combine(scratch["run"], "seed-5"), "--episodes", "3", "--quick", "--format", "json");
        Assert.True(beside.ExitCode == 0, beside.Error);
        var constant = JsonNode.Parse(beside.Out)![0]!;
        Assert.Equal(("Constant_50", "as it is", 20), (constant["algorithm"]!.GetValue<string>(), constant["play"]!.GetValue<string>(), constant["mean_steps"]!.GetValue<double>()));
        var alone = Cli.Run("evaluate", "Constant_50");
        Assert.Equal(2, alone.ExitCode);
        Assert.Contains("folder of a run", alone.Error, StringComparison.Ordinal);

        var quick = JsonNode.Parse(Cli.Run("evaluate", Path.Combine(scratch["run"], "seed-5"), "--quick", "--format", "json").Out)![0]!.AsObject();
        Assert.False(quick.ContainsKey("nash_conv"));

        var played = Cli.Run("run", "LoyaltyTeam-v0", "--set", "max_steps=20", "--seed", "5", "--policy", Path.Combine(scratch["run"], "seed-5"), "--format", "json");
        Assert.True(played.ExitCode == 0, played.Error);
        var other = Cli.Run("run", "TrustDilemma-v0", "--policy", Path.Combine(scratch["run"], "seed-5"));
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("4 agents", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_goes_on_and_ends_like_one_that_was_not()
    {
        using var scratch = new Scratch();
        string[] Command(string folder) => ["train", "TrustDilemma-v0", "--algorithm", "IPPO", "--timesteps", "1000", "--out", scratch[folder], .. _small];
        Assert.Equal(0, Cli.Run(Command("whole")).ExitCode);
        // Interrupted before its first step: what a learner saves in the middle is tested where learners are.
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Equal(130, Cli.RunWith("", EnvironmentRegistry.All, Command("broken"), cancelled.Token).ExitCode);
        Assert.Equal("interrupted", Record("broken")["status"]!.GetValue<string>());
        Assert.Equal(0, Cli.Run(Command("broken")).ExitCode);
        foreach (var file in new[] { "policy.safetensors", "checkpoint.safetensors", "curve.csv" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(scratch["whole"], file)), File.ReadAllBytes(Path.Combine(scratch["broken"], file)));
        Assert.Equal(Record("whole")["mean_return"]!.GetValue<double>(), Record("broken")["mean_return"]!.GetValue<double>());
        var refused = Cli.Run([.. Command("whole"), "clip=0.3"]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("other settings", refused.Error, StringComparison.Ordinal);

        JsonNode Record(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(scratch[folder], "run.json")))!;
    }

    [Fact]
    public async Task A_run_that_was_killed_three_times_ends_like_one_that_was_left_alone()
    {
        using var scratch = new Scratch();
        // Sixty updates, each with a checkpoint: the many passes give time to see them while other tests keep the processor busy.
        string[] Command(string folder) => ["train", "TrustDilemma-v0", "--algorithm", "MAPPO", "--timesteps", "15000", "--checkpoint", "0", "--out", scratch[folder], "--hyper", "hidden_width=32", "rollout=256", "environments=8", "minibatch=16", "epochs=40"];
        Assert.Equal(0, Cli.Run(Command("whole")).ExitCode);
        var (random, folder) = (new Random(), Path.Combine(scratch["broken"]));
        for (var kill = 1; kill <= 3; kill++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "coopgen.dll"), .. Command("broken")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var drained = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            // It is killed wherever it is: computing, or in the middle of a file.
            var (least, pause) = (6 * kill, random.Next(20));
            await Task.Factory.StartNew(() => Kill(process, least, pause), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await process.WaitForExitAsync();
            await Task.WhenAll(drained.Item1, drained.Item2).WaitAsync(TimeSpan.FromMinutes(1));
            Assert.InRange(Updates(), least, 59);
        }

        var last = Cli.Run(Command("broken"));
        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Contains("Going on from step", last.Error, StringComparison.Ordinal);
        foreach (var file in new[] { "policy.safetensors", "checkpoint.safetensors", "curve.csv" })
            Assert.True(File.ReadAllBytes(Path.Combine(scratch["whole"], file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, file))), file);

        // On a thread of its own: those of the pool may all be at other tests.
        void Kill(Process process, int least, int pause)
        {
            while (!process.HasExited && Updates() < least)
                Thread.Sleep(1);
            Thread.Sleep(pause);
            process.Kill();
        }

        // The curve is replaced as a whole, with a row per update.
        int Updates() => File.Exists(Path.Combine(folder, "curve.csv")) ? File.ReadAllLines(Path.Combine(folder, "curve.csv")).Length - 1 : 0;
    }

    [Theory]
    [InlineData("did you mean", "--algorithm", "MAPO")]
    [InlineData("learning_rate", "--algorithm", "IPPO", "--hyper", "rate=1")]
    [InlineData("between 0 and 1", "--algorithm", "IPPO", "--hyper", "discount=2")]
    [InlineData("twice", "--algorithm", "IPPO", "--hyper", "clip=0.1", "clip=0.2")]
    [InlineData("--timesteps", "--algorithm", "IPPO", "--timesteps", "0")]
    [InlineData("--seed", "--algorithm", "IPPO", "--seed", "-1")]
    public void Wrong_use_is_refused(string says, params string[] args)
    {
        var outcome = Cli.Run(["train", "TrustDilemma-v0", .. args]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, outcome.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Libtorch_is_loaded_for_learners_on_it_alone()
    {
        // The loader of Linux tells what it loads.
        if (!OperatingSystem.IsLinux())
            return;
        using var scratch = new Scratch();
        Assert.Contains("libtorch_cpu", Loaded(["train", "TrustDilemma-v0", "--algorithm", "IndependentREINFORCE", "--timesteps", "100", "--out", scratch["reinforce"]]), StringComparison.Ordinal);
        // More steps than those played at random.
        foreach (var algorithm in new[] { "IPPO", "COMA", "ISAC", "MADDPG", "QMIX" })
            Assert.DoesNotContain("libtorch", Loaded(["train", "TrustDilemma-v0", "--algorithm", algorithm, "--timesteps", "3000", "--out", scratch[algorithm]]), StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", Loaded(["list"]), StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", Loaded(["run", "TrustDilemma-v0", "--policy", scratch["IPPO"]]), StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", Loaded(["train", "--help"]), StringComparison.Ordinal);

        static string Loaded(string[] args)
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "coopgen.dll"), .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["LD_DEBUG"] = "files";
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output.Result);
            return error;
        }
    }
}
