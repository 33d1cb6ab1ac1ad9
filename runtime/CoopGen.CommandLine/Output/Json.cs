using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CoopGen.Cli;

/// <summary>JSON for programs. A document is complete before any of it is written, so that a failure leaves standard output empty.</summary>
internal static class Json
{
    /// <summary>Writes a document and a line end.</summary>
    public static void Print(TextWriter output, Action<Utf8JsonWriter> document, bool indented = true)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }))
        {
            document(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
    }

    /// <summary>A number with as many digits as it takes to read the same number back.</summary>
    /// <exception cref="FailedException">It is not finite: JSON has no such number, and no environment should.</exception>
    public static void Value(Utf8JsonWriter json, string name, double value)
    {
        if (!double.IsFinite(value))
            throw new FailedException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}, which is no number."));
        json.WriteNumberValue(value);
    }

    /// <summary>A named number, or null.</summary>
    public static void Number(Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        if (value is { } number)
            Value(json, name, number);
        else
            json.WriteNullValue();
    }

    /// <summary>A named array of numbers.</summary>
    public static void Numbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            Value(json, name, value);
        json.WriteEndArray();
    }

    /// <summary>A named array of single-precision numbers.</summary>
    public static void Numbers(Utf8JsonWriter json, string name, ReadOnlySpan<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                throw new FailedException(string.Create(CultureInfo.InvariantCulture, $"{name} contains {value}, which is no number."));
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>The parameters that were given.</summary>
    public static void Parameters(Utf8JsonWriter json, Chosen chosen)
    {
        json.WriteStartObject("parameters");
        foreach (var (parameter, value) in chosen.Given)
            ManifestJson.Value(json, parameter.Name, parameter, value);
        json.WriteEndObject();
    }
}
