using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CoopGen.Learning;

namespace CoopGen.Benchmarks;

/// <summary>The most memory that a process ever held in which a learner was trained.</summary>
/// <param name="Algorithm">The learner.</param>
/// <param name="Environment">What it learnt.</param>
/// <param name="Agents">Number of agents.</param>
/// <param name="Buffer">Environment steps kept, all of them played.</param>
/// <param name="Bytes">Peak of the resident set.</param>
public sealed record TrainingPeak(string Algorithm, string Environment, int Agents, long Buffer, long Bytes);

/// <summary>What forty agents' learners take of memory, each in a process of its own: a full buffer, then an update per 64 steps for 512 steps and more.</summary>
public static class TrainingMemory
{
    /// <summary>Bytes that must not be reached.</summary>
    public const long Most = 4_000_000_000;

    /// <summary>The verb that a child is called with.</summary>
    public const string Verb = "training-memory";

    private const string Id = "ApacheProject-v0";
    private const int Buffer = 100_000, After = 512, StepsPerUpdate = 64;

    private static readonly string[] _algorithms = [nameof(ISAC), nameof(MADDPG)];

    /// <summary>Measures one after the other.</summary>
    /// <param name="names">Names of algorithms, of which those are measured that a figure is wanted of; empty for all.</param>
    /// <exception cref="InvalidOperationException">A child failed.</exception>
    public static IReadOnlyList<TrainingPeak> InChildren(IReadOnlyList<string> names) => [.. _algorithms.Where(a => names.Count == 0 || names.Contains(a)).Select(InChild)];

    /// <summary>What a child does: it trains, and prints its peak.</summary>
    public static void Train(string algorithm)
    {
        var environment = EnvironmentRegistry.All.First(e => e.Id == Id).Create(null);
        var info = AlgorithmInfo.All.First(a => a.Name == algorithm);
        using var learner = info.Start(environment, 1, 1_000_000, new Dictionary<string, double> { ["buffer"] = Buffer, ["learning_starts"] = Buffer, ["update_ratio"] = 1.0 / StepsPerUpdate });
        learner.Train(Buffer);
        learner.Train(learner.Steps + After);
        if (!learner.Metrics.ContainsKey("value_loss"))
            throw new InvalidOperationException($"{algorithm} has learnt nothing.");
        Console.WriteLine(JsonSerializer.Serialize(new TrainingPeak(algorithm, Id, environment.AgentCount, Buffer, Peak())));
    }

    private static TrainingPeak InChild(string algorithm)
    {
        // Under dotnet, as with an executable of its own.
        var dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. dotnet ? [typeof(TrainingMemory).Assembly.Location] : Array.Empty<string>(), Verb, algorithm]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"The process that trained {algorithm} ended with {child.ExitCode}.");
        var peak = JsonSerializer.Deserialize<TrainingPeak>(output)!;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{algorithm} on {Id}: {peak.Bytes / 1e9:0.00} GB at most"));
        return peak;
    }

    private static long Peak()
    {
        const string Status = "/proc/self/status", Name = "VmHWM:";
        if (File.Exists(Status) && File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal)) is { } line)
            return 1024 * long.Parse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
