namespace CoopGen.Learning;

/// <summary>
/// Independent advantage actor-critic (Papoudakis et al. 2021, "Benchmarking multi-agent deep reinforcement learning algorithms in cooperative tasks", arXiv:2006.07869): every agent
/// runs A2C (<see cref="A2cLearner"/>) on its own observation and its own reward.
/// </summary>
/// <remarks>
/// Deviations from the paper: agents have networks of their own unless <c>share_parameters</c> is set; perceptrons instead of recurrent networks; RMSprop's start is corrected; those of all
/// on-policy learners (<see cref="OnPolicyLearner"/>).
/// </remarks>
public sealed class IA2C(TrainingSetup setup) : A2cLearner(setup, OnPolicyScheme.Independent)
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(IA2C),
        Summary = "Every agent runs advantage actor-critic on its own observation and its own reward.",
        Paper = "arXiv:2006.07869",
        Family = "independent",
        Hyperparameters = Tunable(share: false),
        Create = static setup => new IA2C(setup),
    };
}
