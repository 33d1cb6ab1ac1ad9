namespace CoopGen.Policies;

/// <summary>What an environment of a batch plays.</summary>
/// <param name="Environment">A compiled environment with the parameters wanted; it is not played itself.</param>
/// <param name="Policies">One policy for all agents or one per agent, each an <see cref="IBatchPolicy"/>.</param>
/// <param name="Seed">The seed.</param>
/// <param name="First">The first episode played under the seed, from 0.</param>
public sealed record Trial(GameEnvironment Environment, IReadOnlyList<IPolicy> Policies, ulong Seed, int First = 0);

/// <summary>An episode in a line.</summary>
/// <param name="Steps">Number of steps.</param>
/// <param name="Ending">Whether it was terminated, truncated or both.</param>
/// <param name="Returns">Sum of the rewards of each agent.</param>
/// <param name="Means">Mean over the steps of each number watched.</param>
/// <param name="Finals">Each number watched, after the last step.</param>
public sealed record EpisodeResult(int Steps, Ending Ending, double[] Returns, double[] Means, double[] Finals);

/// <summary>An episode of a constant policy.</summary>
/// <param name="Parameters">Which set of parameters was played.</param>
/// <param name="Mode">What agents were paid.</param>
/// <param name="Percent">What all agents played, in percent of the box: see <see cref="ConstantPolicy"/>.</param>
/// <param name="Episode">How it went.</param>
public sealed record ConstantResult(int Parameters, RewardMode Mode, int Percent, EpisodeResult Episode);

/// <summary>Plays many environments at once and tells how it went.</summary>
public static class Evaluation
{
    /// <summary>The 101 constant policies, played by all agents alike, in all three reward modes and with several sets of parameters, as one batch.</summary>
    /// <param name="info">The environment.</param>
    /// <param name="parameters">Sets of parameters without <c>reward_type</c>; null for one of all defaults.</param>
    /// <param name="seed">The seed of every episode.</param>
    /// <returns>A row per set of parameters, reward mode and policy, in this order.</returns>
    /// <exception cref="ArgumentException">A parameter is unknown or its value not allowed.</exception>
    public static IReadOnlyList<ConstantResult> Constants(EnvironmentInfo info, IReadOnlyList<ParameterSet>? parameters = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(info);
        parameters ??= [[]];
        IPolicy[][] policies = [.. Enumerable.Range(0, 101).Select(p => new IPolicy[] { new ConstantPolicy(p) })];
        var (rows, trials) = (new List<ConstantResult>(), new List<Trial>());
        for (var set = 0; set < parameters.Count; set++)
        {
            foreach (var mode in Enum.GetValues<RewardMode>())
            {
                var values = new ParameterSet();
                foreach (var (name, value) in parameters[set])
                    values[name] = value;
                values["reward_type"] = mode;
                var environment = info.Create(values);
                for (var percent = 0; percent < policies.Length; percent++)
                {
                    trials.Add(new(environment, policies[percent], seed));
                    rows.Add(new(set, mode, percent, null!));
                }
            }
        }

        var played = Play(trials);
        return [.. rows.Select((row, k) => row with { Episode = played[k][0] })];
    }

    /// <summary>Plays trials side by side: those of the same shape (kind, number of agents, parts of the observation) as one batch.</summary>
    /// <param name="trials">What is played.</param>
    /// <param name="episodes">Episodes of every trial, one after the other.</param>
    /// <param name="watch">Numbers of the report to be averaged; all environments must report them in a batch.</param>
    /// <param name="afterStep">Called after every step of a batch.</param>
    /// <param name="cancellation">Ends the play after the present step.</param>
    /// <returns>The episodes of every trial, in its order.</returns>
    /// <exception cref="ArgumentException">A policy has no batched form or does not fit, or a number is not reported.</exception>
    /// <exception cref="OperationCanceledException">The play was cancelled.</exception>
    public static EpisodeResult[][] Play(IReadOnlyList<Trial> trials, int episodes = 1, IReadOnlyList<string>? watch = null, Action<BatchRollout>? afterStep = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var results = new EpisodeResult[trials.Count][];
        foreach (var shape in Enumerable.Range(0, trials.Count).GroupBy(k => Shape(trials[k].Environment)))
        {
            int[] members = [.. shape];
            var variants = new Dictionary<GameEnvironment, int>(ReferenceEqualityComparer.Instance);
            var variantOf = Array.ConvertAll(members, k =>
            {
                var next = variants.Count;
                return variants.TryGetValue(trials[k].Environment, out var known) ? known : variants[trials[k].Environment] = next;
            });
            using var batch = EnvironmentBatch.Create([.. variants.OrderBy(v => v.Value).Select(v => v.Key)], variantOf, new() { AutoReset = AutoReset.NextStep });
            var rollout = new BatchRollout(batch, (k, agent) => PolicyOf(trials[members[k]], agent), decide: null, watch);
            rollout.Reset(Array.ConvertAll(members, k => trials[k].Seed), Array.ConvertAll(members, k => trials[k].First), episodes);
            if (!rollout.Play(afterStep, cancellation))
                throw new OperationCanceledException(cancellation);
            var played = rollout.Episodes;
            for (var k = 0; k < members.Length; k++)
                results[members[k]] = [.. Enumerable.Range(0, episodes).Select(e => new EpisodeResult(played.Steps(k, e), played.Ending(k, e), played.Returns(k, e).ToArray(), played.Means(k, e).ToArray(), played.Finals(k, e).ToArray()))];
        }

        return results;
    }

    private static (Type, int, int, string) Shape(GameEnvironment environment) =>
        (environment.GetType(), environment.AgentCount, environment.ObservationLength, environment.ObservationShape());

    private static IPolicy PolicyOf(Trial trial, int agent)
    {
        var n = trial.Environment.AgentCount;
        return trial.Policies.Count == 1 ? trial.Policies[0] : trial.Policies.Count == n ? trial.Policies[agent]
            : throw new ArgumentException($"{trial.Policies.Count} policies are given; give one for all or one for each of the {n} agents of {trial.Environment.Info.Id}.");
    }
}
