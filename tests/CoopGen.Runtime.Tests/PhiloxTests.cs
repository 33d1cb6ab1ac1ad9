namespace CoopGen.Runtime.Tests;

public class PhiloxTests
{
    /// <summary>Known answers of Philox4x32-10, from the Random123 distribution.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xfffffffffffffffful, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Blocks_are_those_of_the_paper(uint c0, uint c1, uint c2, uint c3, ulong key, uint a, uint b, uint c, uint d) =>
        Assert.Equal(new Philox.Block(a, b, c, d), new Philox(key).Next(c0, c1, c2, c3));

    [Fact]
    public void Draws_are_uniform_and_normal()
    {
        var generator = new Philox(5);
        var draws = Enumerable.Range(0, 20_000).Select(k => generator.Draw(DrawPhase.Update, "x", 0, (uint)k, 0, 0)).ToList();
        Assert.All(draws, d => Assert.InRange(d.Uniform, 0, 1 - 1e-16));
        // Four standard errors of the mean and of the variance of 20,000 draws.
        Assert.InRange(draws.Average(d => d.Uniform), 0.5 - 0.0082, 0.5 + 0.0082);
        Assert.InRange(draws.Average(d => d.Normal), -0.0283, 0.0283);
        Assert.InRange(draws.Average(d => d.Normal * d.Normal), 1 - 0.04, 1 + 0.04);
        Assert.All(draws, d => Assert.InRange(d.Normal, -8.7, 8.7));
    }

    [Fact]
    public void What_is_drawn_depends_on_every_part_of_its_place()
    {
        var generator = new Philox(1);
        var places = new[]
        {
            generator.Draw(DrawPhase.Update, "x", 0, 1, 0, 0), generator.Draw(DrawPhase.Settle, "x", 0, 1, 0, 0), generator.Draw(DrawPhase.Update, "y", 0, 1, 0, 0),
            generator.Draw(DrawPhase.Update, "x", 1, 1, 0, 0), generator.Draw(DrawPhase.Update, "x", 0, 2, 0, 0), generator.Draw(DrawPhase.Update, "x", 0, 1, 1, 0),
            generator.Draw(DrawPhase.Update, "x", 0, 1, 0, 1), new Philox(2).Draw(DrawPhase.Update, "x", 0, 1, 0, 0), generator.Split(0).Draw(DrawPhase.Update, "x", 0, 1, 0, 0), generator.Split(1).Draw(DrawPhase.Update, "x", 0, 1, 0, 0),
        };
        Assert.Equal(places.Length, places.Distinct().Count());
        Assert.Equal(places[0], generator.Draw(DrawPhase.Update, "x", 0, 1, 0, 0));
    }
}
