using CoopGen.Policies;

namespace CoopGen.Batch.Tests;

/// <summary>Policies in the loop of a batch do what they do in a scalar environment.</summary>
public class RolloutTests
{
    public static TheoryData<string> Ids => TestGames.Ids;

    /// <summary>Relative, of a sum over an episode in single precision; absolute below 1.</summary>
    private const double Tolerance = 2e-4;

    /// <summary>Episode k of a seed, played in a lane of its own, is episode k of the scalar environment.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Episodes_agree_with_the_scalar_environment(string id)
    {
        foreach (var name in new[] { "Constant_35", "Constant_80", "TitForTat", "Random" })
        {
            const int Episodes = 24;
            var environment = TestGames.Find(id).Create(new() { ["max_steps"] = 40 });
            var policy = PolicyCatalog.Find(name);
            using var batch = EnvironmentBatch.Create(environment, 1, new() { AutoReset = AutoReset.NextStep });
            var watch = batch.ReportNames;
            // Where state outlives episodes they follow one another; else each has a lane.
            var played = batch.Persists ? Evaluation.Play([new(environment, [policy], 7)], Episodes, watch)[0]
                : [.. Evaluation.Play([.. Enumerable.Range(0, Episodes).Select(k => new Trial(environment, [policy], 7, k))], 1, watch).Select(e => e[0])];
            var scalar = new Rollout(environment, [policy]);
            environment.Reset(7, clear: true);
            for (var k = 0; k < Episodes; k++)
            {
                var (sums, last, report) = (new double[watch.Count], new double[watch.Count], new Told());
                var result = scalar.PlayEpisode(k == 0 ? 7 : null, rollout =>
                {
                    if (rollout.Environment.StepCount == 0)
                        return;
                    rollout.Environment.Report(report);
                    for (var r = 0; r < watch.Count; r++)
                        sums[r] += last[r] = report.Values[watch[r]];
                });
                var agrees = environment.StepCount == played[k].Steps
                    && (result.Terminated, result.Truncated) == (played[k].Ending.HasFlag(Ending.Terminated), played[k].Ending.HasFlag(Ending.Truncated))
                    && Close(scalar.Returns, played[k].Returns) && Close([.. sums.Select(s => s / environment.StepCount)], played[k].Means) && Close(last, played[k].Finals);
                Assert.True(agrees, $"{id}, {name}, episode {k}: {string.Join(' ', scalar.Returns.ToArray())} in {environment.StepCount} steps, in the batch {string.Join(' ', played[k].Returns)} in {played[k].Steps}");
            }
        }

        static bool Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
        {
            for (var i = 0; i < expected.Length; i++)
                if (!(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i]))))
                    return false;
            return true;
        }
    }

    /// <summary>Every number that the command line shows of a run is told by every batch whose environment reports it.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Trust_and_cooperation_are_told_where_the_scalar_environment_reports_them(string id)
    {
        var environment = TestGames.Find(id).Create(null);
        environment.Reset(1);
        var report = new Told();
        environment.Report(report);
        using var batch = EnvironmentBatch.Create(environment, 1);
        foreach (var name in new[] { "mean_trust", "cooperation_rate" })
            Assert.Equal(report.Values.ContainsKey(name), batch.ReportNames.Contains(name));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Random_actions_are_those_of_the_scalar_policy_to_the_last_bit(string id)
    {
        // 37 environments under seats that begin and end within blocks of four and eight.
        const int Count = 37;
        var environment = TestGames.Find(id).Create(new() { ["max_steps"] = 5 });
        var (random, other) = (new RandomPolicy(), new ConstantPolicy(50));
        using var batch = EnvironmentBatch.Create(environment, Count, new() { AutoReset = AutoReset.NextStep });
        var rollout = new BatchRollout(batch, (k, _) => k is 3 or 17 or 18 ? other : random);
        rollout.Reset(0xFEDC_BA98_7654_3210, episodes: 3);
        var action = new double[environment.ActionDimensions];
        var scalar = Enumerable.Range(0, Count).Select(k =>
        {
            var copy = TestGames.Find(id).Create(new() { ["max_steps"] = 5 });
            copy.Reset(EnvironmentBatch.SeedOf(0xFEDC_BA98_7654_3210, k), clear: true);
            return copy;
        }).ToArray();
        for (var step = 0; step < 13; step++)
        {
            rollout.Step();
            for (var k = 0; k < Count; k++)
            {
                if (scalar[k].HasEnded)
                {
                    scalar[k].Reset();
                    Assert.Equal(0, rollout.Playing[k]);
                    continue;
                }

                Assert.Equal(1, rollout.Playing[k]);
                var profile = new double[environment.ProfileLength];
                for (var agent = 0; agent < environment.AgentCount; agent++)
                {
                    (k is 3 or 17 or 18 ? (IPolicy)other : random).Act(scalar[k], agent, action);
                    for (var d = 0; d < action.Length; d++)
                        Assert.Equal((float)action[d], rollout.Actions[(agent * action.Length + d) * Count + k]);
                    action.CopyTo(profile, agent * action.Length);
                }

                scalar[k].Step(profile, new double[environment.AgentCount]);
                if (scalar[k].HasEnded != (rollout.Batch.StepCount(k) == 5))
                    return; // A game whose end is decided by the last digit goes its own way from here.
            }
        }
    }

    [Fact]
    public void The_constant_policies_of_all_modes_are_one_call()
    {
        var info = TestGames.Find("TrustDilemma-v0");
        ParameterSet[] parameters = [new() { ["max_steps"] = 20 }, new() { ["max_steps"] = 10, ["trust_sensitivity"] = 0.5 }];
        var rows = Evaluation.Constants(info, parameters, seed: 3);
        Assert.Equal(2 * 3 * 101, rows.Count);
        Assert.Equal(rows.Count, rows.Select(r => (r.Parameters, r.Mode, r.Percent)).Distinct().Count());
        foreach (var row in rows)
        {
            var values = new ParameterSet { ["reward_type"] = row.Mode };
            foreach (var (name, value) in parameters[row.Parameters])
                values[name] = value;
            var rollout = new Rollout(info.Create(values), [new ConstantPolicy(row.Percent)]);
            rollout.PlayEpisode(3);
            Assert.Equal(rollout.Environment.StepCount, row.Episode.Steps);
            for (var i = 0; i < 2; i++)
                Assert.Equal(rollout.Returns[i], row.Episode.Returns[i], Tolerance * Math.Max(1, Math.Abs(rollout.Returns[i])));
        }
    }

    [Fact]
    public void Shapes_that_differ_are_played_side_by_side()
    {
        var info = TestGames.Find("Commons-v0");
        var policy = new ConstantPolicy(30);
        var trials = Enumerable.Range(0, 12).Select(k => new Trial(info.Create(new() { ["n_agents"] = 2 + k % 3 }), [policy], (ulong)k)).ToList();
        var played = Evaluation.Play(trials);
        for (var k = 0; k < trials.Count; k++)
        {
            var rollout = new Rollout(trials[k].Environment, [policy]);
            rollout.PlayEpisode((ulong)k);
            Assert.Equal(2 + k % 3, played[k][0].Returns.Length);
            Assert.Equal(rollout.Returns[1], played[k][0].Returns[1], Tolerance * Math.Max(1, Math.Abs(rollout.Returns[1])));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Whatever_the_parameters_trials_are_told_in_their_order(string id)
    {
        var (info, random, policy) = (TestGames.Find(id), new Random(8), new ConstantPolicy(40));
        var trials = Enumerable.Range(0, 30).Select(k => new Trial(info.Create(TestGames.RandomParameters(info, random)), [policy], (ulong)k)).ToList();
        var played = Evaluation.Play(trials);
        for (var k = 0; k < trials.Count; k += 7)
        {
            // Alone and side by side are the same to the last bit.
            var alone = Evaluation.Play([trials[k]])[0][0];
            Assert.Equal(trials[k].Environment.AgentCount, played[k][0].Returns.Length);
            Assert.Equal(alone.Returns, played[k][0].Returns);
            Assert.Equal(alone.Steps, played[k][0].Steps);
        }
    }

    [Fact]
    public void Given_actions_and_a_decision_over_the_batch_play_like_the_policies_they_imitate()
    {
        const int Count = 11, Steps = 6;
        var environment = TestGames.Find("TrustDilemma-v0").Create(new() { ["max_steps"] = Steps });
        double[] shared = [10, 20, 30, 40, 50, 60];
        double[] each = [.. Enumerable.Range(0, Steps * Count).Select(k => (double)(k * 7 % 100))];
        using var batch = EnvironmentBatch.Create(environment, Count, new() { AutoReset = AutoReset.NextStep });
        var (first, second) = (new OpenLoopPolicy(shared), new OpenLoopPolicy(each, environments: Count));
        var given = new BatchRollout(batch, [first, second]);
        given.Reset(1, episodes: 2);
        Assert.True(given.Play());
        var (fromPolicies, scalar) = (given.Episodes, new Rollout(environment, [first, new OpenLoopPolicy([.. Enumerable.Range(0, Steps).Select(s => each[s * Count + 4])])]));
        scalar.PlayEpisode(1);
        for (var i = 0; i < 2; i++)
            Assert.Equal(scalar.Returns[i], fromPolicies.Returns(4, 1)[i], Tolerance * Math.Max(1, Math.Abs(scalar.Returns[i])));

        // The last column of the observation is the step.
        var decided = new BatchRollout(batch, [first, null], (rows, actions) =>
        {
            var length = batch.ObservationLength;
            for (var k = 0; k < Count; k++)
                actions[Count + k] = (float)each[Math.Min((int)rows[k * length + length - 1], Steps - 1) * Count + k];
        });
        decided.Reset(1, episodes: 2);
        Assert.True(decided.Play());
        for (var k = 0; k < Count; k++)
            Assert.Equal(fromPolicies.Returns(k, 1).ToArray(), decided.Episodes.Returns(k, 1).ToArray());
        Assert.Equal(Enumerable.Range(0, 2 * Count).Sum(k => (long)decided.Episodes.Steps(k / 2, k % 2)), decided.StepsPlayed);
    }

    [Fact]
    public void It_does_not_matter_when_environments_are_reset_nor_in_which_lane_an_episode_is_played()
    {
        const int Count = 21, Turns = 4;
        var environment = TestGames.Find("TrustDilemma-v0").Create(null);
        var (seeds, firsts) = (new ulong[Count], Enumerable.Range(0, Count).ToArray());
        Array.Fill(seeds, 6UL);
        var alone = Evaluation.Play([.. Enumerable.Range(0, Count * Turns).Select(k => new Trial(environment, [new RandomPolicy()], 6, k))]);
        foreach (var reset in new[] { AutoReset.NextStep, AutoReset.SameStep })
        {
            using var batch = EnvironmentBatch.Create(environment, Count, new() { AutoReset = reset });
            var rollout = new BatchRollout(batch, [new RandomPolicy()]);
            rollout.Reset(seeds, firsts, Turns, stride: Count);
            var playing = 0L;
            Assert.True(rollout.Play(r => playing += r.PlayingCount));
            Assert.Equal(rollout.StepsPlayed, playing);
            Assert.False(rollout.IsInStep);
            for (var k = 0; k < Count * Turns; k++)
            {
                Assert.Equal(alone[k][0].Steps, rollout.Episodes.Steps(k % Count, k / Count));
                Assert.Equal(alone[k][0].Ending, rollout.Episodes.Ending(k % Count, k / Count));
                Assert.Equal(alone[k][0].Returns, rollout.Episodes.Returns(k % Count, k / Count).ToArray());
            }
        }
    }

    [Fact]
    public void A_step_of_a_rollout_allocates_nothing()
    {
        foreach (var id in new[] { "TrustDilemma-v0", "Weather-v0", "CooperativeNegotiation-v0" })
        {
            var environment = TestGames.Find(id).Create(new() { ["max_steps"] = 9 });
            using var batch = EnvironmentBatch.Create(environment, 67, new() { AutoReset = AutoReset.NextStep });
            IPolicy[] policies = [new RandomPolicy(), new TitForTatPolicy(), new ConstantPolicy(35)];
            var rollout = new BatchRollout(batch, (k, agent) => policies[(k / 20 + agent) % 3], (_, _) => { }, batch.ReportNames);
            rollout.Reset(1, episodes: 1000);
            Play(100);
            // A collection that another test sets off can count what is left of this thread's allocation buffer as used; a step that allocates
            // does so in every round.
            Assert.Equal(0, Enumerable.Range(0, 5).Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Play(100);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }));

            void Play(int steps)
            {
                for (var step = 0; step < steps; step++)
                    rollout.Step();
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var environment = TestGames.Find("TrustDilemma-v0").Create(new() { ["max_steps"] = 3 });
        using var batch = EnvironmentBatch.Create(environment, 2, new() { AutoReset = AutoReset.NextStep });
        using var same = EnvironmentBatch.Create(environment, 2);
        using var never = EnvironmentBatch.Create(environment, 2, new() { AutoReset = AutoReset.Disabled });
        Assert.Contains("needs NextStep", Assert.Throws<ArgumentException>(() => new BatchRollout(same, [new RandomPolicy()], watch: ["mean_trust"])).Message);
        Assert.Contains("needs NextStep", Assert.Throws<ArgumentException>(() => new BatchRollout(never, [new RandomPolicy()])).Message);
        Assert.Contains("3 policies", Assert.Throws<ArgumentException>(() => new BatchRollout(batch, new IPolicy[3])).Message);
        Assert.Contains("Nobody decides for agent 0", Assert.Throws<ArgumentException>(() => new BatchRollout(batch, [null])).Message);
        Assert.Contains("no batched form", Assert.Throws<ArgumentException>(() => new BatchRollout(batch, [new Own()])).Message);
        Assert.Contains("'wealth'; it reports", Assert.Throws<ArgumentException>(() => new BatchRollout(batch, [new RandomPolicy()], watch: ["wealth"])).Message);
        Assert.Contains("2 steps are given", Assert.Throws<ArgumentException>(() => new BatchRollout(batch, [new OpenLoopPolicy([1, 2])])).Message);
        Assert.Contains("3 environments are given", Assert.Throws<ArgumentException>(() => new BatchRollout(batch, [new OpenLoopPolicy(new double[9], environments: 3)])).Message);
        Assert.Contains("episode -1", Assert.Throws<ArgumentException>(() => batch.Reset([1UL, 2UL], [0, -1])).Message);
        Assert.Throws<OperationCanceledException>(() => Evaluation.Play([new(environment, [new RandomPolicy()], 1)], cancellation: new CancellationToken(true)));
    }

    private sealed class Own : IPolicy
    {
        public string Name => "Own";

        public void Act(GameEnvironment environment, int agent, Span<double> action) => action.Clear();
    }

    private sealed class Told : IReportWriter
    {
        public Dictionary<string, double> Values { get; } = [];

        public void Number(string name, double value) => Values[name] = value;

        public void Flag(string name, bool value) { }

        public void Numbers(string name, ReadOnlySpan<double> values) { }

        public void Pairs(string name, int n, ReadOnlySpan<double> values) { }

        public void Agents(string name, ReadOnlySpan<double> agents) { }

        public void Label(string name, string label) { }

        public void Labels(string name, ReadOnlySpan<string> labels) { }
    }
}
