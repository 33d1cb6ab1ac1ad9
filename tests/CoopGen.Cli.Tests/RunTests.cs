using System.Text.Json;

namespace CoopGen.Cli.Tests;

public class RunTests
{
    [Fact]
    public void Constant_play_gives_what_replaying_the_same_actions_gives()
    {
        using var run = Json("run", "TrustDilemma-v0", "--policy", "Constant_35", "Constant_60", "--set", "max_steps=7", "--format", "json");
        var rows = string.Join(", ", Enumerable.Repeat("[35, 60]", 7));
        using var replay = JsonDocument.Parse(Cli.RunWith($"[{rows}]", "replay", "TrustDilemma-v0", "--actions", "-", "--set", "max_steps=7", "--format", "json").Out);
        var steps = replay.RootElement.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(7, steps.Count);
        var episode = run.RootElement.GetProperty("episodes")[0];
        for (var i = 0; i < 2; i++)
        {
            var sum = 0.0;
            foreach (var step in steps)
                sum += step.GetProperty("rewards")[i].GetDouble();
            Assert.Equal(sum, episode.GetProperty("returns")[i].GetDouble());
            Assert.Equal(sum, run.RootElement.GetProperty("agents")[i].GetProperty("mean_return").GetDouble());
        }

        // A mean of 7 numbers, summed in another order here: equal to a few units in the last place.
        Assert.Equal(steps.Average(s => s.GetProperty("mean_trust").GetDouble()), episode.GetProperty("mean_trust").GetDouble(), 1e-12);
        Assert.Equal(steps[^1].GetProperty("mean_trust").GetDouble(), episode.GetProperty("final_trust").GetDouble());
        Assert.Equal(0.475, episode.GetProperty("cooperation").GetDouble(), 1e-12);
        Assert.Equal("truncated", episode.GetProperty("end").GetString());
        Assert.Equal(7, run.RootElement.GetProperty("course").GetProperty("mean_trust").GetArrayLength());
        Assert.Equal(60, run.RootElement.GetProperty("course").GetProperty("actions")[6][1].GetDouble());
    }

    [Fact]
    public void Results_say_what_was_played()
    {
        using var run = Json("run", "TrustDilemma-v0", "--policy", "TitForTat", "Random", "--episodes", "3", "--seed", "5", "--reward-type", "cooperative", "--set", "reward_scale=2", "--format", "json");
        var root = run.RootElement;
        Assert.Equal("TrustDilemma-v0", root.GetProperty("environment").GetString());
        Assert.Equal("cooperative", root.GetProperty("reward_type").GetString());
        Assert.Equal(2, root.GetProperty("parameters").GetProperty("reward_scale").GetDouble());
        Assert.Equal(5, root.GetProperty("seed").GetInt32());
        Assert.Equal(3, root.GetProperty("episodes").GetArrayLength());
        Assert.Equal(["TitForTat", "Random"], root.GetProperty("agents").EnumerateArray().Select(a => a.GetProperty("policy").GetString()));
        var returns = root.GetProperty("episodes").EnumerateArray().Select(e => e.GetProperty("returns")[1].GetDouble()).ToArray();
        var agent = root.GetProperty("agents")[1];
        var mean = returns.Average();
        // Sums of three numbers in another order: equal to a few units in the last place.
        Assert.Equal(mean, agent.GetProperty("mean_return").GetDouble(), 1e-12 * mean);
        Assert.Equal(Math.Sqrt(returns.Sum(r => (r - mean) * (r - mean)) / 2), agent.GetProperty("std_return").GetDouble(), 1e-9 * mean);
    }

    [Theory]
    [InlineData("Random")]
    [InlineData("TitForTat")]
    [InlineData("Constant_00")]
    [InlineData("Constant_05")]
    [InlineData("Constant_100")]
    public void One_policy_plays_for_all(string policy)
    {
        using var run = Json("run", "TrustDilemma-v0", "--policy", policy, "--format", "json");
        Assert.All(run.RootElement.GetProperty("agents").EnumerateArray(), a => Assert.Equal(policy, a.GetProperty("policy").GetString()));
    }

    [Theory]
    [InlineData("Randm", "'Randm'|'Random'")]
    [InlineData("titfortat", "'TitForTat'")]
    [InlineData("Constant_5", "'Constant_5'")]
    [InlineData("Constant_101", "'Constant_101'|Constant_100")]
    [InlineData("Random Random Random", "3 policies|2 agents")]
    public void Policies_are_checked(string policies, string expected) =>
        BadInputTests.Refused(Cli.Run(["run", "TrustDilemma-v0", "--policy", .. policies.Split(' ')]), expected);

    [Theory]
    [InlineData("run TrustDilemma-v0 --episodes 0", "--episodes|'0'|between 1 and")]
    [InlineData("run TrustDilemma-v0 --episodes many", "--episodes|'many'")]
    [InlineData("run TrustDilemma-v0 --episodes", "--episodes")]
    [InlineData("run --episodes 3", "needs the id")]
    [InlineData("run TrustDilemma-v0 --policy Random --episods 3", "'--episods'|'--episodes'")]
    [InlineData("run TrustDilemma-v0 --plot run.gif", "--plot|'run.gif'|.svg, .png, .html")]
    [InlineData("run TrustDilemma-v0 --plot /no/such/place/run.svg", "--plot|/no/such/place")]
    [InlineData("run TrustDilemma-v0 --seed 99999999999999999999", "--seed|between 0 and 18446744073709551615")]
    public void Wrong_arguments_are_answered(string arguments, string expected) =>
        BadInputTests.Refused(Cli.Run(arguments.Split(' ')), expected);

    [Fact]
    public void The_same_seed_plays_the_same_and_another_one_something_else()
    {
        string[] run = ["run", "TrustDilemma-v0", "--policy", "Random", "--episodes", "4", "--format", "json", "--seed"];
        var first = Cli.Run([.. run, "11"]);
        Assert.Equal(first, Cli.Run([.. run, "11"]));
        using var one = JsonDocument.Parse(first.Out);
        using var other = Json([.. run, "12"]);
        Assert.NotEqual(one.RootElement.GetProperty("episodes").GetRawText(), other.RootElement.GetProperty("episodes").GetRawText());
        // Episodes of one run differ from one another, too.
        Assert.Equal(4, one.RootElement.GetProperty("episodes").EnumerateArray().Select(e => e.GetProperty("returns")[0].GetDouble()).Distinct().Count());
    }

    [Fact]
    public void People_see_returns_trust_cooperation_and_how_they_moved()
    {
        var outcome = Cli.Run("run", "TrustDilemma-v0", "--policy", "TitForTat", "Constant_35", "--episodes", "2");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        foreach (var part in new[] { "2 episodes", "agent_0", "agent_1", "TitForTat", "Constant_35", "±", "mean trust", "cooperation", "▕" })
            Assert.Contains(part, outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Out);
    }

    [Fact]
    public void A_picture_of_one_step_shows_points()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, Cli.Run("run", "TrustDilemma-v0", "--set", "max_steps=1", "--plot", scratch["run.svg"]).ExitCode);
        Assert.Contains("<ellipse", File.ReadAllText(scratch["run.svg"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_cannot_be_written_leaves_standard_output_empty()
    {
        using var scratch = new Scratch();
        File.CreateSymbolicLink(scratch["run.svg"], scratch["nowhere/run.svg"]);
        var outcome = Cli.Run("run", "TrustDilemma-v0", "--plot", scratch["run.svg"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Out);
    }

    [Fact]
    public void Plots_are_written_as_vector_bitmap_and_page()
    {
        using var scratch = new Scratch();
        foreach (var kind in new[] { "svg", "png", "html" })
        {
            var outcome = Cli.Run("run", "TrustDilemma-v0", "--policy", "TitForTat", "--plot", scratch["run." + kind], "--format", "json");
            Assert.Equal(0, outcome.ExitCode);
            Assert.Contains("run." + kind, outcome.Error, StringComparison.Ordinal);
            using var json = JsonDocument.Parse(outcome.Out);
        }

        Assert.Equal("svg", System.Xml.Linq.XDocument.Load(scratch["run.svg"]).Root!.Name.LocalName);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(scratch["run.png"]).Take(4));
        var page = File.ReadAllText(scratch["run.html"]);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("<th>mean trust</th>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_dimensions_are_drawn_one_by_one()
    {
        var outcome = Cli.RunWith("", [SpecEnvironment.Describe(() => new GiveAndPrice())], ["run", "GiveAndPrice-v0"]);
        Assert.Equal(0, outcome.ExitCode);
        foreach (var part in new[] { "seller give", "seller price", "buyer give", "buyer price" })
            Assert.Contains(part, outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("mean trust", outcome.Out, StringComparison.Ordinal);
    }

    private static JsonDocument Json(params string[] args)
    {
        var outcome = Cli.Run(args);
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.ExitCode);
        return JsonDocument.Parse(outcome.Out);
    }
}
