namespace CoopGen.Learning;

/// <summary>
/// Self-play by PPO against past copies (Bansal et al. 2018, "Emergent complexity via multi-agent competition", arXiv:1710.03748): every agent learns by PPO (<see cref="PpoLearner"/>), on its own
/// observation and for its own reward, while all others are played by one frozen copy of the whole team from the past, drawn evenly from those kept whenever an episode begins.
/// </summary>
/// <remarks>
/// Agents are not alike here, so each has a policy of its own and meets older versions of the others' policies, as the paper has it for games with different roles (its kicker and keeper, its
/// runner and blocker); with <c>share_parameters</c> one policy plays all roles, as in its games of equals. Every agent is the learner in as many environments. The copies kept are the newest, as the paper draws from the
/// last part of history. Deviations: no dense reward that fades out; perceptrons; observations and values are normalised; noise
/// begins small, as in <see cref="IPPO"/>. Evaluated are the present policies among themselves.
/// </remarks>
public sealed class SelfPlay_PPO(TrainingSetup setup) : PopulationLearner(setup)
{
    private long _copies;

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(SelfPlay_PPO),
        Summary = "Every agent runs PPO among frozen copies that the others were in the past.",
        Paper = "arXiv:1710.03748",
        Family = "independent",
        Hyperparameters =
        [
            .. Tunable(share: false, ("initial_deviation", 0.1)),
            Hyperparameter.Count("copy_interval", 10_000, 1, 1_000_000_000, "Environment steps after which a copy is taken."),
            Hyperparameter.Count("copies", 20, 1, 10_000, "Copies that are kept, the newest."),
        ],
        Create = static setup => new SelfPlay_PPO(setup),
    };

    /// <inheritdoc/>
    protected override void Iterate()
    {
        // The first copy is that of the beginning.
        if (Steps >= _copies * Setup.Hyperparameters.Count("copy_interval"))
        {
            Admit(Policy(), Setup.Hyperparameters.Count("copies"));
            _copies = 1 + Steps / Setup.Hyperparameters.Count("copy_interval");
        }

        base.Iterate();
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        base.ExchangeOwn(archive);
        _copies = archive.Exchange("copies", _copies);
    }
}
