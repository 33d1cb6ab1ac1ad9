using System.Text.Json;

namespace CoopGen.Cli.Tests;

public class BenchTests
{
    [Fact]
    public void Signatures_are_sixteen_digits_and_do_not_change_by_themselves()
    {
        var (first, second) = (Cli.Run("bench", "--signature", "--format", "json"), Cli.Run("bench", "--signature", "--format", "json"));
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal(first.Out, second.Out);
        var rows = JsonDocument.Parse(first.Out).RootElement.EnumerateArray().ToList();
        Assert.Equal(EnvironmentRegistry.All.Select(e => e.Id), rows.Select(r => r.GetProperty("id").GetString()));
        Assert.All(rows, r => Assert.Matches("^[0-9a-f]{16}$", r.GetProperty("signature").GetString()!));
        Assert.Equal(rows.Count, rows.Select(r => r.GetProperty("signature").GetString()).Distinct().Count());
    }

    [Fact]
    public void Speed_is_measured_of_those_named()
    {
        var row = Assert.Single(JsonDocument.Parse(Cli.Run("bench", "TrustDilemma-v0", "--format", "json").Out).RootElement.EnumerateArray());
        Assert.True(row.GetProperty("steps_per_second").GetInt64() > 0);
        var wrong = Cli.Run("bench", "TrustDilema-v0");
        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Out));
        Assert.Contains("TrustDilemma-v0", wrong.Error, StringComparison.Ordinal);
    }
}
