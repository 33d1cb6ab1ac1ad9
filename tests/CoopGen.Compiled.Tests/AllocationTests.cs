namespace CoopGen.Compiled.Tests;

/// <summary>Playing allocates nothing.</summary>
public class AllocationTests
{
    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void Step_and_reset_allocate_nothing(string id)
    {
        foreach (var mode in Enum.GetValues<RewardMode>())
        {
            var environment = Games.Find(id).Create(new() { ["reward_type"] = mode });
            var actions = new double[environment.ProfileLength];
            var rewards = new double[environment.AgentCount];
            var observation = new float[environment.ObservationLength];
            Games.RandomActions(environment, new Random(1), actions);
            environment.Reset(1);
            Play(200);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Play(10_000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Play(int steps)
            {
                for (var step = 0; step < steps; step++)
                {
                    actions[step % actions.Length] = environment.Info.Actions[step % actions.Length % environment.ActionDimensions].Choices.Count > 0
                        ? actions[step % actions.Length] : step % 7 * 15;
                    if (environment.HasEnded)
                        environment.Reset();
                    environment.Step(actions, rewards);
                    environment.Observe(observation);
                }
            }
        }
    }
}
