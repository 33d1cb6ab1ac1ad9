namespace CoopGen.Batch.Tests;

/// <summary>Every step of every reference episode, batched.</summary>
public class TrajectoryTests
{
    /// <summary>Single precision over some hundred steps; relative, absolute below 1.</summary>
    private const double Tolerance = 2e-4;

    public static TheoryData<string> Ids => [.. Trajectory.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_step_agrees(string environment)
    {
        foreach (var given in Trajectory.Of(environment))
        {
            var game = TestGames.Find(environment).Create(given.Parameters);
            // Two blocks, of which the second is not full.
            const int Count = 11;
            using var batch = EnvironmentBatch.Create(game, Count, new() { AutoReset = AutoReset.Disabled });
            batch.Reset(1);
            var (actions, rewards, endings, observations) = (new float[Count * batch.ProfileLength], new float[Count * batch.AgentCount], new Ending[Count], new float[Count * batch.ObservationLength]);
            batch.Observe(observations);
            Same("first observation", given.InitialObservation, k => observations[^(batch.ObservationLength - k)]);
            for (var step = 0; step < given.Actions.Length; step++)
            {
                for (var k = 0; k < actions.Length; k++)
                    actions[k] = (float)given.Actions[step][k / Count];
                batch.Step(actions, rewards, endings, observations);
                var seen = given.Observation(step);
                foreach (var e in new[] { 0, 7, 10 })
                {
                    Same($"step {step}, rewards", given.Rewards[step], i => rewards[i * Count + e]);
                    Same($"step {step}, observation", seen, k => observations[e * batch.ObservationLength + k]);
                    Assert.Equal((step == given.TerminatedAt, step == given.TruncatedAt), (endings[e].HasFlag(Ending.Terminated), endings[e].HasFlag(Ending.Truncated)));
                }
            }

            void Same(string what, double[]? expected, Func<int, float> got)
            {
                for (var k = 0; k < (expected?.Length ?? 0); k++)
                    if (!(Math.Abs(expected![k] - got(k)) <= Tolerance * Math.Max(1, Math.Abs(expected[k]))))
                        Assert.Fail($"{given.Title}, {what}[{k}]: expected {expected[k]:R}, got {got(k):R}");
            }
        }
    }
}
