namespace CoopGen.Views;

/// <summary>
/// All agents act at once and each sees its own observation, as in PettingZoo's Parallel interface, over spans instead of
/// dictionaries. It plays the same step as the joint interface, to the last bit.
/// </summary>
public sealed class ParallelView
{
    private readonly ulong _parts;

    /// <param name="environment">The environment; the view adds no state of its own.</param>
    /// <param name="observation">What agents see of their own; null for <see cref="ObservationConfig.Realistic"/>.</param>
    /// <exception cref="ArgumentException">The configuration names a part that does not exist.</exception>
    public ParallelView(GameEnvironment environment, ObservationConfig? observation = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Environment = environment;
        _parts = (observation ?? ObservationConfig.Realistic).Mask(environment.Info.AgentParts);
        ObservationLength = environment.AgentObservationLength(_parts);
    }

    /// <summary>The environment.</summary>
    public GameEnvironment Environment { get; }

    /// <summary>Number of agents; all are there until the episode ends.</summary>
    public int AgentCount => Environment.AgentCount;

    /// <summary>Length of every agent's own observation.</summary>
    public int ObservationLength { get; }

    /// <summary>Bounds of one agent's action.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such agent.</exception>
    public Box ActionSpace(int agent)
    {
        Require.Agent(agent, AgentCount);
        var d = Environment.ActionDimensions;
        return new(Environment.ActionSpace.Low.Slice(agent * d, d).ToArray(), Environment.ActionSpace.High.Slice(agent * d, d).ToArray());
    }

    /// <summary>Starts an episode; see <see cref="GameEnvironment.Reset(ulong?, bool)"/>.</summary>
    public void Reset(ulong? seed = null, bool clear = false) => Environment.Reset(seed, clear);

    /// <summary>Plays a step; see <see cref="GameEnvironment.Step"/>. The result holds for every agent.</summary>
    public StepResult Step(ReadOnlySpan<double> actions, Span<double> rewards) => Environment.Step(actions, rewards);

    /// <summary>Writes what one agent sees of its own.</summary>
    /// <param name="agent">The agent, from 0.</param>
    /// <param name="observation">Receives <see cref="ObservationLength"/> numbers.</param>
    /// <exception cref="ArgumentException">The length is wrong or there is no such agent.</exception>
    public void Observe(int agent, Span<float> observation)
    {
        Require.Room(nameof(observation), observation.Length, ObservationLength);
        Environment.Observe(agent, _parts, observation);
    }
}
