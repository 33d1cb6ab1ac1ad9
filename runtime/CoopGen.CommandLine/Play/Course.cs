namespace CoopGen.Cli;

/// <summary>How actions and trust moved: step by step, the mean over the episodes that got that far.</summary>
internal sealed class Course(GameEnvironment environment)
{
    private readonly List<double[]> _actions = [];
    private readonly List<(double Sum, int Count)> _trust = [];
    private readonly List<int> _episodes = [];

    /// <summary>Number of steps of the longest episode.</summary>
    public int Steps => _episodes.Count;

    /// <summary>Whether the environment reports trust.</summary>
    public bool HasTrust => _trust.Exists(t => t.Count > 0);

    /// <summary>Mean trust after each step; NaN where none was reported.</summary>
    public double[] Trust => [.. _trust.Select(t => t.Count > 0 ? t.Sum / t.Count : double.NaN)];

    /// <summary>Adds the step just played.</summary>
    /// <param name="trust">Mean trust after it; null if none is reported.</param>
    public void Add(double? trust)
    {
        var step = environment.StepCount - 1;
        while (Steps <= step)
        {
            _actions.Add(new double[environment.ProfileLength]);
            _trust.Add((0, 0));
            _episodes.Add(0);
        }

        for (var k = 0; k < environment.ProfileLength; k++)
            _actions[step][k] += environment.Actions[k];
        if (trust is { } value)
            _trust[step] = (_trust[step].Sum + value, _trust[step].Count + 1);
        _episodes[step]++;
    }

    /// <summary>Mean action after each step at a position of the profile.</summary>
    public double[] Actions(int position)
    {
        var values = new double[Steps];
        for (var step = 0; step < values.Length; step++)
            values[step] = _actions[step][position] / _episodes[step];
        return values;
    }
}
