using System.Runtime.CompilerServices;

namespace CoopGen;

public abstract partial class Spec
{
    /// <summary>Declares a number that a user may choose at construction.</summary>
    /// <param name="name">Name under which it is chosen, such as <c>trust_sensitivity</c>.</param>
    /// <param name="value">Default.</param>
    /// <param name="min">Least value allowed.</param>
    /// <param name="max">Greatest value allowed.</param>
    /// <param name="unit">Unit, such as <c>1/action</c>; empty for a pure number.</param>
    protected double Parameter(string name, double value, double min = double.NegativeInfinity, double max = double.PositiveInfinity, string unit = "") =>
        Override(new(name, ParameterKind.Number, ParameterValue.Of(value), min, max) { Unit = unit }).Number;

    /// <summary>Declares a whole number that a user may choose at construction.</summary>
    /// <inheritdoc cref="Parameter(string, double, double, double, string)"/>
    protected int Parameter(string name, int value, int min = int.MinValue, int max = int.MaxValue, string unit = "") =>
        (int)Override(new(name, ParameterKind.Integer, ParameterValue.Of(value), min, max) { Unit = unit }).Number;

    /// <summary>Declares a switch that a user may choose at construction.</summary>
    /// <param name="name">Name under which it is chosen.</param>
    /// <param name="value">Default.</param>
    protected bool Parameter(string name, bool value) =>
        Override(new(name, ParameterKind.Switch, ParameterValue.Of(value), 0, 1)).Flag;

    /// <summary>Declares a range of numbers that a user may choose at construction.</summary>
    /// <inheritdoc cref="Parameter(string, double, double, double, string)"/>
    protected Range Parameter(string name, Range value, double min = double.NegativeInfinity, double max = double.PositiveInfinity, string unit = "") =>
        Override(new(name, ParameterKind.Range, ParameterValue.Of(value), min, max) { Unit = unit }).Range;

    /// <summary>Declares one of the names of an enumeration, in lower case, that a user may choose at construction.</summary>
    /// <param name="name">Name under which it is chosen, such as <c>phase</c>.</param>
    /// <param name="value">Default.</param>
    protected T Parameter<T>(string name, T value) where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        var choices = Array.ConvertAll(values, v => v.ToString().ToLowerInvariant());
        var parameter = new ParameterInfo(name, ParameterKind.Choice, ParameterValue.Of(Array.IndexOf(values, value)), 0, choices.Length - 1) { Choices = choices };
        return values[(int)Override(parameter).Number];
    }

    /// <summary>Declares a dimension of the action that lies in a box with bounds per agent. Actions outside are clipped to it, and the step result says so.</summary>
    /// <param name="low">Least action, in action units.</param>
    /// <param name="high">Greatest action of agent i, in action units.</param>
    /// <param name="initial">What is taken for the action of agent i before the first step.</param>
    /// <param name="name">Name of the dimension: that of the member.</param>
    protected ActionVar Continuous(double low, Func<Agent, double> high, Func<Agent, double>? initial = null, [CallerMemberName] string name = "") =>
        Action(() => new(this, name, _ => low, high, initial ?? (_ => low), null), name);

    /// <summary>Declares a dimension of the action that is one of a few values; any other value is refused.</summary>
    /// <param name="values">The values, ascending, at least two.</param>
    /// <param name="initial">What is taken for the action of every agent before the first step: one of the values.</param>
    /// <param name="name">Name of the dimension: that of the member.</param>
    protected ActionVar Finite(double[] values, double initial, [CallerMemberName] string name = "") =>
        Action(() => new(this, name, _ => values[0], _ => values[^1], _ => initial, values), name);

    /// <summary>Declares a number that is remembered from step to step.</summary>
    /// <param name="initial">Value at reset.</param>
    /// <param name="min">Least value it can take; the compiler proves it.</param>
    /// <param name="max">Greatest value it can take; the compiler proves it.</param>
    /// <param name="persistent">Whether it outlives the episode, until a reset that clears it.</param>
    /// <param name="name">Name of the state: that of the member.</param>
    protected ScalarState ScalarState(double initial = 0, double min = double.NegativeInfinity, double max = double.PositiveInfinity, bool persistent = false, [CallerMemberName] string name = "") =>
        State(name, persistent, new(min, max), () => new ScalarState(this, name), s => s.Data[0] = initial);

    /// <summary>Declares one number per agent that is remembered from step to step.</summary>
    /// <inheritdoc cref="ScalarState(double, double, double, bool, string)"/>
    protected AgentState AgentState(double initial = 0, double min = double.NegativeInfinity, double max = double.PositiveInfinity, bool persistent = false, [CallerMemberName] string name = "") =>
        State(name, persistent, new(min, max), () => new AgentState(this, name), s => Array.Fill(s.Data, initial));

    /// <summary>Declares one number per ordered pair of different agents that is remembered from step to step.</summary>
    /// <param name="initial">Value at reset off the diagonal.</param>
    /// <param name="diagonal">Constant value on the diagonal.</param>
    /// <param name="min">Least value it can take; the compiler proves it.</param>
    /// <param name="max">Greatest value it can take; the compiler proves it.</param>
    /// <param name="persistent">Whether it outlives the episode, until a reset that clears it.</param>
    /// <param name="name">Name of the state: that of the member.</param>
    protected PairState PairState(double initial = 0, double diagonal = 0, double min = double.NegativeInfinity, double max = double.PositiveInfinity, bool persistent = false, [CallerMemberName] string name = "") =>
        State(name, persistent, new(min, max), () => new PairState(this, name), s =>
        {
            for (var k = 0; k < s.Data.Length; k++)
                s.Data[k] = k / n == k % n ? diagonal : initial;
        });

    /// <summary>Declares a window over the last few profiles of one number per agent; empty at reset.</summary>
    /// <param name="capacity">How many profiles are kept, at least 1.</param>
    /// <param name="min">Least value that is pushed; the compiler proves it.</param>
    /// <param name="max">Greatest value that is pushed; the compiler proves it.</param>
    /// <param name="name">Name of the state: that of the member.</param>
    protected Window Window(int capacity, double min = double.NegativeInfinity, double max = double.PositiveInfinity, [CallerMemberName] string name = "") =>
        State(name, false, new(min, max), () => new Window(this, name, capacity), s => WindowOps.Clear(s.Data));

    /// <summary>Declares a list of members with a timer for each agent that is out; all are members at reset.</summary>
    /// <param name="name">Name of the state: that of the member.</param>
    protected Roster Roster([CallerMemberName] string name = "") =>
        State(name, false, new(double.NegativeInfinity, double.PositiveInfinity), () => new Roster(this, name), s => RosterOps.Fill(s.Data, n));

    /// <summary>The same number for every agent.</summary>
    protected Vector All(double value) => From(_ => value);

    /// <summary>One number per agent, listed; as many as there are agents.</summary>
    protected Vector Of(params double[] values) =>
        values.Length == n ? new(i => values[i]) : throw new ArgumentException($"{values.Length} values are given for {n} agents; give one per agent.", nameof(values));

    /// <summary>One number for agent 0 and another for the rest.</summary>
    protected Vector First(double first, double rest) => From(i => i == 0 ? first : rest);

    /// <summary>One number per agent by formula.</summary>
    protected Vector From(Func<Agent, double> value) => new(i => value(i));

    /// <summary>The same number for every ordered pair of different agents, 0 on the diagonal.</summary>
    protected Matrix Symmetric(double value) => new((i, j) => i == j ? 0 : value);

    /// <summary>A hub: what it depends on each other agent, what each other agent depends on it, and nothing between the others.</summary>
    protected Matrix Hub(Agent hub, double hubOnOthers, double othersOnHub) =>
        new((i, j) => i == j ? 0 : i == hub.Index ? hubOnOthers : j == hub.Index ? othersOnHub : 0);

    /// <summary>A matrix row by row: n rows of n numbers.</summary>
    protected Matrix Rows(params double[][] rows) =>
        rows.Length == n && Array.TrueForAll(rows, r => r.Length == n)
            ? new((i, j) => rows[i][j])
            : throw new ArgumentException($"The matrix has {rows.Length} rows of {string.Join(", ", rows.Select(r => r.Length))} numbers; give {n} rows of {n}.", nameof(rows));

    /// <summary>A matrix by formula.</summary>
    protected Matrix From(Func<Agent, Agent, double> value) => new((i, j) => value(i, j));

    /// <summary>Interdependence from i* dependencies (TR-1 eq. 1): D_ij = Σ_d w_d·crit_d / Σ_d w_d over the dependencies of i on j, 0 if there are none.</summary>
    protected Matrix Dependencies(params Dependency[] dependencies) => new((i, j) =>
    {
        var (sum, weight) = (0.0, 0.0);
        foreach (var d in dependencies)
        {
            if (d.Depender.Index != i || d.Dependee.Index != j)
                continue;
            sum += d.Importance * d.Criticality;
            weight += d.Importance;
        }

        return weight == 0 ? 0 : sum / weight;
    });
}
