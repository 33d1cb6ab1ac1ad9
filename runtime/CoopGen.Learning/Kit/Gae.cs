namespace CoopGen.Learning;

/// <summary>
/// Generalised advantage estimation (Schulman et al. 2016, arXiv:1506.02438): δₜ = rₜ + γ·V(sₜ₊₁) − V(sₜ), Aₜ = δₜ + γλ·Aₜ₊₁ within an episode. What
/// follows a terminated step is worth 0; what would have followed a step that the horizon cut off is worth V of the final observation.
/// </summary>
public static class Gae
{
    /// <summary>Advantages and targets (A + V) of consecutive steps of many environments.</summary>
    /// <param name="rewards">[steps, environments].</param>
    /// <param name="values">[steps + 1, environments]: of what was observed before each step, and after the last. Where a step has ended an episode, the entry after it is of the final observation.</param>
    /// <param name="endings">[steps, environments]: how each step ended.</param>
    /// <param name="discount">γ, within [0, 1].</param>
    /// <param name="lambda">λ, within [0, 1]: 1 for returns less the value, 0 for one step's δ.</param>
    /// <param name="advantages">Receives [steps, environments].</param>
    /// <param name="targets">Receives [steps, environments].</param>
    /// <param name="horizonEnds">Whether what would have followed the horizon is worth 0, too.</param>
    public static void Compute(ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, ReadOnlySpan<Ending> endings, double discount, double lambda, Span<float> advantages, Span<float> targets, bool horizonEnds = false)
    {
        var environments = values.Length - rewards.Length;
        var last = horizonEnds ? Ending.Terminated | Ending.Truncated : Ending.Terminated;
        for (var k = 0; k < environments; k++)
        {
            var advantage = 0.0;
            for (var at = rewards.Length - environments + k; at >= 0; at -= environments)
            {
                var next = (endings[at] & last) != 0 ? 0 : values[at + environments];
                var ended = (endings[at] & (Ending.Terminated | Ending.Truncated)) != 0;
                advantage = rewards[at] + discount * next - values[at] + (ended ? 0 : discount * lambda * advantage);
                advantages[at] = (float)advantage;
                targets[at] = (float)(advantage + values[at]);
            }
        }
    }
}
