namespace CoopGen.Specs.Tests;

/// <summary>A report as a dictionary: numbers, switches, words, lists of numbers or words, and pairs named <c>i->j</c>.</summary>
public sealed class RecordedReport : IReportWriter
{
    private readonly Dictionary<string, object> _values = [];

    public static IReadOnlyDictionary<string, object> Of(GameEnvironment environment)
    {
        var report = new RecordedReport();
        environment.Report(report);
        return report._values;
    }

    public void Number(string name, double value) => _values.Add(name, value);

    public void Flag(string name, bool value) => _values.Add(name, value);

    public void Numbers(string name, ReadOnlySpan<double> values) => _values.Add(name, values.ToArray());

    public void Pairs(string name, int n, ReadOnlySpan<double> values)
    {
        var pairs = new Dictionary<string, double>();
        for (var k = 0; k < values.Length; k++)
            if (k / n != k % n)
                pairs.Add($"{k / n}->{k % n}", values[k]);
        _values.Add(name, pairs);
    }

    public void Agents(string name, ReadOnlySpan<double> agents) => _values.Add(name, agents.ToArray());

    public void Label(string name, string label) => _values.Add(name, label);

    public void Labels(string name, ReadOnlySpan<string> labels) => _values.Add(name, labels.ToArray());
}
