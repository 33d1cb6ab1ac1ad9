using CoopGen.Policies;

namespace CoopGen.Cli;

/// <summary>Plays chunks of a sweep.</summary>
internal static class SweepPlay
{
    /// <summary>Plays the chunks from one on and yields each, as bytes, in order.</summary>
    /// <exception cref="OperationCanceledException">Someone has interrupted.</exception>
    public static IEnumerable<byte[]> Play(SweepPlan plan, int from, Meter meter, CancellationToken cancellation) =>
        Ordered.Run(Enumerable.Range(from, plan.Chunks - from).Select(chunk => (Func<byte[]>)(() => Chunk(plan, chunk, meter, cancellation))));

    private static byte[] Chunk(SweepPlan plan, int chunk, Meter meter, CancellationToken cancellation)
    {
        var (first, count) = plan.Chunk(chunk);
        var each = plan.Persists ? plan.Episodes : 1;
        var environments = new Dictionary<(RewardMode, int), GameEnvironment>();
        var trials = new Trial[count / each];
        var most = 0L;
        for (var k = 0; k < trials.Length; k++)
        {
            var row = first + k * each;
            var key = (plan.ModeOf(row), plan.CombinationOf(row));
            if (!environments.TryGetValue(key, out var environment))
                environments[key] = environment = plan.Make(key.Item1, key.Item2);
            trials[k] = new(environment, plan.ProfileOf(row).Policies, plan.Seed, plan.EpisodeOf(row));
            most += (long)environment.Horizon * each;
        }

        var counted = 0L;
        var played = Evaluation.Play(trials, each, plan.Watched, rollout =>
        {
            counted += rollout.PlayingCount;
            meter.Add(rollout.PlayingCount, rollout.PlayingCount);
        }, cancellation);
        // What episodes that ended early have left over is done, too.
        meter.Add(0, most - counted);
        var size = SweepRow.Size(plan);
        var bytes = new byte[count * size];
        for (var k = 0; k < count; k++)
        {
            var episode = played[k / each][k % each];
            Check(plan, first + k, episode);
            SweepRow.Write(bytes.AsSpan(k * size, size), episode, plan);
        }

        return bytes;
    }

    /// <summary>Refuses an episode with a number that is none: no column may hold it.</summary>
    /// <exception cref="FailedException">There is one; the message says which and what was played.</exception>
    internal static void Check(SweepPlan plan, int row, EpisodeResult episode)
    {
        for (var agent = 0; agent < episode.Returns.Length; agent++)
            Finite($"return of agent {agent}", episode.Returns[agent]);
        for (var k = 0; k < plan.Watched.Length; k++)
        {
            Finite($"mean of {plan.Watched[k]}", episode.Means[k]);
            Finite($"last {plan.Watched[k]}", episode.Finals[k]);
        }

        void Finite(FormattableString what, double value)
        {
            if (!double.IsFinite(value))
                throw new FailedException(FormattableString.Invariant($"{plan.Info.Id}: the {FormattableString.Invariant(what)} is {value}, which is no number, in {plan.Describe(row)}."));
        }
    }
}
