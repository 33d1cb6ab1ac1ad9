using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CoopGen.Solving.Tests;

/// <summary>Discretised games of two agents, against all equilibria that lrsnash (Debian's lrslib) enumerates.</summary>
public class LrsNashTests
{
    /// <summary>Payoffs are handed over in millionths: whole numbers, as lrsnash computes in fractions.</summary>
    private const double Unit = 1e-6;

    [LrsNashTheory]
    [InlineData("TrustDilemma-v0", "private")]
    [InlineData("PartnerHoldUp-v0", "integrated")]
    [InlineData("SLCD-v0", "cooperative")]
    [InlineData("GiftExchange-v0", "integrated")]
    public void Equilibria_in_pure_strategies_are_those_that_lrsnash_finds(string id, string mode)
    {
        var environment = Problems.Info(id).Create(new() { ["reward_type"] = mode });
        environment.Reset(seed: 0);
        // What the file says is what is solved.
        var game = NormalForm.FromNfg(NormalForm.Of(environment, 7).ToNfg());
        game = game with { Payoffs = [.. game.Payoffs.Select(p => Math.Round(p / Unit))] };
        var found = LrsNash.Solve(game);
        Assert.NotEmpty(found);
        foreach (var (rows, columns) in found)
        {
            // Nobody gains by another strategy. Weights are fractions of large numbers read as doubles: 1e-9 of the greatest payoff.
            var tolerance = 1e-9 * game.Payoffs.Max(Math.Abs);
            double Expected(int player, double[] r, double[] c) => (from i in Enumerable.Range(0, 7) from j in Enumerable.Range(0, 7) select r[i] * c[j] * game.At([i, j])[player]).Sum();
            var pays = (Expected(0, rows, columns), Expected(1, rows, columns));
            for (var k = 0; k < 7; k++)
            {
                double[] pure = [.. Enumerable.Range(0, 7).Select(i => i == k ? 1.0 : 0)];
                Assert.True(Expected(0, pure, columns) <= pays.Item1 + tolerance);
                Assert.True(Expected(1, rows, pure) <= pays.Item2 + tolerance);
            }
        }

        var pureThere = found.Where(e => e.Rows.Max() == 1 && e.Columns.Max() == 1).Select(e => (Array.IndexOf(e.Rows, 1.0), Array.IndexOf(e.Columns, 1.0))).Distinct().Order().ToArray();
        var pureHere = game.PureEquilibria().Select(p => (p[0], p[1])).Order().ToArray();
        Assert.Equal(pureHere, pureThere);
    }
}

/// <summary>A theory that is skipped, with its reason, where lrsnash is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LrsNashTheoryAttribute : TheoryAttribute
{
    public LrsNashTheoryAttribute()
    {
        if (LrsNash.Program is null)
            Skip = "lrsnash is not installed (Debian package lrslib)";
    }
}

internal static class LrsNash
{
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "lrsnash")).FirstOrDefault(File.Exists);

    /// <summary>All extreme equilibria of a game of two players with whole payoffs.</summary>
    public static List<(double[] Rows, double[] Columns)> Solve(NormalForm game)
    {
        var (m, n) = (game.Strategies[0].Count, game.Strategies[1].Count);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{m} {n}\n");
        for (var player = 0; player < 2; player++)
        {
            text.Append('\n');
            for (var i = 0; i < m; i++)
                text.AppendJoin(' ', Enumerable.Range(0, n).Select(j => game.At([i, j])[player].ToString("F0", CultureInfo.InvariantCulture))).Append('\n');
        }

        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text.ToString());
            using var process = Process.Start(new ProcessStartInfo(Program!, file) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var lines = process.StandardOutput.ReadToEnd().Split('\n');
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error.Result);
            return Read(lines, m, n);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>An equilibrium is the strategies of player 2, each with a line "2 weights payoff", that go with the next line "1 weights payoff".</summary>
    private static List<(double[] Rows, double[] Columns)> Read(string[] lines, int m, int n)
    {
        var found = new List<(double[], double[])>();
        var columns = new List<double[]>();
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == n + 2 && words[0] == "2")
                columns.Add([.. words[1..^1].Select(Fraction)]);
            else if (words.Length == m + 2 && words[0] == "1")
            {
                found.AddRange(columns.Select(c => (words[1..^1].Select(Fraction).ToArray(), c)));
                columns = [];
            }
        }

        return found;
    }

    private static double Fraction(string text)
    {
        var parts = text.Split('/').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return parts.Length == 2 ? parts[0] / parts[1] : parts[0];
    }
}
