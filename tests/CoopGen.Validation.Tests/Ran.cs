namespace CoopGen.Validation.Tests;

/// <summary>The findings of a suite, run once for all tests.</summary>
internal sealed class Ran
{
    private readonly Dictionary<(string Experiment, string Item), Finding> _findings = [];

    public Ran(Suite suite)
    {
        foreach (var finding in Harness.Findings(suite))
            // An item that is there twice would leave a reader with two answers.
            _findings.Add((finding.Experiment, finding.Item), finding);
    }

    public IEnumerable<Finding> All => _findings.Values;

    public Finding this[string experiment, string item] =>
        _findings.TryGetValue((experiment, item), out var finding) ? finding : throw new KeyNotFoundException($"{experiment} has no {item}.");

    public double Number(string experiment, string item) => this[experiment, item].AsShipped!.Value.Number!.Value;

    public double Exact(string experiment, string item) => this[experiment, item].Exact!.Value.Number!.Value;
}
