namespace CoopGen.Solving.Tests;

/// <summary>Answers to questions: what is asked of nobody, and searches that are ended.</summary>
public class SolverTests
{
    [Fact]
    public void An_unknown_oracle_is_refused_by_name()
    {
        var refused = Assert.Throws<ArgumentException>(() => Solver.Solve(Ask("Oracle_Delphi")));
        Assert.Contains("Oracle_Delphi", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Oracle_Nash", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Responses_that_are_cancelled_within_a_round_are_not_settled()
    {
        using var cancellation = new CancellationTokenSource();
        // Two agents, at most four rounds: beyond an eighth of the work the second one is searching for the first time.
        var answer = (PlannedAnswer)Solver.Solve(Ask(BestResponsePolicy.PolicyName), (share, _) =>
        {
            if (share > 0.13)
                cancellation.Cancel();
        }, cancellation.Token);
        Assert.False(answer.Complete);
        Assert.False(answer.Settled);
        Assert.Equal(0, answer.Turns);
    }

    [Fact]
    public void An_optimum_that_is_cancelled_claims_no_check()
    {
        using var cancellation = new CancellationTokenSource();
        var answer = (PlannedAnswer)Solver.Solve(Ask(DynamicOptimumPolicy.PolicyName), (share, _) =>
        {
            if (share >= 0.9)
                cancellation.Cancel();
        }, cancellation.Token);
        Assert.True(answer is { Complete: false, Certified: false, LargestGain: null, Optimum.CheckedAll: false }, $"{answer}");
        Assert.True(answer.Returns!.Sum() > 0);
    }

    private static Question Ask(string oracle) => new(Problems.Info("TrustDilemma-v0").Create(null), [], 0, oracle);
}
