using CoopGen.Validation.Numerics;

namespace CoopGen.Validation.Tests.Numerics;

public class StatisticsTests
{
    private static readonly double[] Skewed = [.. Enumerable.Range(0, 500).Select(k => k < 12 ? 8.0 : 12.0)];

    [Fact]
    public void The_legacy_stream_of_seed_42_is_NumPys()
    {
        var random = new LegacyRandom(42);
        Assert.Equal([1608637542u, 3421126067u, 4083286876u, 787846414u], [random.Bits(), random.Bits(), random.Bits(), random.Bits()]);
        // Past the first twist: the 10,000th output of the classic default seed is part of the C++ standard.
        random = new LegacyRandom(5489);
        for (var k = 1; k < 10000; k++)
            random.Bits();
        Assert.Equal(4123659995u, random.Bits());
    }

    [Fact]
    public void Uniforms_normals_and_choices_are_drawn_in_NumPys_order()
    {
        var random = new LegacyRandom(42);
        foreach (var expected in new[] { -.0376379643, .135214292, .0695981825, .0295975453, -.103194408, -.103201644 })
            Near.Digits(expected, random.Uniform(-.15, .15));
        random = new(42);
        foreach (var expected in new[] { .00993428306, -.00276528602, .0129537708, .0304605971, -.00468306749, -.00468273914 })
            Near.Digits(expected, random.Normal(0, .02));
        var indices = new int[8];
        new LegacyRandom(42).Choice(625, indices);
        Assert.Equal([102, 435, 270, 106, 71, 20, 614, 121], indices);
        new LegacyRandom(42).Choice(15625, indices);
        Assert.Equal([7270, 860, 5390, 13418, 5191, 11964, 11284, 5734], indices);
        new LegacyRandom(42).Choice(1, indices);
        Assert.All(indices, index => Assert.Equal(0, index));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LegacyRandom(42).Choice(0, indices));
    }

    [Fact]
    public void Tails_keep_their_digits()
    {
        // 500 wins of 12 or, twelve times, 8: all ranks on one side, in two tied groups.
        var (w, p) = Statistics.SignedRank(Skewed);
        Assert.Equal(0, w);
        Near.Digits(2.87271940e-108, p);
        var (t, tail) = Statistics.TTest(Skewed, 0);
        Near.Digits(434.362846, t);
        Assert.Equal(0, tail);
        var greater = Statistics.SignedRank(Skewed, greater: true);
        Assert.Equal(500 * 501 / 2, greater.Value);
        Assert.Equal(p / 2, greater.P, p * 1e-12);
    }

    [Fact]
    public void Statistics_agree_with_hand_figures()
    {
        double[] x = [1, 2, 3, 4];
        Assert.Equal(1.75, Statistics.Percentile([4, 2, 3, 1], 25), 1e-15);
        Assert.Equal(2.5, Statistics.Median(x), 1e-15);
        Assert.Equal(1.25, Statistics.Variance(x, 0), 1e-15);
        Assert.Equal(5.0 / 3, Statistics.Variance(x, 1), 1e-15);
        // With two degrees of freedom the tail of t has a closed form: p = 1 − t/√(2 + t²).
        var (r, p) = Statistics.Pearson(x, [1, 3, 2, 4]);
        Assert.Equal(0.8, r, 1e-15);
        var t = 0.8 * Math.Sqrt(2 / (1 - 0.64));
        Assert.Equal(1 - t / Math.Sqrt(2 + t * t), p, 1e-14);
        var line = Statistics.Line(x, [1, 3, 2, 4]);
        Assert.Equal(0.8, line.Slope, 1e-15);
        Assert.Equal(0.5, line.Intercept, 1e-15);
        // Two groups: F is the square of the two-sample t = 2/√(2/3·…) with four degrees of freedom; means 2 and 4, within 2 each, so F = 6/1.
        var (f, tail) = Statistics.Anova([[1, 2, 3], [3, 4, 5]]);
        Assert.Equal(6, f, 1e-14);
        // p = 1 − (t/√(4+t²))·(1 + 2/(4+t²)) for t with four degrees of freedom.
        Assert.Equal(1 - Math.Sqrt(6.0 / 10) * (1 + 2.0 / 10), tail, 1e-14);
        Assert.Equal(1, Statistics.Anova([[1, 3], [1, 3]]).P);
    }

    [Fact]
    public void Sums_are_taken_in_NumPys_order()
    {
        // 1e16 swallows a single 1, so the order shows: from eight numbers on there are eight sums.
        Assert.Equal(1e16, PairwiseSum.Of([1e16, 1, 1, 1, 1, 1, 1]));
        Assert.Equal(1e16 + 6, PairwiseSum.Of([1e16, 1, 1, 1, 1, 1, 1, 1]));
        double[] many = [.. Enumerable.Range(0, 1001).Select(k => (double)k)];
        Assert.Equal(500500, PairwiseSum.Of(many));
    }

    [Fact]
    public void What_cannot_be_computed_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Statistics.Mean([]));
        Assert.Throws<ArgumentException>(() => Statistics.Pearson([1, 1], [1, 2]));
        Assert.Throws<ArgumentException>(() => Statistics.Pearson([1, 2, 3], [1, 2]));
        Assert.Throws<ArgumentException>(() => Statistics.TTest([3, 3, 3], 0));
        Assert.Throws<ArgumentException>(() => Statistics.Anova([[1, 1], [2, 2]]));
        Assert.Throws<ArgumentException>(() => Statistics.SignedRank([1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Percentile([1, 2], 101));
    }
}
