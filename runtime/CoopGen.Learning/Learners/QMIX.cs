namespace CoopGen.Learning;

/// <summary>
/// QMIX (Rashid et al. 2018, "QMIX: monotonic value function factorisation for deep multi-agent reinforcement learning", arXiv:1803.11485): <see cref="UtilityLearner"/> whose team
/// value is mixed from the agents' utilities by a network that grows with each of them (<see cref="MonotonicMixer"/>), with weights that depend on the joint observation.
/// </summary>
/// <remarks>
/// Deviations from the paper: perceptrons on the last observation instead of recurrent networks, and a buffer of steps instead of episodes; agents have networks of their own unless
/// <c>share_parameters</c> is set; double Q-learning, as the authors' program has it; Adam instead of RMSprop; actions are divided into bins; observations and rewards are normalised. Bins that were taken
/// are what is learnt from.
/// </remarks>
public sealed class QMIX : UtilityLearner
{
    private readonly MonotonicMixer _mixer, _target;
    private readonly Adam _adam;

    /// <param name="setup">What is trained on and with.</param>
    public QMIX(TrainingSetup setup) : base(setup, joint: true)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var width = setup.Hyperparameters.Count("mixer_width");
        (_mixer, _target) = (new("mixer", Units * ActionLength, JudgedLength, width), new("target_mixer", Units * ActionLength, JudgedLength, width));
        _mixer.Initialise(Random("mixer weights"));
        _target.CopyFrom(_mixer);
        _adam = new(_mixer.Parameters, null);
    }

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(QMIX),
        Summary = "Q-learning of a team value that grows with every agent's utility, mixed by a network of the joint observation.",
        Paper = "arXiv:1803.11485",
        Family = "centralised training",
        Hyperparameters = [.. Tunable, Hyperparameter.Count("mixer_width", 32, 1, 8192, "Width of the mixer's hidden layer.")],
        Create = static setup => new QMIX(setup),
    };

    /// <inheritdoc/>
    protected override void Rescale(int stream, float factor)
    {
        _mixer.Rescale(factor);
        _target.Rescale(factor);
    }

    /// <inheritdoc/>
    private protected override void Mix(ReadOnlySpan<float> utilities, ReadOnlySpan<float> judged, bool target, Span<float> team) => (target ? _target : _mixer).Mix(utilities, judged, team);

    /// <inheritdoc/>
    private protected override void Unmix(ReadOnlySpan<float> utilities, ReadOnlySpan<float> ofTeam, Span<float> ofUtilities) => _mixer.Backward(utilities, ofTeam, ofUtilities);

    /// <inheritdoc/>
    protected override void StepMixer() => _adam.Step(_mixer.Gradients, Setup.Hyperparameters["learning_rate"], Setup.Hyperparameters["gradient_norm"]);

    /// <inheritdoc/>
    protected override void FollowMixer() => _target.CopyFrom(_mixer);

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        base.ExchangeOwn(archive);
        archive.Exchange(_mixer.Parameters.Concat(_target.Parameters));
        _adam.Exchange(archive.Within("mixer.adam"));
    }
}
