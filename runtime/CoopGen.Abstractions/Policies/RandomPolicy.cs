namespace CoopGen.Policies;

/// <summary>
/// Uniform over the box from the least lower to the greatest upper bound of all agents, as the benchmark's; the environment
/// clips to the agent's own. Of a finite dimension every value is equally likely. Follows the seed of the environment.
/// </summary>
public sealed class RandomPolicy : IPolicy
{
    /// <summary>Which of the generators split from the environment's draws the actions, so that playing at random disturbs no draw of the game.</summary>
    private const ulong Stream = 0x52414E44;

    /// <inheritdoc/>
    public string Name => "Random";

    /// <inheritdoc/>
    public void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var generator = new Philox(environment.Seed).Split(Stream);
        for (var k = 0; k < action.Length; k++)
        {
            var uniform = generator.Draw(DrawPhase.Update, (uint)k, (uint)environment.Episode, (uint)environment.StepCount, agent, 0).Uniform;
            var choices = environment.Info.Actions[k].Choices;
            var (low, high) = Scale.Of(environment, k);
            action[k] = choices.Count > 0 ? choices[(int)(uniform * choices.Count)] : low + uniform * (high - low);
        }
    }
}
