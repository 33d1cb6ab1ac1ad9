namespace CoopGen.Views;

/// <summary>
/// Agents act one after the other in fixed order, as in PettingZoo's AEC interface; when the last one has acted the round is
/// played as one step of the joint interface, to the last bit. An agent sees, beside its own observation, what has been revealed in
/// this round.
/// </summary>
public sealed class AecView
{
    /// <summary>What stands for the action of an agent that has not moved in this round.</summary>
    public const float NotMoved = -1;

    private readonly ulong _parts;
    private readonly int _own;
    private readonly double[] _actions;
    private readonly double[] _rewards;
    private readonly double[] _cumulative;

    /// <param name="environment">The environment.</param>
    /// <param name="observation">What agents see of their own; null for <see cref="ObservationConfig.Realistic"/>.</param>
    /// <exception cref="ArgumentException">The configuration names a part that does not exist.</exception>
    public AecView(GameEnvironment environment, ObservationConfig? observation = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Environment = environment;
        _parts = (observation ?? ObservationConfig.Realistic).Mask(environment.Info.AgentParts);
        _own = environment.AgentObservationLength(_parts);
        (_actions, _rewards, _cumulative) = (new double[environment.ProfileLength], new double[environment.AgentCount], new double[environment.AgentCount]);
    }

    /// <summary>The environment.</summary>
    public GameEnvironment Environment { get; }

    /// <summary>The agent that acts next, from 0.</summary>
    public int Current { get; private set; }

    /// <summary>How the last round ended.</summary>
    public StepResult LastResult { get; private set; }

    /// <summary>Rewards of the last round; zeros while a round is under way.</summary>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <summary>Rewards that each agent was paid since it acted last.</summary>
    public ReadOnlySpan<double> CumulativeRewards => _cumulative;

    /// <summary>Length of every agent's observation: its own and n·d revealed actions.</summary>
    public int ObservationLength => _own + _actions.Length;

    /// <summary>Starts an episode; see <see cref="GameEnvironment.Reset(ulong?, bool)"/>.</summary>
    public void Reset(ulong? seed = null, bool clear = false)
    {
        Environment.Reset(seed, clear);
        (Current, LastResult) = (0, default);
        Array.Clear(_rewards);
        Array.Clear(_cumulative);
    }

    /// <summary>Lets the current agent act; after the last agent of the round, the step is played.</summary>
    /// <param name="action">d numbers.</param>
    /// <returns>Whether the round was played.</returns>
    /// <exception cref="InvalidOperationException">The episode has not begun or is over.</exception>
    /// <exception cref="ArgumentException">The action is one that the environment refuses; the agent may act again.</exception>
    public bool Step(ReadOnlySpan<double> action)
    {
        var d = Environment.ActionDimensions;
        Require.Room(nameof(action), action.Length, d);
        Environment.CheckRunning();
        var slot = _actions.AsSpan(Current * d, d);
        Span<double> before = stackalloc double[d];
        slot.CopyTo(before);
        action.CopyTo(slot);
        try
        {
            Environment.CheckAction(Current, action);
        }
        catch (ArgumentException)
        {
            before.CopyTo(slot);
            throw;
        }

        _cumulative[Current] = 0;
        Array.Clear(_rewards);
        if (++Current < Environment.AgentCount)
            return false;
        Current = 0;
        LastResult = Environment.Step(_actions, _rewards);
        for (var i = 0; i < _rewards.Length; i++)
            _cumulative[i] += _rewards[i];
        return true;
    }

    /// <summary>Writes what one agent sees: its own observation, then for every agent what it did in this round, or <see cref="NotMoved"/>.</summary>
    /// <exception cref="ArgumentException">The length is wrong or there is no such agent.</exception>
    public void Observe(int agent, Span<float> observation)
    {
        Require.Room(nameof(observation), observation.Length, ObservationLength);
        Environment.Observe(agent, _parts, observation);
        var moved = Current * Environment.ActionDimensions;
        for (var k = 0; k < _actions.Length; k++)
            observation[_own + k] = k < moved ? (float)_actions[k] : NotMoved;
    }
}
