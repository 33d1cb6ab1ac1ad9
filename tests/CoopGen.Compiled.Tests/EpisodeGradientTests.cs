namespace CoopGen.Compiled.Tests;

/// <summary>Reverse mode equals central differences: of whole episodes with respect to actions and parameters, and of single steps with respect to the state.</summary>
public class EpisodeGradientTests
{
    /// <summary>Relative to the derivative or, where it is small, to 1: extrapolated differences leave h⁴ times a fifth derivative and 1e-16/h of the sum that is differentiated.</summary>
    private const double Tolerance = 1e-6;

    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void The_gradient_of_an_episode_is_its_derivative(string id)
    {
        var info = Games.Find(id);
        var random = new Random(5);
        var (compared, parameters, kinks) = (0, 0, 0);
        for (var trial = 0; trial < 12; trial++)
        {
            if (Episode.TryMake(info, random, (ulong)trial) is not { } episode)
                continue;
            var (actions, tuned) = episode.Gradient();
            Assert.All(actions.Concat(tuned), g => Assert.True(double.IsFinite(g)));
            var scale = Math.Max(1, Math.Abs(episode.Value()) * 1e-3);
            for (var probe = 0; probe < 12 && actions.Length > 0; probe++)
            {
                var k = random.Next(actions.Length);
                if (info.Actions[k % info.Actions.Count].Choices.Count > 0)
                    continue;
                Compare(ref compared, x => episode.Value(k, x), actions[k], 1e-4 * Math.Max(1, Math.Abs(episode.Actions[k])), $"{id} {trial}: ∂L/∂action {k}");
            }

            for (var k = 0; k < tuned.Length; k++)
                Compare(ref parameters, x => episode.ValueWith(k, x), tuned[k], 1e-4, $"{id} {trial}: ∂L/∂{episode.Tape.Parameters[k]}");

            void Compare(ref int done, Func<double, double> value, double exact, double h, string what)
            {
                var (best, size, isSmooth) = Differences(value, h, scale);
                if (!isSmooth)
                {
                    kinks++;
                    return;
                }

                done++;
                Assert.True(Math.Abs(best - exact) <= Tolerance * size, $"{what} is {exact:R}, differences give {best:R}");
            }
        }

        Assert.True((compared > 20 || info.Actions.All(a => a.Choices.Count > 0)) && parameters >= 5 && compared + parameters > 2 * kinks, $"{compared} actions and {parameters} parameters compared, {kinks} at kinks");
    }

    /// <summary>
    /// At bounds of actions, with parameters and states where guarded formulas would not be finite, and with weights of 0: whatever was not
    /// taken or does not count contributes exactly 0.
    /// </summary>
    [Fact]
    public void What_was_not_taken_or_does_not_count_contributes_nothing()
    {
        foreach (var divisor in new[] { 0, 0.5 })
        {
            var tape = new GradientTape(Games.Find("Brink-v0").Create(new() { ["divisor"] = divisor }));
            var (paid, actions, parameters) = (new double[2], new double[6], new double[tape.Parameters.Count]);
            tape.Reset(1);
            // The store stays empty, agent 1 does nothing at all; then agent 0 fills it.
            tape.Step([0, 0], paid);
            tape.Step([2, 0], paid);
            tape.Step([1, 0], paid);
            tape.Gradient([0, 0, 1, 0, 1, 0], actions, parameters);
            Assert.All(parameters, p => Assert.True(double.IsFinite(p), $"{p}"));
            Assert.True(actions[2] != 0 && double.IsFinite(actions[2]));
            Assert.True(actions[4] != 0 && double.IsFinite(actions[4]));
            // What agent 1 asks for enters agent 0's reward through the product alone.
            Assert.Equal(-Math.Exp(-1), actions[5], 1e-12);
            Assert.Equal(divisor == 0, parameters[Array.IndexOf([.. tape.Parameters], "divisor")] == 0);
        }
    }

    [Fact]
    public void At_a_bound_an_action_counts_as_inside_and_beyond_it_hands_nothing_on()
    {
        var tape = new GradientTape(Games.Find("TrustDilemma-v0").Create(new() { ["reward_type"] = "private" }));
        var (paid, actions) = (new double[2], new double[2]);
        foreach (var (action, isInside) in new[] { (100.0, true), (100.5, false), (99.5, true) })
        {
            tape.Reset(1);
            tape.Step([action, 50], paid);
            tape.Gradient([1, 0], actions);
            Assert.Equal(isInside, actions[0] != 0);
        }
    }

    [Fact]
    public void A_tape_refuses_what_it_cannot_differentiate_and_can_be_asked_again()
    {
        var info = Games.Find("TrustDilemma-v0");
        Assert.Contains("run as a spec", Assert.Throws<ArgumentException>(() => new GradientTape(info.Interpret!(null))).Message, StringComparison.Ordinal);
        var tape = new GradientTape(info.Create(null));
        Assert.Throws<InvalidOperationException>(() => tape.Step([1, 1], new double[2]));
        tape.Reset(1);
        for (var step = 0; step < 3; step++)
            tape.Step([50, 60], new double[2]);
        var (first, second) = (new double[6], new double[6]);
        Assert.Contains("2 or, for 3 steps, 6 are needed", Assert.Throws<ArgumentException>(() => tape.Gradient([1], first)).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => tape.Gradient([1, double.NaN], first)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tape.Gradient([1, 1], new double[5]));
        Assert.Throws<ArgumentException>(() => tape.Gradient([1, 1], first, new double[1]));
        tape.Gradient([1, 0], first);
        tape.Gradient([0, 1], new double[6]);
        tape.Gradient([1, 0], second);
        Assert.Equal(first, second);
    }

    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void A_tape_allocates_nothing_once_it_is_as_long_as_an_episode(string id)
    {
        var environment = Games.Find(id).Create(null);
        var tape = new GradientTape(environment);
        var (paid, profile) = (new double[environment.AgentCount], new double[environment.ProfileLength]);
        for (var k = 0; k < profile.Length; k++)
            profile[k] = environment.Info.Actions[k % environment.ActionDimensions].Choices is { Count: > 0 } choices ? choices[0] : (environment.ActionSpace.Low[k] + environment.ActionSpace.High[k]) / 2;
        const int Most = 20;
        var (actions, parameters) = (new double[Most * profile.Length], new double[tape.Parameters.Count]);
        var weights = Enumerable.Repeat(1.0, paid.Length).ToArray();
        Play();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Play()
        {
            tape.Reset(1);
            while (tape.StepCount < Most && !environment.HasEnded)
                tape.Step(profile, paid);
            tape.Gradient(weights, actions.AsSpan(0, tape.StepCount * profile.Length), parameters);
        }
    }

    /// <summary>L = Σ weight · reward + Σ weight · state after, along random directions in the state before and in the actions.</summary>
    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void The_product_of_a_step_is_its_derivative(string id)
    {
        var info = Games.Find(id);
        var random = new Random(17);
        var (compared, kinks) = (0, 0);
        for (var trial = 0; trial < 60; trial++)
        {
            if (Episode.TryMake(info, random, (ulong)trial) is not { } episode)
                continue;
            var adjoint = EnvironmentAdjoint.Of(info.Create(episode.Parameters));
            var environment = adjoint.Environment;
            var (n, profile, length) = (environment.AgentCount, environment.ProfileLength, environment.StateLength);
            var (before, after, rewards) = (new double[length], new double[length], new double[n]);
            environment.Reset((ulong)trial);
            for (var step = random.Next(6); step > 0 && !environment.HasEnded; step--)
                environment.Step(episode.Actions.AsSpan(0, profile), rewards);
            if (environment.HasEnded || episode.Actions.Length < 2 * profile)
                continue;
            environment.SaveState(before);
            var actions = episode.Actions.AsSpan(profile, profile).ToArray();
            double[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
            var (paid, later, gradient) = (Random(n), Random(length), new double[profile]);
            // What is rounded to single precision has the derivative of the identity, which differences cannot see.
            environment.Step(actions, rewards);
            environment.SaveState(after);
            for (var k = 0; k < length; k++)
                later[k] = after[k] == (float)after[k] && after[k] != Math.Truncate(after[k]) ? 0 : later[k];
            var state = (double[])later.Clone();
            adjoint.Step(before, actions, paid, state, gradient);
            Assert.All(state.AsSpan(0, GameEnvironment.HeaderLength + 2 * profile + n).ToArray(), x => Assert.Equal(0, x));
            // One entry of the state and one action move: the more do, the more kinks lie in the way.
            var (direction, turn) = (new double[length], new double[profile]);
            var entries = Enumerable.Range(0, length).Where(k => state[k] != 0).ToArray();
            if (entries.Length > 0)
                direction[entries[random.Next(entries.Length)]] = random.NextDouble() + 0.5;
            var dimension = random.Next(profile);
            turn[dimension] = info.Actions[dimension % info.Actions.Count].Choices.Count > 0 ? 0 : random.NextDouble() + 0.5;
            double Value(double x)
            {
                environment.RestoreState([.. before.Select((b, k) => b + x * direction[k])]);
                environment.Step([.. actions.Select((a, k) => a + x * turn[k])], rewards);
                environment.SaveState(after);
                var total = rewards.Zip(paid, (r, w) => r * w).Sum();
                for (var k = environment.StateLength - 1; k >= GameEnvironment.HeaderLength + 2 * profile + n; k--)
                    total += after[k] * later[k];
                return total;
            }

            var exact = state.Zip(direction, (x, d) => x * d).Sum() + gradient.Zip(turn, (x, d) => x * d).Sum();
            var (best, size, isSmooth) = Differences(Value, 1e-4, Math.Max(1, Math.Abs(Value(0)) * 1e-3));
            if (!isSmooth)
            {
                kinks++;
                continue;
            }

            compared++;
            Assert.True(Math.Abs(best - exact) <= Tolerance * size, $"{id} {trial}: the product is {exact:R}, differences give {best:R}");
        }

        Assert.True(compared > 10, $"{compared} compared, {kinks} at kinks");
    }

    /// <summary>
    /// The central difference, extrapolated from steps h and 2h; what it is to be compared relative to; and whether the derivatives from
    /// the right and from the left agree to the tolerance. Where they do not there is a kink or a jump, and no derivative to compare with.
    /// </summary>
    private static (double Best, double Size, bool IsSmooth) Differences(Func<double, double> value, double h, double scale)
    {
        var (here, right, left) = (value(0), value(h), value(-h));
        var (right2, left2) = (value(2 * h), value(-2 * h));
        var best = (8 * (right - left) - (right2 - left2)) / (12 * h);
        var size = Math.Max(scale, Math.Abs(best));
        var (fromRight, fromLeft) = ((4 * right - 3 * here - right2) / (2 * h), (3 * here + left2 - 4 * left) / (2 * h));
        return (best, size, Math.Abs(fromRight - fromLeft) <= 2 * Tolerance * size);
    }

    /// <summary>A random episode and random weights for its rewards.</summary>
    private sealed class Episode
    {
        private readonly ulong _seed;
        private readonly double[] _weights;

        private Episode(EnvironmentInfo info, ParameterSet parameters, ulong seed, double[] actions, double[] weights, GradientTape tape) =>
            (Info, Parameters, _seed, Actions, _weights, Tape) = (info, parameters, seed, actions, weights, tape);

        public EnvironmentInfo Info { get; }

        public ParameterSet Parameters { get; }

        public double[] Actions { get; }

        public GradientTape Tape { get; }

        public static Episode? TryMake(EnvironmentInfo info, Random random, ulong seed)
        {
            try
            {
                var parameters = Games.RandomParameters(info, random);
                var tape = new GradientTape(info.Create(parameters));
                var environment = tape.Environment;
                var (rewards, actions, row) = (new double[environment.AgentCount], new List<double>(), new double[environment.ProfileLength]);
                tape.Reset(seed, clear: true);
                while (!environment.HasEnded)
                {
                    Games.RandomActions(environment, random, row);
                    // Exactly at a bound there is a kink.
                    for (var k = 0; k < row.Length; k++)
                        if (environment.Info.Actions[k % environment.ActionDimensions].Choices.Count == 0 && (row[k] == environment.ActionSpace.Low[k] || row[k] == environment.ActionSpace.High[k]))
                            row[k] = environment.ActionSpace.Low[k] + (0.1 + 0.8 * random.NextDouble()) * (environment.ActionSpace.High[k] - environment.ActionSpace.Low[k]);
                    tape.Step(row, rewards);
                    actions.AddRange(row);
                }

                var weights = Enumerable.Range(0, tape.StepCount * environment.AgentCount).Select(_ => random.NextDouble() - 0.3).ToArray();
                return new(info, parameters, seed, [.. actions], weights, tape);
            }
            catch (ArgumentException)
            {
                // These parameters do not go together.
                return null;
            }
        }

        public (double[] Actions, double[] Parameters) Gradient()
        {
            var (actions, parameters) = (new double[Actions.Length], new double[Tape.Parameters.Count]);
            Tape.Gradient(_weights, actions, parameters);
            return (actions, parameters);
        }

        /// <summary>The weighted sum with an action moved.</summary>
        public double Value(int action = 0, double by = 0)
        {
            var moved = (double[])Actions.Clone();
            moved[action] += by;
            return Play(Info.Create(Parameters), moved);
        }

        /// <summary>The weighted sum with a parameter moved; not a number where it is not allowed.</summary>
        public double ValueWith(int parameter, double by)
        {
            var name = Tape.Parameters[parameter];
            var moved = new ParameterSet();
            foreach (var (key, value) in Parameters)
                moved[key] = value;
            var at = Tape.Environment.Parameter(name.Split('.')[0]);
            moved[name.Split('.')[0]] = name.EndsWith(".low", StringComparison.Ordinal) ? (at.Range.Low + by, at.Range.High)
                : name.EndsWith(".high", StringComparison.Ordinal) ? (at.Range.Low, at.Range.High + by) : at.Number + by;
            try
            {
                return Play(Info.Create(moved), Actions);
            }
            catch (ArgumentException)
            {
                return double.NaN;
            }
        }

        private double Play(GameEnvironment environment, double[] actions)
        {
            var (n, profile) = (environment.AgentCount, environment.ProfileLength);
            var (rewards, total) = (new double[n], 0.0);
            environment.Reset(_seed, clear: true);
            for (var step = 0; step < Tape.StepCount; step++)
            {
                if (environment.HasEnded)
                    return double.NaN;
                environment.Step(actions.AsSpan(step * profile, profile), rewards);
                for (var i = 0; i < n; i++)
                    total += _weights[step * n + i] * rewards[i];
            }

            return total;
        }
    }
}
