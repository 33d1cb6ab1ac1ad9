namespace CoopGen.SmallGames;

/// <summary>What learners learn small games with: hyperparameters by name, of which each takes those that it has, and environment steps.</summary>
public static class Settings
{
    /// <summary>For an algorithm in <see cref="Teamwork"/>.</summary>
    public static (long Steps, Dictionary<string, double> Given) OfTeamwork(string algorithm)
    {
        // Of a game of one step nothing is discounted.
        if (algorithm is "ISAC" or "JointSAC" or "MASAC" or "MADDPG" or "MATD3" or "M3DDPG" or "QMIX" or "VDN")
            return (8000, OffPolicy(discount: 0));
        // What makes a run on a small game short: learning rates fall, so that what is learnt is settled at the end.
        var given = new Dictionary<string, double>
        {
            ["environments"] = 16,
            ["rollout"] = 128,
            ["minibatch"] = 64,
            ["epochs"] = 4,
            ["hidden_width"] = 16,
            ["entropy"] = 0,
            ["learning_rate"] = 0.01,
            ["final_learning_rate"] = 0.001,
            ["copy_interval"] = 500,
            ["copies"] = 3,
            ["exploration"] = 0.3,
        };
        // Choices among bins explore by entropy.
        if (algorithm is "COMA" or "MeanFieldAC" or "LOLA")
            (given["entropy"], given["learning_rate"], given["critic_learning_rate"], given["epochs"]) = (0.03, algorithm == "LOLA" ? 0.03 : 0.003, 0.01, 1);
        // Half of the steps of fictitious co-play are for the population, and each agent learns in a third of the environments: four times as many. What is paid there depends on the team that is drawn, too,
        // which fewer passes and a rate that falls to 0 average out.
        if (algorithm == "FCP")
            (given["environments"], given["rollout"], given["epochs"], given["final_learning_rate"]) = (48, 384, 2, 0);
        return (algorithm switch { "FCP" => 80_000, "LOLA" => 6_000, _ => 20_000 }, given);
    }

    /// <summary>For self-play, in which one policy plays both roles, or fictitious co-play in <see cref="Cycle"/>: deviations stay as they are at first, so that nobody is fixed to a corner.</summary>
    public static (long Steps, Dictionary<string, double> Given) OfCycle(string algorithm)
    {
        var given = new Dictionary<string, double>
        {
            ["environments"] = 32,
            ["rollout"] = 256,
            ["minibatch"] = 128,
            ["epochs"] = 4,
            ["hidden_width"] = 16,
            ["entropy"] = 0,
            ["learning_rate"] = 0.01,
            ["final_learning_rate"] = 0.01,
            ["initial_deviation"] = 0.5,
            ["final_deviation"] = 0.5,
        };
        if (algorithm == "SelfPlay_PPO")
            (given["copy_interval"], given["copies"], given["share_parameters"]) = (3000, 1, 1);
        return (120_000, given);
    }

    /// <summary>For learners of utilities in <see cref="Climbing"/>: all is tried equally often.</summary>
    public static (long Steps, Dictionary<string, double> Given) OfClimbing => (6000, Tried(OffPolicy(discount: 0), bins: 3));

    /// <summary>For learners of utilities in <see cref="TwoStep"/>.</summary>
    public static (long Steps, Dictionary<string, double> Given) OfTwoStep => (20_000, Tried(OffPolicy(discount: 0.99), bins: 2));

    private static Dictionary<string, double> OffPolicy(double discount) => new()
    {
        ["discount"] = discount,
        ["hidden_width"] = 64,
        ["batch"] = 128,
        ["learning_starts"] = 500,
        ["update_ratio"] = 0.5,
        ["learning_rate"] = 3e-3,
        ["critic_learning_rate"] = 3e-3,
        ["target_rate"] = 0.05,
        ["temperature_learning_rate"] = 1e-2,
        ["exploration_steps"] = 2000,
        ["target_interval"] = 50,
    };

    private static Dictionary<string, double> Tried(Dictionary<string, double> given, int bins)
    {
        (given["final_exploration"], given["bins"]) = (1, bins);
        return given;
    }
}
