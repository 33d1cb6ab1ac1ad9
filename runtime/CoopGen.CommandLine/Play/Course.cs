using CoopGen.Policies;

namespace CoopGen.Cli;

/// <summary>How actions and trust moved: step by step, the mean over the episodes that got that far.</summary>
internal sealed class Course(GameEnvironment environment)
{
    private readonly List<double[]> _actions = [];
    private readonly List<(double Sum, int Count)> _trust = [];
    private readonly List<int> _episodes = [];
    private int[] _stepOf = [];

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
        Grow(step);
        for (var k = 0; k < environment.ProfileLength; k++)
            _actions[step][k] += environment.Actions[k];
        if (trust is { } value)
            _trust[step] = (_trust[step].Sum + value, _trust[step].Count + 1);
        _episodes[step]++;
    }

    /// <summary>Adds the step that the environments of a batch have just played.</summary>
    /// <param name="rollout">The rollout.</param>
    /// <param name="trust">Which of the numbers watched is mean trust; -1 if none is.</param>
    /// <param name="row">Room for a number per environment.</param>
    public void Add(BatchRollout rollout, int trust, float[] row)
    {
        if (rollout.PlayingCount == 0)
            return;
        if (rollout.IsInStep)
            AddTogether(rollout, trust, row);
        else
            AddEach(rollout, trust, row);
    }

    /// <summary>Adds all steps of another course of the same environment.</summary>
    public void Add(Course other)
    {
        Grow(other.Steps - 1);
        for (var step = 0; step < other.Steps; step++)
        {
            for (var k = 0; k < environment.ProfileLength; k++)
                _actions[step][k] += other._actions[step][k];
            _trust[step] = (_trust[step].Sum + other._trust[step].Sum, _trust[step].Count + other._trust[step].Count);
            _episodes[step] += other._episodes[step];
        }
    }

    /// <summary>Mean action after each step at a position of the profile.</summary>
    public double[] Actions(int position)
    {
        var values = new double[Steps];
        for (var step = 0; step < values.Length; step++)
            values[step] = _actions[step][position] / _episodes[step];
        return values;
    }

    private void AddTogether(BatchRollout rollout, int trust, float[] row)
    {
        var step = rollout.Batch.StepCount(0) - 1;
        Grow(step);
        for (var k = 0; k < environment.ProfileLength; k++)
        {
            rollout.Batch.Played(k, 0, row);
            _actions[step][k] += rollout.SumOfPlaying(row);
        }

        if (trust >= 0)
            _trust[step] = (_trust[step].Sum + rollout.SumOfPlaying(rollout.Watched(trust)), _trust[step].Count + rollout.PlayingCount);
        _episodes[step] += rollout.PlayingCount;
    }

    private void AddEach(BatchRollout rollout, int trust, float[] row)
    {
        var batch = rollout.Batch;
        var playing = rollout.Playing;
        if (_stepOf.Length < row.Length)
            _stepOf = new int[row.Length];
        for (var k = 0; k < row.Length; k++)
        {
            _stepOf[k] = playing[k] == 0 ? -1 : batch.StepCount(k) - 1;
            if (_stepOf[k] < 0)
                continue;
            Grow(_stepOf[k]);
            _episodes[_stepOf[k]]++;
        }

        for (var position = 0; position < environment.ProfileLength; position++)
        {
            batch.Played(position, 0, row);
            for (var k = 0; k < row.Length; k++)
                if (_stepOf[k] >= 0)
                    _actions[_stepOf[k]][position] += row[k];
        }

        if (trust < 0)
            return;
        var told = rollout.Watched(trust);
        for (var k = 0; k < row.Length; k++)
            if (_stepOf[k] is >= 0 and var step)
                _trust[step] = (_trust[step].Sum + told[k], _trust[step].Count + 1);
    }

    private void Grow(int step)
    {
        while (Steps <= step)
        {
            _actions.Add(new double[environment.ProfileLength]);
            _trust.Add((0, 0));
            _episodes.Add(0);
        }
    }
}
