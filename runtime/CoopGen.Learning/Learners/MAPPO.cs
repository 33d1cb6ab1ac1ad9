namespace CoopGen.Learning;

/// <summary>
/// Multi-agent PPO (Yu et al. 2022, "The surprising effectiveness of PPO in cooperative multi-agent games", arXiv:2103.01955): actors that see their own
/// observations, trained by PPO (<see cref="PpoLearner"/>) with one critic that sees the joint observation and judges the team's reward.
/// </summary>
/// <remarks>
/// As the paper has it: actors share one network, values are normalised (PopArt), the value loss is clipped, gradients are bounded by 10. Deviations: perceptrons instead of
/// recurrent networks; squared error instead of Huber's; those of all on-policy learners (<see cref="OnPolicyLearner"/>) and of <see cref="PpoLearner"/>'s hyperparameters. Actions begin nearer to the middle and noise falls
/// slowly: there is one judge of what all do, so that nobody loses trust by it, and the best is found more closely.
/// </remarks>
public sealed class MAPPO(TrainingSetup setup) : PpoLearner(setup, OnPolicyScheme.Centralised)
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(MAPPO),
        Summary = "Decentralised actors trained by PPO with one critic of the joint observation, for the team's reward.",
        Paper = "arXiv:2103.01955",
        Family = "centralised training",
        Hyperparameters = Tunable(share: true, ("gradient_norm", 10), ("clip_values", 1), ("initial_action", 0.55), ("deviation_part", 0.7)),
        Create = static setup => new MAPPO(setup),
    };
}
