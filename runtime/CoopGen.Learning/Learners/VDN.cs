using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Value decomposition networks (Sunehag et al. 2017, "Value-decomposition networks for cooperative multi-agent learning", arXiv:1706.05296): <see cref="UtilityLearner"/> whose team value
/// is the sum of the agents' utilities (eq. 1 of the paper).
/// </summary>
/// <remarks>
/// Deviations from the paper: perceptrons on the last observation instead of recurrent networks; agents have networks of their own unless <c>share_parameters</c> is set; double
/// Q-learning; actions are divided into bins; observations and rewards are normalised.
/// </remarks>
public sealed class VDN(TrainingSetup setup) : UtilityLearner(setup, joint: false)
{
    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(VDN),
        Summary = "Q-learning of a team value that is the sum of agents' utilities, each of its own observation.",
        Paper = "arXiv:1706.05296",
        Family = "centralised training",
        Hyperparameters = Tunable,
        Create = static setup => new VDN(setup),
    };

    /// <inheritdoc/>
    protected override Tensor Mix(Tensor utilities, Tensor judged, bool target)
    {
        ArgumentNullException.ThrowIfNull(utilities);
        return utilities.sum(-1);
    }
}
