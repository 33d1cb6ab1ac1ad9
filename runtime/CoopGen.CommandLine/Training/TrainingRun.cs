using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoopGen.Learning;
using CoopGen.Policies;
using ScottPlot;

namespace CoopGen.Cli;

/// <summary>
/// A run of a learner and its folder: <c>run.json</c> (every setting, then the results), <c>checkpoint.safetensors</c>, <c>curve.csv</c> and <c>curve.svg</c>, and the
/// policy. A run that was broken off goes on from its checkpoint and ends as if it had not been.
/// </summary>
internal sealed class TrainingRun(Chosen chosen, AlgorithmInfo algorithm, IReadOnlyDictionary<string, double> given, ulong seed, long timesteps, string folder, TimeSpan checkpointEvery)
{
    /// <summary>Episodes that <c>mean_return</c> is the mean of.</summary>
    private const int Episodes = 100;

    private static readonly string[] _columns = ["return", "entropy", "policy_loss", "value_loss"];
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    private readonly List<(long Step, double[] Values)> _curve = [];

    private string RunFile => Path.Combine(folder, "run.json");

    private string Checkpoint => Path.Combine(folder, "checkpoint.safetensors");

    private string CurveFile => Path.Combine(folder, "curve.csv");

    /// <summary>Trains to the end, or until it is cancelled.</summary>
    /// <returns>What run.json says.</returns>
    /// <exception cref="UsageException">The folder holds another run.</exception>
    public JsonObject Run(Session session)
    {
        var settings = Settings();
        var before = Read();
        if (before is not null && before["settings"]?.ToJsonString() != JsonNode.Parse(settings.ToJsonString())!.ToJsonString())
            throw new UsageException($"{folder} holds a run with other settings; name another folder with --out.");
        if (before?["status"]?.GetValue<string>() == "complete")
        {
            session.Say($"{folder} holds this run, complete.");
            return before;
        }

        Directory.CreateDirectory(folder);
        using var learner = Start();
        var (spent, result) = (0.0, new JsonObject { ["status"] = "running", ["settings"] = settings });
        if (before is not null && File.Exists(Checkpoint))
        {
            learner.Load(Checkpoint);
            spent = before["seconds"]!.GetValue<double>();
            ReadCurve(learner.Steps);
            session.Say($"Going on from step {learner.Steps}.");
        }

        var trained = learner.Steps;
        result = Meter.Run(session, $"training {algorithm.Name} on {chosen.Info.Id}", timesteps, meter =>
        {
            meter.Add(trained, trained);
            var saved = TimeSpan.Zero;
            var done = learner.Train(timesteps, l =>
            {
                meter.Add(l.Steps - trained, l.Steps - trained);
                trained = l.Steps;
                Note(l, meter);
                if (meter.Elapsed - saved < checkpointEvery)
                    return;
                saved = meter.Elapsed;
                Save(l, result, spent + meter.Elapsed.TotalSeconds, "running");
            }, session.Cancellation);
            Save(learner, result, spent + meter.Elapsed.TotalSeconds, done ? "complete" : "interrupted");
            return result;
        });
        return result;
    }

    private Learner Start()
    {
        try
        {
            return algorithm.Start(chosen.Environment, seed, timesteps, given);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter")[0]);
        }
    }

    private JsonObject Settings()
    {
        var parameters = new JsonObject();
        foreach (var parameter in chosen.Info.Parameters)
            parameters[parameter.Name] = parameter.Format(chosen.Environment.Parameter(parameter.Name));
        var hyper = new JsonObject();
        foreach (var (name, value) in new Hyperparameters(algorithm, given).Values)
            hyper[name] = value;
        return new()
        {
            ["environment"] = chosen.Info.Id,
            ["algorithm"] = algorithm.Name,
            ["paper"] = algorithm.Paper,
            ["reward_type"] = chosen.RewardType,
            ["seed"] = seed,
            ["timesteps"] = timesteps,
            ["parameters"] = parameters,
            ["hyperparameters"] = hyper,
            ["versions"] = new JsonObject
            {
                ["coopgen"] = CommandLine.Version,
                ["torchsharp"] = LibTorch.Version,
                ["runtime"] = RuntimeInformation.FrameworkDescription,
                ["platform"] = RuntimeInformation.RuntimeIdentifier,
            },
        };
    }

    private JsonObject? Read()
    {
        try
        {
            return File.Exists(RunFile) ? JsonNode.Parse(File.ReadAllText(RunFile))!.AsObject() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new UsageException($"{RunFile} is not the record of a run: {exception.Message}");
        }
    }

    private void Note(Learner learner, Meter meter)
    {
        double[] values = [.. _columns.Select(name => learner.Metrics.TryGetValue(name, out var value) ? value : double.NaN)];
        _curve.Add((learner.Steps, values));
        meter.Note = string.Create(CultureInfo.InvariantCulture, $", return {values[0]:N0}, entropy {values[1]:0.00}");
    }

    private void Save(Learner learner, JsonObject result, double seconds, string status)
    {
        // The curve first: what is in it beyond the checkpoint is cut off when the run goes on.
        var text = new List<string> { "step," + string.Join(',', _columns) };
        text.AddRange(_curve.Select(row => row.Step.ToString(CultureInfo.InvariantCulture) + "," + string.Join(',', row.Values.Select(v => double.IsNaN(v) ? "" : v.ToString("R", CultureInfo.InvariantCulture)))));
        Write(CurveFile, string.Join('\n', text) + "\n");
        learner.Save(Checkpoint);
        result["status"] = status;
        result["trained_timesteps"] = learner.Steps;
        result["train_steps_per_second"] = Math.Round(learner.Steps / Math.Max(seconds, 1e-9), 1);
        result["seconds"] = Math.Round(seconds, 3);
        var policy = learner.Policy();
        policy.Save(folder);
        if (status == "complete")
        {
            var played = Evaluation.Play([new(chosen.Environment, [policy], seed)], Episodes)[0];
            result["mean_return"] = played.Average(e => e.Returns.Sum());
            result["mean_returns"] = new JsonArray([.. Enumerable.Range(0, chosen.Environment.AgentCount).Select(i => JsonValue.Create(played.Average(e => e.Returns[i])))]);
            result["episodes"] = Episodes;
        }

        if (status != "running")
            Draw();
        Write(RunFile, result.ToJsonString(_indented) + "\n");
    }

    private void ReadCurve(long last)
    {
        foreach (var line in File.ReadLines(CurveFile).Skip(1))
        {
            var cells = line.Split(',');
            var step = long.Parse(cells[0], CultureInfo.InvariantCulture);
            if (step <= last)
                _curve.Add((step, [.. cells.Skip(1).Select(c => c.Length == 0 ? double.NaN : double.Parse(c, CultureInfo.InvariantCulture))]));
        }
    }

    private void Draw()
    {
        var points = _curve.Where(row => !double.IsNaN(row.Values[0])).ToList();
        if (points.Count == 0)
            return;
        using var plot = new Plot();
        plot.Title($"{algorithm.Name} on {chosen.Info.Id}, {chosen.RewardType}, seed {seed}");
        plot.XLabel("environment steps");
        plot.YLabel("team return of episodes in training");
        var line = plot.Add.Scatter(points.Select(p => (double)p.Step).ToArray(), points.Select(p => p.Values[0]).ToArray());
        (line.LineWidth, line.MarkerSize) = (2, points.Count == 1 ? 8 : 0);
        File.WriteAllText(Path.Combine(folder, "curve.svg"), plot.GetSvgXml(900, 480));
    }

    /// <summary>Writes a file at once.</summary>
    private static void Write(string file, string text)
    {
        File.WriteAllText(file + ".tmp", text);
        File.Move(file + ".tmp", file, overwrite: true);
    }
}
