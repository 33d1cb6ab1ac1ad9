namespace CoopGen.Validation;

/// <summary>How a case went: trust and damage at every state from 0, the state before the first period.</summary>
/// <param name="Agents">Names of the agents.</param>
/// <param name="Phases">The phases in order.</param>
/// <param name="Trust">Trust by state: rows of who trusts, columns of who is trusted, diagonal included.</param>
/// <param name="Damage">Reputation damage in the same order.</param>
/// <param name="Signals">Mean signal of all agents in each phase.</param>
internal sealed record Course(IReadOnlyList<string> Agents, IReadOnlyList<Phase> Phases, double[][,] Trust, double[][,] Damage, double[] Signals)
{
    /// <summary>Number of states: periods and one.</summary>
    public int States => Trust.Length;

    /// <summary>
    /// A series by name: <c>trust</c> and <c>damage</c> are means over ordered pairs, <c>trust[A,B]</c> is A's in B, <c>…_matrix</c> means over all entries with the
    /// diagonal, <c>…_least</c> and <c>…_greatest</c> extremes over pairs, <c>…_matrix_greatest</c> over all entries.
    /// </summary>
    /// <exception cref="CaseException">There is no such series or agent.</exception>
    public double[] Series(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        var stem = open < 0 ? name : name[..open];
        var (source, kind) = stem.StartsWith("trust", StringComparison.Ordinal) ? (Trust, stem[5..]) : stem.StartsWith("damage", StringComparison.Ordinal) ? (Damage, stem[6..]) : throw Unknown(name);
        if (open >= 0)
        {
            if (kind.Length > 0 || !name.EndsWith(']') || name[(open + 1)..^1].Split(',') is not [var first, var second])
                throw Unknown(name);
            var (i, j) = (Agent(first.Trim(), name), Agent(second.Trim(), name));
            if (i == j)
                throw new CaseException($"the series '{name}' is of {first.Trim()} and itself; name two agents.");
            return [.. source.Select(m => m[i, j])];
        }

        Func<double[,], double> of = kind switch
        {
            "" => m => Pairs(m).Average(),
            "_least" => m => Pairs(m).Min(),
            "_greatest" => m => Pairs(m).Max(),
            "_matrix" => m => Numerics.Statistics.Mean([.. m.Cast<double>()]),
            "_matrix_greatest" => m => m.Cast<double>().Max(),
            _ => throw Unknown(name),
        };
        return [.. source.Select(of)];
    }

    /// <summary>A phase by name.</summary>
    /// <exception cref="CaseException">There is none of this name.</exception>
    public int Phase(string name)
    {
        for (var k = 0; k < Phases.Count; k++)
            if (Phases[k].Name == name)
                return k;
        throw new CaseException($"there is no phase '{name}'; there are {string.Join(", ", Phases.Select(p => p.Name))}.");
    }

    private IEnumerable<double> Pairs(double[,] matrix)
    {
        for (var i = 0; i < Agents.Count; i++)
            for (var j = 0; j < Agents.Count; j++)
                if (i != j)
                    yield return matrix[i, j];
    }

    private int Agent(string agent, string series)
    {
        for (var k = 0; k < Agents.Count; k++)
            if (Agents[k] == agent)
                return k;
        throw new CaseException($"the series '{series}' names '{agent}', which is no agent; there are {string.Join(", ", Agents)}.");
    }

    private static CaseException Unknown(string name) =>
        new($"there is no series '{name}'; write trust or damage, trust[A,B] for A's trust in B, trust_least or trust_greatest, trust_matrix with the diagonal, and the same of damage.");
}
