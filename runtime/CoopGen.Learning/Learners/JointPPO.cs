namespace CoopGen.Learning;

/// <summary>
/// PPO (Schulman et al. 2017, arXiv:1707.06347) of one agent that sees the joint observation, plays all actions and is paid the sum of all rewards: what the benchmark's published
/// figures call IPPO. See <see cref="PpoLearner"/>.
/// </summary>
/// <remarks>Deviations from the published figures' learner: those of all on-policy learners (<see cref="OnPolicyLearner"/>) and of <see cref="PpoLearner"/>'s hyperparameters.</remarks>
public sealed class JointPPO(TrainingSetup setup) : PpoLearner(setup, OnPolicyScheme.Joint)
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(JointPPO),
        Summary = "One agent that sees everything, plays all actions and is paid the team's reward, trained by PPO.",
        Paper = "arXiv:1707.06347",
        Family = "joint",
        Hyperparameters = Tunable(share: null),
        Create = static setup => new JointPPO(setup),
    };
}
