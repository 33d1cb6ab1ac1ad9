namespace CoopGen.Learning;

/// <summary>
/// Independent soft actor-critic (Haarnoja et al. 2018, arXiv:1812.05905, run by every agent on its own, as Tan 1993 and de Witt et al. 2020, arXiv:2011.09533, have it of other algorithms):
/// <see cref="SacLearner"/> on own observations, own actions and own rewards, others being part of the environment.
/// </summary>
/// <remarks>
/// Deviations from the paper: observations and rewards are normalised; gradients are bounded; learning rates fall to 0, and the entropy wanted falls; by default one update per 16 environment
/// steps instead of one per step.
/// </remarks>
public sealed class ISAC(TrainingSetup setup) : SacLearner(setup, new(Own: true, Joint: false, Team: false))
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(ISAC),
        Summary = "Every agent runs soft actor-critic on its own observation and its own reward.",
        Paper = "arXiv:1812.05905",
        Family = "independent",
        Hyperparameters = Tunable,
        Create = static setup => new ISAC(setup),
    };
}
