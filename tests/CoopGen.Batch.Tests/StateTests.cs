namespace CoopGen.Batch.Tests;

/// <summary>From a saved state a batch plays on to the last bit, in whatever batch made in the same way it is restored.</summary>
public class StateTests
{
    [Theory]
    [InlineData("TrustDilemma-v0", 5)]
    [InlineData("GraduatedSanction-v0", 20)]
    [InlineData("SynergySearch-v0", 37)]
    [InlineData("CoalitionFormation-v0", 16)]
    public void A_restored_batch_plays_on_bit_for_bit(string id, int count)
    {
        using EnvironmentBatch one = Make(), other = Make();
        one.Reset(seed: 3);
        Play(one, seed: 1, steps: 7);
        var state = new byte[one.StateBytes];
        one.SaveState(state);
        other.Reset(seed: 9);
        Play(other, seed: 5, steps: 4);
        other.RestoreState(state);
        var expected = Play(one, seed: 2, steps: 9);
        Assert.Equal(expected, Play(other, seed: 2, steps: 9));
        one.RestoreState(state);
        Assert.Equal(expected, Play(one, seed: 2, steps: 9));
        Assert.Throws<ArgumentException>(() => one.RestoreState(state.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => one.SaveState(state.AsSpan(1)));

        EnvironmentBatch Make() => EnvironmentBatch.Create(EnvironmentRegistry.All.Single(e => e.Id == id).Create(new() { ["max_steps"] = 6 }), count, new() { AutoReset = AutoReset.NextStep });
    }

    private static float[] Play(EnvironmentBatch batch, int seed, int steps)
    {
        var random = new Random(seed);
        var (actions, rewards, endings) = (new float[batch.ProfileLength * batch.Count], new float[batch.AgentCount * batch.Count], new Ending[batch.Count]);
        var observations = new float[batch.ObservationLength * batch.Count];
        var all = new List<float>();
        for (var step = 0; step < steps; step++)
        {
            for (var k = 0; k < actions.Length; k++)
                actions[k] = 100 * random.NextSingle();
            batch.Step(actions, rewards, endings, observations);
            all.AddRange([.. rewards, .. observations, .. endings.Select(e => (float)e)]);
        }

        return [.. all];
    }
}
