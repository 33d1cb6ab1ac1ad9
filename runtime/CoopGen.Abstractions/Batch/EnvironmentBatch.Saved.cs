using System.Runtime.InteropServices;

namespace CoopGen;

/// <summary>Saving and restoring a whole batch.</summary>
public abstract unsafe partial class EnvironmentBatch
{
    private int SavedMemory => Blocks * _memoryLength * sizeof(float);

    /// <summary>Length of what <see cref="SaveState"/> writes, in bytes.</summary>
    public int SavedLength => sizeof(uint) + SavedMemory + Blocks * (Width * (sizeof(ulong) + sizeof(uint)) + 1);

    /// <summary>Copies all that changes, of all environments.</summary>
    /// <param name="destination">Receives <see cref="SavedLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    /// <exception cref="InvalidOperationException">The batch has never been reset as a whole.</exception>
    public void SaveState(Span<byte> destination)
    {
        CheckStarted();
        Room(nameof(destination), destination.Length, SavedLength);
        MemoryMarshal.Write(destination, _stride);
        destination = destination[sizeof(uint)..];
        new ReadOnlySpan<byte>(_memory, SavedMemory).CopyTo(destination);
        destination = destination[SavedMemory..];
        MemoryMarshal.AsBytes(_seeds.AsSpan()).CopyTo(destination);
        destination = destination[(_seeds.Length * sizeof(ulong))..];
        MemoryMarshal.AsBytes(_episodes.AsSpan()).CopyTo(destination);
        _waiting.CopyTo(destination[(_episodes.Length * sizeof(uint))..]);
    }

    /// <summary>Puts back what <see cref="SaveState"/> copied from a batch made alike, on the same kind of processor; play continues bit for bit.</summary>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void RestoreState(ReadOnlySpan<byte> source)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Room(nameof(source), source.Length, SavedLength);
        _stride = MemoryMarshal.Read<uint>(source);
        source = source[sizeof(uint)..];
        source[..SavedMemory].CopyTo(new Span<byte>(_memory, SavedMemory));
        source = source[SavedMemory..];
        source[..(_seeds.Length * sizeof(ulong))].CopyTo(MemoryMarshal.AsBytes(_seeds.AsSpan()));
        source = source[(_seeds.Length * sizeof(ulong))..];
        source[..(_episodes.Length * sizeof(uint))].CopyTo(MemoryMarshal.AsBytes(_episodes.AsSpan()));
        source[(_episodes.Length * sizeof(uint))..].CopyTo(_waiting);
        _started = true;
    }
}
