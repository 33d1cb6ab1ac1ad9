using System.Text.Json;

namespace CoopGen.Cli;

/// <summary>Keeps the single numbers of a report by name.</summary>
internal sealed class ReportNumbers : IReportWriter
{
    private readonly Dictionary<string, double> _numbers = [];

    /// <summary>The number reported under a name; null if there is none.</summary>
    public double? this[string name] => _numbers.TryGetValue(name, out var value) ? value : null;

    /// <summary>Reads the present report of an environment.</summary>
    public void Read(GameEnvironment environment)
    {
        _numbers.Clear();
        environment.Report(this);
    }

    public void Number(string name, double value) => _numbers[name] = value;

    public void Flag(string name, bool value)
    {
    }

    public void Numbers(string name, ReadOnlySpan<double> values)
    {
    }

    public void Pairs(string name, int n, ReadOnlySpan<double> values)
    {
    }

    public void Agents(string name, ReadOnlySpan<double> agents)
    {
    }

    public void Label(string name, string label)
    {
    }

    public void Labels(string name, ReadOnlySpan<string> labels)
    {
    }
}

/// <summary>Writes a report as the members of a JSON object: pairs as <c>{"0-&gt;1": x}</c>, agents as their indices.</summary>
internal sealed class ReportJson(Utf8JsonWriter json) : IReportWriter
{
    /// <summary>Writes the present report of an environment as a named object.</summary>
    public static void Write(Utf8JsonWriter json, string name, GameEnvironment environment)
    {
        json.WriteStartObject(name);
        environment.Report(new ReportJson(json));
        json.WriteEndObject();
    }

    public void Number(string name, double value) => Json.Number(json, name, value);

    public void Flag(string name, bool value) => json.WriteBoolean(name, value);

    public void Numbers(string name, ReadOnlySpan<double> values) => Json.Numbers(json, name, values);

    public void Pairs(string name, int n, ReadOnlySpan<double> values)
    {
        json.WriteStartObject(name);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                if (i != j)
                    Json.Number(json, $"{i}->{j}", values[i * n + j]);
        json.WriteEndObject();
    }

    public void Agents(string name, ReadOnlySpan<double> agents)
    {
        json.WriteStartArray(name);
        foreach (var agent in agents)
            json.WriteNumberValue((int)agent);
        json.WriteEndArray();
    }

    public void Label(string name, string label) => json.WriteString(name, label);

    public void Labels(string name, ReadOnlySpan<string> labels)
    {
        json.WriteStartArray(name);
        foreach (var label in labels)
            json.WriteStringValue(label);
        json.WriteEndArray();
    }
}
