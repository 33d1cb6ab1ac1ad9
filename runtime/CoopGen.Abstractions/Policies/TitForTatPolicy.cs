namespace CoopGen.Policies;

/// <summary>
/// Opens every episode halfway between the least lower and the greatest upper bound of all agents, then does what the next agent
/// did last: agent i copies agent (i + 1) mod n. With two agents that is the partner; with more it is a ring, as in the benchmark.
/// </summary>
public sealed class TitForTatPolicy : IPolicy
{
    /// <inheritdoc/>
    public string Name => "TitForTat";

    /// <inheritdoc/>
    public void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment.StepCount > 0)
        {
            environment.Actions.Slice((agent + 1) % environment.AgentCount * action.Length, action.Length).CopyTo(action);
            return;
        }

        for (var k = 0; k < action.Length; k++)
        {
            var (low, high) = Scale.Of(environment, k);
            action[k] = Scale.Allowed(environment, k, low + 0.5 * (high - low));
        }
    }
}
