namespace CoopGen.Validation.Tr1;

/// <summary>A game of TR-1's suite.</summary>
internal sealed record Venture
{
    /// <summary>How an agent creates value by itself: <c>power</c> or <c>logarithmic</c>.</summary>
    public required string Value { get; init; }

    /// <summary>Exponent of the power value.</summary>
    public double Beta { get; init; } = 0.75;

    /// <summary>Scale of the logarithmic value.</summary>
    public double Theta { get; init; } = 20;

    /// <summary>Strength of the synergy.</summary>
    public required double Gamma { get; init; }

    /// <summary>What each agent has.</summary>
    public required double[] Endowments { get; init; }

    /// <summary>Bargaining shares.</summary>
    public required double[] Shares { get; init; }

    /// <summary>How much row depends on column.</summary>
    public required double[][] Dependence { get; init; }

    /// <summary>Number of agents.</summary>
    public int Agents => Shares.Length;

    /// <summary>The same without dependence and synergy.</summary>
    public Venture Baseline => this with { Gamma = 0, Dependence = [.. Dependence.Select(row => new double[row.Length])] };

    /// <summary>Reads what is given of one over what is known.</summary>
    public Venture Read(Entry entry)
    {
        var agents = entry.Find("shares")?.List(1).Count ?? Agents;
        return this with
        {
            Value = entry.Find("value")?.Word("power", "logarithmic") ?? Value,
            Beta = entry.Find("beta")?.Number(0.01, 1) ?? Beta,
            Theta = entry.Find("theta")?.Number(0) ?? Theta,
            Gamma = entry.Find("gamma")?.Number(0) ?? Gamma,
            Endowments = entry.Find("endowments")?.Numbers(agents, 0) ?? Endowments,
            Shares = entry.Find("shares")?.Numbers(agents, 0, 1) ?? Shares,
            Dependence = entry.Find("dependence")?.Matrix(agents, 0, 1) ?? Dependence,
        };
    }
}
