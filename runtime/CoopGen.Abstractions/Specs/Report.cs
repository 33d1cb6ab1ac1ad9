namespace CoopGen;

/// <summary>Takes what an observer of the experiment is told about the state after a step, value by value.</summary>
public sealed class Report
{
    private readonly Spec _spec;
    private readonly IReportWriter _writer;

    internal Report(Spec spec, IReportWriter writer) => (_spec, _writer) = (spec, writer);

    /// <summary>One number.</summary>
    public void Add(string name, double value) => _writer.Number(name, value);

    /// <summary>A yes or no.</summary>
    public void Add(string name, bool value) => _writer.Flag(name, value);

    /// <summary>One number per agent.</summary>
    public void Add(string name, Func<Agent, double> value) => _writer.Numbers(name, Values(value));

    /// <summary>One number per ordered pair of different agents.</summary>
    public void AddPairs(string name, Func<Agent, Agent, double> value)
    {
        var n = _spec.n;
        var values = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                values[i * n + j] = i == j ? 0 : value(i, j);
        _writer.Pairs(name, n, values);
    }

    /// <summary>The agents for whom the condition holds, in order of index.</summary>
    public void AddAgents(string name, Func<Agent, bool> where) =>
        _writer.Agents(name, Enumerable.Range(0, _spec.n).Where(i => where(i)).Select(i => (double)i).ToArray());

    /// <summary>The members of a list, in list order.</summary>
    public void AddMembers(string name, Roster roster)
    {
        var members = new double[_spec.n];
        var count = RosterOps.Members(roster.Data, members);
        _writer.Agents(name, members.AsSpan(0, count));
    }

    /// <summary>All agents, the one with the greatest number first; equals in order of index.</summary>
    public void AddRanking(string name, Func<Agent, double> value) => _writer.Agents(name, ReportOps.Ranking(Values(value)));

    /// <summary>One of a few labels: that at the position <paramref name="index"/>.</summary>
    public void AddLabel(string name, double index, params string[] labels) => _writer.Label(name, labels[(int)index]);

    /// <summary>One of a few labels per agent: that at the position <paramref name="index"/>.</summary>
    public void AddLabels(string name, Func<Agent, double> index, params string[] labels) =>
        _writer.Labels(name, Array.ConvertAll(Values(index), k => labels[(int)k]));

    private double[] Values(Func<Agent, double> value)
    {
        var values = new double[_spec.n];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(i);
        return values;
    }
}

/// <summary>Receives a report. Spans are valid during the call only.</summary>
public interface IReportWriter
{
    /// <summary>One number.</summary>
    void Number(string name, double value);

    /// <summary>A yes or no.</summary>
    void Flag(string name, bool value);

    /// <summary>One number per agent.</summary>
    void Numbers(string name, ReadOnlySpan<double> values);

    /// <summary>One number per ordered pair i ≠ j, row by row in an n by n array whose diagonal says nothing.</summary>
    void Pairs(string name, int n, ReadOnlySpan<double> values);

    /// <summary>Agents by index, in an order that means something.</summary>
    void Agents(string name, ReadOnlySpan<double> agents);

    /// <summary>A word.</summary>
    void Label(string name, string label);

    /// <summary>A word per agent.</summary>
    void Labels(string name, ReadOnlySpan<string> labels);
}

/// <summary>Orders that reports need. Called by generated code.</summary>
public static class ReportOps
{
    /// <summary>Indices of the values, greatest value first; equals in order of index.</summary>
    public static double[] Ranking(ReadOnlySpan<double> values)
    {
        var copy = values.ToArray();
        return Enumerable.Range(0, copy.Length).OrderByDescending(i => copy[i]).Select(i => (double)i).ToArray();
    }
}
