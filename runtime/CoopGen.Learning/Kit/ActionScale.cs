namespace CoopGen.Learning;

/// <summary>Actions in [−1, 1], stretched to each agent's own box; of a finite dimension the nearest value.</summary>
public sealed class ActionScale
{
    private readonly double[] _low, _span;
    private readonly IReadOnlyList<double>[] _choices;

    /// <param name="environment">An environment, for its boxes.</param>
    /// <exception cref="ArgumentException">A box is not bounded.</exception>
    public ActionScale(GameEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var space = environment.ActionSpace;
        _low = space.Low.ToArray();
        _span = new double[_low.Length];
        for (var k = 0; k < _low.Length; k++)
        {
            _span[k] = space.High[k] - _low[k];
            if (!double.IsFinite(_span[k]))
                throw new ArgumentException($"Action {environment.Info.Actions[k % environment.ActionDimensions].Name} of {environment.Info.Id} lies between {_low[k]} and {space.High[k]}; learners need bounded actions.", nameof(environment));
        }

        _choices = [.. environment.Info.Actions.Select(action => action.Choices)];
    }

    /// <summary>The action of the game.</summary>
    /// <param name="entry">Entry of the profile: agent · d + dimension.</param>
    /// <param name="action">Within [−1, 1].</param>
    public double ToGame(int entry, double action)
    {
        var value = _low[entry] + 0.5 * (action + 1) * _span[entry];
        var choices = _choices[entry % _choices.Length];
        if (choices.Count == 0)
            return value;
        var best = choices[0];
        for (var k = 1; k < choices.Count; k++)
            if (Math.Abs(choices[k] - value) < Math.Abs(best - value))
                best = choices[k];
        return best;
    }
}
