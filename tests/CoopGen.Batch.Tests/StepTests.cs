namespace CoopGen.Batch.Tests;

/// <summary>What a batch refuses, and its three ways to reset step by step.</summary>
public class StepTests
{
    /// <summary>Nine megabytes of rows, which begin and end in the middle of a cache line.</summary>
    [Theory]
    [InlineData(1, AutoReset.SameStep)]
    [InlineData(2, AutoReset.SameStep)]
    [InlineData(1, AutoReset.NextStep)]
    public void Rows_that_go_past_the_caches_are_those_that_are_observed(int threads, AutoReset reset)
    {
        const int Count = 20_003;
        using var batch = EnvironmentBatch.Create(TestGames.Find("GraduatedSanction-v0").Create(new() { ["max_steps"] = 3 }), Count, new() { Threads = threads, AutoReset = reset });
        batch.Reset(1);
        var (rewards, endings, length, random) = (new float[Count * 6], new Ending[Count], Count * batch.ObservationLength, new Random(4));
        var (rows, finals, seen) = (new float[length + 2], new float[length], new float[length]);
        (rows[0], rows[^1]) = (7, 8);
        for (var step = 1; step <= 4; step++)
        {
            batch.Step(Variants.Actions(batch, random), rewards, endings, rows.AsSpan(1, length), step == 3 ? finals : default);
            batch.Observe(seen);
            Assert.True(rows.AsSpan(1, length).SequenceEqual(seen));
            Assert.Equal((7, 8), (rows[0], rows[^1]));
            if (step == 3 && reset == AutoReset.SameStep)
                Assert.All(Enumerable.Range(0, Count), k => Assert.Equal(3, finals[k * batch.ObservationLength + batch.ObservationLength - 1]));
        }
    }

    [Fact]
    public void The_three_ways_to_reset_mean_what_they_say()
    {
        var environment = TestGames.Find("TrustDilemma-v0").Create(new() { ["max_steps"] = 3 });
        const int Count = 9;
        using var any = EnvironmentBatch.Create(environment, Count);
        var actions = Variants.Actions(any, new Random(2));
        (EnvironmentBatch Batch, float[] Rewards, Ending[] Endings, float[] Rows, float[] Finals) Make(AutoReset reset)
        {
            var batch = EnvironmentBatch.Create(environment, Count, new() { AutoReset = reset });
            batch.Reset(1);
            return (batch, new float[Count * 2], new Ending[Count], new float[Count * batch.ObservationLength], new float[Count * batch.ObservationLength]);
        }

        var (same, next, never) = (Make(AutoReset.SameStep), Make(AutoReset.NextStep), Make(AutoReset.Disabled));
        var first = new float[same.Rows.Length];
        same.Batch.Observe(first);
        for (var step = 1; step <= 3; step++)
        {
            foreach (var b in new[] { same, next, never })
            {
                b.Batch.Step(actions, b.Rewards, b.Endings, b.Rows, b.Finals);
                Assert.All(b.Endings, e => Assert.Equal(step == 3, e.HasFlag(Ending.Truncated)));
                Assert.Equal(same.Rewards, b.Rewards);
            }
        }

        Assert.Equal(first, same.Rows);
        Assert.Equal(next.Rows, same.Finals);
        Assert.Equal(never.Rows, next.Rows);
        Assert.Equal((1, 0, 0), (same.Batch.Episode(4), next.Batch.Episode(4), never.Batch.Episode(4)));
        Assert.Equal((0, 3), (same.Batch.StepCount(8), next.Batch.StepCount(8)));

        next.Batch.Step(actions, next.Rewards, next.Endings, next.Rows, next.Finals);
        Assert.Equal(first, next.Rows);
        Assert.All(next.Rewards, r => Assert.Equal(0, r));
        Assert.All(next.Endings, e => Assert.Equal(Ending.None, e));
        Assert.Equal((1, 0), (next.Batch.Episode(8), next.Batch.StepCount(8)));

        var refused = Assert.Throws<InvalidOperationException>(() => never.Batch.Step(actions, never.Rewards, never.Endings));
        Assert.Contains("environment 0 is over", refused.Message);
        never.Batch.Reset([.. Enumerable.Range(0, Count).Select(k => k != 5)]);
        refused = Assert.Throws<InvalidOperationException>(() => never.Batch.Step(actions, never.Rewards, never.Endings));
        Assert.Contains("environment 5 is over", refused.Message);
        never.Batch.Reset([.. Enumerable.Range(0, Count).Select(k => k == 5)]);
        never.Batch.Step(actions, never.Rewards, never.Endings);
    }

    [Fact]
    public void Bad_input_is_refused_and_changes_nothing()
    {
        var environment = TestGames.Find("Dilemma-v0").Create(null);
        using var batch = EnvironmentBatch.Create(environment, 3);
        var (rewards, endings) = (new float[6], new Ending[3]);
        Assert.Contains("has not been reset", Assert.Throws<InvalidOperationException>(() => batch.Step(new float[6], rewards, endings)).Message);
        batch.Reset(1);
        Assert.Contains("room for 5", Assert.Throws<ArgumentException>(() => batch.Step(new float[5], rewards, endings)).Message);
        Assert.Contains("room for 7", Assert.Throws<ArgumentException>(() => batch.Step(new float[6], new float[7], endings)).Message);
        Assert.Contains("room for 2", Assert.Throws<ArgumentException>(() => batch.Step(new float[6], rewards, new Ending[2])).Message);
        Assert.Contains("give both", Assert.Throws<ArgumentException>(() => batch.Step(new float[6], rewards, endings, default, new float[12])).Message);
        Assert.Contains("agent 1 in environment 2 is NaN", Assert.Throws<ArgumentException>(() => batch.Step([0, 0, 0, 0, 0, float.NaN], rewards, endings)).Message);
        Assert.Contains("agent 0 in environment 1 is 0.5; it must be one of 0, 1", Assert.Throws<ArgumentException>(() => batch.Step([0, 0.5f, 0, 0, 0, 0], rewards, endings)).Message);
        Assert.Equal(0, batch.StepCount(0));
        var other = TestGames.Find("TrustDilemma-v0").Create(null);
        Assert.Contains("is not", Assert.Throws<ArgumentException>(() => EnvironmentBatch.Create([environment, other], [0, 1])).Message);
        Assert.Contains("variant 2", Assert.Throws<ArgumentException>(() => EnvironmentBatch.Create([environment], [0, 2])).Message);
        var more = TestGames.Find("Commons-v0");
        Assert.Contains("4 and 9 are not 3 and 7", Assert.Throws<ArgumentException>(() => EnvironmentBatch.Create([more.Create(null), more.Create(new() { ["n_agents"] = 4 })], [0, 1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => EnvironmentBatch.Create(environment, 0));
        var spec = TestGames.Find("Dilemma-v0").Interpret!(null);
        Assert.Contains("compiled", Assert.Throws<ArgumentException>(() => EnvironmentBatch.Create(spec, 2)).Message);
    }

    /// <summary>Steps are counted in single precision, which has every whole number up to 2²⁴.</summary>
    [Fact]
    public void A_batch_counts_as_far_as_single_precision_does()
    {
        var info = TestGames.Find("TrustDilemma-v0");
        const int Most = 1 << 24;
        Assert.Equal(Most, EnvironmentBatch.MostSteps);
        var beyond = info.Create(new() { ["max_steps"] = Most + 1 });
        foreach (var refused in new[] { Assert.Throws<ArgumentException>(() => EnvironmentBatch.Create(beyond, 2)), Assert.Throws<ArgumentException>(() => EnvironmentBatch.Create([info.Create(null), beyond], [0, 1])) })
            Assert.Contains("max_steps is 16777217 and must be at most 16777216", refused.Message, StringComparison.Ordinal);

        // The last two steps of the longest episode.
        var longest = info.Create(new() { ["max_steps"] = Most });
        using var batch = EnvironmentBatch.Create(longest, 1, new() { AutoReset = AutoReset.Disabled });
        batch.Reset(1);
        var state = new double[longest.StateLength];
        longest.Reset(1);
        longest.SaveState(state);
        state[0] = Most - 2;
        batch.SetState(0, state);
        var endings = new Ending[1];
        batch.Step([40, 40], new float[2], endings);
        Assert.Equal((Ending.None, Most - 1), (endings[0], batch.StepCount(0)));
        batch.Step([40, 40], new float[2], endings);
        Assert.Equal((Ending.Truncated, Most), (endings[0], batch.StepCount(0)));
    }

    [Fact]
    public void An_infinite_action_beyond_the_first_eight_is_found()
    {
        var environment = TestGames.Find("TrustDilemma-v0").Create(null);
        using var batch = EnvironmentBatch.Create(environment, 100);
        batch.Reset(1);
        var actions = new float[200];
        actions[137] = float.PositiveInfinity;
        var refused = Assert.Throws<ArgumentException>(() => batch.Step(actions, new float[200], new Ending[100]));
        Assert.Contains("agent 1 in environment 37", refused.Message);
    }
}
