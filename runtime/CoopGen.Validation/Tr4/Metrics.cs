namespace CoopGen.Validation.Tr4;

/// <summary>A point of the sweep or of the Monte Carlo.</summary>
internal readonly record struct Setting(double Rho0, double Eta, double Kappa, int K, double LambdaR, double T0);

/// <summary>The courses that a point is measured by; the memory window k has no part in them.</summary>
/// <param name="Cooperative">30 steps.</param>
/// <param name="Defection">100 steps; actor 1 is set to 0.10 at step 10.</param>
/// <param name="HighTrust">Mean action from step 3 to 20 with initial trust 0.9.</param>
/// <param name="LowTrust">The same with 0.3.</param>
internal sealed record Courses(History Cooperative, History Defection, double HighTrust, double LowTrust)
{
    /// <summary>Step of the defection.</summary>
    public const int Break = 10;

    private static readonly double[] _start = [0.5, 0.5];

    /// <summary>Plays the four courses.</summary>
    public static Courses Of(Setting s)
    {
        var (high, low) = TrustPair(s);
        return Of(s, high, low);
    }

    /// <summary>Plays the two courses that depend on initial trust; the other two are given.</summary>
    public static Courses Of(Setting s, double high, double low) => new(
        Simulation.Play(Parameters(s, s.T0), _start, 30),
        Simulation.Play(Parameters(s, s.T0), _start, 100, [new(Break, 1, 0.10, Set: true)]),
        high, low);

    /// <summary>Mean actions from step 3 to 20 with initial trust 0.9 and 0.3, which do not depend on the point's own.</summary>
    public static (double High, double Low) TrustPair(Setting s)
    {
        return (Mean(0.9), Mean(0.3));

        double Mean(double trust) =>
            Numerics.Statistics.Mean([.. Simulation.Play(Parameters(s, trust), _start, 20).Actions.Skip(3).SelectMany(a => a)]);
    }

    private static ParameterSet Parameters(Setting s, double trust) => new()
    {
        ["rho_0"] = s.Rho0,
        ["eta"] = s.Eta,
        ["kappa"] = s.Kappa,
        ["k"] = s.K,
        ["lambda_R"] = s.LambdaR,
        ["T_0"] = trust,
        ["decay"] = 0.01,
    };
}

/// <summary>What is measured at a point, and the verdicts.</summary>
internal sealed record Metrics
{
    /// <summary>The names of the verdicts as targets, in order.</summary>
    public static readonly string[] Targets =
        ["cooperation_emergence", "defection_punishment", "forgiveness_dynamics", "asymmetric_differentiation", "trust_reciprocity_interaction", "bounded_responses"];

    /// <summary>Mean action after 30 cooperative steps.</summary>
    public required double FinalCoopMean { get; init; }

    /// <summary>Cooperative level of actor 0 at the forgiveness horizon 20 + 2k, at most step 30.</summary>
    public required double CoopLevel { get; init; }

    /// <summary>Action of actor 0 at the forgiveness horizon after the defection.</summary>
    public required double Recovered { get; init; }

    /// <summary>How much that is above ten steps before.</summary>
    public required double Trend { get; init; }

    /// <summary>Least action of actor 0 between the defection and the horizon.</summary>
    public required double Least { get; init; }

    /// <summary>Steps after the defection until actor 0 is back at 80 % of the cooperative level; 0 if never.</summary>
    public required int ForgivenessTime { get; init; }

    /// <summary>What actor 0 withholds in steps 11 to 59, summed.</summary>
    public required double Withheld { get; init; }

    /// <summary>What trust of actor 0 in actor 1 lacks at step 15.</summary>
    public required double TrustLost { get; init; }

    /// <summary>First response of actor 0 over that of actor 1.</summary>
    public required double Ratio { get; init; }

    /// <summary>What high initial trust adds to the mean action.</summary>
    public required double TrustGain { get; init; }

    /// <summary>Greatest response in the cooperative course, less its bound ρ_0·0.8^η.</summary>
    public required double AboveBound { get; init; }

    public bool Emerged => FinalCoopMean > 0.53;

    public bool Punished => Withheld > 0.005 || TrustLost > 0.01;

    public bool Forgiven => Recovered > 0.5 * CoopLevel || Trend > 0.001 && Recovered > 0.35 || Recovered > Least + 0.02;

    public bool Differentiated => Ratio > 1.5;

    public bool Interacts => TrustGain > 0.005;

    public bool Bounded => AboveBound <= 1e-10;

    /// <summary>The verdicts in the order of <see cref="Targets"/>.</summary>
    public bool[] Verdicts => [Emerged, Punished, Forgiven, Differentiated, Interacts, Bounded];

    /// <summary>Measures a point by its courses.</summary>
    public static Metrics Of(Setting s, Courses courses)
    {
        var (c, f) = (courses.Cooperative, courses.Defection);
        double Cooperative(int t) => c.Actions[Math.Min(t, c.Steps)][0];
        double Betrayed(int t) => f.Actions[t][0];
        var horizon = Math.Min(2 * Courses.Break + 2 * s.K, 90);
        var least = double.PositiveInfinity;
        for (var t = Courses.Break + 1; t < Math.Min(40, horizon); t++)
            least = Math.Min(least, Betrayed(t));
        var withheld = 0.0;
        for (var t = Courses.Break + 1; t < 60; t++)
            withheld += Math.Max(0, Cooperative(t) - Betrayed(t));
        var time = 0;
        for (var t = Courses.Break + 2; t <= f.Steps && time == 0; t++)
            if (Betrayed(t) > 0.8 * Cooperative(t))
                time = t - Courses.Break;
        var (first, second) = (Math.Abs(c.Responses[0][1]), Math.Abs(c.Responses[0][2]));
        return new()
        {
            FinalCoopMean = (c.Final[0] + c.Final[1]) / 2,
            CoopLevel = Cooperative(horizon),
            Recovered = Betrayed(horizon),
            Trend = Betrayed(horizon) - Betrayed(Math.Max(horizon - 10, 15)),
            Least = least,
            ForgivenessTime = time,
            Withheld = withheld,
            TrustLost = c.Trust[15][1] - f.Trust[15][1],
            Ratio = second > 1e-8 ? first / second : first > 1e-8 ? first / 1e-8 : 1,
            TrustGain = courses.HighTrust - courses.LowTrust,
            AboveBound = c.Responses.Max(r => r.Max(Math.Abs)) - s.Rho0 * Math.Pow(0.8, s.Eta),
        };
    }
}
