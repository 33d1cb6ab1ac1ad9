namespace CoopGen;

/// <summary>Where in an episode a number is drawn.</summary>
public enum DrawPhase
{
    /// <summary>At reset.</summary>
    Reset = 0,

    /// <summary>In a step before rewards are paid.</summary>
    Update = 1,

    /// <summary>In a step after rewards are paid.</summary>
    Settle = 2,

    /// <summary>In an observation.</summary>
    Observe = 3,
}

/// <summary>
/// Philox4x32-10 (Salmon et al. 2011): a counter-based generator. A draw is a pure function of the seed and of where it
/// happens (episode, step, phase, name of what is drawn, element, position in the formula), so that the same seed gives the same
/// episode on every platform and in every back end, and drawing more elsewhere changes nothing here.
/// </summary>
/// <param name="Seed">The key.</param>
public readonly record struct Philox(ulong Seed)
{
    /// <summary>An independent generator, number <paramref name="index"/> of those that can be split from this one.</summary>
    public Philox Split(ulong index)
    {
        var block = Next(0x53504C49, 0x54000000, (uint)index, (uint)(index >> 32));
        return new((ulong)block.A << 32 | block.B);
    }

    /// <summary>The draw for a named thing.</summary>
    public Block Draw(DrawPhase phase, string name, uint episode, uint step, int element, int site) =>
        Draw(phase, Hash(name), episode, step, element, site);

    /// <summary>The draw for the thing whose name has a <see cref="Hash"/>.</summary>
    public Block Draw(DrawPhase phase, uint name, uint episode, uint step, int element, int site) =>
        Next(name, (uint)element << 8 | (uint)site, (uint)phase << 30 | step, episode);

    /// <summary>FNV-1a of the name's UTF-16 units: the number that stands for a name.</summary>
    public static uint Hash(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hash = 2166136261u;
        foreach (var unit in name)
            hash = (hash ^ unit) * 16777619u;
        return hash;
    }

    /// <summary>The 128 random bits for a counter.</summary>
    public Block Next(uint c0, uint c1, uint c2, uint c3)
    {
        var (k0, k1) = ((uint)Seed, (uint)(Seed >> 32));
        for (var round = 0; round < 10; round++)
        {
            var p0 = 0xD2511F53UL * c0;
            var p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return new(c0, c1, c2, c3);
    }

    /// <summary>128 random bits and the numbers made of them.</summary>
    public readonly record struct Block(uint A, uint B, uint C, uint D)
    {
        /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
        public double Uniform => Unit(A, B);

        /// <summary>Standard normal, by Box and Muller.</summary>
        public double Normal => Math.Sqrt(-2 * Math.Log(1 - Unit(A, B))) * Math.Cos(2 * Math.PI * Unit(C, D));

        private static double Unit(uint high, uint low) => (((ulong)high << 32 | low) >> 11) * (1.0 / (1UL << 53));
    }
}
