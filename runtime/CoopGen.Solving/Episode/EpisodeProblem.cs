using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>
/// What is sought: the actions of some agents, step by step, that make a weighted sum of all agents' returns over one episode greatest,
/// while the other agents follow given policies. The episode is the first one of a seed, with nothing left over from earlier ones;
/// every draw in it follows the seed.
/// </summary>
/// <remarks>
/// A sequence is a row of numbers: for every stretch of steps, the actions of the agents sought, agent by agent. It is open loop:
/// decided before the episode begins. What it holds for steps after an early end counts for nothing.
/// </remarks>
public sealed class EpisodeProblem
{
    /// <summary>Most numbers of a sequence.</summary>
    public const int MostVariables = 500_000;

    private readonly IPolicy?[] _policies;
    private readonly double[] _weights, _profile, _paid, _low, _high;
    private readonly int[] _sought;
    private readonly GradientTape _tape;

    private EpisodeProblem(GameEnvironment environment, ulong seed, double[] weights, IPolicy?[] policies, int stretch)
    {
        (Environment, Seed, _weights, _policies, Stretch) = (environment, seed, weights, policies, stretch);
        _sought = [.. Enumerable.Range(0, policies.Length).Where(i => policies[i] is null)];
        var d = environment.ActionDimensions;
        Width = _sought.Length * d;
        var variables = (long)Stretches * Width;
        if (variables > MostVariables)
            throw new ArgumentException($"An episode of {environment.Info.Id} has {environment.Horizon} steps with {Width} actions each to be found, {variables} numbers; at most {MostVariables} can be. Set max_steps lower.", nameof(environment));
        (_profile, _paid) = (new double[environment.ProfileLength], new double[environment.AgentCount]);
        (_low, _high) = (new double[Width], new double[Width]);
        for (var v = 0; v < Width; v++)
        {
            var at = ProfileIndex(v);
            (_low[v], _high[v]) = (environment.ActionSpace.Low[at], environment.ActionSpace.High[at]);
            if (!double.IsFinite(_low[v]) || !double.IsFinite(_high[v]))
                throw new ArgumentException($"Action {environment.Info.Actions[v % d].Name} of agent {at / d} lies between {_low[v]} and {_high[v]}; it needs finite bounds to be searched.", nameof(environment));
        }

        _tape = new(environment);
        Reacts = policies.Any(p => p is { Reacts: true });
    }

    /// <summary>The greatest sum of all returns, everyone's actions sought.</summary>
    /// <param name="environment">A compiled environment; a copy of it is played.</param>
    /// <param name="seed">The seed of the episode.</param>
    /// <exception cref="ArgumentException">The environment has no reverse, an unbounded action, or an episode too long to be searched.</exception>
    public static EpisodeProblem Team(GameEnvironment environment, ulong seed = 0)
    {
        var own = EnvironmentCopy.Of(environment);
        var weights = new double[own.AgentCount];
        Array.Fill(weights, 1);
        return new(own, seed, weights, new IPolicy?[own.AgentCount], 1);
    }

    /// <summary>The greatest return of one agent against the policies of the others.</summary>
    /// <param name="environment">A compiled environment; a copy of it is played.</param>
    /// <param name="agent">The agent, from 0.</param>
    /// <param name="policies">One policy for all agents or one per agent; that of the agent itself does not count.</param>
    /// <param name="seed">The seed of the episode.</param>
    /// <exception cref="ArgumentException">As with <see cref="Team"/>, or there is no such agent, or another number of policies.</exception>
    public static EpisodeProblem Response(GameEnvironment environment, int agent, IReadOnlyList<IPolicy> policies, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(policies);
        var own = EnvironmentCopy.Of(environment);
        var n = own.AgentCount;
        if (agent < 0 || agent >= n)
            throw new ArgumentOutOfRangeException(nameof(agent), agent, $"The agents of {own.Info.Id} are 0 to {n - 1}.");
        if (policies.Count != 1 && policies.Count != n)
            throw new ArgumentException($"{policies.Count} policies are given; give one for all or one for each of the {n} agents of {own.Info.Id}.", nameof(policies));
        var weights = new double[n];
        weights[agent] = 1;
        return new(own, seed, weights, [.. Enumerable.Range(0, n).Select(i => i == agent ? null : policies[policies.Count == 1 ? 0 : i])], 1);
    }

    /// <summary>The environment that is played, a copy of the one given.</summary>
    public GameEnvironment Environment { get; }

    /// <summary>The seed of the episode.</summary>
    public ulong Seed { get; }

    /// <summary>How many steps share their actions: 1, or more for a coarser problem; the horizon for constant play.</summary>
    public int Stretch { get; }

    /// <summary>Number of stretches of an episode.</summary>
    public int Stretches => (Environment.Horizon + Stretch - 1) / Stretch;

    /// <summary>Numbers of a sequence per stretch.</summary>
    public int Width { get; }

    /// <summary>Length of a sequence.</summary>
    public int Length => Stretches * Width;

    /// <summary>The agents whose actions are sought.</summary>
    public IReadOnlyList<int> Sought => _sought;

    /// <summary>Whether some other agent reacts to what is played, so that its policy enters the gradient.</summary>
    public bool Reacts { get; }

    /// <summary>Whether many episodes can be played as a batch: every policy has a batched form.</summary>
    internal bool CanBatch => _policies.All(p => p is null or IBatchPolicy);

    /// <summary>Weight of every agent's return.</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    internal IReadOnlyList<IPolicy?> Policies => _policies;

    /// <summary>Least value of every action of a stretch.</summary>
    internal double[] Low => _low;

    /// <summary>Greatest value of every action of a stretch.</summary>
    internal double[] High => _high;

    /// <summary>Values allowed of action v of a stretch; empty if all between the bounds are.</summary>
    internal IReadOnlyList<double> Choices(int v) => Environment.Info.Actions[v % Environment.ActionDimensions].Choices;

    /// <summary>Where action v of a stretch lies in a profile.</summary>
    internal int ProfileIndex(int v) => _sought[v / Environment.ActionDimensions] * Environment.ActionDimensions + v % Environment.ActionDimensions;

    /// <summary>The same with actions that stay for so many steps.</summary>
    internal EpisodeProblem Stretched(int stretch) => new(EnvironmentCopy.Of(Environment), Seed, _weights, _policies, stretch);

    /// <summary>A sequence of this problem from one of a coarser one.</summary>
    internal double[] Refine(EpisodeProblem coarse, ReadOnlySpan<double> sequence)
    {
        var fine = new double[Length];
        for (var s = 0; s < Stretches; s++)
            sequence.Slice(s * Stretch / coarse.Stretch * Width, Width).CopyTo(fine.AsSpan(s * Width));
        return fine;
    }

    /// <summary>Brings an action to the nearest value allowed.</summary>
    internal double Allowed(int v, double action)
    {
        var choices = Choices(v);
        if (choices.Count == 0)
            return Math.Clamp(action, _low[v], _high[v]);
        var best = double.NaN;
        foreach (var choice in choices)
            if (choice >= _low[v] && choice <= _high[v] && !(Math.Abs(choice - action) >= Math.Abs(best - action)))
                best = choice;
        return best;
    }

    /// <summary>Plays a sequence in double precision.</summary>
    /// <param name="sequence">A sequence.</param>
    /// <param name="returns">Receives every agent's return; may be empty.</param>
    /// <returns>The weighted sum of the returns.</returns>
    /// <exception cref="UnsolvableException">Some reward is not a number.</exception>
    public double Play(ReadOnlySpan<double> sequence, Span<double> returns = default)
    {
        returns.Clear();
        Environment.Reset(Seed, clear: true);
        var value = 0.0;
        while (!Environment.HasEnded)
        {
            Decide(sequence);
            Environment.Step(_profile, _paid);
            value += Count(returns);
        }

        return value;
    }

    /// <summary>The sum of the absolute weighted rewards of a sequence, by which its rounding errors are measured; 1 if nothing is paid.</summary>
    /// <exception cref="UnsolvableException">Some reward is not a number.</exception>
    public double Scale(ReadOnlySpan<double> sequence)
    {
        Environment.Reset(Seed, clear: true);
        var scale = 0.0;
        while (!Environment.HasEnded)
        {
            Decide(sequence);
            Environment.Step(_profile, _paid);
            Count([]);
            for (var i = 0; i < _paid.Length; i++)
                scale += Math.Abs(_weights[i] * _paid[i]);
        }

        return scale > 0 ? scale : 1;
    }

    /// <summary>
    /// Plays a sequence and differentiates the weighted sum of returns by its entries: exactly by reverse mode, or, where others react, by
    /// central differences of the episode as it is played with them. Entries of finite actions receive 0.
    /// </summary>
    /// <param name="sequence">A sequence.</param>
    /// <param name="gradient">Receives a derivative per entry.</param>
    /// <returns>The weighted sum of the returns.</returns>
    /// <exception cref="UnsolvableException">Some reward or derivative is not a number.</exception>
    public double Gradient(ReadOnlySpan<double> sequence, Span<double> gradient)
    {
        gradient.Clear();
        var value = Reacts ? Differences(sequence, gradient) : Reverse(sequence, gradient);
        for (var k = 0; k < gradient.Length; k++)
        {
            if (Choices(k % Width).Count > 0)
                gradient[k] = 0;
            else if (!double.IsFinite(gradient[k]))
                throw new UnsolvableException($"The derivative of the return of {Environment.Info.Id} by the action in step {k / Width * Stretch + 1} is {gradient[k]}.");
        }

        return value;
    }

    /// <summary>The actions that policies take for the agents sought, as a sequence.</summary>
    /// <param name="policies">One policy for all agents sought, or one per agent of the environment.</param>
    internal double[] Record(IReadOnlyList<IPolicy> policies)
    {
        var (sequence, d) = (new double[Length], Environment.ActionDimensions);
        Environment.Reset(Seed, clear: true);
        var step = 0;
        for (; !Environment.HasEnded; step++)
        {
            for (var i = 0; i < _policies.Length; i++)
                (_policies[i] ?? policies[policies.Count == 1 ? 0 : i]).Act(Environment, i, _profile.AsSpan(i * d, d));
            for (var v = 0; v < Width && step % Stretch == 0; v++)
                sequence[step / Stretch * Width + v] = Allowed(v, _profile[ProfileIndex(v)]);
            Environment.Step(_profile, _paid);
        }

        // Steps that were not reached go on as the last one.
        for (var s = (step + Stretch - 1) / Stretch; s < Stretches; s++)
            sequence.AsSpan((s - 1) * Width, Width).CopyTo(sequence.AsSpan(s * Width));
        return sequence;
    }

    /// <summary>A constant policy for the agents sought, as a sequence.</summary>
    internal double[] Constant(int percent)
    {
        var (policy, row, d) = (new ConstantPolicy(percent), new double[Length], Environment.ActionDimensions);
        for (var v = 0; v < Width; v++)
        {
            policy.Act(Environment, _sought[v / d], _profile.AsSpan(_sought[v / d] * d, d));
            row[v] = Allowed(v, _profile[ProfileIndex(v)]);
        }

        for (var k = Width; k < row.Length; k++)
            row[k] = row[k - Width];
        return row;
    }

    /// <summary>The profiles that are played with a sequence, step by step, after clipping.</summary>
    internal double[] Played(ReadOnlySpan<double> sequence)
    {
        var played = new List<double>();
        Environment.Reset(Seed, clear: true);
        while (!Environment.HasEnded)
        {
            Decide(sequence);
            Environment.Step(_profile, _paid);
            played.AddRange(Environment.Actions);
        }

        return [.. played];
    }

    private double Reverse(ReadOnlySpan<double> sequence, Span<double> gradient)
    {
        _tape.Reset(Seed, clear: true);
        var value = 0.0;
        while (!Environment.HasEnded)
        {
            Decide(sequence);
            _tape.Step(_profile, _paid);
            value += Count([]);
        }

        var all = new double[_tape.StepCount * _profile.Length];
        _tape.Gradient(_weights, all);
        for (var step = 0; step < _tape.StepCount; step++)
            for (var v = 0; v < Width; v++)
                gradient[step / Stretch * Width + v] += all[step * _profile.Length + ProfileIndex(v)];
        return value;
    }

    private double Differences(ReadOnlySpan<double> sequence, Span<double> gradient)
    {
        // A thousandth of a percent of the box: rounding of the return, 1e-16 of it per step, then leaves ten digits of the derivative.
        const double Share = 1e-5;
        var moved = sequence.ToArray();
        for (var k = 0; k < moved.Length; k++)
        {
            var (v, at) = (k % Width, moved[k]);
            var (high, low) = (Math.Min(at + Share * (_high[v] - _low[v]), _high[v]), Math.Max(at - Share * (_high[v] - _low[v]), _low[v]));
            if (Choices(v).Count > 0 || high <= low)
                continue;
            moved[k] = high;
            var above = Play(moved);
            moved[k] = low;
            gradient[k] = (above - Play(moved)) / (high - low);
            moved[k] = at;
        }

        return Play(sequence);
    }

    private void Decide(ReadOnlySpan<double> sequence)
    {
        var (start, d) = (Environment.StepCount / Stretch * Width, Environment.ActionDimensions);
        for (var v = 0; v < Width; v++)
            _profile[ProfileIndex(v)] = sequence[start + v];
        for (var i = 0; i < _policies.Length; i++)
            _policies[i]?.Act(Environment, i, _profile.AsSpan(i * d, d));
    }

    private double Count(Span<double> returns)
    {
        var value = 0.0;
        for (var i = 0; i < _paid.Length; i++)
        {
            if (!double.IsFinite(_paid[i]))
                throw new UnsolvableException($"Agent {i} of {Environment.Info.Id} is paid {_paid[i]} in step {Environment.StepCount}; an episode can be optimised only where every reward is a number.");
            value += _weights[i] * _paid[i];
            if (!returns.IsEmpty)
                returns[i] += _paid[i];
        }

        return value;
    }
}
