namespace CoopGen.Batch.Tests;

/// <summary>Gradients of batches are those of the scalar environments, to what single precision holds.</summary>
public class GradientTests
{
    /// <summary>
    /// Relative to the largest derivative of the episode: single precision leaves 1e-6 a step in the state, which derivatives of tanh and of
    /// powers enlarge.
    /// </summary>
    private const double Tolerance = 5e-4;

    [Theory]
    [MemberData(nameof(TestGames.Ids), MemberType = typeof(TestGames))]
    public void The_gradient_of_a_batch_is_that_of_its_environments(string id)
    {
        const int Count = 19, Steps = 12;
        var (info, random) = (TestGames.Find(id), new Random(4));
        string[] modes = ["private", "integrated", "cooperative"];
        GameEnvironment[] variants = [.. modes.Select((mode, k) => info.Create(new() { ["reward_type"] = mode, ["max_steps"] = 5 + 3 * k }))];
        using var batch = EnvironmentBatch.Create(variants, Enumerable.Range(0, Count).Select(k => k % 3).ToArray(), new() { AutoReset = AutoReset.NextStep });
        var tape = new BatchTape(batch);
        var (n, profile) = (batch.AgentCount, batch.ProfileLength);
        var (actions, rewards, endings) = (new float[Steps][], new float[n * Count], new Ending[Count]);
        var ended = new bool[Steps, Count];
        tape.Reset(3, clear: true);
        for (var step = 0; step < Steps; step++)
        {
            actions[step] = new float[profile * Count];
            for (var at = 0; at < actions[step].Length; at++)
            {
                var (entry, box) = (at / Count, variants[0].ActionSpace);
                var choices = info.Actions[entry % info.Actions.Count].Choices;
                actions[step][at] = choices.Count > 0 ? (float)choices[random.Next(choices.Count)] : (float)(box.Low[entry] + (1.1 * random.NextDouble() - 0.05) * (box.High[entry] - box.Low[entry]));
            }

            tape.Step(actions[step], rewards, endings);
            for (var k = 0; k < Count; k++)
                ended[step, k] = (endings[k] & (Ending.Terminated | Ending.Truncated)) != 0;
        }

        var weights = Enumerable.Range(0, Steps * n * Count).Select(_ => (float)random.NextDouble() - 0.3f).ToArray();
        var (gradient, tuned) = (new float[Steps * profile * Count], new double[Count * tape.Parameters.Count]);
        tape.Gradient(weights, gradient, tuned);
        for (var k = 0; k < Count; k++)
            Assert.True(Compare(k), $"environment {k} differs");

        bool Compare(int k)
        {
            var scalar = new GradientTape(info.Create(new() { ["reward_type"] = modes[k % 3], ["max_steps"] = 5 + 3 * (k % 3) }));
            var (expected, total, paid, row) = (new double[Steps * profile], new double[tape.Parameters.Count], new double[n], new double[profile]);
            var from = 0;
            var isFirst = true;
            while (from < Steps)
            {
                if (isFirst)
                    scalar.Reset(EnvironmentBatch.SeedOf(3, k), clear: true);
                else
                    scalar.Reset();
                isFirst = false;
                var to = from;
                do
                {
                    for (var entry = 0; entry < profile; entry++)
                        row[entry] = actions[to][entry * Count + k];
                    scalar.Step(row, paid);
                }
                while (!ended[to++, k] && to < Steps);
                var mine = new double[(to - from) * n];
                for (var at = 0; at < mine.Length; at++)
                    mine[at] = weights[(from + at / n) * n * Count + at % n * Count + k];
                var (part, tunedPart) = (new double[(to - from) * profile], new double[total.Length]);
                scalar.Gradient(mine, part, tunedPart);
                part.CopyTo(expected, from * profile);
                for (var at = 0; at < total.Length; at++)
                    total[at] += tunedPart[at];
                // The next step resets.
                from = to + 1;
            }

            var size = Math.Max(1e-3, expected.Max(Math.Abs));
            for (var at = 0; at < expected.Length; at++)
            {
                var actual = gradient[at / profile * profile * Count + at % profile * Count + k];
                if (!(Math.Abs(expected[at] - actual) <= Tolerance * size))
                    return false;
            }

            size = Math.Max(1, total.Length == 0 ? 0 : total.Max(Math.Abs));
            for (var at = 0; at < total.Length; at++)
            {
                if (!(Math.Abs(total[at] - tuned[k * total.Length + at]) <= Tolerance * size))
                    return false;
            }

            return true;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_batch_that_is_disposed_of_refuses_to_play(int threads)
    {
        var environment = TestGames.Find("TrustDilemma-v0").Create(null);
        var batch = EnvironmentBatch.Create(environment, 5000, new() { Threads = threads });
        batch.Reset(1);
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.Step(new float[10000], new float[10000], new Ending[5000]));
    }

    [Fact]
    public void A_tape_refuses_what_it_cannot_play()
    {
        var environment = TestGames.Find("TrustDilemma-v0").Create(null);
        using var other = EnvironmentBatch.Create(environment, 3);
        Assert.Contains("AutoReset.NextStep", Assert.Throws<ArgumentException>(() => new BatchTape(other)).Message);
        using var batch = EnvironmentBatch.Create(environment, 3, new() { AutoReset = AutoReset.NextStep });
        var tape = new BatchTape(batch);
        Assert.Throws<InvalidOperationException>(() => tape.Step(new float[6], new float[6], new Ending[3]));
        tape.Reset(1);
        tape.Step(new float[6], new float[6], new Ending[3]);
        Assert.Contains("2 or, for 1 steps, 6 are needed", Assert.Throws<ArgumentException>(() => tape.Gradient(new float[5], new float[6])).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => tape.Gradient([1, float.NaN], new float[6])).Message);
        Assert.Throws<ArgumentException>(() => tape.Gradient([1, 1], new float[5]));
    }
}
