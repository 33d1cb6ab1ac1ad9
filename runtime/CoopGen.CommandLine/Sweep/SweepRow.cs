using System.Buffers.Binary;
using CoopGen.Policies;

namespace CoopGen.Cli;

/// <summary>An episode of a sweep.</summary>
/// <param name="Index">Its row in the plan.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Returns">Sum of the rewards of each agent.</param>
/// <param name="Means">Mean over the steps of each number watched.</param>
/// <param name="Finals">Each number watched, after the last step.</param>
internal sealed record SweepRow(int Index, int Steps, Ending Ending, double[] Returns, double[] Means, double[] Finals)
{
    /// <summary>Bytes of a row in the journal: all are as long as one with the most agents.</summary>
    public static int Size(SweepPlan plan) => 2 * sizeof(int) + sizeof(double) * (plan.MostAgents + 2 * plan.Watched.Length);

    /// <summary>Writes an episode as bytes.</summary>
    public static void Write(Span<byte> bytes, EpisodeResult episode, SweepPlan plan)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, episode.Steps);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], (int)episode.Ending | episode.Returns.Length << 8);
        bytes = bytes[8..];
        Put(ref bytes, episode.Returns);
        bytes = bytes[(sizeof(double) * (plan.MostAgents - episode.Returns.Length))..];
        Put(ref bytes, episode.Means);
        Put(ref bytes, episode.Finals);
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    public static SweepRow Read(ReadOnlySpan<byte> bytes, int index, SweepPlan plan)
    {
        var (steps, code) = (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));
        bytes = bytes[8..];
        var returns = Take(bytes, code >> 8);
        bytes = bytes[(sizeof(double) * plan.MostAgents)..];
        return new(index, steps, (Ending)(code & 255), returns, Take(bytes, plan.Watched.Length), Take(bytes[(sizeof(double) * plan.Watched.Length)..], plan.Watched.Length));
    }

    private static void Put(ref Span<byte> bytes, double[] numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
            bytes = bytes[sizeof(double)..];
        }
    }

    private static double[] Take(ReadOnlySpan<byte> bytes, int count)
    {
        var numbers = new double[count];
        for (var k = 0; k < count; k++)
            numbers[k] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(k * sizeof(double))..]);
        return numbers;
    }
}
