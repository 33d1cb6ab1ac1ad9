using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>What agents see of their own, all agents at once.</summary>
internal static class AgentView
{
    /// <summary>Writes a row per agent.</summary>
    /// <exception cref="ArgumentException">The room does not fit.</exception>
    public static void Observe(GameEnvironment game, ulong parts, Span<float> rows)
    {
        var length = game.AgentObservationLength(parts);
        if (rows.Length != game.AgentCount * length)
            throw new ArgumentException($"Room for {rows.Length} numbers is given; {game.AgentCount} agents of {game.Info.Id} see {length} each.");
        for (var agent = 0; agent < game.AgentCount; agent++)
            game.Observe(agent, parts, rows.Slice(agent * length, length));
    }

    /// <summary>Length and bounds of the observations.</summary>
    public static void Write(Utf8JsonWriter json, GameEnvironment game, ulong parts)
    {
        json.WriteStartObject();
        json.WriteNumber("length", game.AgentObservationLength(parts));
        json.WriteStartArray("agents");
        for (var agent = 0; agent < game.AgentCount; agent++)
        {
            json.WriteStartObject();
            ManifestJson.Space(json, "space", game.AgentObservationSpace(agent, parts));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
