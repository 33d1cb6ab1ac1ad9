using System.Globalization;
using System.Text.Json;

namespace CoopGen;

/// <summary>What is known of an environment, as JSON; the command line and the native library tell the same. A bound that is infinite is null.</summary>
public static class ManifestJson
{
    /// <summary>Writes the manifest with the spaces that default parameters give.</summary>
    public static void Write(Utf8JsonWriter json, EnvironmentInfo info)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(info);
        var environment = info.Create(null);
        json.WriteStartObject();
        json.WriteString("id", info.Id);
        json.WriteString("class", info.Class);
        json.WriteString("summary", info.Summary);
        json.WriteString("report", info.Report);
        json.WriteNumber("agents", info.Agents);
        Words(json, "agent_names", Enumerable.Range(0, info.Agents).Select(info.AgentName));
        json.WriteNumber("horizon", info.Horizon);
        json.WriteStartArray("parameters");
        foreach (var parameter in info.Parameters)
            Parameter(json, parameter);
        json.WriteEndArray();
        Actions(json, info);
        Space(json, "action_space", environment.ActionSpace);
        Words(json, "observation_parts", info.ObservationParts);
        Space(json, "observation_space", environment.ObservationSpace);
        json.WriteStartArray("agent_observation_parts");
        foreach (var part in info.AgentParts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            Words(json, "shown_in", new[] { Show.Minimal, Show.Realistic, Show.Full }.Where(s => part.Show.HasFlag(s)).Select(s => s.ToString().ToLowerInvariant()));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Space(json, "reward_range", environment.RewardRange);
        json.WriteStartArray("formulas");
        foreach (var formula in info.Formulas)
        {
            json.WriteStartObject();
            json.WriteString("name", formula.Name);
            json.WriteString("owner", formula.Owner);
            json.WriteString("equation", formula.Equation);
            json.WriteString("summary", formula.Summary);
            json.WriteString("latex", formula.Latex);
            json.WriteString("latex_with_numbers", formula.LatexWithNumbers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The dimensions of an action as a member <c>actions</c>.</summary>
    public static void Actions(Utf8JsonWriter json, EnvironmentInfo info)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(info);
        json.WriteStartArray("actions");
        foreach (var action in info.Actions)
        {
            json.WriteStartObject();
            json.WriteString("name", action.Name);
            json.WriteString("summary", action.Summary);
            Numbers(json, "choices", [.. action.Choices]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A bounded space: two arrays.</summary>
    public static void Space(Utf8JsonWriter json, string name, Box box)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(box);
        json.WriteStartObject(name);
        Numbers(json, "low", box.Low);
        Numbers(json, "high", box.High);
        json.WriteEndObject();
    }

    /// <summary>The value of a parameter in its natural JSON type; a range is an array of two.</summary>
    public static void Value(Utf8JsonWriter json, string name, ParameterInfo parameter, ParameterValue value)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(parameter);
        switch (parameter.Kind)
        {
            case ParameterKind.Switch:
                json.WriteBoolean(name, value.Flag);
                break;
            case ParameterKind.Choice:
                json.WriteString(name, parameter.Format(value));
                break;
            case ParameterKind.Range:
                Numbers(json, name, [value.Range.Low, value.Range.High]);
                break;
            default:
                json.WriteNumber(name, value.Number);
                break;
        }
    }

    /// <summary>A named array of words.</summary>
    public static void Words(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(values);
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Parameter(Utf8JsonWriter json, ParameterInfo parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("kind", parameter.Kind.ToString().ToLowerInvariant());
        Value(json, "default", parameter, parameter.Default);
        json.WritePropertyName("min");
        Bound(json, "min", parameter.Min);
        json.WritePropertyName("max");
        Bound(json, "max", parameter.Max);
        json.WriteString("unit", parameter.Unit);
        json.WriteString("symbol", parameter.Symbol);
        json.WriteString("summary", parameter.Summary);
        Words(json, "choices", parameter.Choices);
        json.WriteString("allowed", parameter.Allowed);
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            Bound(json, name, value);
        json.WriteEndArray();
    }

    private static void Bound(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsNaN(value))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} has an entry that is {value}, which is no number."));
        if (double.IsInfinity(value))
            json.WriteNullValue();
        else
            json.WriteNumberValue(value);
    }
}
