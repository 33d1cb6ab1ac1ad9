namespace CoopGen.Batch.Tests;

/// <summary>Alone in the process, because bytes are counted over all threads.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    /// <summary>Steps after which endings come round again, for episodes of 3 steps with or without one for the reset.</summary>
    private const int Period = 12;

    public static TheoryData<string> Ids => TestGames.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_step_allocates_nothing(string id)
    {
        // Episodes of at most 3 steps end in most steps of the batch; two threads have a share each from 4096 on.
        var environment = TestGames.Find(id).Create(new() { ["max_steps"] = 3 });
        foreach (var reset in Enum.GetValues<AutoReset>())
        {
            foreach (var (count, threads) in new[] { (21, 1), (4096 + 3, 2) })
            {
                using var batch = EnvironmentBatch.Create(environment, count, new() { AutoReset = reset, Threads = threads });
                batch.Reset(1);
                var (rewards, endings, rows, finals, ended) = (new float[count * batch.AgentCount], new Ending[count], new float[count * batch.ObservationLength], new float[count * batch.ObservationLength], new bool[count]);
                var actions = Variants.Actions(batch, new Random(1));
                for (var step = 0; step < Period; step++)
                    Step();
                // The host of the tests allocates now and then: a step that allocates does so every time its like comes round.
                var least = Enumerable.Repeat(long.MaxValue, Period).ToArray();
                for (var trial = 0; trial < 10 * Period && least.Any(bytes => bytes > 0); trial++)
                {
                    var before = GC.GetTotalAllocatedBytes(precise: true);
                    Step();
                    least[trial % Period] = Math.Min(least[trial % Period], GC.GetTotalAllocatedBytes(precise: true) - before);
                }

                Assert.True(least.All(bytes => bytes == 0), $"{reset}, {threads} threads: steps allocate {string.Join(", ", least)} bytes");

                void Step()
                {
                    batch.Step(actions, rewards, endings, rows, finals);
                    if (reset != AutoReset.Disabled)
                        return;
                    for (var k = 0; k < ended.Length; k++)
                        ended[k] = (endings[k] & (Ending.Terminated | Ending.Truncated)) != 0;
                    batch.Reset(ended);
                }
            }
        }
    }
}
