using System.Globalization;

namespace CoopGen.Compiler.Tests;

/// <summary>Specs of random formulas are the same game as plain C#, compiled and batched.</summary>
public class RandomSpecTests
{
    /// <summary>Short ones first, so that the first failure is a small one; COOPGEN_RANDOM_SPECS asks for more.</summary>
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("COOPGEN_RANDOM_SPECS") ?? "40", CultureInfo.InvariantCulture);

    [Fact]
    public void Random_specs_are_the_same_game_all_three_ways()
    {
        var (steps, conditioned) = (0, 0);
        for (var number = 0; number < Count; number++)
        {
            var source = RandomSpec.Write(number);
            var games = SmallSpecTests.Load(source);
            Assert.True(games.Count == 1, $"Spec {number}: {string.Join("\n", SpecCompilation.Diagnose(SpecCompilation.Create(source)))}\n{source}");
            foreach (var mode in Enum.GetValues<RewardMode>())
                SmallSpecTests.Play(games[0], mode, source);
            var check = SmallSpecTests.Batched(games[0], $"Spec {number}:\n{source}");
            (steps, conditioned) = (steps + check.Steps, conditioned + check.Conditioned.Count);
        }

        // Random formulas have thresholds, and sums that cancel, now and then.
        Assert.True(conditioned < steps / 4, $"{conditioned} of {steps} steps agree only up to rounding errors of their operands");
    }
}
