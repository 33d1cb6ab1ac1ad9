namespace CoopGen.Batch.Tests;

/// <summary>Alone in the process, because bytes are counted over all threads.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
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
                Play();
                // The host of the tests may allocate at any time, a step that allocates does so every time.
                var least = long.MaxValue;
                for (var trial = 0; trial < 10 && least > 0; trial++)
                {
                    var before = GC.GetTotalAllocatedBytes(precise: true);
                    Play();
                    least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
                }

                Assert.True(least == 0, $"{reset}, {threads} threads: 12 steps allocate {least} bytes");

                void Play()
                {
                    for (var step = 0; step < 12; step++)
                    {
                        batch.Step(actions, rewards, endings, rows, finals);
                        if (reset != AutoReset.Disabled)
                            continue;
                        for (var k = 0; k < ended.Length; k++)
                            ended[k] = (endings[k] & (Ending.Terminated | Ending.Truncated)) != 0;
                        batch.Reset(ended);
                    }
                }
            }
        }
    }
}
