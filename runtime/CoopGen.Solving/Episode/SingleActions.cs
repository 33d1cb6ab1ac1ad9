namespace CoopGen.Solving;

/// <summary>
/// Tries every single action of a sequence over its whole box: what one agent does in one step at so many levels. What a batch in single
/// precision finds to gain, or cannot tell from gaining, is played in double precision. Where the episode is too large for all, an even
/// selection is tried.
/// </summary>
internal sealed class SingleActions(EpisodeProblem problem, EpisodeEffort effort, double size)
{
    /// <summary>The greatest values of a batch, which are looked at together in double precision.</summary>
    private const int Together = 40;

    /// <summary>How far the values of a batch may be off, relative to all that is paid: twice what an episode in single precision loses.</summary>
    private const double Doubt = 2e-5;

    /// <summary>A gain above rounding, relative to all that is paid.</summary>
    private const double Gainful = 1e-9;

    /// <summary>The sequence with the actions that gain together, taken one after the other.</summary>
    public double[] Improved { get; private set; } = [];

    /// <summary>Most that a single action gained; at least 0.</summary>
    public double LargestGain { get; private set; }

    /// <summary>Whether the last trial went to its end.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Number of changes tried.</summary>
    public int Count { get; private set; }

    /// <summary>Whether all were tried, and all that single precision cannot tell from gaining were played in double.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Forgets what was found: it is of another sequence than the answer now.</summary>
    public void Forget() => (LargestGain, Count, IsWhole, IsDone, Improved) = (0, 0, false, false, []);

    /// <summary>Whether a single action gains more than rounding, a thousand-millionth of all that is paid.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="value">Its value.</param>
    /// <param name="scale">Sum of the absolute rewards in it.</param>
    /// <param name="last">Whether the search ends here: then all that is in doubt is looked at, even if something gains.</param>
    /// <param name="cancellation">Ends the trial, which then is not done.</param>
    public bool Improve(double[] sequence, double value, double scale, bool last, CancellationToken cancellation)
    {
        Forget();
        Improved = sequence;
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

        var (gains, playable) = (new double[changes.Count], true);
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
                    gains[first] = Value(sequences);
                else
                    lanes.Values(sequences.AsSpan(0, count * problem.Length), gains.AsSpan(first, count), cancellation);
                Count += count;
            }
        }

        if (cancellation.IsCancellationRequested)
            return false;
        var (together, reached) = ((double[])sequence.Clone(), value);
        var order = Enumerable.Range(0, gains.Length).OrderByDescending(k => gains[k]).ToArray();
        foreach (var k in order.Take(Together))
        {
            LargestGain = Math.Max(LargestGain, Alone(k));
            var before = together[changes[k].Entry];
            together[changes[k].Entry] = changes[k].Action;
            if (Value(together) is var play && play > reached)
                reached = play;
            else
                together[changes[k].Entry] = before;
        }

        Improved = together;
        // Those further down gain too little for a batch to tell; they count where the search ends here.
        var ends = last || !(LargestGain > Gainful * scale);
        var doubtful = !ends || lanes is null ? [] : order.Skip(Together).Where(k => !(gains[k] < value - Doubt * scale)).ToArray();
        foreach (var k in doubtful.Take((int)(room / 2)))
        {
            if (cancellation.IsCancellationRequested)
                return false;
            if (Alone(k) is var gain && gain > LargestGain)
            {
                LargestGain = gain;
                Improved = (double[])sequence.Clone();
                Improved[changes[k].Entry] = changes[k].Action;
            }
        }

        IsWhole = ends && every == 1 && doubtful.Length <= room / 2 && playable && gains.All(double.IsFinite);
        IsDone = true;
        return LargestGain > Gainful * scale;

        double Alone(int k)
        {
            var changed = (double[])sequence.Clone();
            changed[changes[k].Entry] = changes[k].Action;
            return Value(changed) - value;
        }

        double Value(double[] changed)
        {
            try
            {
                return problem.Play(changed);
            }
            catch (UnsolvableException)
            {
                // Where nobody would go: the answer stands, but not everything was tried.
                playable = false;
                return double.NegativeInfinity;
            }
        }
    }
}
