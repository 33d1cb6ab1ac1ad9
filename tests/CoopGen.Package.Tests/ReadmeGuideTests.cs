using System.Globalization;
using System.Text.RegularExpressions;

namespace CoopGen.Package.Tests;

/// <summary>The README's guide, followed to the letter: package, project, page, test, episode.</summary>
public class ReadmeGuideTests
{
    [Fact]
    public void The_guide_ends_in_a_played_episode()
    {
        var text = File.ReadAllText(Path.Combine(Shell.Root, "README.md")).Replace("\r", "", StringComparison.Ordinal);
        var files = Regex.Matches(text, @"```csharp\n// (Well[^\n]*)\n(.*?)\n```", RegexOptions.Singleline).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value + "\n");
        Assert.Equal(["Well.Tests/WellTests.cs", "Well/Well.cs"], files.Keys.Order(StringComparer.Ordinal));
        var scratch = Directory.CreateTempSubdirectory("coopgen-readme-").FullName;
        try
        {
            var version = "0.1.0-readme." + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);
            Shell.Dotnet(Shell.Root, "pack", "runtime/CoopGen.Package", "-c", Shell.Configuration, "--no-build", "-o", Path.Combine(scratch, "packages"), $"-p:PackageVersion={version}");
            Shell.Dotnet(scratch, Shell.Cli, "new", "Well", "--source", "packages");
            var root = Path.Combine(scratch, "Well");
            var project = Path.Combine(root, "Well", "Well.csproj");
            File.WriteAllText(project, File.ReadAllText(project).Replace("Version=\"0.1.0\"", $"Version=\"{version}\"", StringComparison.Ordinal));
            foreach (var (file, source) in files)
                File.WriteAllText(Path.Combine(root, file), source);

            // The snippet on using an environment in code runs as well.
            var snippet = Regex.Match(text, @"## In code\n\n```csharp\n(.*?)\n```", RegexOptions.Singleline).Groups[1].Value;
            Assert.NotEmpty(snippet);
            File.WriteAllText(Path.Combine(root, "Well.Tests", "SnippetTests.cs"), $"namespace Games.Tests;\n\npublic class SnippetTests\n{{\n    [Xunit.Fact]\n    public void It_runs()\n    {{\n{snippet}\n        Xunit.Assert.True(game.StepCount > 0);\n    }}\n}}\n");

            // So does the one on batches, which brings its own usings.
            var batched = Regex.Match(text, @"at once:\n\n```csharp\n((?:using [^\n]*;\n)+)(.*?)\n```", RegexOptions.Singleline);
            Assert.True(batched.Success);
            File.WriteAllText(Path.Combine(root, "Well.Tests", "BatchSnippetTests.cs"), $"{batched.Groups[1].Value}\nnamespace Games.Tests;\n\npublic class BatchSnippetTests\n{{\n    [Xunit.Fact]\n    public void It_runs()\n    {{\n{batched.Groups[2].Value}\n        Xunit.Assert.True(rollout.IsDone);\n    }}\n}}\n");

            // And the one on solving.
            var solving = Regex.Match(text, @"```csharp\n(var contest[^`]*)\n```").Groups[1].Value;
            Assert.NotEmpty(solving);
            File.WriteAllText(Path.Combine(root, "Well.Tests", "SolvingSnippetTests.cs"), $"namespace Games.Tests;\n\npublic class SolvingSnippetTests\n{{\n    [Xunit.Fact]\n    public void It_runs()\n    {{\n{solving}\n        Xunit.Assert.True(solution.IsCertified);\n    }}\n}}\n");

            // And the one on gradients.
            var gradient = Regex.Match(text, @"\(column \*gradient\* above\):\n\n```csharp\n(.*?)\n```", RegexOptions.Singleline).Groups[1].Value;
            Assert.NotEmpty(gradient);
            File.WriteAllText(Path.Combine(root, "Well.Tests", "GradientSnippetTests.cs"), $"namespace Games.Tests;\n\npublic class GradientSnippetTests\n{{\n    [Xunit.Fact]\n    public void It_runs()\n    {{\n{gradient}\n        Xunit.Assert.NotEqual(0, actions[1]);\n        Xunit.Assert.Contains(parameters, p => p != 0);\n    }}\n}}\n");

            Shell.Dotnet(root, "test");
            Assert.Contains("Well-v0: 1 episode", Shell.Dotnet(root, "run", "--project", "Well", "--", "run", "Well-v0", "--policy", "Constant_40"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
