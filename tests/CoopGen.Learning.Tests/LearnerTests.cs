using CoopGen.Policies;

namespace CoopGen.Learning.Tests;

public class LearnerTests
{
    private static readonly Dictionary<string, double> _small = new() { ["rollout"] = 256, ["environments"] = 8, ["minibatch"] = 64, ["epochs"] = 2, ["hidden_width"] = 16, ["batch"] = 32, ["learning_starts"] = 64, ["buffer"] = 500, ["target_interval"] = 5 };

    public static TheoryData<string> Learners => [.. AlgorithmInfo.All.Select(a => a.Name)];

    /// <summary>All but those that do everything by one thread.</summary>
    public static TheoryData<string> WithTwoThreads => [.. AlgorithmInfo.All.Select(a => a.Name).Except(["IndependentREINFORCE", "LOLA"])];

    [Theory]
    [MemberData(nameof(Learners))]
    public void A_run_that_is_broken_off_ends_with_the_weights_of_one_that_is_not(string name)
    {
        var path = Path.GetTempFileName();
        using var whole = Start(name, seed: 3);
        whole.Train(1500);
        using (var first = Start(name, seed: 3))
        {
            first.Train(700);
            first.Save(path);
        }

        using var rest = Start(name, seed: 3);
        rest.Load(path);
        rest.Train(1500);
        File.Delete(path);
        Assert.Equal(Saved(whole), Saved(rest));
        Assert.Equal(whole.Metrics, rest.Metrics);
        Assert.Equal(whole.Steps, rest.Steps);
        Assert.Equal(Weights(whole), Weights(rest));
        using var other = Start(name, seed: 4);
        other.Train(1500);
        Assert.NotEqual(Weights(whole), Weights(other));
    }

    [Theory]
    [MemberData(nameof(WithTwoThreads))]
    public void Two_threads_learn_what_one_learns(string name)
    {
        // An odd number of agents, two dimensions each; networks large enough to be shared out; draws that are no multiple of what is looked at together.
        var (given, files) = (Given(name), new List<byte[]>());
        foreach (var (key, value) in new Dictionary<string, double> { ["hidden_width"] = 64, ["rollout"] = 300, ["minibatch"] = 70, ["batch"] = 301, ["update_ratio"] = 0.1 })
            if (Named(name).Hyperparameters.Any(h => h.Name == key))
                given[key] = value;
        foreach (var sideBySide in new[] { false, true })
        {
            // Fictitious co-play trains its population first, for half of the steps.
            using var learner = Named(name).Start(new TestSpecs.CommonsEnvironment(), 5, 1500, given);
            learner.SideBySide = sideBySide;
            learner.Train(1500);
            files.Add(Saved(learner));
        }

        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public void Shared_pieces_are_done_once_each()
    {
        foreach (var sideBySide in new[] { false, true })
        {
            using var learner = new Sharing(sideBySide);
            // Whoever is late leaves work to the other; either may be.
            for (var time = 0; time < 200; time++)
            {
                var done = new int[5];
                learner.Do(done.Length, (piece, thread) =>
                {
                    Assert.InRange(thread, 0, sideBySide ? 1 : 0);
                    Thread.SpinWait(piece == time % 5 ? 2000 : 10);
                    done[piece]++;
                });
                Assert.Equal([1, 1, 1, 1, 1], done);
            }
        }
    }

    /// <summary>One thread waits until the other has a piece too; then either fails, or none.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void Two_threads_share_pieces_and_a_failure_is_told_when_nothing_goes_on(int failing)
    {
        using var learner = new Sharing(sideBySide: true);
        using var both = new Barrier(2);
        var ended = 0;
        void Go() => learner.Do(2, (piece, thread) =>
        {
            Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1)), "the other thread never came");
            if (piece == failing)
                throw new ArithmeticException($"piece {piece}");
            // The other one has failed by then.
            Thread.Sleep(50);
            Interlocked.Or(ref ended, 1 << thread);
        });

        if (failing < 0)
            Go();
        else
            Assert.Equal($"piece {failing}", Assert.Throws<ArithmeticException>(Go).Message);
        Assert.Equal(failing < 0, ended == 3);
        Assert.True(failing < 0 ? learner.HasShared : ended is 1 or 2);
    }

    [Theory]
    [MemberData(nameof(Learners))]
    public void A_saved_policy_plays_what_the_learner_plays(string name)
    {
        var folder = Directory.CreateTempSubdirectory("coopgen-policy-").FullName;
        using var learner = Start(name, seed: 1);
        learner.Train(300);
        var policy = learner.Policy();
        policy.Save(folder);
        var loaded = TrainedPolicy.Load(folder);
        Directory.Delete(folder, recursive: true);
        foreach (var stochastic in new[] { false, true })
        {
            var environment = Some(name);
            var n = environment.AgentCount;
            var played = Evaluation.Play([new(environment, [policy.As(stochastic)], 5), new(environment, [loaded.As(stochastic)], 5)], 2);
            Assert.Equal(played[0].SelectMany(e => e.Returns), played[1].SelectMany(e => e.Returns));
            // The scalar environment, in double precision, says the same to what single precision loses on the way.
            environment.Reset(5);
            var (actions, rewards, sums) = (new double[n], new double[n], new double[n]);
            while (!environment.HasEnded)
            {
                for (var agent = 0; agent < n; agent++)
                    loaded.As(stochastic).Act(environment, agent, actions.AsSpan(agent, 1));
                environment.Step(actions, rewards);
                for (var agent = 0; agent < n; agent++)
                    sums[agent] += rewards[agent];
            }

            Assert.All(sums.Zip(played[0][0].Returns), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Abs(pair.First)));
        }
    }

    [Theory]
    [MemberData(nameof(Learners))]
    public void Every_learner_trains_on_every_environment_and_mode(string name)
    {
        foreach (var info in CoopGen.EnvironmentRegistry.All)
            foreach (var mode in info.Id == "ApacheProject-v0" || info.Id == "TrustDilemma-v0" ? ["private", "integrated", "cooperative"] : new[] { "integrated" })
            {
                var environment = info.Create(new() { ["reward_type"] = mode });
                if (Named(name).Refuses(environment) is not null)
                    continue;
                using var learner = Named(name).Start(environment, 1, 1000, Given(name));
                learner.Train(100);
                // An episode of two hundred steps may be the least there is, in two environments.
                Assert.InRange(learner.Steps, 100, 1000);
                Assert.All(Weights(learner), weight => Assert.True(float.IsFinite(weight)));
                Assert.All(learner.Metrics, metric => Assert.True(double.IsFinite(metric.Value)));
            }
    }

    [Theory]
    [MemberData(nameof(Learners))]
    public void What_is_played_without_learning_leaves_weights_as_they_were(string name)
    {
        // Fictitious co-play trains its population first, for half of the steps.
        using var learner = Named(name).Start(Some(name), 1, 6000, Given(name));
        var weights = Weights(learner);
        learner.Learns = false;
        learner.Train(500);
        Assert.InRange(learner.Steps, 500, 1500);
        Assert.Equal(weights, Weights(learner));
        learner.Learns = true;
        learner.Train(5000);
        Assert.NotEqual(weights, Weights(learner));
    }

    [Fact]
    public void Wrong_hyperparameters_are_refused()
    {
        var algorithm = AlgorithmInfo.All.Single(a => a.Name == "IPPO");
        Assert.Contains("learning_rate", Assert.Throws<ArgumentException>(() => algorithm.Start(Info("TrustDilemma-v0").Create(null), 0, 10, new Dictionary<string, double> { ["rate"] = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("between 0 and 1", Assert.Throws<ArgumentException>(() => algorithm.Start(Info("TrustDilemma-v0").Create(null), 0, 10, new Dictionary<string, double> { ["discount"] = 1.5 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => algorithm.Find("epochs").Parse("2.5"));
        Assert.Equal(1, algorithm.Find("share_parameters").Parse("true"));
    }

    private static Learner Start(string name, ulong seed) => Named(name).Start(Some(name), seed, 1500, Given(name));

    /// <summary>An environment of the fewest agents that the algorithm learns with.</summary>
    private static GameEnvironment Some(string name) =>
        new[] { "PartnerHoldUp-v0", "AppleAppStore-v0" }.Select(id => Info(id).Create(null)).First(environment => Named(name).Refuses(environment) is null);

    private static AlgorithmInfo Named(string name) => AlgorithmInfo.All.Single(a => a.Name == name);

    /// <summary>What makes a run small, as far as the algorithm has it.</summary>
    private static Dictionary<string, double> Given(string name)
    {
        var given = _small.Where(p => Named(name).Hyperparameters.Any(h => h.Name == p.Key)).ToDictionary();
        // Where a rollout is a whole episode, fewer of them.
        if (!given.ContainsKey("rollout"))
            given["environments"] = 3;
        return given;
    }

    private static EnvironmentInfo Info(string id) => CoopGen.EnvironmentRegistry.All.Single(e => e.Id == id);

    /// <summary>Everything: target networks, critics, optimisers, normalisers, environments.</summary>
    private static byte[] Saved(Learner learner)
    {
        var path = Path.GetTempFileName();
        learner.Save(path);
        var saved = File.ReadAllBytes(path);
        File.Delete(path);
        return saved;
    }

    private static float[] Weights(Learner learner) => [.. learner.Policy().Networks.Parameters.SelectMany(p => p.Values)];

    /// <summary>Only shares work.</summary>
    private sealed class Sharing : Learner
    {
        public Sharing(bool sideBySide) : base(new(Some("IPPO"), new(IPPO.Algorithm), 1, 100)) => SideBySide = sideBySide;

        public override long Steps => 0;

        public void Do(int pieces, Action<int, int> work) => Share(pieces, work);

        public override TrainedPolicy Policy() => throw new NotSupportedException();

        protected override void Iterate()
        {
        }

        protected override void Exchange(Archive archive)
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
