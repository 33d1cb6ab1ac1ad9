namespace CoopGen.Batch.Tests;

/// <summary>Environments that can share a batch.</summary>
internal static class Variants
{
    /// <summary>Environments with random parameters, reward modes and horizons that have the same number of agents and shape of observation.</summary>
    public static List<GameEnvironment> Of(EnvironmentInfo info, int count, Random random)
    {
        var variants = new List<GameEnvironment> { info.Create(TestGames.RandomParameters(info, random)) };
        for (var trial = 0; trial < 20 * count && variants.Count < count; trial++)
        {
            var other = info.Create(TestGames.RandomParameters(info, random));
            if (other.AgentCount == variants[0].AgentCount && other.ObservationLength == variants[0].ObservationLength)
                variants.Add(other);
        }

        return variants;
    }

    /// <summary>Random actions for every environment of a batch, agent by agent.</summary>
    public static float[] Actions(EnvironmentBatch batch, Random random)
    {
        var (actions, profile) = (new float[batch.Count * batch.ProfileLength], new double[batch.ProfileLength]);
        for (var k = 0; k < batch.Count; k++)
        {
            TestGames.RandomActions(batch.Variant(k), random, profile);
            for (var a = 0; a < profile.Length; a++)
                actions[a * batch.Count + k] = (float)profile[a];
        }

        return actions;
    }
}
