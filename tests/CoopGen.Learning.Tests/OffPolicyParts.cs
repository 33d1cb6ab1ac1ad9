namespace CoopGen.Learning.Tests;

public class OffPolicyParts
{
    [Fact]
    public void Smoothed_targets_stay_within_bounds_and_keep_their_mean()
    {
        const int Count = 100_000;
        var normal = Draws("smoothing", Count);
        float[] middle = new float[Count], end = new float[Count];
        Array.Fill(end, 0.9f);
        MATD3.Smooth(middle, normal, 0.2, 0.5);
        MATD3.Smooth(end, normal, 0.2, 0.5);
        Assert.Equal(0.5f, middle.Max(Math.Abs));
        Assert.Equal(1, end.Max());
        Assert.Equal(0.4f, end.Min(), 1e-6f);
        // Five standard errors of the mean; the deviation is that of a normal number cut off at 2.5 of its own, 0.1967 = 0.2·√(Φ(2.5) − Φ(−2.5) − 5φ(2.5) + 2·2.5²·(1 − Φ(2.5))).
        Assert.Equal(0, middle.Average(), 5 * 0.2 / Math.Sqrt(Count));
        Assert.Equal(Cut(0.2, 2.5), Math.Sqrt(middle.Average(m => (double)m * m)), 5 * 0.2 / Math.Sqrt(2 * Count));
    }

    [Fact]
    public void A_mixture_grows_with_every_utility_in_every_state()
    {
        const int Rows = 1000, Utilities = 5;
        var mixer = new MonotonicMixer("mixer", Utilities, 7, 32);
        mixer.Initialise(new(3, "mixer"));
        float[] utilities = Array.ConvertAll(Draws("utilities", Rows * Utilities), x => 3 * x), states = Array.ConvertAll(Draws("states", Rows * 7), x => 3 * x);
        float[] value = new float[Rows], more = new float[Rows], slopes = new float[Rows * Utilities];
        mixer.Mix(utilities, states, value);
        mixer.Backward(utilities, [.. Enumerable.Repeat(1f, Rows)], slopes);
        Assert.True(slopes.Min() >= 0);
        for (var k = 0; k < Utilities; k++)
        {
            // It is no sum: slopes depend on the state and on the utilities.
            var own = slopes.Where((_, at) => at % Utilities == k).ToArray();
            Assert.True(own.Average(s => (s - own.Average()) * (s - own.Average())) > 1e-4);
            mixer.Mix([.. utilities.Select((u, at) => at % Utilities == k ? u + 0.7f : u)], states, more);
            Assert.True(more.Zip(value, (m, v) => m - v).Min() >= -1e-5f);
        }
    }

    [Fact]
    public void Disturbed_actions_of_others_lower_the_critic_and_leave_ones_own()
    {
        const int Agents = 3, Rows = 200, Own = 1;
        var critics = new CriticNetworks(Agents, 1, Agents, [4 + Agents, 32, 32, 1], new(1, "critic"));
        float[] seen = Draws("seen", Rows * 4), all = Array.ConvertAll(Draws("actions", Rows * Agents), MathF.Tanh), slopes = new float[Rows * Agents];
        critics.Slopes(Own, seen, all, slopes);
        var worse = all.ToArray();
        M3DDPG.Worsen(worse, slopes, Agents, Own, length: 1, 0.01);
        for (var at = 0; at < all.Length; at++)
            if (at % Agents == Own)
                Assert.Equal(all[at], worse[at]);
        // One number per agent, so that a step of length ε is ε, but for the last digits and where it is cut off at an end.
        Assert.Equal(0.01f, worse.Zip(all, (w, a) => Math.Abs(w - a)).Max(), 1e-6f);
        Assert.InRange(worse.Max(Math.Abs), 0, 1);
        // So short a step down the gradient lowers the value of every row, but for kinks and the last digits of single precision.
        float[] before = new float[Rows], after = new float[Rows];
        critics.Values(Own, seen, all, before);
        critics.Values(Own, seen, worse, after);
        Assert.True(after.Average() - before.Average() < -1e-5f);
        Assert.True(after.Zip(before, (a, b) => a - b).Max() < 1e-5f);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Slopes_are_those_of_the_lesser_twin(bool target, int thread)
    {
        const int Rows = 150, Actions = 2;
        const float Step = 1e-2f;
        var critics = new CriticNetworks(3, 2, Actions, [4 + Actions, 32, 32, 1], new(1, "critic"));
        float[] seen = Draws("seen", Rows * 4), actions = Draws("actions", Rows * Actions), slopes = new float[Rows * Actions];
        float[] less = new float[Rows], more = new float[Rows], here = new float[Rows], other = new float[Rows];
        // From here on targets say something else.
        Improve(critics, 3, 1, seen, actions, new float[Rows], 1e-2);
        Moved(0, 0, here);
        critics.Values(1, seen, actions, other, !target);
        Assert.NotEqual(here, other);
        Assert.Equal(here.Sum(v => (double)v), critics.Slopes(1, seen, actions, slopes, target: target, thread: thread), 1e-4);
        for (var d = 0; d < Actions; d++)
        {
            var checkedRows = 0;
            Moved(d, -Step, less);
            Moved(d, Step, more);
            for (var row = 0; row < Rows; row++)
            {
                // Straight but for kinks, which a row in ten has so near; values are known to 1e-7.
                if (Math.Abs(less[row] + more[row] - 2 * here[row]) > 1e-6f)
                    continue;
                checkedRows++;
                Assert.Equal((more[row] - less[row]) / (2 * Step), slopes[row * Actions + d], 1e-4f);
            }

            Assert.InRange(checkedRows, Rows / 2, Rows);
        }

        void Moved(int dimension, float by, float[] values) =>
            critics.Values(1, seen, [.. actions.Select((a, k) => k % Actions == dimension ? a + by : a)], values, target);
    }

    [Fact]
    public void Critics_learn_what_they_are_told()
    {
        const int Rows = 130;
        var critics = new CriticNetworks(2, 2, 1, [3, 32, 1], new(1, "critic"));
        float[] seen = Draws("seen", Rows * 2), actions = Draws("actions", Rows), goals = [.. Enumerable.Range(0, Rows).Select(k => seen[2 * k] - MathF.Abs(actions[k]))];
        float[] before = new float[Rows], after = new float[Rows], other = new float[Rows], values = new float[Rows];
        critics.Values(0, seen, actions, other);
        critics.Values(1, seen, actions, before, target: true);
        var (first, last) = (0.0, 0.0);
        for (var step = 0; step < 500; step++)
        {
            last = Improve(critics, 2, 1, seen, actions, goals, 1e-2);
            first = step == 0 ? last : first;
        }

        // Both twins' squared errors; a network of 32 rectified units fits such a kink to a few hundredths.
        Assert.InRange(last, 0, 0.01 * first);
        critics.Values(1, seen, actions, values);
        Assert.InRange(values.Zip(goals, (v, g) => (v - g) * (v - g)).Average(), 0, last);
        critics.Values(0, seen, actions, after);
        Assert.Equal(other, after);
        critics.Values(1, seen, actions, after, target: true);
        Assert.Equal(before, after);
        // A step of length 0, after which targets are where networks are.
        Improve(critics, 2, 1, seen, actions, goals, rate: 0, τ: 1);
        critics.Values(1, seen, actions, after, target: true);
        Assert.All(after.Zip(values), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Fact]
    public void Units_of_values_change_what_critics_and_mixtures_say_by_the_factor_alone()
    {
        var critics = new CriticNetworks(3, 2, 2, [6, 16, 1], new(1, "critic"));
        float[] seen = Draws("seen", 40), actions = Draws("actions", 20);
        var before = Said();
        float[] slopes = new float[20], changed = new float[20];
        critics.Slopes(1, seen, actions, slopes);
        critics.Rescale(1, 0.25f);
        critics.Slopes(1, seen, actions, changed);
        Assert.All(slopes.Zip(changed), pair => Assert.Equal(pair.First * 0.25f, pair.Second, 1e-6f));
        // Single precision; a power of two is exact but for sums of other size.
        foreach (var ((judge, earlier), (_, later)) in before.Zip(Said()))
            Assert.All(earlier.Zip(later), pair => Assert.Equal(pair.First * (judge == 1 ? 0.25f : 1), pair.Second, 1e-6f));
        var mixer = new MonotonicMixer("mixer", 2, 4, 8);
        mixer.Initialise(new(1, "mixer"));
        float[] value = new float[10], rescaled = new float[10];
        mixer.Mix(actions, seen, value);
        mixer.Rescale(0.25f);
        mixer.Mix(actions, seen, rescaled);
        Assert.All(value.Zip(rescaled), pair => Assert.Equal(pair.First * 0.25f, pair.Second, 1e-6f));

        List<(int Judge, float[] Values)> Said()
        {
            var said = new List<(int, float[])>();
            for (var judge = 0; judge < 3; judge++)
                foreach (var target in new[] { false, true })
                {
                    var values = new float[10];
                    critics.Values(judge, seen, actions, values, target);
                    said.Add((judge, values));
                }

            return said;
        }
    }

    [Fact]
    public void Targets_follow_critics_by_their_rate()
    {
        var (from, to) = (new Mlp("a", 2, [3, 9, 1], Activation.Relu), new Mlp("b", 2, [3, 9, 1], Activation.Relu));
        from.Initialise(new(1, "from"), Initialisation.Uniform);
        to.Initialise(new(1, "to"), Initialisation.Uniform);
        var expected = to.Parameters.Zip(from.Parameters).SelectMany(p => p.First.Values.Zip(p.Second.Values, (t, f) => t + 0.25f * (f - t))).ToArray();
        for (var group = 0; group < 2; group++)
            to.MoveTowards(from, group, 0.25f);
        Assert.All(expected.Zip(to.Parameters.SelectMany(p => p.Values)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Rewards_are_centred_and_scaled_and_an_end_is_worth_nothing()
    {
        var scale = new ValueScale(2, 0.5);
        float[] rewards = [1, 3, 5, 7, 10, 10, 10, 99];
        scale.Update(rewards, [true, true, true, false], new Ending[4]);
        // Mean 3, which counts double with γ = 0.5 where nothing ends.
        var deviation = Math.Sqrt(8.0 / 3);
        Assert.Equal(6, scale.Offset(0), 1e-12);
        Assert.Equal(deviation, scale.Deviation(0), 1e-12);
        Assert.Equal((4 - 3) / deviation, scale.Scaled(0, 4, terminated: false), 1e-6);
        Assert.Equal((4 - 6) / deviation, scale.Scaled(0, 4, terminated: true), 1e-6);
        // Rewards that do not differ are finite too; later steps move the offset alone. A quarter of the steps has ended a game: 4/(1 − 0.5·0.75).
        Assert.True(float.IsFinite(scale.Scaled(1, 11, terminated: false)));
        scale.Update([7, 7], [true], [Ending.Terminated]);
        Assert.Equal(4 / 0.625, scale.Offset(0), 1e-12);
        // Of goals twice as large as units say, units grow, and what was said shrinks with them.
        var before = scale.Deviation(0);
        Assert.Equal(before / scale.Adapt(0, 4), scale.Deviation(0), 1e-6);
        Assert.Equal(before * Math.Sqrt(1.03), scale.Deviation(0), 1e-12);
    }

    [Fact]
    public void A_temperature_falls_where_there_is_more_entropy_than_wanted_and_rises_where_there_is_less()
    {
        foreach (var (wanted, rises) in new[] { (-8.0, false), (1.0, true) })
        {
            var given = new Dictionary<string, double> { ["target_entropy"] = wanted, ["final_target_entropy"] = wanted, ["hidden_width"] = 16, ["batch"] = 32, ["learning_starts"] = 500 };
            using var learner = (ISAC)ISAC.Algorithm.Start(CoopGen.EnvironmentRegistry.All.Single(e => e.Id == "TrustDilemma-v0").Create(null), 1, 2000, given);
            learner.Train(400);
            var before = learner.Temperatures;
            learner.Train(2000);
            // Entropy within (−1, 1) is at most log 2 = 0.69, and of an unlearnt network far above −8.
            Assert.All(learner.Temperatures.Zip(before), α => Assert.True(rises ? α.First > α.Second : α.First < α.Second, $"{α}"));
        }
    }

    [Fact]
    public void Forty_agents_keep_a_hundred_thousand_steps_in_two_gigabytes()
    {
        var environment = CoopGen.EnvironmentRegistry.All.Single(e => e.Id == "ApacheProject-v0").Create(null);
        using var batch = new TrainingBatch(environment, 16, 1, own: true, joint: true);
        // Own observations: 40·160 numbers that vary, the joint one 3,241; in half precision from a gibibyte on.
        Assert.Equal(160 * (4 * (40 * 160 + 3241 + 80) + 2), Replay.BytesFor(batch, 160));
        Assert.Equal(100_000L * (2 * (40 * 160 + 3241) + 4 * 80 + 2), Replay.BytesFor(batch, 100_000));
    }

    /// <summary>A step of a judge's networks.</summary>
    private static double Improve(CriticNetworks critics, int judges, int judge, float[] seen, float[] actions, float[] goals, double rate, double τ = 0)
    {
        critics.Begin();
        var loss = 0.0;
        for (var network = judge; network < critics.Networks; network += judges)
            loss += critics.Improve(network, seen, actions, goals, rate, double.PositiveInfinity, τ, thread: network % 2);
        return loss;
    }

    private static double Cut(double deviation, double at)
    {
        var (density, beyond) = (Math.Exp(-at * at / 2) / Math.Sqrt(2 * Math.PI), 0.00620966532577614);
        return deviation * Math.Sqrt(1 - 2 * beyond - 2 * at * density + 2 * at * at * beyond);
    }

    private static float[] Draws(string name, int length)
    {
        var values = new float[length];
        new RandomStream(5, name).FillNormal(values);
        return values;
    }
}
