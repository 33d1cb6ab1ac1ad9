using System.Globalization;

namespace CoopGen;

/// <summary>
/// An environment with one step, whatever the view. It checks what comes in, holds all that changes in one array of
/// numbers, and leaves the game itself to the generated class (or to the interpreter of the spec).
/// </summary>
public abstract class GameEnvironment
{
    /// <summary>Where the actions begin in a saved state.</summary>
    public const int HeaderLength = 5;

    private const int StepSlot = 0, EpisodeSlot = 1, SeedLowSlot = 2, SeedHighSlot = 3, PhaseSlot = 4, Header = HeaderLength;
    private const double NotReset = 0, Running = 1, Ended = 2;

    private readonly ParameterValue[] _parameters;
    private double[] _low = [];
    private double[] _high = [];
    private double[] _initial = [];
    private double[]?[] _choices = [];
    private Box? _observationSpace;
    private Box? _rewardRange;

    /// <param name="info">The manifest.</param>
    /// <param name="parameters">Values for some parameters; null for all defaults.</param>
    /// <exception cref="ArgumentException">A parameter is unknown or its value not allowed.</exception>
    protected GameEnvironment(EnvironmentInfo info, ParameterSet? parameters)
    {
        ArgumentNullException.ThrowIfNull(info);
        Info = info;
        _parameters = (parameters ?? []).Resolve(info.Parameters);
        Horizon = (int)Parameter("max_steps").Number;
        Mode = (RewardMode)(int)Parameter("reward_type").Number;
    }

    /// <summary>The manifest.</summary>
    public EnvironmentInfo Info { get; }

    /// <summary>Number of agents n.</summary>
    public int AgentCount { get; private set; }

    /// <summary>Number of dimensions d of an agent's action.</summary>
    public int ActionDimensions { get; private set; }

    /// <summary>Length of a profile of actions: n·d, agent by agent.</summary>
    public int ProfileLength => AgentCount * ActionDimensions;

    /// <summary>Number of steps of an episode.</summary>
    public int Horizon { get; }

    /// <summary>What agents are paid.</summary>
    public RewardMode Mode { get; }

    /// <summary>Steps played in this episode.</summary>
    public int StepCount => (int)Memory[StepSlot];

    /// <summary>Episodes since the seed was given, from 0.</summary>
    public int Episode => (int)Memory[EpisodeSlot];

    /// <summary>The seed that all draws follow.</summary>
    public ulong Seed => (ulong)Memory[SeedHighSlot] << 32 | (ulong)Memory[SeedLowSlot];

    /// <summary>Whether the episode is over, so that only <see cref="Reset()"/> is possible.</summary>
    public bool HasEnded => Memory[PhaseSlot] == Ended;

    /// <summary>Bounds of a profile of actions, agent by agent.</summary>
    public Box ActionSpace { get; private set; } = new([], []);

    /// <summary>Bounds of the joint observation, derived from the formulas.</summary>
    public Box ObservationSpace => _observationSpace ??= ObservationBounds();

    /// <summary>Bounds of every agent's reward of one step, derived from the formulas.</summary>
    public Box RewardRange => _rewardRange ??= RewardBounds();

    /// <summary>Bounds of every agent's reward of one step in which the actions lie in a box; what a condition asks of the action before clipping counts as unknown.</summary>
    /// <param name="actions">A box of profiles, within <see cref="ActionSpace"/>.</param>
    /// <exception cref="ArgumentException">The box has another length or leaves the action space.</exception>
    public Box RewardRangeOf(Box actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var whole = ActionSpace;
        if (!whole.Contains(actions.Low) || !whole.Contains(actions.High))
            throw new ArgumentException($"The box does not lie in the action space of {Info.Id}.", nameof(actions));
        _ = RewardRange;
        ActionSpace = actions;
        try
        {
            return RewardBounds();
        }
        finally
        {
            ActionSpace = whole;
        }
    }

    /// <summary>Length of the joint observation.</summary>
    public int ObservationLength { get; private set; }

    /// <summary>Length of what <see cref="SaveState"/> writes.</summary>
    public int StateLength => Memory.Length;

    /// <summary>The actions of the last step as played, after clipping; the initial ones after reset.</summary>
    public ReadOnlySpan<double> Actions => Memory.AsSpan(Header, ProfileLength);

    /// <summary>What the agents were paid in the last step; zeros after reset.</summary>
    public ReadOnlySpan<double> Rewards => Memory.AsSpan(RewardsOffset, AgentCount);

    /// <summary>All that changes: header, actions, actions as given, rewards, then the state of the spec from <see cref="StateOffset"/> on.</summary>
    protected double[] Memory { get; private set; } = [];

    /// <summary>Where the played actions begin in <see cref="Memory"/>.</summary>
    protected const int ActionsOffset = Header;

    /// <summary>Where the actions as given begin in <see cref="Memory"/>.</summary>
    protected int GivenOffset => Header + ProfileLength;

    /// <summary>Where the rewards begin in <see cref="Memory"/>.</summary>
    protected int RewardsOffset => Header + 2 * ProfileLength;

    /// <summary>Where the state of the spec begins in <see cref="Memory"/>.</summary>
    protected int StateOffset => RewardsOffset + AgentCount;

    /// <summary>The generator that all draws come from.</summary>
    protected Philox Random => new(Seed);

    /// <summary>The checked value of a parameter.</summary>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public ParameterValue Parameter(string name)
    {
        for (var k = 0; k < _parameters.Length; k++)
            if (Info.Parameters[k].Name == name)
                return _parameters[k];
        throw new ArgumentException($"{name} is not a parameter of {Info.Id}; the parameters are {string.Join(", ", Info.Parameters.Select(p => p.Name))}.", nameof(name));
    }

    /// <summary>Starts the next episode under the present seed.</summary>
    public void Reset() => Reset(null);

    /// <summary>Starts an episode.</summary>
    /// <param name="seed">A seed, whose first episode this is; null for the next episode of the present seed.</param>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    public void Reset(ulong? seed, bool clear = false)
    {
        if (seed is { } given)
        {
            Memory[SeedLowSlot] = (uint)given;
            Memory[SeedHighSlot] = (uint)(given >> 32);
        }

        Memory[EpisodeSlot] = seed is not null || Memory[PhaseSlot] == NotReset ? 0 : Memory[EpisodeSlot] + 1;
        Memory[StepSlot] = 0;
        _initial.CopyTo(Memory, Header);
        _initial.CopyTo(Memory, GivenOffset);
        Memory.AsSpan(RewardsOffset, AgentCount).Clear();
        Begin(clear);
        Memory[PhaseSlot] = Running;
    }

    /// <summary>Plays one step.</summary>
    /// <param name="actions">n·d actions, agent by agent. Those outside a box are clipped to it, and the result says so.</param>
    /// <param name="rewards">Receives n rewards.</param>
    /// <exception cref="InvalidOperationException">The episode has not begun or is over.</exception>
    /// <exception cref="ArgumentException">A length is wrong, or an action is not a number or not among a finite set. The state is as before.</exception>
    public StepResult Step(ReadOnlySpan<double> actions, Span<double> rewards)
    {
        CheckRunning();
        if (rewards.Length != AgentCount)
            throw NoRoom(rewards.Length);
        CheckProfile(actions);
        var (memory, low, high) = (Memory, _low, _high);
        var clipped = false;
        for (var k = 0; k < actions.Length; k++)
        {
            var given = actions[k];
            var action = Math.Min(Math.Max(given, low[k]), high[k]);
            clipped |= action != given;
            memory[Header + k] = action;
            memory[Header + actions.Length + k] = given;
        }

        memory[StepSlot]++;
        var terminated = Play();
        for (int k = 0, at = RewardsOffset; k < rewards.Length; k++)
            rewards[k] = memory[at + k];
        var truncated = memory[StepSlot] >= Horizon;
        if (terminated || truncated)
            memory[PhaseSlot] = Ended;
        return new(terminated, truncated, clipped);
    }

    /// <summary>Refuses a profile that <see cref="Step"/> would refuse.</summary>
    /// <exception cref="ArgumentException">The length is wrong, or an action is not a number or not among a finite set.</exception>
    public void CheckProfile(ReadOnlySpan<double> actions)
    {
        if (actions.Length != ProfileLength)
            throw NoProfile(actions.Length);
        var choices = _choices;
        for (var k = 0; k < actions.Length;)
        {
            for (var dimension = 0; dimension < choices.Length; dimension++, k++)
                if (!IsAllowed(actions[k], choices[dimension]))
                    throw NotAllowed(k / choices.Length, dimension, actions[k]);
        }
    }

    /// <summary>Refuses an action of one agent that <see cref="Step"/> would refuse.</summary>
    /// <exception cref="ArgumentException">It is not a number or not among a finite set.</exception>
    public void CheckAction(int agent, ReadOnlySpan<double> action)
    {
        for (var k = 0; k < action.Length; k++)
            if (!IsAllowed(action[k], _choices[k]))
                throw NotAllowed(agent, k, action[k]);
    }

    /// <summary>Refuses what needs an episode under way.</summary>
    /// <exception cref="InvalidOperationException">The episode has not begun or is over.</exception>
    public void CheckRunning()
    {
        if (Memory[PhaseSlot] != Running)
            throw NotRunning();
    }

    /// <summary>Writes the joint observation. Calling it again gives the same.</summary>
    /// <param name="observation">Receives <see cref="ObservationLength"/> numbers.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void Observe(Span<float> observation)
    {
        if (observation.Length != ObservationLength)
            throw new ArgumentException($"Room for {observation.Length} numbers is given; the observation of {Info.Id} has {ObservationLength}.", nameof(observation));
        WriteObservation(observation);
    }

    /// <summary>Writes what one agent sees of its own.</summary>
    /// <param name="agent">The agent, from 0.</param>
    /// <param name="parts">The parts shown, from <see cref="ObservationConfig.Mask"/>.</param>
    /// <param name="observation">Receives the parts in order; must be long enough.</param>
    /// <returns>How many numbers were written.</returns>
    public abstract int Observe(int agent, ulong parts, Span<float> observation);

    /// <summary>How many numbers <see cref="Observe(int, ulong, Span{float})"/> writes for the parts shown.</summary>
    public abstract int AgentObservationLength(ulong parts);

    /// <summary>Bounds of what one agent sees of its own, derived from the formulas.</summary>
    /// <param name="agent">The agent, from 0.</param>
    /// <param name="parts">The parts shown, from <see cref="ObservationConfig.Mask"/>.</param>
    /// <exception cref="ArgumentException">There is no such agent.</exception>
    public Box AgentObservationSpace(int agent, ulong parts)
    {
        Require.Agent(agent, AgentCount);
        return AgentObservationBounds(agent, parts);
    }

    /// <summary>Describes the present state to an observer of the experiment.</summary>
    public abstract void Report(IReportWriter writer);

    /// <summary>Copies all that changes.</summary>
    /// <param name="destination">Receives <see cref="StateLength"/> numbers.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void SaveState(Span<double> destination)
    {
        CheckStateLength(destination.Length);
        Memory.CopyTo(destination);
    }

    /// <summary>Puts back what <see cref="SaveState"/> copied from an environment with the same parameters; play continues bit for bit.</summary>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void RestoreState(ReadOnlySpan<double> source)
    {
        CheckStateLength(source.Length);
        source.CopyTo(Memory);
        Restored();
    }

    /// <summary>What the header of a saved state says.</summary>
    /// <exception cref="ArgumentException">The length is wrong, or no episode is under way.</exception>
    internal (int Step, uint Episode, ulong Seed) ReadHeader(ReadOnlySpan<double> state)
    {
        CheckStateLength(state.Length);
        if (state[PhaseSlot] != Running)
            throw new ArgumentException("The state is not that of an episode under way.", nameof(state));
        return ((int)state[StepSlot], (uint)state[EpisodeSlot], (ulong)state[SeedHighSlot] << 32 | (ulong)state[SeedLowSlot]);
    }

    /// <summary>Seed, episode and step of a saved state.</summary>
    internal static (ulong Seed, uint Episode, uint Step) ReadPlace(ReadOnlySpan<double> state) =>
        ((ulong)state[SeedHighSlot] << 32 | (ulong)state[SeedLowSlot], (uint)state[EpisodeSlot], (uint)state[StepSlot]);

    /// <summary>Where the state of the spec begins in a saved state.</summary>
    internal int StateStart => StateOffset;

    /// <summary>Makes the memory and the action space; called once, from the constructor of the derived class.</summary>
    protected void Allocate(int agents, int stateLength, int observationLength, double[] low, double[] high, double[] initial, IReadOnlyList<double[]?> choices)
    {
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(choices);
        (AgentCount, ActionDimensions, ObservationLength) = (agents, choices.Count, observationLength);
        (_low, _high, _initial, _choices) = (low, high, initial, [.. choices]);
        ActionSpace = new(low, high);
        Memory = new double[StateOffset + stateLength];
        for (var k = 0; k < initial.Length; k++)
            if (!(initial[k] >= low[k] && initial[k] <= high[k]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The initial action {initial[k]} of agent {k / ActionDimensions} lies outside its bounds {low[k]} and {high[k]}."));
        Begin(clear: true);
    }

    /// <summary>Gives every state its initial value and makes the draws of a reset.</summary>
    /// <param name="clear">Whether what outlives episodes is cleared too.</param>
    protected abstract void Begin(bool clear);

    /// <summary>Plays a step whose checked and clipped actions lie in <see cref="Memory"/>; writes the rewards there and returns whether the episode terminates.</summary>
    protected abstract bool Play();

    /// <summary>Writes the joint observation into a span of the right length.</summary>
    protected abstract void WriteObservation(Span<float> observation);

    /// <summary>Derives the bounds of the joint observation.</summary>
    protected abstract Box ObservationBounds();

    /// <summary>Derives the bounds of what one agent sees of its own; without a derivation there are none.</summary>
    protected virtual Box AgentObservationBounds(int agent, ulong parts)
    {
        var (low, high) = (new double[AgentObservationLength(parts)], new double[AgentObservationLength(parts)]);
        Array.Fill(low, double.NegativeInfinity);
        Array.Fill(high, double.PositiveInfinity);
        return new(low, high);
    }

    /// <summary>Derives the bounds of every agent's reward.</summary>
    protected abstract Box RewardBounds();

    /// <summary>What a step must do at least.</summary>
    public virtual StepWork Work => StepWork.Unknown;

    /// <summary>Makes a batch of environments like this one.</summary>
    /// <exception cref="ArgumentException">The environment is not a compiled one.</exception>
    protected internal virtual EnvironmentBatch MakeBatch(BatchPlan plan) =>
        throw new ArgumentException($"{Info.Id} is run as a spec here; only compiled environments can be batched.");

    /// <summary>Makes the reverse of this environment.</summary>
    /// <exception cref="ArgumentException">The environment is not a compiled one, or too large to have a reverse.</exception>
    protected internal virtual EnvironmentAdjoint MakeAdjoint() =>
        throw new ArgumentException($"{Info.Id} has no exact gradients of episodes: it is run as a spec here, or is too large to be differentiated.");

    /// <summary>Which of the parts that parameters decide on the joint observation has: environments of one kind that say the same have the same columns.</summary>
    protected internal virtual string ObservationShape() => "";

    /// <summary>Called after <see cref="RestoreState"/>.</summary>
    protected virtual void Restored() { }

    private void CheckStateLength(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"A state of {length} numbers is given; that of {Info.Id} with these parameters has {StateLength}.");
    }

    private static bool IsAllowed(double action, double[]? choices) =>
        double.IsFinite(action) && (choices is null || Array.IndexOf(choices, action) >= 0);

    // Texts are made apart from the steps that may need them, which are smaller and faster without.
    private ArgumentException NotAllowed(int agent, int dimension, double action) => new(string.Create(CultureInfo.InvariantCulture,
        $"Action {Info.Actions[dimension].Name} of agent {agent} is {action}; it must be {(double.IsFinite(action) ? $"one of {string.Join(", ", _choices[dimension]!.Select(c => c.ToString(CultureInfo.InvariantCulture)))}" : "a number")}."), nameof(action));

    private ArgumentException NoRoom(int rewards) =>
        new($"Room for {rewards} rewards is given; {Info.Id} pays {AgentCount} agents.", nameof(rewards));

    private ArgumentException NoProfile(int actions) =>
        new($"{actions} actions are given; {Info.Id} takes {ProfileLength}: {AgentCount} agents with {ActionDimensions} each.", nameof(actions));

    private InvalidOperationException NotRunning() => new(
        HasEnded ? $"The episode of {Info.Id} is over after {StepCount} steps; call Reset before the next step."
        : $"{Info.Id} has not been reset; call Reset before the first step.");
}
