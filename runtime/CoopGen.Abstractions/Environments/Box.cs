using System.Globalization;

namespace CoopGen;

/// <summary>A space of vectors with a least and a greatest value per entry.</summary>
public sealed class Box
{
    private readonly double[] _low;
    private readonly double[] _high;

    /// <param name="low">Least value per entry; may be −∞.</param>
    /// <param name="high">Greatest value per entry, not below the least; may be +∞.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a bound is NaN or above its partner.</exception>
    public Box(double[] low, double[] high)
    {
        ArgumentNullException.ThrowIfNull(low);
        ArgumentNullException.ThrowIfNull(high);
        if (low.Length != high.Length)
            throw new ArgumentException($"{low.Length} low bounds are given for {high.Length} high ones.");
        for (var k = 0; k < low.Length; k++)
            if (!(low[k] <= high[k]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Entry {k} would lie between {low[k]} and {high[k]}."));
        (_low, _high) = (low, high);
    }

    /// <summary>Number of entries.</summary>
    public int Length => _low.Length;

    /// <summary>Least value per entry.</summary>
    public ReadOnlySpan<double> Low => _low;

    /// <summary>Greatest value per entry.</summary>
    public ReadOnlySpan<double> High => _high;

    /// <summary>Whether a vector lies in the space.</summary>
    public bool Contains(ReadOnlySpan<double> values)
    {
        if (values.Length != Length)
            return false;
        for (var k = 0; k < values.Length; k++)
            if (!(values[k] >= _low[k] && values[k] <= _high[k]))
                return false;
        return true;
    }

    /// <summary>Whether a vector lies in the space, its bounds rounded outward to single precision.</summary>
    public bool Contains(ReadOnlySpan<float> values)
    {
        if (values.Length != Length)
            return false;
        for (var k = 0; k < values.Length; k++)
            if (!(values[k] >= MathF.BitDecrement((float)_low[k]) && values[k] <= MathF.BitIncrement((float)_high[k])))
                return false;
        return true;
    }
}
