using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>
/// Agents who respond best to what the others play, in turn: to given policies, and to one another. If nobody gains any more, their
/// actions are an equilibrium in open loops, as far as the search sees.
/// </summary>
/// <param name="Sequences">What every responder plays, step by step with d actions each; null for the others.</param>
/// <param name="Last">The last search of every responder; null for the others.</param>
/// <param name="Gains">What each responder gained in its last turn.</param>
/// <param name="Turns">Rounds of turns that were finished.</param>
/// <param name="Complete">Whether the search went to its end; false if it was ended within a round.</param>
public sealed record MutualResponses(IReadOnlyList<double[]?> Sequences, IReadOnlyList<EpisodeOptimum?> Last, IReadOnlyList<double> Gains, int Turns, bool Complete)
{
    /// <summary>Most rounds of turns.</summary>
    public const int MostTurns = 4;

    /// <summary>Part of its return that an agent must gain for another round.</summary>
    public const double Enough = 1e-5;

    /// <summary>Whether nobody gained more than <see cref="Enough"/> in the last round, which was finished.</summary>
    public bool Settled => Complete && Enumerable.Range(0, Gains.Count).All(i => Last[i] is not { } last || Gains[i] <= Enough * Math.Abs(last.Value));

    /// <summary>Lets agents respond.</summary>
    /// <param name="environment">A compiled environment; copies of it are played.</param>
    /// <param name="policies">One policy per agent; null for those that respond, which begin with their part of the best constant policy for all.</param>
    /// <param name="seed">The seed of the episode.</param>
    /// <param name="effort">How long each looks in a turn; null for <see cref="Exploitability.EffortFor"/>.</param>
    /// <param name="progress">Told the share of the work that is done at most, and the last value.</param>
    /// <param name="cancellation">Ends the search with what is found so far.</param>
    /// <exception cref="ArgumentException">There is another number of policies, or the environment cannot be searched.</exception>
    public static MutualResponses Of(GameEnvironment environment, IReadOnlyList<IPolicy?> policies, ulong seed = 0, EpisodeEffort? effort = null, Action<double, double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(policies);
        var (n, d) = (environment.AgentCount, environment.ActionDimensions);
        if (policies.Count != n)
            throw new ArgumentException($"{policies.Count} policies are given; {environment.Info.Id} has {n} agents.", nameof(policies));
        int[] responders = [.. Enumerable.Range(0, n).Where(i => policies[i] is null)];
        effort ??= Exploitability.EffortFor(responders.Length);
        var first = new ConstantPolicy(responders.Length == 1 ? 50 : BestConstant(environment, seed, cancellation));
        IPolicy[] playing = [.. policies.Select(p => p ?? first)];
        var (last, gains) = (new EpisodeOptimum?[n], new double[n]);
        var (turn, complete) = (0, true);
        for (var settled = false; turn < MostTurns && !settled; turn++)
        {
            settled = true;
            for (var k = 0; k < responders.Length && complete; k++)
            {
                var (i, done) = (responders[k], (double)(turn * responders.Length + k));
                var problem = EpisodeProblem.Response(environment, i, playing, seed);
                var before = problem.Play(problem.Record([playing[i]]));
                last[i] = EpisodeOptimizer.Maximize(problem, new Dictionary<string, IReadOnlyList<IPolicy>> { ["what it played"] = [playing[i]] }, effort,
                    (share, value) => progress?.Invoke((done + share) / (MostTurns * responders.Length), value), cancellation);
                gains[i] = last[i]!.Value - before;
                settled &= gains[i] <= Enough * Math.Abs(last[i]!.Value);
                playing[i] = new OpenLoopPolicy(last[i]!.Sequence, d);
                complete = last[i]!.Complete;
            }

            if (!complete)
                break;

            // Whoever responds alone has nobody to wait for.
            settled |= responders.Length == 1;
        }

        return new([.. last.Select(l => l?.Sequence)], last, gains, turn, complete);
    }

    /// <summary>The best of the 101 constant policies over the episode, by the sum of returns.</summary>
    internal static int BestConstant(GameEnvironment environment, ulong seed, CancellationToken cancellation)
    {
        var own = EnvironmentCopy.Of(environment);
        var played = Evaluation.Play([.. Enumerable.Range(0, 101).Select(p => new Trial(own, [new ConstantPolicy(p)], seed))], cancellation: cancellation);
        return Enumerable.Range(0, 101).MaxBy(p => played[p][0].Returns.Sum());
    }
}
