using System.Text.Json;

namespace CoopGen.Cli.Tests;

/// <summary>Many episodes are played side by side; what is told of them is what playing them in turn tells.</summary>
public class ManyEpisodesTests
{
    /// <summary>Relative, of a sum over an episode in single precision; absolute below 1.</summary>
    private const double Tolerance = 2e-4;

    [Theory]
    [InlineData("TrustDilemma-v0", "Random")]
    [InlineData("TrustDilemma-v0", "TitForTat Random")]
    [InlineData("ApacheProject-v0", "Constant_70")]
    [InlineData("DynamicPartnerSelection-v0", "Constant_40")]
    public void Side_by_side_they_are_what_they_are_in_turn(string id, string policies)
    {
        const int Episodes = 100;
        var info = EnvironmentRegistry.All.Single(e => e.Id == id);
        var chosen = new Chosen(info, info.Create(new() { ["max_steps"] = 12 }), [], 3);
        var players = Players.Make(policies.Split(' '), chosen);
        Assert.True(BatchPlay.Suits(chosen, players, Episodes));
        using var quiet = new StringWriter();
        var together = Meter.Run(new Session([], TextReader.Null, quiet, quiet, CancellationToken.None), "", 1, meter => BatchPlay.Play(chosen, players, Episodes, meter, CancellationToken.None));
        var fresh = chosen with { Environment = info.Create(new() { ["max_steps"] = 12 }) };
        var inTurn = Player.Play(fresh, Players.Make(policies.Split(' '), fresh), Episodes, static _ => { }, CancellationToken.None);
        Assert.Equal(inTurn.Policies, together.Policies);
        Assert.Equal(Episodes, together.Episodes.Count);
        for (var k = 0; k < Episodes; k++)
        {
            var (a, b) = (inTurn.Episodes[k], together.Episodes[k]);
            Assert.Equal((a.Steps, a.End), (b.Steps, b.End));
            for (var i = 0; i < a.Returns.Length; i++)
                Near(a.Returns[i], b.Returns[i]);
            Near(a.MeanTrust, b.MeanTrust);
            Near(a.FinalTrust, b.FinalTrust);
            Near(a.Cooperation, b.Cooperation);
        }

        Assert.Equal(inTurn.Course.Steps, together.Course.Steps);
        for (var position = 0; position < chosen.Environment.ProfileLength; position++)
            for (var step = 0; step < inTurn.Course.Steps; step++)
                Near(inTurn.Course.Actions(position)[step], together.Course.Actions(position)[step]);
        Assert.Equal(inTurn.Course.HasTrust, together.Course.HasTrust);
        for (var step = 0; step < (inTurn.Course.HasTrust ? inTurn.Course.Steps : 0); step++)
            Near(inTurn.Course.Trust[step], together.Course.Trust[step]);
    }

    [Fact]
    public void Groups_of_episodes_give_the_same_whatever_is_under_way_at_once()
    {
        string[] run = ["run", "TrustDilemma-v0", "--episodes", "3000", "--set", "max_steps=4", "--seed", "8", "--format", "json"];
        var first = Cli.Run(run);
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(first.Out, Cli.Run(run).Out);
        using var json = JsonDocument.Parse(first.Out);
        Assert.Equal(3000, json.RootElement.GetProperty("episodes").GetArrayLength());
        Assert.Contains("steps/s", first.Error, StringComparison.Ordinal);
        // The first of them are those of a shorter run.
        using var some = JsonDocument.Parse(Cli.Run([.. run[..3], "5", .. run[4..]]).Out);
        for (var k = 0; k < 5; k++)
            Near(some.RootElement.GetProperty("episodes")[k].GetProperty("returns")[1].GetDouble(), json.RootElement.GetProperty("episodes")[k].GetProperty("returns")[1].GetDouble());
    }

    [Fact]
    public void An_interrupted_run_shows_the_groups_that_are_complete()
    {
        using var interrupt = new CancellationTokenSource();
        var info = EnvironmentRegistry.All.Single(e => e.Id == "TrustDilemma-v0");
        var chosen = new Chosen(info, info.Create(new() { ["max_steps"] = 3 }), [], 3);
        var players = Players.Make(["Random"], chosen);
        using var quiet = new StringWriter();
        var played = Meter.Run(new Session([], TextReader.Null, quiet, quiet, CancellationToken.None), "", 1, meter =>
        {
            meter.Counted = steps =>
            {
                if (steps > 500_000)
                    interrupt.Cancel();
            };
            return BatchPlay.Play(chosen, players, 1_000_000, meter, interrupt.Token);
        });
        Assert.True(played.Episodes.Count < 1_000_000);
        Assert.Equal(0, played.Episodes.Count % 1024);
        Assert.All(played.Episodes, e => Assert.NotEqual(Episode.Interrupted, e.End));
        using var before = new CancellationTokenSource();
        before.Cancel();
        var outcome = Cli.RunWith("", EnvironmentRegistry.All, ["run", "TrustDilemma-v0", "--episodes", "1000"], before.Token);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Empty(outcome.Out);
    }

    [Fact]
    public void What_has_no_batched_form_is_played_in_turn()
    {
        var outcome = Cli.RunWith("", [SpecEnvironment.Describe(() => new GiveAndPrice())], ["run", "GiveAndPrice-v0", "--episodes", "100", "--format", "json"]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        using var json = JsonDocument.Parse(outcome.Out);
        Assert.Equal(100, json.RootElement.GetProperty("episodes").GetArrayLength());
    }

    private static void Near(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is { } number)
            Assert.Equal(number, actual!.Value, Tolerance * Math.Max(1, Math.Abs(number)));
    }
}
