namespace CoopGen.Learning.Tests;

/// <summary>What is refused, and what comes close to it and is not.</summary>
public class RefusalTests
{
    private static readonly Dictionary<string, double> _small = new() { ["hidden_width"] = 8, ["batch"] = 16, ["learning_starts"] = 32, ["environments"] = 8, ["buffer"] = 200 };

    [Theory]
    [InlineData("IPPO", 64, 64, "128")]
    [InlineData("IA2C", 32, 32, "64")]
    public void Rollouts_that_could_be_resets_alone_are_refused(string name, double rollout, double environments, string least)
    {
        var message = Assert.Throws<ArgumentException>(() => Start(name, 1, new() { ["rollout"] = rollout, ["environments"] = environments })).Message;
        Assert.Contains("rollout", message, StringComparison.Ordinal);
        Assert.Contains(least, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAPPO", "0.01")]
    [InlineData("IA2C", "0.02")]
    public void Noise_that_would_grow_is_refused(string name, string final)
    {
        var message = Assert.Throws<ArgumentException>(() => Start(name, 1, new() { ["initial_deviation"] = 0.005 })).Message;
        Assert.Contains($"final_deviation is {final}", message, StringComparison.Ordinal);
        Assert.Contains("0.005", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IPPO")]
    [InlineData("MAPPO")]
    [InlineData("IA2C")]
    [InlineData("JointA2C")]
    public void Rollouts_of_two_steps_are_learnt_from(string name)
    {
        // Every fifth step is a reset of all environments.
        using var learner = Start(name, 1, new() { ["environments"] = 8, ["rollout"] = 16, ["hidden_width"] = 8 }, maxSteps: 4);
        var before = learner.Policy();
        learner.Train(300);
        var weights = learner.Policy().Networks.Parameters.SelectMany(p => p.Values).ToArray();
        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));
        Assert.NotEqual(before.Networks.Parameters.SelectMany(p => p.Values), weights);
    }

    [Fact]
    public void A_buffer_of_two_rows_gives_nothing_while_all_it_could_give_are_resets()
    {
        using var batch = new TrainingBatch(Info("PartnerHoldUp-v0").Create(new() { ["max_steps"] = 4 }), 3, 1, own: true, joint: false);
        var (replay, random, actions, counts, before) = (new Replay(batch, 6), new RandomStream(1, "draws"), new float[6], new List<long>(), 0L);
        batch.Start();
        for (var step = 0; step < 12; step++)
        {
            replay.Observe(batch);
            random.FillUniform(actions, -1, 1);
            batch.Step(actions);
            replay.Add(batch, actions);
            // What was played one step ago.
            Assert.Equal(before, replay.Count);
            counts.Add(before);
            before = batch.Played.Count(played => played);
            if (replay.Count == 0)
                Assert.Throws<InvalidOperationException>(() => replay.Draw(random));
            else
                Assert.InRange(replay.Draw(random), 0, 5);
            Assert.Equal(replay.Count, Copy().Count);
        }

        Assert.Contains(0L, counts.Skip(1));
        Assert.Contains(3L, counts);

        Replay Copy()
        {
            var (path, copy) = (Path.GetTempFileName(), new Replay(batch, 6));
            using (var saved = new Archive())
            {
                replay.Exchange(saved);
                saved.Save(path);
            }

            using (var archive = Archive.Load(path))
                copy.Exchange(archive);
            File.Delete(path);
            return copy;
        }
    }

    [Theory]
    [InlineData("ISAC")]
    [InlineData("VDN")]
    public void Learners_do_with_the_smallest_buffer(string name)
    {
        using var learner = Start(name, 1, new(_small) { ["buffer"] = 16 }, maxSteps: 4);
        Assert.True(learner.Train(600));
        Assert.True(learner.Metrics.ContainsKey("value_loss"));
    }

    [Fact]
    public void Buffers_longer_than_arrays_are_refused()
    {
        var message = Assert.Throws<ArgumentException>(() => Start("ISAC", 1, new(_small) { ["buffer"] = 1e9 }, id: "LoyaltyTeam-v0", agents: 3)).Message;
        Assert.Contains("1000000000", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_that_are_no_numbers_are_noticed_before_anything_is_learnt_from_them()
    {
        var parameter = new Parameter("weights", 2, 2);
        var adam = new Adam([parameter], null);
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity })
            foreach (var bound in new[] { 1, double.PositiveInfinity })
                Assert.Contains("weights", Assert.Throws<ArithmeticException>(() => adam.Step([new float[] { 0, 1, bad, 1 }], 0.1, bound)).Message, StringComparison.Ordinal);
        Assert.Equal([0f, 0f, 0f, 0f], parameter.Values);
        using var learner = new Diverging(new(Info("TrustDilemma-v0").Create(null), new(IPPO.Algorithm), 1, 100));
        var message = Assert.Throws<ArithmeticException>(() => learner.Train(100)).Message;
        Assert.All(new[] { "Diverging", "TrustDilemma-v0", "step 17", "weights" }, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_of_other_runs_are_refused()
    {
        var path = Path.GetTempFileName();
        using (var saved = Start("M3DDPG", 1, _small))
            saved.Save(path);
        using (var same = Start("M3DDPG", 1, _small))
            same.Load(path);
        Refused("algorithm", "MADDPG", 1, _small);
        Refused("seed", "M3DDPG", 2, _small);
        Refused("discount", "M3DDPG", 1, new(_small) { ["discount"] = 0.9 });
        Refused("max_steps", "M3DDPG", 1, _small, maxSteps: 7);
        File.Delete(path);

        void Refused(string what, string name, ulong seed, Dictionary<string, double> given, int maxSteps = 100)
        {
            using var other = Start(name, seed, given, maxSteps);
            Assert.Contains(what, Assert.Throws<InvalidDataException>(() => other.Load(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_an_iteration_does_not_measure_is_not_told()
    {
        // Four episodes of 100 steps side by side, 32 steps of each in an iteration: the fourth has their ends, the fifth has none.
        using var learner = Start("IPPO", 1, new() { ["environments"] = 4, ["rollout"] = 128, ["hidden_width"] = 8 });
        var told = new List<bool>();
        learner.Train(600, l => told.Add(l.Metrics.ContainsKey("return")));
        Assert.Equal([false, false, false, true, false], told);
    }

    [Fact]
    public void Damaged_policies_are_refused()
    {
        var folder = Directory.CreateTempSubdirectory("coopgen-policy-").FullName;
        using (var learner = Start("VDN", 1, _small))
            learner.Policy().Save(folder);
        var file = Path.Combine(folder, "policy.json");
        var text = File.ReadAllText(file);
        TrainedPolicy.Load(folder);
        foreach (var (part, by) in new[] { ("\"bins\": 11", "\"bins\": 1"), ("\"bins\": 11", "\"bins\": 12"), ("\"head\": \"bins\"", "\"head\": 3"), ("\"head\": \"bins\"", "\"head\": \"gaussian\""), ("\"agents\": 2", "\"agents\": 3"), ("\"dimensions\": 1", "\"dimensions\": 0") })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
            File.WriteAllText(file, text.Replace(part, by, StringComparison.Ordinal));
            Assert.Throws<InvalidDataException>(() => TrainedPolicy.Load(folder));
        }

        var json = System.Text.Json.Nodes.JsonNode.Parse(text)!;
        json["parts"] = null;
        File.WriteAllText(file, json.ToJsonString());
        Assert.Throws<InvalidDataException>(() => TrainedPolicy.Load(folder));
        Directory.Delete(folder, recursive: true);
    }

    private static Learner Start(string name, ulong seed, Dictionary<string, double> given, int maxSteps = 100, string id = "TrustDilemma-v0", int agents = 2)
    {
        var algorithm = AlgorithmInfo.All.Single(a => a.Name == name);
        var environment = Info(id).Create(new() { ["max_steps"] = maxSteps });
        Assert.True(environment.AgentCount >= agents);
        return algorithm.Start(environment, seed, 1000, given.Where(p => algorithm.Hyperparameters.Any(h => h.Name == p.Key)).ToDictionary());
    }

    private static EnvironmentInfo Info(string id) => CoopGen.EnvironmentRegistry.All.Single(e => e.Id == id);

    /// <summary>Counts steps and then learns from what is no number.</summary>
    private sealed class Diverging(TrainingSetup setup) : Learner(setup)
    {
        private long _steps;

        public override long Steps => _steps;

        public override TrainedPolicy Policy() => throw new NotSupportedException();

        protected override void Iterate()
        {
            _steps = 17;
            new Adam([new("weights", 1, 1)], null).Step([new[] { float.NaN }], 0.1);
        }

        protected override void Exchange(Archive archive)
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
