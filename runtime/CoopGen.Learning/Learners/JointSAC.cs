namespace CoopGen.Learning;

/// <summary>
/// Soft actor-critic (Haarnoja et al. 2018, arXiv:1812.05905) of one agent that sees the joint observation, plays all actions and is paid the sum of all rewards: what the
/// benchmark's published figures call ISAC. See <see cref="SacLearner"/>.
/// </summary>
/// <remarks>
/// Deviations from the published figures' learner: many environments instead of one, observations and rewards are normalised, gradients are bounded, by default one update per 16 steps
/// instead of one per step.
/// </remarks>
public sealed class JointSAC(TrainingSetup setup) : SacLearner(setup, new(Own: false, Joint: true, Team: true))
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(JointSAC),
        Summary = "One agent that sees everything, plays all actions and is paid the team's reward, trained by soft actor-critic.",
        Paper = "arXiv:1812.05905",
        Family = "joint",
        Hyperparameters = Tunable,
        Create = static setup => new JointSAC(setup),
    };
}
