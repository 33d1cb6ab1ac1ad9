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
public class COMA : ActionCriticLearner
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

    private protected override (Mlp Network, ValueNormalizer Units)[] Outputs => [(_critic.Rest, _critic.Units), (_old.Rest, _old.Units)];

    private protected override int JudgedAtOnce => 1;

    private protected override ActionJudge NewJudge(bool old) => new Judge(old ? _old : _critic, JointArray, BinArray);

    private protected override float Worth(ReadOnlySpan<float> values, ReadOnlySpan<float> probabilities, int bin) => values[bin];

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

    /// <summary>
    /// The critic. Its first layer is that of a perceptron whose input is the joint observation, one-hot bins of all decisions with the one judged left out, and a one-hot vector of which that is.
    /// </summary>
    internal sealed class Critic
    {
        public Critic(int length, int heads, int bins, int[] hidden, double valueRate)
        {
            (State, Actions, Head) = (new("critic.state", 1, length, hidden[0]), new("critic.actions", 1, heads * bins, hidden[0]), new("critic.head", 1, heads, hidden[0]));
            (Rest, Units) = (new("critic.rest", 1, [.. hidden, bins], Activation.Tanh), new(1, valueRate));
        }

        /// <summary>Weights of the joint observation.</summary>
        public Parameter State { get; }

        /// <summary>Weights of the others' bins, decision by decision.</summary>
        public Parameter Actions { get; }

        /// <summary>Weights of which decision is judged.</summary>
        public Parameter Head { get; }

        /// <summary>The layers after the first.</summary>
        public Mlp Rest { get; }

        /// <summary>The units of the values.</summary>
        public ValueNormalizer Units { get; }

        public IEnumerable<Parameter> Parameters => [State, Actions, Head, .. Rest.Parameters];

        public void Initialise(RandomStream random)
        {
            // As many entries of the input differ from 0.
            var bound = 1 / MathF.Sqrt(State.Shape[1] + Head.Shape[1]);
            foreach (var parameter in new[] { State, Actions, Head })
                random.FillUniform(parameter.Values, -bound, bound);
            Rest.Initialise(random, Initialisation.Orthogonal);
        }

        public void CopyFrom(Critic other)
        {
            foreach (var (to, from) in Parameters.Zip(other.Parameters))
                from.Values.CopyTo(to.Values, 0);
        }
    }

    /// <summary>
    /// The critic at work. Of the first layer, the sum over the state and all decisions is made once per row, and each decision's own share taken away again, so that its input is never laid out.
    /// </summary>
    /// <param name="critic">The critic.</param>
    /// <param name="seen">[rows, length]: the joint observation.</param>
    /// <param name="bins">[decisions, rows]: bins that were drawn.</param>
    internal sealed class Judge(Critic critic, float[] seen, long[] bins) : ActionJudge
    {
        private readonly int _length = critic.State.Shape[1], _width = critic.State.Shape[2], _heads = critic.Head.Shape[1];
        private readonly MlpGradient _rest = new(critic.Rest);
        // [rows, length] and [rows, width].
        private readonly float[] _states = new float[MlpGradient.Chunk * critic.State.Shape[1]];
        private readonly float[] _sums = new float[MlpGradient.Chunk * critic.State.Shape[2]], _ofSums = new float[MlpGradient.Chunk * critic.State.Shape[2]], _ofFirst = new float[MlpGradient.Chunk * critic.State.Shape[2]];
        // [decisions, rows]: where the weights of what was drawn begin.
        private readonly int[] _drawn = new int[critic.Head.Shape[1] * MlpGradient.Chunk];
        private float[][]? _gradients;
        private int _rows, _head;

        /// <inheritdoc/>
        public override IReadOnlyList<float[]> Gradients => _gradients ??= [.. critic.Parameters.Take(3).Select(p => new float[p.Values.Length]), .. _rest.Gradients];

        /// <inheritdoc/>
        public override void Clear()
        {
            _rest.Clear();
            foreach (var gradient in (_gradients ?? []).Take(3))
                Array.Clear(gradient);
        }

        /// <inheritdoc/>
        public override void Show(ReadOnlySpan<long> rows)
        {
            _rows = rows.Length;
            var states = _states.AsSpan(0, _rows * _length);
            var sums = _sums.AsSpan(0, _rows * _width);
            Gather(seen, 0, _length, rows, states);
            sums.Clear();
            for (var head = 0; head < _heads; head++)
                for (var k = 0; k < _rows; k++)
                {
                    _drawn[head * _rows + k] = (head * critic.Rest.Outputs + (int)bins[head * (bins.Length / _heads) + (int)rows[k]]) * _width;
                    Dense.Add(Row(sums, k), critic.Actions.Values.AsSpan(_drawn[head * _rows + k], _width), 1);
                }

            Dense.AddTo(states, _rows, critic.State.Values, sums);
            _ofSums.AsSpan().Clear();
        }

        /// <inheritdoc/>
        public override ReadOnlySpan<float> Values(int part)
        {
            _head = part;
            var first = _rest.Inputs(_rows);
            _sums.AsSpan(0, first.Length).CopyTo(first);
            for (var k = 0; k < _rows; k++)
            {
                Dense.Add(Row(first, k), critic.Actions.Values.AsSpan(_drawn[part * _rows + k], _width), -1);
                Dense.Add(Row(first, k), critic.Head.Values.AsSpan(part * _width, _width), 1);
            }

            Dense.Tanh(first);
            return _rest.Forward(0);
        }

        /// <inheritdoc/>
        public override void Backward(ReadOnlySpan<float> ofValues)
        {
            var of = _ofFirst.AsSpan(0, _rows * _width);
            _rest.Backward(ofValues, of);
            Dense.Back(Activation.Tanh, _rest.Inputs(_rows), of);
            for (var k = 0; k < _rows; k++)
            {
                Dense.Add(Gradients[2].AsSpan(_head * _width, _width), Row(of, k), 1);
                Dense.Add(Gradients[1].AsSpan(_drawn[_head * _rows + k], _width), Row(of, k), -1);
            }

            Dense.Add(_ofSums.AsSpan(0, of.Length), of, 1);
        }

        /// <inheritdoc/>
        public override void Finish()
        {
            var of = _ofSums.AsSpan(0, _rows * _width);
            for (var head = 0; head < _heads; head++)
                for (var k = 0; k < _rows; k++)
                    Dense.Add(Gradients[1].AsSpan(_drawn[head * _rows + k], _width), Row(of, k), 1);
            Dense.AddGradient(_states.AsSpan(0, _rows * _length), of, _rows, Gradients[0]);
        }

        private Span<float> Row(Span<float> of, int k) => of.Slice(k * _width, _width);
    }
}
