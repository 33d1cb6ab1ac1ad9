namespace CoopGen.Learning;

/// <summary>
/// A stream of random numbers that is a function of its seed, its name and its position alone: saving the position saves the stream. Blocks
/// come from <see cref="Philox"/>; every call begins with a new block.
/// </summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="name">What the numbers are for; streams with different names are independent.</param>
public sealed class RandomStream(ulong seed, string name)
{
    private readonly Philox _philox = new Philox(seed).Split(Philox.Hash(name));
    private ulong _position;

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => Next().Uniform;

    /// <summary>A whole number from 0 to below a bound.</summary>
    /// <param name="bound">At least 1.</param>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var block = Next();
        return (int)Math.BigMul((ulong)block.A << 32 | block.B, (ulong)bound, out _);
    }

    /// <summary>Fills a span with numbers that are uniform in [low, high).</summary>
    public void FillUniform(Span<float> values, float low = 0, float high = 1)
    {
        for (var k = 0; k < values.Length; k += 4)
        {
            var block = Next();
            for (var j = 0; j < 4 && k + j < values.Length; j++)
            {
                var bits = j switch { 0 => block.A, 1 => block.B, 2 => block.C, _ => block.D };
                values[k + j] = Math.Min(low + (high - low) * ((bits >> 8) * (1f / (1 << 24))), MathF.BitDecrement(high));
            }
        }
    }

    /// <summary>Fills a span with standard normal numbers, by Box and Muller.</summary>
    public void FillNormal(Span<float> values)
    {
        for (var k = 0; k < values.Length; k += 2)
        {
            var block = Next();
            var radius = Math.Sqrt(-2 * Math.Log(1 - block.Uniform));
            var (sin, cos) = Math.SinCos(2 * Math.PI * (block.C * (1.0 / (1L << 32))));
            values[k] = (float)(radius * cos);
            if (k + 1 < values.Length)
                values[k + 1] = (float)(radius * sin);
        }
    }

    /// <summary>Puts a span into random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var k = values.Length - 1; k > 0; k--)
        {
            var other = Below(k + 1);
            (values[k], values[other]) = (values[other], values[k]);
        }
    }

    /// <summary>Saves or restores the position.</summary>
    public void Exchange(Archive archive, string name)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _position = archive.Exchange(name, _position);
    }

    private Philox.Block Next()
    {
        var at = _position++;
        return _philox.Next(0x4C524E53, 0, (uint)at, (uint)(at >> 32));
    }
}
