namespace CoopGen.Runtime.Tests;

/// <summary>Seeding, saving, and what an environment refuses.</summary>
public class EpisodeTests
{
    [Theory]
    [MemberData(nameof(Environments.Ids), MemberType = typeof(Environments))]
    public void The_same_seed_gives_the_same_episodes(string id)
    {
        Assert.Equal(Play(Environments.Make(id), 7, 3), Play(Environments.Make(id), 7, 3));

        static List<double> Play(GameEnvironment environment, ulong seed, int episodes)
        {
            var (random, numbers) = (new Random(3), new List<double>());
            var (actions, rewards, observation) = (new double[environment.ProfileLength], new double[environment.AgentCount], new float[environment.ObservationLength]);
            for (var episode = 0; episode < episodes; episode++)
            {
                environment.Reset(episode == 0 ? seed : null);
                Assert.Equal(episode, environment.Episode);
                for (var step = 0; step < 10 && !environment.HasEnded; step++)
                {
                    Environments.Actions(environment, random, actions);
                    environment.Step(actions, rewards);
                    environment.Observe(observation);
                    numbers.AddRange(rewards);
                    numbers.AddRange(observation.Select(x => (double)x));
                    environment.Observe(observation);
                    numbers.AddRange(observation.Select(x => (double)x));
                }
            }

            return numbers;
        }
    }

    [Fact]
    public void Another_seed_and_another_episode_draw_anew()
    {
        var environment = Environments.Make("Weather-v0");
        environment.Reset(1);
        var first = Environments.State(environment);
        environment.Reset();
        var second = Environments.State(environment);
        environment.Reset(2);
        var other = Environments.State(environment);
        environment.Reset(1);
        Assert.Equal(first, Environments.State(environment));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [MemberData(nameof(Environments.Ids), MemberType = typeof(Environments))]
    public void A_restored_state_goes_on_bit_by_bit(string id)
    {
        var (environment, copy) = (Environments.Make(id), Environments.Make(id));
        var (actions, rewards, again) = (new double[environment.ProfileLength], new double[environment.AgentCount], new double[environment.AgentCount]);
        var random = new Random(5);
        environment.Reset(9);
        for (var step = 0; step < 3 && !environment.HasEnded; step++)
        {
            Environments.Actions(environment, random, actions);
            environment.Step(actions, rewards);
        }

        copy.RestoreState(Environments.State(environment));
        while (!environment.HasEnded)
        {
            Environments.Actions(environment, random, actions);
            Assert.Equal(environment.Step(actions, rewards), copy.Step(actions, again));
            Assert.Equal(rewards, again);
            Assert.Equal(Environments.State(environment), Environments.State(copy));
        }

        environment.Reset();
        copy.Reset();
        Assert.Equal(Environments.State(environment), Environments.State(copy));
    }

    [Fact]
    public void A_persistent_state_outlives_episodes_until_it_is_cleared()
    {
        var environment = Environments.Make("DynamicPartnerSelection-v0");
        var (actions, rewards) = (Enumerable.Repeat(100.0, environment.ProfileLength).ToArray(), new double[environment.AgentCount]);
        environment.Reset(1);
        var fresh = Environments.State(environment);
        environment.Step(actions, rewards);
        environment.Reset(1);
        Assert.NotEqual(fresh, Environments.State(environment));
        environment.Reset(1, clear: true);
        Assert.Equal(fresh, Environments.State(environment));
    }

    public static TheoryData<string, double[], int, string> Refused => new()
    {
        { "TrustDilemma-v0", [1], 2, "1 actions are given; TrustDilemma-v0 takes 2" },
        { "TrustDilemma-v0", [1, 2, 3], 2, "3 actions are given" },
        { "TrustDilemma-v0", [1, double.NaN], 2, "Action a of agent 1 is NaN; it must be a number" },
        { "TrustDilemma-v0", [double.PositiveInfinity, 1], 2, "of agent 0" },
        { "TrustDilemma-v0", [1, 2], 1, "Room for 1 rewards is given; TrustDilemma-v0 pays 2 agents" },
        { "Dilemma-v0", [0, 0.5], 2, "it must be one of 0, 1" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_refused_leaves_the_state_untouched(string id, double[] actions, int room, string message)
    {
        var environment = Environments.Make(id);
        environment.Reset(1);
        var before = Environments.State(environment);
        var refused = Assert.Throws<ArgumentException>(() => environment.Step(actions, new double[room]));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Environments.State(environment));
    }

    [Fact]
    public void Stepping_needs_an_episode_under_way()
    {
        var environment = Environments.Make("TrustDilemma-v0", new() { ["max_steps"] = 1 });
        Assert.Contains("has not been reset", Assert.Throws<InvalidOperationException>(() => environment.Step([1, 1], new double[2])).Message, StringComparison.Ordinal);
        environment.Reset(1);
        Assert.True(environment.Step([50, 50], new double[2]).Truncated);
        var before = Environments.State(environment);
        Assert.Contains("is over after 1 steps", Assert.Throws<InvalidOperationException>(() => environment.Step([1, 1], new double[2])).Message, StringComparison.Ordinal);
        Assert.Equal(before, Environments.State(environment));
    }

    [Fact]
    public void Actions_outside_the_box_are_clipped_and_the_result_says_so()
    {
        var environment = Environments.Make("TrustDilemma-v0");
        environment.Reset(1);
        Assert.False(environment.Step([0, 100], new double[2]).Clipped);
        Assert.True(environment.Step([-1, 101], new double[2]).Clipped);
        Assert.Equal([0.0, 100.0], environment.Actions.ToArray());
    }

    [Fact]
    public void Spans_of_the_wrong_length_are_refused()
    {
        var environment = Environments.Make("TrustDilemma-v0");
        environment.Reset(1);
        Assert.Contains("observation of TrustDilemma-v0 has 15", Assert.Throws<ArgumentException>(() => environment.Observe(new float[3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => environment.SaveState(new double[1]));
        Assert.Throws<ArgumentException>(() => environment.RestoreState(new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => environment.Observe(2, 1, new float[20]));
        var game = (IOneShotGame)environment;
        Assert.Throws<ArgumentException>(() => game.Payoffs([1, 2], new double[3]));
        Assert.Throws<ArgumentException>(() => game.Gradient([1, 2], new double[2], new double[3]));
        Assert.Throws<ArgumentException>(() => game.Payoffs([double.NaN, 2], new double[2]));
    }
}
