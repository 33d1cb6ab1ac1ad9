using System.Runtime.CompilerServices;
using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>What an oracle over episodes worked out.</summary>
/// <param name="Actions">The profile of the first step, n·d actions; 0 for agents that others decide for.</param>
/// <param name="Plan">What every agent plays, a row of d actions per step.</param>
public sealed record EpisodeAnswer(double[] Actions, IReadOnlyList<double[]> Plan) : OracleAnswer(Actions, null, "the episode itself");

/// <summary>
/// A policy that is solved for the environment it plays in, once per set of parameters, and then plays the actions found, step by step,
/// whatever happens. They are found for the first episode of one seed; where an environment draws, other episodes play the same.
/// </summary>
/// <param name="seed">The seed whose first episode is solved.</param>
public abstract class EpisodePolicy(ulong seed) : Oracle, IBatchPolicy
{
    private readonly Dictionary<string, EpisodeAnswer> _answers = [];
    private readonly ConditionalWeakTable<GameEnvironment, EpisodeAnswer> _known = [];

    /// <inheritdoc/>
    public bool Reacts => false;

    /// <summary>The seed whose first episode is solved.</summary>
    public ulong Seed => seed;

    /// <summary>The same policies, those over episodes solved for a seed and the best responses to the others that are there.</summary>
    /// <param name="policies">One policy for all agents or one per agent.</param>
    /// <param name="seed">The seed whose first episode is solved.</param>
    public static IPolicy[] Seated(IReadOnlyList<IPolicy> policies, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(policies);
        var optimum = new DynamicOptimumPolicy(seed);
        var response = new BestResponsePolicy(policies.Count == 1 ? null : [.. policies.Select(p => p switch
        {
            BestResponsePolicy => null,
            DynamicOptimumPolicy => optimum,
            _ => p,
        })], seed);
        return [.. policies.Select(p => p switch
        {
            BestResponsePolicy => response,
            DynamicOptimumPolicy => optimum,
            _ => p,
        })];
    }

    /// <inheritdoc/>
    public override EpisodeAnswer Solve(GameEnvironment environment, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (_known.TryGetValue(environment, out var known))
            return known;
        lock (_answers)
        {
            var key = environment.Info.Id + string.Concat(environment.Info.Parameters.Select(p => " " + p.Format(environment.Parameter(p.Name))));
            if (!_answers.TryGetValue(key, out var answer))
            {
                var plan = Search(environment, cancellation);
                cancellation.ThrowIfCancellationRequested();
                var d = environment.ActionDimensions;
                _answers[key] = answer = new([.. plan.SelectMany(actions => actions.Take(d))], plan);
            }

            _known.AddOrUpdate(environment, answer);
            return answer;
        }
    }

    /// <inheritdoc/>
    public override void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Solve(environment).Plan[agent].AsSpan(environment.StepCount * action.Length, action.Length).CopyTo(action);
    }

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats)
    {
        var (d, horizon) = (seats.Batch.ActionDimensions, Enumerable.Range(seats.First, seats.Count).Max(k => seats.Batch.Variant(k).Horizon));
        var actions = new double[horizon * d * seats.Batch.Count];
        for (var k = seats.First; k < seats.First + seats.Count; k++)
        {
            var plan = Solve(seats.Batch.Variant(k)).Plan[seats.Agent];
            for (var at = 0; at < horizon * d; at++)
                actions[at * seats.Batch.Count + k] = at < plan.Length ? plan[at] : 0;
        }

        return new OpenLoopPolicy(actions, d, seats.Batch.Count).Sit(seats);
    }

    /// <summary>Finds what every agent plays, a row of d actions per step.</summary>
    protected abstract IReadOnlyList<double[]> Search(GameEnvironment environment, CancellationToken cancellation);
}

/// <summary><c>Oracle_DynamicOptimum</c>: everyone plays its part of the greatest sum of returns found for the episode.</summary>
/// <param name="seed">The seed whose first episode is solved.</param>
/// <param name="effort">How long is searched; null for the defaults.</param>
public sealed class DynamicOptimumPolicy(ulong seed = 0, EpisodeEffort? effort = null) : EpisodePolicy(seed)
{
    /// <summary>Name under which it is chosen.</summary>
    public const string PolicyName = "Oracle_DynamicOptimum";

    /// <inheritdoc/>
    public override string Name => PolicyName;

    /// <inheritdoc/>
    public override string Summary => "everyone's part of the greatest sum of returns found over the episode";

    /// <inheritdoc/>
    protected override IReadOnlyList<double[]> Search(GameEnvironment environment, CancellationToken cancellation)
    {
        var optimum = EpisodeOptimizer.Maximize(EpisodeProblem.Team(environment, Seed), OracleCatalog.Starts(environment, cancellation), effort, cancellation: cancellation);
        return [.. Enumerable.Range(0, optimum.Problem.Environment.AgentCount).Select(optimum.ActionsOf)];
    }
}

/// <summary>
/// <c>Oracle_BestResponse</c>: plays the best response found to the policies of the others; several who respond do so in turn until
/// nobody gains, see <see cref="MutualResponses"/>. Without given others, everyone responds.
/// </summary>
/// <param name="others">One policy per agent, null for those that respond; null for all of them.</param>
/// <param name="seed">The seed whose first episode is solved.</param>
/// <param name="effort">How long each looks in a turn; null for the defaults.</param>
public sealed class BestResponsePolicy(IReadOnlyList<IPolicy?>? others = null, ulong seed = 0, EpisodeEffort? effort = null) : EpisodePolicy(seed)
{
    /// <summary>Name under which it is chosen.</summary>
    public const string PolicyName = "Oracle_BestResponse";

    /// <inheritdoc/>
    public override string Name => PolicyName;

    /// <inheritdoc/>
    public override string Summary => "the best response found over the episode to what the others play";

    /// <inheritdoc/>
    protected override IReadOnlyList<double[]> Search(GameEnvironment environment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var responses = MutualResponses.Of(environment, others ?? new IPolicy?[environment.AgentCount], Seed, effort, cancellation: cancellation);
        // The others' rows are never played.
        return [.. responses.Sequences.Select(s => s ?? new double[environment.Horizon * environment.ActionDimensions])];
    }
}
