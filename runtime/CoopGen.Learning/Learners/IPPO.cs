namespace CoopGen.Learning;

/// <summary>
/// Independent PPO (de Witt et al. 2020, "Is independent learning all you need in the StarCraft multi-agent challenge?", arXiv:2011.09533): every agent runs
/// PPO (<see cref="PpoLearner"/>) on its own observation and its own reward, others being part of its environment.
/// </summary>
/// <remarks>
/// Deviations from the paper: agents have networks of their own unless <c>share_parameters</c> is set (rewards differ between agents here); perceptrons instead of recurrent networks; rewards
/// are each agent's own, not the team's; values are not clipped unless <c>clip_values</c> is set; those of all on-policy learners (<see cref="OnPolicyLearner"/>) and of
/// <see cref="PpoLearner"/>'s hyperparameters. All learn at once and each is paid for itself: noise begins small, so that trust is not
/// lost before it is learnt what it is worth, and falls soon to what still learns; rollouts are longer, so that others change little between two updates, and nobody takes more than trust bears
/// before it sees what that costs.
/// </remarks>
public sealed class IPPO(TrainingSetup setup) : PpoLearner(setup, OnPolicyScheme.Independent)
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(IPPO),
        Summary = "Every agent runs PPO on its own observation and its own reward.",
        Paper = "arXiv:2011.09533",
        Family = "independent",
        Hyperparameters = Tunable(share: false, ("rollout", 8192), ("initial_deviation", 0.1), ("final_deviation", 0.03), ("deviation_part", 0.2)),
        Create = static setup => new IPPO(setup),
    };
}
