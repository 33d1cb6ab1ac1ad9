namespace CoopGen;

/// <summary>How a batch is made.</summary>
public sealed record BatchOptions
{
    /// <summary>What happens when an episode ends.</summary>
    public AutoReset AutoReset { get; init; } = AutoReset.SameStep;

    /// <summary>
    /// Most threads that a step is spread over, 0 for as many as there are processors. A step that is over sooner than threads are woken
    /// stays on the caller's.
    /// </summary>
    public int Threads { get; init; } = 1;
}

/// <summary>What generated code needs to make a batch: the variants an environment occurs in, and which each environment is.</summary>
public sealed class BatchPlan
{
    internal BatchPlan(IReadOnlyList<GameEnvironment> variants, int[] variantOf, BatchOptions options) => (Variants, VariantOf, Options) = (variants, variantOf, options);

    /// <summary>One environment per set of parameters.</summary>
    public IReadOnlyList<GameEnvironment> Variants { get; }

    /// <summary>The variant of every environment of the batch.</summary>
    internal int[] VariantOf { get; }

    internal BatchOptions Options { get; }
}
