using CoopGen;
using CoopGen.Benchmarking;
if (args is ["profile", var name, var which])
{
    using var alone = new BatchPlay(EnvironmentRegistry.All.First(x => x.Id == name).Create(null), 4096);
    var rows = Enum.Parse<Rows>(which);
    for (var watch = System.Diagnostics.Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < 4;)
        alone.Step(rows);
    return;
}

foreach (var id in args.Length > 0 ? args : [.. CPeer.Ids])
{
    var e = EnvironmentRegistry.All.First(x => x.Id == id).Create(null);
    const int Count = 4096;
    using var play = new BatchPlay(e, Count, withPeer: true);
    var rows = new[] { Rows.None, Rows.Changing, Rows.All };
    var c = new List<Contender>();
    foreach (var r in rows) { c.Add(new(Count, () => play.Step(r))); if (play.HasPeer) c.Add(new(Count, () => play.StepPeer(r))); }
    var t = Race.Run(c, 0.6);
    Console.WriteLine(id + " " + string.Join("  ", rows.Select((r, k) => play.HasPeer ? $"{r}: {1e-6 / t[2 * k]:F1} M/s, C {1e-6 / t[2 * k + 1]:F1}, {t[2 * k + 1] / t[2 * k]:F2}x" : $"{r}: {1e-6 / t[k]:F1} M/s")));
}
