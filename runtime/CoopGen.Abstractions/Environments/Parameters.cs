using System.Collections;
using System.Globalization;

namespace CoopGen;

/// <summary>What kind of value a parameter takes.</summary>
public enum ParameterKind
{
    /// <summary>A finite number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>true or false.</summary>
    Switch,

    /// <summary>Two finite numbers, the first not above the second.</summary>
    Range,

    /// <summary>One of a few words.</summary>
    Choice,
}

/// <summary>A value for a parameter. Converts from numbers, booleans, words and pairs of numbers.</summary>
public readonly record struct ParameterValue
{
    private ParameterValue(double a, double b, string? word, ParameterKind kind) => (Number, High, Word, Kind) = (a, b, word, kind);

    /// <summary>The number; 0 or 1 for a switch, the low end of a range, the position of a choice.</summary>
    public double Number { get; }

    /// <summary>The word of a choice that has not been looked up.</summary>
    public string? Word { get; }

    /// <summary>What the value was made from.</summary>
    public ParameterKind Kind { get; }

    /// <summary>The value as a switch.</summary>
    public bool Flag => Number != 0;

    /// <summary>The value as a range.</summary>
    public Range Range => new(Number, High);

    private double High { get; }

    /// <summary>A number.</summary>
    public static ParameterValue Of(double value) => new(value, value, null, ParameterKind.Number);

    /// <summary>A switch.</summary>
    public static ParameterValue Of(bool value) => new(value ? 1 : 0, 0, null, ParameterKind.Switch);

    /// <summary>A range.</summary>
    public static ParameterValue Of(Range value) => new(value.Low, value.High, null, ParameterKind.Range);

    /// <summary>A word, to be looked up among the choices.</summary>
    public static ParameterValue Of(string word) => new(0, 0, word, ParameterKind.Choice);

    /// <summary>A number.</summary>
    public static implicit operator ParameterValue(double value) => Of(value);

    /// <summary>A switch.</summary>
    public static implicit operator ParameterValue(bool value) => Of(value);

    /// <summary>A range.</summary>
    public static implicit operator ParameterValue(Range value) => Of(value);

    /// <summary>A range.</summary>
    public static implicit operator ParameterValue((double Low, double High) value) => Of(new Range(value.Low, value.High));

    /// <summary>A word, to be looked up among the choices.</summary>
    public static implicit operator ParameterValue(string word) => Of(word);

    /// <summary>A reward mode.</summary>
    public static implicit operator ParameterValue(RewardMode mode) => Of(mode.ToString().ToLowerInvariant());
}

/// <summary>A parameter of an environment: what it is called, what it may be, what it is when not given.</summary>
/// <param name="Name">Name under which it is chosen.</param>
/// <param name="Kind">Kind of value.</param>
/// <param name="Default">Value when not given.</param>
/// <param name="Min">Least value allowed.</param>
/// <param name="Max">Greatest value allowed.</param>
public sealed record ParameterInfo(string Name, ParameterKind Kind, ParameterValue Default, double Min, double Max)
{
    /// <summary>Unit; empty for a pure number.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The paper's symbol, as LaTeX; empty if it has none.</summary>
    public string Symbol { get; init; } = "";

    /// <summary>What it means, in a sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The words of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What is allowed, in words.</summary>
    public string Allowed => Kind switch
    {
        ParameterKind.Switch => "true or false",
        ParameterKind.Choice => "one of " + string.Join(", ", Choices),
        ParameterKind.Integer => "a whole number " + Between,
        ParameterKind.Range => "two numbers lo,hi " + Between + " with lo not above hi",
        _ => "a number " + Between,
    };

    private string Between => (Bound(Min), Bound(Max)) switch
    {
        (null, null) => "of any size",
        ({ } min, null) => $"of at least {min}",
        (null, { } max) => $"of at most {max}",
        var (min, max) => $"between {min} and {max}",
    };

    /// <summary>Checks a value and gives it the form of this parameter: words become positions.</summary>
    /// <exception cref="ArgumentException">The value is of another kind or out of range; the message names parameter, value and what is allowed.</exception>
    public ParameterValue Check(ParameterValue value)
    {
        if (Kind == ParameterKind.Choice)
        {
            var position = value.Word is { } word ? IndexOf(word) : value.Kind == ParameterKind.Number ? (int)value.Number : -1;
            return position >= 0 && position < Choices.Count && (value.Word is not null || position == value.Number) ? ParameterValue.Of(position) : throw Wrong(value);
        }

        var fits = Kind switch
        {
            ParameterKind.Number => value.Kind == ParameterKind.Number && Inside(value.Number),
            ParameterKind.Integer => value.Kind == ParameterKind.Number && Inside(value.Number) && value.Number == Math.Truncate(value.Number),
            ParameterKind.Switch => value.Kind == ParameterKind.Switch,
            _ => value.Kind == ParameterKind.Range && Inside(value.Range.Low) && Inside(value.Range.High) && value.Range.Low <= value.Range.High,
        };
        return fits ? value : throw Wrong(value);
    }

    /// <summary>Reads a value as it is written on a command line.</summary>
    /// <exception cref="ArgumentException">The text is not a value of this parameter; the message says what is allowed.</exception>
    public ParameterValue Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(',');
        var numbers = new double[parts.Length];
        var numeric = true;
        for (var k = 0; k < parts.Length; k++)
            numeric &= double.TryParse(parts[k], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[k]);
        return Kind switch
        {
            ParameterKind.Choice => Check(ParameterValue.Of(text.Trim())),
            ParameterKind.Switch when bool.TryParse(text, out var flag) => Check(flag),
            ParameterKind.Range when numeric && parts.Length == 2 => Check((numbers[0], numbers[1])),
            ParameterKind.Number or ParameterKind.Integer when numeric && parts.Length == 1 => Check(numbers[0]),
            _ => throw Wrong(ParameterValue.Of(text)),
        };
    }

    /// <summary>Writes a checked value the way <see cref="Parse"/> reads it.</summary>
    public string Format(ParameterValue value) => value.Word ?? Kind switch
    {
        ParameterKind.Choice => Choices[(int)value.Number],
        ParameterKind.Switch => value.Flag ? "true" : "false",
        ParameterKind.Range => Text(value.Range.Low) + "," + Text(value.Range.High),
        _ => Text(value.Number),
    };

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string? Bound(double value) =>
        double.IsInfinity(value) || Math.Abs(value) >= int.MaxValue ? null : Text(value);

    private bool Inside(double value) => double.IsFinite(value) && value >= Min && value <= Max;

    private int IndexOf(string word)
    {
        for (var k = 0; k < Choices.Count; k++)
            if (string.Equals(Choices[k], word, StringComparison.OrdinalIgnoreCase))
                return k;
        return -1;
    }

    private ArgumentException Wrong(ParameterValue value)
    {
        var text = value.Word ?? value.Kind switch
        {
            ParameterKind.Switch => value.Flag ? "true" : "false",
            ParameterKind.Range => Text(value.Range.Low) + "," + Text(value.Range.High),
            _ => Text(value.Number),
        };
        return new ArgumentException($"{Name} is '{text}'; it must be {Allowed}.");
    }
}

/// <summary>Values for some of the parameters of an environment, by name; what is not given has its default.</summary>
public sealed class ParameterSet : IEnumerable<KeyValuePair<string, ParameterValue>>
{
    private readonly Dictionary<string, ParameterValue> _values = new(StringComparer.Ordinal);

    /// <summary>The value given for a parameter.</summary>
    public ParameterValue this[string name]
    {
        get => _values[name];
        set => _values[name] = value;
    }

    /// <summary>Gives a value, as in a collection initialiser.</summary>
    public void Add(string name, ParameterValue value) => _values.Add(name, value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, ParameterValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The values of all parameters in order, each checked.</summary>
    /// <exception cref="ArgumentException">A name is unknown or a value is not allowed; the message says what is.</exception>
    public ParameterValue[] Resolve(IReadOnlyList<ParameterInfo> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (var name in _values.Keys)
            if (!parameters.Any(p => p.Name == name))
                throw new ArgumentException($"{name} is not a parameter here; the parameters are {string.Join(", ", parameters.Select(p => p.Name))}.");
        return [.. parameters.Select(p => _values.TryGetValue(p.Name, out var value) ? p.Check(value) : p.Default)];
    }
}
