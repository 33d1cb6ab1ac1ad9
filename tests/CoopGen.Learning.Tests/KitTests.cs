using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

public class KitTests
{
    [Fact]
    public void Advantages_are_those_computed_by_hand()
    {
        // One environment; γ = 0.5, λ = 0.5. Step 1 ends by the horizon, so the value after it counts; step 3 terminates, so it does not.
        float[] rewards = [1, 2, 0, 4], values = [1, 2, 8, 3, 100], advantages = new float[4], targets = new float[4];
        Gae.Compute(rewards, values, [Ending.None, Ending.Truncated, Ending.None, Ending.Terminated], 0.5, 0.5, advantages, targets);
        // δ = 1 + 1 − 1, 2 + 4 − 2, 0 + 1.5 − 8, 4 − 3
        Assert.Equal([1 + 0.25f * 4, 4, -6.5f + 0.25f * 1, 1], advantages);
        Assert.Equal([3, 6, 1.75f, 4], targets);
    }

    [Fact]
    public void Nothing_follows_the_horizon_where_that_is_wanted_and_environments_keep_apart()
    {
        // Two environments, step by step; γ = 0.5, λ = 0.5. The first meets the horizon in its second step, the other terminates in its first and meets the horizon in its third.
        float[] rewards = [1, 2, 6, 0, 4, 6], values = [1, 4, 2, 2, 8, 1, 3, 5], advantages = new float[6], targets = new float[6];
        Ending[] endings = [Ending.None, Ending.Terminated, Ending.Truncated, Ending.None, Ending.None, Ending.Truncated];
        Gae.Compute(rewards, values, endings, 0.5, 0.5, advantages, targets, horizonEnds: true);
        // δ = 1 + 1 − 1, 6 − 2, 4 + 1.5 − 8; and 2 − 4, 0 + 0.5 − 2, 6 − 1
        Assert.Equal([1 + 0.25f * 4, -2, 4, -1.5f + 0.25f * 5, -2.5f, 5], advantages);
        Assert.Equal([3, 2, 6, 1.75f, 5.5f, 6], targets);
        // Otherwise the values of the last observations, 8 and 5, count half.
        Gae.Compute(rewards, values, endings, 0.5, 0.5, advantages, targets);
        Assert.Equal([1 + 0.25f * 8, -2, 8, -1.5f + 0.25f * 7.5f, -2.5f, 7.5f], advantages);
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.7, 0.5)]
    [InlineData(-1.5, 0.3)]
    public void The_density_of_squashed_actions_integrates_to_one_and_its_entropy_is_the_integral(double mean, double deviation)
    {
        // Over the action, in a grid that is fine near the ends: a = tanh u.
        const int Points = 20_001;
        using var scope = NewDisposeScope();
        var u = linspace(mean - 8 * deviation, mean + 8 * deviation, Points, ScalarType.Float64);
        var (mu, sigma) = (full(1, mean, ScalarType.Float64), full(1, Math.Log(deviation), ScalarType.Float64));
        var logs = SquashedGaussian.LogProbability(mu.expand(Points, 1), sigma, u.unsqueeze(-1));
        var (a, density) = (u.tanh().data<double>().ToArray(), logs.exp().data<double>().ToArray());
        var (mass, entropy) = (0.0, 0.0);
        for (var k = 1; k < Points; k++)
        {
            var (p, q, width) = (density[k - 1], density[k], a[k] - a[k - 1]);
            mass += width * (p + q) / 2;
            entropy -= width * (p * Math.Log(p) + q * Math.Log(q)) / 2;
        }

        // The trapezoidal rule's error; where tanh is rounded to 1 nothing is left.
        Assert.Equal(1, mass, 1e-4);
        Assert.Equal(entropy, SquashedGaussian.Entropy(mu.unsqueeze(0), sigma).item<double>(), 1e-2);
    }

    [Fact]
    public void What_is_sampled_has_the_log_probability_that_training_gives_it()
    {
        float[] mean = [0.3f, -2], deviation = [-0.5f, 0.2f], normal = [1.2f, -3], raw = new float[2], action = new float[2];
        var told = SquashedGaussian.Sample(mean, deviation, normal, raw, action);
        using var scope = NewDisposeScope();
        Assert.Equal(SquashedGaussian.LogProbability(tensor(mean), tensor(deviation), tensor(raw)).item<float>(), told, 1e-5f);
        Assert.Equal(Math.Tanh(0.3 + Math.Exp(-0.5) * 1.2), action[0], 1e-6);
    }

    [Fact]
    public void Bins_are_drawn_as_often_as_their_logits_say()
    {
        float[] logits = [0, 1, -1, 2];
        var (random, counts, drawn) = (new RandomStream(1, "bins"), new int[4], new int[4]);
        using var scope = NewDisposeScope();
        var logs = tensor(logits).log_softmax(0).data<float>().ToArray();
        float[] ownLogs = [.. logits], probabilities = new float[4];
        Categorical.LogSoftmax(ownLogs, 4, probabilities);
        for (var k = 0; k < 100_000; k++)
        {
            counts[Categorical.Sample((float[])[.. logits], random.Uniform())]++;
            drawn[Categorical.Draw(probabilities, random.Uniform())]++;
        }

        // Five standard deviations of a share of 100,000 draws.
        for (var bin = 0; bin < 4; bin++)
        {
            Assert.Equal(Math.Exp(logs[bin]), counts[bin] / 1e5, 5 * Math.Sqrt(0.25 / 1e5));
            Assert.Equal(Math.Exp(logs[bin]), drawn[bin] / 1e5, 5 * Math.Sqrt(0.25 / 1e5));
        }

        Assert.Equal([-1f, 0f, 1f], Enumerable.Range(0, 3).Select(bin => Categorical.Action(bin, 3)));
        Assert.Equal(-logs.Sum(l => Math.Exp(l) * l), Categorical.Entropy(tensor(logits)).item<float>(), 1e-5);
        Assert.Equal(logs[2], Categorical.LogProbability(tensor(logits).unsqueeze(0), tensor(new long[] { 2 })).item<float>(), 1e-6f);
    }

    [Fact]
    public void A_stream_goes_on_where_it_was_saved_and_has_the_moments_it_should()
    {
        var (stream, archive) = (new RandomStream(9, "a"), new Archive());
        stream.Uniform();
        stream.Exchange(archive, "position");
        var path = Path.GetTempFileName();
        archive.Save(path);
        var (expected, values) = (new float[100_001], new float[100_001]);
        stream.FillNormal(expected);
        var other = new RandomStream(9, "a");
        other.Exchange(Archive.Load(path), "position");
        other.FillNormal(values);
        File.Delete(path);
        Assert.Equal(expected, values);
        new RandomStream(9, "b").FillNormal(values);
        Assert.NotEqual(expected, values);
        // Five standard deviations.
        Assert.Equal(0, values.Average(), 5 / Math.Sqrt(1e5));
        Assert.Equal(1, values.Average(v => v * v), 5 * Math.Sqrt(2 / 1e5));
        var order = Enumerable.Range(0, 100).ToArray();
        stream.Shuffle<int>(order);
        Assert.NotEqual(Enumerable.Range(0, 100), order);
        Assert.Equal(Enumerable.Range(0, 100), order.Order());
    }

    [Fact]
    public void A_normalizer_knows_mean_and_deviation_of_all_it_saw()
    {
        var (random, normalizer, seen) = (new RandomStream(2, "x"), new RunningNormalizer(2), new List<float>());
        foreach (var rows in new[] { 1, 7, 100 })
        {
            var values = new float[2 * rows];
            random.FillNormal(values);
            for (var k = 0; k < values.Length; k += 2)
                (values[k], values[k + 1]) = (1e4f + 3 * values[k], 5);
            normalizer.Update(values);
            seen.AddRange(values.Where((_, k) => k % 2 == 0));
        }

        var mean = seen.Average(x => (double)x);
        var deviation = Math.Sqrt(seen.Average(x => (x - mean) * (x - mean)));
        var result = new float[4];
        normalizer.Apply([(float)(mean + 2 * deviation), 5, 1e9f, 5], result);
        // Single precision of 1e4, in deviations.
        Assert.Equal(2, result[0], 1e-3f);
        Assert.Equal([0f, 10f, 0f], result[1..]);
    }

    [Fact]
    public void Values_stay_what_they_were_when_their_units_move()
    {
        var critic = new Mlp("critic", 2, [3, 8, 1], Activation.Tanh);
        critic.Initialise(new(1, "w"), Initialisation.Uniform);
        var normalizer = new ValueNormalizer(2, 0.05);
        normalizer.Update(0, 100, 100 * 100 + 25, critic);
        normalizer.Update(1, 3, 10, critic);
        float[] x = [0.1f, -0.5f, 1], before = new float[1], after = new float[1];
        critic.Forward(0, x, before);
        var value = before[0] * normalizer.Deviation(0) + normalizer.Mean(0);
        Assert.Equal(100, normalizer.Mean(0), 1e-9);
        Assert.Equal(5, normalizer.Deviation(0), 1e-9);
        normalizer.Update(0, 200, 200 * 200 + 1, critic);
        normalizer.Update(1, 3, 10, critic);
        critic.Forward(0, x, after);
        Assert.NotEqual(before[0], after[0]);
        Assert.Equal(value, after[0] * normalizer.Deviation(0) + normalizer.Mean(0), 1e-3);
    }

    [Fact]
    public void The_first_targets_of_every_group_count_alike()
    {
        var critic = new Mlp("critic", 3, [2, 1], Activation.Tanh);
        var normalizer = new ValueNormalizer(3, 0.25);
        double[] means = [4, 8, 3, 1, 9, 16], expected = [4, 6, 5, 4, 5.25, 7.9375];
        for (var k = 0; k < means.Length; k++)
            for (var group = 0; group < 3; group++)
            {
                normalizer.Update(group, means[k] * (group + 1), Math.Pow(means[k] * (group + 1), 2) + 1, critic);
                // Weights are 1, 1/2, 1/3, 1/4, then a quarter. Numbers so small are exact but for the last digits.
                Assert.Equal(expected[k] * (group + 1), normalizer.Mean(group), 1e-12);
            }
    }

    [Fact]
    public void An_archive_gives_back_what_it_got_and_refuses_what_it_has_not()
    {
        var path = Path.GetTempFileName();
        var archive = new Archive();
        archive.Within("a").Exchange("floats", new float[] { 1, float.NaN, 3 }.AsSpan());
        archive.Exchange("count", 7L);
        archive.Save(path);
        var read = Archive.Load(path);
        var values = new float[3];
        read.Exchange("a.floats", values.AsSpan());
        Assert.Equal([1, float.NaN, 3], values);
        Assert.Equal(7L, read.Exchange("count", 0L));
        Assert.Throws<InvalidDataException>(() => read.Exchange("missing", 0L));
        Assert.Throws<InvalidDataException>(() => read.Exchange("count", 0));
        Assert.Throws<InvalidDataException>(() => read.Exchange("a.floats", new float[2].AsSpan()));
        foreach (var damaged in new[] { File.ReadAllBytes(path)[..^1], "not an archive"u8.ToArray(), [], Headed("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}"), Headed("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}"), Headed("{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}"), Headed("[]") })
        {
            File.WriteAllBytes(path, damaged);
            Assert.Throws<InvalidDataException>(() => Archive.Load(path));
        }

        File.Delete(path);

        static byte[] Headed(string header) => [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.UTF8.GetBytes(header), 0, 0, 0, 0];
    }

    [Fact]
    public void What_is_drawn_from_a_replay_is_what_happened()
    {
        // Episodes of four steps, so that the buffer wraps and holds resets.
        var environment = CoopGen.EnvironmentRegistry.All.Single(e => e.Id == "PartnerHoldUp-v0").Create(new() { ["max_steps"] = 4 });
        using var batch = new TrainingBatch(environment, 3, 1, own: true, joint: true);
        var (replay, random, actions) = (new Replay(batch, 60), new RandomStream(1, "draws"), new float[6]);
        var happened = new Dictionary<string, (float Reward, string Next, Ending Ending)>();
        batch.Start();
        for (var step = 0; step < 50; step++)
        {
            string[] before = [.. Enumerable.Range(0, 3).Select(Seen)];
            replay.Observe(batch);
            random.FillUniform(actions, -1, 1);
            batch.Step(actions);
            replay.Add(batch, actions);
            for (var k = 0; k < 3; k++)
                if (batch.Played[k])
                    happened[before[k] + Text(actions.AsSpan(3 + k, 1))] = (batch.Rewards[3 + k], Seen(k), batch.Endings[k]);
        }

        var drawn = new HashSet<int>();
        for (var k = 0; k < 5000; k++)
        {
            var entry = replay.Draw(random);
            drawn.Add(entry);
            var (reward, next, ending) = happened[Kept(entry, after: false) + Text(replay.Action(entry, 1))];
            Assert.Equal(reward, replay.Reward(entry, 1));
            Assert.Equal(next, Kept(entry, after: true));
            Assert.Equal((ending & Ending.Terminated) != 0, replay.Terminated(entry));
            Assert.Equal((ending & (Ending.Terminated | Ending.Truncated)) != 0, replay.Ended(entry));
        }

        // All that can be drawn is, and each of 48 or fewer is missed by 5000 draws with a probability below 1e-40. Of 19 rows a fifth are resets, more where games ended early.
        Assert.Equal(replay.Count, drawn.Count);
        Assert.InRange(drawn.Count, 30, 48);

        string Kept(int entry, bool after)
        {
            var (own, joint) = (new float[batch.OwnLength], new float[batch.JointLength]);
            replay.Own(entry, 1, after, own);
            replay.Joint(entry, after, joint);
            var varying = new float[replay.JointColumns.Length];
            replay.JointVarying(entry, after, varying);
            Assert.Equal(varying, replay.JointColumns.ToArray().Select(column => joint[column]));
            return Text(own) + Text(joint);
        }

        string Seen(int k) => Text(batch.Own.AsSpan((3 + k) * batch.OwnLength, batch.OwnLength)) + Text(batch.Joint.AsSpan(k * batch.JointLength, batch.JointLength));
        static string Text(ReadOnlySpan<float> values) => string.Join(' ', values.ToArray()) + ";";
    }
}
