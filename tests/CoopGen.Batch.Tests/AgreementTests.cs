namespace CoopGen.Batch.Tests;

/// <summary>A step of the batch is a step of the scalar environment.</summary>
public class AgreementTests
{
    public static TheoryData<string> Ids => TestGames.Ids;

    /// <summary>
    /// Relative, absolute below 1: a step is some hundred operations in single precision. Where rewards are small differences of large payoffs
    /// the error is measured against the payoffs, that is against the greatest reward or action of the profile.
    /// </summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [MemberData(nameof(Ids))]
    public void One_step_from_a_shared_state_agrees(string id)
    {
        var (random, atThreshold) = (new Random(11), 0);
        for (var trial = 0; trial < 60; trial++)
        {
            var parameters = TestGames.RandomParameters(TestGames.Find(id), random);
            var scalar = TestGames.Find(id).Create(parameters);
            const int Count = 13;
            using var batch = EnvironmentBatch.Create(scalar, Count, new() { AutoReset = AutoReset.Disabled });
            batch.Reset(5);
            var (n, length) = (scalar.AgentCount, scalar.ObservationLength);
            var (rewards, state) = (new double[n], new double[scalar.StateLength]);
            var (actions, paid, endings, rows) = (new float[Count * scalar.ProfileLength], new float[Count * n], new Ending[Count], new float[Count * length]);
            var profiles = new double[Count][];
            var states = new double[Count][];
            for (var k = 0; k < Count; k++)
            {
                scalar.Reset((ulong)(trial * Count + k));
                for (var step = random.Next(12); step > 0 && !scalar.HasEnded; step--)
                {
                    scalar.Step(Profile(scalar, random), rewards);
                    if (scalar.HasEnded)
                        scalar.Reset();
                }

                // Both start from what single precision can hold; steps, seeds and episodes are whole.
                scalar.SaveState(state);
                for (var at = GameEnvironment.HeaderLength; at < state.Length; at++)
                    state[at] = (float)state[at];
                (states[k], profiles[k]) = ([.. state], Profile(scalar, random));
                batch.SetState(k, state);
                for (var a = 0; a < profiles[k].Length; a++)
                    actions[a * Count + k] = (float)profiles[k][a];
            }

            batch.Step(actions, paid, endings, rows);
            for (var k = 0; k < Count; k++)
            {
                // At a threshold the last digit decides: then the step that a change of the last digit leads to will do.
                var differences = new[] { 0, 1e-7, -1e-7 }.Select(shift => Difference(scalar, states[k], profiles[k], shift, k, Count, paid, rows, endings)).ToList();
                Assert.True(differences.Contains(null), $"{id} trial {trial}, environment {k}: {differences[0]}");
                atThreshold += differences[0] is null ? 0 : 1;
            }
        }

        Assert.True(atThreshold <= 8, $"{atThreshold} of 780 steps differ from the scalar environment unless their last digits are changed.");
    }

    /// <summary>What differs between a step of the scalar environment, its state and actions changed in the last digits, and that of the batch; null if nothing does.</summary>
    private static string? Difference(GameEnvironment scalar, double[] state, double[] profile, double shift, int k, int count, float[] paid, float[] rows, Ending[] endings)
    {
        var (rewards, observation) = (new double[scalar.AgentCount], new float[scalar.ObservationLength]);
        scalar.Reset(0);
        scalar.RestoreState([.. state.Select((x, at) => at < GameEnvironment.HeaderLength || x == Math.Round(x) && Math.Abs(x) < 1024 ? x : x * (1 + shift))]);
        var result = scalar.Step(Array.ConvertAll(profile, a => scalar.Info.Actions[0].Choices.Count > 0 || scalar.ActionDimensions > 1 ? a : a * (1 + shift)), rewards);
        scalar.Observe(observation);
        var size = Math.Max(1, rewards.Concat(profile).Max(Math.Abs));
        for (var i = 0; i < rewards.Length; i++)
            if (!(Math.Abs(rewards[i] - paid[i * count + k]) <= Tolerance * size))
                return $"agent {i} is paid {rewards[i]:R}, in the batch {paid[i * count + k]:R}";
        for (var c = 0; c < observation.Length; c++)
            if (!(Math.Abs(observation[c] - rows[k * observation.Length + c]) <= Tolerance * Math.Max(1, Math.Abs(observation[c]))))
                return $"column {c} is {observation[c]:R}, in the batch {rows[k * observation.Length + c]:R}";
        if ((result.Terminated, result.Truncated) != (endings[k].HasFlag(Ending.Terminated), endings[k].HasFlag(Ending.Truncated)))
            return $"the step ends as {result}, in the batch as {endings[k]}";
        // A bound that single precision cannot hold is another number there.
        var edges = scalar.ActionSpace.Low.ToArray().Concat(scalar.ActionSpace.High.ToArray()).Select(bound => (double)(float)bound);
        return !profile.Intersect(edges).Any() && result.Clipped != endings[k].HasFlag(Ending.Clipped) ? $"clipped: {result.Clipped}" : null;
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void First_observations_and_draws_are_those_of_the_scalar_environment(string id)
    {
        var scalar = TestGames.Find(id).Create(null);
        const int Count = 10;
        using var batch = EnvironmentBatch.Create(scalar, Count);
        batch.Reset(42);
        var (rows, observation) = (new float[Count * batch.ObservationLength], new float[batch.ObservationLength]);
        batch.Observe(rows);
        for (var k = 0; k < Count; k++)
        {
            scalar.Reset(EnvironmentBatch.SeedOf(42, k), clear: true);
            scalar.Observe(observation);
            for (var c = 0; c < observation.Length; c++)
                Assert.Equal(observation[c], rows[k * observation.Length + c], 1e-6f * Math.Max(1, Math.Abs(observation[c])));
        }
    }

    /// <summary>Actions that single precision can hold, within the box and beyond it.</summary>
    private static double[] Profile(GameEnvironment environment, Random random)
    {
        var profile = new double[environment.ProfileLength];
        TestGames.RandomActions(environment, random, profile);
        return Array.ConvertAll(profile, a => (double)(float)a);
    }
}
