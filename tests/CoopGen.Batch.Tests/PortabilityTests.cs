using System.Diagnostics;
using System.Globalization;

namespace CoopGen.Batch.Tests;

/// <summary>
/// The kernels on lesser processors, which the runtime plays when told to (without AVX2 there is no fused multiply-add either): special
/// values of functions and the agreement of single steps hold with the same tolerances, and what the environments mean is the same.
/// </summary>
public class PortabilityTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX512")]
    public async Task Batches_agree_without(string feature)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "vstest", typeof(PortabilityTests).Assembly.Location, "--TestCaseFilter:FullyQualifiedName~One_step|FullyQualifiedName~Special_values|FullyQualifiedName~Powers_of_positive|FullyQualifiedName~Meanings|FullyQualifiedName~DrawTests" })
            start.ArgumentList.Add(argument);
        start.Environment[feature] = "0";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var said = await output + await error;
        Assert.True(process.ExitCode == 0 && said.Contains("Passed!", StringComparison.Ordinal) | said.Contains("Test Run Successful", StringComparison.Ordinal), said);
    }

    /// <summary>The signatures of the scalar environments, which the tests of snapshots write; here for the processors above.</summary>
    [Fact]
    public void Meanings_do_not_depend_on_the_processor() =>
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Signatures.verified.txt")), string.Concat(EnvironmentRegistry.All.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Id} {Signature.Of(e):x16}\n"))));
}
