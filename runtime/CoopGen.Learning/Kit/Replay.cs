namespace CoopGen.Learning;

/// <summary>
/// What happened lately, for learners that learn from it again and again: a structure of arrays. Observations are kept once, as the games have them; the
/// one after a step is that of the same environment one row later. So a step of all environments is a row, and rows that were resets are kept for the final observations
/// before them, but are never drawn.
/// </summary>
/// <remarks>
/// A row holds, per environment, n own observations or a joint one or both, n·d actions, n rewards, and how the step ended. Numbers of observations that the environment's bounds
/// prove constant are not kept; the others are kept in single precision, or in half precision (11 bits) where single would take more than a gibibyte and their bounds allow it. Of
/// forty agents that see 160 such numbers each and 3,241 together, 100,000 steps take 1.9 GB.
/// </remarks>
public sealed class Replay
{
    /// <summary>Bytes beyond which observations are kept in half precision.</summary>
    private const long Single = 1L << 30;

    private readonly int _environments, _agents, _actions, _rows;
    private readonly Store? _own, _joint;
    private readonly float[] _played, _rewards;
    private readonly byte[] _endings, _valid;
    private long _written;
    private int _drawable, _newest;

    /// <param name="batch">The environments, for shapes.</param>
    /// <param name="capacity">Environment steps that are kept: rounded up to whole rows; at least two rows.</param>
    /// <exception cref="ArgumentException">The capacity is below two rows, or above what an array can hold.</exception>
    public Replay(TrainingBatch batch, long capacity)
    {
        ArgumentNullException.ThrowIfNull(batch);
        (_environments, _agents, _actions) = (batch.Count, batch.Agents, batch.Agents * batch.Dimensions);
        if (capacity < 2 * _environments)
            throw new ArgumentException($"The capacity is {capacity}; {_environments} environments need at least {2 * _environments}.", nameof(capacity));
        var most = Array.MaxLength / Math.Max(_actions, _agents) - _environments;
        if (capacity > most)
            throw new ArgumentException($"The buffer is of {capacity} steps; of {_agents} agents with {batch.Dimensions} actions each at most {most} steps can be kept.", nameof(capacity));
        (_rows, var (own, joint, half)) = (RowsOf(batch, capacity), Layout(batch, capacity));
        (_own, _joint) = (own.Length > 0 ? new(own, _rows, _environments, half) : null, joint.Length > 0 ? new(joint, _rows, _environments, half) : null);
        _played = new float[checked(_rows * _environments * _actions)];
        _rewards = new float[checked(_rows * _environments * _agents)];
        (_endings, _valid) = (new byte[_rows * _environments], new byte[_rows * _environments]);
    }

    /// <summary>Memory that a buffer takes, in bytes.</summary>
    /// <param name="batch">The environments.</param>
    /// <param name="capacity">Environment steps that are kept.</param>
    public static long BytesFor(TrainingBatch batch, long capacity)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var (own, joint, half) = Layout(batch, capacity);
        var numbers = Store.Numbers(own) + Store.Numbers(joint);
        return (long)RowsOf(batch, capacity) * batch.Count * ((half ? 2 : 4) * numbers + 4L * batch.Agents * (batch.Dimensions + 1) + 2);
    }

    /// <summary>Environment steps that can be drawn: those kept whose next observation is kept too, resets excepted.</summary>
    public long Count => _drawable;

    /// <summary>Entries of the joint observation that its bounds do not prove constant, in ascending order; none if it is not kept.</summary>
    public ReadOnlySpan<int> JointColumns => _joint is null ? [] : _joint.Entries;

    /// <summary>Keeps what is observed before a step; <see cref="Add"/> follows after it.</summary>
    public void Observe(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var row = (int)(_written % _rows);
        _own?.Write(row, batch.Own);
        _joint?.Write(row, batch.Joint);
        // What was here is overwritten.
        _drawable -= Valid(row);
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

        (_drawable, _newest) = (_drawable + _newest, Valid(row));
    }

    /// <summary>Draws one of the steps that <see cref="Count"/> counts, each with the same probability.</summary>
    /// <returns>An entry, for the other methods.</returns>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public int Draw(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Count == 0)
            throw new InvalidOperationException("No step is kept that can be drawn.");
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
    /// <param name="entry">What <see cref="Draw"/> gave.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="after">Whether after the step.</param>
    /// <param name="seen">Receives it.</param>
    public void Own(int entry, int agent, bool after, Span<float> seen)
    {
        var (row, k) = Place(entry, after);
        _own!.Read(row, agent, k, seen);
    }

    /// <summary>The joint observation before the step, or after it.</summary>
    /// <param name="entry">What <see cref="Draw"/> gave.</param>
    /// <param name="after">Whether after the step.</param>
    /// <param name="seen">Receives it.</param>
    public void Joint(int entry, bool after, Span<float> seen)
    {
        var (row, k) = Place(entry, after);
        _joint!.Read(row, 0, k, seen);
    }

    /// <summary>The same, but only what can vary: the entries that <see cref="JointColumns"/> names.</summary>
    /// <param name="entry">What <see cref="Draw"/> gave.</param>
    /// <param name="after">Whether after the step.</param>
    /// <param name="seen">Receives it.</param>
    public void JointVarying(int entry, bool after, Span<float> seen)
    {
        var (row, k) = Place(entry, after);
        _joint!.ReadKept(row, 0, k, seen);
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

    /// <summary>Whether an episode ended after the step, by its own rules or by the horizon.</summary>
    public bool Ended(int entry) => ((Ending)_endings[entry] & (Ending.Terminated | Ending.Truncated)) != 0;

    /// <summary>Saves or restores everything.</summary>
    public void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _written = archive.Exchange("written", _written);
        // Rows not yet written hold nothing.
        var kept = (int)Math.Min(_written, _rows);
        _own?.Exchange(archive, "own", kept);
        _joint?.Exchange(archive, "joint", kept);
        archive.Exchange("actions", _played);
        archive.Exchange("rewards", _rewards);
        archive.Exchange("endings", _endings);
        archive.Exchange("valid", _valid);
        _newest = _written > 0 ? Valid((int)((_written - 1) % _rows)) : 0;
        _drawable = _valid.Sum(valid => valid) - _newest;
    }

    /// <summary>Number of steps of a row that were played.</summary>
    private int Valid(int row) => _valid.AsSpan(row * _environments, _environments).Count((byte)1);

    private static int RowsOf(TrainingBatch batch, long capacity) => checked((int)((capacity + batch.Count - 1) / batch.Count));

    /// <summary>Bounds per seer of own observations, and of the joint one, as far as they are wanted, and whether they are kept in half precision.</summary>
    private static (Box[] Own, Box[] Joint, bool Half) Layout(TrainingBatch batch, long capacity)
    {
        Box[] own = batch.OwnLength > 0 ? [.. Enumerable.Range(0, batch.Agents).Select(batch.OwnSpace)] : [];
        Box[] joint = batch.JointLength > 0 ? [batch.JointSpace] : [];
        var single = 4L * RowsOf(batch, capacity) * batch.Count * (Store.Numbers(own) + Store.Numbers(joint));
        return (own, joint, single > Single && own.Concat(joint).All(Store.FitsHalf));
    }

    private (int Row, int Environment) Place(int entry, bool after) =>
        ((entry / _environments + (after ? 1 : 0)) % _rows, entry % _environments);

    /// <summary>Observations of one kind, a row at a time: an array each, as together they may be longer than an array can be.</summary>
    private sealed class Store
    {
        private readonly int _seers, _environments, _length;
        private readonly int[] _kept;
        private readonly float[][] _constants;
        private readonly float[][] _single = [];
        private readonly Half[][] _half = [];

        /// <param name="spaces">Bounds per seer.</param>
        /// <param name="rows">Number of rows.</param>
        /// <param name="environments">Number of environments.</param>
        /// <param name="half">Whether in half precision.</param>
        public Store(Box[] spaces, int rows, int environments, bool half)
        {
            (_seers, _environments, _length) = (spaces.Length, environments, spaces[0].Length);
            _kept = Kept(spaces);
            _constants = [.. spaces.Select(space => space.Low.ToArray().Select(low => (float)low).ToArray())];
            var length = checked(_seers * environments * _kept.Length);
            if (half)
                _half = [.. Enumerable.Range(0, rows).Select(_ => new Half[length])];
            else
                _single = [.. Enumerable.Range(0, rows).Select(_ => new float[length])];
        }

        /// <summary>Entries that are kept.</summary>
        public ReadOnlySpan<int> Entries => _kept;

        /// <summary>Numbers kept of a step.</summary>
        public static long Numbers(Box[] spaces) => (long)spaces.Length * Kept(spaces).Length;

        public static bool FitsHalf(Box space) => Varying(space).All(k => Math.Max(-space.Low[k], space.High[k]) <= (double)Half.MaxValue);

        /// <summary>Entries that vary for one seer at least.</summary>
        private static int[] Kept(Box[] spaces) => [.. spaces.SelectMany(Varying).Distinct().Order()];

        private static IEnumerable<int> Varying(Box space) => Enumerable.Range(0, space.Length).Where(k => space.Low[k] != space.High[k]);

        public void Write(int row, ReadOnlySpan<float> seen)
        {
            for (int from = 0, to = 0; from < seen.Length; from += _length)
            {
                if (_half.Length > 0)
                    foreach (var k in _kept)
                        _half[row][to++] = (Half)seen[from + k];
                else
                    foreach (var k in _kept)
                        _single[row][to++] = seen[from + k];
            }
        }

        /// <summary>Everything: what is kept, and what is constant.</summary>
        public void Read(int row, int seer, int environment, Span<float> seen)
        {
            if (_kept.Length == _length)
            {
                ReadKept(row, seer, environment, seen);
                return;
            }

            var from = (seer * _environments + environment) * _kept.Length;
            _constants[seer].CopyTo(seen);
            if (_half.Length > 0)
            {
                foreach (var k in _kept)
                    seen[k] = (float)_half[row][from++];
                return;
            }

            var own = _single[row].AsSpan(from, _kept.Length);
            for (var k = 0; k < own.Length; k++)
                seen[_kept[k]] = own[k];
        }

        /// <summary>What is kept.</summary>
        public void ReadKept(int row, int seer, int environment, Span<float> seen)
        {
            var (from, length) = ((seer * _environments + environment) * _kept.Length, _kept.Length);
            if (_half.Length == 0)
            {
                _single[row].AsSpan(from, length).CopyTo(seen);
                return;
            }

            var own = _half[row].AsSpan(from, length);
            for (var k = 0; k < length; k++)
                seen[k] = (float)own[k];
        }

        public void Exchange(Archive archive, string name, int rows)
        {
            for (var row = 0; row < rows; row++)
                if (_half.Length > 0)
                    archive.Exchange($"{name}.{row}", _half[row]);
                else
                    archive.Exchange($"{name}.{row}", _single[row]);
        }
    }
}
