namespace CoopGen.Batch.Tests;

/// <summary>Episodes follow each other as in scalar environments that are reset as Gymnasium's autoreset modes say, draws and what outlives episodes included.</summary>
public class AutoResetTests
{
    private const int Count = 13, Steps = 60;
    private const float Untouched = -777;

    public static TheoryData<string, AutoReset> Cases
    {
        get
        {
            var cases = new TheoryData<string, AutoReset>();
            foreach (var info in TestGames.All)
                foreach (var mode in Enum.GetValues<AutoReset>())
                    cases.Add(info.Id, mode);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Episodes_are_those_of_scalar_environments(string id, AutoReset mode)
    {
        var random = new Random(5);
        var variants = Variants.Of(TestGames.Find(id), 5, random);
        var variantOf = Enumerable.Range(0, Count).Select(_ => random.Next(variants.Count)).ToArray();
        using var batch = EnvironmentBatch.Create(variants, variantOf, new() { AutoReset = mode });
        var scalars = variantOf.Select(v => Variants.Again(variants[v])).ToArray();
        batch.Reset(77, clear: true);
        for (var k = 0; k < Count; k++)
            scalars[k].Reset(EnvironmentBatch.SeedOf(77, k), clear: true);
        var (n, length) = (batch.AgentCount, batch.ObservationLength);
        var (rewards, endings, rows, finals) = (new float[Count * n], new Ending[Count], new float[Count * length], new float[Count * length]);
        var (profile, paid, state, seen) = (new double[batch.ProfileLength], new double[n], new double[scalars[0].StateLength], new float[length]);
        var (waits, episodes) = (new bool[Count], 0);
        batch.Observe(rows);
        for (var k = 0; k < Count; k++)
            Shows(scalars[k], k, rows, "first observation");
        for (var step = 0; step < Steps; step++)
        {
            // Both go on from what single precision can hold, so that nothing adds up; which episode it is the batch counts by itself.
            for (var k = 0; k < Count; k++)
            {
                Assert.Equal(scalars[k].Episode, batch.Episode(k));
                if (waits[k])
                    continue;
                Assert.Equal(scalars[k].StepCount, batch.StepCount(k));
                Array.Resize(ref state, scalars[k].StateLength);
                scalars[k].SaveState(state);
                for (var at = GameEnvironment.HeaderLength; at < state.Length; at++)
                    state[at] = (float)state[at];
                scalars[k].RestoreState(state);
                batch.SetState(k, state);
            }

            if (mode == AutoReset.Disabled && waits.AsSpan().IndexOf(true) is >= 0 and var over)
            {
                var refused = Assert.Throws<InvalidOperationException>(() => batch.Step(new float[Count * batch.ProfileLength], rewards, endings));
                Assert.Contains($"environment {over} is over", refused.Message, StringComparison.Ordinal);
                batch.Reset(waits);
                batch.Observe(rows);
                for (var k = 0; k < Count; k++)
                {
                    if (!waits[k])
                        continue;
                    scalars[k].Reset();
                    Shows(scalars[k], k, rows, $"step {step}, after reset");
                }

                waits.AsSpan().Clear();
            }

            var actions = new float[Count * batch.ProfileLength];
            for (var a = 0; a < actions.Length; a++)
                actions[a] = Action(scalars[a % Count], a / Count, random);
            finals.AsSpan().Fill(Untouched);
            batch.Step(actions, rewards, endings, rows, finals);
            for (var k = 0; k < Count; k++)
            {
                var at = $"step {step}";
                var final = finals.AsSpan(k * length, length);
                if (waits[k])
                {
                    // The step after the end: actions are ignored, 0 is paid, nothing ends.
                    scalars[k].Reset();
                    waits[k] = false;
                    for (var i = 0; i < n; i++)
                        Assert.Equal(0, rewards[i * Count + k]);
                    Assert.Equal(Ending.None, endings[k]);
                    Shows(scalars[k], k, rows, at + ", the reset");
                    Assert.False(final.ContainsAnyExcept(Untouched));
                    continue;
                }

                for (var a = 0; a < profile.Length; a++)
                    profile[a] = actions[a * Count + k];
                var result = scalars[k].Step(profile, paid);
                var size = Math.Max(1, paid.Max(Math.Abs));
                for (var i = 0; i < n; i++)
                    Assert.True(Math.Abs(paid[i] - rewards[i * Count + k]) <= StepCheck.Tolerance * size, $"{at}, environment {k}: agent {i} is paid {paid[i]:R}, in the batch {rewards[i * Count + k]:R}");
                Assert.Equal((result.Terminated ? Ending.Terminated : 0) | (result.Truncated ? Ending.Truncated : 0), endings[k] & ~Ending.Clipped);
                var ended = result.Terminated || result.Truncated;
                episodes += ended ? 1 : 0;
                if (ended && mode == AutoReset.SameStep)
                {
                    Shows(scalars[k], k, finals, at + ", the last observation");
                    scalars[k].Reset();
                }
                else
                {
                    Assert.False(final.ContainsAnyExcept(Untouched));
                    waits[k] = ended;
                }

                Shows(scalars[k], k, rows, at);
            }
        }

        Assert.True(episodes > Count, $"{episodes} episodes ended");

        void Shows(GameEnvironment scalar, int k, float[] given, string when)
        {
            scalar.Observe(seen);
            for (var c = 0; c < length; c++)
                Assert.True(Math.Abs(seen[c] - given[k * length + c]) <= StepCheck.Tolerance * Math.Max(1, Math.Abs(seen[c])), $"{when}, environment {k}: column {c} is {seen[c]:R}, in the batch {given[k * length + c]:R}");
        }
    }

    /// <summary>Within the box and never on its edge, where thresholds lie.</summary>
    private static float Action(GameEnvironment environment, int index, Random random)
    {
        var choices = environment.Info.Actions[index % environment.ActionDimensions].Choices;
        var (low, high) = (environment.ActionSpace.Low[index], environment.ActionSpace.High[index]);
        return (float)(choices.Count > 0 ? choices[random.Next(choices.Count)] : low + random.NextDouble() * (high - low));
    }
}
