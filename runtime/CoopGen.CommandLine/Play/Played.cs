namespace CoopGen.Cli;

/// <summary>An episode in a line.</summary>
/// <param name="Steps">Steps played.</param>
/// <param name="Returns">Sum of the rewards of each agent.</param>
/// <param name="MeanTrust">Mean over the steps of the reported mean trust; null where none is reported.</param>
/// <param name="FinalTrust">Mean trust after the last step.</param>
/// <param name="Cooperation">Mean over the steps of the reported cooperation rate; null where none is reported.</param>
/// <param name="End">How it ended: terminated, truncated or interrupted.</param>
internal sealed record Episode(int Steps, double[] Returns, double? MeanTrust, double? FinalTrust, double? Cooperation, string End)
{
    public const string Terminated = "terminated", Truncated = "truncated", Interrupted = "interrupted";
}

/// <summary>What was played: every complete episode, or the one that was interrupted if there is no other.</summary>
internal sealed record Played(Chosen Chosen, IReadOnlyList<string> Policies, IReadOnlyList<Episode> Episodes, Course Course)
{
    /// <summary>A number of every episode that has it.</summary>
    public Moments Over(Func<Episode, double?> number)
    {
        var moments = new Moments();
        foreach (var episode in Episodes)
            if (number(episode) is { } value)
                moments.Add(value);
        return moments;
    }
}

/// <summary>Plays episodes and keeps what is shown of them.</summary>
internal static class Player
{
    /// <summary>Plays until the episodes are over or someone interrupts.</summary>
    /// <param name="chosen">The environment.</param>
    /// <param name="policies">Who plays.</param>
    /// <param name="episodes">How many episodes.</param>
    /// <param name="played">Called after each step with the share of all that is done, 0 to 1.</param>
    /// <param name="cancellation">Interrupts after the present step.</param>
    /// <exception cref="FailedException">A reward is not a number.</exception>
    public static Played Play(Chosen chosen, Players policies, int episodes, Action<double> played, CancellationToken cancellation)
    {
        var environment = chosen.Environment;
        var course = new Course(environment);
        var done = new List<Episode>();
        for (var k = 0; k < episodes && !cancellation.IsCancellationRequested; k++)
        {
            environment.Reset(k == 0 ? chosen.Seed : null);
            var episode = One(environment, policies, course, share => played((k + share) / episodes), cancellation);
            if (episode.End != Episode.Interrupted || done.Count == 0)
                done.Add(episode);
        }

        return new(chosen, policies.Names, done, course);
    }

    private static Episode One(GameEnvironment environment, Players policies, Course course, Action<double> played, CancellationToken cancellation)
    {
        var (actions, rewards, returns) = (new double[environment.ProfileLength], new double[environment.AgentCount], new double[environment.AgentCount]);
        var (trust, cooperation, report) = (new Moments(), new Moments(), new ReportNumbers());
        var result = default(StepResult);
        double? last = null;
        while (!result.Ended && !cancellation.IsCancellationRequested)
        {
            policies.Act(actions);
            result = environment.Step(actions, rewards);
            for (var i = 0; i < returns.Length; i++)
                returns[i] += double.IsFinite(rewards[i]) ? rewards[i] : throw new FailedException(FormattableString.Invariant($"agent {i} of {environment.Info.Id} is paid {rewards[i]} in step {environment.StepCount}, which is no number."));
            report.Read(environment);
            last = report["mean_trust"];
            if (last is { } t)
                trust.Add(t);
            if (report["cooperation_rate"] is { } c)
                cooperation.Add(c);
            course.Add(last);
            played((double)environment.StepCount / environment.Horizon);
        }

        var end = result.Terminated ? Episode.Terminated : result.Truncated ? Episode.Truncated : Episode.Interrupted;
        return new(environment.StepCount, returns, trust.MeanOrNull, last, cooperation.MeanOrNull, end);
    }
}
