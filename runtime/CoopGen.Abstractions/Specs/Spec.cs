using System.Runtime.CompilerServices;

namespace CoopGen;

/// <summary>
/// The base of every environment and mechanism: a page of formulas. The compiler reads the page and writes the
/// environment; executed as the plain C# it is, slowly, it is its own reference (see <see cref="SpecEnvironment"/>).
/// </summary>
/// <remarks>
/// Brackets are memory, parentheses are formulas: <c>T[i, j]</c> is stored, <c>π(i)</c> is computed. One step runs
/// <see cref="Update"/>, then <see cref="Reward"/> for every agent, then <see cref="Settle"/>, then <see cref="Terminated"/>.
/// <see cref="Observe(Observation)"/>, <see cref="Observe(Agent, AgentView)"/> and <see cref="Report"/> describe the state after it.
/// </remarks>
public abstract partial class Spec
{
    private readonly Dictionary<string, SpecState> _states = [];
    private readonly Dictionary<string, ActionVar> _actions = [];
    private Stream? _stream;

    /// <summary>Number of agents, at least 1.</summary>
    public abstract int n { get; }

    /// <summary>Number of the step that is being played or was played last; 0 after reset.</summary>
    public int t { get; internal set; }

    /// <summary>Number of steps of an episode: the parameter <c>max_steps</c>.</summary>
    public int Horizon { get; internal set; } = 1;

    /// <summary>What agents are paid: the parameter <c>reward_type</c>.</summary>
    public RewardMode Mode { get; internal set; } = RewardMode.Integrated;

    /// <summary>The dimensions of an agent's action, in order.</summary>
    public abstract ActionVar[] Actions { get; }

    /// <summary>What happens at reset after every state has its initial value: draws, mostly.</summary>
    protected virtual void Reset() { }

    /// <summary>What happens in a step before rewards are paid, in order.</summary>
    protected virtual void Update() { }

    /// <summary>What agent <paramref name="i"/> is paid in this step, in the reward mode <see cref="Mode"/>.</summary>
    protected abstract double Reward(Agent i);

    /// <summary>What happens in a step after rewards are paid, in order.</summary>
    protected virtual void Settle() { }

    /// <summary>Whether the step just played ends the episode before its horizon.</summary>
    protected virtual bool Terminated => false;

    /// <summary>What all see together: the joint observation, part by part.</summary>
    protected virtual void Observe(Observation o)
    {
        foreach (var action in Actions)
            o.Add(action.Name, i => action[i]);
    }

    /// <summary>What agent <paramref name="me"/> sees of its own, part by part.</summary>
    protected virtual void Observe(Agent me, AgentView view)
    {
        foreach (var action in Actions)
            view.Add(action.Name, i => action[i]);
    }

    /// <summary>What an observer of the experiment is told, value by value.</summary>
    protected virtual void Report(Report report) { }

    internal Dictionary<string, ParameterValue> Overrides { get; } = [];

    internal Dictionary<string, ParameterInfo> Declared { get; } = [];

    internal IReadOnlyDictionary<string, SpecState> States => _states;

    internal double[] PaidRewards { get; set; } = [];

    /// <summary>The random numbers of the formula that is being evaluated; null where drawing is not allowed.</summary>
    internal sealed class Stream(Philox generator, DrawPhase phase, Func<(uint Episode, uint Step)> clock)
    {
        public Philox Generator { get; } = generator;

        public DrawPhase Phase { get; } = phase;

        public Func<(uint Episode, uint Step)> Clock { get; } = clock;

        public string Name { get; set; } = "";

        public int Element { get; set; }

        public int Site { get; set; }

        public bool Open { get; set; }
    }

    internal void RunReset(Stream stream) => Run(stream, Reset);

    internal void RunUpdate(Stream stream) => Run(stream, Update);

    internal void RunSettle(Stream stream) => Run(stream, Settle);

    internal void RunObserve(Stream stream, Observation observation) => Run(stream, () => Observe(observation));

    internal void RunObserveAgent(Agent me, AgentView view) => Observe(me, view);

    internal double RunReward(Agent i) => Reward(i);

    internal bool RunTerminated() => Terminated;

    internal void RunReport(Report report) => Report(report);

    private void Run(Stream stream, Action phase)
    {
        _stream = stream;
        try
        {
            phase();
        }
        finally
        {
            _stream = null;
        }
    }

    internal double WithStream(string name, int element, Func<double> value)
    {
        if (_stream is null)
            return value();
        (_stream.Name, _stream.Element, _stream.Site, _stream.Open) = (name, element, 0, true);
        try
        {
            return value();
        }
        finally
        {
            _stream.Open = false;
        }
    }

    private TState State<TState>(string name, bool persistent, Range range, Func<TState> make, Action<TState> initialise)
        where TState : SpecState
    {
        if (_states.TryGetValue(name, out var known))
            return (TState)known;
        var state = make();
        (state.Persistent, state.Range) = (persistent, range);
        _states.Add(name, state);
        state.Initialise = () => initialise(state);
        return state;
    }

    private ActionVar Action(Func<ActionVar> make, string name)
    {
        if (!_actions.TryGetValue(name, out var action))
            _actions.Add(name, action = make());
        return action;
    }

    private ParameterValue Override(ParameterInfo parameter)
    {
        Declared.TryAdd(parameter.Name, parameter);
        return Overrides.TryGetValue(parameter.Name, out var value) ? parameter.Check(value) : parameter.Default;
    }

    private Philox.Block Draw([CallerMemberName] string what = "")
    {
        if (_stream is not { Open: true } stream)
            throw new InvalidOperationException($"{what} is called outside a Set, Push or observation formula; rewards, endings and reports are not random. Draw into a state and read the state.");
        var (episode, step) = stream.Clock();
        return stream.Generator.Draw(stream.Phase, stream.Name, episode, step, stream.Element, stream.Site++);
    }
}
