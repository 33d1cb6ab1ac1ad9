using System.Diagnostics;
using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>
/// Finds good open-loop actions for an <see cref="EpisodeProblem"/>: many starts are played as one batch, the best climb by exact
/// gradients, moves that no gradient shows are tried between climbs, and the best is polished in double precision. Nothing is random but
/// by a fixed seed: the same problem has the same answer everywhere a batch rounds alike.
/// </summary>
/// <remarks>
/// The starts always include the 101 constant policies, random profiles and whatever policies are given. The answer is at least as good as
/// the policies given, and as all starts that the batch puts within 1e-4 of its best, all compared in double precision.
/// </remarks>
public sealed class EpisodeOptimizer
{
    private const int Elites = 4, MostAttempts = 8;

    private readonly EpisodeProblem _problem;
    private readonly EpisodeEffort _effort;
    private readonly CancellationToken _cancellation;
    private readonly Action<double, double> _progress;
    private readonly Random _random = new(20261124);
    private readonly List<(double[] Sequence, string Origin)> _starts = [];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private double[] _best = [];
    private double _value = double.NegativeInfinity;
    private string _origin = "";
    private double _bestConstantValue = double.NegativeInfinity, _profileValue = double.NegativeInfinity;
    private int _bestConstant;
    private double[] _profile = [];

    private EpisodeOptimizer(EpisodeProblem problem, EpisodeEffort effort, Action<double, double> progress, CancellationToken cancellation) =>
        (_problem, _effort, _progress, _cancellation) = (problem, effort, progress, cancellation);

    /// <summary>Searches.</summary>
    /// <param name="problem">What is sought.</param>
    /// <param name="policies">Policies for the agents sought whose play is among the starts, by name: each one policy for all or one per agent of the environment.</param>
    /// <param name="effort">How long; null for the defaults.</param>
    /// <param name="progress">Told the share of the work that is done and the best value so far.</param>
    /// <param name="cancellation">Ends the search with what is found so far.</param>
    /// <exception cref="UnsolvableException">Some reward of a good sequence is not a number.</exception>
    public static EpisodeOptimum Maximize(EpisodeProblem problem, IReadOnlyDictionary<string, IReadOnlyList<IPolicy>>? policies = null, EpisodeEffort? effort = null, Action<double, double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var search = new EpisodeOptimizer(problem, effort ?? new(), progress ?? ((_, _) => { }), cancellation);
        return search.Run(policies ?? new Dictionary<string, IReadOnlyList<IPolicy>>());
    }

    private EpisodeOptimum Run(IReadOnlyDictionary<string, IReadOnlyList<IPolicy>> policies)
    {
        foreach (var (name, play) in policies)
            _starts.Add((_problem.Record(play), name));
        for (var k = 0; k < _starts.Count; k++)
            Consider(_starts[k].Sequence, _starts[k].Origin);
        var first = _starts.Count;
        for (var percent = 0; percent <= 100; percent++)
            _starts.Add((_problem.Constant(percent), $"constant {percent} %"));
        for (var k = 0; k < _effort.RandomProfiles; k++)
            _starts.Add((Random(_problem.Stretches), "a random profile"));
        foreach (var (parts, name) in new[] { (2, "random halves"), (5, "random fifths"), (_problem.Stretches, "random actions") })
            for (var k = 0; k < 32 && parts <= _problem.Stretches; k++)
                _starts.Add((Random((_problem.Stretches + parts - 1) / parts), name));
        var values = Values(_problem, [.. _starts.Select(s => s.Sequence)]);
        Constants(first, values);
        // What single precision cannot tell apart is compared in double.
        var order = Enumerable.Range(0, values.Length).OrderByDescending(k => values[k]).ToArray();
        foreach (var k in order.Where(k => double.IsFinite(values[k]) && values[k] >= values[order[0]] - 1e-4 * Math.Abs(values[order[0]])).Append(order[0]))
            if (!_cancellation.IsCancellationRequested || _best.Length == 0)
                Consider(_starts[k].Sequence, _starts[k].Origin);
        _progress(0.1, _value);
        if (_problem is { CanBatch: true, Reacts: false })
            Climb(values, order);
        else
            Wander(order);
        _progress(0.9, _value);
        return Finish();
    }

    /// <summary>The best constants: of the 101 policies, and with an action per agent.</summary>
    private void Constants(int first, double[] values)
    {
        for (var percent = 0; percent <= 100; percent++)
            if (values[first + percent] > _bestConstantValue)
                (_bestConstant, _bestConstantValue) = (percent, values[first + percent]);
        // Neighbours differ by less than single precision tells where the best is flat.
        foreach (var percent in Enumerable.Range(0, 101).Where(p => values[first + p] >= _bestConstantValue - 1e-4 * Math.Abs(_bestConstantValue)).ToArray())
        {
            var value = _problem.Play(_starts[first + percent].Sequence);
            if (value > _profileValue)
                (_bestConstant, _profileValue) = (percent, value);
        }

        _bestConstantValue = _profileValue;
        _profile = _starts[first + _bestConstant].Sequence[.._problem.Width];
        var constant = _problem.Stretched(_problem.Environment.Horizon);
        var pool = Enumerable.Range(first, Math.Min(101 + _effort.RandomProfiles, values.Length - first)).OrderByDescending(k => values[k]).Take(2 * Elites)
            .Select(k => (Row: _starts[k].Sequence[.._problem.Width], Value: values[k])).ToList();
        for (var spread = 0.25; spread > 1e-3 && !_cancellation.IsCancellationRequested; spread /= 3)
        {
            var rows = new double[(int)Math.Clamp(_effort.Budget / (20 * Size), 32, 512)][];
            for (var k = 0; k < rows.Length; k++)
                rows[k] = Near(constant, pool[k % pool.Count].Row, spread);
            var found = Values(constant, rows);
            pool = [.. pool.Concat(rows.Select((row, k) => (row, found[k]))).OrderByDescending(p => p.Item2).Take(2 * Elites)];
        }

        foreach (var (row, _) in pool.Take(3).Append((_profile, 0)))
        {
            // Where others react, a gradient takes two episodes per entry.
            var climbed = (double[])row.Clone();
            var value = Ascent.Climb(constant, climbed, constant.Reacts ? 5 : 40, _cancellation);
            if (value > _profileValue)
                (_profile, _profileValue) = (climbed, value);
        }

        Consider(_problem.Refine(constant, _profile), "the best constant profile");
        _starts.Add((_problem.Refine(constant, _profile), "the best constant profile"));
    }

    /// <summary>A constant profile near another: every action is moved with even chance, by at most a part of its box.</summary>
    private double[] Near(EpisodeProblem constant, double[] row, double spread)
    {
        var near = (double[])row.Clone();
        for (var v = 0; v < near.Length; v++)
            if (_random.Next(2) == 0)
                near[v] = constant.Allowed(v, near[v] + (2 * _random.NextDouble() - 1) * spread * (constant.High[v] - constant.Low[v]));
        return near;
    }

    /// <summary>Climbs from the best starts by exact gradients in a batch, with moves in between.</summary>
    private void Climb(double[] values, int[] order)
    {
        var (length, size) = (_problem.Length, Size);
        var climbers = Math.Clamp((int)(_effort.Budget / (6 * size * _effort.Climb)), 4, _effort.Climbers);
        using var lanes = new EpisodeLanes(_problem, climbers, gradients: true);
        var (sequences, reached) = (new double[climbers * length], new double[climbers]);
        var chosen = Choose(values, order, climbers);
        for (var j = 0; j < climbers; j++)
            _starts[chosen[j]].Sequence.CopyTo(sequences, j * length);
        var origins = Array.ConvertAll(chosen, k => _starts[k].Origin);
        LaneAscent.Climb(lanes, _problem, sequences, reached, (int)Math.Clamp(_effort.Budget / (6 * size * climbers), 20, _effort.Climb), _cancellation);
        ConsiderAll(sequences, reached, origins);
        _progress(0.3, _value);
        var moves = (int)Math.Clamp(_effort.Budget / (4 * size), 128, _effort.Moves);
        var perRound = (int)Math.Clamp(_effort.Budget / (24 * size * climbers), 5, _effort.ClimbPerRound);
        using var tries = new EpisodeLanes(_problem, Math.Min(moves, 1024), gradients: false);
        for (var (round, still) = (0, 0); round < _effort.Rounds && still < 3 && !_cancellation.IsCancellationRequested; round++)
        {
            var before = _value;
            var elites = Best(sequences, reached, climbers).Take(Elites).ToArray();
            var tried = new double[moves * length];
            for (var k = 0; k < moves; k++)
            {
                var (from, other) = (elites[k % elites.Length], elites[_random.Next(elites.Length)]);
                Moves.Change(_problem, sequences.AsSpan(from * length, length), sequences.AsSpan(other * length, length), tried.AsSpan(k * length, length), _random);
            }

            var found = new double[moves];
            tries.Values(tried, found, _cancellation);
            // The elites stay; the others give way to the best moves, most of them better than what they came from.
            var keep = elites.Select(e => sequences.AsSpan(e * length, length).ToArray()).ToArray();
            var kept = elites.Select(e => origins[e]).ToArray();
            var better = Enumerable.Range(0, moves).OrderByDescending(k => found[k] - 0.5 * (found[k] - reached[elites[k % elites.Length]])).ToArray();
            for (var j = 0; j < climbers; j++)
            {
                if (j < keep.Length)
                {
                    keep[j].CopyTo(sequences, j * length);
                    origins[j] = kept[j];
                }
                else
                {
                    tried.AsSpan(better[j - keep.Length] * length, length).CopyTo(sequences.AsSpan(j * length));
                    origins[j] = kept[better[j - keep.Length] % elites.Length];
                }
            }

            LaneAscent.Climb(lanes, _problem, sequences, reached, perRound, _cancellation);
            ConsiderAll(sequences, reached, origins);
            still = _value - before <= 1e-7 * Math.Abs(_value) ? still + 1 : 0;
            _progress(0.3 + 0.6 * (round + 1) / _effort.Rounds, _value);
        }
    }

    /// <summary>Where others react no gradient of a batch is at hand: moves alone, with climbs in double precision in between.</summary>
    private void Wander(int[] order)
    {
        var length = _problem.Length;
        var moves = (int)Math.Clamp(_effort.Budget / (4 * Size), 128, _effort.Moves);
        var pool = order.Take(Elites).Select(k => _starts[k].Sequence).ToArray();
        var reached = Array.ConvertAll(pool, p => _problem.Play(p));
        using var tries = _problem.CanBatch ? new EpisodeLanes(_problem, Math.Min(moves, 1024), gradients: false) : null;
        for (var (round, still) = (0, 0); round < _effort.Rounds && still < 3 && !_cancellation.IsCancellationRequested; round++)
        {
            var before = _value;
            var tried = new double[moves * length];
            for (var k = 0; k < moves; k++)
                Moves.Change(_problem, pool[k % pool.Length], pool[_random.Next(pool.Length)], tried.AsSpan(k * length, length), _random);
            var found = new double[moves];
            if (tries is null)
                Each(_problem, tried, found);
            else
                tries.Values(tried, found, _cancellation);
            foreach (var k in Enumerable.Range(0, moves).OrderByDescending(k => found[k]).Take(Elites))
            {
                var (sequence, slot) = (tried.AsSpan(k * length, length).ToArray(), Array.IndexOf(reached, reached.Min()));
                var value = _problem.Play(sequence);
                if (value > reached[slot])
                    (pool[slot], reached[slot]) = (sequence, value);
            }

            var best = Array.IndexOf(reached, reached.Max());
            // A gradient by differences plays the episode twice per entry.
            var iterations = (int)Math.Clamp(_effort.Budget / (40.0 * Size * length), 1, 15);
            pool[best] = (double[])pool[best].Clone();
            reached[best] = Ascent.Climb(_problem, pool[best], iterations, _cancellation);
            Consider(pool[best], "moves");
            still = _value - before <= 1e-7 * Math.Abs(_value) ? still + 1 : 0;
            _progress(0.1 + 0.8 * (round + 1) / _effort.Rounds, _value);
        }
    }

    private EpisodeOptimum Finish()
    {
        var polish = _problem.Reacts ? (int)Math.Clamp(_effort.Budget / (8.0 * Size * _problem.Length), 1, _effort.Polish) : (int)Math.Clamp(_effort.Budget / (30 * Size), 20, _effort.Polish);
        var check = new SingleActions(_problem, _effort, Size);
        // Single actions that gain are taken, and the climb goes on from there.
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var sequence = (double[])_best.Clone();
            Ascent.Climb(_problem, sequence, polish, _cancellation);
            Consider(sequence, _origin);
            // What the last attempt finds to gain is told, not taken: the check is of the answer.
            var last = attempt == MostAttempts - 1;
            if (_cancellation.IsCancellationRequested || !check.Improve(_best, _value, _problem.Scale(_best), last, _cancellation) || last)
                break;
            Consider(check.Improved, _origin);
            check.Forget();
        }

        var returns = new double[_problem.Environment.AgentCount];
        _problem.Play(_best, returns);
        var (steps, actions) = (_problem.Environment.StepCount, _problem.Played(_best));
        var scale = _problem.Scale(_best);
        return new()
        {
            Problem = _problem,
            Sequence = _best,
            Actions = actions,
            Returns = returns,
            Value = _value,
            UpperBound = EpisodeBound.Of(_problem),
            Steps = steps,
            Terminated = steps < _problem.Environment.Horizon,
            Origin = _origin,
            Scale = scale,
            Residual = Ascent.Residual(_problem, _best, _value) / scale,
            LargestGain = check.IsDone ? check.LargestGain / scale : null,
            Checked = check.Count,
            CheckedAll = check is { IsDone: true, IsWhole: true },
            Certified = check is { IsDone: true, IsWhole: true } && check.LargestGain <= 1e-6 * scale,
            BestConstant = _bestConstant,
            BestConstantValue = _bestConstantValue,
            ConstantProfile = _profile,
            ConstantProfileValue = _profileValue,
            Seconds = Stopwatch.GetElapsedTime(_begun).TotalSeconds,
            Complete = !_cancellation.IsCancellationRequested,
        };
    }

    /// <summary>Numbers computed in an episode: every agent looks at every action.</summary>
    private double Size => (double)_problem.Environment.Horizon * _problem.Environment.ProfileLength * _problem.Environment.AgentCount;

    /// <summary>Takes a sequence if it is better than all before, in double precision.</summary>
    private void Consider(double[] sequence, string origin)
    {
        var value = _problem.Play(sequence);
        if (value > _value)
            (_best, _value, _origin) = ((double[])sequence.Clone(), value, origin);
    }

    private void ConsiderAll(double[] sequences, double[] values, string[] origins)
    {
        foreach (var j in Best(sequences, values, values.Length).Take(3))
            Consider(sequences.AsSpan(j * _problem.Length, _problem.Length).ToArray(), origins[j]);
    }

    /// <summary>The lanes from the best to the worst, those that came to the same value but once.</summary>
    private static IEnumerable<int> Best(double[] sequences, double[] values, int count)
    {
        var last = double.PositiveInfinity;
        foreach (var j in Enumerable.Range(0, count).OrderByDescending(j => values[j]))
        {
            if (last - values[j] <= 1e-6 * Math.Abs(values[j]) && last < double.PositiveInfinity)
                continue;
            last = values[j];
            yield return j;
        }
    }

    /// <summary>Which starts climb: half of them the best of all, the others the best of each kind in turn.</summary>
    private int[] Choose(double[] values, int[] order, int count)
    {
        var chosen = order.Where(k => k < values.Length).Take((count + 1) / 2).ToList();
        chosen.Add(_starts.Count - 1);
        string Kind(int k) => _starts[k].Origin.Split(' ')[0];
        var kinds = order.GroupBy(Kind).Select(g => new Queue<int>(g.Where(k => !chosen.Contains(k)))).ToArray();
        while (chosen.Count < count && kinds.Any(q => q.Count > 0))
            foreach (var queue in kinds)
                if (chosen.Count < count && queue.TryDequeue(out var k))
                    chosen.Add(k);
        return [.. Enumerable.Range(0, count).Select(j => chosen[j % chosen.Count])];
    }

    private double[] Random(int stretch)
    {
        var sequence = new double[_problem.Length];
        for (var k = 0; k < sequence.Length; k++)
        {
            var (s, v) = (k / _problem.Width, k % _problem.Width);
            sequence[k] = s % stretch > 0 ? sequence[k - _problem.Width]
                : _problem.Allowed(v, _problem.Low[v] + _random.NextDouble() * (_problem.High[v] - _problem.Low[v]));
        }

        return sequence;
    }

    private double[] Values(EpisodeProblem problem, double[][] sequences)
    {
        var (values, all) = (new double[sequences.Length], new double[sequences.Length * problem.Length]);
        for (var k = 0; k < sequences.Length; k++)
            sequences[k].CopyTo(all, k * problem.Length);
        if (problem.CanBatch)
        {
            using var lanes = new EpisodeLanes(problem, Math.Min(sequences.Length, 1024), gradients: false);
            lanes.Values(all, values, _cancellation);
        }
        else
        {
            Each(problem, all, values);
        }

        return values;
    }

    private void Each(EpisodeProblem problem, double[] sequences, double[] values)
    {
        for (var k = 0; k < values.Length; k++)
            values[k] = _cancellation.IsCancellationRequested ? double.NegativeInfinity : problem.Play(sequences.AsSpan(k * problem.Length, problem.Length));
    }
}
