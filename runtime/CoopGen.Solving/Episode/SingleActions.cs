namespace CoopGen.Solving;

/// <summary>
/// Tries every single action of a sequence over its whole box: what one agent does in one step at so many levels. What a batch finds is
/// confirmed in double precision. Where the episode is too large for all, an even selection is tried.
/// </summary>
internal sealed class SingleActions(EpisodeProblem problem, EpisodeEffort effort, double size)
{
    /// <summary>The gains of a batch that are looked at in double precision, the greatest first.</summary>
    private const int Confirmed = 40;

    /// <summary>The sequence with the actions that gain together, taken one after the other.</summary>
    public double[] Improved { get; private set; } = [];

    /// <summary>Most that a single action gained; at least 0.</summary>
    public double LargestGain { get; private set; }

    /// <summary>Number of changes tried.</summary>
    public int Count { get; private set; }

    /// <summary>Whether all were tried.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether a single action gains more than rounding, a thousand-millionth of the value.</summary>
    public bool Improve(double[] sequence, double value, CancellationToken cancellation)
    {
        (LargestGain, Count, IsWhole, Improved) = (0, 0, false, sequence);
        var room = (long)Math.Clamp((problem.CanBatch ? 1 : 0.1) * effort.Budget / size, 200, 1e6);
        var all = problem.Length * (long)effort.Levels;
        var every = (int)Math.Max(1, (all + room - 1) / room);
        var changes = new List<(int Entry, double Action)>();
        for (var k = 0; k < problem.Length; k++)
        {
            var v = k % problem.Width;
            var choices = problem.Choices(v);
            var levels = choices.Count > 0 ? choices : [.. Enumerable.Range(0, effort.Levels).Select(l => problem.Low[v] + l * (problem.High[v] - problem.Low[v]) / (effort.Levels - 1))];
            if (k * 7919L % every == 0)
                foreach (var level in levels)
                    if (level != sequence[k] && level >= problem.Low[v] && level <= problem.High[v])
                        changes.Add((k, level));
        }

        var gains = new double[changes.Count];
        var lanes = problem.CanBatch ? new EpisodeLanes(problem, Math.Clamp(changes.Count, 1, 1024), gradients: false) : null;
        using (lanes)
        {
            var some = lanes?.Count ?? 1;
            var sequences = new double[some * problem.Length];
            for (var first = 0; first < changes.Count && !cancellation.IsCancellationRequested; first += some)
            {
                var count = Math.Min(some, changes.Count - first);
                for (var j = 0; j < count; j++)
                {
                    sequence.CopyTo(sequences, j * problem.Length);
                    sequences[j * problem.Length + changes[first + j].Entry] = changes[first + j].Action;
                }

                if (lanes is null)
                    gains[first] = problem.Play(sequences);
                else
                    lanes.Values(sequences.AsSpan(0, count * problem.Length), gains.AsSpan(first, count), cancellation);
                Count += count;
            }
        }

        if (cancellation.IsCancellationRequested)
            return false;
        var (together, reached) = ((double[])sequence.Clone(), value);
        foreach (var k in Enumerable.Range(0, gains.Length).OrderByDescending(k => gains[k]).Take(Confirmed))
        {
            var changed = (double[])sequence.Clone();
            changed[changes[k].Entry] = changes[k].Action;
            LargestGain = Math.Max(LargestGain, problem.Play(changed) - value);
            var before = together[changes[k].Entry];
            together[changes[k].Entry] = changes[k].Action;
            if (problem.Play(together) is var play && play > reached)
                reached = play;
            else
                together[changes[k].Entry] = before;
        }

        Improved = together;
        IsWhole = every == 1;
        return LargestGain > 1e-9 * Math.Abs(value);
    }
}
