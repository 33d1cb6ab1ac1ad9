namespace CoopGen;

/// <summary>One named dimension of the action of every agent.</summary>
public sealed class ActionVar
{
    private readonly Spec _spec;
    private double[]? _values;
    private GivenActions? _given;

    internal ActionVar(Spec spec, string name, Func<Agent, double> low, Func<Agent, double> high, Func<Agent, double> initial, double[]? choices) =>
        (_spec, Name, Low, High, Initial, Choices) = (spec, name, low, high, initial, choices);

    /// <summary>Name of the dimension.</summary>
    public string Name { get; }

    /// <summary>What agent <paramref name="i"/> does in this step, clipped to its bounds; before the first step the initial action.</summary>
    public double this[Agent i] => Values[i.Index];

    /// <summary>What the agents asked for in this step, before clipping.</summary>
    public GivenActions Given => _given ??= new(new double[_spec.n]);

    internal Func<Agent, double> Low { get; }

    internal Func<Agent, double> High { get; }

    internal Func<Agent, double> Initial { get; }

    internal double[]? Choices { get; }

    internal double[] Values => _values ??= new double[_spec.n];
}

/// <summary>What the agents asked for before clipping, in one dimension of the action.</summary>
public sealed class GivenActions
{
    internal GivenActions(double[] values) => Values = values;

    /// <summary>What agent <paramref name="i"/> asked for.</summary>
    public double this[Agent i] => Values[i.Index];

    internal double[] Values { get; }
}
