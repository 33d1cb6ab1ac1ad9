namespace CoopGen.Learning.Tests;

/// <summary>LOLA with exact gradients, through the environments' reverse.</summary>
public class ExactGradientTests
{
    /// <summary>Relative to the value and its gradient: observations of single precision leave 1e-7 of a value, which differences over 2e-3 make 5e-5 (and those over 2e-4 ten times as much, at worst).</summary>
    private const double Tolerance = 5e-5;

    /// <summary>A small game and the benchmark's environments.</summary>
    public static TheoryData<string> Continuous => [.. CoopGen.EnvironmentRegistry.All.Select(e => e.Id).Where(id => id.EndsWith("-v0", StringComparison.Ordinal)).Append("GradedDilemma-v0")];

    /// <summary>All values of whole episodes, by the weights of each agent: through payoffs, states, and what others see and then do.</summary>
    [Theory]
    [MemberData(nameof(Continuous))]
    public void The_gradient_of_episodes_is_their_derivative(string id)
    {
        const int Episodes = 2;
        var game = Game(id, 8);
        var inputs = game.AgentObservationLength(ObservationConfig.Realistic.Mask(game.Info.AgentParts));
        var network = new Mlp("actor", game.AgentCount, [inputs, 6, game.ActionDimensions], Activation.Tanh);
        network.Initialise(new(1, "weights"), Initialisation.Orthogonal);
        var episodes = new EpisodeGradient(game, Episodes, new(network), 0.9);
        var random = new Random(5);
        for (var k = 0; k < episodes.Noise.Length; k++)
            episodes.Noise[k] = random.NextDouble() - 0.5;
        (episodes.Seeds[0], episodes.Seeds[1]) = (3, 4);
        var space = game.AgentObservationSpace(0, ObservationConfig.Realistic.Mask(game.Info.AgentParts));
        for (var k = 0; k < inputs; k++)
            if (double.IsFinite(space.Low[k]) && double.IsFinite(space.High[k]) && space.High[k] > space.Low[k])
                (episodes.Shift[k], episodes.Scale[k]) = ((space.Low[k] + space.High[k]) / 2, 4 / (space.High[k] - space.Low[k]));
        double[][] weights = [.. network.Parameters.Select(p => Array.ConvertAll(p.Values, w => (double)w))];
        var gradients = episodes.Gradients(weights, [.. Enumerable.Range(0, game.AgentCount)]);
        var values = episodes.Values();
        for (var agent = 0; agent < game.AgentCount; agent++)
        {
            var direction = weights.Select(p => p.Select((_, k) => k / (p.Length / game.AgentCount) == agent ? random.NextDouble() - 0.5 : 0).ToArray()).ToArray();
            double[] At(double h)
            {
                Assert.Empty(episodes.Gradients([.. weights.Zip(direction, (p, d) => p.Zip(d, (x, y) => x + h * y).ToArray())]));
                return episodes.Values();
            }

            // In these a threshold lies within the wider interval.
            var h = id is "AppleAppStore-v0" or "RenaultNissan-v0" ? 1e-4 : 1e-3;
            var (up, down) = (At(h), At(-h));
            for (var of = 0; of < game.AgentCount; of++)
            {
                var exact = gradients[of].Zip(direction, (g, d) => g.Zip(d, (x, y) => x * y).Sum()).Sum();
                var size = Math.Abs(values[of]) + gradients[of].Sum(g => g.Sum(Math.Abs));
                var difference = (up[of] - down[of]) / (2 * h);
                Assert.True(Math.Abs(exact - difference) <= Tolerance * size, $"the value of agent {of} by the weights of agent {agent}: {exact} is not {difference}");
            }
        }
    }

    /// <summary>A game of one step that is bilinear in what agents play, so that each one's step changes the other's gradient: as a formula, differentiated by differences alone, and through its reverse.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Looking_ahead_in_an_environment_is_differentiated_through(bool firstOrder)
    {
        var game = new SmallGames.CycleEnvironment();
        var episodes = new EpisodeGradient(game, 1, new(new("actor", 2, [1, 2], Activation.Tanh)), 1);
        game.Reset(1);
        double[] seen = [game.Actions[0], game.Actions[2]];
        double[][] weights = [[0.3, -0.2, 0.5, 0.4], [-0.6, 0.1, 0.2, 0.7]];
        const double Rate = 0.8;
        var actual = LOLA.LookAhead(weights, episodes.Gradients, 2, Rate, double.MaxValue, firstOrder);
        for (var agent = 0; agent < 2; agent++)
        {
            var other = 1 - agent;
            var held = Slope(agent, other, weights);
            for (var p = 0; p < 2; p++)
                for (var k = 2 * agent; k < 2 * agent + 2; k++)
                {
                    var expected = Difference(weights, p, k, at =>
                    {
                        var step = Slope(other, other, at);
                        return firstOrder ? Value(agent, at) + Rate * step.Zip(held, (x, y) => x * y).Sum() : Value(agent, Moved(at, other, step));
                    });
                    // Differences within differences leave 1e-6, those of the gradient 0.01² over 6 of its third derivative along the way, which is below 1.
                    Assert.Equal(expected, actual[p][k], 1e-4);
                }

            Assert.True(Math.Abs(actual[1][2 * agent] - Difference(weights, 1, 2 * agent, at => Value(agent, at))) > 0.01);
        }

        double Value(int agent, double[][] at)
        {
            double Played(int i, int d) => Math.Tanh(at[0][2 * i + d] * seen[i] + at[1][2 * i + d]);
            return Played(agent, 0) * Played(1 - agent, 1) - Played(agent, 1) * Played(1 - agent, 0);
        }

        double[] Slope(int agent, int of, double[][] at) => [.. new[] { 0, 1 }.SelectMany(p => new[] { 2 * of, 2 * of + 1 }, (p, k) => Difference(at, p, k, x => Value(agent, x)))];

        static double[][] Moved(double[][] at, int agent, double[] step) => [.. at.Select((values, p) => values.Select((x, k) => k / 2 == agent ? x + Rate * step[2 * p + k % 2] : x).ToArray())];

        static double Difference(double[][] at, int parameter, int entry, Func<double[][], double> value)
        {
            double With(double by)
            {
                var moved = Array.ConvertAll(at, p => p.ToArray());
                moved[parameter][entry] += by;
                return value(moved);
            }

            return (With(1e-4) - With(-1e-4)) / 2e-4;
        }
    }

    /// <summary>Two agents and five, of which the two also without the expansion.</summary>
    [Theory]
    [InlineData("PartnerHoldUp-v0", 1)]
    [InlineData("PartnerHoldUp-v0", 0)]
    [InlineData("PublicGoods-v0", 1)]
    public void A_run_that_is_broken_off_ends_with_the_weights_of_one_that_is_not(string id, double firstOrder)
    {
        var path = Path.GetTempFileName();
        var before = Start(3).Policy().Networks.Parameters.SelectMany(p => p.Values).ToArray();
        using var whole = Start(3);
        whole.Train(60);
        using (var first = Start(3))
        {
            first.Train(25);
            first.Save(path);
        }

        using var rest = Start(3);
        rest.Load(path);
        rest.Train(60);
        Assert.Equal(whole.Metrics, rest.Metrics);
        rest.Save(path);
        var ended = File.ReadAllBytes(path);
        whole.Save(path);
        Assert.Equal(File.ReadAllBytes(path), ended);
        File.Delete(path);
        var weights = whole.Policy().Networks.Parameters.SelectMany(p => p.Values).ToArray();
        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));
        Assert.NotEqual(before, weights);
        using var other = Start(4);
        other.Train(60);
        Assert.NotEqual(weights, other.Policy().Networks.Parameters.SelectMany(p => p.Values));

        Learner Start(ulong seed) => Lola.Start(Game(id, 5), seed, 60, new Dictionary<string, double> { ["exact"] = 1, ["environments"] = 2, ["hidden_width"] = 8, ["first_order"] = firstOrder });
    }

    [Fact]
    public void A_team_finds_what_is_best_for_it()
    {
        var game = new SmallGames.TeamworkEnvironment();
        using var learner = Lola.Start(game, 1, 4000, new Dictionary<string, double> { ["exact"] = 1, ["hidden_width"] = 16, ["learning_rate"] = 0.01, ["initial_deviation"] = 0.05 });
        learner.Train(4000);
        var played = CoopGen.Policies.Evaluation.Play([new(game, [learner.Policy()], 1)], 1)[0];
        // 23 is the greatest there is; 1 % less.
        Assert.InRange(played[0].Returns[0], 0.99 * 23, 23 + 1e-3);
    }

    [Fact]
    public void What_has_no_exact_gradient_is_refused()
    {
        var finite = Assert.Throws<ArgumentException>(() => Lola.Start(new SmallGames.IteratedDilemmaEnvironment(), 1, 100, new Dictionary<string, double> { ["exact"] = 1 }));
        Assert.Contains("Action c of IteratedDilemma-v0 is one of 0, 1", finite.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "entropy", 0.5)]
    [InlineData(1, "bins", 5)]
    [InlineData(1, "normalize_advantages", 0)]
    [InlineData(0, "initial_deviation", 0.1)]
    public void What_would_have_no_effect_is_refused(double exact, string name, double value)
    {
        var refused = Assert.Throws<ArgumentException>(() => Lola.Start(new SmallGames.GradedDilemmaEnvironment(), 1, 100, new Dictionary<string, double> { ["exact"] = exact, [name] = value }));
        Assert.Contains(FormattableString.Invariant($"{name} is {value}"), refused.Message, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"leave it at {Lola.Find(name).Default}"), refused.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// What makes cooperation pay: to answer in kind. How much likelier an agent cooperates after the other did alone than after it did so itself, by the weights of those two observations; who climbs its own value
    /// alone learns nothing of the kind.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void Learners_that_expect_others_to_learn_come_to_answer_in_kind_and_naive_ones_do_not(double rate)
    {
        var given = new Dictionary<string, double>
        {
            ["exact"] = 1,
            ["environments"] = 4,
            ["hidden_layers"] = 0,
            ["learning_rate"] = 0.05,
            ["discount"] = 0.96,
            ["opponent_learning_rate"] = rate,
            ["opponent_gradient_norm"] = 1e9,
            ["normalize_observations"] = 0,
        };
        for (var seed = 1UL; seed <= 3; seed++)
        {
            using var learner = Lola.Start(new SmallGames.GradedDilemmaEnvironment(), seed, 12_000, given);
            learner.Train(12_000);
            var weights = learner.Policy().Networks.Weights[0];
            for (var agent = 0; agent < 2; agent++)
                if (rate > 0)
                    Assert.True(weights.Of(agent)[2] - weights.Of(agent)[3] > 1, $"seed {seed}: {weights.Of(agent)[2]} and {weights.Of(agent)[3]}");
                else
                    Assert.InRange(weights.Of(agent)[2] - weights.Of(agent)[3], -0.25, 0.25);
        }
    }

    private static AlgorithmInfo Lola => AlgorithmInfo.All.Single(a => a.Name == nameof(LOLA));

    private static GameEnvironment Game(string id, int steps)
    {
        var set = new ParameterSet { ["max_steps"] = steps };
        // Forty agents would take minutes; in its first phase there are eight.
        if (id == "ApacheProject-v0")
            set["phase"] = "emergence";
        return id == "GradedDilemma-v0" ? new SmallGames.GradedDilemmaEnvironment(set) : CoopGen.EnvironmentRegistry.All.Single(e => e.Id == id).Create(set);
    }
}
