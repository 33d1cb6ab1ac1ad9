namespace CoopGen;

/// <summary>
/// The one-shot game at the environment's present state: what each agent would be paid for a profile of actions with all
/// memory held as it is. Profiles are rows of n agents times d dimensions and must lie in the action space.
/// </summary>
public interface IOneShotGame
{
    /// <summary>Payoff of every agent.</summary>
    /// <param name="actions">n·d actions, agent by agent.</param>
    /// <param name="payoffs">Receives n payoffs, in the environment's reward mode.</param>
    void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs);

    /// <summary>Payoff of every agent and its exact derivative with respect to every action.</summary>
    /// <param name="actions">n·d actions, agent by agent.</param>
    /// <param name="payoffs">Receives n payoffs.</param>
    /// <param name="gradient">Receives n·n·d derivatives: ∂payoff_i/∂action_(j,k) at position (i·n + j)·d + k.</param>
    /// <remarks>At a kink (min, max, clip, abs, a condition on the action) the derivative is that of the branch the value takes.</remarks>
    void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient);

    /// <summary>Payoff of every agent and its exact derivative with respect to its own actions alone, which are far fewer.</summary>
    /// <param name="actions">n·d actions, agent by agent.</param>
    /// <param name="payoffs">Receives n payoffs.</param>
    /// <param name="own">Receives n·d derivatives: ∂payoff_i/∂action_(i,k) at position i·d + k.</param>
    /// <remarks>As in <see cref="Gradient"/>, from which games that do not say otherwise have it.</remarks>
    void OwnGradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> own)
    {
        var (n, all) = (payoffs.Length, new double[payoffs.Length * actions.Length]);
        var d = actions.Length / n;
        Gradient(actions, payoffs, all);
        for (var i = 0; i < n; i++)
            all.AsSpan((i * n + i) * d, d).CopyTo(own[(i * d)..]);
    }
}
