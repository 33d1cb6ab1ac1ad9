using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>What the handle of an environment stands for.</summary>
internal sealed class PlayedEnvironment(GameEnvironment game)
{
    private EnvironmentAdjoint? _adjoint;
    private GradientTape? _tape;

    public GameEnvironment Game { get; } = game;

    public ReportBuffer Report { get; } = new();

    public EnvironmentAdjoint Adjoint => _adjoint ??= EnvironmentAdjoint.Of(Game);

    public GradientTape Tape => _tape ??= new(Game);

    /// <summary>Parameters as chosen, sizes and spaces.</summary>
    public void Describe(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteCommon(json, Game);
        json.WriteNumber("state_length", Game.StateLength);
        json.WriteNumber("snapshot_bytes", Snapshot.Length(Game.StateLength));
        ManifestJson.Words(json, "gradient_parameters", EnvironmentAdjoint.NamesOf(Game.Info));
        json.WriteEndObject();
    }

    /// <summary>What environments and batches have in common.</summary>
    public static void WriteCommon(Utf8JsonWriter json, GameEnvironment game)
    {
        json.WriteString("id", game.Info.Id);
        json.WriteNumber("agents", game.AgentCount);
        ManifestJson.Words(json, "agent_names", Enumerable.Range(0, game.AgentCount).Select(game.Info.AgentName));
        json.WriteNumber("action_dimensions", game.ActionDimensions);
        json.WriteNumber("horizon", game.Horizon);
        json.WriteNumber("observation_length", game.ObservationLength);
        json.WriteStartObject("parameters");
        foreach (var parameter in game.Info.Parameters)
            ManifestJson.Value(json, parameter.Name, parameter, game.Parameter(parameter.Name));
        json.WriteEndObject();
        ManifestJson.Actions(json, game.Info);
        ManifestJson.Space(json, "action_space", game.ActionSpace);
        ManifestJson.Space(json, "observation_space", game.ObservationSpace);
        ManifestJson.Space(json, "reward_range", game.RewardRange);
    }
}
