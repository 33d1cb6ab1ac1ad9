using System.Diagnostics;
using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>Answers questions; the command line, the native library and Python ask here.</summary>
public static class Solver
{
    /// <summary>Asks for the equilibria of the environment's own one-shot game.</summary>
    public const string OneShot = "OneShot";

    /// <summary>Whose answers there are: <see cref="OneShot"/> and the oracles.</summary>
    public static IReadOnlyList<string> Names { get; } = [OneShot, .. OracleCatalog.All.Select(o => o.Name)];

    /// <summary>Answers a question.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="progress">Told the share of the work that is done and the best value so far, of a search over the episode.</param>
    /// <param name="cancellation">Ends a search over the episode with what is found so far, any other with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There is no such oracle, or the environment cannot be searched.</exception>
    /// <exception cref="UnsolvableException">The environment has not what the oracle needs, or a payoff is not a number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before anything was found.</exception>
    public static Answer Solve(Question question, Action<double, double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (!Names.Contains(question.Oracle))
            throw new ArgumentException($"There is no oracle '{question.Oracle}'; there are {string.Join(", ", Names)}.", nameof(question));
        return OracleCatalog.All.FirstOrDefault(o => o.Name == question.Oracle) switch
        {
            null => Equilibria(question, cancellation),
            DynamicOptimumPolicy => Optimum(question, progress, cancellation),
            BestResponsePolicy => Responses(question, progress, cancellation),
            var oracle => Played(question, oracle, cancellation),
        };
    }

    private static OneShotAnswer Equilibria(Question question, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var solution = EquilibriumSolver.Solve(question.OneShot(), cancellation);
        var first = solution.Closest;
        return new(question, "", first.Actions, first.Payoffs, first.Certificate, Seconds(started), null, [], solution);
    }

    private static OneShotAnswer Played(Question question, Oracle oracle, CancellationToken cancellation)
    {
        var problem = question.OneShot();
        var own = EnvironmentCopy.Of(question.Environment);
        var started = Stopwatch.GetTimestamp();
        var answer = oracle.Solve(own, cancellation);
        var seconds = Seconds(started);
        var payoffs = new double[problem.Agents];
        problem.Payoffs(answer.Actions, payoffs);
        var rollout = new Rollout(own, [oracle]);
        rollout.PlayEpisode(question.Seed);
        for (var i = 0; i < problem.Agents; i++)
            if (!double.IsFinite(rollout.Returns[i]))
                throw new UnsolvableException($"Agent {i} of {own.Info.Id} returns {rollout.Returns[i]} where {oracle.Name} plays; it must be a number.");
        return new(question, answer.Game, answer.Actions, payoffs, answer.Certificate, seconds, rollout.Returns.ToArray(), answer.Facts, null);
    }

    private static PlannedAnswer Optimum(Question question, Action<double, double>? progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var found = EpisodeOptimizer.Maximize(EpisodeProblem.Team(question.Environment, question.Seed), OracleCatalog.Starts(question.Environment, cancellation), null, progress, cancellation);
        double[][] plan = [.. Enumerable.Range(0, question.Environment.AgentCount).Select(found.ActionsOf)];
        var (actions, payoffs) = FirstStep(question, plan);
        return new(question, plan, actions, payoffs, found.Returns, found.Residual, found.LargestGain * found.Scale, found.Certified, Seconds(started), found.Complete) { Optimum = found };
    }

    private static PlannedAnswer Responses(Question question, Action<double, double>? progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var found = MutualResponses.Of(question.Environment, new IPolicy?[question.Environment.AgentCount], question.Seed, null, progress, cancellation);
        if (found.Sequences.Any(s => s is null))
            throw new OperationCanceledException(cancellation);
        double[][] plan = [.. found.Sequences.Select(s => s!)];
        var rollout = new Rollout(EnvironmentCopy.Of(question.Environment), [.. plan.Select(p => new OpenLoopPolicy(p, question.Environment.ActionDimensions))]);
        rollout.Reset(question.Seed, clear: true);
        while (!rollout.Environment.HasEnded)
            rollout.Step();
        var (actions, payoffs) = FirstStep(question, plan);
        return new(question, plan, actions, payoffs, rollout.Returns.ToArray(), found.Last.Max(l => l!.Residual), found.Gains.Max(), false, Seconds(started), found.Complete)
        {
            Turns = found.Turns,
            Settled = found.Settled,
        };
    }

    private static (double[] Actions, double[] Payoffs) FirstStep(Question question, double[][] plan)
    {
        var own = EnvironmentCopy.Of(question.Environment);
        double[] actions = [.. plan.SelectMany(p => p.Take(own.ActionDimensions))];
        var payoffs = new double[own.AgentCount];
        own.Reset(question.Seed, clear: true);
        own.Step(actions, payoffs);
        return (actions, payoffs);
    }

    private static double Seconds(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds;
}
