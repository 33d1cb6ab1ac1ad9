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
            using var all = new Player(variants, variantOf, seeds, reset, threads: 2);
            (int From, Player Player)[] some =
            [
                .. new[] { (0, Most, 1), (0, 1000, 2), (0, 64, 1), (3, 9, 1), (5, 8, 1), (1, 7, 1), (0, 1, 1), (2050, 1, 1), (Most - 1, 1, 1) }
                    .Select(p => (p.Item1, new Player(variants, variantOf[p.Item1..(p.Item1 + p.Item2)], seeds[p.Item1..(p.Item1 + p.Item2)], reset, threads: p.Item3))),
                (0, new(variants, variantOf[..20], seeds[..20], reset, threads: 1, observes: false)),
            ];
            for (var step = 0; step < Steps; step++)
            {
                var actions = Variants.Actions(all.Batch, random);
                all.Step(actions);
                foreach (var (from, alone) in some)
                {
                    var (count, length) = (alone.Batch.Count, alone.Observes ? all.Batch.ObservationLength : 0);
                    var where = $"{id}, {reset}, {count} from {from}, {(alone.Observes ? "" : "unobserved, ")}step {step}";
                    alone.Step(Part(actions, Most, from, count));
                    Same(Part(all.Rewards, Most, from, count), alone.Rewards, where + ", rewards");
                    Assert.True(all.Endings.AsSpan(from, count).SequenceEqual(alone.Endings), where + ", endings");
                    Same(all.Observations.AsSpan(from * length, count * length), alone.Observations, where + ", observations");
                    Same(all.Finals.AsSpan(from * length, count * length), alone.Finals, where + ", finals");
                }
            }

            foreach (var (_, alone) in some)
                alone.Dispose();
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

    /// <summary>A batch and what its last step has written.</summary>
    private sealed class Player : IDisposable
    {
        public Player(IReadOnlyList<GameEnvironment> variants, int[] variantOf, ulong[] seeds, AutoReset reset, int threads, bool observes = true)
        {
            (Batch, Observes) = (EnvironmentBatch.Create(variants, variantOf, new() { AutoReset = reset, Threads = threads }), observes);
            var length = observes ? Batch.Count * Batch.ObservationLength : 0;
            (Rewards, Endings, Observations, Finals) = (new float[Batch.Count * Batch.AgentCount], new Ending[Batch.Count], new float[length], new float[length]);
            Batch.Reset(seeds, clear: true);
        }

        public EnvironmentBatch Batch { get; }

        public bool Observes { get; }

        public float[] Rewards { get; }

        public Ending[] Endings { get; }

        public float[] Observations { get; }

        public float[] Finals { get; }

        public void Step(float[] actions)
        {
            Batch.Step(actions, Rewards, Endings, Observations, Finals);
            if (Batch.AutoReset == AutoReset.Disabled)
                Batch.Reset(Array.ConvertAll(Endings, e => (e & (Ending.Terminated | Ending.Truncated)) != 0));
        }

        public void Dispose() => Batch.Dispose();
    }
}
