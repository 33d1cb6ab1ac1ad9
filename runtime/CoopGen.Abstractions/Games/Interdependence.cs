namespace CoopGen.Games;

/// <summary>What follows from who depends on whom (TR-1). Matrices are n by n, row by row: entry (i, j) is how much i depends on j.</summary>
public static class Interdependence
{
    /// <summary>The matrix that a list of i* dependencies gives (TR-1 eq. 1): D_ij = Σ w·crit / Σ w over the dependencies of i on j, 0 if there are none.</summary>
    /// <param name="agents">Number of agents n.</param>
    /// <param name="dependencies">The dependencies.</param>
    /// <returns>n·n numbers in [0, 1], row by row.</returns>
    /// <exception cref="ArgumentException">A dependency names an agent that does not exist or twice the same, has an importance not above 0, or a criticality outside 0 to 1.</exception>
    public static double[] Matrix(int agents, IReadOnlyList<Dependency> dependencies)
    {
        ArgumentNullException.ThrowIfNull(dependencies);
        var (sum, weight) = (new double[agents * agents], new double[agents * agents]);
        foreach (var d in dependencies)
        {
            Require.Agent(d.Depender.Index, agents);
            Require.Agent(d.Dependee.Index, agents);
            if (d.Depender == d.Dependee)
                throw new ArgumentException($"Agent {d.Depender} would depend on itself for '{d.Dependum}'; depender and dependee must differ.", nameof(dependencies));
            if (!(d.Importance > 0))
                throw new ArgumentException($"The importance of '{d.Dependum}' is {d.Importance}; it must be above 0.", nameof(dependencies));
            Require.Within($"The criticality of '{d.Dependum}'", d.Criticality, 0, 1);
            var at = d.Depender.Index * agents + d.Dependee.Index;
            sum[at] += d.Importance * d.Criticality;
            weight[at] += d.Importance;
        }

        for (var k = 0; k < sum.Length; k++)
            sum[k] = weight[k] == 0 ? 0 : sum[k] / weight[k];
        return sum;
    }

    /// <summary>Power index of every agent: Σ_j D_ji / (1 + Σ_j D_ij); what others need of it against what it needs.</summary>
    public static double[] PowerIndex(ReadOnlySpan<double> matrix) => Ratio(matrix, othersOnIt: true);

    /// <summary>Vulnerability of every agent: Σ_j D_ij / (1 + Σ_j D_ji); what it needs against what others need of it.</summary>
    public static double[] Vulnerability(ReadOnlySpan<double> matrix) => Ratio(matrix, othersOnIt: false);

    private static double[] Ratio(ReadOnlySpan<double> matrix, bool othersOnIt)
    {
        var n = (int)Math.Round(Math.Sqrt(matrix.Length));
        if (n * n != matrix.Length)
            throw new ArgumentException($"{matrix.Length} numbers are no square matrix.", nameof(matrix));
        var result = new double[n];
        for (var i = 0; i < n; i++)
        {
            var (row, column) = (0.0, 0.0);
            for (var j = 0; j < n; j++)
            {
                row += i == j ? 0 : matrix[i * n + j];
                column += i == j ? 0 : matrix[j * n + i];
            }

            result[i] = othersOnIt ? column / (1 + row) : row / (1 + column);
        }

        return result;
    }
}
