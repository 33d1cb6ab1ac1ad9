namespace CoopGen.Learning.Tests;

/// <summary>LOLA with exact gradients, through the environments' reverse.</summary>
public class ExactGradientTests
{
    /// <summary>Relative to the value and its gradient: observations of single precision leave 1e-7 of a value, which differences over 2e-3 make 5e-5.</summary>
    private const double Tolerance = 5e-5;

    /// <summary>All values of whole episodes, by the weights of each agent: through payoffs, states, and what others see and then do.</summary>
    [Theory]
    [InlineData("GradedDilemma-v0")]
    [InlineData("TrustDilemma-v0")]
    [InlineData("ReciprocalDilemma-v0")]
    [InlineData("PublicGoods-v0")]
    [InlineData("SLCD-v0")]
    [InlineData("IndirectReciprocity-v0")]
    [InlineData("GiftExchange-v0")]
    [InlineData("TeamProduction-v0")]
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

            var (up, down) = (At(1e-3), At(-1e-3));
            for (var of = 0; of < game.AgentCount; of++)
            {
                var exact = gradients[of].Zip(direction, (g, d) => g.Zip(d, (x, y) => x * y).Sum()).Sum();
                var size = Math.Abs(values[of]) + gradients[of].Sum(g => g.Sum(Math.Abs));
                Assert.True(Math.Abs(exact - (up[of] - down[of]) / 2e-3) <= Tolerance * size, $"the value of agent {of} by the weights of agent {agent}: {exact} is not {(up[of] - down[of]) / 2e-3}");
            }
        }
    }

    private static GameEnvironment Game(string id, int steps) => id == "GradedDilemma-v0" ? new SmallGames.GradedDilemmaEnvironment(new() { ["max_steps"] = steps }) : CoopGen.EnvironmentRegistry.All.Single(e => e.Id == id).Create(new() { ["max_steps"] = steps });

    [Fact]
    public void Scratch()
    {
        var game = new SmallGames.GradedDilemmaEnvironment();
        var given = new Dictionary<string, double> { ["exact"] = 1, ["hidden_layers"] = 0, ["discount"] = 0.96, ["opponent_gradient_norm"] = 1e9, ["normalize_observations"] = 0, ["environments"] = 4, ["learning_rate"] = 0.05, ["opponent_learning_rate"] = 0.1 };
        var steps = 60000L;
        foreach (var pair in (Environment.GetEnvironmentVariable("SCRATCH") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            if (pair.Split('=') is [var k, var v])
                if (k == "steps") steps = long.Parse(v); else given[k] = double.Parse(v);
        for (var seed = 101UL; seed <= 108; seed++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            using var learner = AlgorithmInfo.All.Single(a => a.Name == "LOLA").Start(game, seed, steps, given);
            var line = "";
            for (var k = 1; k <= 10; k++)
            {
                learner.Train(steps * k / 10);
                line += $" {learner.Metrics["return"] / 100:0.00}";
            }

            Console.WriteLine($"SC seed {seed}:{line}  {watch.Elapsed.TotalSeconds:0.0} s  {string.Join(' ', learner.Policy().Networks.Parameters.SelectMany(p => p.Values).Select(x => x.ToString("0.0")))}");
        }
    }
}
