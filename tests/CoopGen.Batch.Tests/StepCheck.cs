namespace CoopGen.Batch.Tests;

/// <summary>
/// Steps of a batch held against steps of scalar environments from the same states: rewards, ending, observation and every entry of the
/// new state. Each environment of the batch starts in a state of its own, so that lanes go different ways.
/// </summary>
internal sealed class StepCheck
{
    /// <summary>Relative, absolute below 1: a step is some hundred operations in single precision.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>How far an operand is off by rounding to single precision and by an elementary function: some units in the last place.</summary>
    private const double Rounding = 3e-7;

    /// <summary>Where the phase of an episode lies in a saved state, and the phase of one under way.</summary>
    private const int Phase = 4, UnderWay = 1;

    private readonly IReadOnlyList<GameEnvironment> _variants;
    private readonly List<(int Variant, double[] State, double[] Profile)> _starts = [];

    /// <param name="variants">Environments that differ in parameters.</param>
    public StepCheck(IReadOnlyList<GameEnvironment> variants) => _variants = variants;

    /// <summary>Steps that agree only with a scalar environment whose operands are changed by their rounding errors: at a threshold, or where an error is amplified.</summary>
    public List<string> Conditioned { get; } = [];

    /// <summary>Steps checked.</summary>
    public int Steps => _starts.Count;

    /// <summary>Plays scalar episodes of random actions and takes every state on the way, rounded to single precision.</summary>
    public StepCheck Play(int steps, Random random, Action<GameEnvironment, Random, double[]> act)
    {
        for (var v = 0; v < _variants.Count; v++)
        {
            var environment = _variants[v];
            var (profile, rewards, state) = (new double[environment.ProfileLength], new double[environment.AgentCount], new double[environment.StateLength]);
            environment.Reset((ulong)random.Next(), clear: true);
            for (var step = 0; step < steps; step++)
            {
                environment.SaveState(state);
                // Steps, seeds and episodes are whole.
                for (var at = GameEnvironment.HeaderLength; at < state.Length; at++)
                    state[at] = (float)state[at];
                environment.RestoreState(state);
                act(environment, random, profile);
                for (var a = 0; a < profile.Length; a++)
                    profile[a] = (float)profile[a];
                _starts.Add((v, [.. state], [.. profile]));
                environment.Step(profile, rewards);
                if (environment.HasEnded)
                    environment.Reset();
            }
        }

        return this;
    }

    /// <summary>What differs, null if nothing does.</summary>
    public string? Run()
    {
        var (first, count) = (_variants[0], _starts.Count);
        using var batch = EnvironmentBatch.Create(_variants, [.. _starts.Select(s => s.Variant)], new() { AutoReset = AutoReset.Disabled });
        batch.Reset(1);
        for (var k = 0; k < count; k++)
            batch.SetState(k, _starts[k].State);
        var (actions, paid, endings) = (new float[count * first.ProfileLength], new float[count * first.AgentCount], new Ending[count]);
        var (before, after) = (new float[count * first.ObservationLength], new float[count * first.ObservationLength]);
        batch.Observe(before);
        for (var k = 0; k < count; k++)
            for (var a = 0; a < first.ProfileLength; a++)
                actions[a * count + k] = (float)_starts[k].Profile[a];
        batch.Step(actions, paid, endings, after);
        for (var k = 0; k < count; k++)
        {
            float[] got = [.. Row(before, k), .. Enumerable.Range(0, first.AgentCount).Select(i => paid[i * count + k]), (byte)endings[k] & 3, .. Row(after, k), .. batch.Lane(k)];
            double[] Exact(Random? random) => Scalar(batch, k, random);
            var expected = Exact(null);
            if (Difference(expected, got, null) is not { } different)
                continue;
            var random = new Random(k);
            var near = Enumerable.Range(0, 24).Select(_ => Exact(random)).ToList();
            if (Difference(expected, got, near) is not null)
                return Describe(different, expected, got, k);
            Conditioned.Add(Describe(different, expected, got, k));
        }

        return null;
        Span<float> Row(float[] rows, int k) => rows.AsSpan(k * first.ObservationLength, first.ObservationLength);
    }

    /// <summary>Observation before, rewards, ending, observation after, and what a lane keeps: of a scalar environment, its operands changed by rounding errors if random is given.</summary>
    private double[] Scalar(EnvironmentBatch batch, int k, Random? random)
    {
        var (variant, state, profile) = _starts[k];
        var environment = _variants[variant];
        var (before, after, rewards, memory) = (new float[environment.ObservationLength], new float[environment.ObservationLength], new double[environment.AgentCount], new double[state.Length]);
        double Shift(double x) => random is null || x == Math.Round(x) && Math.Abs(x) < 1024 ? x : x * (1 + Rounding * random.Next(-1, 2));
        environment.Reset(0);
        environment.RestoreState([.. state.Select((x, at) => at < GameEnvironment.HeaderLength ? x : Shift(x))]);
        environment.Observe(before);
        var result = environment.Step([.. profile.Select((a, at) => environment.Info.Actions[at % environment.ActionDimensions].Choices.Count > 0 ? a : Shift(a))], rewards);
        environment.Observe(after);
        environment.SaveState(memory);
        memory[Phase] = UnderWay;
        var kept = batch.Lane(k);
        batch.SetState(k, memory);
        var lane = batch.Lane(k);
        return [.. before.Select(x => (double)x), .. rewards, (result.Terminated ? 1 : 0) + (result.Truncated ? 2 : 0), .. after.Select(x => (double)x), .. lane.Select(x => (double)x)];
    }

    /// <summary>The first entry that differs by more than the tolerance and what rounding errors of the operands explain.</summary>
    private int? Difference(double[] expected, float[] got, List<double[]>? near)
    {
        // Where rewards are small differences of large payoffs the error is measured against the greatest of them.
        var (rewardsAt, n) = (_variants[0].ObservationLength, _variants[0].AgentCount);
        var size = expected.Skip(rewardsAt).Take(n).Max(Math.Abs);
        for (var at = 0; at < expected.Length; at++)
        {
            var scale = Math.Max(1, at >= rewardsAt && at < rewardsAt + n ? size : Math.Abs(expected[at]));
            var spread = near is null ? 0 : near.Max(x => Math.Abs(x[at] - expected[at]));
            if (!(Math.Abs(expected[at] - got[at]) <= Tolerance * scale + 2 * spread))
                return at;
        }

        return null;
    }

    private string Describe(int at, double[] expected, float[] got, int k)
    {
        var (n, length) = (_variants[0].AgentCount, _variants[0].ObservationLength);
        var what = at < length ? $"observation before, column {at}" : at < length + n ? $"reward of agent {at - length}" : at == length + n ? "ending"
            : at <= 2 * length + n ? $"observation after, column {at - length - n - 1}" : $"new state, entry {at - 2 * length - n - 1}";
        return $"environment {k} (variant {_starts[k].Variant}), {what}: scalar {expected[at]:R}, batch {got[at]:R}";
    }
}
