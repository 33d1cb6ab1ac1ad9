namespace CoopGen.Policies;

/// <summary>
/// Uniform over the box from the least lower to the greatest upper bound of all agents, as the benchmark's; the environment
/// clips to the agent's own. Of a finite dimension every value is equally likely. Follows the seed of the environment.
/// </summary>
public sealed class RandomPolicy : IBatchPolicy
{
    /// <summary>Which of the generators split from the environment's draws the actions, so that playing at random disturbs no draw of the game.</summary>
    private const ulong Stream = 0x52414E44;

    /// <inheritdoc/>
    public string Name => "Random";

    /// <inheritdoc/>
    public bool Reacts => false;

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

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats) => new Player(seats);

    private sealed class Player(BatchSeats seats) : BatchPlayer
    {
        private readonly ulong[] _generators = new ulong[seats.Count];
        private readonly double[][] _low = Per(seats, (e, dimension) => IsFinite(e, dimension) ? 0 : Scale.Of(e, dimension).Low);
        private readonly double[][] _span = Per(seats, (e, dimension) => IsFinite(e, dimension) ? e.Info.Actions[dimension].Choices.Count : Scale.Of(e, dimension).High - Scale.Of(e, dimension).Low);

        public override void Begin()
        {
            for (var k = 0; k < _generators.Length; k++)
                _generators[k] = new Philox(seats.Batch.Seed(seats.First + k)).Split(Stream).Seed;
        }

        public override void Act(int dimension, Span<float> actions)
        {
            var choices = seats.Batch.Info.Actions[dimension].Choices;
            seats.Batch.DrawUniform(_generators, (uint)dimension, seats.Agent, seats.First, _low[dimension], _span[dimension], whole: choices.Count > 0, actions);
            if (choices.Count == 0)
                return;
            foreach (ref var action in actions)
                action = (float)choices[(int)action];
        }

        private static bool IsFinite(GameEnvironment environment, int dimension) => environment.Info.Actions[dimension].Choices.Count > 0;

        private static double[][] Per(BatchSeats seats, Func<GameEnvironment, int, double> number) =>
            [.. Enumerable.Range(0, seats.Batch.ActionDimensions).Select(dimension => seats.Each(e => number(e, dimension)))];
    }
}
