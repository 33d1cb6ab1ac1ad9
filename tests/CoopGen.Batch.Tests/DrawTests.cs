using System.Runtime.Intrinsics;

namespace CoopGen.Batch.Tests;

/// <summary>Draws of four environments at once against the scalar generator.</summary>
public class DrawTests
{
    /// <summary>
    /// The logarithm and the cosine are rounded a few times at 1.1e-16, and the scalar cosine turns by 2πu as rounded (4e-16); the radius is below 8.6.
    /// So both are the same float or neighbours from 1e-7 upwards.
    /// </summary>
    private const double Tolerance = 1e-14;

    [Fact]
    public void Uniform_numbers_have_the_bits_of_the_scalar_generator()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 20_000; trial++)
        {
            var draws = new Draws(random);
            for (var lane = 0; lane < 4; lane++)
                Assert.Equal(draws.Scalar(lane).Uniform, draws.Radius[lane]);
        }
    }

    [Fact]
    public void Normal_numbers_are_those_of_the_scalar_generator()
    {
        var random = new Random(2);
        var (same, count) = (0, 0);
        for (var trial = 0; trial < 250_000; trial++)
        {
            var draws = new Draws(random);
            var normal = PhiloxLanes.Normal(draws.Radius, draws.Turn);
            for (var lane = 0; lane < 4; lane++, count++)
            {
                var (exact, drawn) = (draws.Scalar(lane).Normal, normal[lane]);
                Assert.True(Math.Abs(drawn - exact) <= Tolerance, $"{drawn:R} is drawn, not {exact:R}.");
                same += (float)drawn == (float)exact ? 1 : 0;
            }
        }

        // Numbers 1e-14 apart are seldom on two sides of the middle between two floats.
        Assert.True(same > count - 20, $"{count - same} of {count} floats differ.");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 0.25)]
    [InlineData(0.5, 0.25)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.5, 0.75)]
    [InlineData(1 - 1.0 / (1L << 53), 0)]
    [InlineData(1 - 1.0 / (1L << 53), 1 - 1.0 / (1L << 53))]
    [InlineData(1.0 / (1L << 53), 0)]
    [InlineData(1.0 / (1L << 53), 1.0 / (1L << 53))]
    [InlineData(1e-6, 0.25 + 1.0 / (1L << 53))]
    public void Normal_numbers_are_right_at_the_ends(double radius, double turn)
    {
        var exact = Math.Sqrt(-2 * Math.Log(1 - radius)) * Math.Cos(2 * Math.PI * turn);
        var normal = PhiloxLanes.Normal(Vector256.Create(0.3, 0.9, radius, 0), Vector256.Create(0.1, 0.2, turn, 0.7));
        Assert.Equal(exact, normal[2], Tolerance);
        // What is drawn beside does not matter.
        Assert.Equal(normal[2], PhiloxLanes.Normal(Vector256.Create(radius), Vector256.Create(turn))[0]);
    }

    [Theory]
    [InlineData("Weather-v0")]
    [InlineData("ReputationMarket-v0")]
    public void Lanes_with_their_own_seeds_episodes_and_steps_draw_what_the_scalar_environments_draw(string id)
    {
        const int Count = 11;
        var environment = TestGames.Find(id).Create(Noisy(id));
        using var batch = EnvironmentBatch.Create(environment, Count);
        var seeds = Enumerable.Range(0, Count).Select(k => EnvironmentBatch.SeedOf(99, k)).ToArray();
        batch.Reset(seeds, Enumerable.Range(0, Count).Select(k => k * k).ToArray());
        var rows = new float[Count * batch.ObservationLength];
        batch.Observe(rows);
        var row = new float[batch.ObservationLength];
        for (var k = 0; k < Count; k++)
        {
            var scalar = TestGames.Find(id).Create(Noisy(id));
            scalar.Reset(seeds[k]);
            for (var episode = 0; episode < k * k; episode++)
                scalar.Reset();
            scalar.Observe(row);
            // 1e-5 is what single precision of the rest of a formula is allowed.
            for (var at = 0; at < row.Length; at++)
                Assert.Equal(row[at], rows[k * row.Length + at], 1e-5f * Math.Max(1, Math.Abs(row[at])));
        }
    }

    private static ParameterSet? Noisy(string id) => id == "ReputationMarket-v0" ? new() { ["reputation_visibility"] = 0.5 } : null;

    /// <summary>Four draws at random places.</summary>
    private readonly struct Draws
    {
        private readonly ulong[] _seeds = new ulong[4], _episodes = new ulong[4], _steps = new ulong[4];
        private readonly uint _name;
        private readonly int _element, _site;

        public Draws(Random random)
        {
            for (var lane = 0; lane < 4; lane++)
                (_seeds[lane], _episodes[lane], _steps[lane]) = ((ulong)random.NextInt64(long.MinValue, long.MaxValue), (uint)random.NextInt64(uint.MaxValue), (ulong)random.Next(1 << 30));
            (_name, _element, _site) = ((uint)random.NextInt64(uint.MaxValue), random.Next(1024), random.Next(256));
            var (a, b, c, d) = PhiloxLanes.Draw(Vector256.Create<ulong>(_seeds), DrawPhase.Settle, _name, Vector256.Create<ulong>(_episodes), Vector256.Create<ulong>(_steps), _element, _site);
            (Radius, Turn) = (PhiloxLanes.Unit(a, b), PhiloxLanes.Unit(c, d));
        }

        public Vector256<double> Radius { get; }

        public Vector256<double> Turn { get; }

        public Philox.Block Scalar(int lane) => new Philox(_seeds[lane]).Draw(DrawPhase.Settle, _name, (uint)_episodes[lane], (uint)_steps[lane], _element, _site);
    }
}
