namespace CoopGen.Runtime.Tests;

public class ParameterTests
{
    [Theory]
    [InlineData("TrustDilemma-v0", "trust_sensitivity", "-1", "trust_sensitivity is '-1'; it must be a number between 0 and")]
    [InlineData("TrustDilemma-v0", "trust_sensitivity", "x", "trust_sensitivity is 'x'; it must be a number")]
    [InlineData("TrustDilemma-v0", "trust_sensitivity", "NaN", "it must be a number")]
    [InlineData("TrustDilemma-v0", "max_steps", "0", "max_steps is '0'; it must be a whole number between 1 and")]
    [InlineData("TrustDilemma-v0", "max_steps", "1.5", "it must be a whole number")]
    [InlineData("TrustDilemma-v0", "reward_type", "selfish", "it must be one of private, integrated, cooperative")]
    [InlineData("TrustDilemma-v0", "normalize_rewards", "maybe", "it must be true or false")]
    [InlineData("SynergySearch-v0", "gamma_range", "0.9,0.2", "two numbers lo,hi")]
    [InlineData("SynergySearch-v0", "gamma_range", "0.5", "two numbers lo,hi")]
    [InlineData("RenaultNissan-v0", "phase", "divorced", "it must be one of formation, mature, crisis, strained")]
    public void A_wrong_value_is_told_with_what_is_allowed(string id, string name, string text, string message)
    {
        var parameter = Environments.Find(id).Parameters.Single(p => p.Name == name);
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => parameter.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_told_with_those_there_are()
    {
        var told = Assert.Throws<ArgumentException>(() => Environments.Make("TrustDilemma-v0", new() { ["trust_sensibility"] = 1 }));
        Assert.Contains("trust_sensibility is not a parameter", told.Message, StringComparison.Ordinal);
        Assert.Contains("trust_sensitivity", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_kind_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Environments.Make("TrustDilemma-v0", new() { ["trust_sensitivity"] = true }));
        Assert.Throws<ArgumentException>(() => Environments.Make("TrustDilemma-v0", new() { ["normalize_rewards"] = 1.0 }));
        Assert.Throws<ArgumentException>(() => Environments.Make("SynergySearch-v0", new() { ["gamma_range"] = 0.5 }));
        Assert.Throws<ArgumentException>(() => Environments.Make("RenaultNissan-v0", new() { ["phase"] = 9 }));
        Assert.Throws<ArgumentException>(() => Environments.Make("TrustDilemma-v0", new() { ["trust_sensitivity"] = double.PositiveInfinity }));
    }

    [Fact]
    public void Values_are_written_as_they_are_read()
    {
        foreach (var parameter in Environments.All.SelectMany(e => e.Parameters))
            Assert.Equal(parameter.Default, parameter.Parse(parameter.Format(parameter.Default)));
    }

    [Fact]
    public void A_combination_that_breaks_a_shape_is_refused_at_construction()
    {
        // Shares of the developers would be negative.
        var told = Assert.ThrowsAny<ArgumentException>(() => Environments.Make("PlatformEcosystem-v0", new() { ["platform_share"] = 1.5 }));
        Assert.Contains("platform_share", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_reach_the_game()
    {
        var (plain, scaled) = (Environments.Make("TrustDilemma-v0"), Environments.Make("TrustDilemma-v0", new() { ["reward_scale"] = 3, ["normalize_rewards"] = true }));
        var (one, other) = (new double[2], new double[2]);
        plain.Reset(1);
        scaled.Reset(1);
        plain.Step([50, 60], one);
        scaled.Step([50, 60], other);
        for (var i = 0; i < 2; i++)
            Assert.Equal(one[i] * 3 / 100, other[i], 1e-12);
    }
}
