using System.Runtime.InteropServices;

namespace CoopGen.Batch.Tests;

/// <summary>What an environment of a batch does depends on nothing else in the batch.</summary>
public class IndependenceTests
{
    public static TheoryData<string> Ids => TestGames.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_environment_of_a_mixed_batch_equals_it_alone_to_the_last_bit(string id)
    {
        // Two threads have a share each from 4096 on.
        const int Most = 4096 + 3, Steps = 9;
        var random = new Random(3);
        var variants = Variants.Of(TestGames.Find(id), 8, random);
        var variantOf = Enumerable.Range(0, Most).Select(_ => random.Next(variants.Count)).ToArray();
        var seeds = Enumerable.Range(0, Most).Select(k => EnvironmentBatch.SeedOf(9, k)).ToArray();
        foreach (var reset in Enum.GetValues<AutoReset>())
        {
            using var all = EnvironmentBatch.Create(variants, variantOf, new() { AutoReset = reset, Threads = 2 });
            var actions = Enumerable.Range(0, Steps).Select(_ => Variants.Actions(all, random)).ToArray();
            var together = Play(all, seeds, actions);
            foreach (var (from, count, threads) in new[] { (0, Most, 1), (0, 1000, 2), (0, 64, 1), (3, 9, 1), (5, 8, 1), (1, 7, 1), (0, 1, 1), (2050, 1, 1), (Most - 1, 1, 1) })
            {
                using var some = EnvironmentBatch.Create(variants, variantOf.AsSpan(from, count), new() { AutoReset = reset, Threads = threads });
                var apart = Play(some, seeds[from..(from + count)], [.. actions.Select(a => Part(a, Most, from, count))]);
                for (var step = 0; step < Steps; step++)
                {
                    var (expected, got, where) = (together[step], apart[step], $"{id}, {reset}, {count} from {from}, step {step}");
                    Same(Part(expected.Rewards, Most, from, count), got.Rewards, where + ", rewards");
                    Assert.Equal(expected.Endings[from..(from + count)], got.Endings);
                    Same(expected.Observations.AsSpan(from * all.ObservationLength, count * all.ObservationLength), got.Observations, where + ", observations");
                    Same(expected.Finals.AsSpan(from * all.ObservationLength, count * all.ObservationLength), got.Finals, where + ", finals");
                }
            }

            using var blind = EnvironmentBatch.Create(variants, variantOf.AsSpan(0, 20), new() { AutoReset = reset });
            var unseen = Play(blind, seeds[..20], [.. actions.Select(a => Part(a, Most, 0, 20))], observes: false);
            for (var step = 0; step < Steps; step++)
                Same(Part(together[step].Rewards, Most, 0, 20), unseen[step].Rewards, $"{id}, {reset}, unobserved");
        }
    }

    private static float[] Part(float[] values, int stride, int from, int count) =>
        [.. Enumerable.Range(0, values.Length / stride).SelectMany(row => values.AsSpan(row * stride + from, count).ToArray())];

    /// <summary>The same bits, signs of 0 included.</summary>
    private static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> got, string where)
    {
        var at = MemoryMarshal.Cast<float, int>(expected).CommonPrefixLength(MemoryMarshal.Cast<float, int>(got));
        Assert.Equal(expected.Length, got.Length);
        if (at < got.Length)
            Assert.Fail($"{where}: entry {at} is {got[at]:R}, not {expected[at]:R}");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Columns_that_are_left_out_have_not_changed(string id)
    {
        var random = new Random(6);
        var environment = TestGames.Find(id).Create(null);
        const int Count = 16;
        using var batch = EnvironmentBatch.Create(environment, Count);
        batch.Reset(1);
        var (rewards, endings) = (new float[Count * batch.AgentCount], new Ending[Count]);
        var (rows, all) = (new float[Count * batch.ObservationLength], new float[Count * batch.ObservationLength]);
        batch.Observe(rows);
        for (var step = 0; step < 40; step++)
        {
            batch.Step(Variants.Actions(batch, random), rewards, endings, rows, columns: Columns.Changing);
            batch.Observe(all);
            Assert.Equal(all, rows);
        }
    }

    private static List<(float[] Rewards, Ending[] Endings, float[] Observations, float[] Finals)> Play(EnvironmentBatch batch, ulong[] seeds, float[][] actions, bool observes = true)
    {
        batch.Reset(seeds, clear: true);
        var played = new List<(float[], Ending[], float[], float[])>();
        foreach (var profile in actions)
        {
            var length = observes ? batch.Count * batch.ObservationLength : 0;
            var (rewards, endings, rows, finals) = (new float[batch.Count * batch.AgentCount], new Ending[batch.Count], new float[length], new float[length]);
            batch.Step(profile, rewards, endings, rows, finals);
            played.Add((rewards, endings, rows, finals));
            if (batch.AutoReset == AutoReset.Disabled)
                batch.Reset(Array.ConvertAll(endings, e => (e & (Ending.Terminated | Ending.Truncated)) != 0));
        }

        return played;
    }
}
