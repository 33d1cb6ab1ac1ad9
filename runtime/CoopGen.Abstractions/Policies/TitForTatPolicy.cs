namespace CoopGen.Policies;

/// <summary>
/// Opens every episode halfway between the least lower and the greatest upper bound of all agents, then does what the next agent
/// did last: agent i copies agent (i + 1) mod n. With two agents that is the partner; with more it is a ring, as in the benchmark.
/// </summary>
public sealed class TitForTatPolicy : IBatchPolicy
{
    private const double Opening = 0.5;

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
            action[k] = Scale.Part(environment, k, Opening);
    }

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats) => new Player(seats);

    private sealed class Player(BatchSeats seats) : BatchPlayer
    {
        private readonly float[][] _openings =
            [.. Enumerable.Range(0, seats.Batch.ActionDimensions).Select(dimension => seats.Each(e => (float)Scale.Part(e, dimension, Opening)))];

        public override void Act(int dimension, Span<float> actions) =>
            seats.Batch.PlayedOr(_openings[dimension], (seats.Agent + 1) % seats.Batch.AgentCount * seats.Batch.ActionDimensions + dimension, seats.First, actions);
    }
}
