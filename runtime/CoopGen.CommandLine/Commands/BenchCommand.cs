using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CoopGen.Benchmarking;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>bench</c>: how fast environments play here, or with <c>--signature</c> a checksum of what they mean.</summary>
internal sealed class BenchCommand : Command, IExamples
{
    public BenchCommand(Session session) : base("bench", "Measures how fast environments play here, or prints a checksum of every environment's meaning.")
    {
        var ids = new Argument<string[]>("ids") { HelpName = "id ...", Description = "Which environments; all if none is named.", Arity = ArgumentArity.ZeroOrMore };
        ids.CompletionSources.Add(_ => session.Environments.Select(e => e.Id));
        var signature = new Option<bool>("--signature") { Description = "Prints one 64-bit checksum per environment of a fixed seeded rollout instead: any change of meaning changes it." };
        var full = new Option<bool>("--full") { Description = "Measures more batch sizes between 1 and 65536." };
        var seconds = new Option<string>("--seconds") { Description = "How long each way of playing is timed: between 0.001 and 60.", HelpName = "seconds", DefaultValueFactory = _ => "0.2" };
        var format = Choose.Format("How the results are written.", "table", "json");
        Add(ids);
        Add(full);
        Add(seconds);
        Add(signature);
        Add(format);
        SetAction(result =>
        {
            var json = Choose.Word("--format", result.GetValue(format)!, ["table", "json"]) == "json";
            var time = Seconds(result.GetValue(seconds)!);
            var named = result.GetValue(ids) ?? [];
            IReadOnlyList<EnvironmentInfo> chosen = named.Length == 0 ? session.Environments : [.. named.Select(session.Find)];
            if (result.GetValue(signature))
                Signatures(session, json, chosen);
            else
                Measure(session, json, chosen, result.GetValue(full) ? Bench.AllSizes : Bench.SomeSizes, time);
            return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("bench --signature", "prints a checksum of what every environment means"),
        ("bench TrustDilemma-v0", "measures how many steps per second it plays here"),
    ];

    private static double Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0.001 and <= 60 ? value
        : throw new UsageException($"--seconds is '{text}'; it must be a number between 0.001 and 60.");

    private static void Signatures(Session session, bool json, IReadOnlyList<EnvironmentInfo> chosen)
    {
        var rows = new List<(string Id, string Value)>();
        foreach (var info in Uninterrupted(session, chosen))
            rows.Add((info.Id, Signature.Of(info).ToString("x16", CultureInfo.InvariantCulture)));
        if (json)
        {
            Json.Print(session.Out, writer => Array(writer, rows, row =>
            {
                writer.WriteString("id", row.Id);
                writer.WriteString("signature", row.Value);
            }));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "signature");
        foreach (var (id, value) in rows)
            table.AddRow(new Text(id), new Text(value));
        session.Screen.Write(table);
    }

    private static void Measure(Session session, bool json, IReadOnlyList<EnvironmentInfo> chosen, IReadOnlyList<int> sizes, double seconds)
    {
        using var bench = new Bench(seconds);
        var rows = new List<Measurement>();
        foreach (var info in Uninterrupted(session, chosen))
        {
            session.Say($"{info.Id} ...");
            foreach (var row in bench.Measure(info, sizes, Environment.ProcessorCount))
            {
                rows.Add(row);
                if (session.Cancellation.IsCancellationRequested)
                    break;
            }
        }

        if (json)
            Json.Print(session.Out, writer => Array(writer, rows, row => MeasurementJson.Write(writer, row)));
        else
            foreach (var environment in rows.GroupBy(r => r.Environment))
                session.Screen.Write(Table(environment.Key, environment));
    }

    /// <summary>The environments up to the one before which the user breaks off.</summary>
    private static IEnumerable<EnvironmentInfo> Uninterrupted(Session session, IReadOnlyList<EnvironmentInfo> chosen)
    {
        for (var k = 0; k < chosen.Count; k++)
        {
            if (session.Cancellation.IsCancellationRequested)
            {
                session.Say($"Interrupted: {k} of {chosen.Count} environments are done.");
                yield break;
            }

            yield return chosen[k];
        }
    }

    private static void Array<T>(Utf8JsonWriter writer, IEnumerable<T> rows, Action<T> write)
    {
        writer.WriteStartArray();
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            write(row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Table Table(string environment, IEnumerable<Measurement> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(environment).AddColumns("kind", "policy", "observed", "threads", "batch", "steps/s", "agent steps/s", "ns/step", "bytes", "of limit", "vs C", "gradient");
        for (var k = 3; k < table.Columns.Count; k++)
            table.Columns[k].RightAligned();
        for (var k = 0; k < table.Columns.Count; k++)
            table.Columns[k].NoWrap();
        foreach (var row in rows)
        {
            table.AddRow(new[]
            {
                row.Kind, row.Policy, row.Observations, Text(row.Threads), Text(row.Batch), Short(row.StepsPerSecond), Short(row.StepsPerSecond * row.Agents),
                Short(1e9 * row.Seconds), Text(Math.Round(row.BytesPerStep, 1)), Ratio(row.FractionOfLimit), Ratio(row.VersusC), Ratio(row.GradientCost),
            }.Select(text => new Text(text)));
        }

        return table;

        static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
        static string Ratio(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";
        static string Short(double value) => value switch
        {
            >= 1e9 => (value / 1e9).ToString("0.00 G", CultureInfo.InvariantCulture),
            >= 1e6 => (value / 1e6).ToString("0.0 M", CultureInfo.InvariantCulture),
            >= 1e3 => (value / 1e3).ToString("0.0 k", CultureInfo.InvariantCulture),
            _ => value.ToString("0.00", CultureInfo.InvariantCulture),
        };
    }
}
