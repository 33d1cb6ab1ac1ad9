using System.Runtime.CompilerServices;
using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>
/// Oracle_BoundedReciprocity: begins 0.4 of the way from the baseline to the endowment and from then on answers, by bounded reciprocity,
/// how far what the others did last departs from what they did lately, while it drifts back to its baseline. It keeps a trust of its own.
/// </summary>
internal sealed class ReciprocityOracle : Oracle, IBatchPolicy
{
    private readonly ConditionalWeakTable<GameEnvironment, Mind[]> _minds = [];

    /// <inheritdoc/>
    public override string Name => "Oracle_BoundedReciprocity";

    /// <inheritdoc/>
    public override string Summary => "answers kindness and slights, bounded and remembered, step by step (TR-4)";

    /// <inheritdoc/>
    public override OracleAnswer Solve(GameEnvironment environment, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return new([.. Minds(environment).Select(m => m.Opening)], null, "");
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It has missed a step of the episode, so that it does not know what the others did.</exception>
    public override void Act(GameEnvironment environment, int agent, Span<double> action)
    {
        ArgumentNullException.ThrowIfNull(environment);
        action[0] = _minds.GetValue(environment, Minds)[agent].Decide(environment.StepCount, environment.Actions);
    }

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats)
    {
        var minds = new Mind[seats.Count];
        (GameEnvironment? variant, BenchmarkFacts? facts) = (null, null);
        for (var k = 0; k < minds.Length; k++)
        {
            var next = seats.Batch.Variant(seats.First + k);
            if (!ReferenceEquals(next, variant))
                (variant, facts) = (next, BenchmarkFacts.Of(next));
            minds[k] = new(facts!, seats.Agent);
        }

        return new Player(seats, minds);
    }

    private static Mind[] Minds(GameEnvironment environment)
    {
        var facts = BenchmarkFacts.Of(environment);
        return [.. Enumerable.Range(0, facts.n).Select(i => new Mind(facts, i))];
    }

    /// <summary>What one agent remembers in an episode.</summary>
    private sealed class Mind(BenchmarkFacts x, int agent)
    {
        private readonly double[] _trust = new double[x.n];
        private readonly double[] _past = new double[x.Reciprocity.k * x.n];
        private int _step = -1;
        private double _action;

        /// <summary>What is done in the first step: nothing has been seen yet, so that only the drift counts.</summary>
        public double Opening => Drifted(x.b[agent] + 0.4 * (x.e[agent] - x.b[agent]));

        /// <summary>What is done next. Asked twice in a step, it says the same.</summary>
        /// <param name="step">Steps played.</param>
        /// <param name="actions">What all did last.</param>
        public double Decide(int step, ReadOnlySpan<double> actions)
        {
            if (step == _step)
                return _action;
            if (step != 0 && step != _step + 1)
                throw new InvalidOperationException($"Oracle_BoundedReciprocity of {x.Name} was last asked at step {_step} and now at step {step}; it must be asked at every step.");
            _step = step;
            if (step == 0)
            {
                x.T[agent].CopyTo(_trust, 0);
                return _action = Opening;
            }

            var (r, answer) = (x.Reciprocity, 0.0);
            for (var j = 0; j < x.n; j++)
                _past[(step - 1) % r.k * x.n + j] = actions[j];
            for (var j = 0; j < x.n; j++)
            {
                if (j == agent)
                    continue;
                var sum = 0.0;
                for (var age = 0; age < Math.Min(r.k, step); age++)
                    sum += _past[age * x.n + j];
                var s = actions[j] - sum / Math.Min(r.k, step);
                var T = _trust[j];
                _trust[j] = T = Math.Clamp(T + (s > 0 ? 0.10 * s * Math.Max(0, 0.95 - T) : 0.30 * s * T), 0, 1);
                answer += r.λR * T * (1 + r.ω * x.D[agent][j]) * r.ρ0 * Math.Pow(x.D[agent][j], r.η) * Math.Tanh(r.κ * s);
            }

            return _action = Drifted(actions[agent], 0.12 * x.e[agent] * answer);
        }

        private double Drifted(double action, double answer = 0) => Math.Clamp(action + answer - 0.05 * (action - x.b[agent]), 0, x.e[agent]);
    }

    private sealed class Player(BatchSeats seats, Mind[] minds) : BatchPlayer
    {
        private readonly float[][] _played = [.. Enumerable.Range(0, seats.Batch.AgentCount).Select(_ => new float[seats.Count])];
        private readonly double[] _last = new double[seats.Batch.AgentCount];

        public override void Act(int dimension, Span<float> actions)
        {
            for (var j = 0; j < _played.Length; j++)
                seats.Batch.Played(j, seats.First, _played[j]);
            for (var k = 0; k < actions.Length; k++)
            {
                for (var j = 0; j < _last.Length; j++)
                    _last[j] = _played[j][k];
                actions[k] = (float)minds[k].Decide(seats.Batch.StepCount(seats.First + k), _last);
            }
        }
    }
}
