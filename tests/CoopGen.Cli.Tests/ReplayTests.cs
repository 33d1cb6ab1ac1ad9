using System.Globalization;
using System.Text.Json;

namespace CoopGen.Cli.Tests;

public class ReplayTests
{
    private static readonly string[] _keys = ["environment", "reward_type", "parameters", "initial_observation", "initial_info", "steps"];
    private static readonly string[] _stepKeys = ["actions", "rewards", "observation", "mean_trust", "mean_reputation_damage", "terminated", "truncated", "info"];

    [Fact]
    public void The_document_has_the_documented_shape()
    {
        using var json = Replay("[[50, 60], [-5, 140]]", "TrustDilemma-v0", "--reward-type", "private", "--set", "trust_sensitivity=0.25", "max_steps=2");
        var root = json.RootElement;
        Assert.Equal(_keys, root.EnumerateObject().Select(p => p.Name));
        Assert.Equal("TrustDilemma-v0", root.GetProperty("environment").GetString());
        Assert.Equal("private", root.GetProperty("reward_type").GetString());
        Assert.Equal(0.25, root.GetProperty("parameters").GetProperty("trust_sensitivity").GetDouble());
        Assert.Equal(2, root.GetProperty("parameters").GetProperty("max_steps").GetInt32());
        Assert.Equal(15, root.GetProperty("initial_observation").GetArrayLength());
        Assert.Equal(0, root.GetProperty("initial_info").GetProperty("step").GetInt32());
        Assert.Equal(2, root.GetProperty("steps").GetArrayLength());
        var last = root.GetProperty("steps")[1];
        Assert.Equal(_stepKeys, last.EnumerateObject().Select(p => p.Name));
        Assert.Equal([-5.0, 140.0], Numbers(last.GetProperty("actions")));
        Assert.Equal([0.0, 100.0], Numbers(last.GetProperty("info").GetProperty("actions")));
        Assert.True(last.GetProperty("truncated").GetBoolean());
        Assert.False(root.GetProperty("steps")[0].GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public void Information_is_written_in_its_natural_JSON_types()
    {
        var outcome = Cli.RunWith("[[6, 1, 2, 4]]", [SpecEnvironment.Describe(() => new GiveAndPrice())], ["replay", "GiveAndPrice-v0", "--actions", "-", "--format", "json"]);
        using var json = JsonDocument.Parse(outcome.Out);
        var step = json.RootElement.GetProperty("steps")[0];
        Assert.Equal([6.0, 8.0], Numbers(step.GetProperty("rewards")));
        Assert.Equal(JsonValueKind.Null, step.GetProperty("mean_trust").ValueKind);
        Assert.Equal(JsonValueKind.Null, step.GetProperty("mean_reputation_damage").ValueKind);
        Assert.Equal("""{"open":true,"total":8,"gap":{"0->1":4,"1->0":-4},"givers":[0,1],"mood":"warm","sizes":["large","small"]}""", step.GetProperty("info").GetRawText());
    }

    [Theory]
    [InlineData("[[6, 1, 2, 4], [1, 2, 3]]", "row 2 has 3 entries|rows of 4 finite numbers (2 agents with 2 each, agent by agent)")]
    [InlineData("[[6, 1, 2, 4], [6, 1, 2, 3]]", "row 2 is not a profile|is 3|one of 1, 2, 4")]
    public void Profiles_of_several_dimensions_are_checked(string actions, string expected) =>
        BadInputTests.Refused(Cli.RunWith(actions, [SpecEnvironment.Describe(() => new GiveAndPrice())], ["replay", "GiveAndPrice-v0", "--actions", "-", "--format", "json"]), expected);

    [Fact]
    public void Rows_after_the_end_are_left_over_and_said_to_be()
    {
        var outcome = Cli.RunWith("[[40, 40], [41, 41], [42, 42]]", "replay", "TrustDilemma-v0", "--actions", "-", "--set", "max_steps=2", "--format", "json");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("1 of 3 rows", outcome.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(outcome.Out);
        Assert.Equal(2, json.RootElement.GetProperty("steps").GetArrayLength());
    }

    [Fact]
    public void A_file_and_standard_input_play_the_same()
    {
        using var scratch = new Scratch();
        const string actions = "\uFEFF[[50, 60],\n [1e1, 4.05E1]]\n";
        var fromFile = Cli.Run("replay", "TrustDilemma-v0", "--actions", scratch.File("actions.json", actions), "--format", "json");
        var fromInput = Cli.RunWith(actions, "replay", "TrustDilemma-v0", "--actions", "-", "--format", "json");
        Assert.Equal(0, fromFile.ExitCode);
        Assert.Equal(fromFile, fromInput);
    }

    /// <summary>Environments with given trajectories.</summary>
    public static TheoryData<string> Given => [.. EnvironmentRegistry.All.Select(e => e.Id).Where(id => File.Exists(Trajectory(id)))];

    [Theory]
    [MemberData(nameof(Given))]
    public void Given_trajectories_are_replayed_step_by_step(string id)
    {
        using var data = JsonDocument.Parse(File.ReadAllText(Trajectory(id)));
        var cases = data.RootElement.GetProperty("cases").EnumerateArray().ToList();
        var clipped = cases.First(c => c.GetProperty("actions_name").GetString() == "clipped");
        foreach (var given in new[] { cases[0], clipped, cases[^1] })
        {
            var set = given.GetProperty("parameters").EnumerateObject().Select(p => $"{p.Name}={Text(p.Value)}").ToArray();
            using var json = Replay(given.GetProperty("actions").GetRawText(), [id, "--reward-type", given.GetProperty("reward_type").GetString()!, .. set.Length > 0 ? ["--set", .. set] : Array.Empty<string>()]);
            var steps = json.RootElement.GetProperty("steps");
            Assert.Equal(given.GetProperty("rewards").GetArrayLength(), steps.GetArrayLength());
            for (var t = 0; t < steps.GetArrayLength(); t++)
            {
                Same(given.GetProperty("rewards")[t], steps[t].GetProperty("rewards"));
                Same(given.GetProperty("mean_trust")[t], steps[t].GetProperty("mean_trust"));
                Same(given.GetProperty("mean_reputation_damage")[t], steps[t].GetProperty("mean_reputation_damage"));
            }

            Same(given.GetProperty("initial_info"), json.RootElement.GetProperty("initial_info"));
            foreach (var info in given.GetProperty("infos").EnumerateObject())
                Same(info.Value, steps[int.Parse(info.Name, CultureInfo.InvariantCulture)].GetProperty("info"));
        }
    }

    private static string Trajectory(string id) => Path.Combine(AppContext.BaseDirectory, "reference", "trajectories", id + ".json");

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(v => v.GetRawText())),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    /// <summary>Equal to 2e-5 relative, absolute below 1: the reference computes in single precision.</summary>
    private static void Same(JsonElement expected, JsonElement actual)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                foreach (var (e, a) in expected.EnumerateArray().Zip(actual.EnumerateArray()))
                    Same(e, a);
                break;
            case JsonValueKind.Object:
                foreach (var property in expected.EnumerateObject())
                {
                    Assert.True(actual.TryGetProperty(property.Name, out var value), property.Name + " is missing.");
                    Same(property.Value, value);
                }

                break;
            case JsonValueKind.Number:
                Assert.Equal(expected.GetDouble(), actual.GetDouble(), 2e-5 * Math.Max(1, Math.Abs(expected.GetDouble())));
                break;
            default:
                Assert.Equal(expected.GetRawText(), actual.GetRawText());
                break;
        }
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    private static JsonDocument Replay(string actions, params string[] args)
    {
        var outcome = Cli.RunWith(actions, ["replay", .. args, "--actions", "-", "--format", "json"]);
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.ExitCode);
        return JsonDocument.Parse(outcome.Out);
    }
}
