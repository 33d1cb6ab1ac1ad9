namespace CoopGen.Learning;

/// <summary>
/// Multi-agent deep deterministic policy gradient (Lowe et al. 2017, "Multi-agent actor-critic for mixed cooperative-competitive environments", arXiv:1706.02275, eq. 5 and 6): see
/// <see cref="DdpgLearner"/>.
/// </summary>
/// <remarks>
/// Deviations from the paper: normal noise that shrinks instead of an Ornstein-Uhlenbeck process; agents know one another's policies (the paper's policy inference and ensembles are left
/// out); observations and rewards are normalised. Critics are not bounded, and judge what was played on the scale on which policies act.
/// </remarks>
public sealed class MADDPG(TrainingSetup setup) : DdpgLearner(setup, twins: 1)
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(MADDPG),
        Summary = "Decentralised deterministic actors, each with a critic of everything for its own reward.",
        Paper = "arXiv:1706.02275",
        Family = "centralised training",
        Hyperparameters = Tunable,
        Create = static setup => new MADDPG(setup),
    };
}
