namespace CoopGen.Learning;

/// <summary>
/// Environments that a learner trains on, side by side. After a step that ended an episode the observations are the final ones; the step after it
/// resets: its action is ignored, it pays nothing, and <see cref="Played"/> is false. A step allocates nothing.
/// </summary>
public sealed class TrainingBatch : IDisposable
{
    private readonly GameEnvironment _environment;
    private readonly EnvironmentBatch _batch;
    private readonly ActionScale _scale;
    private readonly ulong _parts;
    private readonly ulong _seed;
    private readonly float[] _actions;
    private readonly double[] _returns;
    private bool _started;

    /// <param name="environment">A compiled environment; it is not played.</param>
    /// <param name="count">Number of environments, at least 1.</param>
    /// <param name="seed">The seed of their draws.</param>
    /// <param name="own">Whether agents' own observations are wanted.</param>
    /// <param name="joint">Whether the joint observation is wanted.</param>
    /// <param name="shown">What agents see of their own; null for <see cref="ObservationConfig.Realistic"/>.</param>
    /// <exception cref="ArgumentException">The environment is not a compiled one, or an action is not bounded.</exception>
    public TrainingBatch(GameEnvironment environment, int count, ulong seed, bool own, bool joint, ObservationConfig? shown = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        _batch = EnvironmentBatch.Create(environment, count, new() { AutoReset = AutoReset.NextStep });
        (_environment, _scale, _seed) = (environment, new(environment), seed);
        _parts = (shown ?? ObservationConfig.Realistic).Mask(environment.Info.AgentParts);
        (Agents, Count, Dimensions) = (_batch.AgentCount, count, _batch.ActionDimensions);
        (OwnLength, JointLength) = (own ? _batch.AgentObservationLength(_parts) : 0, joint ? _batch.ObservationLength : 0);
        (Own, Joint) = (new float[Agents * count * OwnLength], new float[count * JointLength]);
        (Rewards, TeamRewards, Endings, Played) = (new float[Agents * count], new float[count], new Ending[count], new bool[count]);
        (_actions, _returns) = (new float[_batch.ProfileLength * count], new double[count]);
    }

    /// <summary>Number of agents n.</summary>
    public int Agents { get; }

    /// <summary>Number of environments.</summary>
    public int Count { get; }

    /// <summary>Number of dimensions d of an agent's action.</summary>
    public int Dimensions { get; }

    /// <summary>Length of an agent's own observation; 0 if it is not wanted.</summary>
    public int OwnLength { get; }

    /// <summary>Length of the joint observation; 0 if it is not wanted.</summary>
    public int JointLength { get; }

    /// <summary>[agents, environments, length]: what agents see of their own, as the game has it.</summary>
    public float[] Own { get; }

    /// <summary>[environments, length]: the joint observation, as the game has it.</summary>
    public float[] Joint { get; }

    /// <summary>Bounds of the joint observation.</summary>
    public Box JointSpace => _environment.ObservationSpace;

    /// <summary>[agents, environments]: what was paid in the last step.</summary>
    public float[] Rewards { get; }

    /// <summary>[environments]: the sum over the agents of what was paid.</summary>
    public float[] TeamRewards { get; }

    /// <summary>[environments]: how the last step ended.</summary>
    public Ending[] Endings { get; }

    /// <summary>[environments]: whether the last step was played; otherwise it was a reset.</summary>
    public bool[] Played { get; }

    /// <summary>Steps that are left to an environment until the horizon.</summary>
    public int Left(int environment) => _batch.Variant(environment).Horizon - _batch.StepCount(environment);

    /// <summary>Steps played, over all environments.</summary>
    public long Steps { get; private set; }

    /// <summary>Episodes that have ended since <see cref="ForgetEpisodes"/>.</summary>
    public long Episodes { get; private set; }

    /// <summary>Sum of their team returns.</summary>
    public double ReturnsOfEpisodes { get; private set; }

    /// <summary>Bounds of an agent's own observation.</summary>
    public Box OwnSpace(int agent) => _environment.AgentObservationSpace(agent, _parts);

    /// <summary>Starts the first episodes, if none has begun.</summary>
    public void Start()
    {
        if (_started)
            return;
        _started = true;
        _batch.Reset(_seed, clear: true);
        Array.Fill(Played, true);
        Observe();
    }

    /// <summary>Starts the next episode of every environment, the first one if none has begun.</summary>
    public void Restart()
    {
        if (!_started)
        {
            Start();
            return;
        }

        Array.Fill(Played, true);
        _batch.Reset(Played);
        Array.Clear(Endings);
        Array.Clear(_returns);
        Observe();
    }

    /// <summary>Plays a step.</summary>
    /// <param name="actions">[agents, environments, d], each within [−1, 1].</param>
    public void Step(ReadOnlySpan<float> actions)
    {
        for (var agent = 0; agent < Agents; agent++)
            for (var d = 0; d < Dimensions; d++)
                for (var k = 0; k < Count; k++)
                    _actions[(agent * Dimensions + d) * Count + k] = (float)_scale.ToGame(agent * Dimensions + d, actions[(agent * Count + k) * Dimensions + d]);
        for (var k = 0; k < Count; k++)
            Played[k] = (Endings[k] & (Ending.Terminated | Ending.Truncated)) == 0;
        _batch.Step(_actions, Rewards, Endings);
        Array.Clear(TeamRewards);
        for (var agent = 0; agent < Agents; agent++)
            for (var k = 0; k < Count; k++)
                TeamRewards[k] += Rewards[agent * Count + k];
        for (var k = 0; k < Count; k++)
        {
            _returns[k] += TeamRewards[k];
            Steps += Played[k] ? 1 : 0;
            if ((Endings[k] & (Ending.Terminated | Ending.Truncated)) == 0)
                continue;
            Episodes++;
            ReturnsOfEpisodes += _returns[k];
            _returns[k] = 0;
        }

        Observe();
    }

    /// <summary>Begins a new count of episodes.</summary>
    public void ForgetEpisodes() => (Episodes, ReturnsOfEpisodes) = (0, 0);

    /// <summary>Saves or restores everything.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        Start();
        var state = new byte[checked((int)_batch.StateBytes)];
        _batch.SaveState(state);
        archive.Exchange("state", state.AsSpan());
        if (archive.Reads)
            _batch.RestoreState(state);
        archive.Exchange("endings", System.Runtime.InteropServices.MemoryMarshal.AsBytes(Endings.AsSpan()));
        archive.Exchange("returns", _returns.AsSpan());
        Steps = archive.Exchange("steps", Steps);
        Episodes = archive.Exchange("episodes", Episodes);
        ReturnsOfEpisodes = archive.Exchange("returns_of_episodes", ReturnsOfEpisodes);
        Observe();
    }

    /// <summary>Ends the batch.</summary>
    public void Dispose() => _batch.Dispose();

    private void Observe()
    {
        if (OwnLength > 0)
            _batch.ObserveAgents(_parts, Own);
        if (JointLength > 0)
            _batch.Observe(Joint);
    }
}
