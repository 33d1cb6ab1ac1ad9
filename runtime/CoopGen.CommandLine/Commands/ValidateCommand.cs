using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using CoopGen.Validation;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary><c>validate</c>: the reports' validation suites computed anew, or a case study of one's own.</summary>
internal sealed class ValidateCommand : Command, IExamples
{
    private static readonly string[] _formats = ["table", "json", "markdown", "html"];

    public ValidateCommand(Session session) : base("validate", "Computes the reports' validation suites anew: as shipped, exactly, and beside what is printed; or a case study of your own.")
    {
        var what = new Argument<string>("suite") { HelpName = "suite", Description = $"{string.Join(", ", SuiteCatalog.All.Select(s => s.Id))}, all, or a file with a case study of your own.", DefaultValueFactory = _ => "all" };
        what.CompletionSources.Add(_ => SuiteCatalog.All.Select(s => s.Id).Append("all"));
        var experiment = new Option<string?>("--experiment") { Description = "Runs this experiment alone and shows all its figures.", HelpName = "name" };
        var format = Choose.Format("How the results are written.", _formats);
        var directory = new Option<string?>("--out") { Description = "Writes validation.txt, .json, .md or .html there, and long tables as CSV files.", HelpName = "dir" };
        Add(what);
        Add(experiment);
        Add(format);
        Add(directory);
        SetAction(result =>
        {
            var chosen = Choose.Word("--format", result.GetValue(format)!, _formats);
            var folder = result.GetValue(directory);
            if (folder is not null && File.Exists(folder))
                throw new UsageException($"--out is '{folder}', which is a file; name a directory.");
            var suites = Suites(result.GetValue(what)!);
            var only = result.GetValue(experiment);
            if (only is not null)
                suites = [.. suites.Select(s => s with { Experiments = [.. s.Experiments.Where(e => e.Name == only)] }).Where(s => s.Experiments.Count > 0)];
            if (suites.Count == 0)
            {
                var names = Suites(result.GetValue(what)!).SelectMany(s => s.Experiments).Select(e => e.Name).Distinct().ToList();
                throw new UsageException($"--experiment is '{only}'; there is no such experiment. Did you mean '{Nearest.To(only!, names)}'? There are {string.Join(", ", names)}.");
            }

            var clock = Stopwatch.StartNew();
            var results = Run(session, suites);
            session.Say(string.Create(CultureInfo.InvariantCulture, $"{results.Sum(r => r.Findings.Count())} figures in {clock.Elapsed.TotalSeconds:0.0} s."));
            Write(session, results, chosen, folder, only is not null);
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("validate all --format html --out report", "computes the suites of all four reports and writes a page with pictures"),
        ("validate tr1 --experiment case", "scores the case of Samsung and Sony item by item"),
        ("validate my-case.json", "scores a case study of your own"),
    ];

    private static IReadOnlyList<Suite> Suites(string what)
    {
        if (what == "all")
            return [.. SuiteCatalog.All.Select(s => s.Make())];
        foreach (var (id, make) in SuiteCatalog.All)
            if (id == what)
                return [make()];
        if (!File.Exists(what))
        {
            var ids = SuiteCatalog.All.Select(s => s.Id).Append("all").ToList();
            throw new UsageException(what.Contains('.', StringComparison.Ordinal) || what.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
                ? $"there is no file '{what}'."
                : $"there is no suite '{what}' and no such file; there are {string.Join(", ", ids)}. Did you mean '{Nearest.To(what, ids)}'?");
        }

        try
        {
            return [CaseStudy.Read(File.ReadAllText(what), Path.GetFileName(what))];
        }
        catch (CaseException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static List<SuiteResult> Run(Session session, IReadOnlyList<Suite> suites)
    {
        List<SuiteResult> All(Action<Suite, Experiment>? progress) =>
            [.. suites.Select(suite => new SuiteResult(suite, [.. Harness.Run(suite, e => progress?.Invoke(suite, e), session.Cancellation)]))];
        if (!session.Progress.Profile.Capabilities.Interactive)
            return All(null);
        return session.Progress.Progress().AutoClear(true).Start(progress =>
        {
            var task = progress.AddTask("validate", maxValue: suites.Sum(s => s.Experiments.Count));
            var done = 0;
            return All((suite, experiment) =>
            {
                task.Description = Markup.Escape($"{suite.Id}: {experiment.Title}");
                task.Value = done++;
            });
        });
    }

    private static void Write(Session session, List<SuiteResult> results, string format, string? directory, bool everything)
    {
        if (directory is null)
        {
            switch (format)
            {
                case "table":
                    ValidationTables.Write(session.Screen, results, everything);
                    break;
                case "json":
                    using (var memory = new MemoryStream())
                    {
                        FindingsJson.Write(memory, results.SelectMany(r => r.Findings));
                        session.Out.WriteLine(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
                    }

                    break;
                case "markdown":
                    session.Out.Write(MarkdownReport.Write(results));
                    break;
                default:
                    session.Out.Write(HtmlReport.Write(results, Footer));
                    break;
            }

            return;
        }

        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, "validation" + (format switch { "table" => ".txt", "json" => ".json", "markdown" => ".md", _ => ".html" }));
        using (var stream = File.Create(file))
        {
            if (format == "json")
                FindingsJson.Write(stream, results.SelectMany(r => r.Findings));
            else
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false));
                if (format == "table")
                    ValidationTables.Write(AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) }), results, everything);
                else
                    writer.Write(format == "markdown" ? MarkdownReport.Write(results) : HtmlReport.Write(results, Footer));
            }
        }

        session.Out.WriteLine(file);
        foreach (var table in results.SelectMany(r => r.Outcomes).SelectMany(o => o.Outcome.Tables))
        {
            var csv = Path.Combine(directory, table.Name + ".csv");
            using var writer = new StreamWriter(csv, false, new UTF8Encoding(false)) { NewLine = "\n" };
            writer.WriteLine(string.Join(',', table.Columns));
            foreach (var row in table.Rows)
                writer.WriteLine(string.Join(',', row.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
            session.Out.WriteLine(csv);
        }
    }

    private static string Footer => $"Written by coopgen validate, version {CommandLine.Version}.";
}
