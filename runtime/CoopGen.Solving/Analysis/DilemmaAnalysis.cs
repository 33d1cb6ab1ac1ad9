using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>What kind of dilemma an environment is: after the reset, and in the steady states that riding free, cooperating and the best constant play lead to.</summary>
/// <param name="Environment">A copy of the environment.</param>
/// <param name="Seed">The seed of its episode.</param>
/// <param name="States">After the reset, after riding free, after cooperating, after the best of the 101 constant policies.</param>
/// <param name="Anarchy">Price of anarchy after the reset.</param>
public sealed record DilemmaAnalysis(GameEnvironment Environment, ulong Seed, IReadOnlyList<DilemmaState> States, AnarchyPrice Anarchy)
{
    /// <summary>Most steps played to a steady state.</summary>
    public const int MostSteps = 2000;

    /// <summary>Up to so many others every subset of them is averaged over; of more, those that follow one another in the order of agents.</summary>
    private const int AllSubsets = 9;

    private static readonly string[] _levels = ["mean_trust", "mean_loyalty", "mean_reputation"];

    /// <summary>Analyses an environment.</summary>
    /// <param name="environment">A compiled environment; copies of it are played.</param>
    /// <param name="seed">The seed of the episode.</param>
    /// <param name="progress">Told the share of the work that is done and what is looked at.</param>
    /// <param name="cancellation">Ends the analysis.</param>
    /// <exception cref="ArgumentException">The environment has fewer than two agents, or no one-shot game with derivatives and finite bounds.</exception>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static DilemmaAnalysis Of(GameEnvironment environment, ulong seed = 0, Action<double, string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment.AgentCount < 2)
            throw new ArgumentException($"{environment.Info.Id} has one agent; a dilemma needs two.", nameof(environment));
        var (own, selfish) = (EnvironmentCopy.Of(environment), EnvironmentCopy.Of(environment, "reward_type", RewardMode.Private));
        progress?.Invoke(0, "after the reset");
        own.Reset(seed, clear: true);
        var first = Look(own, selfish, "after the reset", 0, false, cancellation);
        var states = new List<DilemmaState> { first };
        var percent = MutualResponses.BestConstant(own, seed, cancellation);
        foreach (var (name, actions) in new[] { ("after riding free", first.FreeRiding), ("after cooperating", first.Cooperating), (FormattableString.Invariant($"after Constant_{percent:00}"), Constant(own, percent)) })
        {
            progress?.Invoke(0.2 * states.Count, name);
            // The horizon is no end here.
            var longer = EnvironmentCopy.Of(environment, "max_steps", MostSteps + 1);
            longer.Reset(seed, clear: true);
            var (steps, steady) = Settle(longer, actions);
            var state = new double[longer.StateLength];
            longer.SaveState(state);
            own.RestoreState(state);
            states.Add(Look(own, selfish, name, steps, steady, cancellation));
        }

        progress?.Invoke(0.8, "equilibria");
        own.Reset(seed, clear: true);
        return new(own, seed, states, Price(own, first, cancellation));
    }

    private static double[] Constant(GameEnvironment environment, int percent)
    {
        var (policy, actions, d) = (new ConstantPolicy(percent), new double[environment.ProfileLength], environment.ActionDimensions);
        for (var i = 0; i < environment.AgentCount; i++)
            policy.Act(environment, i, actions.AsSpan(i * d, d));
        return actions;
    }

    /// <summary>Plays the same actions until nothing changes, the game is over, or <see cref="MostSteps"/> are played.</summary>
    private static (int Steps, bool Steady) Settle(GameEnvironment environment, double[] actions)
    {
        var (before, after, paid, last) = (new double[environment.StateLength], new double[environment.StateLength], new double[environment.AgentCount], new double[environment.AgentCount]);
        var changed = 0;
        for (var step = 1; step <= MostSteps; step++)
        {
            environment.SaveState(before);
            environment.Step(actions, paid);
            if (environment.HasEnded)
                return (step, false);
            environment.SaveState(after);
            // Behind the header, which counts steps.
            if (before.AsSpan(GameEnvironment.HeaderLength).SequenceEqual(after.AsSpan(GameEnvironment.HeaderLength)))
                return (step, true);
            for (var i = 0; i < paid.Length; i++)
            {
                if (Math.Abs(paid[i] - last[i]) > 1e-9 * Math.Abs(paid[i]))
                    changed = step;
            }

            paid.CopyTo(last, 0);
        }

        // Some states count for ever; what is paid is steady all the same.
        return (MostSteps, changed <= MostSteps / 2);
    }

    private static DilemmaState Look(GameEnvironment own, GameEnvironment selfish, string name, int steps, bool steady, CancellationToken cancellation)
    {
        var state = new double[own.StateLength];
        own.SaveState(state);
        selfish.RestoreState(state);
        var (paid, privately) = (OneShotProblem.Of(own), OneShotProblem.Of(selfish));
        // Where there are several equilibria, that with the least actions.
        var (free, certificate) = new[] { 0, 0.5 }.Select(start => EquilibriumSolver.From(privately, privately.Part(start), cancellation))
            .OrderByDescending(found => found.Certificate.IsCertified).ThenBy(found => found.Actions.Sum()).First();
        var (part, cooperating) = Cooperate(privately);
        var n = paid.Agents;
        var payoffs = new double[n];
        double[] All(double[] profile)
        {
            paid.Payoffs(profile, payoffs);
            return (double[])payoffs.Clone();
        }

        double[] Alone(double[] others, double[] mine)
        {
            var mixed = (double[])others.Clone();
            return [.. Enumerable.Range(0, n).Select(i =>
            {
                Put(mixed, mine, i, paid.Dimensions);
                paid.Payoffs(mixed, payoffs);
                Put(mixed, others, i, paid.Dimensions);
                return payoffs[i];
            })];
        }

        var (r, t, s, p) = (All(cooperating), Alone(cooperating, free), Alone(free, cooperating), All(free));
        DilemmaPayoffs[] agents = [.. Enumerable.Range(0, n).Select(i => new DilemmaPayoffs(r[i], t[i], s[i], p[i]))];
        var report = new LevelReport();
        own.Report(report);
        return new()
        {
            Name = name,
            Steps = steps,
            Steady = steady,
            Levels = report.Levels,
            FreeRiding = free,
            FreeRidingCertified = certificate.IsCertified,
            Cooperating = cooperating,
            Part = part,
            Agents = agents,
            Mean = new(r.Average(), t.Average(), s.Average(), p.Average()),
            Schelling = Schelling(paid, free, cooperating, cancellation),
        };
    }

    /// <summary>The common part of the box with the greatest sum of payoffs: a grid of percents, then ever finer ones around the best.</summary>
    private static (double Part, double[] Actions) Cooperate(OneShotProblem problem)
    {
        var payoffs = new double[problem.Agents];
        var (best, value, step) = (0.0, double.NegativeInfinity, 0.01);
        void Try(double part)
        {
            problem.Payoffs(problem.Part(part), payoffs);
            if (payoffs.Sum() > value)
                (best, value) = (part, payoffs.Sum());
        }

        for (var k = 0; k <= 100; k++)
            Try(k / 100.0);
        for (; step > 1e-9; step /= 10)
        {
            var centre = best;
            for (var k = -10; k <= 10; k++)
                Try(Math.Clamp(centre + k * step / 10, 0, 1));
        }

        return (best, problem.Part(best));
    }

    private static List<SchellingPoint> Schelling(OneShotProblem problem, double[] free, double[] cooperating, CancellationToken cancellation)
    {
        var (n, d) = (problem.Agents, problem.Dimensions);
        var points = new List<SchellingPoint>();
        var (profile, payoffs) = (new double[problem.Length], new double[n]);
        for (var others = 0; others < n; others++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (with, without, count) = (0.0, 0.0, 0);
            for (var i = 0; i < n; i++)
            {
                foreach (var who in Subsets(n - 1, others))
                {
                    for (var k = 0; k < n - 1; k++)
                        Put(profile, who[k] ? cooperating : free, (i + 1 + k) % n, d);
                    Put(profile, cooperating, i, d);
                    problem.Payoffs(profile, payoffs);
                    with += payoffs[i];
                    Put(profile, free, i, d);
                    problem.Payoffs(profile, payoffs);
                    without += payoffs[i];
                    count++;
                }
            }

            points.Add(new(others, with / count, without / count));
        }

        return points;
    }

    private static IEnumerable<bool[]> Subsets(int of, int size)
    {
        if (of > AllSubsets)
        {
            for (var start = 0; start < Math.Min(of, 8); start++)
                yield return [.. Enumerable.Range(0, of).Select(k => (k - start * of / 8 + of) % of < size)];
            yield break;
        }

        for (var set = 0u; set < 1u << of; set++)
            if (System.Numerics.BitOperations.PopCount(set) == size)
                yield return [.. Enumerable.Range(0, of).Select(k => (set >> k & 1) != 0)];
    }

    /// <summary>The greatest sum of payoffs found, by global search along one action after the other from the best common action and from every equilibrium.</summary>
    private static AnarchyPrice Price(GameEnvironment environment, DilemmaState first, CancellationToken cancellation)
    {
        var problem = OneShotProblem.Of(environment);
        var solution = EquilibriumSolver.Solve(problem, cancellation);
        var together = new OneShotProblem($"{problem.Name} played together", new Sum((IOneShotGame)environment, problem.Agents), 1, problem.Box,
            [.. Enumerable.Range(0, problem.Length).Select(problem.Choices)]);
        var search = new BestResponseSearch(together);
        var starts = new List<double[]> { Cooperate(problem).Actions, first.FreeRiding };
        starts.AddRange(solution.Equilibria.Select(e => e.Actions));
        var best = starts.Select(start => search.Find(0, start)).MaxBy(response => response.Payoff)!;
        var sums = solution.Equilibria.Select(e => (Sum: e.Payoffs.Sum(), e.Actions)).OrderByDescending(e => e.Sum).ToArray();
        return new(best.Payoff, best.Action, [.. sums.Select(s => s.Sum)], [.. sums.Select(s => s.Actions)]);
    }

    private static void Put(double[] into, double[] from, int agent, int d) => from.AsSpan(agent * d, d).CopyTo(into.AsSpan(agent * d));

    /// <summary>All agents as one, who is paid the sum.</summary>
    private sealed class Sum(IOneShotGame game, int agents) : IOneShotGame
    {
        private readonly double[] _payoffs = new double[agents];

        public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs)
        {
            game.Payoffs(actions, _payoffs);
            payoffs[0] = _payoffs.Sum();
        }

        public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient)
        {
            var each = new double[agents * actions.Length];
            game.Gradient(actions, _payoffs, each);
            payoffs[0] = _payoffs.Sum();
            gradient.Clear();
            for (var k = 0; k < each.Length; k++)
                gradient[k % actions.Length] += each[k];
        }
    }

    private sealed class LevelReport : IReportWriter
    {
        public Dictionary<string, double> Levels { get; } = [];

        public void Number(string name, double value)
        {
            if (_levels.Contains(name))
                Levels[name] = value;
        }

        public void Flag(string name, bool value)
        {
        }

        public void Numbers(string name, ReadOnlySpan<double> values)
        {
        }

        public void Pairs(string name, int n, ReadOnlySpan<double> values)
        {
        }

        public void Agents(string name, ReadOnlySpan<double> agents)
        {
        }

        public void Label(string name, string label)
        {
        }

        public void Labels(string name, ReadOnlySpan<string> labels)
        {
        }
    }
}
