using CoopGen.Solving;

namespace CoopGen.Cli;

/// <summary>What <c>solve</c> does for oracles over the whole episode.</summary>
internal static class EpisodeSolve
{
    /// <summary>Searches, and writes what is found, also if it was interrupted.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(Session session, Question question, bool json)
    {
        var found = question.Oracle == DynamicOptimumPolicy.PolicyName ? "sum of returns" : "a return of";
        var solved = SearchProgress.Run(session, $"searching {question.Environment.Info.Id}", tell => SearchProgress.Refusing(() =>
            (PlannedAnswer)Solver.Solve(question, (share, value) => tell(share, $"{found} {Figures.Of(value)}"), session.Cancellation)));
        if (!solved.Complete)
            session.Say("Interrupted: what is shown is the best found so far.");
        if (json)
            Json.Print(session.Out, writer => AnswerJson.Write(writer, solved));
        else
            EpisodeSolved.PrintTable(session.Screen, solved);
        session.Say(FormattableString.Invariant($"Solved in {solved.Seconds:0.000} s."));
        return solved.Complete ? ExitCode.Ok : ExitCode.Interrupted;
    }
}
