namespace CoopGen.Solving;

/// <summary>
/// Nash equilibria in pure actions of a one-shot game. From each of several profiles Newton's method solves the first-order
/// conditions; what it finds is certified by a global search for every agent's best response. If someone gains, all answer in turn and
/// it begins again from there. Deterministic. Finds equilibria, not all of them: with many starts, rarely none that is attracting.
/// </summary>
public static class EquilibriumSolver
{
    /// <summary>Most equilibria that are told apart.</summary>
    public const int MostEquilibria = 12;

    /// <summary>From so many starts best responses are followed at once too: Newton's method sees no equilibrium that is one by a jump of payoffs.</summary>
    private const int Answered = 3;

    /// <summary>With more entries than this a start is dear.</summary>
    private const int Many = 20;

    private const int MostRounds = 60;

    private static readonly double[] _parts = [0.5, 0, 1, 0.25, 0.75];
    private static readonly int[] _primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

    /// <summary>Searches from several starts.</summary>
    /// <param name="problem">The game.</param>
    /// <param name="cancellation">Ends the search with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    public static OneShotSolution Solve(OneShotProblem problem, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var starts = Starts(problem);
        var searches = starts.Select(s => (Start: s, NewtonFirst: true)).Concat(starts.Take(Answered).Select(s => (Start: s, NewtonFirst: false))).ToList();
        var found = new List<(double[] Profile, Certificate Certificate)>();
        List<double[]> cycle = [];
        (double[] Profile, Certificate Certificate)? closest = null;
        foreach (var (start, newtonFirst) in searches)
        {
            if (found.Count >= MostEquilibria)
                break;
            var (profile, certificate, repeated) = Follow(problem, start, newtonFirst, known => found.Exists(f => IsSame(problem, f.Profile, known)), cancellation);
            if (certificate is null)
                continue;
            if (closest is not { } held || certificate.RelativeGain < held.Certificate.RelativeGain)
                closest = (profile, certificate);
            // Best responses may lead to one that is known already.
            if (certificate.IsCertified && !found.Exists(f => IsSame(problem, f.Profile, profile)))
                found.Add((profile, certificate));
            else if (!certificate.IsCertified && cycle.Count == 0)
                cycle = repeated;
        }

        var equilibria = found.Select(f => Describe(problem, f.Profile, f.Certificate)).OrderByDescending(e => e.Payoffs.Sum()).ToList();
        var first = equilibria.Count > 0 ? equilibria[0] : Describe(problem, closest!.Value.Profile, closest.Value.Certificate);
        return new(equilibria, equilibria.Count > 0 ? [] : cycle, first, Stability.DominanceOverBox(problem), searches.Count);
    }

    /// <summary>The equilibrium that best responses lead to from one profile, all answering in turn; the last profile if they lead to none.</summary>
    /// <param name="problem">The game.</param>
    /// <param name="start">n·d actions.</param>
    /// <param name="cancellation">Ends the search with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    public static (double[] Actions, Certificate Certificate) From(OneShotProblem problem, ReadOnlySpan<double> start, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var (profile, certificate, _) = Follow(problem, start.ToArray(), false, static _ => false, cancellation);
        return (profile, certificate!);
    }

    /// <summary>Follows best responses and Newton's method from a start.</summary>
    /// <returns>The profile reached; its certificate, null if it is known already; and a cycle if the best responses entered one.</returns>
    private static (double[] Profile, Certificate? Certificate, List<double[]> Cycle) Follow(OneShotProblem problem, double[] start, bool newtonFirst, Predicate<double[]> isKnown, CancellationToken cancellation)
    {
        var (answers, history) = (start, new List<double[]>());
        (double[] Profile, Certificate Certificate)? best = null;
        for (var round = 0; round < MostRounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (round > 0 || newtonFirst)
            {
                var refined = (double[])answers.Clone();
                var edges = new List<int>();
                // From an arbitrary start nothing is known to sit at an edge.
                if (round > 0)
                    Certificate.ResidualAt(problem, answers, edges);
                ComplementarityNewton.Solve(problem, refined, edges);
                if (isKnown(refined))
                    return (refined, null, []);
                var certificate = Certificate.Of(problem, refined);
                if (best is not { } held || certificate.RelativeGain < held.Certificate.RelativeGain || certificate.IsCertified)
                    best = (refined, certificate);
                if (certificate.IsCertified)
                    return (refined, certificate, []);
                // What Newton's method moved may be where nobody would go; what the answers led to is kept.
                if (round == 0)
                    answers = refined;
            }

            history.Add(answers);
            answers = Answer(problem, answers);
            var before = history.FindIndex(h => IsSame(problem, h, answers));
            if (before >= 0 && before < history.Count - 1)
                return (best!.Value.Profile, best.Value.Certificate, history[before..]);
            if (before == history.Count - 1 && round > 0)
                break;
        }

        var last = Certificate.Of(problem, answers);
        return best is { } least && least.Certificate.RelativeGain <= last.RelativeGain && !last.IsCertified
            ? (least.Profile, least.Certificate, []) : (answers, last, []);
    }

    /// <summary>Every agent in turn does what is best against what the others do then.</summary>
    private static double[] Answer(OneShotProblem problem, double[] profile)
    {
        var (search, answers) = (new BestResponseSearch(problem, located: false), (double[])profile.Clone());
        for (var i = 0; i < problem.Agents; i++)
            search.Find(i, answers).Action.CopyTo(answers, i * problem.Dimensions);
        return answers;
    }

    private static Equilibrium Describe(OneShotProblem problem, double[] profile, Certificate certificate)
    {
        var payoffs = new double[problem.Agents];
        problem.Payoffs(profile, payoffs);
        return new(profile, payoffs, certificate, Stability.Of(problem, profile, certificate.Edges));
    }

    /// <summary>Whether two profiles differ by less than 1e-6 of every action's range.</summary>
    private static bool IsSame(OneShotProblem problem, double[] a, double[] b)
    {
        for (var c = 0; c < a.Length; c++)
            if (Math.Abs(a[c] - b[c]) > 1e-6 * (problem.Box.High[c] - problem.Box.Low[c]))
                return false;
        return true;
    }

    /// <summary>Everybody at the same part of the box, then profiles spread over it (Halton points); the fewer the more agents.</summary>
    private static List<double[]> Starts(OneShotProblem problem)
    {
        var starts = _parts.Take(problem.Length > Many ? 3 : _parts.Length).Select(problem.Part).ToList();
        for (var number = 1; number <= Math.Clamp(120 / problem.Length, 2, 60); number++)
            starts.Add(Spread(problem, number));
        return starts;
    }

    /// <summary>One of a sequence of profiles that fill the box evenly.</summary>
    internal static double[] Spread(OneShotProblem problem, int number)
    {
        var profile = new double[problem.Length];
        for (var c = 0; c < profile.Length; c++)
        {
            // Beyond the twelfth entry the first primes serve again, with the sequence begun elsewhere.
            var (prime, rest) = (_primes[c % _primes.Length], number + c / _primes.Length * 7);
            var (part, digit) = (0.0, 1.0);
            for (; rest > 0; rest /= prime)
                part += rest % prime * (digit /= prime);
            // Off the simple fractions, where games like to have their thresholds.
            part = 0.0137 + 0.9731 * part;
            profile[c] = problem.Allowed(c, problem.Box.Low[c] + part * (problem.Box.High[c] - problem.Box.Low[c]));
        }

        return profile;
    }
}
