namespace CoopGen.Learning;

/// <summary>
/// A critic of actions at work: what each bin of decisions is worth given what it sees of the others, and the gradient of a loss of that. A judge has memory of its own, so that each of two halves
/// of some rows has one, whichever thread works on it; the critic's weights are what they share.
/// </summary>
internal abstract class ActionJudge
{
    /// <summary>The gradient of every parameter of the critic, in their order and shape.</summary>
    public abstract IReadOnlyList<float[]> Gradients { get; }

    /// <summary>Sets the gradient to 0; to be called whenever the weights have changed, if gradients are wanted.</summary>
    public abstract void Clear();

    /// <summary>Says which rows of the rollout are to be judged.</summary>
    /// <param name="rows">At most <see cref="MlpGradient.Chunk"/>.</param>
    public abstract void Show(ReadOnlySpan<long> rows);

    /// <summary>What bins are worth in these rows: [rows, decisions, bins], for the decisions that are judged at once.</summary>
    /// <param name="part">Which decisions.</param>
    public abstract ReadOnlySpan<float> Values(int part);

    /// <summary>Adds what the part last judged contributes to the gradient.</summary>
    /// <param name="ofValues">[rows, decisions, bins]: derivative of the loss with respect to each value.</param>
    public abstract void Backward(ReadOnlySpan<float> ofValues);

    /// <summary>Ends the gradient of these rows, when all parts were gone back through.</summary>
    public virtual void Finish()
    {
    }
}
