using System.Text.Encodings.Web;
using System.Text.Json;

namespace CoopGen.Validation;

/// <summary>Findings for programs.</summary>
public static class FindingsJson
{
    /// <summary>Writes an array of objects; members that a finding has not are null among the first six and absent among the rest.</summary>
    /// <param name="stream">Receives UTF-8.</param>
    /// <param name="findings">The findings.</param>
    public static void Write(Stream stream, IEnumerable<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" });
        json.WriteStartArray();
        foreach (var finding in findings)
        {
            // One finding a line, so that lines can be searched and compared.
            json.WriteRawValue("\n" + Line(finding), skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private static string Line(Finding finding)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("suite", finding.Suite);
            json.WriteString("experiment", finding.Experiment);
            json.WriteString("item", finding.Item);
            Value(json, "as_shipped", finding.AsShipped);
            Value(json, "exact", finding.Exact);
            Value(json, "printed", finding.Printed);
            if (finding.Max is { } max)
            {
                json.WriteNumber("points", finding.Points!.Value);
                Value(json, "exact_points", finding.ExactPoints is { } points ? (Quantity?)points : null);
                json.WriteNumber("max", max);
                json.WriteBoolean("constant", finding.Constant ?? false);
            }

            if (Print.Check(finding) is { } reproduced)
                json.WriteString("printed_reproduced", Print.Words(reproduced));
            if (finding.Rule.Length > 0)
                json.WriteString("rule", finding.Rule);
            if (finding.Note.Length > 0)
                json.WriteString("note", finding.Note);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    private static void Value(Utf8JsonWriter json, string name, Quantity? quantity)
    {
        json.WritePropertyName(name);
        if (quantity is not { } value)
            json.WriteNullValue();
        else if (value.Number is { } number)
        {
            // JSON has no infinity; a statistic that is infinite is said to be.
            if (double.IsFinite(number))
                json.WriteNumberValue(number);
            else
                json.WriteStringValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (value.Verdict is { } verdict)
            json.WriteBooleanValue(verdict);
        else
            json.WriteStringValue(value.Text);
    }
}
