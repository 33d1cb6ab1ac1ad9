using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using CoopGen.Learning;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>train</c>: trains agents with one of the algorithms.</summary>
internal sealed class TrainCommand : Command, IExamples
{
    public TrainCommand(Session session) : base("train", "Trains agents with an algorithm and keeps what they have learnt.")
    {
        var choice = new EnvironmentChoice(session, this, seeded: false);
        var algorithm = new Option<string>("--algorithm") { Description = "The algorithm.", HelpName = "name", Required = true };
        algorithm.CompletionSources.Add(_ => AlgorithmInfo.All.Select(a => a.Name));
        var timesteps = new Option<string?>("--timesteps") { Description = "Environment steps (default: 500000 with two agents, else 1000000).", HelpName = "number" };
        var seeds = new Option<string[]>("--seed") { Description = "Seeds that all draws follow; a run for each.", HelpName = "seed ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["0"] };
        var hyper = new Option<string[]>("--hyper") { Description = "Hyperparameters that differ from the algorithm's defaults.", HelpName = "name=value ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        hyper.CompletionSources.Add(context => AlgorithmInfo.All.FirstOrDefault(a => a.Name == context.ParseResult.GetValue(algorithm))?.Hyperparameters.Select(h => h.Name + "=") ?? []);
        var folder = new Option<string?>("--out") { Description = "Folder of the run; with several seeds each has one in it (default: runs/<id>/<algorithm>).", HelpName = "folder" };
        var every = new Option<string>("--checkpoint") { Description = "Seconds between checkpoints; 0 for one after every update.", HelpName = "seconds", DefaultValueFactory = _ => "30" };
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(algorithm);
        Add(timesteps);
        Add(seeds);
        Add(hyper);
        Add(folder);
        Add(every);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var name = result.GetValue(algorithm)!;
            Choose.Word("--algorithm", name, [.. AlgorithmInfo.All.Select(a => a.Name)]);
            var info = AlgorithmInfo.All.Single(a => a.Name == name);
            var chosen = choice.Make(result);
            var given = Read(info, result.GetValue(hyper)!);
            var steps = result.GetValue(timesteps) is { } text ? (long)Choose.Whole("--timesteps", text, 1, 1_000_000_000_000) : chosen.Environment.AgentCount == 2 ? 500_000 : 1_000_000;
            var seconds = TimeSpan.FromSeconds(Choose.Whole("--checkpoint", result.GetValue(every)!, 0, 1_000_000));
            ulong[] runs = [.. result.GetValue(seeds)!.Select(s => Choose.Whole("--seed", s, 0, ulong.MaxValue)).Distinct()];
            if (info.Refuses(chosen.Environment) is { } reason)
                throw new UsageException($"{info.Name} cannot learn {chosen.Info.Id}: {reason}");
            var root = result.GetValue(folder) ?? Path.Combine("runs", chosen.Info.Id, info.Name);
            var records = new List<(JsonObject Record, string Folder)>();
            foreach (var seed in runs)
            {
                var own = runs.Length == 1 ? root : Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}"));
                records.Add((new TrainingRun(chosen, info, given, seed, steps, own, seconds).Run(session), own));
                if (session.Cancellation.IsCancellationRequested)
                    break;
            }

            if (json)
                session.Out.WriteLine(new JsonArray([.. records.Select(r => (JsonNode)r.Record)]).ToJsonString(new() { WriteIndented = true }));
            else
                Print(session, records);
            if (!session.Cancellation.IsCancellationRequested)
                return ExitCode.Ok;
            session.Say("Interrupted; the same command goes on from here.");
            return ExitCode.Interrupted;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("train TrustDilemma-v0 --algorithm MAPPO", "trains for as many steps as the benchmark does and says what the team earns"),
        ("train TrustDilemma-v0 --algorithm IPPO --timesteps 100000 --seed 1 2 3 --out ippo", "trains three times, into ippo/seed-1, ippo/seed-2 and ippo/seed-3"),
        ("train LoyaltyTeam-v0 --algorithm MAPPO --reward-type private --hyper learning_rate=0.001 epochs=4", "changes what is paid and two hyperparameters"),
    ];

    public string Notes { get; } = "Algorithms and their hyperparameters (default; range):\n" + string.Join('\n', AlgorithmInfo.All.Select(a =>
        $"{a.Name}: {a.Summary} {a.Paper}\n" + string.Join('\n', a.Hyperparameters.Select(h => string.Create(CultureInfo.InvariantCulture, $"  {h.Name} ({h.Default}; {h.Min} to {h.Max}): {h.Meaning}")))))
        + "\nA folder holds run.json, the policy, curve.csv, curve.svg and a checkpoint; the same command goes on from it. Ctrl-C saves.";

    private static Dictionary<string, double> Read(AlgorithmInfo info, string[] pairs)
    {
        var given = new Dictionary<string, double>();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new UsageException($"--hyper is '{pair}'; it must be name=value, such as {info.Hyperparameters[0].Name}={info.Hyperparameters[0].Default.ToString(CultureInfo.InvariantCulture)}.");
            try
            {
                var hyper = info.Find(pair[..equals]);
                if (!given.TryAdd(hyper.Name, hyper.Parse(pair[(equals + 1)..])))
                    throw new UsageException($"--hyper gives {hyper.Name} twice; give it once.");
            }
            catch (ArgumentException exception)
            {
                throw new UsageException($"--hyper {pair}: {exception.Message.Split(" (Parameter")[0]}");
            }
        }

        return given;
    }

    private static void Print(Session session, List<(JsonObject Record, string Folder)> records)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("seed", "steps", "steps/s", "seconds", "team return", "folder");
        foreach (var (record, folder) in records)
        {
            table.AddRow(new[]
            {
                record["settings"]!["seed"]!.ToJsonString(), Number("trained_timesteps", "N0"), Number("train_steps_per_second", "N0"), Number("seconds", "0.0"), Number("mean_return", "N1"), folder,
            }.Select(text => new Text(text)));

            string Number(string name, string format) => record[name] is { } value ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture).ToString(format, CultureInfo.InvariantCulture) : "";
        }

        session.Screen.Write(table);
    }
}
