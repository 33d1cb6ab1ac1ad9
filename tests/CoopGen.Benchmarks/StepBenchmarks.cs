using BenchmarkDotNet.Attributes;
using CoopGen.Benchmarking;

namespace CoopGen.Benchmarks;

/// <summary>A step of a batch of 4,096 environments on one core, and of the hand-written C versions with the same actions.</summary>
[MemoryDiagnoser]
public class StepBenchmarks
{
    private const int Count = 4096;

    private BatchPlay _play = null!;

    [ParamsSource(nameof(Ids))]
    public string Id { get; set; } = "";

    [ParamsAllValues]
    public Rows Rows { get; set; }

    public static IEnumerable<string> Ids => EnvironmentRegistry.All.Select(e => e.Id);

    [GlobalSetup]
    public void Setup() => _play = new(EnvironmentRegistry.All.First(e => e.Id == Id).Create(null), Count, withPeer: true);

    [GlobalCleanup]
    public void Cleanup() => _play.Dispose();

    [Benchmark(OperationsPerInvoke = Count)]
    public void Batch() => _play.Step(Rows);

    /// <summary>Of environments without a C version nothing is played.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void HandWrittenC()
    {
        if (_play.HasPeer)
            _play.StepPeer(Rows);
    }
}
