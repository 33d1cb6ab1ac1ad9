using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>What the handle of an environment stands for.</summary>
/// <param name="game">The environment.</param>
/// <param name="given">The parameters that it was made with.</param>
internal sealed class PlayedEnvironment(GameEnvironment game, ParameterSet given)
{
    private EnvironmentAdjoint? _adjoint;
    private GradientTape? _tape;

    /// <summary>Whether a state that may have been changed was ever put into an environment: members of a list in it are then perhaps nobody.</summary>
    public static bool SomePut { get; private set; }

    public GameEnvironment Game { get; } = game;

    public Thinking Thinking { get; } = new(game, given);

    public ReportBuffer Report { get; } = new();

    public EnvironmentAdjoint Adjoint => _adjoint ??= EnvironmentAdjoint.Of(Game);

    public GradientTape Tape => _tape ??= new(Game);

    /// <summary>Goes on from a state that may have been changed.</summary>
    /// <exception cref="ArgumentException">It is none of the environment; nothing has changed.</exception>
    public void Put(ReadOnlySpan<double> state)
    {
        if (state.Length != Game.StateLength)
            throw new ArgumentException($"A state of {state.Length} numbers is given; that of {Game.Info.Id} has {Game.StateLength}.");
        Buffers.Finite("the numbers of a state", state);
        var (kept, paid) = (new double[Game.StateLength], new double[Game.AgentCount]);
        double[] profile = [.. Enumerable.Range(0, Game.ProfileLength).Select(k => Game.Info.Actions[k % Game.ActionDimensions].Choices is { Count: > 0 } choices ? choices[0] : Math.Max(Game.ActionSpace.Low[k], Math.Min(0, Game.ActionSpace.High[k])))];
        Game.SaveState(kept);
        SomePut = true;
        try
        {
            // A member of a list that nobody is, is found by playing, mostly.
            Game.RestoreState(state);
            Report.Read(Game);
            Game.Step(profile, paid);
            Report.Read(Game);
            Game.RestoreState(state);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or InvalidOperationException or OverflowException)
        {
            Game.RestoreState(kept);
            throw new ArgumentException($"These numbers are no state of {Game.Info.Id} in an episode under way; take one from coopgen_env_state.", e);
        }
    }

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
