using System.Runtime.InteropServices;

namespace CoopGen;

/// <summary>The state of a whole batch.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    /// <summary>Bytes that <see cref="SaveState"/> writes.</summary>
    public long StateBytes => 2 * sizeof(uint) + (long)_seeds.Length * sizeof(ulong) + (long)_episodes.Length * sizeof(uint) + _waiting.Length + (long)AllMemory.Length * sizeof(float);

    /// <summary>Copies all that changes.</summary>
    /// <param name="destination">Receives <see cref="StateBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void SaveState(Span<byte> destination)
    {
        Room(nameof(destination), destination.Length, StateBytes);
        Put(ref destination, [_started ? 1u : 0u, _stride]);
        Put<ulong>(ref destination, _seeds);
        Put<uint>(ref destination, _episodes);
        Put<byte>(ref destination, _waiting);
        Put<float>(ref destination, AllMemory);
    }

    /// <summary>Puts back what <see cref="SaveState"/> copied from a batch made in the same way; play continues bit for bit. Other bytes are not noticed.</summary>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void RestoreState(ReadOnlySpan<byte> source)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Room(nameof(source), source.Length, StateBytes);
        Span<uint> head = stackalloc uint[2];
        Take(ref source, head);
        (_started, _stride) = (head[0] != 0, head[1]);
        Take<ulong>(ref source, _seeds);
        Take<uint>(ref source, _episodes);
        Take<byte>(ref source, _waiting);
        Take(ref source, AllMemory);
    }

    /// <summary>The memory of all blocks: the second piece that <see cref="Allocate"/> makes, after what is fixed.</summary>
    private Span<float> AllMemory => new(_memory, _pinned[1].Length - Spare);

    private static void Put<T>(ref Span<byte> to, scoped ReadOnlySpan<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(to);
        to = to[bytes.Length..];
    }

    private static void Take<T>(ref ReadOnlySpan<byte> from, scoped Span<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        from[..bytes.Length].CopyTo(bytes);
        from = from[bytes.Length..];
    }
}
