namespace CoopGen.Solving;

/// <summary>How close a profile is to an equilibrium, by two measures that do not depend on how it was found.</summary>
/// <param name="Residual">
/// The greatest rate, in payoff per unit of action, at which an agent gains by moving one of its actions a little within its bounds: the
/// greatest entry of the projected gradient, one-sided where the payoff has a kink or jumps.
/// </param>
/// <param name="Gains">What each agent gains by its best response, found by <see cref="BestResponseSearch"/>.</param>
/// <param name="Responses">The best response of each agent, in one row of n·d actions.</param>
/// <param name="Scales">The payoff scale of each agent: the greatest absolute payoff it sees over its own actions; 1 if all are 0.</param>
/// <param name="Edges">Entries of the profile that sit at a kink or jump of their agent's payoff, where the gradient alone says nothing.</param>
public sealed record Certificate(double Residual, IReadOnlyList<double> Gains, IReadOnlyList<double> Responses, IReadOnlyList<double> Scales, IReadOnlyList<int> Edges)
{
    /// <summary>Greatest residual of an equilibrium.</summary>
    public const double ResidualTolerance = 1e-6;

    /// <summary>Greatest unilateral gain of an equilibrium, as a part of the agent's payoff scale.</summary>
    public const double GainTolerance = 1e-6;

    /// <summary>The agent who gains most as a part of its payoff scale.</summary>
    public int Keenest { get; } = Enumerable.Range(0, Gains.Count).MaxBy(i => Gains[i] / Scales[i]);

    /// <summary>The largest unilateral gain, each measured by its agent's payoff scale; in payoff.</summary>
    public double LargestGain => Gains[Keenest];

    /// <summary>The payoff scale of the agent who gains it.</summary>
    public double Scale => Scales[Keenest];

    /// <summary>The largest gain as a part of that scale.</summary>
    public double RelativeGain => LargestGain / Scale;

    /// <summary>Whether the profile is an equilibrium within the tolerances, for every agent at its own scale.</summary>
    public bool IsCertified => Residual < ResidualTolerance && RelativeGain <= GainTolerance;

    /// <summary>Certifies a profile, or tells by how much it is none.</summary>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    public static Certificate Of(OneShotProblem problem, ReadOnlySpan<double> profile)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var search = new BestResponseSearch(problem, located: false);
        var (gains, responses, scales) = (new double[problem.Agents], new double[problem.Length], new double[problem.Agents]);
        for (var i = 0; i < gains.Length; i++)
        {
            var best = search.Find(i, profile);
            (gains[i], scales[i]) = (best.Gain, best.Scale > 0 ? best.Scale : 1);
            best.Action.CopyTo(responses, i * problem.Dimensions);
        }

        var edges = new List<int>();
        return new(ResidualAt(problem, profile, edges), gains, responses, scales, edges);
    }

    /// <summary>The residual alone.</summary>
    /// <param name="problem">The game.</param>
    /// <param name="profile">n·d actions.</param>
    /// <param name="edges">Receives the entries at kinks and jumps.</param>
    public static double ResidualAt(OneShotProblem problem, ReadOnlySpan<double> profile, ICollection<int> edges)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(edges);
        var own = new double[problem.Length];
        problem.OwnGradient(profile, own);
        var (residual, moved) = (0.0, profile.ToArray());
        for (var c = 0; c < own.Length; c++)
        {
            if (Projected(problem, c, profile[c], own[c]) is var rate && rate < ResidualTolerance)
                residual = Math.Max(residual, rate);
            else if (OneSided(problem, c, moved, own[c]) is { } oneSided)
            {
                edges.Add(c);
                residual = Math.Max(residual, oneSided);
            }
            else
                residual = Math.Max(residual, rate);
        }

        return residual;
    }

    /// <summary>How fast the payoff rises into the box along one entry, going by the derivative.</summary>
    private static double Projected(OneShotProblem problem, int c, double x, double slope) =>
        slope > 0 ? x < problem.Box.High[c] ? slope : 0 : x > problem.Box.Low[c] ? -slope : 0;

    /// <summary>
    /// The same where the payoff, moved a little the way the derivative points, falls: a kink or jump. Then that way is none to gain, and
    /// the other counts with the derivative beyond. Null where the payoff rises as the derivative says.
    /// </summary>
    private static double? OneSided(OneShotProblem problem, int c, double[] moved, double slope)
    {
        var (x, width) = (moved[c], problem.Box.High[c] - problem.Box.Low[c]);
        var (agent, step) = (c / problem.Dimensions, Math.Sign(slope) * 1e-9 * width);
        var here = problem.Payoff(agent, moved);
        moved[c] = Math.Clamp(x + step, problem.Box.Low[c], problem.Box.High[c]);
        // A kink turns the derivative round; a jump takes more than the derivative promised, and more than a sum of payoffs may round.
        var falls = moved[c] != x && (problem.Along(c, moved).Slope * slope < 0
            || problem.Payoff(agent, moved) < here - Math.Abs(slope * step) - 64 * (Math.BitIncrement(Math.Abs(here)) - Math.Abs(here)));
        moved[c] = Math.Clamp(x - step, problem.Box.Low[c], problem.Box.High[c]);
        var back = moved[c] == x ? 0 : Math.Max(0, -Math.Sign(slope) * problem.Along(c, moved).Slope);
        moved[c] = x;
        return falls ? back : null;
    }
}
