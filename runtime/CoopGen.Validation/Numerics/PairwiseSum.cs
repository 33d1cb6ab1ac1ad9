namespace CoopGen.Validation.Numerics;

/// <summary>Sums in NumPy's order, so that a suite's last bits are its own: plain below 8 numbers, eight interleaved sums up to 128, halves above.</summary>
internal static class PairwiseSum
{
    private const int Block = 128;

    /// <summary>The sum.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        if (values.Length < 8)
        {
            var sum = 0.0;
            foreach (var value in values)
                sum += value;
            return sum;
        }

        if (values.Length > Block)
        {
            var half = values.Length / 2;
            half -= half % 8;
            return Of(values[..half]) + Of(values[half..]);
        }

        var (s0, s1, s2, s3) = (values[0], values[1], values[2], values[3]);
        var (s4, s5, s6, s7) = (values[4], values[5], values[6], values[7]);
        var at = 8;
        for (; at + 8 <= values.Length; at += 8)
        {
            var part = values.Slice(at, 8);
            s0 += part[0];
            s1 += part[1];
            s2 += part[2];
            s3 += part[3];
            s4 += part[4];
            s5 += part[5];
            s6 += part[6];
            s7 += part[7];
        }

        var all = s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
        for (; at < values.Length; at++)
            all += values[at];
        return all;
    }
}
