namespace CoopGen.Compiled.Tests;

/// <summary>Exact gradients equal central differences of the compiled payoff.</summary>
public class GradientTests
{
    /// <summary>Relative to the largest payoff difference in sight; differences of step 1e-5 leave about 1e-9 of truncation and 1e-10 of rounding.</summary>
    private const double Tolerance = 1e-6;

    [Theory]
    [MemberData(nameof(Games.Ids), MemberType = typeof(Games))]
    public void Gradient_is_the_derivative(string id)
    {
        var info = Games.Find(id);
        var random = new Random(11);
        var (compared, kinks) = (0, 0);
        for (var trial = 0; trial < 20; trial++)
        {
            GameEnvironment environment;
            try
            {
                environment = info.Create(Games.RandomParameters(info, random));
            }
            catch (ArgumentException)
            {
                continue;
            }

            if (info.Actions.Any(a => a.Choices.Count > 0))
                return;
            var game = (IOneShotGame)environment;
            var (n, d) = (environment.AgentCount, environment.ActionDimensions);
            var (actions, payoffs, rewards) = (new double[n * d], new double[n], new double[n]);
            var gradient = new double[n * n * d];
            environment.Reset((ulong)trial);
            for (var step = 0; step < 3 && !environment.HasEnded; step++)
            {
                Games.RandomActions(environment, random, actions);
                environment.Step(actions, rewards);
            }

            for (var k = 0; k < actions.Length; k++)
                actions[k] = environment.ActionSpace.Low[k] + (0.05 + 0.9 * random.NextDouble()) * (environment.ActionSpace.High[k] - environment.ActionSpace.Low[k]);
            game.Gradient(actions, payoffs, gradient);
            var same = new double[n];
            game.Payoffs(actions, same);
            for (var i = 0; i < n; i++)
                Assert.Equal(same[i], payoffs[i], 1e-12 * Math.Max(1, Math.Abs(same[i])));
            var (own, again) = (new double[n * d], new double[n]);
            game.OwnGradient(actions, again, own);
            Assert.Equal(payoffs, again);
            for (var c = 0; c < own.Length; c++)
            {
                var expected = gradient[(c / d * n + c / d) * d + c % d];
                // The same formula with both agents the same, folded: terms may be added in another order.
                Assert.Equal(expected, own[c], 1e-12 * Math.Max(1, Math.Abs(expected)));
            }

            for (var k = 0; k < actions.Length; k++)
            {
                var h = 1e-5 * Math.Max(1, Math.Abs(actions[k]));
                double[] At(double x)
                {
                    var moved = (double[])actions.Clone();
                    moved[k] += x;
                    var result = new double[n];
                    game.Payoffs(moved, result);
                    return result;
                }

                var (up, down, up2, down2) = (At(h), At(-h), At(2 * h), At(-2 * h));
                for (var i = 0; i < n; i++)
                {
                    var central = (up[i] - down[i]) / (2 * h);
                    var wider = (up2[i] - down2[i]) / (4 * h);
                    var scale = Math.Max(1, Math.Max(Math.Abs(central), Math.Abs(payoffs[i]) * 1e-3));
                    if (Math.Abs((up[i] - payoffs[i]) - (payoffs[i] - down[i])) / h > 1e-3 * scale || Math.Abs(central - wider) > 1e-5 * scale)
                    {
                        // A kink or a jump lies within the step: there is no derivative to compare with.
                        kinks++;
                        continue;
                    }

                    compared++;
                    Assert.True(Math.Abs(central - gradient[i * n * d + k]) <= Tolerance * scale,
                        $"{id} {environment.Mode}: ∂payoff_{i}/∂action_{k} is {gradient[i * n * d + k]:R}, differences give {central:R}");
                }
            }
        }

        Assert.True(compared > 20 * Math.Max(1, kinks / 20), $"{compared} derivatives compared, {kinks} at kinks");
    }
}
