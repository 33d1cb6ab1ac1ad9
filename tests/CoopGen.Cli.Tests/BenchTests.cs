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

    /// <summary>Hand-written C and figures of the Python package are there for -v0 alone.</summary>
    [Fact]
    public void A_published_variant_is_measured_without_peers()
    {
        var rows = JsonDocument.Parse(Cli.Run("bench", "PublicGoods-v1", "--seconds", "0.001", "--format", "json").Out).RootElement.EnumerateArray().ToList();
        Assert.Equal(["batch", "gradient", "scalar"], rows.Select(r => r.GetProperty("kind").GetString()!).Distinct().Order());
        Assert.All(rows, row =>
        {
            Assert.Equal("PublicGoods-v1", row.GetProperty("environment").GetString());
            Assert.True(row.GetProperty("steps_per_second").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, row.GetProperty("versus_c").ValueKind);
        });
    }

    [Fact]
    public void Speed_is_measured_of_those_named()
    {
        var rows = JsonDocument.Parse(Cli.Run("bench", "TrustDilemma-v0", "--seconds", "0.001", "--format", "json").Out).RootElement.EnumerateArray().ToList();
        Assert.All(rows, row =>
        {
            Assert.Equal("TrustDilemma-v0", row.GetProperty("environment").GetString());
            Assert.True(row.GetProperty("steps_per_second").GetDouble() > 0);
            Assert.True(row.GetProperty("batch").GetInt32() >= 1 && row.GetProperty("threads").GetInt32() >= 1);
            // Playing allocates nothing; with several threads all that the process allocates meanwhile counts, other tests included.
            Assert.True(row.GetProperty("kind").GetString() == "gradient" || row.GetProperty("threads").GetInt32() > 1 || row.GetProperty("bytes_per_step").GetDouble() == 0);
        });
        Assert.Equal(["batch", "gradient", "scalar"], rows.Select(r => r.GetProperty("kind").GetString()!).Distinct().Order());
        Assert.Equal(["given", "random"], rows.Select(r => r.GetProperty("policy").GetString()!).Distinct().Order());
        var step = rows.First(r => r.GetProperty("kind").GetString() == "batch");
        Assert.True(step.GetProperty("fraction_of_limit").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, step.GetProperty("gradient_cost").ValueKind);
        var wrong = Cli.Run("bench", "TrustDilema-v0");
        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Out));
        Assert.Contains("TrustDilemma-v0", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("between 0.001 and 60", Cli.Run("bench", "--seconds", "0").Error, StringComparison.Ordinal);
    }
}
