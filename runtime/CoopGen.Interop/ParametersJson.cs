using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>Parameters as callers give them: a JSON object of numbers, booleans, words and pairs of numbers.</summary>
internal static class ParametersJson
{
    /// <summary>Reads a set of parameters; an empty text stands for none.</summary>
    /// <exception cref="ArgumentException">The text is no such object.</exception>
    public static ParameterSet Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        using var json = JsonDocument.Parse(text);
        return Read(json.RootElement);
    }

    /// <summary>Reads one set of parameters, or a set for each of several variants.</summary>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    public static ParameterSet[] ReadVariants(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [[]];
        using var json = JsonDocument.Parse(text);
        return json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray().Select(Read)] : [Read(json.RootElement)];
    }

    /// <summary>Which parts agents are shown: {"preset": "realistic", "with": […], "without": […]}, all of them optional.</summary>
    /// <exception cref="ArgumentException">The text says something else.</exception>
    public static ObservationConfig ReadView(string text)
    {
        var config = ObservationConfig.Realistic;
        if (string.IsNullOrWhiteSpace(text))
            return config;
        using var json = JsonDocument.Parse(text);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new ArgumentException("What agents are shown is a JSON object with preset, with and without.");
        if (json.RootElement.TryGetProperty("preset", out var preset))
            config = preset.ToString() switch
            {
                "minimal" => ObservationConfig.Minimal,
                "realistic" => ObservationConfig.Realistic,
                "full" => ObservationConfig.Full,
                var other => throw new ArgumentException($"preset is '{other}'; it must be one of minimal, realistic, full."),
            };
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == "preset")
                continue;
            if (entry.Name is not ("with" or "without") || entry.Value.ValueKind != JsonValueKind.Array)
                throw new ArgumentException($"'{entry.Name}' says nothing about what agents are shown; preset is a word, with and without are lists of parts.");
            foreach (var part in entry.Value.EnumerateArray())
                config = entry.Name == "with" ? config.With(part.ToString()) : config.Without(part.ToString());
        }

        return config;
    }

    private static ParameterSet Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new ArgumentException($"Parameters are a JSON object with a value for each name, not {json.ValueKind}.");
        var set = new ParameterSet();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in json.EnumerateObject())
        {
            if (!names.Add(entry.Name))
                throw new ArgumentException($"{entry.Name} is given twice.");
            set[entry.Name] = entry.Value.ValueKind switch
            {
                JsonValueKind.Number => entry.Value.GetDouble(),
                JsonValueKind.True or JsonValueKind.False => entry.Value.GetBoolean(),
                JsonValueKind.String => entry.Value.GetString()!,
                JsonValueKind.Array when entry.Value.GetArrayLength() == 2 && entry.Value[0].ValueKind == JsonValueKind.Number && entry.Value[1].ValueKind == JsonValueKind.Number
                    => (entry.Value[0].GetDouble(), entry.Value[1].GetDouble()),
                _ => throw new ArgumentException($"{entry.Name} is {entry.Value.GetRawText()}; it must be a number, true or false, a word, or two numbers."),
            };
        }

        return set;
    }
}
