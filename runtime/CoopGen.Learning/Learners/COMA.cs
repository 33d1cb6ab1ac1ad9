using static TorchSharp.torch;

namespace CoopGen.Learning;

/// <summary>
/// Counterfactual multi-agent policy gradients (Foerster et al. 2018, arXiv:1705.08926): decentralised actors that choose among bins, and one central critic that says, for agent i, what
/// each of its actions would be worth to the team while the others' stay as they were: Q(s, (u₋ᵢ, ·)), for all i and all actions at once from s, u₋ᵢ and i. The critic learns TD(λ) returns of an
/// older copy of itself, y = (1 − λ) Σₙ λⁿ⁻¹ Gₙ; actors go along ∇log πᵢ(uᵢ | oᵢ)·Aᵢ with Aᵢ = Q(s, u) − Σ π(u′ᵢ | oᵢ)·Q(s, (u₋ᵢ, u′ᵢ)). Actions are drawn from (1 − ε)·softmax + ε/|U|, with ε falling.
/// </summary>
/// <remarks>
/// As the paper has it: a central critic of the joint observation, the team's reward (the sum over agents), the older critic replaced every 150 steps, ε from 0.5 to 0.02. Deviations: agents have
/// networks of their own unless <c>share_parameters</c> is set (they are not alike here); perceptrons instead of recurrent networks; Adam instead of RMSprop; the critic takes steps over rows in random
/// order instead of step by step from the end; values are normalised (PopArt), advantages divided by their root mean square; entropy is rewarded a little; nothing
/// follows the horizon, which observations tell, unless <c>horizon_ends</c> is switched off. A deterministic policy plays the likeliest bin, a stochastic one the softmax without ε. Of several dimensions of an action each is a decision by itself.
/// </remarks>
public sealed class COMA : ActionCriticLearner
{
    private readonly Critic _critic, _old;
    private long _steps;

    /// <param name="setup">What is trained on and with.</param>
    public COMA(TrainingSetup setup) : base(setup, seesJoint: true)
    {
        (_critic, _old) = (New(), New());
        _critic.Initialise(Random("critic weights"));
        _old.CopyFrom(_critic);

        Critic New() => new(Batch.JointLength, Heads, BinCount, [.. Hidden], Setup.Hyperparameters["value_rate"]);
    }

    /// <summary>What is known of it.</summary>
    public static AlgorithmInfo Algorithm { get; } = new()
    {
        Name = nameof(COMA),
        Summary = "Decentralised actors, each credited with what its action adds to the team's reward, by a central critic with a counterfactual baseline.",
        Paper = "arXiv:1705.08926",
        Family = "centralised training",
        Hyperparameters =
        [
            .. Tunable,
            Hyperparameter.Count("target_interval", 150, 1, 1_000_000, "Steps of the critic after which its older copy is replaced."),
            new("exploration", 0.5, 0, 0.999, "ε at the beginning."),
            new("final_exploration", 0.02, 0, 0.999, "ε in the second half of training."),
        ],
        Create = static setup => new COMA(setup),
    };

    private protected override IEnumerable<Parameter> CriticParameters => _critic.Parameters;

    private protected override IEnumerable<Tensor> CriticTensors => _critic.Tensors;

    private protected override (Mlp Network, ValueNormalizer Units)[] Outputs => [(_critic.Rest, _critic.Units), (_old.Rest, _old.Units)];

    private protected override Tensor ActionValues(Tensor rows, bool old) => (old ? _old : _critic).Forward(JointInputs[0].index_select(0, rows), Bins.index_select(1, rows));

    private protected override Tensor Worth(Tensor values, Tensor probabilities, Tensor bins) => Taken(values, bins);

    private protected override ReadOnlySpan<float> Paid(int head) => TeamRewards;

    private protected override void Follow()
    {
        if (++_steps % Setup.Hyperparameters.Count("target_interval") == 0)
            _old.CopyFrom(_critic);
    }

    /// <inheritdoc/>
    protected override double ExplorationAt(double progress) => new Schedule(Setup.Hyperparameters["exploration"], Setup.Hyperparameters["final_exploration"], 0.5).At(progress);

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        base.ExchangeOwn(archive);
        archive.Within("old").Exchange(_old.Parameters);
        _steps = archive.Exchange("critic.steps", _steps);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        foreach (var tensor in _old.Tensors)
            tensor.Dispose();
    }

    /// <summary>
    /// The critic. Its first layer is that of a perceptron whose input is the joint observation, one-hot bins of all decisions with the one judged left out, and a one-hot vector of which that is:
    /// the sum over decisions is made once, and each one's own share taken away again, so that the input itself is never laid out.
    /// </summary>
    internal sealed class Critic
    {
        private readonly Parameter _state, _actions, _head;
        private readonly Tensor _stateTensor, _actionTensor, _headTensor, _offsets;
        private readonly StackedMlp _rest;
        private readonly int _bins;

        public Critic(int length, int heads, int bins, int[] hidden, double valueRate)
        {
            _bins = bins;
            (_state, _actions, _head) = (new("critic.state", 1, length, hidden[0]), new("critic.actions", 1, heads * bins, hidden[0]), new("critic.head", 1, heads, hidden[0]));
            (_stateTensor, _actionTensor, _headTensor) = (_state.AsTensor(length, hidden[0]), _actions.AsTensor(heads * bins, hidden[0]), _head.AsTensor(heads, 1, hidden[0]));
            _offsets = tensor(Enumerable.Range(0, heads).Select(head => (long)head * bins).ToArray()).unsqueeze(-1).DetachFromDisposeScope();
            Rest = new("critic.rest", 1, [.. hidden, bins], Activation.Tanh);
            (_rest, Units) = (new(Rest), new(1, valueRate));
        }

        /// <summary>The layers after the first.</summary>
        public Mlp Rest { get; }

        /// <summary>The units of the values.</summary>
        public ValueNormalizer Units { get; }

        public IEnumerable<Parameter> Parameters => [_state, _actions, _head, .. Rest.Parameters];

        public IEnumerable<Tensor> Tensors => [_stateTensor, _actionTensor, _headTensor, .. _rest.Tensors];

        public void Initialise(RandomStream random)
        {
            // As many entries of the input differ from 0.
            var bound = 1 / MathF.Sqrt(_state.Shape[1] + _head.Shape[1]);
            foreach (var parameter in new[] { _state, _actions, _head })
                random.FillUniform(parameter.Values, -bound, bound);
            Rest.Initialise(random, Initialisation.Orthogonal);
        }

        public void CopyFrom(Critic other)
        {
            foreach (var (to, from) in Parameters.Zip(other.Parameters))
                from.Values.CopyTo(to.Values, 0);
        }

        /// <summary>[heads, rows, bins] from [rows, length] and [heads, rows].</summary>
        public Tensor Forward(Tensor state, Tensor bins)
        {
            var own = _actionTensor.index_select(0, bins.Plus(_offsets).view(-1)).view(bins.shape[0], bins.shape[1], -1);
            var first = (state.matmul(_stateTensor).Plus(own.sum([0])).unsqueeze(0) - own).Plus(_headTensor);
            return _rest.Forward(first.tanh().view(1, -1, _state.Shape[2])).view(bins.shape[0], -1, _bins);
        }
    }
}
