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
    private protected override void Mix(ReadOnlySpan<float> utilities, ReadOnlySpan<float> judged, bool target, Span<float> team)
    {
        for (var (b, each) = (0, utilities.Length / team.Length); b < team.Length; b++)
        {
            team[b] = 0;
            foreach (var utility in utilities.Slice(b * each, each))
                team[b] += utility;
        }
    }

    /// <inheritdoc/>
    private protected override void Unmix(ReadOnlySpan<float> utilities, ReadOnlySpan<float> ofTeam, Span<float> ofUtilities)
    {
        for (var (b, each) = (0, utilities.Length / ofTeam.Length); b < ofTeam.Length; b++)
            ofUtilities.Slice(b * each, each).Fill(ofTeam[b]);
    }
}
