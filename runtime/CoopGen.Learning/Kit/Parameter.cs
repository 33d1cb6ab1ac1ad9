namespace CoopGen.Learning;

/// <summary>
/// Numbers that are learnt, for all groups of a stack: group by group, row by row. They lie in memory of ours that does not move; TorchSharp's
/// tensors, the inference of <see cref="Mlp"/> and <see cref="Adam"/> all work on this memory.
/// </summary>
public sealed class Parameter
{
    /// <param name="name">Name under which it is saved.</param>
    /// <param name="shape">Its shape; the first entry is the number of groups.</param>
    public Parameter(string name, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        (Name, Shape) = (name, shape);
        Values = GC.AllocateArray<float>(shape.Aggregate(1, (product, length) => checked(product * length)), pinned: true);
    }

    /// <summary>Name under which it is saved.</summary>
    public string Name { get; }

    /// <summary>Its shape; the first entry is the number of groups.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The numbers.</summary>
    public float[] Values { get; }

    /// <summary>The numbers of a group.</summary>
    public Span<float> Of(int group) => Values.AsSpan(group * (Values.Length / Shape[0]), Values.Length / Shape[0]);
}
