namespace CoopGen.Batch.Tests;

/// <summary>Episodes of a batch that follow each other, held against scalar environments that are reset as Gymnasium's autoreset modes say.</summary>
internal static class EpisodeCheck
{
    private const float Untouched = -777;

    /// <summary>Plays random actions and compares rewards, endings, rows and final rows; returns how many episodes ended.</summary>
    /// <param name="variants">Environments that can share a batch.</param>
    /// <param name="variantOf">The variant of each environment of the batch.</param>
    /// <param name="mode">What happens when an episode ends.</param>
    /// <param name="steps">How many steps are played.</param>
    /// <param name="random">Draws the actions.</param>
    /// <param name="keepsFinals">Whether the batch is given room for final observations.</param>
    public static int Run(IReadOnlyList<GameEnvironment> variants, int[] variantOf, AutoReset mode, int steps, Random random, bool keepsFinals = true)
    {
        var count = variantOf.Length;
        using var batch = EnvironmentBatch.Create(variants, variantOf, new() { AutoReset = mode });
        var scalars = variantOf.Select(v => Again(variants[v])).ToArray();
        batch.Reset(77, clear: true);
        for (var k = 0; k < count; k++)
            scalars[k].Reset(EnvironmentBatch.SeedOf(77, k), clear: true);
        var (n, length) = (batch.AgentCount, batch.ObservationLength);
        var (rewards, endings, rows, finals) = (new float[count * n], new Ending[count], new float[count * length], new float[keepsFinals ? count * length : 0]);
        var (profile, paid, state, seen) = (new double[batch.ProfileLength], new double[n], new double[scalars[0].StateLength], new float[length]);
        var (waits, episodes) = (new bool[count], 0);
        batch.Observe(rows);
        for (var k = 0; k < count; k++)
            Shows(scalars[k], k, rows, "first observation");
        for (var step = 0; step < steps; step++)
        {
            // Both go on from what single precision can hold, so that nothing adds up; which episode it is the batch counts by itself.
            for (var k = 0; k < count; k++)
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
                var refused = Assert.Throws<InvalidOperationException>(() => batch.Step(new float[count * batch.ProfileLength], rewards, endings));
                Assert.Contains($"environment {over} is over", refused.Message, StringComparison.Ordinal);
                batch.Reset(waits);
                batch.Observe(rows);
                for (var k = 0; k < count; k++)
                {
                    if (!waits[k])
                        continue;
                    scalars[k].Reset();
                    Shows(scalars[k], k, rows, $"step {step}, after reset");
                }

                waits.AsSpan().Clear();
            }

            var actions = new float[count * batch.ProfileLength];
            for (var a = 0; a < actions.Length; a++)
                actions[a] = Action(scalars[a % count], a / count, random);
            finals.AsSpan().Fill(Untouched);
            batch.Step(actions, rewards, endings, rows, finals);
            for (var k = 0; k < count; k++)
            {
                var at = $"step {step}";
                var final = keepsFinals ? finals.AsSpan(k * length, length) : [];
                if (waits[k])
                {
                    // The step after the end: actions are ignored, 0 is paid, nothing ends.
                    scalars[k].Reset();
                    waits[k] = false;
                    for (var i = 0; i < n; i++)
                        Assert.Equal(0, rewards[i * count + k]);
                    Assert.Equal(Ending.None, endings[k]);
                    Shows(scalars[k], k, rows, at + ", the reset");
                    Assert.False(final.ContainsAnyExcept(Untouched));
                    continue;
                }

                for (var a = 0; a < profile.Length; a++)
                    profile[a] = actions[a * count + k];
                var result = scalars[k].Step(profile, paid);
                var size = Math.Max(1, paid.Max(Math.Abs));
                for (var i = 0; i < n; i++)
                    if (!(Math.Abs(paid[i] - rewards[i * count + k]) <= StepCheck.Tolerance * size))
                        Assert.Fail($"{at}, environment {k}: agent {i} is paid {paid[i]:R}, in the batch {rewards[i * count + k]:R}");
                Assert.Equal((result.Terminated ? Ending.Terminated : 0) | (result.Truncated ? Ending.Truncated : 0), endings[k] & ~Ending.Clipped);
                var ended = result.Terminated || result.Truncated;
                episodes += ended ? 1 : 0;
                if (ended && mode == AutoReset.SameStep)
                {
                    if (keepsFinals)
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

        return episodes;

        void Shows(GameEnvironment scalar, int k, float[] given, string when)
        {
            scalar.Observe(seen);
            for (var c = 0; c < length; c++)
                if (!(Math.Abs(seen[c] - given[k * length + c]) <= StepCheck.Tolerance * Math.Max(1, Math.Abs(seen[c]))))
                    Assert.Fail($"{when}, environment {k}: column {c} is {seen[c]:R}, in the batch {given[k * length + c]:R}");
        }
    }

    /// <summary>Another environment with the same parameters.</summary>
    private static GameEnvironment Again(GameEnvironment environment)
    {
        var parameters = new ParameterSet();
        foreach (var p in environment.Info.Parameters)
            parameters[p.Name] = environment.Parameter(p.Name);
        return environment.Info.Create(parameters);
    }

    /// <summary>Within the box and never on its edge, where thresholds lie.</summary>
    private static float Action(GameEnvironment environment, int index, Random random)
    {
        var choices = environment.Info.Actions[index % environment.ActionDimensions].Choices;
        var (low, high) = (environment.ActionSpace.Low[index], environment.ActionSpace.High[index]);
        return (float)(choices.Count > 0 ? choices[random.Next(choices.Count)] : low + random.NextDouble() * (high - low));
    }
}
