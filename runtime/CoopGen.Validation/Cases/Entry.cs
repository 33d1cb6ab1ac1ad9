using System.Globalization;
using System.Text.Json;

namespace CoopGen.Validation;

/// <summary>A place in a case file, which knows where it is, so that what is wrong there can be said.</summary>
internal sealed class Entry
{
    private static readonly JsonDocumentOptions _options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private readonly JsonElement _json;

    private Entry(JsonElement json, string path) => (_json, Path) = (json, path);

    /// <summary>Where it is, such as <c>phases[2].actions</c>; the file's name at the top.</summary>
    public string Path { get; }

    /// <summary>Whether it is a list.</summary>
    public bool IsList => _json.ValueKind == JsonValueKind.Array;

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => _json.ValueKind == JsonValueKind.Number;

    /// <summary>A file of the suites' data.</summary>
    public static Entry OfSuites(string file)
    {
        using var stream = typeof(CoopGen.Suites.Foundations).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The case {file} is not part of this build.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), file);
    }

    /// <summary>A text.</summary>
    /// <exception cref="CaseException">It is no JSON object.</exception>
    public static Entry Parse(string text, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(text, _options);
            var root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object ? new(root, name) : throw new CaseException($"{name} must be an object: {{ … }}.");
        }
        catch (JsonException exception)
        {
            throw new CaseException($"{name} is no JSON: {exception.Message}");
        }
    }

    /// <summary>What must be there under a name.</summary>
    public Entry this[string name] => Find(name) ?? throw new CaseException($"{Path} has no '{name}'.");

    /// <summary>What may be there under a name.</summary>
    public Entry? Find(string name)
    {
        Demand(JsonValueKind.Object, "an object: { … }");
        return _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? new(value, Below(name)) : null;
    }

    /// <summary>Refuses every name but these: a slip of the pen must not be taken for silence.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        Demand(JsonValueKind.Object, "an object: { … }");
        foreach (var property in _json.EnumerateObject())
            if (!names.Contains(property.Name))
                throw new CaseException($"{Path} knows no '{property.Name}'; it may have {string.Join(", ", names.ToArray())}.");
    }

    /// <summary>Whether there is anything under a name.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The entries of an object, by name.</summary>
    public IEnumerable<(string Name, Entry Entry)> Members()
    {
        Demand(JsonValueKind.Object, "an object: { … }");
        return _json.EnumerateObject().Select(p => (p.Name, new Entry(p.Value, Below(p.Name))));
    }

    /// <summary>Words; not empty.</summary>
    public string Text()
    {
        Demand(JsonValueKind.String, "a text in quotes");
        return _json.GetString() is { Length: > 0 } text ? text : throw new CaseException($"{Path} is empty.");
    }

    /// <summary>Words that are one of a few.</summary>
    public string Word(params IReadOnlyList<string> words)
    {
        var text = Text();
        return words.Contains(text) ? text : throw new CaseException($"{Path} is '{text}'; it must be one of {string.Join(", ", words)}.");
    }

    /// <summary>True or false.</summary>
    public bool Flag() => _json.ValueKind is JsonValueKind.True or JsonValueKind.False ? _json.GetBoolean() : throw Wrong("true or false");

    /// <summary>A number from the least to the greatest allowed.</summary>
    public double Number(double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        Demand(JsonValueKind.Number, "a number");
        var value = _json.GetDouble();
        return value >= min && value <= max && double.IsFinite(value) ? value : throw new CaseException(string.Create(CultureInfo.InvariantCulture, $"{Path} is {_json.GetRawText()}; it must be {Allowed(min, max)}."));
    }

    /// <summary>A whole number from the least to the greatest allowed.</summary>
    public int Whole(int min, int max)
    {
        var value = Number(min, max);
        return value == Math.Floor(value) ? (int)value : throw new CaseException($"{Path} is {_json.GetRawText()}; it must be a whole number.");
    }

    /// <summary>The entries of a list.</summary>
    /// <param name="least">How many there must be at least.</param>
    public IReadOnlyList<Entry> List(int least = 0)
    {
        Demand(JsonValueKind.Array, "a list: [ … ]");
        var entries = _json.EnumerateArray().Select((e, k) => new Entry(e, $"{Path}[{k}]")).ToList();
        return entries.Count >= least ? entries : throw new CaseException($"{Path} has {entries.Count} entries; it must have at least {least}.");
    }

    /// <summary>A list of numbers, one per agent.</summary>
    public double[] Numbers(int count, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        var list = List();
        return list.Count == count ? [.. list.Select(e => e.Number(min, max))] : throw new CaseException($"{Path} has {list.Count} numbers; give one per agent: {count}.");
    }

    /// <summary>Any list of numbers.</summary>
    public double[] Numbers() => [.. List(1).Select(e => e.Number())];

    /// <summary>A square matrix of numbers.</summary>
    public double[][] Matrix(int count, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        var rows = List();
        return rows.Count == count ? [.. rows.Select(r => r.Numbers(count, min, max))] : throw new CaseException($"{Path} has {rows.Count} rows; give one per agent: {count}.");
    }

    /// <summary>What is wrong here.</summary>
    public CaseException Wrong(string allowed) => new($"{Path} is {Short(_json.GetRawText())}; it must be {allowed}.");

    private void Demand(JsonValueKind kind, string allowed)
    {
        if (_json.ValueKind != kind)
            throw Wrong(allowed);
    }

    /// <summary>The name of the file does not help below its top.</summary>
    private string Below(string name) => Path.EndsWith(".json", StringComparison.Ordinal) ? name : $"{Path}.{name}";

    private static string Short(string text) => text.Length <= 40 ? text : text[..37] + "...";

    private static string Allowed(double min, double max) => (double.IsFinite(min), double.IsFinite(max)) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $"between {min} and {max}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"at least {min}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $"at most {max}"),
        _ => "a finite number",
    };
}
