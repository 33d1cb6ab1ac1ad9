using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Mean-field actor-critic (Yang et al. 2018, "Mean field multi-agent reinforcement learning", arXiv:1802.05438), for three agents or more: what agent i does is worth Qᵢ(oᵢ, aᵢ, āᵢ) to it, where
/// āᵢ = 1/(n − 1) Σⱼ≠ᵢ aⱼ is the mean of the others' actions as one-hot vectors, that is how often each action is chosen. The critic learns y = rᵢ + γ·vᵢ(o′) with the mean-field value
/// vᵢ(o′) = Σₐ πᵢ(a | o′ᵢ)·Q⁻ᵢ(o′ᵢ, a, ā′ᵢ) of a copy Q⁻ that follows it slowly (eq. 9 to 12 and 15); the actor goes along ∇log πᵢ(aᵢ | oᵢ)·Qᵢ(oᵢ, aᵢ, āᵢ).
/// </summary>
/// <remarks>
/// Deviations from the paper: actions of the box are bins; all other agents are neighbours; agents see their own observations instead of the state, the others' last actions among them, in
/// place of the last mean action as the actor's input; Σₐ π(a)·Q(a) is taken away from Q in the actor's gradient, which leaves its mean; λ-returns instead of targets of one step (<c>td_lambda=0</c> is the
/// paper's); agents have networks of their own unless <c>share_parameters</c> is set; observations, values and advantages are normalised; entropy is rewarded a little;
/// nothing follows the horizon, which observations tell, unless <c>horizon_ends</c> is switched off.
/// </remarks>
public sealed class MeanFieldAC : ActionCriticLearner
{
    private readonly Mlp _critic, _old;
    private readonly StackedMlp _criticNetwork, _oldNetwork;
    private readonly ValueNormalizer _units, _oldUnits;

    /// <param name="setup">What is trained on and with.</param>
    public MeanFieldAC(TrainingSetup setup) : base(setup, seesJoint: false)
    {
        var (outputs, rate) = (ActionLength * BinCount, Setup.Hyperparameters["value_rate"]);
        _critic = new("critic", Actor.Groups, [Batch.OwnLength + outputs, .. Hidden, outputs], Activation.Tanh);
        _old = new("critic", Actor.Groups, _critic.Sizes, Activation.Tanh);
        _critic.Initialise(Random("critic weights"), Initialisation.Orthogonal);
        _old.CopyFrom(_critic);
        (_criticNetwork, _oldNetwork, _units, _oldUnits) = (new(_critic), new(_old), new(_critic.Groups, rate), new(_critic.Groups, rate));
    }

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(MeanFieldAC),
        Summary = "Every agent has a critic of its own action and of the mean of the others'; for three agents or more.",
        Paper = "arXiv:1802.05438",
        Family = "centralised training",
        Hyperparameters = [.. Tunable, new("target_rate", 0.05, 1e-6, 1, "How far the older critic goes towards the present one after each of its steps.")],
        Refuses = static environment => environment.AgentCount < 3 ? $"it has {environment.AgentCount} agents; a mean of the others' actions needs at least 3." : null,
        Create = static setup => new MeanFieldAC(setup),
    };

    private protected override IEnumerable<Parameter> CriticParameters => _critic.Parameters;

    private protected override IEnumerable<Tensor> CriticTensors => _criticNetwork.Tensors;

    private protected override (Mlp Network, ValueNormalizer Units)[] Outputs => [(_critic, _units), (_old, _oldUnits)];

    /// <summary>Means of the others' one-hot vectors: [agents, rows, dimensions · bins].</summary>
    /// <param name="chosen">[agents · dimensions, rows]: bins.</param>
    /// <param name="dimensions">Dimensions of an agent's action.</param>
    /// <param name="bins">Number of bins.</param>
    internal static Tensor MeanActions(Tensor chosen, int dimensions, int bins)
    {
        var agents = chosen.shape[0] / dimensions;
        var own = nn.functional.one_hot(chosen, bins).to(ScalarType.Float32).view(agents, dimensions, -1, bins).permute(0, 2, 1, 3).reshape(agents, -1, dimensions * bins);
        return (own.sum(0, keepdim: true) - own) / (agents - 1);
    }

    private protected override Tensor ActionValues(Tensor rows, bool old)
    {
        var inputs = cat([Inputs.index_select(1, rows), MeanActions(Bins.index_select(1, rows), ActionLength, BinCount)], -1);
        return Through(old ? _oldNetwork : _criticNetwork, inputs).view(Units, -1, ActionLength, BinCount).permute(0, 2, 1, 3).reshape(Heads, -1, BinCount);
    }

    private protected override Tensor Worth(Tensor values, Tensor probabilities, Tensor bins) => (probabilities * values).sum(-1);

    private protected override ReadOnlySpan<float> Paid(int head) => Rewards(head / ActionLength);

    private protected override void Follow()
    {
        var rate = (float)Setup.Hyperparameters["target_rate"];
        foreach (var (to, from) in _old.Parameters.Zip(_critic.Parameters))
            for (var k = 0; k < to.Values.Length; k++)
                to.Values[k] += rate * (from.Values[k] - to.Values[k]);
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        base.ExchangeOwn(archive);
        archive.Within("old").Exchange(_old.Parameters);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        foreach (var tensor in _oldNetwork.Tensors)
            tensor.Dispose();
    }
}
