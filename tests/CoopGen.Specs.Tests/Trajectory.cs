using System.Text.Json;

namespace CoopGen.Specs.Tests;

/// <summary>A reference episode under fixed actions.</summary>
public sealed class Trajectory
{
    private static readonly Dictionary<string, Trajectory[]> s_loaded = [];

    private readonly JsonElement _case;

    private Trajectory(string environment, JsonElement json)
    {
        (Environment, _case) = (environment, json);
        (Actions, Rewards) = (Rows("actions"), Rows("rewards"));
        (MeanTrust, MeanDamage) = (Row(_case.GetProperty("mean_trust")), Row(_case.GetProperty("mean_reputation_damage")));
    }

    public string Environment { get; }

    public double[][] Actions { get; }

    public double[][] Rewards { get; }

    public double[] MeanTrust { get; }

    public double[] MeanDamage { get; }

    public int? TerminatedAt => Step("terminated_at");

    public int? TruncatedAt => Step("truncated_at");

    public double[]? InitialObservation => Optional("initial_observation") is { } row ? Row(row) : null;

    public JsonElement InitialInfo => _case.GetProperty("initial_info");

    /// <summary>What the case is, for messages.</summary>
    public string Title => $"{Environment} {_case.GetProperty("parameters").GetRawText()} {_case.GetProperty("reward_type")} '{_case.GetProperty("actions_name")}'";

    public static IEnumerable<string> Ids =>
        Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "reference", "trajectories");

    public static Trajectory[] Of(string environment)
    {
        lock (s_loaded)
        {
            if (!s_loaded.TryGetValue(environment, out var cases))
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, environment + ".json")));
                cases = [.. json.RootElement.GetProperty("cases").EnumerateArray().Select(c => new Trajectory(environment, c.Clone()))];
                s_loaded.Add(environment, cases);
            }

            return cases;
        }
    }

    public double[]? Observation(int step) => At("observations", step) is { } row ? Row(row) : null;

    public JsonElement? Info(int step) => At("infos", step);

    public ParameterSet Parameters
    {
        get
        {
            var set = new ParameterSet { ["reward_type"] = _case.GetProperty("reward_type").GetString()! };
            foreach (var p in _case.GetProperty("parameters").EnumerateObject())
                set[p.Name] = p.Value.ValueKind switch
                {
                    JsonValueKind.String => p.Value.GetString()!,
                    JsonValueKind.Array => (p.Value[0].GetDouble(), p.Value[1].GetDouble()),
                    JsonValueKind.Number => p.Value.GetDouble(),
                    _ => p.Value.GetBoolean(),
                };
            return set;
        }
    }

    private static double[] Row(JsonElement row) => [.. row.EnumerateArray().Select(x => x.GetDouble())];

    private double[][] Rows(string name) => [.. _case.GetProperty(name).EnumerateArray().Select(Row)];

    private int? Step(string name) => _case.GetProperty(name) is { ValueKind: JsonValueKind.Number } step ? step.GetInt32() : null;

    private JsonElement? Optional(string name) => _case.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private JsonElement? At(string name, int step) =>
        Optional(name) is { } steps && steps.TryGetProperty($"{step}", out var value) ? value : null;
}
