namespace CoopGen.Learning;

/// <summary>
/// Multi-agent soft actor-critic: <see cref="SacLearner"/> with decentralised actors and, for every agent, twin critics of the joint observation and all actions that judge its own
/// reward: the centralised critics of Lowe et al. 2017 (arXiv:1706.02275) with the maximum-entropy objective of Iqbal and Sha 2019 (arXiv:1810.02912).
/// </summary>
/// <remarks>
/// Deviations from the latter: no attention, which is that paper's subject; twin critics and learnt temperatures, as soft actor-critic has them now; continuous actions, so no
/// counterfactual baseline is needed. Observations and rewards are normalised.
/// </remarks>
public sealed class MASAC(TrainingSetup setup) : SacLearner(setup, new(Own: true, Joint: true, Team: false))
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(MASAC),
        Summary = "Decentralised actors trained by soft actor-critic, each with twin critics of everything for its own reward.",
        Paper = "arXiv:1810.02912",
        Family = "centralised training",
        Hyperparameters = Tunable,
        Create = static setup => new MASAC(setup),
    };
}
