using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>What the handle of a batch stands for.</summary>
internal sealed class PlayedBatch(EnvironmentBatch batch, string owner) : IDisposable
{
    /// <summary>Most environments that are tried at all; before that, memory or the size of arrays is at an end.</summary>
    private const long Most = 1 << 28;

    /// <summary>Most bytes of states that are kept to be differentiated.</summary>
    private const long MostTape = 1L << 31;

    private BatchTape? _tape;

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
        ManifestJson.Words(json, "gradient_parameters", EnvironmentAdjoint.NamesOf(Batch.Info));
        ManifestJson.Words(json, "report_names", Batch.ReportNames);
        json.WriteEndObject();
    }

    /// <summary>Plays steps and differentiates them; see coopgen_batch_gradient.</summary>
    /// <exception cref="ArgumentException">A length does not fit, an action or a weight is not allowed, or there are too many steps to be kept. Nothing has changed.</exception>
    public void Gradient(ReadOnlySpan<ulong> seeds, bool clear, long steps, ReadOnlySpan<float> actions, ReadOnlySpan<float> weights, Span<float> rewards, Span<Ending> endings, Span<float> gradient, Span<double> parameters)
    {
        var (paid, acted) = (Batch.AgentCount * Batch.Count, Batch.ProfileLength * Batch.Count);
        if (steps < 1 || steps * Batch.StateBytes > MostTape)
            throw new ArgumentException($"{steps} steps are to be differentiated; of {Batch.Count} environments of {Batch.Info.Id} there can be 1 to {Math.Max(1, MostTape / Batch.StateBytes)}.");
        if (actions.Length != steps * acted || rewards.Length != steps * paid || endings.Length != steps * Batch.Count || gradient.Length != steps * acted)
            throw new ArgumentException($"{actions.Length} actions and room for {rewards.Length} rewards, {endings.Length} endings and {gradient.Length} derivatives are given; for {steps} steps there are {steps * acted}, {steps * paid}, {steps * Batch.Count} and {steps * acted}.");
        if (weights.Length != Batch.AgentCount && weights.Length != rewards.Length)
            throw new ArgumentException($"{weights.Length} weights are given; {Batch.AgentCount} or {rewards.Length} are needed.");
        _tape ??= new(Batch);
        if (!parameters.IsEmpty && parameters.Length != Batch.Count * _tape.Parameters.Count)
            throw new ArgumentException($"Room for {parameters.Length} derivatives with respect to parameters is given; there are {Batch.Count * _tape.Parameters.Count}.");
        if (seeds.Length != Batch.Count)
            throw new ArgumentException($"{seeds.Length} seeds are given; there are {Batch.Count} environments.");
        Buffers.Finite(nameof(weights), weights);
        for (var t = 0; t < steps; t++)
            Batch.CheckActions(actions.Slice(t * acted, acted));
        _tape.Reset(seeds, clear);
        for (var t = 0; t < steps; t++)
            _tape.Step(actions.Slice(t * acted, acted), rewards.Slice(t * paid, paid), endings.Slice(t * Batch.Count, Batch.Count));
        _tape.Gradient(weights, gradient, parameters);
    }

    public void Dispose() => Batch.Dispose();
}
