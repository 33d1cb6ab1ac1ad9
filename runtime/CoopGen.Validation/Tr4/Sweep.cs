namespace CoopGen.Validation.Tr4;

/// <summary>The sweep over 15,625 settings. The memory window k has no part in the dynamics, so that 3,125 courses serve all.</summary>
internal static class Sweep
{
    private static readonly double[] _strengths = [0.5, 0.875, 1.25, 1.625, 2];
    private static readonly double[] _elasticities = [0.8, 1.1, 1.4, 1.7, 2];
    private static readonly int[] _windows = [1, 5, 10, 15, 20];
    private static readonly double[] _trusts = [0.3, 0.45, 0.6, 0.75, 0.9];

    /// <summary>All settings in the suite's order: ρ_0, η, κ, k, λ_R and, fastest, T_0.</summary>
    public static IReadOnlyList<Setting> Grid { get; } =
    [
        .. from rho in _strengths
           from eta in _elasticities
           from kappa in _strengths
           from k in _windows
           from lambda in _strengths
           from trust in _trusts
           select new Setting(rho, eta, kappa, k, lambda, trust),
    ];

    /// <summary>The parameters by name.</summary>
    public static IReadOnlyList<(string Name, Func<Setting, double> Of)> Parameters { get; } =
        [("rho_0", s => s.Rho0), ("eta", s => s.Eta), ("kappa", s => s.Kappa), ("k", s => s.K), ("lambda_R", s => s.LambdaR), ("T_0", s => s.T0)];

    /// <summary>Measures all settings.</summary>
    /// <returns>The metrics, in the order of <see cref="Grid"/>.</returns>
    public static Metrics[] Run(CancellationToken cancellation)
    {
        var metrics = new Metrics[Grid.Count];
        var (windows, strengths, trusts) = (_windows.Length, _strengths.Length, _trusts.Length);
        var block = windows * strengths * trusts;
        // A block has one ρ_0, η and κ.
        Parallel.For(0, Grid.Count / block, new ParallelOptions { CancellationToken = cancellation }, b =>
        {
            for (var l = 0; l < strengths; l++)
            {
                var pair = Courses.TrustPair(Grid[b * block + l * trusts]);
                for (var trust = 0; trust < trusts; trust++)
                {
                    var first = b * block + l * trusts + trust;
                    var courses = Courses.Of(Grid[first], pair.High, pair.Low);
                    for (var k = 0; k < windows; k++)
                    {
                        var at = first + k * strengths * trusts;
                        metrics[at] = Metrics.Of(Grid[at], courses);
                    }
                }
            }
        });
        return metrics;
    }
}
