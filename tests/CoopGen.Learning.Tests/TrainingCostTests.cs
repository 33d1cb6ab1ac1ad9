using System.Buffers.Binary;
using System.Text.Json;
using CoopGen.Benchmarks;

namespace CoopGen.Learning.Tests;

/// <summary>What the table of paces takes to be arithmetic against the networks that there are.</summary>
public class TrainingCostTests
{
    public static TheoryData<string> Learners => [.. AlgorithmInfo.All.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Learners))]
    public void Parameters_are_counted_as_optimisers_pass_over_them(string name)
    {
        var algorithm = AlgorithmInfo.All.Single(a => a.Name == name);
        // Widths that no other length is, and more than two agents where the learner takes them.
        var given = new Dictionary<string, double> { ["hidden_width"] = 23, ["hidden_layers"] = 3, ["mixer_width"] = 19, ["environments"] = 2, ["buffer"] = 100, ["share_parameters"] = 0 };
        given = given.Where(p => algorithm.Hyperparameters.Any(h => h.Name == p.Key)).ToDictionary();
        var environment = new[] { "AppleAppStore-v0", "PartnerHoldUp-v0" }.Select(id => CoopGen.EnvironmentRegistry.All.Single(e => e.Id == id).Create(null)).First(e => algorithm.Refuses(e) is null);
        using var learner = algorithm.Start(environment, 1, 1000, given);
        Assert.Equal(Learnt(learner), TrainingCost.Of(algorithm, environment, new(algorithm, given)).Parameters);
    }

    /// <summary>Numbers of which a saved run has an optimiser's moments, but for the few that no network has: deviations and temperatures.</summary>
    private static long Learnt(Learner learner)
    {
        var path = Path.GetTempFileName();
        learner.Save(path);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, (int)BinaryPrimitives.ReadInt64LittleEndian(bytes)));
        return header.RootElement.EnumerateObject()
            .Where(e => e.Name.Contains("adam.", StringComparison.Ordinal) && e.Name.EndsWith(".first", StringComparison.Ordinal) && !e.Name.Contains("log_", StringComparison.Ordinal))
            .Sum(e => e.Value.GetProperty("shape")[0].GetInt64());
    }
}
