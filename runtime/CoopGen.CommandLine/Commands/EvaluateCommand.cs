using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoopGen.Learning;
using CoopGen.Policies;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>evaluate</c>: plays what was trained, deterministically and as it was trained.</summary>
internal sealed class EvaluateCommand : Command, IExamples
{
    private static readonly string[] _watchable = ["cooperation_rate", "mean_trust"];

    public EvaluateCommand(Session session) : base("evaluate", "Plays trained policies on what they were trained on and says what they earn.")
    {
        var folders = new Argument<string[]>("folder") { HelpName = "folder ...", Description = "Folders of runs.", Arity = ArgumentArity.OneOrMore };
        var episodes = new Option<string>("--episodes") { Description = "How many episodes.", HelpName = "number", DefaultValueFactory = _ => "100" };
        var seed = Choose.Seed();
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(folders);
        Add(episodes);
        Add(seed);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var count = (int)Choose.Whole("--episodes", result.GetValue(episodes)!, 1, 1_000_000);
            var start = Choose.Whole("--seed", result.GetValue(seed)!, 0, ulong.MaxValue);
            var rows = result.GetValue(folders)!.SelectMany(folder => new[] { false, true }.Select(stochastic => Play(session, folder, stochastic, count, start))).ToList();
            if (json)
                session.Out.WriteLine(new JsonArray([.. rows]).ToJsonString(new() { WriteIndented = true }));
            else
                Print(session, rows);
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("evaluate runs/TrustDilemma-v0/MAPPO", "plays 100 episodes deterministically and 100 as trained"),
        ("evaluate ippo/seed-1 ippo/seed-2 --episodes 1000 --format json", "compares two runs"),
    ];

    private static JsonNode Play(Session session, string folder, bool stochastic, int episodes, ulong seed)
    {
        var (policy, environment) = Load(session, folder);
        string[] watch;
        using (var batch = EnvironmentBatch.Create(environment, 1))
            watch = [.. _watchable.Where(batch.ReportNames.Contains)];
        var played = Evaluation.Play([new(environment, [policy.As(stochastic)], seed)], episodes, watch, cancellation: session.Cancellation)[0];
        double[] totals = [.. played.Select(e => e.Returns.Sum())];
        var mean = totals.Average();
        var row = new JsonObject
        {
            ["folder"] = folder,
            ["environment"] = environment.Info.Id,
            ["algorithm"] = policy.Shape.Algorithm,
            ["reward_type"] = environment.Mode.ToString().ToLowerInvariant(),
            ["play"] = stochastic ? "stochastic" : "deterministic",
            ["episodes"] = episodes,
            ["mean_return"] = mean,
            ["std_return"] = Math.Sqrt(totals.Average(t => (t - mean) * (t - mean))),
            ["mean_returns"] = new JsonArray([.. Enumerable.Range(0, environment.AgentCount).Select(i => (JsonNode)played.Average(e => e.Returns[i]))]),
            ["mean_steps"] = played.Average(e => e.Steps),
        };
        for (var k = 0; k < watch.Length; k++)
            row[watch[k]] = played.Average(e => e.Means[k]);
        return row;
    }

    private static (TrainedPolicy Policy, GameEnvironment Environment) Load(Session session, string folder)
    {
        try
        {
            var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!["settings"]!;
            var values = new ParameterSet();
            var info = session.Find(settings["environment"]!.GetValue<string>());
            foreach (var (name, value) in settings["parameters"]!.AsObject())
                values[name] = info.Parameters.Single(p => p.Name == name).Parse(value!.GetValue<string>());
            var environment = info.Create(values);
            var policy = TrainedPolicy.Load(folder);
            policy.Check(environment);
            return (policy, environment);
        }
        catch (Exception exception) when (exception is JsonException or IOException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new UsageException($"{folder} is not the folder of a run: {exception.Message}");
        }
    }

    private static void Print(Session session, List<JsonNode> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("folder", "play", "team return", "per agent", "cooperation", "trust");
        foreach (var row in rows)
        {
            table.AddRow(new[]
            {
                row["folder"]!.GetValue<string>(), row["play"]!.GetValue<string>(), $"{Number("mean_return", "N1")} ± {Number("std_return", "N1")}",
                string.Join(", ", row["mean_returns"]!.AsArray().Select(r => r!.GetValue<double>().ToString("N0", CultureInfo.InvariantCulture))), Number("cooperation_rate", "0.000"), Number("mean_trust", "0.000"),
            }.Select(text => new Text(text)));

            string Number(string name, string format) => row[name]?.GetValue<double>().ToString(format, CultureInfo.InvariantCulture) ?? "";
        }

        session.Screen.Write(table);
    }
}
