using System.Runtime.InteropServices;

namespace CoopGen.Interop;

/// <summary>
/// A saved state as bytes: of what it is, and a checksum, before the state itself. Bytes that are not such a state, or that of another
/// environment or other parameters, are refused.
/// </summary>
internal static class Snapshot
{
    private const int Head = 3 * sizeof(ulong);
    private const ulong Mark = 0x31504E5347504F43;

    /// <summary>Bytes of a snapshot of so many numbers.</summary>
    public static long Length(int numbers) => Head + (long)numbers * sizeof(double);

    /// <summary>Bytes of a snapshot of so many bytes.</summary>
    public static long LengthOfBytes(long bytes) => Head + bytes;

    /// <summary>Writes what comes before the state, which has been written.</summary>
    public static void Seal(Span<byte> snapshot, string owner)
    {
        var head = MemoryMarshal.Cast<byte, ulong>(snapshot[..Head]);
        (head[0], head[1], head[2]) = (Mark, Hash(MemoryMarshal.AsBytes(owner.AsSpan())), Hash(snapshot[Head..]));
    }

    /// <summary>Where the state is to be written.</summary>
    public static Span<byte> Body(Span<byte> snapshot, long length)
    {
        CheckLength(snapshot, length);
        return snapshot[Head..];
    }

    /// <summary>The state, once checked.</summary>
    /// <exception cref="ArgumentException">It is none of this owner.</exception>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> snapshot, long length, string owner)
    {
        CheckLength(snapshot, length);
        var head = MemoryMarshal.Cast<byte, ulong>(snapshot[..Head]);
        if (head[0] != Mark || head[2] != Hash(snapshot[Head..]))
            throw new ArgumentException("These bytes are no snapshot, or have been changed.");
        if (head[1] != Hash(MemoryMarshal.AsBytes(owner.AsSpan())))
            throw new ArgumentException("The snapshot is that of another environment, or of one with other parameters.");
        return snapshot[Head..];
    }

    /// <summary>An environment and its parameters, in words.</summary>
    public static string Owner(GameEnvironment game) =>
        game.Info.Id + string.Concat(game.Info.Parameters.Select(p => $";{p.Name}={p.Format(game.Parameter(p.Name))}"));

    private static void CheckLength(ReadOnlySpan<byte> snapshot, long length)
    {
        if (snapshot.Length != length)
            throw new ArgumentException($"A snapshot of {snapshot.Length} bytes is given; it has {length}.");
    }

    /// <summary>FNV-1a, by words of eight bytes and then by bytes.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            hash = (hash ^ word) * 1099511628211;
        foreach (var last in bytes[(bytes.Length & ~7)..])
            hash = (hash ^ last) * 1099511628211;
        return hash;
    }
}
