namespace CoopGen.Learning;

/// <summary>
/// Advantage actor-critic (Mnih et al. 2016, arXiv:1602.01783) of one agent that sees the joint observation, plays all actions and is paid the sum of all rewards: what the
/// benchmark's published figures call IA2C. See <see cref="A2cLearner"/>.
/// </summary>
/// <remarks>Deviations from the published figures' learner: many environments instead of one; those of all on-policy learners (<see cref="OnPolicyLearner"/>).</remarks>
public sealed class JointA2C(TrainingSetup setup) : A2cLearner(setup, OnPolicyScheme.Joint)
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(JointA2C),
        Summary = "One agent that sees everything, plays all actions and is paid the team's reward, trained by advantage actor-critic.",
        Paper = "arXiv:1602.01783",
        Family = "joint",
        Hyperparameters = Tunable(share: null),
        Create = static setup => new JointA2C(setup),
    };
}
