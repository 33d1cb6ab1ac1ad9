namespace CoopGen.Learning;

/// <summary>
/// Mean-field actor-critic (Yang et al. 2018, "Mean field multi-agent reinforcement learning", arXiv:1802.05438), for three agents or more: what agent i does is worth Qᵢ(oᵢ, aᵢ, āᵢ) to it, where
/// āᵢ = 1/(n − 1) Σⱼ≠ᵢ aⱼ is the mean of the others' actions as one-hot vectors, that is how often each action is chosen. The critic learns y = rᵢ + γ·vᵢ(o′) with the mean-field value
/// vᵢ(o′) = Σₐ πᵢ(a | o′ᵢ)·Q⁻ᵢ(o′ᵢ, a, ā′ᵢ) of a copy Q⁻ that follows it slowly (eq. 9 to 12 and 15); the actor goes along ∇log πᵢ(aᵢ | oᵢ)·Qᵢ(oᵢ, aᵢ, āᵢ).
/// </summary>
/// <remarks>
/// Deviations from the paper: actions of the box are bins; of several dimensions of an action each is a decision by itself, whose critic sees neither what the agent chose in the others nor which bins of
/// several dimensions others chose together, only shares dimension by dimension; all other agents are neighbours; agents see their own observations instead of the state, the others' last actions among them, in
/// place of the last mean action as the actor's input; Σₐ π(a)·Q(a) is taken away from Q in the actor's gradient, which leaves its mean; λ-returns instead of targets of one step (<c>td_lambda=0</c> is the
/// paper's); agents have networks of their own unless <c>share_parameters</c> is set; observations, values and advantages are normalised; entropy is rewarded a little;
/// nothing follows the horizon, which observations tell, unless <c>horizon_ends</c> is switched off.
/// </remarks>
public class MeanFieldAC : ActionCriticLearner
{
    private readonly Mlp _critic, _old;
    private readonly ValueNormalizer _units, _oldUnits;

    /// <param name="setup">What is trained on and with.</param>
    public MeanFieldAC(TrainingSetup setup) : base(setup, seesJoint: false)
    {
        var (outputs, rate) = (ActionLength * BinCount, Setup.Hyperparameters["value_rate"]);
        _critic = new("critic", Actor.Groups, [Batch.OwnLength + outputs, .. Hidden, outputs], Activation.Tanh);
        _old = new("critic", Actor.Groups, _critic.Sizes, Activation.Tanh);
        _critic.Initialise(Random("critic weights"), Initialisation.Orthogonal);
        _old.CopyFrom(_critic);
        (_units, _oldUnits) = (new(_critic.Groups, rate), new(_critic.Groups, rate));
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

    private protected override (Mlp Network, ValueNormalizer Units)[] Outputs => [(_critic, _units), (_old, _oldUnits)];

    private protected override int JudgedAtOnce => ActionLength;

    private protected override ActionJudge NewJudge(bool old) => new Judge(old ? _old : _critic, Units, BinCount, InputArray, BinArray);

    private protected override float Worth(ReadOnlySpan<float> values, ReadOnlySpan<float> probabilities, int bin) => Expected(values, probabilities);

    private protected override ReadOnlySpan<float> Paid(int head) => Rewards(head / ActionLength);

    private protected override void Follow()
    {
        for (var group = 0; group < _critic.Groups; group++)
            _old.MoveTowards(_critic, group, (float)Setup.Hyperparameters["target_rate"]);
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        base.ExchangeOwn(archive);
        archive.Within("old").Exchange(_old.Parameters);
    }

    /// <summary>Critics at work.</summary>
    /// <param name="critics">One per agent, or one for all.</param>
    /// <param name="agents">Number of agents.</param>
    /// <param name="binCount">Number of bins.</param>
    /// <param name="seen">[agents, rows, length]: observations.</param>
    /// <param name="bins">[agents · dimensions, rows]: bins that were drawn.</param>
    internal sealed class Judge(Mlp critics, int agents, int binCount, float[] seen, long[] bins) : ActionJudge
    {
        private readonly int _dimensions = critics.Outputs / binCount, _length = critics.Inputs - critics.Outputs;
        private readonly MlpGradient _networks = new(critics);
        private readonly long[] _rows = new long[MlpGradient.Chunk];
        // [rows, dimensions · bins]: how many agents chose each.
        private readonly float[] _counts = new float[MlpGradient.Chunk * critics.Outputs];
        private int _count;

        /// <inheritdoc/>
        public override IReadOnlyList<float[]> Gradients => _networks.Gradients;

        /// <inheritdoc/>
        public override void Clear() => _networks.Clear();

        /// <inheritdoc/>
        public override void Show(ReadOnlySpan<long> rows)
        {
            rows.CopyTo(_rows);
            _count = rows.Length;
            Array.Clear(_counts);
            for (var agent = 0; agent < agents; agent++)
                for (var k = 0; k < _count; k++)
                    for (var d = 0; d < _dimensions; d++)
                        _counts[k * critics.Outputs + Drawn(agent, d, k)]++;
        }

        /// <inheritdoc/>
        public override ReadOnlySpan<float> Values(int part)
        {
            var inputs = _networks.Inputs(_count);
            Gather(seen, part * (seen.Length / agents / _length), _length, _rows.AsSpan(0, _count), inputs);
            for (var k = 0; k < _count; k++)
                MeanAction(part, k, inputs.Slice(k * critics.Inputs + _length, critics.Outputs));
            return _networks.Forward(critics.Groups == 1 ? 0 : part);
        }

        /// <inheritdoc/>
        public override void Backward(ReadOnlySpan<float> ofValues) => _networks.Backward(ofValues);

        /// <summary>Mean of the others' one-hot vectors in a row that is shown.</summary>
        /// <param name="agent">Whose others.</param>
        /// <param name="row">The how manieth of the rows.</param>
        /// <param name="mean">Receives [dimensions · bins].</param>
        public void MeanAction(int agent, int row, Span<float> mean)
        {
            _counts.AsSpan(row * critics.Outputs, critics.Outputs).CopyTo(mean);
            for (var d = 0; d < _dimensions; d++)
                mean[Drawn(agent, d, row)]--;
            foreach (ref var share in mean)
                share /= agents - 1;
        }

        /// <summary>Where in [dimensions · bins] what was drawn lies.</summary>
        private int Drawn(int agent, int dimension, int row) =>
            dimension * binCount + (int)bins[(agent * _dimensions + dimension) * (bins.Length / agents / _dimensions) + (int)_rows[row]];
    }
}
