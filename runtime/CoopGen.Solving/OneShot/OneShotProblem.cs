using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace CoopGen.Solving;

/// <summary>
/// A one-shot game to be solved: n agents with d actions each, every action within bounds or among a finite set. Profiles are rows of
/// n·d numbers, agent by agent. Not for several threads at once, as little as the game.
/// </summary>
public sealed class OneShotProblem
{
    private readonly IOneShotGame _game;
    private readonly IReadOnlyList<double>[] _choices;
    private readonly double[] _own, _payoffs;

    /// <param name="name">What errors call the game.</param>
    /// <param name="game">The game.</param>
    /// <param name="agents">Number of agents n.</param>
    /// <param name="box">Bounds of a profile; n·d finite pairs.</param>
    /// <param name="choices">Of every dimension of an action the values allowed, none if it is continuous; null if all are.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a bound is infinite.</exception>
    public OneShotProblem(string name, IOneShotGame game, int agents, Box box, IReadOnlyList<IReadOnlyList<double>>? choices = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(box);
        ArgumentOutOfRangeException.ThrowIfLessThan(agents, 1);
        if (box.Length == 0 || box.Length % agents != 0 || choices is not null && choices.Count != box.Length / agents)
            throw new ArgumentException($"{name}: bounds of {box.Length} actions and {choices?.Count} sets of choices do not fit {agents} agents.", nameof(box));
        for (var c = 0; c < box.Length; c++)
            if (!double.IsFinite(box.Low[c]) || !double.IsFinite(box.High[c]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name}: action {c} lies between {box.Low[c]} and {box.High[c]}; both must be finite."), nameof(box));
        (Name, _game, Agents, Dimensions, Box) = (name, game, agents, box.Length / agents, box);
        _choices = [.. choices ?? Enumerable.Repeat<IReadOnlyList<double>>([], Dimensions)];
        (_payoffs, _own) = (new double[agents], new double[box.Length]);
    }

    /// <summary>The one-shot game of an environment at its present state, in its reward mode.</summary>
    /// <exception cref="ArgumentException">It has none, or none with derivatives.</exception>
    public static OneShotProblem Of(GameEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment is SpecEnvironment or not IOneShotGame)
            throw new ArgumentException($"{environment.Info.Id} has no compiled one-shot game.", nameof(environment));
        return new(environment.Info.Id, (IOneShotGame)environment, environment.AgentCount, environment.ActionSpace, [.. environment.Info.Actions.Select(a => a.Choices)]);
    }

    internal IOneShotGame Game => _game;

    /// <summary>What the game is called.</summary>
    public string Name { get; }

    /// <summary>Number of agents n.</summary>
    public int Agents { get; }

    /// <summary>Number of dimensions d of an agent's action.</summary>
    public int Dimensions { get; }

    /// <summary>Length n·d of a profile.</summary>
    public int Length => Box.Length;

    /// <summary>Bounds of a profile.</summary>
    public Box Box { get; }

    /// <summary>Whether no action is limited to a finite set.</summary>
    public bool IsContinuous => Array.TrueForAll(_choices, c => c.Count == 0);

    /// <summary>The values that an entry of a profile may have; none if it is continuous.</summary>
    public IReadOnlyList<double> Choices(int entry) => _choices[entry % Dimensions];

    /// <summary>The profile a part, 0 to 1, of the way from the least to the greatest actions; of finite sets the nearest values.</summary>
    public double[] Part(double part)
    {
        var profile = new double[Length];
        for (var c = 0; c < profile.Length; c++)
            profile[c] = Allowed(c, Box.Low[c] + part * (Box.High[c] - Box.Low[c]));
        return profile;
    }

    /// <summary>The allowed value of an entry that is nearest, the lesser of two.</summary>
    public double Allowed(int entry, double value)
    {
        var choices = Choices(entry);
        return choices.Count > 0 ? choices.MinBy(c => Math.Abs(c - value)) : Math.Clamp(value, Box.Low[entry], Box.High[entry]);
    }

    /// <summary>Payoff of every agent.</summary>
    /// <param name="profile">n·d actions.</param>
    /// <param name="payoffs">Receives n payoffs.</param>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    public void Payoffs(ReadOnlySpan<double> profile, Span<double> payoffs)
    {
        _game.Payoffs(profile, payoffs);
        CheckFinite(payoffs, profile);
    }

    /// <summary>Payoff of one agent.</summary>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    public double Payoff(int agent, ReadOnlySpan<double> profile)
    {
        Payoffs(profile, _payoffs);
        return _payoffs[agent];
    }

    /// <summary>How every agent's payoff changes with its own actions: ∂payoff_i/∂action_(i,k).</summary>
    /// <param name="profile">n·d actions.</param>
    /// <param name="own">Receives n·d derivatives; those of finite actions are 0.</param>
    /// <exception cref="UnsolvableException">A payoff or derivative is not finite.</exception>
    public void OwnGradient(ReadOnlySpan<double> profile, Span<double> own)
    {
        Own(profile, own);
        for (var c = 0; c < own.Length; c++)
            if (Choices(c).Count > 0)
                own[c] = 0;
    }

    /// <summary>Payoff of an agent and its derivative with respect to one of its own actions.</summary>
    public (double Payoff, double Slope) Along(int entry, ReadOnlySpan<double> profile)
    {
        Own(profile, _own);
        return (_payoffs[entry / Dimensions], _own[entry]);
    }

    private void Own(ReadOnlySpan<double> profile, Span<double> own)
    {
        _game.OwnGradient(profile, _payoffs, own);
        CheckFinite(_payoffs, profile);
        for (var c = 0; c < own.Length; c++)
            if (!double.IsFinite(own[c]))
                throw NotFinite("derivative", c / Dimensions, own[c], profile);
    }

    /// <summary>
    /// Second derivatives, the Jacobian of <see cref="OwnGradient"/>: entry (c, k) is ∂²payoff_(agent of c)/∂action_c∂action_k. Central
    /// differences of the exact gradient: within about 1e-9 of the size of the derivatives where these are smooth.
    /// </summary>
    /// <param name="profile">n·d actions.</param>
    /// <param name="central">Whether differences are central; if not they are one-sided, half as dear and only good to about 1e-5.</param>
    public Matrix<double> SecondDerivatives(ReadOnlySpan<double> profile, bool central = true)
    {
        var result = DenseMatrix.Create(Length, Length, 0);
        var moved = profile.ToArray();
        var (here, left, middle, right) = (new double[Length], new double[Length], new double[Length], new double[Length]);
        OwnGradient(profile, here);
        for (var k = 0; k < Length; k++)
        {
            if (Choices(k).Count > 0 || Box.High[k] == Box.Low[k])
                continue;
            var (x, width) = (moved[k], Box.High[k] - Box.Low[k]);
            var room = Math.Min(x - Box.Low[k], Box.High[k] - x);
            if (room >= 1e-7 * width)
            {
                // Curvature near a bound is often that of a logarithm or power of the distance, hence the step in its proportion.
                var h = 1e-5 * room;
                var (low, high) = (central ? x - h : x, x + h);
                if (central)
                    At(low, left);
                At(high, right);
                for (var c = 0; c < Length; c++)
                    result[c, k] = (right[c] - (central ? left : here)[c]) / (high - low);
            }
            else
            {
                var h = (x - Box.Low[k] < Box.High[k] - x ? 1e-6 : -1e-6) * width;
                At(x + h, middle);
                At(x + 2 * h, right);
                for (var c = 0; c < Length; c++)
                    result[c, k] = (4 * middle[c] - 3 * here[c] - right[c]) / (2 * h);
            }

            moved[k] = x;

            void At(double value, double[] own)
            {
                moved[k] = value;
                OwnGradient(moved, own);
            }
        }

        return result;
    }

    private void CheckFinite(ReadOnlySpan<double> payoffs, ReadOnlySpan<double> profile)
    {
        for (var i = 0; i < payoffs.Length; i++)
            if (!double.IsFinite(payoffs[i]))
                throw NotFinite("payoff", i, payoffs[i], profile);
    }

    private UnsolvableException NotFinite(string what, int agent, double value, ReadOnlySpan<double> profile)
    {
        var shown = string.Join(", ", profile[..Math.Min(8, profile.Length)].ToArray().Select(a => a.ToString("G6", CultureInfo.InvariantCulture))) + (profile.Length > 8 ? ", …" : "");
        return new(string.Create(CultureInfo.InvariantCulture, $"{Name} can't be solved: the {what} of agent {agent} is {value} where the actions are {shown}; it must be a finite number on the whole box."));
    }
}
