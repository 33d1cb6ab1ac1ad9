namespace CoopGen.Batch.Tests;

/// <summary>What an environment of a batch does depends on nothing else in the batch.</summary>
public class IndependenceTests
{
    public static TheoryData<string> Ids => TestGames.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_environment_of_a_mixed_batch_equals_it_alone_to_the_last_bit(string id)
    {
        var random = new Random(3);
        var info = TestGames.Find(id);
        foreach (var reset in new[] { AutoReset.SameStep, AutoReset.NextStep })
        {
            // Variants that differ in parameters, reward mode and horizon, but not in shape.
            var first = info.Create(TestGames.RandomParameters(info, random));
            var variants = new List<GameEnvironment> { first };
            for (var trial = 0; trial < 60 && variants.Count < 6; trial++)
            {
                var other = info.Create(TestGames.RandomParameters(info, random));
                if (other.AgentCount == first.AgentCount && other.ObservationLength == first.ObservationLength)
                    variants.Add(other);
            }

            const int Count = 29, Steps = 60;
            var variantOf = Enumerable.Range(0, Count).Select(_ => random.Next(variants.Count)).ToArray();
            var seeds = Enumerable.Range(0, Count).Select(k => EnvironmentBatch.SeedOf(9, k)).ToArray();
            using var mixed = EnvironmentBatch.Create(variants, variantOf, new() { AutoReset = reset });
            var actions = Enumerable.Range(0, Steps).Select(_ => Actions(first, Count, random)).ToArray();
            var together = Play(mixed, seeds, actions);
            foreach (var k in new[] { 0, 7, 8, 20, 27, 28 })
            {
                using var alone = EnvironmentBatch.Create(variants[variantOf[k]], 1, new() { AutoReset = reset });
                var single = Play(alone, seeds[k..(k + 1)], [.. actions.Select(a => a.Where((_, at) => at % Count == k).ToArray())]);
                for (var step = 0; step < Steps; step++)
                {
                    Assert.Equal(single[step].Rewards, together[step].Rewards.Where((_, at) => at % Count == k));
                    Assert.Equal(single[step].Endings[0], together[step].Endings[k]);
                    Assert.Equal(single[step].Observations, together[step].Observations.Skip(k * mixed.ObservationLength).Take(mixed.ObservationLength));
                    Assert.Equal(single[step].Finals, together[step].Finals.Skip(k * mixed.ObservationLength).Take(mixed.ObservationLength));
                }
            }
        }
    }

    [Theory]
    [InlineData("TrustDilemma-v0")]
    [InlineData("Weather-v0")]
    public void Threads_and_unwanted_observations_change_nothing(string id)
    {
        var random = new Random(4);
        var environment = TestGames.Find(id).Create(new() { ["max_steps"] = 7 });
        const int Count = 8 * 600 + 3;
        var seeds = Enumerable.Range(0, Count).Select(k => (ulong)k).ToArray();
        var actions = Enumerable.Range(0, 20).Select(_ => Actions(environment, Count, random)).ToArray();
        using var one = EnvironmentBatch.Create(environment, Count);
        using var two = EnvironmentBatch.Create(environment, Count, new() { Threads = 2 });
        using var blind = EnvironmentBatch.Create(environment, Count);
        var (a, b, c) = (Play(one, seeds, actions), Play(two, seeds, actions), Play(blind, seeds, actions, observes: false));
        for (var step = 0; step < actions.Length; step++)
        {
            Assert.Equal(a[step].Rewards, b[step].Rewards);
            Assert.Equal(a[step].Endings, b[step].Endings);
            Assert.Equal(a[step].Observations, b[step].Observations);
            Assert.Equal(a[step].Finals, b[step].Finals);
            Assert.Equal(a[step].Rewards, c[step].Rewards);
            Assert.Equal(a[step].Endings, c[step].Endings);
        }
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
            batch.Step(Actions(environment, Count, random), rewards, endings, rows, columns: Columns.Changing);
            batch.Observe(all);
            Assert.Equal(all, rows);
        }
    }

    private static float[] Actions(GameEnvironment environment, int count, Random random)
    {
        var (actions, profile) = (new float[count * environment.ProfileLength], new double[environment.ProfileLength]);
        for (var k = 0; k < count; k++)
        {
            TestGames.RandomActions(environment, random, profile);
            for (var a = 0; a < profile.Length; a++)
                actions[a * count + k] = (float)profile[a];
        }

        return actions;
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
        }

        return played;
    }
}
