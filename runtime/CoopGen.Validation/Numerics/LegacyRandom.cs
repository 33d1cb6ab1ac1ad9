using System.Numerics;
using System.Runtime.CompilerServices;

namespace CoopGen.Validation.Numerics;

/// <summary>NumPy's legacy stream (<c>RandomState</c>): MT19937 seeded by one integer, and the draws the suites make from it, bit for bit.</summary>
internal sealed class LegacyRandom
{
    private const int Length = 624;
    private const int Shift = 397;
    private readonly uint[] state = new uint[Length];
    private int next = Length;
    private double? spare;

    /// <summary>A stream from its start.</summary>
    /// <param name="seed">Seed.</param>
    public LegacyRandom(uint seed)
    {
        state[0] = seed;
        for (var i = 1; i < Length; i++)
            state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + (uint)i;
    }

    /// <summary>32 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Bits()
    {
        if (next == Length)
            Twist();
        var y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    /// <summary>Uniform in [0, 1), of two outputs: 27 bits and 26.</summary>
    public double Double()
    {
        var high = Bits() >> 5;
        var low = Bits() >> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Double();

    /// <summary>Normal, by the polar method: of each pair of draws the second is given first, the first is kept for the next call.</summary>
    public double Normal(double mean, double deviation)
    {
        if (spare is { } kept)
        {
            spare = null;
            return mean + deviation * kept;
        }

        double x1, x2, q;
        do
        {
            x1 = 2 * Double() - 1;
            x2 = 2 * Double() - 1;
            q = x1 * x1 + x2 * x2;
        }
        while (q >= 1 || q == 0);
        var f = Math.Sqrt(-2 * Math.Log(q) / q);
        spare = f * x1;
        return mean + deviation * (f * x2);
    }

    /// <summary>Indices 0 … count − 1 with replacement, as <c>choice</c> draws them: masked, and drawn again when too large.</summary>
    /// <param name="count">How many there are to choose from, at least 1.</param>
    /// <param name="indices">Where they go.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to choose from.</exception>
    public void Choice(int count, Span<int> indices)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var greatest = (uint)count - 1;
        var mask = greatest == 0 ? 0 : uint.MaxValue >> BitOperations.LeadingZeroCount(greatest);
        for (var k = 0; k < indices.Length; k++)
        {
            var index = 0u;
            // Of one there is nothing to draw, and nothing is drawn.
            if (greatest > 0)
                do
                    index = Bits() & mask;
                while (index > greatest);
            indices[k] = (int)index;
        }
    }

    private void Twist()
    {
        for (var i = 0; i < Length - Shift; i++)
            state[i] = state[i + Shift] ^ Mix(state[i], state[i + 1]);
        for (var i = Length - Shift; i < Length - 1; i++)
            state[i] = state[i + Shift - Length] ^ Mix(state[i], state[i + 1]);
        state[Length - 1] = state[Shift - 1] ^ Mix(state[Length - 1], state[0]);
        next = 0;
    }

    private static uint Mix(uint high, uint low)
    {
        var y = (high & 0x80000000) | (low & 0x7fffffff);
        return (y >> 1) ^ ((uint)-(int)(y & 1) & 0x9908b0df);
    }
}
