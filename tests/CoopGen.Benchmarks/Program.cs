using System.Globalization;
using BenchmarkDotNet.Running;
using CoopGen.Benchmarking;
using CoopGen.Benchmarks;

const double Seconds = 0.3;
var root = new DirectoryInfo(AppContext.BaseDirectory);
while (!File.Exists(Path.Combine(root.FullName, "CoopGen.sln")))
    root = root.Parent ?? throw new InvalidOperationException("The benchmarks do not run within the repository.");
var command = "dotnet run -c Release --project tests/CoopGen.Benchmarks -- " + string.Join(' ', args);
int Whole(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
switch (args.FirstOrDefault())
{
    // All environments as coopgen bench measures them.
    case "measure":
        using (var bench = new Bench(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : Seconds))
        {
            var rows = new List<Measurement>();
            foreach (var info in CoopGen.EnvironmentRegistry.All)
            {
                Console.Error.WriteLine(info.Id);
                rows.AddRange(bench.Measure(info, Bench.SomeSizes, Environment.ProcessorCount));
            }

            Results.Write(Path.Combine(Results.Here(root.FullName), "bench.json"), command, rows);
        }

        return;

    // How the cost grows with the number of agents, the batch and the horizon.
    case "growth":
        Growth.Measure(root.FullName, command, Seconds);
        return;

    // What learners earn: [algorithms, comma-separated] [first seed] [last seed] [runs side by side] [ids, comma-separated]. What is there already is kept.
    case "learning":
        LearningRun.Measure(root.FullName, (args.ElementAtOrDefault(1) ?? "IPPO,MAPPO").Split(','),
            [.. Enumerable.Range(Whole(2, 1), Whole(3, 1) - Whole(2, 1) + 1).Select(seed => (ulong)seed)], Whole(4, 1), args.ElementAtOrDefault(5)?.Split(',') ?? []);
        return;

    // Whether learners come to cooperate in the iterated prisoner's dilemma.
    case "dilemma":
        DilemmaStudy.Measure(root.FullName, command);
        return;

    // Whether learners find what is best in small games.
    case "games":
        GameStudy.Measure(root.FullName, command);
        return;

    // How fast learners play and learn, and the memory that they take: [algorithms, comma-separated].
    case "training":
        TrainingSpeed.Measure(root.FullName, command, args.ElementAtOrDefault(1)?.Split(',') ?? []);
        return;

    case TrainingMemory.Verb:
        TrainingMemory.Train(args[1]);
        return;

    // The README's table from the committed results.
    case "table":
        var readme = Path.Combine(root.FullName, "README.md");
        File.WriteAllText(readme, ResultsTable.Update(root.FullName, File.ReadAllText(readme)));
        return;

    // What the just-in-time compiler makes of the steps.
    case "disassembly":
        Disassembly.Write(root.FullName, command);
        return;

    case "play":
        Disassembly.Play();
        return;

    // One way of playing for some seconds, for a profiler.
    case "profile":
        using (var play = new BatchPlay(CoopGen.EnvironmentRegistry.All.First(e => e.Id == args[1]).Create(null), 4096))
        {
            for (var watch = System.Diagnostics.Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < 4;)
                play.Step(Enum.Parse<Rows>(args[2]));
        }

        return;

    default:
        BenchmarkSwitcher.FromAssembly(typeof(StepBenchmarks).Assembly).Run(args);
        return;
}
