namespace CoopGen.Policies;

/// <summary>Plays given actions step by step, whatever happens; the same in every episode.</summary>
public sealed class OpenLoopPolicy : IBatchPolicy
{
    private readonly double[] _actions;
    private readonly int _dimensions, _environments;

    /// <param name="actions">Steps · d · environments actions: of the first step, dimension by dimension, for all environments, then of the next.</param>
    /// <param name="dimensions">Number of dimensions d of an action.</param>
    /// <param name="environments">1 if all environments play the same; else one action for every environment of a batch.</param>
    /// <exception cref="ArgumentException">The length is no multiple of d · environments, or an action is not a number.</exception>
    public OpenLoopPolicy(ReadOnlySpan<double> actions, int dimensions = 1, int environments = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(environments, 1);
        if (actions.IsEmpty || actions.Length % ((long)dimensions * environments) != 0)
            throw new ArgumentException($"{actions.Length} actions are given; a multiple of {dimensions} dimensions · {environments} environments is needed.", nameof(actions));
        foreach (var action in actions)
            if (!double.IsFinite(action))
                throw new ArgumentException($"An action is {action}; it must be a finite number.", nameof(actions));
        (_actions, _dimensions, _environments) = (actions.ToArray(), dimensions, environments);
    }

    /// <inheritdoc/>
    public string Name => "OpenLoop";

    /// <inheritdoc/>
    public bool Reacts => false;

    /// <summary>Number of steps that there are actions for.</summary>
    public int Steps => _actions.Length / (_dimensions * _environments);

    /// <inheritdoc/>
    public void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Check(environment, 1);
        _actions.AsSpan(environment.StepCount * _dimensions, _dimensions).CopyTo(action);
    }

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats)
    {
        for (var k = 0; k < seats.Count; k++)
            Check(seats.Batch.Variant(seats.First + k), seats.Batch.Count);
        return new Player(seats, this);
    }

    private void Check(GameEnvironment environment, int environments)
    {
        if (environment.ActionDimensions != _dimensions)
            throw new ArgumentException($"Actions of {_dimensions} dimensions are given; those of {environment.Info.Id} have {environment.ActionDimensions}.");
        if (environment.Horizon > Steps)
            throw new ArgumentException($"Actions for {Steps} steps are given; an episode of {environment.Info.Id} can take {environment.Horizon}.");
        if (_environments != 1 && _environments != environments)
            throw new ArgumentException($"Actions for {_environments} environments are given; there are {environments}.");
    }

    private sealed class Player(BatchSeats seats, OpenLoopPolicy policy) : BatchPlayer
    {
        public override void Act(int dimension, Span<float> actions)
        {
            for (var k = 0; k < actions.Length; k++)
            {
                // An environment that waits for its reset has played its last step; its action is ignored.
                var step = Math.Min(seats.Batch.StepCount(seats.First + k), policy.Steps - 1);
                var environment = policy._environments == 1 ? 0 : seats.First + k;
                actions[k] = (float)policy._actions[(step * policy._dimensions + dimension) * policy._environments + environment];
            }
        }
    }
}
