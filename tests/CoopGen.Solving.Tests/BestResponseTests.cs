namespace CoopGen.Solving.Tests;

/// <summary>Best responses against values on a grid ten times as fine as the search's own, and against payoffs whose maxima are known.</summary>
public class BestResponseTests
{
    public static TheoryData<string, RewardMode> Games
    {
        get
        {
            var data = new TheoryData<string, RewardMode>();
            foreach (var info in EnvironmentRegistry.All)
                foreach (var mode in Enum.GetValues<RewardMode>())
                    data.Add(info.Id, mode);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Games))]
    public void No_point_of_a_fine_grid_pays_more(string id, RewardMode mode)
    {
        var problem = Problems.Of(id, new() { ["reward_type"] = mode });
        var (random, search) = (new Random(1), new BestResponseSearch(problem));
        for (var trial = 0; trial < 5; trial++)
        {
            var profile = problem.Part(0);
            for (var c = 0; c < profile.Length; c++)
                profile[c] = problem.Allowed(c, problem.Box.Low[c] + random.NextDouble() * (problem.Box.High[c] - problem.Box.Low[c]));
            var agent = random.Next(problem.Agents);
            var present = problem.Payoff(agent, profile);
            var best = search.Find(agent, profile);
            Assert.Equal(best.Payoff - present, best.Gain);
            best.Action.CopyTo(profile, agent * problem.Dimensions);
            Assert.Equal(best.Payoff, problem.Payoff(agent, profile));
            for (var k = 0; k <= 500; k++)
            {
                profile[agent] = problem.Box.Low[agent] + k / 500.0 * (problem.Box.High[agent] - problem.Box.Low[agent]);
                // The last digits of two payoffs that should be equal.
                Assert.True(problem.Payoff(agent, profile) <= best.Payoff + 1e-13 * best.Scale, $"{profile[agent]} pays more than {best.Action[0]}");
            }
        }
    }

    /// <summary>Maxima of one agent's payoff on [0, 10]: smooth, at a bound, at a jump from either side, at a kink, the higher of two, and a narrow one close to a bound.</summary>
    public static TheoryData<string, double> Maxima => new()
    {
        { "smooth", Math.PI },
        { "low", 0 },
        { "high", 10 },
        { "rises", 1.0 / 3 },
        { "falls", Math.BitDecrement(2.0 / 3) },
        { "kink", 7.7 },
        { "two", 8.25 },
        { "narrow", 1e-4 },
    };

    [Theory]
    [MemberData(nameof(Maxima))]
    public void Known_maxima_are_found(string kind, double at)
    {
        Func<double, (double, double)> payoff = kind switch
        {
            "smooth" => x => (-(x - Math.PI) * (x - Math.PI), -2 * (x - Math.PI)),
            "low" => x => (-x, -1),
            "high" => x => (x, 1),
            "rises" => x => (x >= 1.0 / 3 ? 5 - x : -x, -1),
            "falls" => x => (x < 2.0 / 3 ? x : x - 50, 1),
            "kink" => x => (-Math.Abs(x - 7.7), x < 7.7 ? 1 : -1),
            "two" => x => (Math.Max(3 - (x - 1) * (x - 1), 3.01 - 4 * (x - 8.25) * (x - 8.25)), 3 - (x - 1) * (x - 1) > 3.01 - 4 * (x - 8.25) * (x - 8.25) ? -2 * (x - 1) : -8 * (x - 8.25)),
            _ => x => (1e-4 * Math.Log(x + 1e-12) - x, 1e-4 / (x + 1e-12) - 1),
        };
        var problem = new OneShotProblem(kind, new Line(payoff), 1, new([0], [10]));
        foreach (var present in (double[])[0, 0.1, 5, 10])
            Assert.Equal(at, new BestResponseSearch(problem).Find(0, [present]).Action[0], 1e-9);
    }

    [Fact]
    public void Finite_and_several_actions_are_searched_too()
    {
        var dilemma = OneShotProblem.Of(new TestSpecs.DilemmaEnvironment());
        var best = new BestResponseSearch(dilemma).Find(0, [1, 1]);
        Assert.Equal([0], best.Action);
        Assert.Equal(2, best.Gain);

        // Upstream gives what balances cost and effect and takes all that it can while there is enough for everyone.
        var commons = OneShotProblem.Of(new TestSpecs.CommonsEnvironment(new() { ["reward_type"] = "private" }));
        var profile = commons.Part(0.5);
        var search = new BestResponseSearch(commons).Find(1, profile);
        for (var k = 0; k <= 40; k++)
        {
            for (var m = 0; m <= 40; m++)
            {
                (profile[2], profile[3]) = (commons.Box.High[2] * k / 40, commons.Box.Low[3] + (commons.Box.High[3] - commons.Box.Low[3]) * m / 40);
                Assert.True(commons.Payoff(1, profile) <= search.Payoff);
            }
        }
    }

    [Fact]
    public void A_payoff_that_is_no_number_is_named()
    {
        var problem = new OneShotProblem("Hole", new Line(x => (x > 5 ? double.NaN : x, 1)), 1, new([0], [10]));
        var error = Assert.Throws<UnsolvableException>(() => new BestResponseSearch(problem).Find(0, [1]));
        Assert.StartsWith("Hole can't be solved: the payoff of agent 0 is NaN where the actions are", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new OneShotProblem("Open", new Line(x => (x, 1)), 1, new([0], [double.PositiveInfinity])));
    }

    private sealed class Line(Func<double, (double Value, double Slope)> payoff) : IOneShotGame
    {
        public void Payoffs(ReadOnlySpan<double> actions, Span<double> payoffs) => payoffs[0] = payoff(actions[0]).Value;

        public void Gradient(ReadOnlySpan<double> actions, Span<double> payoffs, Span<double> gradient) => (payoffs[0], gradient[0]) = payoff(actions[0]);
    }
}
