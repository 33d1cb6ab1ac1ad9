namespace CoopGen;

/// <summary>One number per agent, fixed over an episode unless its formula reads state or actions.</summary>
public sealed class Vector
{
    private readonly Func<int, double> _value;

    internal Vector(Func<int, double> value) => _value = value;

    /// <summary>The entry of agent <paramref name="i"/>.</summary>
    public double this[Agent i] => _value(i.Index);
}

/// <summary>One number per ordered pair of agents.</summary>
public sealed class Matrix
{
    private readonly Func<int, int, double> _value;

    internal Matrix(Func<int, int, double> value) => _value = value;

    /// <summary>The entry in row <paramref name="i"/> and column <paramref name="j"/>.</summary>
    public double this[Agent i, Agent j] => _value(i.Index, j.Index);
}
