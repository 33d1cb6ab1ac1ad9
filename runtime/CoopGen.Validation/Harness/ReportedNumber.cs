namespace CoopGen.Validation;

/// <summary>Reads one number of what an environment reports.</summary>
internal sealed class ReportedNumber(string name) : IReportWriter
{
    private double? _value;

    /// <summary>The number as it is now.</summary>
    public double Of(GameEnvironment environment)
    {
        _value = null;
        environment.Report(this);
        return _value ?? throw new InvalidOperationException($"{environment.Info.Id} reports no {name}.");
    }

    /// <inheritdoc/>
    public void Number(string reported, double value)
    {
        if (reported == name)
            _value = value;
    }

    /// <inheritdoc/>
    public void Flag(string reported, bool value) { }

    /// <inheritdoc/>
    public void Numbers(string reported, ReadOnlySpan<double> values) { }

    /// <inheritdoc/>
    public void Pairs(string reported, int n, ReadOnlySpan<double> values) { }

    /// <inheritdoc/>
    public void Agents(string reported, ReadOnlySpan<double> agents) { }

    /// <inheritdoc/>
    public void Label(string reported, string label) { }

    /// <inheritdoc/>
    public void Labels(string reported, ReadOnlySpan<string> labels) { }
}
