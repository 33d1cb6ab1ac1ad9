namespace CoopGen.Cli.Tests;

/// <summary>What <c>new</c> writes; that it builds and plays from packages is tested with the packages.</summary>
public class NewTests
{
    [Fact]
    public void A_project_has_a_spec_a_program_a_test_and_no_placeholder_left()
    {
        using var scratch = new Scratch();
        var target = scratch["PatentPool"];
        var outcome = Cli.Run("new", "PatentPool", "--output", target);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Out);
        Assert.Contains("dotnet test", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("run PatentPool-v0", outcome.Error, StringComparison.Ordinal);
        string[] expected =
        [
            ".gitignore", "PatentPool.slnx",
            "PatentPool.Native/Library.cs", "PatentPool.Native/PatentPool.Native.csproj",
            "PatentPool.Tests/PatentPool.Tests.csproj", "PatentPool.Tests/PatentPoolTests.cs",
            "PatentPool/PatentPool.cs", "PatentPool/PatentPool.csproj", "PatentPool/Program.cs",
        ];
        var files = Directory.GetFiles(target, "*", SearchOption.AllDirectories);
        Assert.Equal(expected.Order(StringComparer.Ordinal), files.Select(f => Path.GetRelativePath(target, f).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.All(files, f => Assert.DoesNotContain("__", File.ReadAllText(f), StringComparison.Ordinal));
        Assert.Contains($"Include=\"CoopGen\" Version=\"{CommandLine.Version}\"", File.ReadAllText(Path.Combine(target, "PatentPool", "PatentPool.csproj")), StringComparison.Ordinal);
        Assert.Contains("[Environment(\"PatentPool-v0\"", File.ReadAllText(Path.Combine(target, "PatentPool", "PatentPool.cs")), StringComparison.Ordinal);
        Assert.Contains("CommandLine.Run(args, Games.EnvironmentRegistry.All)", File.ReadAllText(Path.Combine(target, "PatentPool", "Program.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_folder_of_packages_is_named_in_the_configuration()
    {
        using var scratch = new Scratch();
        var packages = Directory.CreateDirectory(scratch["a & b"]).FullName;
        Assert.Equal(0, Cli.Run("new", "PatentPool", "--output", scratch["PatentPool"], "--source", packages).ExitCode);
        var configuration = System.Xml.Linq.XDocument.Load(Path.Combine(scratch["PatentPool"], "nuget.config"));
        Assert.Equal(packages, configuration.Descendants("add").Single().Attribute("value")!.Value);
    }

    [Fact]
    public void An_empty_directory_may_be_written_into_once()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, Cli.Run("new", "Fähre", "--output", scratch.Path).ExitCode);
        BadInputTests.Refused(Cli.Run("new", "Fähre", "--output", scratch.Path), "not empty");
    }

    /// <summary>The numbers in the test that the template holds, from the formulas it names and independent of any environment.</summary>
    [Fact]
    public void The_numbers_of_the_template_are_right()
    {
        var trust = 0.50 + 0.10 * Math.Tanh(1.0 * (50 - 40)) * Math.Min(1 - 0.50, 1 - 0.50);
        var payoff = 100 - 50 + 20 * Math.Log(1 + 50) + 0.5 * 0.70 * Math.Sqrt(50 * 50);
        var template = Templates.Fill("project/Tests.cs");
        Assert.Contains(FormattableString.Invariant($"{payoff:F4} + {10 * trust:F4}"), template, StringComparison.Ordinal);
    }
}
