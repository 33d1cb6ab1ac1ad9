using System.Globalization;

namespace CoopGen.Learning;

/// <summary>How a learner plays what it learns from.</summary>
public sealed record RolloutPlan
{
    /// <summary>How the actors' output becomes an action: <see cref="PolicyHead.Gaussian"/> or <see cref="PolicyHead.Bins"/>.</summary>
    public PolicyHead Head { get; init; } = PolicyHead.Gaussian;

    /// <summary>Whether one agent sees the joint observation, plays all actions and is paid the team's reward.</summary>
    public bool Joint { get; init; }

    /// <summary>Whether the joint observation is kept, for critics.</summary>
    public bool SeesJoint { get; init; }

    /// <summary>Whether probabilities that bins are drawn with are kept, for critics of actions.</summary>
    public bool KeepsChances { get; init; }

    /// <summary>Whether every agent learns in environments of its own, in which the others' actions come from <see cref="RolloutLearner.Oppose"/>.</summary>
    public bool Roles { get; init; }

    /// <summary>Whether observations are left as the game has them, bounded to ±10; otherwise they are normalised by what was seen so far.</summary>
    public bool Plain { get; init; }

    /// <summary>Whether a rollout is one whole episode of every environment; otherwise it is as many steps as the hyperparameter <c>rollout</c> says, across episodes.</summary>
    public bool WholeEpisodes { get; init; }
}

/// <summary>
/// What on-policy learners share: actors, and rollouts of many environments. A learner says how it learns from a rollout in <see cref="Learn"/>.
/// </summary>
/// <remarks>
/// Units decide: the agents, or the one joint agent. A unit learns in its lanes: all environments, or those in which it has the role of the learner. Arrays are [units, steps, lanes, …], so
/// that "row" t · lanes + k is step t of lane k, and the rows of a unit lie together.
/// </remarks>
public abstract class RolloutLearner : Learner
{
    private readonly RolloutPlan _plan;
    private readonly RunningNormalizer? _ownNormalizer, _jointNormalizer;
    private readonly RandomStream _noise;
    private readonly float[] _inputs, _jointInputs, _raw, _logProbabilities, _rewards, _teamRewards, _outputs, _draws, _chances;
    private readonly long[] _bins, _rows;
    private readonly int[] _left;
    private readonly Ending[] _endings;
    private readonly bool[] _over;
    private int _rowCount;

    /// <param name="setup">What is trained on and with.</param>
    /// <param name="plan">How it plays.</param>
    protected RolloutLearner(TrainingSetup setup, RolloutPlan plan) : base(setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(plan);
        var hyper = setup.Hyperparameters;
        _plan = plan;
        Units = plan.Joint ? 1 : setup.Environment.AgentCount;
        Environments = hyper.Count("environments") is > 0 and var given ? given : Math.Max(1, hyper.Count("rollout") / (setup.Environment.Horizon + 1));
        if (plan.Roles)
            Environments = (Environments + Units - 1) / Units * Units;
        Lanes = plan.Roles ? Environments / Units : Environments;
        StepsPerRollout = plan.WholeEpisodes ? setup.Environment.Horizon : hyper.Count("rollout") / Environments;
        // As many environments as play an episode each do so, and reset; what is over would let them drift apart from rollouts.
        if (!plan.WholeEpisodes && hyper.Count("environments") == 0)
            StepsPerRollout = Math.Min(StepsPerRollout, setup.Environment.Horizon + 1);
        // Of two steps of an environment at most one is a reset, from which nothing is learnt.
        if (!plan.WholeEpisodes && StepsPerRollout < 2)
            throw new ArgumentException($"rollout is {hyper.Count("rollout")}, below two steps of each of the {Environments} environments; it must be at least {2 * Environments}.");
        if (hyper.Values.TryGetValue("final_deviation", out var last) && last > hyper["initial_deviation"])
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"final_deviation is {last}, above initial_deviation, which is {hyper["initial_deviation"]}; it must be no greater."));
        Batch = new(setup.Environment, Environments, setup.Seed, own: !plan.Joint, joint: plan.Joint || plan.SeesJoint);
        ActionLength = plan.Joint ? Batch.Agents * Batch.Dimensions : Batch.Dimensions;
        BinCount = plan.Head == PolicyHead.Bins ? hyper.Count("bins") : 0;
        var shared = !plan.Joint && hyper.Values.ContainsKey("share_parameters") && hyper.Is("share_parameters");
        var inputs = plan.Joint ? Batch.JointLength : Batch.OwnLength;
        Actor = new("actor", shared ? 1 : Units, [inputs, .. Hidden, ActionLength * Math.Max(1, BinCount)], Activation.Tanh);
        LogDeviation = new("actor.log_deviation", Actor.Groups, BinCount > 0 ? 0 : ActionLength);
        Actor.Initialise(Random("actor weights"), Initialisation.Orthogonal, outputGain: 0.01f);
        if (BinCount == 0)
            Array.Fill(LogDeviation.Values, (float)Math.Log(hyper["initial_deviation"]));
        (_ownNormalizer, _jointNormalizer) = (plan.Joint ? null : new(inputs), Batch.JointLength > 0 ? new(Batch.JointLength) : null);
        _noise = Random("actions");

        var (m, t, d) = (Lanes, StepsPerRollout, ActionLength);
        _inputs = new float[Units * (t + 1) * m * inputs];
        _jointInputs = plan.Joint ? _inputs : new float[(t + 1) * m * Batch.JointLength];
        (_raw, _logProbabilities) = (new float[BinCount > 0 ? 0 : Units * t * m * d], new float[BinCount > 0 ? 0 : Units * t * m]);
        _bins = new long[BinCount > 0 ? Units * d * (t + 1) * m : 0];
        (_rewards, _teamRewards) = (new float[Units * t * m], new float[t * m]);
        (_endings, _rows, _over) = (new Ending[(plan.Roles ? Units : 1) * t * m], new long[t * m], new bool[Environments]);
        (Actions, _outputs, _draws) = (new float[Units * Environments * d], new float[m * Actor.Outputs], new float[m * d]);
        _chances = new float[(plan.KeepsChances ? Units * (t + 1) : 1) * m * d * BinCount];
        _left = new int[(plan.Roles ? Units : 1) * (t + 1) * m];
    }

    /// <inheritdoc/>
    public override long Steps => Batch.Steps;

    /// <summary>
    /// What follows the horizon. Observations tell the time, so agents know when nothing follows (Pardo et al. 2018, "Time limits in reinforcement learning", arXiv:1712.00378); the value of a last
    /// observation would never be learnt from a reward, and what is made up for it drifts through all the others. Where agents do not see the time, equal
    /// observations are worth less the later they are; the critics of <see cref="OnPolicyLearner"/> learn only what is earned beyond the usual reward of the steps left, which accounts for the mean difference.
    /// </summary>
    protected static Hyperparameter HorizonEnds { get; } = Hyperparameter.Switch("horizon_ends", true, "Whether nothing follows the horizon; otherwise the value of the last observation does.");

    /// <summary>The environments.</summary>
    protected TrainingBatch Batch { get; }

    /// <summary>Number of environments played side by side.</summary>
    protected internal int Environments { get; }

    /// <summary>Number of environments that a unit learns in.</summary>
    protected int Lanes { get; }

    /// <summary>Steps of each environment in a rollout; the most there can be where it is a whole episode.</summary>
    protected int StepsPerRollout { get; }

    /// <summary>Number of deciding units: n, or 1.</summary>
    protected int Units { get; }

    /// <summary>Length of a unit's action.</summary>
    protected int ActionLength { get; }

    /// <summary>Bins per dimension of an action; 0 where the policy is a normal distribution.</summary>
    protected int BinCount { get; }

    /// <summary>Widths of hidden layers.</summary>
    protected IEnumerable<int> Hidden => Enumerable.Repeat(Setup.Hyperparameters.Count("hidden_width"), Setup.Hyperparameters.Count("hidden_layers"));

    /// <summary>Networks that give μ, or logits of bins.</summary>
    protected Mlp Actor { get; }

    /// <summary>log σ per group of the actor; empty where there are bins.</summary>
    protected Parameter LogDeviation { get; }

    /// <summary>[agents, environments, d]: what is played, within [−1, 1].</summary>
    protected float[] Actions { get; }

    /// <summary>Indices of the rows that were played, not those of resets; may be put into another order.</summary>
    protected Span<long> Rows => _rows.AsSpan(0, _rowCount);

    /// <summary>[steps, lanes]: the sum over the agents of what was paid.</summary>
    protected ReadOnlySpan<float> TeamRewards => _teamRewards;

    /// <summary>What observations of units are normalised by.</summary>
    protected RunningNormalizer Normalizer => (_plan.Joint ? _jointNormalizer : _ownNormalizer)!;

    /// <summary>Part of the present rollout's bins that are drawn without regard to the policy, within [0, 1).</summary>
    protected double Exploration { get; private set; }

    /// <inheritdoc/>
    public override TrainedPolicy Policy() => new(ShapeOf(_plan.Joint, Actor, _plan.Head, BinCount), Actor, Normalizer, LogDeviation.Values);

    /// <summary>[steps, lanes]: what a unit was paid.</summary>
    protected ReadOnlySpan<float> Rewards(int unit) => _rewards.AsSpan(unit * _teamRewards.Length, _teamRewards.Length);

    /// <summary>[steps, lanes]: how steps ended in a unit's lanes.</summary>
    protected ReadOnlySpan<Ending> Endings(int unit) => _endings.AsSpan(_plan.Roles ? unit * _teamRewards.Length : 0, _teamRewards.Length);

    /// <summary>[steps + 1, lanes]: steps left until the horizon in a unit's lanes, before each step and after the last.</summary>
    protected ReadOnlySpan<int> Left(int unit) => _left.AsSpan(_plan.Roles ? unit * (StepsPerRollout + 1) * Lanes : 0, (StepsPerRollout + 1) * Lanes);

    /// <summary>The first environment that a unit learns in.</summary>
    protected int FirstLane(int unit) => _plan.Roles ? unit * Lanes : 0;

    /// <summary>Part of the bins that are drawn without regard to the policy at a part of training, within [0, 1).</summary>
    protected virtual double ExplorationAt(double progress) => 0;

    /// <summary>Decides for the agents that do not learn, in the environments in which another one does: fills their <see cref="Actions"/>.</summary>
    protected virtual void Oppose()
    {
    }

    /// <summary>Learns from the rollout that has just been played.</summary>
    protected abstract void Learn();

    /// <summary>Hands over what a learner has of its own, such as critics and optimisers.</summary>
    protected abstract void ExchangeOwn(Archive archive);

    /// <inheritdoc/>
    protected override void Iterate()
    {
        Batch.ForgetEpisodes();
        Exploration = ExplorationAt(Progress);
        if (Setup.Hyperparameters.Values.ContainsKey("final_deviation"))
            Narrow();
        Play();
        if (Learns)
            Learn();
        if (Batch.Episodes > 0)
            Measure("return", Batch.ReturnsOfEpisodes / Batch.Episodes);
        if (BinCount == 0)
            Measure("deviation", LogDeviation.Values.Average(MathF.Exp));
    }

    /// <inheritdoc/>
    protected override void Exchange(Archive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Exchange(Actor.Parameters.Append(LogDeviation));
        _ownNormalizer?.Exchange(archive.Within("own"));
        _jointNormalizer?.Exchange(archive.Within("joint"));
        _noise.Exchange(archive, "noise");
        Batch.Exchange(archive.Within("batch"));
        ExchangeOwn(archive);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Batch.Dispose();
    }

    /// <summary>[units, rows + lanes, length]: what units saw, normalised.</summary>
    private protected float[] InputArray => _inputs;

    /// <summary>[rows + lanes, length]: the joint observation, normalised; of length 0 where it is not kept.</summary>
    private protected float[] JointArray => _jointInputs;

    /// <summary>[units · actions, rows + lanes]: bins that were played; those after the last step are drawn alike but not played. Empty where the policy is a normal distribution.</summary>
    private protected long[] BinArray => _bins;

    /// <summary>[units, rows + lanes, actions · bins]: probabilities that bins were drawn with, where they are kept.</summary>
    private protected ReadOnlySpan<float> ChanceArray => _chances;

    /// <summary>[units, rows, actions]: what was played, before squashing. Empty where there are bins.</summary>
    private protected float[] RawArray => _raw;

    /// <summary>[units, rows]: log-probabilities of what was played, when it was played. Empty where there are bins.</summary>
    private protected ReadOnlySpan<float> LogProbabilityArray => _logProbabilities;

    /// <summary>Means of numbers and of their squares over the rows that were played.</summary>
    private protected (double Mean, double Square) Moments(ReadOnlySpan<float> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var row in Rows)
        {
            sum += values[(int)row];
            squares += (double)values[(int)row] * values[(int)row];
        }

        return (sum / _rowCount, squares / _rowCount);
    }

    /// <summary>Rows of a unit or a critic, one after the other.</summary>
    /// <param name="from">[units, rows + lanes, length].</param>
    /// <param name="first">The unit's first row.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="rows">Which.</param>
    /// <param name="to">Receives them, at the beginnings of parts of equal length.</param>
    internal static void Gather(ReadOnlySpan<float> from, int first, int length, ReadOnlySpan<long> rows, Span<float> to)
    {
        var part = to.Length / rows.Length;
        for (var k = 0; k < rows.Length; k++)
            from.Slice((first + (int)rows[k]) * length, length).CopyTo(to[(k * part)..]);
    }

    private protected static void Scale(Span<float> values, double factor, double shift)
    {
        foreach (ref var value in values)
            value = (float)(value * factor + shift);
    }

    /// <summary>
    /// Bounds σ by a schedule that falls by equal factors. These games have cliffs (a little less than is expected of an agent costs its trust), and what is best with noise lies far from
    /// what is best without: what is played in the end has to be learnt with little of it.
    /// </summary>
    private void Narrow()
    {
        var hyper = Setup.Hyperparameters;
        var bound = (float)new Schedule(Math.Log(hyper["initial_deviation"]), Math.Log(hyper["final_deviation"]), hyper["deviation_part"]).At(Progress);
        foreach (ref var deviation in LogDeviation.Values.AsSpan())
            deviation = Math.Min(deviation, bound);
    }

    private void Play()
    {
        var (e, m, steps) = (Environments, Lanes, StepsPerRollout);
        if (_plan.WholeEpisodes)
            Batch.Restart();
        else
            Batch.Start();
        Array.Clear(_over);
        See(0);
        _rowCount = 0;
        for (var t = 0; t < steps && Array.IndexOf(_over, false) >= 0; t++)
        {
            Decide(t);
            if (_plan.Roles)
                Oppose();
            Batch.Step(Actions);
            for (var unit = 0; unit < Units; unit++)
                (_plan.Joint ? Batch.TeamRewards : Batch.Rewards).AsSpan(unit * e + FirstLane(unit), m).CopyTo(_rewards.AsSpan((unit * steps + t) * m));
            Batch.TeamRewards.AsSpan(0, m).CopyTo(_teamRewards.AsSpan(t * m));
            for (var first = 0; first < e; first += m)
                Batch.Endings.AsSpan(first, m).CopyTo(_endings.AsSpan(first * steps + t * m));
            for (var k = 0; k < m; k++)
                if (Counts(k))
                    _rows[_rowCount++] = t * m + k;
            for (var k = 0; k < e && _plan.WholeEpisodes; k++)
                _over[k] |= (Batch.Endings[k] & (Ending.Terminated | Ending.Truncated)) != 0;
            See(t + 1);
        }

        if (BinCount > 0)
            Decide(steps);
    }

    /// <summary>Whether the step just played counts: in every unit's environment of that lane, so that units have the same rows.</summary>
    private bool Counts(int lane)
    {
        for (var k = lane; k < Environments; k += Lanes)
            if (!Batch.Played[k] || _over[k])
                return false;
        return true;
    }

    /// <summary>Takes the present observations into the rollout.</summary>
    private void See(int t)
    {
        var (e, m, steps) = (Environments, Lanes, StepsPerRollout + 1);
        for (var k = 0; k < e; k++)
            _left[(k / m * steps + t) * m + k % m] = Batch.Left(k);
        // What a rollout across episodes begins with was the end of the one before.
        var isNew = t > 0 || _plan.WholeEpisodes || Batch.Steps == 0;
        if (_ownNormalizer is { } own)
        {
            if (isNew && !_plan.Plain)
                own.Update(Batch.Own);
            for (var unit = 0; unit < Units; unit++)
                own.Apply(Batch.Own.AsSpan((unit * e + FirstLane(unit)) * own.Length, m * own.Length), _inputs.AsSpan((unit * steps + t) * m * own.Length));
        }

        if (_jointNormalizer is { } joint)
        {
            if (isNew)
                joint.Update(Batch.Joint);
            joint.Apply(Batch.Joint, _jointInputs.AsSpan(t * m * joint.Length));
        }
    }

    /// <summary>Draws the actions of a step.</summary>
    private void Decide(int t)
    {
        var (e, m, steps, inputs) = (Environments, Lanes, StepsPerRollout, Actor.Inputs);
        for (var unit = 0; unit < Units; unit++)
        {
            var group = Actor.Groups == 1 ? 0 : unit;
            Actor.Forward(group, _inputs.AsSpan((unit * (steps + 1) + t) * m * inputs, m * inputs), _outputs);
            var actions = Actions.AsSpan((unit * e + FirstLane(unit)) * ActionLength, m * ActionLength);
            if (BinCount > 0)
                DrawBins(unit, t, actions);
            else
                DrawNormal(unit, group, t, actions);
        }

        if (_plan.Joint)
            Spread();
    }

    private void DrawNormal(int unit, int group, int t, Span<float> actions)
    {
        var (m, length) = (Lanes, ActionLength);
        _noise.FillNormal(_draws);
        for (var k = 0; k < m; k++)
        {
            var (at, row) = (k * length, (unit * StepsPerRollout + t) * m + k);
            _logProbabilities[row] = SquashedGaussian.Sample(_outputs.AsSpan(at, length), LogDeviation.Of(group), _draws.AsSpan(at, length), _raw.AsSpan(row * length, length), actions.Slice(at, length));
        }
    }

    private void DrawBins(int unit, int t, Span<float> actions)
    {
        var (m, length) = (Lanes, ActionLength);
        var chances = _chances.AsSpan(_plan.KeepsChances ? (unit * (StepsPerRollout + 1) + t) * m * Actor.Outputs : 0, m * Actor.Outputs);
        Categorical.LogSoftmax(_outputs, BinCount, chances);
        if (Exploration > 0)
            Scale(chances, 1 - Exploration, Exploration / BinCount);
        _noise.FillUniform(_draws);
        for (var at = 0; at < m * length; at++)
        {
            var bin = Categorical.Draw(chances.Slice(at * BinCount, BinCount), _draws[at]);
            _bins[((unit * length + at % length) * (StepsPerRollout + 1) + t) * m + at / length] = bin;
            actions[at] = Categorical.Action(bin, BinCount);
        }
    }

    /// <summary>Brings the joint agent's actions, environment by environment, into the order agent by agent.</summary>
    private void Spread()
    {
        var (e, d) = (Environments, Batch.Dimensions);
        Actions.CopyTo(_outputs, 0);
        for (var k = 0; k < e; k++)
            for (var agent = 0; agent < Batch.Agents; agent++)
                _outputs.AsSpan(k * ActionLength + agent * d, d).CopyTo(Actions.AsSpan((agent * e + k) * d));
    }
}
