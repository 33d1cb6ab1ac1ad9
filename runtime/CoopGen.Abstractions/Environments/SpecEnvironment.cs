using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace CoopGen;

/// <summary>
/// Runs a spec as the plain C# it is: slowly, with every formula open to a debugger. It is the reference that compiled
/// environments are tested against, and has no bounds of observations and rewards: deriving those is the compiler's work.
/// </summary>
public sealed class SpecEnvironment : GameEnvironment, IOneShotGame
{
    private readonly Spec _spec;
    private readonly SpecState[] _states;
    private readonly ActionVar[] _actions;

    /// <param name="info">The manifest, from the registry or from <see cref="Describe"/>.</param>
    /// <param name="spec">A spec of its own for this environment.</param>
    /// <param name="parameters">Values for some parameters; null for all defaults.</param>
    public SpecEnvironment(EnvironmentInfo info, Spec spec, ParameterSet? parameters = null) : base(info, parameters)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _spec = spec;
        foreach (var parameter in Info.Parameters)
            spec.Overrides[parameter.Name] = Parameter(parameter.Name);
        (spec.Horizon, spec.Mode) = (Horizon, Mode);
        Touch(spec);
        _states = [.. spec.States.Values.Where(s => !Info.RuledOut.Contains(s.Name)).OrderBy(s => s.Name, StringComparer.Ordinal)];
        _actions = spec.Actions;
        var (n, d) = (spec.n, _actions.Length);
        double[] PerAction(Func<ActionVar, Agent, double> value)
        {
            var values = new double[n * d];
            for (var k = 0; k < values.Length; k++)
                values[k] = value(_actions[k % d], k / d);
            return values;
        }

        spec.PaidRewards = new double[n];
        var length = 0;
        spec.RunObserve(new(new Philox(0), DrawPhase.Observe, static () => (0, 0)), new Observation(spec, (_, _, _) => length++));
        Allocate(n, _states.Sum(s => s.Data.Length), length,
            PerAction((a, i) => a.Low(i)), PerAction((a, i) => a.High(i)), PerAction((a, i) => a.Initial(i)),
            Array.ConvertAll(_actions, a => a.Choices));
    }

    /// <summary>A manifest for a spec whose compiled one is not at hand, read from the spec by reflection.</summary>
    [RequiresUnreferencedCode("Reads the members of the spec; use the registry instead.")]
    public static EnvironmentInfo Describe(Func<Spec> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        var spec = make();
        var environment = spec.GetType().GetCustomAttribute<EnvironmentAttribute>()
            ?? throw new ArgumentException($"{spec.GetType().Name} has no [Environment] attribute.", nameof(make));
        Touch(spec);
        var parts = new List<AgentPartInfo>();
        spec.PaidRewards = new double[spec.n];
        spec.RunObserveAgent(0, new AgentView(spec, (name, show) =>
        {
            parts.Add(new(name, show));
            return false;
        }, static (_, _) => { }));
        var joint = new List<string>();
        spec.RunObserve(new(new Philox(0), DrawPhase.Observe, static () => (0, 0)), new Observation(spec, (part, _, _) =>
        {
            if (joint.Count == 0 || joint[^1] != part)
                joint.Add(part);
        }));
        EnvironmentInfo? info = null;
        info = new EnvironmentInfo
        {
            Id = environment.Id,
            Class = environment.Class,
            Summary = "",
            Report = environment.Report,
            Agents = spec.n,
            AgentNames = environment.Agents,
            Horizon = environment.Horizon,
            Parameters = [.. Common(environment.Horizon), .. spec.Declared.Values],
            Actions = Array.ConvertAll(spec.Actions, a => new ActionInfo(a.Name, a.Choices ?? [], "")),
            ObservationParts = joint,
            AgentParts = parts,
            Create = parameters => new SpecEnvironment(info!, make(), parameters),
            Interpret = parameters => new SpecEnvironment(info!, make(), parameters),
        };
        return info;
    }

    /// <summary>The parameters that every environment has.</summary>
    /// <param name="horizon">Default of <c>max_steps</c>.</param>
    public static IReadOnlyList<ParameterInfo> Common(int horizon) =>
    [
        new("max_steps", ParameterKind.Integer, ParameterValue.Of(horizon), 1, 1_000_000_000) { Unit = "steps", Summary = "Number of steps of an episode." },
        new("reward_type", ParameterKind.Choice, ParameterValue.Of((int)RewardMode.Integrated), 0, 2) { Choices = ["private", "integrated", "cooperative"], Summary = "What agents are paid: their own payoff, their own and by dependence those of others, or the mean of all." },
    ];

    /// <inheritdoc/>
    public override int Observe(int agent, ulong parts, Span<float> observation)
    {
        var values = AgentValues(agent, parts);
        for (var k = 0; k < values.Count; k++)
            observation[k] = (float)values[k];
        return values.Count;
    }

    /// <inheritdoc/>
    public override int AgentObservationLength(ulong parts) => AgentValues(0, parts).Count;

    /// <inheritdoc/>
    public override void Report(IReportWriter writer)
    {
        Load();
        _spec.RunReport(new Report(_spec, writer));
    }

    /// <inheritdoc/>
    public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs)
    {
        CheckProfile(actions);
        Load();
        for (var k = 0; k < actions.Length; k++)
            _actions[k % ActionDimensions].Values[k / ActionDimensions] = _actions[k % ActionDimensions].Given.Values[k / ActionDimensions] = actions[k];
        for (var i = 0; i < AgentCount; i++)
            payoffs[i] = _spec.RunReward(i);
    }

    /// <summary>Not available: exact derivatives are the compiler's work.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient) =>
        throw new NotSupportedException("A spec that runs as plain C# has no exact derivatives; use the compiled environment.");

    /// <inheritdoc/>
    protected override void Begin(bool clear)
    {
        Load();
        foreach (var state in _states)
            if (clear || !state.Persistent)
                state.Initialise();
        _spec.RunReset(Draws(DrawPhase.Reset));
        Store();
    }

    /// <inheritdoc/>
    protected override bool Play()
    {
        Load();
        _spec.RunUpdate(Draws(DrawPhase.Update));
        var rewards = new double[AgentCount];
        for (var i = 0; i < rewards.Length; i++)
            rewards[i] = _spec.RunReward(i);
        rewards.CopyTo(_spec.PaidRewards, 0);
        rewards.CopyTo(Memory, RewardsOffset);
        _spec.RunSettle(Draws(DrawPhase.Settle));
        Store();
        return _spec.RunTerminated();
    }

    /// <inheritdoc/>
    protected override void WriteObservation(Span<float> observation)
    {
        Load();
        var values = new List<double>(observation.Length);
        _spec.RunObserve(Draws(DrawPhase.Observe), new Observation(_spec, (_, _, value) => values.Add(value)));
        for (var k = 0; k < observation.Length; k++)
            observation[k] = (float)values[k];
    }

    /// <inheritdoc/>
    protected override Box ObservationBounds() => Unbounded(ObservationLength);

    /// <inheritdoc/>
    protected override Box RewardBounds() => Unbounded(AgentCount);

    private static Box Unbounded(int length)
    {
        var (low, high) = (new double[length], new double[length]);
        Array.Fill(low, double.NegativeInfinity);
        Array.Fill(high, double.PositiveInfinity);
        return new(low, high);
    }

    /// <summary>Reads every property once, so that parameters, states and actions declare themselves.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The interpreter is for tests and debugging; trimmed programs use compiled environments.")]
    private static void Touch(Spec spec)
    {
        for (var type = spec.GetType(); type != typeof(Spec) && type is not null; type = type.BaseType)
        {
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                if (property.GetIndexParameters().Length == 0)
                    property.GetValue(spec);
        }
    }

    private List<double> AgentValues(int agent, ulong parts)
    {
        Load();
        var values = new List<double>();
        var part = 0;
        _spec.RunObserveAgent(agent, new AgentView(_spec, (_, _) => (parts >> part++ & 1) != 0, (_, value) => values.Add(value)));
        return values;
    }

    private Spec.Stream Draws(DrawPhase phase) => new(Random, phase, () => ((uint)Episode, (uint)StepCount));

    private void Load()
    {
        _spec.t = StepCount;
        for (var k = 0; k < ProfileLength; k++)
        {
            var action = _actions[k % ActionDimensions];
            action.Values[k / ActionDimensions] = Memory[ActionsOffset + k];
            action.Given.Values[k / ActionDimensions] = Memory[GivenOffset + k];
        }

        Memory.AsSpan(RewardsOffset, AgentCount).CopyTo(_spec.PaidRewards);
        var offset = StateOffset;
        foreach (var state in _states)
        {
            Memory.AsSpan(offset, state.Data.Length).CopyTo(state.Data);
            offset += state.Data.Length;
        }
    }

    private void Store()
    {
        var offset = StateOffset;
        foreach (var state in _states)
        {
            state.Data.CopyTo(Memory, offset);
            offset += state.Data.Length;
        }
    }
}
