using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CoopGen.Interop;

/// <summary>The caller's memory as spans, and texts in it.</summary>
internal static unsafe class Buffers
{
    /// <summary>A span over memory of the caller.</summary>
    /// <exception cref="ArgumentException">The length is negative or too great, or there is no memory although the length is not 0.</exception>
    public static Span<T> Of<T>(string name, T* memory, long length) where T : unmanaged
    {
        if (length is < 0 or > int.MaxValue)
            throw new ArgumentException($"The length of {name} is {length}; it must be between 0 and {int.MaxValue}.");
        if (memory == null && length != 0)
            throw new ArgumentException($"{name} is null although its length is {length}.");
        return new(memory, (int)length);
    }

    /// <summary>Refuses null.</summary>
    public static void Needed(string name, void* memory)
    {
        if (memory == null)
            throw new ArgumentException($"{name} is null.");
    }

    /// <summary>Refuses what is not a number.</summary>
    public static void Finite<T>(string name, ReadOnlySpan<T> numbers) where T : IFloatingPoint<T>
    {
        foreach (var number in numbers)
            if (!T.IsFinite(number))
                throw new ArgumentException($"One of {name} is {number}; it must be a number.");
    }

    /// <summary>A text of the caller, in UTF-8 and ended by a zero byte.</summary>
    public static string Text(string name, byte* text)
    {
        Needed(name, text);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    /// <summary>Gives a text to the caller, in UTF-8 and ended by a zero byte. Without memory, only its length is told.</summary>
    public static void Write(string value, byte* text, long capacity, long* length)
    {
        Needed("length", length);
        var room = Of("text", text, capacity);
        var bytes = Encoding.UTF8.GetByteCount(value);
        *length = bytes;
        if (room.IsEmpty)
            return;
        if (room.Length <= bytes)
            throw new ArgumentException($"text has room for {room.Length} bytes; {bytes + 1} are needed.");
        room[Encoding.UTF8.GetBytes(value, room)] = 0;
    }

    /// <summary>A JSON document as a text.</summary>
    public static string Json(Action<Utf8JsonWriter> document)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            document(json);
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }
}
