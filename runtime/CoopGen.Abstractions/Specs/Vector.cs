namespace CoopGen;

/// <summary>One number per agent, fixed over an episode unless its formula reads state or actions.</summary>
public sealed class Vector
{
    private readonly double[] _values;

    internal Vector(double[] values) => _values = values;

    /// <summary>The entry of agent <paramref name="i"/>.</summary>
    public double this[Agent i] => _values[i.Index];

    internal ReadOnlySpan<double> Values => _values;
}

/// <summary>One number per ordered pair of agents.</summary>
public sealed class Matrix
{
    private readonly int _n;
    private readonly double[] _values;

    internal Matrix(int n, Func<int, int, double> value)
    {
        (_n, _values) = (n, new double[n * n]);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                _values[i * n + j] = value(i, j);
    }

    /// <summary>The entry in row <paramref name="i"/> and column <paramref name="j"/>.</summary>
    public double this[Agent i, Agent j] => _values[i.Index * _n + j.Index];

    internal ReadOnlySpan<double> Values => _values;
}
