namespace CoopGen.Learning;

/// <summary>
/// What happened lately, for learners that learn from it again and again: a structure of arrays in single precision. Observations are kept once, as the games have them; the
/// one after a step is that of the same environment one row later. So a step of all environments is a row, and rows that were resets are kept for the final observations
/// before them, but are never drawn.
/// </summary>
/// <remarks>
/// A row holds, per environment, n own observations or a joint one or both, n·d actions, n rewards, and how the step ended. Forty agents that see 200 numbers each need
/// 33 kB per step: 3.3 GB for 100,000.
/// </remarks>
public sealed class Replay
{
    private readonly int _environments, _agents, _own, _joint, _actions, _rows;
    private readonly float[][] _ownChunks, _jointChunks;
    private readonly float[] _played, _rewards;
    private readonly byte[] _endings, _valid;
    private long _written;

    /// <param name="batch">The environments, for shapes.</param>
    /// <param name="capacity">Environment steps that are kept: rounded up to whole rows; at least two rows.</param>
    /// <exception cref="ArgumentException">The capacity is below two rows.</exception>
    public Replay(TrainingBatch batch, long capacity)
    {
        ArgumentNullException.ThrowIfNull(batch);
        (_environments, _agents, _own, _joint, _actions) = (batch.Count, batch.Agents, batch.OwnLength, batch.JointLength, batch.Agents * batch.Dimensions);
        if (capacity < 2 * _environments)
            throw new ArgumentException($"The capacity is {capacity}; {_environments} environments need at least {2 * _environments}.", nameof(capacity));
        _rows = checked((int)((capacity + _environments - 1) / _environments));
        // An array per row: together they may be longer than an array can be.
        _ownChunks = [.. Enumerable.Range(0, _own > 0 ? _rows : 0).Select(_ => new float[_agents * _environments * _own])];
        _jointChunks = [.. Enumerable.Range(0, _joint > 0 ? _rows : 0).Select(_ => new float[_environments * _joint])];
        _played = new float[checked(_rows * _environments * _actions)];
        _rewards = new float[checked(_rows * _environments * _agents)];
        (_endings, _valid) = (new byte[_rows * _environments], new byte[_rows * _environments]);
    }

    /// <summary>Environment steps that can be drawn, resets among them.</summary>
    public long Count => Math.Max(0, Math.Min(_written, _rows) - 1) * _environments;

    /// <summary>Keeps what is observed before a step; <see cref="Add"/> follows after it.</summary>
    public void Observe(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var row = (int)(_written % _rows);
        if (_own > 0)
            batch.Own.CopyTo(_ownChunks[row], 0);
        if (_joint > 0)
            batch.Joint.CopyTo(_jointChunks[row], 0);
        // What was here is overwritten.
        _valid.AsSpan(row * _environments, _environments).Clear();
    }

    /// <summary>Keeps the step just played.</summary>
    /// <param name="batch">The environments.</param>
    /// <param name="actions">[agents, environments, d]: what was played, within [−1, 1] or as bins.</param>
    public void Add(TrainingBatch batch, ReadOnlySpan<float> actions)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var row = (int)(_written++ % _rows);
        actions.CopyTo(_played.AsSpan(row * _environments * _actions, _environments * _actions));
        batch.Rewards.CopyTo(_rewards, row * _environments * _agents);
        for (var k = 0; k < _environments; k++)
        {
            _endings[row * _environments + k] = (byte)batch.Endings[k];
            _valid[row * _environments + k] = batch.Played[k] ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Draws a step, uniformly among those kept whose next observation is kept too, resets excepted.</summary>
    /// <returns>An entry, for the other methods.</returns>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public int Draw(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Count == 0)
            throw new InvalidOperationException("Nothing is kept yet.");
        var kept = (int)Math.Min(_written, _rows);
        while (true)
        {
            // Not the newest row, whose next observation is not kept yet.
            var age = 1 + random.Below(kept - 1);
            var entry = (int)((_written - 1 - age) % _rows) * _environments + random.Below(_environments);
            if (_valid[entry] != 0)
                return entry;
        }
    }

    /// <summary>What an agent saw of its own before the step, or after it.</summary>
    public ReadOnlySpan<float> Own(int entry, int agent, bool after)
    {
        var (row, k) = Place(entry, after);
        return _ownChunks[row].AsSpan((agent * _environments + k) * _own, _own);
    }

    /// <summary>The joint observation before the step, or after it.</summary>
    public ReadOnlySpan<float> Joint(int entry, bool after)
    {
        var (row, k) = Place(entry, after);
        return _jointChunks[row].AsSpan(k * _joint, _joint);
    }

    /// <summary>What an agent played: d numbers.</summary>
    public ReadOnlySpan<float> Action(int entry, int agent)
    {
        var (row, k) = Place(entry, after: false);
        var d = _actions / _agents;
        return _played.AsSpan(row * _environments * _actions + (agent * _environments + k) * d, d);
    }

    /// <summary>What an agent was paid.</summary>
    public float Reward(int entry, int agent)
    {
        var (row, k) = Place(entry, after: false);
        return _rewards[(row * _agents + agent) * _environments + k];
    }

    /// <summary>Whether the game ended by its own rules, so that nothing follows. The horizon does not count.</summary>
    public bool Terminated(int entry) => ((Ending)_endings[entry] & Ending.Terminated) != 0;

    /// <summary>Saves or restores everything.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _written = archive.Exchange("written", _written);
        // Rows not yet written hold nothing.
        for (var row = 0; row < Math.Min(_written, _rows); row++)
        {
            if (_own > 0)
                archive.Exchange($"own.{row}", _ownChunks[row].AsSpan());
            if (_joint > 0)
                archive.Exchange($"joint.{row}", _jointChunks[row].AsSpan());
        }

        archive.Exchange("actions", _played.AsSpan());
        archive.Exchange("rewards", _rewards.AsSpan());
        archive.Exchange("endings", _endings.AsSpan());
        archive.Exchange("valid", _valid.AsSpan());
    }

    private (int Row, int Environment) Place(int entry, bool after) =>
        ((entry / _environments + (after ? 1 : 0)) % _rows, entry % _environments);
}
