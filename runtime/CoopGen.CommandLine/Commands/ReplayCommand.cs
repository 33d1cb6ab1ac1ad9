using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>replay</c>: plays given profiles of actions in the joint interface.</summary>
internal sealed class ReplayCommand : Command, IExamples
{
    private readonly Session _session;

    public ReplayCommand(Session session) : base("replay", "Plays given actions until they are used up or the episode ends, and writes every step.")
    {
        _session = session;
        var choice = new EnvironmentChoice(session, this);
        var actions = new Option<string>("--actions") { Description = "JSON array of rows of actions, one row per step; - reads standard input.", HelpName = "file|-", Required = true };
        var format = Choose.Format("How the episode is written.", "table", "json");
        Add(actions);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var chosen = choice.Make(result);
            var rows = ProfileReader.Read(result.GetRequiredValue(actions), session.In, chosen.Environment);
            var played = 0;
            if (json)
                Json.Print(session.Out, writer => played = PlayJson(writer, chosen, rows), indented: false);
            else
                played = PlayTable(chosen, rows);
            if (session.Cancellation.IsCancellationRequested)
            {
                session.Say($"Interrupted after {played} of {rows.Count} rows.");
                return ExitCode.Interrupted;
            }

            if (played < rows.Count)
                session.Say($"{rows.Count - played} of {rows.Count} rows are left over: the episode ended with step {played}.");
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("replay TrustDilemma-v0 --actions actions.json --format json", "plays the rows of a file, such as [[50, 60], [55, 40.5]]"),
        ("replay TrustDilemma-v0 --actions - --reward-type private --set trust_sensitivity=0.5", "reads the rows from standard input and pays private payoffs"),
    ];

    public string Notes =>
        """
        A row holds one number per agent; where an action has d dimensions, n·d numbers, agent by agent. Actions outside
        their bounds are clipped: "actions" of a step are those given, "actions" in its "info" those played.
        "mean_trust" and "mean_reputation_damage" are null where the environment reports none. "parameters" are those given.
        Errors name file, line and column; rows and entries are counted from 1.
        """;

    private int PlayJson(Utf8JsonWriter json, Chosen chosen, List<double[]> rows)
    {
        var environment = chosen.Environment;
        var observation = new float[environment.ObservationLength];
        environment.Reset(chosen.Seed);
        environment.Observe(observation);
        json.WriteStartObject();
        json.WriteString("environment", chosen.Info.Id);
        json.WriteString("reward_type", chosen.RewardType);
        Json.Parameters(json, chosen);
        Json.Numbers(json, "initial_observation", observation);
        ReportJson.Write(json, "initial_info", environment);
        json.WriteStartArray("steps");
        var report = new ReportNumbers();
        var played = Play(environment, rows, (row, rewards, result) =>
        {
            environment.Observe(observation);
            report.Read(environment);
            json.WriteStartObject();
            Json.Numbers(json, "actions", row);
            Json.Numbers(json, "rewards", rewards);
            Json.Numbers(json, "observation", observation);
            Json.Number(json, "mean_trust", report["mean_trust"]);
            Json.Number(json, "mean_reputation_damage", report["mean_reputation_damage"]);
            json.WriteBoolean("terminated", result.Terminated);
            json.WriteBoolean("truncated", result.Truncated);
            ReportJson.Write(json, "info", environment);
            json.WriteEndObject();
        });
        json.WriteEndArray();
        json.WriteEndObject();
        return played;
    }

    private int PlayTable(Chosen chosen, List<double[]> rows)
    {
        var environment = chosen.Environment;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("step", "actions", "rewards", "mean trust", "");
        var report = new ReportNumbers();
        environment.Reset(chosen.Seed);
        var played = Play(environment, rows, (_, rewards, result) =>
        {
            report.Read(environment);
            table.AddRow(
                new Text(environment.StepCount.ToString(CultureInfo.InvariantCulture)),
                new Text(Figures.Row(environment.Actions)), new Text(Figures.Row(rewards)), new Text(Figures.Of(report["mean_trust"])),
                new Text(result.Terminated ? "terminated" : result.Truncated ? "horizon" : result.Clipped ? "clipped" : ""));
        });
        _session.Screen.Write(table);
        return played;
    }

    private int Play(GameEnvironment environment, List<double[]> rows, Action<double[], double[], StepResult> afterStep)
    {
        var rewards = new double[environment.AgentCount];
        for (var k = 0; k < rows.Count; k++)
        {
            if (_session.Cancellation.IsCancellationRequested)
                return k;
            var result = environment.Step(rows[k], rewards);
            afterStep(rows[k], rewards, result);
            if (result.Ended)
                return k + 1;
        }

        return rows.Count;
    }
}
