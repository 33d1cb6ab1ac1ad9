namespace CoopGen.Learning;

/// <summary>
/// What actor-critics share whose critics judge actions: actors with bins, a critic that says for every decision what each of its bins is worth, given what a learner shows it of the other decisions,
/// and an older copy of that critic that says what comes after. The critic learns λ-returns; then the actors go a step along log π(u)·A with the counterfactual advantage
/// A = Q(u) − Σᵤ′ π(u′)·Q(u′), which has mean 0 under π (Foerster et al. 2018, arXiv:1705.08926, eq. 4).
/// </summary>
/// <remarks>Decisions ("heads") are dimensions of agents' actions: head i·d + k is dimension k of agent i.</remarks>
public abstract class ActionCriticLearner : RolloutLearner
{
    private readonly float[] _values, _advantages, _targets;
    private readonly long[] _all;
    private readonly RandomStream _order;
    private Adam? _actorAdam, _criticAdam;
    private Worker[]? _workers;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="seesJoint">Whether the critic sees the joint observation.</param>
    protected ActionCriticLearner(TrainingSetup setup, bool seesJoint) : base(setup, new() { Head = PolicyHead.Bins, SeesJoint = seesJoint, KeepsChances = true })
    {
        var rows = StepsPerRollout * Lanes;
        (_values, _targets, _advantages) = (new float[Heads * (rows + Lanes)], new float[Heads * rows], new float[Heads * rows]);
        _all = [.. Enumerable.Range(0, rows + Lanes)];
        _order = Random("order of rows");
    }

    /// <summary>Number of decisions.</summary>
    protected int Heads => Units * ActionLength;

    /// <summary>What all of them can be tuned by.</summary>
    protected static IReadOnlyList<Hyperparameter> Tunable =>
    [
        new("learning_rate", 3e-4, 1e-8, 1, "Adam's learning rate of actors."),
        new("critic_learning_rate", 1e-3, 1e-8, 1, "Adam's learning rate of critics."),
        Hyperparameter.Count("rollout", 512, 1, 10_000_000, "Environment steps between updates of actors, over all environments."),
        Hyperparameter.Count("environments", 16, 1, 100_000, "Environments played side by side."),
        Hyperparameter.Count("minibatch", 128, 1, 10_000_000, "Environment steps per step of the critic's optimiser."),
        Hyperparameter.Count("epochs", 1, 1, 1000, "Passes of the critic over a rollout."),
        Hyperparameter.Count("bins", 11, 2, 1000, "Actions to choose from, evenly from the lowest to the highest."),
        new("discount", 0.99, 0, 1, "γ."),
        new("td_lambda", 0.8, 0, 1, "λ of the critic's returns; 0 for targets of one step."),
        HorizonEnds,
        new("entropy", 0.01, 0, 10, "Weight of the policy's entropy."),
        new("gradient_norm", 10, 1e-6, 1e9, "Bound of the norm of each actor's and each critic's gradient."),
        new("value_rate", 0.05, 1e-6, 1, "Weight of the newest rollout in the mean and deviation of values."),
        Hyperparameter.Count("hidden_width", 128, 1, 8192, "Width of hidden layers."),
        Hyperparameter.Count("hidden_layers", 2, 1, 16, "Number of hidden layers."),
        Hyperparameter.Switch("share_parameters", false, "Whether all agents use one network."),
    ];

    /// <summary>The present critic's parameters.</summary>
    private protected abstract IEnumerable<Parameter> CriticParameters { get; }

    /// <summary>The last layers of the present critic and of the older one, with the units of their values; both units are the same.</summary>
    private protected abstract (Mlp Network, ValueNormalizer Units)[] Outputs { get; }

    /// <summary>Number of decisions that a critic judges at once: a divisor of those of an agent.</summary>
    private protected abstract int JudgedAtOnce { get; }

    /// <summary>[heads, rows]: what values of actions that were played should be, in the units of values.</summary>
    private protected ReadOnlySpan<float> TargetArray => _targets;

    /// <summary>[heads, rows]: advantages.</summary>
    private protected ReadOnlySpan<float> AdvantageArray => _advantages;

    /// <summary>A judge by the present critic or by the older one, in the units of <see cref="Outputs"/>.</summary>
    private protected abstract ActionJudge NewJudge(bool old);

    /// <summary>What it is worth to be where a decision is due.</summary>
    /// <param name="values">[bins].</param>
    /// <param name="probabilities">[bins]: how likely they are.</param>
    /// <param name="bin">The bin that was drawn.</param>
    private protected abstract float Worth(ReadOnlySpan<float> values, ReadOnlySpan<float> probabilities, int bin);

    /// <summary>[steps, lanes]: what a decision is paid.</summary>
    private protected abstract ReadOnlySpan<float> Paid(int head);

    /// <summary>Moves the older critic after a step of the present one.</summary>
    private protected abstract void Follow();

    /// <summary>Σᵤ π(u)·Q(u).</summary>
    internal static float Expected(ReadOnlySpan<float> values, ReadOnlySpan<float> probabilities)
    {
        var sum = 0f;
        for (var bin = 0; bin < values.Length; bin++)
            sum += probabilities[bin] * values[bin];
        return sum;
    }

    /// <summary>A = Q(u) − Σᵤ′ π(u′)·Q(u′).</summary>
    /// <param name="values">[bins].</param>
    /// <param name="probabilities">[bins].</param>
    /// <param name="bin">u.</param>
    internal static float Counterfactual(ReadOnlySpan<float> values, ReadOnlySpan<float> probabilities, int bin) => values[bin] - Expected(values, probabilities);

    /// <inheritdoc/>
    protected override void Learn()
    {
        Prepare();
        SetTargets();
        var hyper = Setup.Hyperparameters;
        var (count, size) = (Rows.Length, Math.Min(hyper.Count("minibatch"), Rows.Length));
        var loss = 0.0;
        for (var epoch = 0; epoch < hyper.Count("epochs"); epoch++)
        {
            _order.Shuffle(Rows);
            for (var first = 0; first + size <= count; first += size)
            {
                loss = StepCritic(first, size);
                Follow();
            }
        }

        Measure("value_loss", loss);
        Improve();
    }

    /// <summary>One step of the critic along the error of the values of what was played, over some of <see cref="RolloutLearner.Rows"/>.</summary>
    /// <returns>Half the squared error; of networks of their own the sum of the losses that each would have alone.</returns>
    private protected virtual double StepCritic(int first, int size)
    {
        var weight = (float)Outputs[0].Network.Groups / Heads / size;
        InHalves(size, (worker, from, to) => AddValueLoss(worker, Rows[(first + from)..(first + to)], weight));
        MlpGradient.Add(_workers![0].Present.Gradients, _workers[1].Present.Gradients);
        _criticAdam!.Step(_workers[0].Present.Gradients, Setup.Hyperparameters["critic_learning_rate"], Setup.Hyperparameters["gradient_norm"]);
        return _workers.Sum(w => w.ValueLoss) * weight;
    }

    /// <summary>One step of the actors along log π(u)·A, with A divided by its root mean square, and their entropy.</summary>
    private protected virtual void StepActors()
    {
        var hyper = Setup.Hyperparameters;
        // A mean over heads, of which each group has as many.
        var weight = (float)Actor.Groups / Heads / Rows.Length;
        InHalves(Rows.Length, (worker, from, to) => AddPolicyLoss(worker, Rows[from..to], weight));
        MlpGradient.Add(_workers![0].Actor.Gradients, _workers[1].Actor.Gradients);
        _actorAdam!.Step(_workers[0].Actor.Gradients, hyper["learning_rate"], hyper["gradient_norm"]);
        var entropy = _workers.Sum(w => w.Entropy) / Heads / Rows.Length;
        Measure("policy_loss", -Actor.Groups * (_workers.Sum(w => w.Gain) / Heads / Rows.Length + hyper["entropy"] * entropy));
        Measure("entropy", entropy);
    }

    /// <inheritdoc/>
    protected override void ExchangeOwn(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        Prepare();
        archive.Exchange(CriticParameters);
        _criticAdam!.Exchange(archive.Within("critic.adam"));
        _actorAdam!.Exchange(archive.Within("actor.adam"));
        Outputs[0].Units.Exchange(archive.Within("values"));
        Outputs[1].Units.Exchange(archive.Within("old.values"));
        _order.Exchange(archive, "order");
    }

    /// <summary>Makes what needs the critics, which a learner has once its own constructor is done.</summary>
    private void Prepare()
    {
        _criticAdam ??= new(CriticParameters, null);
        _actorAdam ??= new(Actor.Parameters, null);
        _workers ??= [new(this), new(this)];
    }

    /// <summary>λ-returns of what the older critic says, in the units of values, which change by what this rollout teaches.</summary>
    private void SetTargets()
    {
        var (rows, withLast) = (StepsPerRollout * Lanes, (StepsPerRollout + 1) * Lanes);
        var (hyper, groups, units) = (Setup.Hyperparameters, Outputs[0].Network.Groups, Outputs[0].Units);
        InHalves(withLast, (worker, from, to) => Judge(worker.Old, _all.AsSpan(from, to - from), (head, row, values, chances, bin) => _values[head * withLast + row] = Worth(values, chances, bin)));
        var (mean, square) = (new double[groups], new double[groups]);
        for (var head = 0; head < Heads; head++)
        {
            var values = _values.AsSpan(head * withLast, withLast);
            var targets = _targets.AsSpan(head * rows, rows);
            Scale(values, units.Deviation(Group(head)), units.Mean(Group(head)));
            Gae.Compute(Paid(head), values, Endings(0), hyper["discount"], hyper["td_lambda"], _advantages.AsSpan(head * rows, rows), targets, hyper.Is("horizon_ends"));
            var (m, s) = Moments(targets);
            mean[Group(head)] += m * groups / Heads;
            square[Group(head)] += s * groups / Heads;
        }

        foreach (var (network, ownUnits) in Outputs)
            for (var group = 0; group < groups; group++)
                ownUnits.Update(group, mean[group], square[group], network);
        for (var head = 0; head < Heads; head++)
            Scale(_targets.AsSpan(head * rows, rows), 1 / units.Deviation(Group(head)), -units.Mean(Group(head)) / units.Deviation(Group(head)));

        int Group(int head) => groups == 1 ? 0 : head / ActionLength;
    }

    /// <summary>Advantages by the present critic, then one step of the actors.</summary>
    private void Improve()
    {
        var rows = StepsPerRollout * Lanes;
        InHalves(Rows.Length, (worker, from, to) => Judge(worker.Present, Rows[from..to], (head, row, values, chances, bin) => _advantages[head * rows + row] = Counterfactual(values, chances, bin)));
        for (var head = 0; head < Heads; head++)
        {
            var advantages = _advantages.AsSpan(head * rows, rows);
            Scale(advantages, 1 / (Math.Sqrt(Moments(advantages).Square) + 1e-8), 0);
        }

        StepActors();
    }

    /// <summary>Hands over what a judge says of all decisions in some rows.</summary>
    private void Judge(ActionJudge judge, ReadOnlySpan<long> rows, Judgement judgement)
    {
        for (var first = 0; first < rows.Length; first += MlpGradient.Chunk)
        {
            var some = rows.Slice(first, Math.Min(MlpGradient.Chunk, rows.Length - first));
            judge.Show(some);
            for (var head = 0; head < Heads; head += JudgedAtOnce)
            {
                var values = judge.Values(head / JudgedAtOnce);
                for (var k = 0; k < some.Length; k++)
                    for (var d = 0; d < JudgedAtOnce; d++)
                        judgement(head + d, (int)some[k], values.Slice((k * JudgedAtOnce + d) * BinCount, BinCount), Chances(head + d, some[k]), Bin(head + d, some[k]));
            }
        }
    }

    /// <summary>Adds to the critic's gradient.</summary>
    /// <param name="worker">That of these rows.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="weight">Of half the squared error of a decision in a row.</param>
    private void AddValueLoss(Worker worker, ReadOnlySpan<long> rows, float weight)
    {
        var (judge, each, sum) = (worker.Present, StepsPerRollout * Lanes, 0.0);
        judge.Clear();
        for (var first = 0; first < rows.Length; first += MlpGradient.Chunk)
        {
            var some = rows.Slice(first, Math.Min(MlpGradient.Chunk, rows.Length - first));
            var gradient = worker.OfBins.AsSpan(0, some.Length * JudgedAtOnce * BinCount);
            judge.Show(some);
            for (var head = 0; head < Heads; head += JudgedAtOnce)
            {
                var values = judge.Values(head / JudgedAtOnce);
                gradient.Clear();
                for (var k = 0; k < some.Length; k++)
                    for (var d = 0; d < JudgedAtOnce; d++)
                    {
                        var at = (k * JudgedAtOnce + d) * BinCount + Bin(head + d, some[k]);
                        var error = values[at] - _targets[(head + d) * each + (int)some[k]];
                        gradient[at] = weight * error;
                        sum += 0.5 * error * error;
                    }

                judge.Backward(gradient);
            }

            judge.Finish();
        }

        worker.ValueLoss = sum;
    }

    /// <summary>Adds to the actors' gradient.</summary>
    /// <param name="worker">That of these rows.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="weight">Of a decision in a row.</param>
    private void AddPolicyLoss(Worker worker, ReadOnlySpan<long> rows, float weight)
    {
        var (each, bonus, gain, entropy) = (StepsPerRollout * Lanes, (float)Setup.Hyperparameters["entropy"], 0.0, 0.0);
        worker.Actor.Clear();
        for (var first = 0; first < rows.Length; first += MlpGradient.Chunk)
        {
            var some = rows.Slice(first, Math.Min(MlpGradient.Chunk, rows.Length - first));
            var length = some.Length * Actor.Outputs;
            var logs = worker.Logs.AsSpan(0, length);
            var probabilities = worker.Probabilities.AsSpan(0, length);
            var mixed = worker.Mixed.AsSpan(0, length);
            var gradient = worker.OfBins.AsSpan(0, length);
            for (var unit = 0; unit < Units; unit++)
            {
                Gather(InputArray, unit * (each + Lanes), Actor.Inputs, some, worker.Actor.Inputs(some.Length));
                worker.Actor.Forward(Actor.Groups == 1 ? 0 : unit).CopyTo(logs);
                Categorical.LogSoftmax(logs, BinCount, probabilities);
                Categorical.Mix(logs, BinCount, Exploration, mixed);
                for (var k = 0; k < some.Length; k++)
                    for (var d = 0; d < ActionLength; d++)
                    {
                        var (head, at) = (unit * ActionLength + d, (k * ActionLength + d) * BinCount);
                        var (bin, advantage) = (Bin(head, some[k]), _advantages[head * each + (int)some[k]]);
                        entropy += Categorical.Gradient(logs.Slice(at, BinCount), probabilities.Slice(at, BinCount), mixed.Slice(at, BinCount), bin, Exploration, -weight * advantage, -weight * bonus, gradient.Slice(at, BinCount));
                        gain += mixed[at + bin] * advantage;
                    }

                worker.Actor.Backward(gradient);
            }
        }

        (worker.Gain, worker.Entropy) = (gain, entropy);
    }

    /// <summary>Does something with both halves of some rows, side by side: the halves are the same for any number of threads.</summary>
    private void InHalves(int rows, Action<Worker, int, int> work)
    {
        var half = (rows + 1) / 2;
        Share(2, (part, _) => work(_workers![part], part * half, part == 0 ? half : rows));
    }

    /// <summary>The bin that was drawn.</summary>
    private int Bin(int head, long row) => (int)BinArray[head * (StepsPerRollout + 1) * Lanes + (int)row];

    /// <summary>[bins]: what it was drawn with.</summary>
    private ReadOnlySpan<float> Chances(int head, long row) =>
        ChanceArray.Slice(((head / ActionLength * (StepsPerRollout + 1) * Lanes + (int)row) * ActionLength + head % ActionLength) * BinCount, BinCount);

    private delegate void Judgement(int head, int row, ReadOnlySpan<float> values, ReadOnlySpan<float> chances, int bin);

    /// <summary>What a half of some rows is worked on with, by whichever thread, and what was found in it: so nothing depends on threads.</summary>
    private sealed class Worker(ActionCriticLearner learner)
    {
        public ActionJudge Present { get; } = learner.NewJudge(old: false);

        public ActionJudge Old { get; } = learner.NewJudge(old: true);

        public MlpGradient Actor { get; } = new(learner.Actor);

        /// <summary>[rows, decisions of an agent, bins]: derivatives of a loss.</summary>
        public float[] OfBins { get; } = New(learner);

        public float[] Logs { get; } = New(learner);

        public float[] Probabilities { get; } = New(learner);

        public float[] Mixed { get; } = New(learner);

        public double ValueLoss { get; set; }

        public double Gain { get; set; }

        public double Entropy { get; set; }

        private static float[] New(ActionCriticLearner learner) => new float[MlpGradient.Chunk * learner.Actor.Outputs];
    }
}
