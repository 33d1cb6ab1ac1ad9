using System.Runtime.InteropServices;

namespace CoopGen.Benchmarking;

/// <summary>Memory that begins with a cache line, so that no contender is slowed by where its buffers happen to lie.</summary>
/// <typeparam name="T">What it holds.</typeparam>
public sealed unsafe class AlignedBuffer<T>(int length) : IDisposable where T : unmanaged
{
    private void* _memory = Allocate(length);

    /// <summary>The first entry.</summary>
    public T* Pointer => (T*)_memory;

    /// <summary>All entries.</summary>
    public Span<T> Span => new(_memory, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    private static void* Allocate(int length)
    {
        var memory = NativeMemory.AlignedAlloc((nuint)length * (nuint)sizeof(T), 64);
        NativeMemory.Clear(memory, (nuint)length * (nuint)sizeof(T));
        return memory;
    }
}
