namespace CoopGen.Batch.Tests;

/// <summary>Alone in the process, because bytes are counted over all threads.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    /// <summary>Two threads have a share each from here on.</summary>
    private const int Shared = 4096 + 3;

    /// <summary>Steps after which endings come round again, for episodes of 3 steps with or without one for the reset.</summary>
    private const int Period = 12;

    public static TheoryData<string> Ids => TestGames.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_step_allocates_nothing(string id)
    {
        foreach (var reset in Enum.GetValues<AutoReset>())
        {
            foreach (var (count, threads) in new[] { (21, 1), (Shared, 2) })
            {
                using var batch = Make(id, count, threads, reset);
                var step = Stepper(batch);
                for (var k = 0; k < Period; k++)
                    step();
                // The caller's thread: its share of the work is like the others'.
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var k = 0; k < 2 * Period; k++)
                    step();
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }
    }

    [Theory]
    [InlineData(AutoReset.SameStep)]
    [InlineData(AutoReset.NextStep)]
    [InlineData(AutoReset.Disabled)]
    public void Nor_does_another_thread(AutoReset reset)
    {
        using var batch = Make("TrustDilemma-v0", Shared, 2, reset);
        var step = Stepper(batch);
        for (var k = 0; k < Period; k++)
            step();
        // The host of the tests allocates now and then: a step that allocates does so every time its like comes round.
        var least = Enumerable.Repeat(long.MaxValue, Period).ToArray();
        for (var trial = 0; trial < 100 * Period; trial++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            step();
            least[trial % Period] = Math.Min(least[trial % Period], GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.True(least.All(bytes => bytes == 0), $"Steps allocate {string.Join(", ", least)} bytes");
    }

    /// <summary>Episodes of at most 3 steps, so that in most steps some end.</summary>
    private static EnvironmentBatch Make(string id, int count, int threads, AutoReset reset)
    {
        var batch = EnvironmentBatch.Create(TestGames.Find(id).Create(new() { ["max_steps"] = 3 }), count, new() { AutoReset = reset, Threads = threads });
        batch.Reset(1);
        return batch;
    }

    private static Action Stepper(EnvironmentBatch batch)
    {
        var (rewards, endings, ended) = (new float[batch.Count * batch.AgentCount], new Ending[batch.Count], new bool[batch.Count]);
        var (rows, finals) = (new float[batch.Count * batch.ObservationLength], new float[batch.Count * batch.ObservationLength]);
        var actions = Variants.Actions(batch, new Random(1));
        return () =>
        {
            batch.Step(actions, rewards, endings, rows, finals);
            if (batch.AutoReset != AutoReset.Disabled)
                return;
            for (var k = 0; k < ended.Length; k++)
                ended[k] = (endings[k] & (Ending.Terminated | Ending.Truncated)) != 0;
            batch.Reset(ended);
        };
    }
}
