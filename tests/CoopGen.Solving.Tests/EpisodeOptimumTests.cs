using CoopGen.Policies;

namespace CoopGen.Solving.Tests;

/// <summary>Dynamic optima: at least as good as what is simple, locally optimal, below the bound.</summary>
public class EpisodeOptimumTests
{
    /// <summary>A tenth of the default effort: what is tested holds at any.</summary>
    private static readonly EpisodeEffort _short = new() { Climbers = 8, Climb = 40, Rounds = 2, ClimbPerRound = 10, Moves = 256, Polish = 60, Levels = 5, Budget = 2e7 };

    public static TheoryData<string, RewardMode> Games()
    {
        var games = new TheoryData<string, RewardMode>();
        foreach (var info in EnvironmentRegistry.All)
            foreach (var mode in Enum.GetValues<RewardMode>())
                games.Add(info.Id, mode);
        return games;
    }

    [Theory]
    [MemberData(nameof(Games))]
    public void The_team_optimum_is_at_least_as_good_as_constants_oracles_and_random_profiles_and_below_its_bound(string id, RewardMode mode)
    {
        var environment = Problems.Info(id).Create(new() { ["reward_type"] = mode });
        var oracles = OracleCatalog.Starts(environment);
        Assert.Equal(7, oracles.Count);
        var optimum = EpisodeOptimizer.Maximize(EpisodeProblem.Team(environment, seed: 5), oracles, _short);
        foreach (var (name, oracle) in oracles)
            AtLeast(oracle, name);
        Assert.Equal(optimum.Value, Replay(environment, optimum, 5).Sum(), 1e-9 * Math.Abs(optimum.Value));
        var random = new Random(77);
        var trials = Enumerable.Range(0, 101).Select(p => new Trial(environment, [new ConstantPolicy(p)], 5)).ToList();
        for (var k = 0; k < 1000; k++)
            trials.Add(new(environment, [.. Enumerable.Range(0, environment.AgentCount).Select(i => Fixed(environment, i, random))], 5));
        double[] returns = [.. Evaluation.Play(trials).Select(e => e[0].Returns.Sum())];
        // Played in single precision, which leaves 1e-5 of a return: what comes near the best is compared as it is played in double.
        for (var k = 0; k < trials.Count; k++)
            if (returns[k] >= returns.Max() - 1e-4 * Math.Abs(returns.Max()))
                AtLeast(trials[k].Policies, $"trial {k}");
        Assert.True(optimum.Value >= optimum.ConstantProfileValue && optimum.ConstantProfileValue >= optimum.BestConstantValue);
        Assert.True(optimum.Value <= optimum.UpperBound);

        void AtLeast(IReadOnlyList<IPolicy> policies, string name)
        {
            var rollout = new Rollout(environment, policies);
            rollout.Reset(5, clear: true);
            while (!environment.HasEnded)
                rollout.Step();
            // What is the same play may be summed in another order.
            Assert.True(optimum.Value >= rollout.Returns.ToArray().Sum() - 1e-9 * Math.Abs(optimum.Value), name);
        }
    }

    [Fact]
    public void TrustDilemma_is_played_better_than_by_any_constant()
    {
        var optimum = EpisodeOptimizer.Maximize(EpisodeProblem.Team(Problems.Info("TrustDilemma-v0").Create(null)));
        // 23,414.9 is what Constant_42 returns to each, the best of the constants.
        Assert.Equal(42, optimum.BestConstant);
        Assert.Equal(2 * 23414.9, optimum.BestConstantValue, 0.2);
        Assert.All(optimum.Returns, r => Assert.True(r > 23414.9 + 30, $"{r}"));
        Assert.True(optimum is { Certified: true, Complete: true, Gap: < 0.02 }, $"{optimum}");
    }

    [Theory]
    [InlineData("TrustDilemma-v0")]
    [InlineData("SynergySearch-v0")]
    public void The_same_problem_has_the_same_answer(string id)
    {
        double[] Once() => EpisodeOptimizer.Maximize(EpisodeProblem.Team(Problems.Info(id).Create(null), 3), effort: _short).Sequence;
        Assert.Equal(Once(), Once());
    }

    [Fact]
    public void Without_memory_the_optimum_of_the_episode_is_that_of_a_step()
    {
        // Paid privately, nothing that is remembered counts here: every step is the same one-shot game.
        EpisodeOptimum Of(int steps) => EpisodeOptimizer.Maximize(EpisodeProblem.Team(
            Problems.Info("TeamProduction-v0").Create(new() { ["reward_type"] = "private", ["max_steps"] = steps })));
        var (one, four) = (Of(1), Of(4));
        Assert.True(four.Certified);
        // Both are flat at the top: 1e-9 of the value is what the climbs leave.
        Assert.Equal(4 * one.Value, four.Value, 1e-9 * four.Value);
    }

    [Fact]
    public void A_response_is_no_worse_than_what_the_agent_played()
    {
        var environment = Problems.Info("GiftExchange-v0").Create(null);
        IPolicy[] played = [new ConstantPolicy(60), new TitForTatPolicy()];
        foreach (var agent in new[] { 0, 1 })
        {
            var returns = new Rollout(environment, played);
            returns.PlayEpisode(9);
            var before = returns.Returns[agent];
            var problem = EpisodeProblem.Response(environment, agent, played, seed: 9);
            Assert.Equal(agent == 0, problem.Reacts);
            var response = EpisodeOptimizer.Maximize(problem, new Dictionary<string, IReadOnlyList<IPolicy>> { ["own"] = [played[agent]] }, _short);
            Assert.True(response.Value >= before, $"agent {agent}: {response.Value} < {before}");
            // The answer holds when it is played against those policies, not only in the search.
            IPolicy[] answer = [.. played];
            answer[agent] = new OpenLoopPolicy(response.Sequence);
            var replay = new Rollout(environment, answer);
            replay.PlayEpisode(9);
            Assert.Equal(response.Value, replay.Returns[agent], 1e-9 * response.Value);
        }
    }

    [Fact]
    public void Differences_through_a_partner_that_reacts_agree_with_those_of_its_copy()
    {
        // Tit for tat copies with a delay of one step: written out as an open loop it is the same episode, but derivatives differ by its answer.
        var environment = Problems.Info("TrustDilemma-v0").Create(new() { ["max_steps"] = 6 });
        var problem = EpisodeProblem.Response(environment, 0, [new ConstantPolicy(50), new TitForTatPolicy()]);
        double[] sequence = [44, 41.5, 40.2, 47, 42, 39.5];
        var gradient = new double[6];
        var value = problem.Gradient(sequence, gradient);
        for (var k = 0; k < 6; k++)
        {
            var (up, down) = ((double[])sequence.Clone(), (double[])sequence.Clone());
            (up[k], down[k]) = (sequence[k] + 1e-4, sequence[k] - 1e-4);
            // Central differences of two sizes, both within 1e-5 of the derivative.
            Assert.Equal((Value(up) - Value(down)) / 2e-4, gradient[k], 1e-4);
        }

        Assert.Equal(Value(sequence), value, 1e-9);

        double Value(double[] own)
        {
            var tape = new GradientTape(EnvironmentCopy.Of(environment));
            var (paid, sum) = (new double[2], 0.0);
            tape.Reset(0);
            for (var t = 0; t < 6; t++)
            {
                tape.Step([own[t], t == 0 ? 50 : own[t - 1]], paid);
                sum += paid[0];
            }

            return sum;
        }
    }

    [Fact]
    public void The_exact_gradient_is_that_of_the_tape_and_sums_over_stretches()
    {
        var environment = Problems.Info("CoalitionFormation-v0").Create(new() { ["max_steps"] = 10 });
        var (fine, coarse) = (EpisodeProblem.Team(environment), EpisodeProblem.Team(environment).Stretched(4));
        Assert.Equal((60, 18, 3), (fine.Length, coarse.Length, coarse.Stretches));
        var sequence = Enumerable.Range(0, 18).Select(k => 20 + k * 1.37).ToArray();
        var (few, many) = (new double[18], new double[60]);
        Assert.Equal(fine.Gradient(fine.Refine(coarse, sequence), many), coarse.Gradient(sequence, few), 1e-9);
        for (var v = 0; v < 6; v++)
            Assert.Equal(Enumerable.Range(0, 4).Sum(t => many[t * 6 + v]), few[v], 1e-9);
    }

    [Fact]
    public void Interrupted_it_answers_with_what_it_has()
    {
        using var source = new CancellationTokenSource();
        var optimum = EpisodeOptimizer.Maximize(EpisodeProblem.Team(Problems.Info("SLCD-v0").Create(null)), progress: (share, _) =>
        {
            if (share > 0)
                source.Cancel();
        }, cancellation: source.Token);
        Assert.False(optimum.Complete);
        Assert.True(optimum.Value >= optimum.BestConstantValue);
    }

    [Fact]
    public void What_cannot_be_searched_is_refused()
    {
        var environment = Problems.Info("TrustDilemma-v0").Create(new() { ["max_steps"] = 1_000_000 });
        Assert.Contains("at most 500000", Assert.Throws<ArgumentException>(() => { EpisodeProblem.Team(environment); }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => { EpisodeProblem.Response(Problems.Info("SLCD-v0").Create(null), 2, [new ConstantPolicy(1)]); });
        Assert.Throws<ArgumentException>(() => { EpisodeProblem.Response(Problems.Info("PublicGoods-v0").Create(null), 2, [new ConstantPolicy(1), new ConstantPolicy(2)]); });
    }

    private static OpenLoopPolicy Fixed(GameEnvironment environment, int agent, Random random)
    {
        var (low, high) = (environment.ActionSpace.Low[agent], environment.ActionSpace.High[agent]);
        return new([.. Enumerable.Repeat(low + random.NextDouble() * (high - low), environment.Horizon)]);
    }

    private static double[] Replay(GameEnvironment environment, EpisodeOptimum optimum, ulong seed)
    {
        var (returns, paid) = (new double[environment.AgentCount], new double[environment.AgentCount]);
        environment.Reset(seed, clear: true);
        for (var t = 0; !environment.HasEnded; t++)
        {
            environment.Step(optimum.Actions.AsSpan(t * environment.ProfileLength, environment.ProfileLength), paid);
            for (var i = 0; i < paid.Length; i++)
                returns[i] += paid[i];
        }

        return returns;
    }
}
