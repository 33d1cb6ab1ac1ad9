using System.Globalization;

namespace CoopGen.Validation;

/// <summary>A number, a verdict or a word.</summary>
public readonly record struct Quantity
{
    private Quantity(double? number, bool? verdict, string? text) => (Number, Verdict, Text) = (number, verdict, text);

    /// <summary>The number, if it is one.</summary>
    public double? Number { get; }

    /// <summary>The verdict, if it is one.</summary>
    public bool? Verdict { get; }

    /// <summary>The words, if it is neither.</summary>
    public string? Text { get; }

    /// <summary>A number.</summary>
    public static implicit operator Quantity(double value) => new(value, null, null);

    /// <summary>A verdict.</summary>
    public static implicit operator Quantity(bool value) => new(null, value, null);

    /// <summary>Words.</summary>
    public static implicit operator Quantity(string value) => new(null, null, value);

    /// <summary>As it is read: nine digits of a number, yes or no, the words.</summary>
    public override string ToString() => Number is { } number ? number.ToString("G9", CultureInfo.InvariantCulture)
        : Verdict is { } verdict ? (verdict ? "yes" : "no")
        : Text ?? "";
}
