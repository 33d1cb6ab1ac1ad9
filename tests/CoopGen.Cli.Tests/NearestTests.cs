namespace CoopGen.Cli.Tests;

public class NearestTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("list", "lst", 1)]
    [InlineData("list", "lsit", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ABC", "abc", 0)]
    public void Distance_counts_insertions_deletions_substitutions_and_swaps(string a, string b, int expected)
    {
        Assert.Equal(expected, Nearest.Distance(a, b));
        Assert.Equal(expected, Nearest.Distance(b, a));
    }

    [Theory]
    [InlineData("trust_sensitivty", "; did you mean 'trust_sensitivity'?")]
    [InlineData("max", "; did you mean 'max_steps'?")]
    [InlineData("gamma", ".")]
    [InlineData("", ".")]
    public void What_has_nothing_in_common_is_not_suggested(string text, string expected) =>
        Assert.Equal(expected, Nearest.Hint(text, ["max_steps", "reward_type", "trust_sensitivity"]));

    [Theory]
    [InlineData("TrustDilema", "TrustDilemma-v0")]
    [InlineData("slcd", "SLCD-v0")]
    [InlineData("Reciprocal", "ReciprocalDilemma-v0")]
    [InlineData("TrustDilemma-v1", "TrustDilemma-v0")]
    public void A_version_left_out_or_a_word_begun_is_near(string text, string expected) =>
        Assert.Equal(expected, Nearest.To(text, ["PublicGoods-v0", "ReciprocalDilemma-v0", "SLCD-v0", "TrustDilemma-v0"]));
}
