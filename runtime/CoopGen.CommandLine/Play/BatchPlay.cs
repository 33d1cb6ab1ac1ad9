using CoopGen.Policies;

namespace CoopGen.Cli;

/// <summary>Plays many episodes of one environment side by side.</summary>
internal static class BatchPlay
{
    /// <summary>Episodes from which on the batch is used: what differs then, single precision, is far below the spread of what is summarised.</summary>
    public const int Fewest = 64;

    /// <summary>Environments side by side on a thread; their memory stays in its cache.</summary>
    public const int Lanes = 1024;

    /// <summary>Most episodes that take turns in a lane.</summary>
    private const int MostTurns = 16;

    private static readonly string[] _numbers = ["mean_trust", "cooperation_rate"];

    /// <summary>Whether the batch can play this and tells all that is shown of it.</summary>
    public static bool Suits(Chosen chosen, Players players, int episodes)
    {
        if (episodes < Fewest || chosen.Environment is SpecEnvironment || chosen.Environment.Horizon > EnvironmentBatch.MostSteps || players.Policies.Any(p => p is not IBatchPolicy))
            return false;
        using var batch = EnvironmentBatch.Create(chosen.Environment, 1);
        var scalar = new ReportNumbers();
        chosen.Environment.Reset(chosen.Seed);
        scalar.Read(chosen.Environment);
        return _numbers.All(name => scalar[name] is null || batch.ReportNames.Contains(name));
    }

    /// <summary>The numbers shown that a batch tells.</summary>
    public static string[] Watched(EnvironmentBatch batch) => [.. _numbers.Where(batch.ReportNames.Contains)];

    /// <summary>Plays until the episodes are over or someone interrupts; then the groups of episodes that are complete count.</summary>
    /// <exception cref="FailedException">A return is not a number.</exception>
    public static Played Play(Chosen chosen, Players players, int episodes, Meter meter, CancellationToken cancellation)
    {
        var (course, done) = (new Course(chosen.Environment), new List<Episode>(episodes));
        foreach (var (played, steps) in Ordered.Run(Groups(chosen, players, episodes, meter, cancellation)))
        {
            done.AddRange(played);
            course.Add(steps);
        }

        return new(chosen, players.Names, done, course);
    }

    /// <summary>Groups of episodes; where state outlives episodes, one group in one lane.</summary>
    private static IEnumerable<Func<(List<Episode>, Course)>> Groups(Chosen chosen, Players players, int episodes, Meter meter, CancellationToken cancellation)
    {
        bool persists;
        using (var batch = EnvironmentBatch.Create(chosen.Environment, 1))
            persists = batch.Persists;
        for (int first = 0, count; first < episodes && !cancellation.IsCancellationRequested; first += count)
        {
            var (start, left) = (first, episodes - first);
            // The more are left, the more take turns in a lane: so that lanes whose episodes end early are not idle, and no processor at the end.
            var lanes = persists ? 1 : Math.Min(Lanes, left);
            var turns = persists ? episodes : Math.Clamp(left / (2 * Environment.ProcessorCount * Lanes), 1, MostTurns);
            count = lanes * turns;
            yield return () => Group(chosen, players, start, lanes, turns, meter, cancellation);
        }
    }

    private static (List<Episode>, Course) Group(Chosen chosen, Players players, int first, int lanes, int turns, Meter meter, CancellationToken cancellation)
    {
        using var batch = EnvironmentBatch.Create(chosen.Environment, lanes, new() { AutoReset = AutoReset.NextStep });
        var watched = Watched(batch);
        var (trust, cooperation) = (Array.IndexOf(watched, "mean_trust"), Array.IndexOf(watched, "cooperation_rate"));
        var rollout = new BatchRollout(batch, players.Policies, watch: watched);
        var (course, row, seeds, firsts) = (new Course(chosen.Environment), new float[lanes], new ulong[lanes], new int[lanes]);
        Array.Fill(seeds, chosen.Seed);
        for (var k = 0; k < lanes; k++)
            firsts[k] = first + k;
        rollout.Reset(seeds, firsts, turns, stride: lanes);
        var counted = 0L;
        var complete = rollout.Play(r =>
        {
            course.Add(r, trust, row);
            counted += r.PlayingCount;
            meter.Add(r.PlayingCount, r.PlayingCount);
        }, cancellation);
        // What episodes that ended early have left over is done, too.
        meter.Add(0, (long)lanes * turns * chosen.Environment.Horizon - counted);
        var episodes = new List<Episode>();
        // Of a group that is cut short, the episodes that are over are the short ones: they would mislead.
        if (!complete && (lanes > 1 || rollout.Episodes.Done(0) == 0))
            return (episodes, new Course(chosen.Environment));
        for (var e = 0; e < rollout.Episodes.Done(0); e++)
            for (var k = 0; k < lanes; k++)
                episodes.Add(Read(chosen, rollout.Episodes, k, e, trust, cooperation));
        return (episodes, course);
    }

    private static Episode Read(Chosen chosen, BatchEpisodes played, int k, int episode, int trust, int cooperation)
    {
        var returns = played.Returns(k, episode).ToArray();
        if (Array.FindIndex(returns, r => !double.IsFinite(r)) is >= 0 and var agent)
            throw new FailedException(FormattableString.Invariant($"agent {agent} of {chosen.Info.Id} is paid {returns[agent]} in an episode, which is no number."));
        var means = played.Means(k, episode);
        var finals = played.Finals(k, episode);
        return new(played.Steps(k, episode), returns,
            trust < 0 ? null : means[trust], trust < 0 ? null : finals[trust], cooperation < 0 ? null : means[cooperation],
            played.Ending(k, episode).HasFlag(Ending.Terminated) ? Episode.Terminated : Episode.Truncated);
    }
}
