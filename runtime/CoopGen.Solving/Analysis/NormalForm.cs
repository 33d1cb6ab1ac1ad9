using System.Globalization;
using System.Text;

namespace CoopGen.Solving;

/// <summary>A finite game in normal form, such as a discretised one-shot game, and Gambit's <c>.nfg</c> format of it.</summary>
/// <param name="Title">What the game is called.</param>
/// <param name="Players">Names of the n players, at least two.</param>
/// <param name="Strategies">Names of every player's strategies.</param>
/// <param name="Payoffs">n payoffs of every profile of strategies, the first player's strategies varying fastest, as in the format.</param>
public sealed record NormalForm(string Title, IReadOnlyList<string> Players, IReadOnlyList<IReadOnlyList<string>> Strategies, IReadOnlyList<double> Payoffs)
{
    /// <summary>Most payoffs that a game may have.</summary>
    public const int MostPayoffs = 4_000_000;

    /// <summary>The one-shot game of an environment at its present state, every action at evenly spaced levels from the least to the greatest; a finite action has its own values.</summary>
    /// <param name="environment">A compiled environment.</param>
    /// <param name="levels">Levels of every continuous action, at least 2.</param>
    /// <exception cref="ArgumentException">There are fewer than two agents or levels, or the game would have more payoffs than <see cref="MostPayoffs"/>.</exception>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    public static NormalForm Of(GameEnvironment environment, int levels)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        var problem = OneShotProblem.Of(environment);
        var (n, d) = (problem.Agents, problem.Dimensions);
        if (n < 2)
            throw new ArgumentException($"{environment.Info.Id} has one agent; the format needs two.", nameof(environment));
        var sides = new double[problem.Length][];
        for (var c = 0; c < sides.Length; c++)
        {
            var (low, high) = (problem.Box.Low[c], problem.Box.High[c]);
            sides[c] = problem.Choices(c) is { Count: > 0 } choices ? [.. choices.Where(x => x >= low && x <= high)]
                : low == high ? [low] : [.. Enumerable.Range(0, levels).Select(k => low + k * (high - low) / (levels - 1))];
        }

        var strategies = new List<double[]>[n];
        var total = (double)n;
        for (var i = 0; i < n; i++)
        {
            strategies[i] = [[]];
            for (var k = 0; k < d && strategies[i].Count <= MostPayoffs; k++)
                strategies[i] = [.. strategies[i].SelectMany(_ => sides[i * d + k], (begun, x) => (double[])[.. begun, x])];
            total *= strategies[i].Count;
        }

        if (total > MostPayoffs)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{environment.Info.Id} with {levels} levels has {total / n:G3} profiles of {n} payoffs; at most {MostPayoffs / n} profiles can be written. Take fewer levels or fewer agents."), nameof(levels));
        var (payoffs, profile, at) = (new double[(int)total], new double[problem.Length], new int[n]);
        for (var start = 0; start < payoffs.Length; start += n)
        {
            for (var i = 0; i < n; i++)
                strategies[i][at[i]].CopyTo(profile, i * d);
            problem.Payoffs(profile, payoffs.AsSpan(start, n));
            for (var i = 0; i < n && ++at[i] == strategies[i].Count; i++)
                at[i] = 0;
        }

        return new($"{environment.Info.Id}, {environment.Mode.ToString().ToLowerInvariant()} rewards, {levels} levels", [.. Enumerable.Range(0, n).Select(environment.Info.AgentName)],
            [.. strategies.Select(s => (IReadOnlyList<string>)[.. s.Select(x => string.Join(' ', x.Select(Text)))])], payoffs);
    }

    /// <summary>The payoffs of a profile.</summary>
    /// <param name="profile">One strategy per player, from 0.</param>
    public ReadOnlySpan<double> At(ReadOnlySpan<int> profile)
    {
        var (place, stride) = (0, 1);
        for (var i = 0; i < profile.Length; i++)
        {
            place += profile[i] * stride;
            stride *= Strategies[i].Count;
        }

        var n = Players.Count;
        return Payoffs is double[] payoffs ? payoffs.AsSpan(place * n, n) : Payoffs.Skip(place * n).Take(n).ToArray();
    }

    /// <summary>The equilibria in pure strategies: nobody gains by another strategy.</summary>
    /// <param name="tolerance">Gains up to this count as none.</param>
    public IEnumerable<int[]> PureEquilibria(double tolerance = 0)
    {
        var profile = new int[Players.Count];
        for (var count = Payoffs.Count / Players.Count; count > 0; count--)
        {
            if (IsEquilibrium(profile, tolerance))
                yield return (int[])profile.Clone();
            for (var i = 0; i < profile.Length && ++profile[i] == Strategies[i].Count; i++)
                profile[i] = 0;
        }
    }

    /// <summary>The game as a file in Gambit's format, version 1 with payoffs of every profile; numbers have all their digits.</summary>
    public string ToNfg()
    {
        var text = new StringBuilder();
        text.Append("NFG 1 R ").Append(Quoted(Title)).Append(" { ").AppendJoin(' ', Players.Select(Quoted)).Append(" }\n\n");
        text.Append('{');
        foreach (var strategies in Strategies)
            text.Append(" { ").AppendJoin(' ', strategies.Select(Quoted)).Append(" }\n");
        text.Append("}\n\"\"\n\n");
        var n = Players.Count;
        for (var k = 0; k < Payoffs.Count; k++)
            text.Append(Text(Payoffs[k])).Append(k % n == n - 1 ? '\n' : ' ');
        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToNfg"/> writes, and any other file in the format with payoffs of every profile.</summary>
    /// <exception cref="FormatException">It is something else; the message says where.</exception>
    public static NormalForm FromNfg(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new NfgReader(text).Read();
    }

    private bool IsEquilibrium(int[] profile, double tolerance)
    {
        for (var i = 0; i < profile.Length; i++)
        {
            var (mine, payoff) = (profile[i], At(profile)[i]);
            for (profile[i] = 0; profile[i] < Strategies[i].Count; profile[i]++)
            {
                if (At(profile)[i] > payoff + tolerance)
                {
                    profile[i] = mine;
                    return false;
                }
            }

            profile[i] = mine;
        }

        return true;
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
