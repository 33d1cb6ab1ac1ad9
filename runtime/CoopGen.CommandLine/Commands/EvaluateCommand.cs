using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoopGen.Learning;
using CoopGen.Policies;
using CoopGen.Solving;
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
        var quick = new Option<bool>("--quick") { Description = "Leaves out what agents gain by their best responses." };
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(folders);
        Add(episodes);
        Add(quick);
        Add(seed);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var count = (int)Choose.Whole("--episodes", result.GetValue(episodes)!, 1, 1_000_000);
            var start = Choose.Whole("--seed", result.GetValue(seed)!, 0, ulong.MaxValue);
            var rows = result.GetValue(folders)!.SelectMany(folder => new[] { false, true }.Select(stochastic => Play(session, folder, stochastic, count, start, !result.GetValue(quick)))).ToList();
            if (json)
                session.Out.WriteLine(new JsonArray([.. rows]).ToJsonString(new() { WriteIndented = true }));
            else
                Print(session, rows);
            return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("evaluate runs/TrustDilemma-v0/MAPPO", "plays 100 episodes deterministically and 100 as trained"),
        ("evaluate ippo/seed-1 ippo/seed-2 --episodes 1000 --quick --format json", "compares two runs by what they earn"),
    ];

    public string Notes =>
        """
        Gap: the team return less that of the benchmark's oracle for the class of the environment, in percent of its size:
        Oracle_Equilibrium (TR-1), Oracle_TrustAware (TR-2), Oracle_Loyalty (TR-3), Oracle_BoundedReciprocity (TR-4).
        Gain: the most that one agent adds to its return, in percent of it, by its best response found to what the others play;
        nash_conv is the sum over the agents. Responses are sequences of actions decided in advance, so gains are lower bounds;
        they are searched over the first episode of the seed, whose draws a response may count on. Ctrl-C ends the search.
        """;

    private static JsonNode Play(Session session, string folder, bool stochastic, int episodes, ulong seed, bool responses)
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
        AddGap(row, environment, mean, episodes, seed);
        if (responses)
            AddResponses(session, row, environment, policy.As(stochastic), seed);
        return row;
    }

    /// <summary>How far the team's return lies from that of the benchmark's oracle.</summary>
    private static void AddGap(JsonObject row, GameEnvironment environment, double mean, int episodes, ulong seed)
    {
        var name = environment.Info.Class switch
        {
            "TR-1" => "Oracle_Equilibrium",
            "TR-2" => "Oracle_TrustAware",
            "TR-3" => "Oracle_Loyalty",
            "TR-4" => "Oracle_BoundedReciprocity",
            _ => null,
        };
        var oracle = OracleCatalog.All.FirstOrDefault(o => o.Name == name) as IBatchPolicy;
        double? earned = null;
        try
        {
            if (oracle is not null)
                earned = Evaluation.Play([new(environment, [oracle], seed)], episodes)[0].Average(e => e.Returns.Sum());
        }
        catch (UnsuitableException)
        {
            // The benchmark's oracles are made for its own games.
        }

        row["oracle"] = earned is null ? null : name;
        row["oracle_return"] = earned;
        row["gap_percent"] = earned is { } reference and not 0 ? 100 * (mean - reference) / Math.Abs(reference) : null;
    }

    /// <summary>What agents gain by leaving the policy while the others stay.</summary>
    private static void AddResponses(Session session, JsonObject row, GameEnvironment environment, TrainedPolicy policy, ulong seed)
    {
        var found = SearchProgress.Run(session, $"best responses to {policy.Name} on {environment.Info.Id}", tell => SearchProgress.Refusing(() => Exploitability.Of(environment, [policy], seed, null,
            (agent, share, gain) => tell(share, $"{environment.Info.AgentName(agent)} gains {Figures.Of(Math.Max(0, gain))}"), session.Cancellation)));
        int[] agents = [.. Enumerable.Range(0, environment.AgentCount)];
        row["gains"] = new JsonArray([.. agents.Select(i => (JsonNode?)found.Gain(i))]);
        row["gains_percent"] = new JsonArray([.. agents.Select(i => (JsonNode?)(found.Returns[i] == 0 ? null : 100 * found.Gain(i) / Math.Abs(found.Returns[i])))]);
        row["exploitability"] = agents.Max(found.Gain);
        row["nash_conv"] = found.NashConv;
        row["responses_complete"] = found.Complete;
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
        var table = new Table().Border(TableBorder.Rounded).AddColumns("folder", "play", "team return", "per agent", "cooperation", "trust", "gap %", "gain %");
        foreach (var row in rows)
        {
            table.AddRow(new[]
            {
                row["folder"]!.GetValue<string>(), row["play"]!.GetValue<string>(), $"{Number("mean_return", "N1")} ± {Number("std_return", "N1")}",
                string.Join(", ", row["mean_returns"]!.AsArray().Select(r => r!.GetValue<double>().ToString("N0", CultureInfo.InvariantCulture))), Number("cooperation_rate", "0.000"), Number("mean_trust", "0.000"), Number("gap_percent", "0.00"),
                row["gains_percent"] is JsonArray gains ? gains.Max(g => g?.GetValue<double>())?.ToString("0.000", CultureInfo.InvariantCulture) ?? "" : "",
            }.Select(text => new Text(text)));

            string Number(string name, string format) => row[name]?.GetValue<double>().ToString(format, CultureInfo.InvariantCulture) ?? "";
        }

        session.Screen.Write(table);
    }
}
