namespace CoopGen.Solving;

/// <summary>What the benchmark's oracles know of an environment: what it starts with, and the published tables.</summary>
/// <param name="Name">Id of the environment.</param>
/// <param name="e">Endowments: the greatest actions.</param>
/// <param name="b">Baselines: the actions before the first step.</param>
/// <param name="α">Bargaining shares.</param>
/// <param name="D">Interdependence, as agents see it in <c>own_dependence</c>; 0 where they do not.</param>
/// <param name="T">Trust at reset, as agents see it in <c>own_trust</c>; a half where they do not.</param>
/// <param name="R">Reputation damage at reset, as agents see it in <c>own_reputation_damage</c>; 0 where they do not.</param>
/// <param name="θ">Scale of individual value.</param>
/// <param name="γ">Strength of the synergy.</param>
/// <param name="Team">Team production.</param>
/// <param name="Reciprocity">Reciprocity.</param>
internal sealed record BenchmarkFacts(string Name, double[] e, double[] b, double[] α, double[][] D, double[][] T, double[][] R, double θ, double γ, TeamFacts Team, ReciprocityFacts Reciprocity)
{
    /// <summary>Number of agents.</summary>
    public int n => e.Length;

    /// <summary>Reads an environment; its present state does not matter.</summary>
    /// <exception cref="UnsuitableException">Actions are not one continuous number from 0 up per agent.</exception>
    public static BenchmarkFacts Of(GameEnvironment environment)
    {
        var info = environment.Info;
        if (environment.ActionDimensions != 1 || info.Actions[0].Choices.Count > 0 || environment.ActionSpace.Low.ContainsAnyExcept(0.0))
            throw new UnsuitableException($"The benchmark's oracles play one continuous action from 0 up; {info.Id} has {(environment.ActionDimensions > 1 ? $"{environment.ActionDimensions} actions per agent" : info.Actions[0].Choices.Count > 0 ? "a finite one" : "one that begins elsewhere")}.");
        var fresh = EnvironmentCopy.Of(environment);
        fresh.Reset(seed: 0);
        var (θ, γ) = BenchmarkTable.Value(environment);
        return new(info.Id, fresh.ActionSpace.High.ToArray(), fresh.Actions.ToArray(), BenchmarkTable.Shares(environment),
            Rows(fresh, "own_dependence", 0), Rows(fresh, "own_trust", 0.5), Rows(fresh, "own_reputation_damage", 0),
            θ, γ, BenchmarkTable.Team(environment), BenchmarkTable.Reciprocity(environment));
    }

    /// <summary>A part of all agents' own observations that has an entry for every agent.</summary>
    private static double[][] Rows(GameEnvironment environment, string part, double otherwise)
    {
        var n = environment.AgentCount;
        var at = environment.Info.AgentParts.TakeWhile(p => p.Name != part).Count();
        var mask = at < environment.Info.AgentParts.Count ? 1UL << at : 0;
        if (mask == 0 || environment.AgentObservationLength(mask) != n)
            return [.. Enumerable.Range(0, n).Select(_ => Enumerable.Repeat(otherwise, n).ToArray())];
        var row = new float[n];
        var rows = new double[n][];
        for (var i = 0; i < n; i++)
        {
            environment.Observe(i, mask, row);
            if (row.AsSpan().ContainsAnyExceptInRange(-1e15f, 1e15f))
                throw new UnsolvableException($"{environment.Info.Id} can't be solved: its agents observe a '{part}' that is no number, or beyond 1e15.");
            // Observations are in single precision; seven digits are what was meant.
            rows[i] = Array.ConvertAll(row, x => (double)(decimal)x);
        }

        return rows;
    }
}
