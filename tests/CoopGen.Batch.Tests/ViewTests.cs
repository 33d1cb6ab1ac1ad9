namespace CoopGen.Batch.Tests;

/// <summary>What agents of a batch see is what those of scalar environments in the same state see.</summary>
public class ViewTests
{
    /// <summary>Numbers are means of up to 40 numbers in single precision: a few units in the last place.</summary>
    private const double Tolerance = 4e-6;

    /// <summary>More than one block, the last one not full.</summary>
    private const int Count = 11;

    public static TheoryData<string> Ids => TestGames.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void Agents_see_what_they_see_in_the_scalar_environment(string id)
    {
        var random = new Random(5);
        var info = TestGames.Find(id);
        var scalar = info.Create(null);
        using var batch = EnvironmentBatch.Create(scalar, Count);
        batch.Reset(1);
        var states = new double[Count][];
        var (profile, rewards) = (new double[scalar.ProfileLength], new double[scalar.AgentCount]);
        for (var k = 0; k < Count; k++)
        {
            scalar.Reset((ulong)k, clear: true);
            for (var step = 0; step < k && !scalar.HasEnded; step++)
            {
                TestGames.RandomActions(scalar, random, profile);
                scalar.Step(profile, rewards);
            }

            if (scalar.HasEnded)
                scalar.Reset((ulong)k, clear: true);
            scalar.SaveState(states[k] = new double[scalar.StateLength]);
            batch.SetState(k, states[k]);
        }

        foreach (var config in new[] { ObservationConfig.Minimal, ObservationConfig.Realistic, ObservationConfig.Full })
        {
            var parts = config.Mask(info.AgentParts);
            var length = batch.AgentObservationLength(parts);
            Assert.Equal(scalar.AgentObservationLength(parts), length);
            var (rows, own) = (new float[scalar.AgentCount * Count * length], new float[length]);
            batch.ObserveAgents(parts, rows);
            for (var k = 0; k < Count; k++)
            {
                scalar.RestoreState(states[k]);
                for (var i = 0; i < scalar.AgentCount; i++)
                {
                    scalar.Observe(i, parts, own);
                    for (var c = 0; c < length; c++)
                        Assert.Equal(own[c], rows[(i * Count + k) * length + c], Tolerance * Math.Max(1, Math.Abs(own[c])));
                }
            }
        }
    }

    [Fact]
    public void A_wrong_length_is_refused()
    {
        using var batch = EnvironmentBatch.Create(TestGames.Find("TrustDilemma-v0").Create(null), Count);
        batch.Reset(1);
        var parts = ObservationConfig.Realistic.Mask(batch.Info.AgentParts);
        var message = Assert.Throws<ArgumentException>(() => batch.ObserveAgents(parts, new float[7])).Message;
        Assert.Contains("7 numbers", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Watching_agents_allocates_nothing()
    {
        using var batch = EnvironmentBatch.Create(TestGames.Find("TrustDilemma-v0").Create(null), Count);
        batch.Reset(1);
        var parts = ObservationConfig.Realistic.Mask(batch.Info.AgentParts);
        var rows = new float[2 * Count * batch.AgentObservationLength(parts)];
        batch.ObserveAgents(parts, rows);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var k = 0; k < 100; k++)
            batch.ObserveAgents(parts, rows);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
