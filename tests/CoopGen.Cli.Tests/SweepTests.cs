using System.Globalization;
using System.Text.Json;
using Parquet;

namespace CoopGen.Cli.Tests;

/// <summary>What a sweep writes, and what it refuses.</summary>
public class SweepTests
{
    private const string Grid = "sweep TrustDilemma-v0 --set max_steps=4 trust_sensitivity=0.5:1.5:3 trust_building_rate=0.1,0.2 --policy TitForTat Constant_30,Random --reward-type private cooperative --episodes 5 --seed 9 --out";

    [Fact]
    public void Rows_are_those_of_the_grid_in_order_and_agree_with_scalar_runs()
    {
        using var scratch = new Scratch();
        Done(Cli.Run([.. Grid.Split(' '), scratch["rows.json"]]));
        using var json = JsonDocument.Parse(File.ReadAllBytes(scratch["rows.json"]));
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(2 * 2 * 3 * 2 * 5, rows.Count);
        Assert.Equal(["environment", "max_steps", "trust_sensitivity", "trust_building_rate", "reward_type", "policy", "episode", "seed", "return_0", "return_1", "team_return", "steps", "terminated", "truncated", "cooperation", "mean_trust", "final_trust"],
            rows[0].EnumerateObject().Select(p => p.Name));
        var at = 0;
        foreach (var mode in new[] { "private", "cooperative" })
            foreach (var policy in new[] { "TitForTat", "Constant_30,Random" })
                foreach (var sensitivity in new[] { 0.5, 1, 1.5 })
                    foreach (var rate in new[] { 0.1, 0.2 })
                    {
                        using var run = JsonDocument.Parse(Cli.Run(["run", "TrustDilemma-v0", "--set", "max_steps=4", Given("trust_sensitivity", sensitivity), Given("trust_building_rate", rate), "--reward-type", mode, "--policy", .. policy.Split(','), "--episodes", "5", "--seed", "9", "--format", "json"]).Out);
                        foreach (var episode in run.RootElement.GetProperty("episodes").EnumerateArray())
                        {
                            var row = rows[at++];
                            Assert.Equal((mode, policy, sensitivity, rate, (at - 1) % 5), (row.GetProperty("reward_type").GetString(), row.GetProperty("policy").GetString(), row.GetProperty("trust_sensitivity").GetDouble(), row.GetProperty("trust_building_rate").GetDouble(), row.GetProperty("episode").GetInt32()));
                            Assert.Equal(episode.GetProperty("steps").GetInt32(), row.GetProperty("steps").GetInt32());
                            Assert.Equal(episode.GetProperty("end").GetString() == "truncated", row.GetProperty("truncated").GetBoolean());
                            Near(episode.GetProperty("returns")[0], row.GetProperty("return_0"));
                            Near(episode.GetProperty("returns")[1], row.GetProperty("return_1"));
                            Near(episode.GetProperty("cooperation"), row.GetProperty("cooperation"));
                            Near(episode.GetProperty("mean_trust"), row.GetProperty("mean_trust"));
                            Near(episode.GetProperty("final_trust"), row.GetProperty("final_trust"));
                            Assert.Equal(row.GetProperty("return_0").GetDouble() + row.GetProperty("return_1").GetDouble(), row.GetProperty("team_return").GetDouble());
                        }
                    }

        static string Given(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value}");
    }

    [Fact]
    public async Task The_three_kinds_of_file_hold_the_same()
    {
        using var scratch = new Scratch();
        foreach (var kind in new[] { "rows.csv", "rows.json", "rows.parquet" })
            Done(Cli.Run([.. Grid.Split(' '), scratch[kind]]));
        var lines = File.ReadAllLines(scratch["rows.csv"]);
        using var json = JsonDocument.Parse(File.ReadAllBytes(scratch["rows.json"]));
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(rows.Count + 1, lines.Length);
        Assert.Equal(string.Join(',', rows[0].EnumerateObject().Select(p => p.Name)), lines[0]);
        // The policy of two agents has a comma, and is quoted.
        for (var k = 0; k < rows.Count; k++)
            Assert.Equal(string.Join(',', rows[k].EnumerateObject().Select(p => p.Value.ToString() is var text && text.Contains(',', StringComparison.Ordinal) ? $"\"{text}\"" : p.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? text.ToLowerInvariant() : text)), lines[k + 1]);
        await using var reader = await ParquetReader.CreateAsync(scratch["rows.parquet"]);
        Assert.Equal(lines[0].Split(','), reader.Schema.DataFields.Select(f => f.Name));
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(rows.Count, group.RowCount);
        var (returns, policies, truncated) = (new double[rows.Count], new string[rows.Count], new bool[rows.Count]);
        await group.ReadAsync<double>(reader.Schema.DataFields.Single(f => f.Name == "return_1"), returns);
        await group.ReadAsync(reader.Schema.DataFields.Single(f => f.Name == "policy"), policies);
        await group.ReadAsync<bool>(reader.Schema.DataFields.Single(f => f.Name == "truncated"), truncated);
        Assert.Equal(rows.Select(r => r.GetProperty("return_1").GetDouble()), returns);
        Assert.Equal(rows.Select(r => r.GetProperty("policy").GetString()!), policies);
        Assert.Equal(rows.Select(r => r.GetProperty("truncated").GetBoolean()), truncated);
    }

    [Fact]
    public void Agents_may_differ_in_number_and_what_is_not_there_is_empty()
    {
        using var scratch = new Scratch();
        Done(Cli.Run("sweep", "ReputationMarket-v0", "--set", "n_agents=2,4", "max_steps=3", "tier_enabled=true,false", "--policy", "Constant_60", "--out", scratch["rows.csv"]));
        var rows = File.ReadAllLines(scratch["rows.csv"]).Select(l => l.Split(',')).ToList();
        var (agents, third) = (Array.IndexOf(rows[0], "n_agents"), Array.IndexOf(rows[0], "return_2"));
        Assert.Equal(["2", "2", "4", "4"], rows.Skip(1).Select(r => r[agents]));
        Assert.All(rows.Skip(1), r => Assert.Equal(r[agents] == "2", r[third].Length == 0));
        Done(Cli.Run("sweep", "ReputationMarket-v0", "--set", "n_agents=2,4", "max_steps=3", "--out", scratch["rows.parquet"]));
        Done(Cli.Run("sweep", "ReputationMarket-v0", "--set", "n_agents=2,4", "max_steps=3", "--out", scratch["rows.json"]));
        using var json = JsonDocument.Parse(File.ReadAllBytes(scratch["rows.json"]));
        Assert.Equal(JsonValueKind.Null, json.RootElement[0].GetProperty("return_3").ValueKind);
        Assert.Equal(JsonValueKind.Number, json.RootElement[1].GetProperty("return_3").ValueKind);
    }

    [Fact]
    public void Episodes_whose_state_outlives_them_follow_one_another()
    {
        using var scratch = new Scratch();
        Done(Cli.Run("sweep", "DynamicPartnerSelection-v0", "--set", "max_steps=5", "--episodes", "6", "--seed", "4", "--out", scratch["rows.json"]));
        using var json = JsonDocument.Parse(File.ReadAllBytes(scratch["rows.json"]));
        using var run = JsonDocument.Parse(Cli.Run("run", "DynamicPartnerSelection-v0", "--set", "max_steps=5", "--episodes", "6", "--seed", "4", "--format", "json").Out);
        for (var k = 0; k < 6; k++)
            Near(run.RootElement.GetProperty("episodes")[k].GetProperty("returns")[1], json.RootElement[k].GetProperty("return_1"));
    }

    [Theory]
    [InlineData("return", "the return of agent 1 is NaN")]
    [InlineData("mean", "the mean of mean_trust is NaN")]
    [InlineData("final", "the last mean_trust is NaN")]
    public void What_is_no_number_is_refused_with_what_was_played(string where, string expected)
    {
        var info = EnvironmentRegistry.All.Single(e => e.Id == "TrustDilemma-v0");
        var axis = Axis.Read(info.Parameters.Single(p => p.Name == "trust_sensitivity"), "0.5,1.5");
        var plan = new SweepPlan(info, [axis], [RewardMode.Private], [new("Random", [Players.Find("Random")])], 3, 0);
        var trust = Array.IndexOf(plan.Watched, "mean_trust");
        var (returns, means, finals) = (new double[2], new double[plan.Watched.Length], new double[plan.Watched.Length]);
        SweepPlay.Check(plan, 4, new(1, Ending.Truncated, returns, means, finals));
        (where == "return" ? returns : where == "mean" ? means : finals)[where == "return" ? 1 : trust] = double.NaN;
        var failed = Assert.Throws<FailedException>(() => SweepPlay.Check(plan, 4, new(1, Ending.Truncated, returns, means, finals)));
        Assert.Equal($"TrustDilemma-v0: {expected}, which is no number, in episode 1 of reward type private, policy Random, trust_sensitivity 1.5.", failed.Message);
    }

    [Fact]
    public void All_constants_and_all_reward_types_are_words()
    {
        using var scratch = new Scratch();
        Done(Cli.Run("sweep", "TrustDilemma-v0", "--policy", "Constant_*", "--reward-type", "all", "--set", "max_steps=2", "--out", scratch["rows.csv"]));
        Assert.Equal(1 + 3 * 101, File.ReadAllLines(scratch["rows.csv"]).Length);
    }

    [Theory]
    [InlineData("--set trust_sensitivty=1:2:3", "'trust_sensitivty'|'trust_sensitivity'")]
    [InlineData("--set trust_sensitivity=2:1:3", "lo is 2|hi, 1")]
    [InlineData("--set trust_sensitivity=1:2:0", "the count is '0'|between 1 and")]
    [InlineData("--set trust_sensitivity=1:2:-3", "the count is '-3'|between 1 and")]
    [InlineData("--set trust_sensitivity=1:2:2.5", "the count is '2.5'|whole number")]
    [InlineData("--set trust_sensitivity=1:2", "lo:hi:count")]
    [InlineData("--set trust_sensitivity=a:2:3", "lo:hi:count")]
    [InlineData("--set trust_sensitivity=50:150:3", "trust_sensitivity is '150'|between 0 and 100")]
    [InlineData("--set trust_sensitivity=1,-1", "trust_sensitivity is '-1'|between 0 and 100")]
    [InlineData("--set trust_sensitivity=1,1", "value 1 comes twice")]
    [InlineData("--set trust_sensitivity=1:1:2", "value 1 comes twice")]
    [InlineData("--set max_steps=1:4:3", "max_steps is '2.5'|a whole number")]
    [InlineData("--set max_steps=1,2.5", "max_steps is '2.5'|a whole number")]
    [InlineData("--set max_steps=5,20000000", "max_steps is 20000000|between 1 and 16777216")]
    [InlineData("--set normalize_rewards=0:1:2", "normalize_rewards|true or false")]
    [InlineData("--set reward_type=private", "--reward-type")]
    [InlineData("--set max_steps=1 max_steps=2", "max_steps twice")]
    [InlineData("--set trust_sensitivity", "name=value")]
    [InlineData("--set trust_sensitivity=0:1:100000 trust_building_rate=0:1:1000", "100,000,000 rows|at most 10,000,000")]
    [InlineData("--set trust_sensitivity=0:1:1000001", "between 1 and 1000000")]
    [InlineData("--policy Randm", "'Randm'|'Random'")]
    [InlineData("--policy Random,Random,Random", "3 policies|2 agents")]
    [InlineData("--policy Random Random", "Random twice")]
    [InlineData("--reward-type privat", "'privat'|private, integrated, cooperative, all")]
    [InlineData("--reward-type all private", "private twice")]
    [InlineData("--episodes 0", "--episodes is '0'|between 1 and")]
    [InlineData("--seed -1", "--seed|'-1'")]
    public void Wrong_grids_are_refused_and_leave_nothing_behind(string arguments, string expected)
    {
        using var scratch = new Scratch();
        BadInputTests.Refused(Cli.Run(["sweep", "TrustDilemma-v0", .. arguments.Split(' '), "--out", scratch["rows.csv"]]), expected);
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void Files_that_cannot_be_written_are_refused()
    {
        using var scratch = new Scratch();
        BadInputTests.Refused(Cli.Run("sweep", "TrustDilemma-v0"), "--out");
        BadInputTests.Refused(Cli.Run("sweep", "TrustDilemma-v0", "--out", scratch["rows.xlsx"]), "'|rows.xlsx|.parquet, .csv, .json");
        BadInputTests.Refused(Cli.Run("sweep", "TrustDilemma-v0", "--out", scratch["none/rows.csv"]), "there is no directory");
        Directory.CreateDirectory(scratch["dir.csv"]);
        BadInputTests.Refused(Cli.Run("sweep", "TrustDilemma-v0", "--out", scratch["dir.csv"]), "is a directory");
        // Where not even the journal can be made; a directory in its place stands for what permissions do, which do not bind an administrator.
        Directory.CreateDirectory(scratch["rows.csv.partial"]);
        BadInputTests.Refused(Cli.Run("sweep", "TrustDilemma-v0", "--out", scratch["rows.csv"]), "rows.csv.partial can't be written");
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_only_by_force()
    {
        using var scratch = new Scratch();
        string[] sweep = ["sweep", "TrustDilemma-v0", "--set", "max_steps=2", "--out", scratch.File("rows.csv", "mine")];
        BadInputTests.Refused(Cli.Run(sweep), "rows.csv is there already|--force");
        BadInputTests.Refused(Cli.Run([.. sweep, "--fresh"]), "rows.csv is there already|--force");
        Assert.Equal("mine", File.ReadAllText(scratch["rows.csv"]));
        Done(Cli.Run([.. sweep, "--force"]));
        Assert.StartsWith("environment,", File.ReadAllText(scratch["rows.csv"]), StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(scratch.Path));
    }

    internal static void Done(Outcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Empty(outcome.Out);
        Assert.Contains("Wrote ", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Sums over an episode in single precision: 2e-4 relative, absolute below 1.</summary>
    private static void Near(JsonElement expected, JsonElement actual) =>
        Assert.Equal(expected.GetDouble(), actual.GetDouble(), 2e-4 * Math.Max(1, Math.Abs(expected.GetDouble())));
}
