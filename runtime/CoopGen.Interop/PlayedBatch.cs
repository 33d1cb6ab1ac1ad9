using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>What the handle of a batch stands for.</summary>
internal sealed class PlayedBatch(EnvironmentBatch batch, string owner) : IDisposable
{
    /// <summary>Most environments that are tried at all; before that, memory or the size of arrays is at an end.</summary>
    private const long Most = 1 << 28;

    public EnvironmentBatch Batch { get; } = batch;

    /// <summary>Whose snapshots these are, in words.</summary>
    public string Owner { get; } = owner;

    /// <exception cref="ArgumentException">Something is not as it must be.</exception>
    public static unsafe PlayedBatch Make(EnvironmentInfo info, ParameterSet[] sets, int* variants, long count, int autoreset, int threads)
    {
        if (count is < 1 or > Most)
            throw new ArgumentException($"The number of environments is {count}; it must be between 1 and {Most}.");
        if (autoreset is < 0 or > 2)
            throw new ArgumentException($"autoreset is {autoreset}; it must be 0 (next step), 1 (same step) or 2 (disabled).");
        var games = sets.Select(info.Create).ToArray();
        var variantOf = variants == null ? new int[count] : Buffers.Of(nameof(variants), variants, count).ToArray();
        var batch = EnvironmentBatch.Create(games, variantOf, new() { AutoReset = (AutoReset)autoreset, Threads = threads });
        return new(batch, string.Join('\n', [$"{count} environments, autoreset {autoreset}, variants {string.Join(',', variants == null ? [] : variantOf)}", .. games.Select(Snapshot.Owner)]));
    }

    /// <summary>Parameters as chosen, sizes, spaces and names of reports.</summary>
    public void Describe(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        PlayedEnvironment.WriteCommon(json, Batch.Variant(0));
        json.WriteNumber("count", Batch.Count);
        json.WriteNumber("snapshot_bytes", Snapshot.LengthOfBytes(Batch.StateBytes));
        ManifestJson.Words(json, "report_names", Batch.ReportNames);
        json.WriteEndObject();
    }

    public void Dispose() => Batch.Dispose();
}
