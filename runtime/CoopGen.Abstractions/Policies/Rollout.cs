namespace CoopGen.Policies;

/// <summary>Plays episodes with one policy per agent. Allocates when it is made, not when it plays.</summary>
public sealed class Rollout
{
    private readonly IPolicy[] _policies;
    private readonly double[] _actions;
    private readonly double[] _rewards;
    private readonly double[] _returns;

    /// <param name="environment">The environment.</param>
    /// <param name="policies">One policy for all agents, or one per agent.</param>
    /// <exception cref="ArgumentException">There is another number of policies.</exception>
    public Rollout(GameEnvironment environment, IReadOnlyList<IPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(policies);
        if (policies.Count != 1 && policies.Count != environment.AgentCount)
            throw new ArgumentException($"{policies.Count} policies are given; give one for all or one for each of the {environment.AgentCount} agents of {environment.Info.Id}.", nameof(policies));
        Environment = environment;
        _policies = [.. Enumerable.Range(0, environment.AgentCount).Select(i => policies[policies.Count == 1 ? 0 : i])];
        (_actions, _rewards, _returns) = (new double[environment.ProfileLength], new double[environment.AgentCount], new double[environment.AgentCount]);
    }

    /// <summary>The environment.</summary>
    public GameEnvironment Environment { get; }

    /// <summary>What the policies asked for in the last step: n·d numbers, before clipping.</summary>
    public ReadOnlySpan<double> Actions => _actions;

    /// <summary>What the agents were paid in the last step.</summary>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <summary>What the agents were paid in the episode so far, added up.</summary>
    public ReadOnlySpan<double> Returns => _returns;

    /// <summary>Starts an episode; see <see cref="GameEnvironment.Reset(ulong?, bool)"/>.</summary>
    public void Reset(ulong? seed = null, bool clear = false)
    {
        Environment.Reset(seed, clear);
        Array.Clear(_returns);
        Array.Clear(_rewards);
    }

    /// <summary>Lets every policy act, in order of the agents, and plays the step.</summary>
    public StepResult Step()
    {
        var d = Environment.ActionDimensions;
        for (var i = 0; i < _policies.Length; i++)
            _policies[i].Act(Environment, i, _actions.AsSpan(i * d, d));
        var result = Environment.Step(_actions, _rewards);
        for (var i = 0; i < _returns.Length; i++)
            _returns[i] += _rewards[i];
        return result;
    }

    /// <summary>Plays an episode to its end.</summary>
    /// <param name="seed">A seed, whose first episode this is; null for the next episode of the present seed.</param>
    /// <param name="afterStep">Called after the reset and after every step.</param>
    /// <returns>How the last step ended.</returns>
    public StepResult PlayEpisode(ulong? seed = null, Action<Rollout>? afterStep = null)
    {
        Reset(seed);
        afterStep?.Invoke(this);
        while (true)
        {
            var result = Step();
            afterStep?.Invoke(this);
            if (result.Ended)
                return result;
        }
    }
}
