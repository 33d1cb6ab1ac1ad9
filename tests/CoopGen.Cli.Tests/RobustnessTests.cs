using System.Globalization;
using System.Text.Json;

namespace CoopGen.Cli.Tests;

/// <summary>Whatever happens inside, people see a sentence and programs an exit code.</summary>
public class RobustnessTests
{
    private static EnvironmentInfo Game(Func<double> reward) => SpecEnvironment.Describe(() => new Odd(reward));

    [Theory]
    [InlineData("show Odd-v0")]
    [InlineData("run Odd-v0")]
    [InlineData("replay Odd-v0 --actions - --format json")]
    public void An_environment_that_cannot_be_made_is_a_failure_in_one_line(string arguments)
    {
        var broken = Game(() => 0) with { Create = _ => throw new NotSupportedException("first line\nsecond line") };
        Failed(Cli.RunWith("[[1]]", [broken], arguments.Split(' ')), "first line second line");
    }

    [Fact]
    public void The_cause_of_a_failure_is_said_rather_than_its_wrapping()
    {
        var broken = Game(() => 0) with { Create = _ => throw new System.Reflection.TargetInvocationException(new InvalidOperationException("the cause")) };
        Failed(Cli.RunWith("", [broken], ["show", "Odd-v0"]), ": the cause");
    }

    [Theory]
    [InlineData("run Odd-v0 --format json")]
    [InlineData("replay Odd-v0 --actions - --format json")]
    public void An_environment_that_fails_in_a_step_is_a_failure_in_one_line(string arguments) =>
        Failed(Cli.RunWith("[[1]]", [Game(() => throw new DivideByZeroException("by zero"))], arguments.Split(' ')), "by zero");

    [Theory]
    [InlineData("run Odd-v0 --format json")]
    [InlineData("replay Odd-v0 --actions - --format json")]
    public void A_reward_that_is_no_number_is_a_failure_and_never_printed(string arguments) =>
        Failed(Cli.RunWith("[[1]]", [Game(() => double.NaN)], arguments.Split(' ')), "NaN");

    [Fact]
    public void A_program_without_environments_says_so()
    {
        var outcome = Cli.RunWith("", [], ["show", "Any-v0"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("has none", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_summarises_the_episodes_that_are_complete()
    {
        using var interrupt = new CancellationTokenSource();
        var steps = 0;
        var game = Game(() =>
        {
            // The second of the 5-step episodes is interrupted in its second step.
            if (++steps == 7)
                interrupt.Cancel();
            return 1;
        });
        var outcome = Cli.RunWith("", [game], ["run", "Odd-v0", "--episodes", "100", "--format", "json"], interrupt.Token);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("Interrupted: 1 of 100 episodes", outcome.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(outcome.Out);
        Assert.True(json.RootElement.GetProperty("interrupted").GetBoolean());
        var episode = Assert.Single(json.RootElement.GetProperty("episodes").EnumerateArray());
        Assert.Equal("truncated", episode.GetProperty("end").GetString());
        Assert.Equal(5, episode.GetProperty("returns")[0].GetDouble());
    }

    [Fact]
    public void A_run_interrupted_in_its_first_episode_shows_that_much_of_it()
    {
        using var interrupt = new CancellationTokenSource();
        var steps = 0;
        var game = Game(() =>
        {
            if (++steps == 2)
                interrupt.Cancel();
            return 1;
        });
        var outcome = Cli.RunWith("", [game], ["run", "Odd-v0", "--format", "json"], interrupt.Token);
        Assert.Equal(130, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Out);
        Assert.Equal("interrupted", json.RootElement.GetProperty("episodes")[0].GetProperty("end").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("episodes")[0].GetProperty("steps").GetInt32());
    }

    [Fact]
    public void Before_anything_is_played_an_interrupt_prints_nothing()
    {
        using var interrupt = new CancellationTokenSource();
        interrupt.Cancel();
        var outcome = Cli.RunWith("", [Game(() => 1)], ["run", "Odd-v0"], interrupt.Token);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("run", "TrustDilemma-v0", "--seed", "3", "--set", "trust_sensitivity=0.5")]
    [InlineData("run", "TrustDilemma-v0", "--seed", "3", "--format", "json")]
    [InlineData("show", "TrustDilemma-v0")]
    [InlineData("show", "TrustDilemma-v0", "--format", "markdown")]
    [InlineData("replay", "TrustDilemma-v0", "--actions", "-")]
    public void A_culture_with_decimal_commas_changes_nothing(params string[] args)
    {
        var expected = Cli.RunWith("[[50.5, 60.25]]", args);
        var before = CultureInfo.CurrentCulture;
        // As in Germany; made by hand because cultures need not be installed.
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NumberGroupSeparator, commas.NumberFormat.NegativeSign) = (",", ".", "−");
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(expected, Cli.RunWith("[[50.5, 60.25]]", args));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal(0, expected.ExitCode);
    }

    private static void Failed(Outcome outcome, string expected)
    {
        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Out);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }
}
