using System.ComponentModel;

namespace CoopGen;

/// <summary>
/// The reverse of an environment, which the compiler writes from the same formulas: the vector-Jacobian product of a step and of a
/// reset. <see cref="GradientTape"/> strings them together over an episode.
/// </summary>
/// <remarks>
/// Conditions take the branch that was taken; at a kink (min, max, clip, abs) the derivative is that of the branch the value takes, and
/// an action at its bound counts as inside. Membership of lists, counts and draws have no derivative, rounding to single precision has
/// that of the identity, a finite action that of the formula it stands in, and what outlives an episode counts as given.
/// </remarks>
public abstract class EnvironmentAdjoint
{
    private readonly double[] _paid, _played, _after, _earlier, _initial;
    private readonly string[] _parameters;

    /// <param name="environment">The environment it is the reverse of.</param>
    protected EnvironmentAdjoint(GameEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Environment = environment;
        (_paid, _played) = (new double[environment.AgentCount], new double[environment.ProfileLength]);
        (_after, _earlier, _initial) = (new double[environment.StateLength], new double[environment.StateLength], new double[environment.StateLength]);
        _parameters = [.. NamesOf(environment.Info)];
    }

    /// <summary>The environment.</summary>
    public GameEnvironment Environment { get; }

    /// <summary>The parameters that there are derivatives for, in order: numbers, and ranges as <c>name.low</c> and <c>name.high</c>.</summary>
    public IReadOnlyList<string> Parameters => _parameters;

    /// <summary>The parameters of an environment that there are derivatives for.</summary>
    public static IEnumerable<string> NamesOf(EnvironmentInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return info.Parameters.SelectMany(p => p.Kind switch
        {
            ParameterKind.Number => [p.Name],
            ParameterKind.Range => new[] { p.Name + ".low", p.Name + ".high" },
            _ => [],
        });
    }

    /// <summary>The reverse of an environment.</summary>
    /// <exception cref="ArgumentException">The environment is not a compiled one, or too large to have a reverse.</exception>
    public static EnvironmentAdjoint Of(GameEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.MakeAdjoint();
    }

    /// <summary>
    /// The vector-Jacobian product of one step: with L any function of the rewards and of the state after the step, from ∂L/∂reward and
    /// ∂L/∂(state after) to ∂L/∂action and ∂L/∂(state before). The environment itself plays the step.
    /// </summary>
    /// <param name="before">What <see cref="GameEnvironment.SaveState"/> wrote before the step.</param>
    /// <param name="actions">n·d actions.</param>
    /// <param name="rewards">n derivatives ∂L/∂reward.</param>
    /// <param name="state">∂L/∂(state after), laid out like <paramref name="before"/>; receives ∂L/∂(state before). Entries that are no state of the spec are 0.</param>
    /// <param name="gradient">Receives n·d derivatives ∂L/∂action.</param>
    /// <param name="parameters">Receives ∂L/∂parameter of this step, as <see cref="Parameters"/> lists them; may be empty.</param>
    /// <exception cref="ArgumentException">A length is wrong, or the step would be refused.</exception>
    public void Step(ReadOnlySpan<double> before, ReadOnlySpan<double> actions, ReadOnlySpan<double> rewards, Span<double> state, Span<double> gradient, Span<double> parameters = default)
    {
        Require.Room(nameof(rewards), rewards.Length, Environment.AgentCount);
        Require.Room(nameof(state), state.Length, Environment.StateLength);
        Require.Room(nameof(gradient), gradient.Length, Environment.ProfileLength);
        CheckParameters(parameters);
        Environment.RestoreState(before);
        Environment.Step(actions, _paid);
        Environment.SaveState(_after);
        state[..Environment.StateStart].Clear();
        Back(before, _after, rewards, state, _earlier, gradient);
        _earlier.CopyTo(state);
        Finish(parameters);
    }

    /// <summary>The vector-Jacobian product of a step that was played before; what parameters fix is gathered until <see cref="Finish"/>.</summary>
    internal void Back(ReadOnlySpan<double> before, ReadOnlySpan<double> after, ReadOnlySpan<double> rewards, Span<double> later, Span<double> earlier, Span<double> gradient)
    {
        rewards.CopyTo(_paid);
        Array.Clear(_played);
        earlier.Clear();
        gradient.Clear();
        StepBack(before, after, _paid, later, earlier, _played, gradient);
    }

    /// <summary>The same of a reset.</summary>
    internal void Reset(ReadOnlySpan<double> before, ReadOnlySpan<double> after, Span<double> later, bool clear)
    {
        before.CopyTo(_initial);
        Array.Clear(_played);
        Array.Clear(_earlier);
        ResetBack(before, after, _initial, later, _earlier, _played, clear);
    }

    /// <summary>Hands on what was gathered to the parameters.</summary>
    internal void Finish(Span<double> parameters)
    {
        Span<double> gradient = parameters.IsEmpty ? stackalloc double[_parameters.Length] : parameters;
        gradient.Clear();
        ParametersBack(gradient);
    }

    internal void CheckParameters(Span<double> parameters)
    {
        if (!parameters.IsEmpty)
            Require.Room(nameof(parameters), parameters.Length, _parameters.Length);
    }

    /// <summary>Written by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void StepBack(ReadOnlySpan<double> before, ReadOnlySpan<double> after, Span<double> paid, Span<double> later, Span<double> earlier, Span<double> played, Span<double> given);

    /// <summary>Written by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void ResetBack(ReadOnlySpan<double> before, ReadOnlySpan<double> after, double[] m, Span<double> later, Span<double> earlier, Span<double> played, bool clear);

    /// <summary>Written by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void ParametersBack(Span<double> gradient);

    /// <summary>Where the actions begin in memory.</summary>
    protected const int ActionsOffset = GameEnvironment.HeaderLength;

    /// <summary>The checked value of a parameter.</summary>
    protected ParameterValue Parameter(string name) => Environment.Parameter(name);

    /// <summary>Number of steps of an episode.</summary>
    protected int Horizon => Environment.Horizon;

    /// <summary>What agents are paid.</summary>
    protected RewardMode Mode => Environment.Mode;

    /// <summary>The draw that was made where memory was as it is.</summary>
    protected static Philox.Block Draw(ReadOnlySpan<double> memory, DrawPhase phase, uint name, int element, int site)
    {
        var (seed, episode, step) = GameEnvironment.ReadPlace(memory);
        return new Philox(seed).Draw(phase, name, episode, step, element, site);
    }

    /// <summary>Adds entries.</summary>
    protected static void Add(ReadOnlySpan<double> from, Span<double> to)
    {
        for (var k = 0; k < from.Length; k++)
            to[k] += from[k];
    }

    /// <summary>Adds the diagonal of a matrix of n rows.</summary>
    protected static void AddDiagonal(ReadOnlySpan<double> from, Span<double> to, int n)
    {
        for (var i = 0; i < n; i++)
            to[i * n + i] += from[i * n + i];
    }
}
