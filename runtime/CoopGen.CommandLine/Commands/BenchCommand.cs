using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CoopGen.Policies;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>bench</c>: how fast environments play here, or with <c>--signature</c> a checksum of what they mean.</summary>
internal sealed class BenchCommand : Command, IExamples
{
    /// <summary>How long each environment is played, in seconds.</summary>
    private const double Span = 0.25;

    public BenchCommand(Session session) : base("bench", "Measures steps per second, or prints a checksum of every environment's meaning.")
    {
        var ids = new Argument<string[]>("ids") { HelpName = "id ...", Description = "Which environments; all if none is named.", Arity = ArgumentArity.ZeroOrMore };
        ids.CompletionSources.Add(_ => session.Environments.Select(e => e.Id));
        var signature = new Option<bool>("--signature") { Description = "Prints one 64-bit checksum per environment of a fixed seeded rollout instead: any change of meaning changes it." };
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(ids);
        Add(signature);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var named = result.GetValue(ids) ?? [];
            var chosen = named.Length == 0 ? session.Environments : [.. named.Select(session.Find)];
            var (column, measure) = result.GetValue(signature) ? ("signature", (Func<EnvironmentInfo, string>)Sign) : ("steps_per_second", Measure);
            var rows = new List<(string Id, string Value)>();
            foreach (var info in chosen)
            {
                if (session.Cancellation.IsCancellationRequested)
                {
                    session.Say($"Interrupted: {rows.Count} of {chosen.Count} environments are done.");
                    break;
                }

                rows.Add((info.Id, measure(info)));
            }

            Print(session, json, column, rows);
            return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("bench --signature", "prints a checksum of what every environment means"),
        ("bench TrustDilemma-v0", "measures how many steps per second it plays here"),
    ];

    private static string Sign(EnvironmentInfo info) => Signature.Of(info).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Half of the box in every step, one thread, observations written.</summary>
    private static string Measure(EnvironmentInfo info)
    {
        var rollout = new Rollout(info.Create(null), [PolicyCatalog.Find("Constant_50")]);
        var observation = new float[rollout.Environment.ObservationLength];
        rollout.Reset(1);
        var (steps, started) = (0L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < Span)
        {
            for (var k = 0; k < 64; k++, steps++)
            {
                if (rollout.Environment.HasEnded)
                    rollout.Reset();
                rollout.Step();
                rollout.Environment.Observe(observation);
            }
        }

        return Math.Round(steps / Stopwatch.GetElapsedTime(started).TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }

    private static void Print(Session session, bool json, string column, List<(string Id, string Value)> rows)
    {
        if (json)
        {
            Json.Print(session.Out, writer =>
            {
                writer.WriteStartArray();
                foreach (var (id, value) in rows)
                {
                    writer.WriteStartObject();
                    writer.WriteString("id", id);
                    if (column == "signature")
                        writer.WriteString(column, value);
                    else
                        writer.WriteNumber(column, long.Parse(value, CultureInfo.InvariantCulture));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", column.Replace('_', ' '));
        table.Columns[1].RightAligned();
        foreach (var (id, value) in rows)
            table.AddRow(new Text(id), new Text(value));
        session.Screen.Write(table);
    }
}
