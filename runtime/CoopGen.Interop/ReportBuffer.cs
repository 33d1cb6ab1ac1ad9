using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>
/// A report as numbers: what stands where is a layout, of which an environment has few and which has a number. Words are numbers too,
/// positions in a list that grows as words occur; of agents there is first how many, then the agents, then room for the rest.
/// </summary>
internal sealed class ReportBuffer : IReportWriter
{
    private readonly List<Entry[]> _layouts = [];
    private readonly List<string> _words = [];
    private readonly List<Entry> _entries = [];
    private double[] _values = new double[64];
    private Entry[] _last = [];
    private int _layout, _length, _agents;
    private bool _same;

    /// <summary>Reads the present report.</summary>
    /// <returns>The number of its layout.</returns>
    public int Read(GameEnvironment game)
    {
        (_length, _same, _agents) = (0, true, game.AgentCount);
        _entries.Clear();
        game.Report(this);
        if (_same && _entries.Count == _last.Length && _layouts.Count > 0)
            return _layout;
        _layout = _layouts.FindIndex(l => l.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries)));
        if (_layout < 0)
        {
            _layout = _layouts.Count;
            _layouts.Add([.. _entries]);
        }

        _last = _layouts[_layout];
        return _layout;
    }

    public ReadOnlySpan<double> Values => _values.AsSpan(0, _length);

    public int WordCount => _words.Count;

    /// <summary>What stands where in a layout, and all words so far.</summary>
    public void Describe(int layout, Utf8JsonWriter json)
    {
        if (layout < 0 || layout >= _layouts.Count)
            throw new ArgumentException($"There is no layout {layout}; there are {_layouts.Count}.");
        json.WriteStartObject();
        json.WriteStartArray("entries");
        foreach (var entry in _layouts[layout])
        {
            json.WriteStartObject();
            json.WriteString("name", entry.Name);
            json.WriteString("kind", entry.Kind);
            json.WriteNumber("length", entry.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        ManifestJson.Words(json, "words", _words);
        json.WriteEndObject();
    }

    public void Number(string name, double value) => Room(name, "number", 1)[0] = value;

    public void Flag(string name, bool value) => Room(name, "flag", 1)[0] = value ? 1 : 0;

    public void Numbers(string name, ReadOnlySpan<double> values) => values.CopyTo(Room(name, "numbers", values.Length));

    public void Pairs(string name, int n, ReadOnlySpan<double> values) => values.CopyTo(Room(name, "pairs", values.Length));

    public void Agents(string name, ReadOnlySpan<double> agents)
    {
        var room = Room(name, "agents", 1 + _agents);
        room.Fill(-1);
        room[0] = agents.Length;
        agents.CopyTo(room[1..]);
    }

    public void Label(string name, string label) => Room(name, "label", 1)[0] = Word(label);

    public void Labels(string name, ReadOnlySpan<string> labels)
    {
        var room = Room(name, "labels", labels.Length);
        for (var k = 0; k < labels.Length; k++)
            room[k] = Word(labels[k]);
    }

    private int Word(string word)
    {
        if (_words.IndexOf(word) is >= 0 and var at)
            return at;
        _words.Add(word);
        return _words.Count - 1;
    }

    private Span<double> Room(string name, string kind, int length)
    {
        var entry = new Entry(name, kind, length);
        _same = _same && _entries.Count < _last.Length && _last[_entries.Count] == entry;
        _entries.Add(entry);
        if (_values.Length < _length + length)
            Array.Resize(ref _values, Math.Max(2 * _values.Length, _length + length));
        _length += length;
        return _values.AsSpan(_length - length, length);
    }

    private readonly record struct Entry(string Name, string Kind, int Length);
}
