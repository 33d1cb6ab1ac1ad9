using CoopGen.Policies;
using CoopGen.Solving;

namespace CoopGen.Cli;

/// <summary>What <c>solve</c> does for oracles over the whole episode.</summary>
internal static class EpisodeSolve
{
    /// <summary>Searches, and writes what is found, also if it was interrupted.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(Session session, Chosen chosen, EpisodePolicy oracle, bool json)
    {
        var what = $"searching {chosen.Info.Id}";
        var solved = SearchProgress.Run(session, what, tell => SearchProgress.Refusing(() =>
            oracle is DynamicOptimumPolicy ? Optimum(chosen, tell, session.Cancellation) : Responses(chosen, tell, session.Cancellation)));
        if (!solved.Complete)
            session.Say("Interrupted: what is shown is the best found so far.");
        if (json)
            EpisodeSolved.PrintJson(session.Out, chosen, solved);
        else
            EpisodeSolved.PrintTable(session.Screen, chosen, solved);
        session.Say(FormattableString.Invariant($"Solved in {solved.Seconds:0.000} s."));
        return solved.Complete ? ExitCode.Ok : ExitCode.Interrupted;
    }

    private static EpisodeSolved Optimum(Chosen chosen, Action<double, string> tell, CancellationToken cancellation)
    {
        var found = EpisodeOptimizer.Maximize(EpisodeProblem.Team(chosen.Environment, chosen.Seed), OracleCatalog.Starts(chosen.Environment), null,
            (share, value) => tell(share, $"sum of returns {Figures.Of(value)}"), cancellation);
        return new(DynamicOptimumPolicy.PolicyName, [.. Enumerable.Range(0, chosen.Environment.AgentCount).Select(found.ActionsOf)], found.Returns, found.Residual, found.LargestGain * Math.Abs(found.Value),
            found.Certified, found.Seconds, found.Complete)
        {
            Optimum = found,
        };
    }

    private static EpisodeSolved Responses(Chosen chosen, Action<double, string> tell, CancellationToken cancellation)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var (n, d) = (chosen.Environment.AgentCount, chosen.Environment.ActionDimensions);
        var found = MutualResponses.Of(chosen.Environment, new IPolicy?[n], chosen.Seed, null, (share, value) => tell(share, $"a return of {Figures.Of(value)}"), cancellation);
        if (found.Sequences.Any(s => s is null))
            throw new OperationCanceledException(cancellation);
        double[][] plan = [.. found.Sequences.Select(s => s!)];
        var rollout = new Rollout(EnvironmentCopy.Of(chosen.Environment), [.. plan.Select(p => new OpenLoopPolicy(p, d))]);
        rollout.Reset(chosen.Seed, clear: true);
        while (!rollout.Environment.HasEnded)
            rollout.Step();
        return new(BestResponsePolicy.PolicyName, plan, rollout.Returns.ToArray(), found.Last.Max(l => l!.Residual), found.Gains.Max(), false, System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, !cancellation.IsCancellationRequested)
        {
            Turns = found.Turns,
            Settled = found.Settled,
        };
    }
}
