using System.Diagnostics;

namespace CoopGen.Learning.Tests;

/// <summary>Networks, and learners' gradients against TorchSharp's, on lesser processors, which the runtime plays when told to: products take other ways there.</summary>
public class PortabilityTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX512")]
    public async Task Gradients_agree_without(string feature)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "vstest", typeof(PortabilityTests).Assembly.Location, "--TestCaseFilter:FullyQualifiedName~NetworkTests|FullyQualifiedName~Tests.GradientTests|FullyQualifiedName~ActionCriticTests|FullyQualifiedName~OffPolicyStepTests" })
            start.ArgumentList.Add(argument);
        start.Environment[feature] = "0";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var said = await output + await error;
        Assert.True(process.ExitCode == 0 && said.Contains("Passed!", StringComparison.Ordinal) | said.Contains("Test Run Successful", StringComparison.Ordinal), said);
    }
}
