using System.Runtime.CompilerServices;
using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>
/// A policy that is solved for the environment it plays in, once per set of parameters, and then plays the actions found, step by step,
/// whatever happens. They are optimal for the first episode of one seed; where an environment draws, other episodes play the same.
/// </summary>
public abstract class EpisodePolicy(string name, ulong seed) : IBatchPolicy
{
    private readonly Dictionary<string, IReadOnlyList<double[]>> _plans = [];
    private readonly ConditionalWeakTable<GameEnvironment, IReadOnlyList<double[]>> _known = [];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool Reacts => false;

    /// <summary>The seed whose first episode is solved.</summary>
    public ulong Seed => seed;

    /// <inheritdoc/>
    public void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        ArgumentNullException.ThrowIfNull(environment);
        PlanFor(environment)[agent].AsSpan(environment.StepCount * action.Length, action.Length).CopyTo(action);
    }

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats)
    {
        var (d, horizon) = (seats.Batch.ActionDimensions, Enumerable.Range(seats.First, seats.Count).Max(k => seats.Batch.Variant(k).Horizon));
        var actions = new double[horizon * d * seats.Batch.Count];
        for (var k = seats.First; k < seats.First + seats.Count; k++)
        {
            var plan = PlanFor(seats.Batch.Variant(k))[seats.Agent];
            for (var at = 0; at < horizon * d; at++)
                actions[at * seats.Batch.Count + k] = at < plan.Length ? plan[at] : 0;
        }

        return new OpenLoopPolicy(actions, d, seats.Batch.Count).Sit(seats);
    }

    /// <summary>Finds what every agent plays, a row of d actions per step.</summary>
    protected abstract IReadOnlyList<double[]> Solve(GameEnvironment environment);

    private IReadOnlyList<double[]> PlanFor(GameEnvironment environment)
    {
        if (_known.TryGetValue(environment, out var known))
            return known;
        lock (_plans)
        {
            var key = environment.Info.Id + string.Concat(environment.Info.Parameters.Select(p => " " + p.Format(environment.Parameter(p.Name))));
            if (!_plans.TryGetValue(key, out var plan))
                _plans[key] = plan = Solve(environment);
            _known.AddOrUpdate(environment, plan);
            return plan;
        }
    }
}

/// <summary><c>Oracle_DynamicOptimum</c>: everyone plays its part of the greatest sum of returns found for the episode.</summary>
/// <param name="seed">The seed whose first episode is solved.</param>
/// <param name="effort">How long is searched; null for the defaults.</param>
public sealed class DynamicOptimumPolicy(ulong seed = 0, EpisodeEffort? effort = null) : EpisodePolicy(PolicyName, seed)
{
    /// <summary>Name under which it is chosen.</summary>
    public const string PolicyName = "Oracle_DynamicOptimum";

    /// <inheritdoc/>
    protected override IReadOnlyList<double[]> Solve(GameEnvironment environment)
    {
        var optimum = EpisodeOptimizer.Maximize(EpisodeProblem.Team(environment, Seed), effort: effort);
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
public sealed class BestResponsePolicy(IReadOnlyList<IPolicy?>? others = null, ulong seed = 0, EpisodeEffort? effort = null) : EpisodePolicy(PolicyName, seed)
{
    /// <summary>Name under which it is chosen.</summary>
    public const string PolicyName = "Oracle_BestResponse";

    /// <inheritdoc/>
    protected override IReadOnlyList<double[]> Solve(GameEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var responses = MutualResponses.Of(environment, others ?? new IPolicy?[environment.AgentCount], Seed, effort);
        // The others' rows are never played.
        return [.. responses.Sequences.Select(s => s ?? new double[environment.Horizon * environment.ActionDimensions])];
    }
}
