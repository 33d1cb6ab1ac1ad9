using static CoopGen.Learning.TorchNumbers;
using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Multi-agent twin delayed deterministic policy gradient (Ackermann et al. 2019, "Reducing overestimation bias in multi-agent domains using double centralized critics",
/// arXiv:1910.01465): <see cref="DdpgLearner"/> with the three remedies of TD3 (Fujimoto et al. 2018, arXiv:1802.09477): the lesser of two critics is the target; the target's actions get
/// noise, clip(N(0, σ²), −c, c), and are clipped to the box; policies and targets are updated every second time.
/// </summary>
/// <remarks>Deviations from the paper: as in <see cref="MADDPG"/>.</remarks>
public sealed class MATD3 : DdpgLearner
{
    private readonly RandomStream _smooth;
    private readonly float[] _values;
    private readonly Tensor _noise;

    /// <param name="setup">What is trained on and with.</param>
    public MATD3(TrainingSetup setup) : base(setup, twins: 2)
    {
        _smooth = Random("smoothing");
        _values = Pinned(Units * Draws * ActionLength);
        _noise = Lasting(_values, Units, Draws, ActionLength);
    }

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(MATD3),
        Summary = "MADDPG with twin critics, smoothed targets and delayed policies.",
        Paper = "arXiv:1910.01465",
        Family = "centralised training",
        Hyperparameters =
        [
            .. Tunable,
            new("target_noise", 0.2, 0, 10, "σ: standard deviation of the noise on targets' actions within [−1, 1]."),
            new("target_noise_clip", 0.5, 0, 10, "c: greatest noise on targets' actions."),
            Hyperparameter.Count("policy_delay", 2, 1, 1000, "Updates of critics per update of policies and targets."),
        ],
        Create = static setup => new MATD3(setup),
    };

    /// <inheritdoc/>
    protected override int Delay => Setup.Hyperparameters.Count("policy_delay");

    /// <summary>Target smoothing.</summary>
    /// <param name="actions">Actions within [−1, 1].</param>
    /// <param name="normal">Standard normal numbers, as many.</param>
    /// <param name="deviation">σ.</param>
    /// <param name="clip">c.</param>
    public static Tensor Smooth(Tensor actions, Tensor normal, double deviation, double clip)
    {
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(normal);
        return actions.Plus((normal * Kept(deviation)).clamp(Kept(-clip), Kept(clip))).clamp(Kept(-1), Kept(1));
    }

    /// <inheritdoc/>
    protected override Tensor Judge(Tensor next)
    {
        _smooth.FillNormal(_values);
        return Together(Smooth(next, _noise, Setup.Hyperparameters["target_noise"], Setup.Hyperparameters["target_noise_clip"]));
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        base.ExchangeOwn(archive);
        _smooth.Exchange(archive, "smoothing");
    }
}
