namespace CoopGen.Cli;

/// <summary>Count, mean and standard deviation of numbers that come one by one (Welford's recurrence).</summary>
internal struct Moments
{
    private double _squares;

    public int Count { get; private set; }

    /// <summary>Arithmetic mean; NaN of no numbers.</summary>
    public double Mean { readonly get => Count > 0 ? field : double.NaN; private set; }

    /// <summary>Arithmetic mean; null of no numbers.</summary>
    public readonly double? MeanOrNull => Count > 0 ? Mean : null;

    /// <summary>Sample standard deviation (divided by count − 1); 0 of fewer than two numbers.</summary>
    public readonly double Deviation => Count > 1 ? Math.Sqrt(_squares / (Count - 1)) : 0;

    public void Add(double value)
    {
        Count++;
        var mean = Count > 1 ? Mean : 0;
        var step = value - mean;
        Mean = mean + step / Count;
        _squares += step * (value - Mean);
    }
}
