using System.Globalization;
using System.Text.Json;

namespace CoopGen.Package.Tests;

/// <summary>Somebody who has only the package writes an environment of their own.</summary>
public class OutsideProjectTests
{
    /// <summary>TR-2 trust and TR-4 reciprocity with a twist: a fund pays everyone in proportion to mean trust.</summary>
    private const string Handshake = """
        using CoopGen;
        using CoopGen.Mechanisms;

        namespace Games;

        /// <summary>Two partners who answer in kind, and whom a fund rewards for the trust between them.</summary>
        [Environment("Handshake-v0", Horizon = 20, Class = "TR-4")]
        public sealed partial class Handshake : ReciprocityGame
        {
            /// <inheritdoc/>
            public override int n => 2;

            /// <inheritdoc/>
            protected override Matrix D => Symmetric(0.5);

            /// <summary>What the fund pays at full trust.</summary>
            private double Fund => Parameter("fund", 5.0, min: 0, max: 100, unit: "payoff");

            /// <inheritdoc/>
            protected override double Reward(Agent i) => base.Reward(i) + Fund * MeanTrust;
        }
        """;

    // Both invest 50 where 30 is expected, by hand:
    //   trust        0.5 + 0.1·tanh(20)·0.5                     = 0.55
    //   reciprocity  0.55·(1 + 0.6·0.5)·0.5·tanh(50)            = 0.3575
    //   payoff       100 − 50 + 20·ln 51 + 0.5·0.65·50          = 144.886512…
    //   reward       payoff·(1 + 0.3575/100) + 5·0.55
    private static readonly double ByHand = (50 + 20 * Math.Log(51) + 16.25) * 1.003575 + 2.75;

    private const string Test = """
        using CoopGen;
        using Xunit;

        namespace Games.Tests;

        public class HandshakeTests
        {
            [Fact]
            public void The_formula_pays_what_was_computed_by_hand()
            {
                foreach (var game in new GameEnvironment[] { new HandshakeEnvironment(new() { ["reward_type"] = "private" }), HandshakeEnvironment.Manifest.Interpret!(new() { ["reward_type"] = "private" }) })
                {
                    var rewards = new double[2];
                    game.Reset(seed: 1);
                    game.Step([50, 50], rewards);
                    Assert.Equal(BYHAND, rewards[0], 1e-9);
                }
            }
        }
        """;

    [Fact]
    public void A_game_on_the_package_alone_is_compiled_tested_and_played()
    {
        var scratch = Directory.CreateTempSubdirectory("coopgen-outside-").FullName;
        try
        {
            // A version of its own, because packages are cached by version.
            var version = "0.1.0-test." + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);
            Shell.Dotnet(Shell.Root, "pack", "runtime/CoopGen.Package", "-c", Shell.Configuration, "--no-build", "-o", scratch, $"-p:PackageVersion={version}");
            Shell.Dotnet(scratch, Shell.Cli, "new", "Partners", "--source", scratch);
            var root = Path.Combine(scratch, "Partners");
            var project = Path.Combine(root, "Partners", "Partners.csproj");
            Assert.Contains("Version=\"0.1.0\"", File.ReadAllText(project), StringComparison.Ordinal);
            File.WriteAllText(project, File.ReadAllText(project).Replace("Version=\"0.1.0\"", $"Version=\"{version}\"", StringComparison.Ordinal));
            File.WriteAllText(Path.Combine(root, "Partners", "Handshake.cs"), Handshake);
            File.WriteAllText(Path.Combine(root, "Partners.Tests", "HandshakeTests.cs"), Test.Replace("BYHAND", ByHand.ToString("R", CultureInfo.InvariantCulture), StringComparison.Ordinal));

            Shell.Dotnet(root, "test");
            var listed = JsonDocument.Parse(Shell.Dotnet(root, "run", "--no-build", "--project", "Partners", "--", "list", "--format", "json")).RootElement;
            Assert.Equal(["Handshake-v0", "Partners-v0"], listed.EnumerateArray().Select(e => e.GetProperty("id").GetString()));
            File.WriteAllText(Path.Combine(scratch, "actions.json"), "[[50, 50], [50, 50]]");
            var played = JsonDocument.Parse(Shell.Dotnet(root, "run", "--no-build", "--project", "Partners", "--", "replay", "Handshake-v0", "--actions", Path.Combine(scratch, "actions.json"), "--reward-type", "private", "--format", "json")).RootElement;
            Assert.Equal(ByHand, played.GetProperty("steps")[0].GetProperty("rewards")[0].GetDouble(), 1e-9);
            Assert.Contains("| `fund` |", Shell.Dotnet(root, "run", "--no-build", "--project", "Partners", "--", "show", "Handshake-v0", "--format", "markdown"), StringComparison.Ordinal);

            // A mistake is told by the compiler's analyzer, which the package brings along.
            File.WriteAllText(Path.Combine(root, "Partners", "Handshake.cs"), Handshake.Replace("Fund * MeanTrust", "Log(Fund) * MeanTrust", StringComparison.Ordinal));
            var refused = Assert.ThrowsAny<Exception>(() => Shell.Dotnet(root, "build"));
            Assert.Contains("CG050", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
