using System.Runtime.CompilerServices;
using CoopGen.Policies;

namespace CoopGen.Solving;

/// <summary>An oracle of the benchmark that plays the same profile in every step: the solution of a one-shot game of its own.</summary>
internal sealed class ConstantOracle : Oracle, IBatchPolicy
{
    private readonly Func<BenchmarkFacts, CancellationToken, OracleAnswer> _solve;
    private readonly ConditionalWeakTable<GameEnvironment, OracleAnswer> _answers = [];

    private ConstantOracle(string name, string summary, Func<BenchmarkFacts, CancellationToken, OracleAnswer> solve) =>
        (Name, Summary, _solve) = (name, summary, solve);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Summary { get; }

    /// <inheritdoc/>
    public bool Reacts => false;

    /// <summary>An equilibrium of a one-shot game: that which best responses lead to from the middle of the box, as in the benchmark.</summary>
    public static ConstantOracle Equilibrium(string name, string summary, string game, Func<BenchmarkFacts, OneShotProblem> problem) => new(name, summary, (x, cancellation) =>
    {
        var made = problem(x);
        var (actions, certificate) = EquilibriumSolver.From(made, made.Part(0.5), cancellation);
        return new(actions, certificate, game);
    });

    /// <summary>An effort in closed form, the same for all, within what each has; what it is worth is measured in the game it is meant for.</summary>
    public static ConstantOracle Effort(string name, string summary, string game, Func<BenchmarkFacts, double> effort, Func<BenchmarkFacts, OneShotProblem> problem) => new(name, summary, (x, _) =>
    {
        var each = effort(x);
        double[] actions = [.. x.e.Select(e => Math.Clamp(each, 0, e))];
        return new(actions, Certificate.Of(problem(x), actions), game);
    });

    /// <inheritdoc/>
    public override OracleAnswer Solve(GameEnvironment environment, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (!_answers.TryGetValue(environment, out var answer))
            _answers.AddOrUpdate(environment, answer = _solve(BenchmarkFacts.Of(environment), cancellation));
        return answer;
    }

    /// <inheritdoc/>
    public override void Act(GameEnvironment environment, int agent, Span<double> action) => action[0] = Solve(environment).Actions[agent];

    /// <inheritdoc/>
    public BatchPlayer Sit(BatchSeats seats)
    {
        var actions = new float[seats.Count];
        for (var k = 0; k < actions.Length; k++)
            actions[k] = (float)Solve(seats.Batch.Variant(seats.First + k)).Actions[seats.Agent];
        return new Player(actions);
    }

    private sealed class Player(float[] actions) : BatchPlayer
    {
        public override bool ActsOnce => true;

        public override void Act(int dimension, Span<float> destination) => actions.CopyTo(destination);
    }
}
