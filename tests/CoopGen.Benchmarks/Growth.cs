using System.Globalization;
using CoopGen.Benchmarking;

namespace CoopGen.Benchmarks;

/// <summary>How the cost of a step grows: with the number of agents, where that is a parameter, with the batch, and with the horizon.</summary>
public static class Growth
{
    private const string Id = "PublicGoods-v0";

    public static void Measure(string root, string command, double seconds)
    {
        var info = EnvironmentRegistry.All.First(e => e.Id == Id);
        using var bench = new Bench(seconds);
        var rows = new List<(Measurement Row, string Axis, int Value)>();
        void Add(string axis, int value, int batch, ParameterSet parameters)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{axis} {value}"));
            rows.Add((bench.Batched(info, batch, 1, Rows.All, parameters: parameters), axis, value));
        }

        for (var agents = 2; agents <= 256; agents *= 2)
            Add("agents", agents, 256, new ParameterSet { ["n_agents"] = agents });
        for (var batch = 1; batch <= 65536; batch *= 4)
            Add("batch", batch, batch, []);
        foreach (var horizon in new[] { 10, 100, 1000, 10000 })
            Add("horizon", horizon, 4096, new ParameterSet { ["max_steps"] = horizon });
        var next = 0;
        Results.Write(Path.Combine(Results.Here(root), "growth.json"), command, rows.Select(r => r.Row), (json, _) =>
        {
            json.WriteString("axis", rows[next].Axis);
            json.WriteNumber("value", rows[next++].Value);
        });
    }
}
