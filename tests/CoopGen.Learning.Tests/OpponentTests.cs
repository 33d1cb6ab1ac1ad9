using static TorchSharp.torch;

namespace CoopGen.Learning.Tests;

/// <summary>What learners make of the others: opponents that learn, and populations.</summary>
public class OpponentTests
{
    // Payoffs of a 2×2 game, by both actions: first and second player.
    private static readonly double[,] _first = { { -1, -3 }, { 0.5, -2 } }, _second = { { -1, 0 }, { -3, -1.5 } };

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Opponents_steps_are_differentiated_through(double rate)
    {
        double[] logits = [0.3, -0.4];
        var full = Gradients(logits, rate, firstOrder: false);
        var first = Gradients(logits, rate, firstOrder: true);
        // Learners whose gradients are exact differentiate through the others' step by differences of them: 0.01² over 6, of derivatives below 1.
        var (exactFull, exactFirst) = (Exact(logits, rate, firstOrder: false), Exact(logits, rate, firstOrder: true));
        for (var agent = 0; agent < 2; agent++)
        {
            // Single precision, and central differences of second order.
            var expected = Numerical(logits[agent], x => Value(agent, Ahead(With(agent, x), 1 - agent)));
            Assert.Equal(expected, full[agent], 1e-4);
            Assert.Equal(expected, exactFull[agent], 1e-4);
            var slope = Slope(agent, 1 - agent, logits);
            expected = Numerical(logits[agent], x => Value(agent, With(agent, x)) + slope * rate * Slope(1 - agent, 1 - agent, With(agent, x)));
            Assert.Equal(expected, first[agent], 1e-4);
            Assert.Equal(expected, exactFirst[agent], 1e-4);
        }

        if (rate > 0)
            Assert.True(Math.Abs(full[0] - Numerical(logits[0], x => Value(0, With(0, x)))) > 0.01);

        double[] With(int agent, double x) => agent == 0 ? [x, logits[1]] : [logits[0], x];
        double[] Ahead(double[] at, int other)
        {
            var moved = at.ToArray();
            moved[other] += rate * Slope(other, other, at);
            return moved;
        }
    }

    [Fact]
    public void The_expected_step_is_bounded()
    {
        double[] logits = [0.3, -0.4];
        // The other's gradient is longer than the bound: it is as if its rate were smaller.
        var norm = Math.Abs(Slope(1, 1, logits));
        Assert.Equal(Gradients(logits, 0.1 / norm, firstOrder: false)[0], Gradients(logits, 1, firstOrder: false, bound: 0.1)[0], 1e-5);
        Assert.Equal(Exact(logits, 0.1 / norm, firstOrder: false)[0], Exact(logits, 1, firstOrder: false, bound: 0.1)[0], 1e-5);
    }

    [Fact]
    public void Fictitious_co_play_answers_a_population_that_is_frozen()
    {
        var algorithm = AlgorithmInfo.All.Single(a => a.Name == nameof(FCP));
        var given = new Dictionary<string, double> { ["environments"] = 4, ["rollout"] = 64, ["minibatch"] = 32, ["epochs"] = 2, ["hidden_width"] = 8, ["teams"] = 2 };
        using var learner = (FCP)algorithm.Start(new SmallGames.CycleEnvironment(), 1, 4000, given);
        while (!learner.IsFrozen)
            learner.Train(learner.Steps + 1);
        Assert.InRange(learner.Steps, 2000, 2200);
        // Of each team the beginning, a checkpoint between, and the end; the two teams are not the same.
        Assert.Equal(6, learner.Population.Count);
        float[][] Numbers() => [.. learner.Population.Select(team => team.Numbers.SelectMany(p => p.Values).ToArray())];
        var before = Numbers();
        Assert.Equal(6, before.Select(numbers => string.Join(' ', numbers)).Distinct().Count());
        var own = learner.Policy().Numbers.SelectMany(p => p.Values).ToArray();
        learner.Train(4000);
        Assert.Equal(before, Numbers());
        Assert.NotEqual(own, learner.Policy().Numbers.SelectMany(p => p.Values).ToArray());
    }

    [Fact]
    public void Where_best_responses_go_round_in_a_circle_self_play_goes_with_them_and_the_answer_to_a_frozen_population_settles()
    {
        var (steps, given) = SmallGames.Settings.OfCycle(nameof(SelfPlay_PPO));
        var game = new SmallGames.CycleEnvironment();
        using var selfPlay = SelfPlay_PPO.Algorithm.Start(game, 1, steps, given);
        var copies = new List<TrainedPolicy>();
        while (selfPlay.Train(selfPlay.Steps + (long)given["copy_interval"]) && selfPlay.Steps < steps)
            copies.Add(selfPlay.Policy());
        var corners = copies.ConvertAll(copy => Corner(Mean(copy, 0)));
        // All four, again and again, each by the one that beats it.
        Assert.Equal([0, 1, 2, 3], corners.Distinct().Order());
        Assert.True(corners.Zip(corners.Skip(1)).Count(pair => pair.Second == (pair.First + 1) % 4) >= 6, string.Join(' ', corners));

        // The three copies deepest in one corner: what fictitious co-play does with its population, whose mean is known here, and has one best answer.
        double Depth(TrainedPolicy copy) => Math.Min(Math.Abs(Mean(copy, 1).X), Math.Abs(Mean(copy, 1).Y));
        TrainedPolicy[] frozen = copies.GroupBy(copy => Corner(Mean(copy, 1))).Select(g => g.OrderByDescending(Depth).Take(3).ToArray()).Where(g => g.Length == 3).MaxBy(g => g.Min(Depth))!;
        var (x, y) = (frozen.Average(copy => Mean(copy, 1).X), frozen.Average(copy => Mean(copy, 1).Y));
        using var answer = new Answer(new(game, new(FCP.Algorithm, SmallGames.Settings.OfCycle(nameof(FCP)).Given), 1, steps), frozen);
        answer.Train(steps * 2 / 3);
        var before = Corner(Mean(answer.Policy(), 0));
        answer.Train(steps);
        var own = Mean(answer.Policy(), 0);
        Assert.Equal(before, Corner(own));
        // The best answer, a corner, earns |x| + |y|, what is played at random nothing; distributions as wide as these keep their means off corners.
        Assert.True(Math.Min(Math.Abs(x), Math.Abs(y)) > 0.1, $"{(x, y)}");
        Assert.True(own.X * y - own.Y * x > 0.3 * (Math.Abs(x) + Math.Abs(y)), $"{own} against {(x, y)}");

        static int Corner((double X, double Y) at) => SmallGames.Cycle.Corner(at.X, at.Y);
    }

    [Fact]
    public void The_checkpoint_half_way_is_the_one_nearest_to_half_of_the_gain()
    {
        Assert.Equal([0, 2, 5], FCP.Checkpoints([0, 1, 4, 7, 9, 10]));
        Assert.Equal([0, 2, 3], FCP.Checkpoints([double.NaN, 0, 9, 10]));
        Assert.Equal([0, 2, 4], FCP.Checkpoints([double.NaN, double.NaN, double.NaN, double.NaN, double.NaN]));
        Assert.Equal([0, 1], FCP.Checkpoints([double.NaN, 3]));
    }

    /// <summary>The mean of what an agent plays at the start of the game of circles.</summary>
    private static (double X, double Y) Mean(TrainedPolicy policy, int agent)
    {
        var game = new SmallGames.CycleEnvironment();
        game.Reset(1);
        var (random, sums) = (new RandomStream(1, "means"), new double[2]);
        float[] observation = new float[game.AgentObservationLength(ulong.MaxValue)], normal = new float[2], action = new float[2];
        game.Observe(agent, ulong.MaxValue, observation);
        for (var k = 0; k < 1000; k++)
        {
            random.FillNormal(normal);
            policy.Draw(agent, observation, normal, action);
            (sums[0], sums[1]) = (sums[0] + action[0], sums[1] + action[1]);
        }

        return (sums[0] / 1000, sums[1] / 1000);
    }

    /// <summary>From all four outcomes, each weighed by how likely it is: what sampled episodes give on average.</summary>
    private static double[] Gradients(double[] logits, double rate, bool firstOrder, double bound = double.MaxValue)
    {
        using var scope = NewDisposeScope();
        var credit = new float[8];
        for (var outcome = 0; outcome < 4; outcome++)
        {
            var (a, b) = (outcome / 2, outcome % 2);
            var likely = Probability(logits[0], a) * Probability(logits[1], b);
            (credit[outcome], credit[4 + outcome]) = ((float)(4 * likely * _first[a, b]), (float)(4 * likely * _second[a, b]));
        }

        // The first action has the logit, the second 0.
        var chosen = tensor(new long[] { 0, 0, 1, 1, 0, 1, 0, 1 }).view(2, 4);
        var gradients = LOLA.LookAhead([tensor(logits, ScalarType.Float32).view(2, 1)], p => cat([p[0], zeros(2, 1)], 1).log_softmax(1).gather(1, chosen).view(2, 1, 4), tensor(credit).view(2, 1, 4), rate, bound, firstOrder);
        return [.. gradients[0].data<float>().ToArray().Select(g => (double)g)];
    }

    private static double[] Exact(double[] logits, double rate, bool firstOrder, double bound = double.MaxValue) =>
        LOLA.LookAhead([logits], static (at, agents) => Array.ConvertAll(agents, agent => new[] { new[] { Slope(agent, 0, at[0]), Slope(agent, 1, at[0]) } }), 2, rate, bound, firstOrder)[0];

    private static double Probability(double logit, int action) => 1 / (1 + Math.Exp(action == 0 ? -logit : logit));

    private static double Value(int agent, double[] logits)
    {
        var sum = 0.0;
        for (var a = 0; a < 2; a++)
            for (var b = 0; b < 2; b++)
                sum += Probability(logits[0], a) * Probability(logits[1], b) * (agent == 0 ? _first : _second)[a, b];
        return sum;
    }

    /// <summary>∂Value(agent)/∂logit(of).</summary>
    private static double Slope(int agent, int of, double[] logits) => Numerical(logits[of], x => Value(agent, of == 0 ? [x, logits[1]] : [logits[0], x]));

    private static double Numerical(double at, Func<double, double> value) => (value(at + 1e-4) - value(at - 1e-4)) / 2e-4;

    /// <summary>The second half of fictitious co-play, with a population that is given.</summary>
    private sealed class Answer : PopulationLearner
    {
        public Answer(TrainingSetup setup, IEnumerable<TrainedPolicy> teams) : base(setup)
        {
            foreach (var team in teams)
                Admit(team);
        }
    }
}
