using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tr1;

/// <summary>
/// Games whose dependences and share are drawn at random: what scores come of the rubric when nothing is known of the case. The documents
/// quote such a comparison; no script makes it and its seed is not known, so that only the exact solution has a column here.
/// </summary>
internal static class RandomGames
{
    private const int Games = 20_000;
    private const uint Seed = 42;

    public static Outcome Run(string suite, StudyCase study, CancellationToken cancellation)
    {
        const string Experiment = "null_20000";
        var random = new LegacyRandom(Seed);
        var drawn = new (double First, double Second, double Share)[Games];
        for (var k = 0; k < Games; k++)
            drawn[k] = (random.Double(), random.Double(), random.Uniform(0.3, 0.7));
        var (power, log) = (new double[Games], new double[Games]);
        Parallel.For(0, Games, new ParallelOptions { CancellationToken = cancellation }, () => (Power: new Model(study.Power), Log: new Model(study.Logarithmic)), (k, _, models) =>
        {
            Venture Drawn(Venture venture) => venture with
            {
                Shares = [drawn[k].Share, 1 - drawn[k].Share],
                Dependence = [[0, drawn[k].First], [drawn[k].Second, 0]],
            };
            power[k] = study.Exact(models.Power, Drawn(study.Power)).Total;
            log[k] = study.Exact(models.Log, Drawn(study.Logarithmic)).Total;
            return models;
        }, _ => { });
        Finding Exactly(string item, double value) => new(suite, Experiment, item, null, value);
        return new(
        [
            Exactly("log_mean", Statistics.Mean(log)),
            Exactly("power_mean", Statistics.Mean(power)),
            Exactly("log_gt_power", (double)log.Zip(power).Count(s => s.First > s.Second) / Games),
            Exactly("log_std", Statistics.Deviation(log, 0)),
            Exactly("power_std", Statistics.Deviation(power, 0)),
            Exactly("log_min", log.Min()),
            Exactly("log_max", log.Max()),
            Exactly("power_min", power.Min()),
            Exactly("power_max", power.Max()),
        ]);
    }
}
