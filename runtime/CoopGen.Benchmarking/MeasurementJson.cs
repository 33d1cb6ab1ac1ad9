using System.Text.Json;

namespace CoopGen.Benchmarking;

/// <summary>Measurements as objects of JSON.</summary>
public static class MeasurementJson
{
    /// <summary>Writes the members of an object.</summary>
    public static void Write(Utf8JsonWriter json, Measurement row)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(row);
        json.WriteString("environment", row.Environment);
        json.WriteString("kind", row.Kind);
        json.WriteString("policy", row.Policy);
        json.WriteString("observations", row.Observations);
        json.WriteNumber("threads", row.Threads);
        json.WriteNumber("batch", row.Batch);
        json.WriteNumber("agents", row.Agents);
        json.WriteNumber("steps_per_second", Math.Round(row.StepsPerSecond));
        json.WriteNumber("agent_steps_per_second", Math.Round(row.StepsPerSecond * row.Agents));
        json.WriteNumber("ns_per_step", Math.Round(1e9 * row.Seconds, 3));
        json.WriteNumber("bytes_per_step", Math.Round(row.BytesPerStep, 3));
        Ratio("fraction_of_limit", row.FractionOfLimit);
        Ratio("versus_c", row.VersusC);
        Ratio("gradient_cost", row.GradientCost);

        void Ratio(string name, double? value)
        {
            if (value is { } number)
                json.WriteNumber(name, Math.Round(number, 3));
            else
                json.WriteNull(name);
        }
    }
}
