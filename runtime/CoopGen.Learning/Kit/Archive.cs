using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace CoopGen.Learning;

/// <summary>
/// Named arrays in a file in the format of safetensors: eight bytes with the length of a JSON header, the header, the numbers. Objects
/// with state have one method that hands every part of it to <see cref="Exchange{T}(string, Span{T})"/>, which writes it or reads it, so that saving and loading
/// cannot differ. Arrays are not copied: what is written is what they hold when the file is, and what is read goes from the file to where it belongs.
/// </summary>
public sealed class Archive : IDisposable
{
    private readonly Dictionary<string, Entry> _entries;
    private readonly SafeFileHandle? _file;
    private readonly string _prefix;

    private Archive(Dictionary<string, Entry> entries, string prefix, SafeFileHandle? file) => (_entries, _prefix, _file) = (entries, prefix, file);

    /// <summary>An empty archive that is written to.</summary>
    public Archive() : this([], "", null)
    {
    }

    private delegate ReadOnlySpan<byte> Content();

    /// <summary>Whether what is handed over is read from the archive; otherwise it is written to it.</summary>
    public bool Reads => _file is not null;

    /// <summary>Names of all arrays.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>The same archive, in which all names begin with a prefix and a dot.</summary>
    public Archive Within(string prefix) => new(_entries, $"{_prefix}{prefix}.", _file);

    /// <summary>Writes numbers to the archive, which copies them, or fills them from it.</summary>
    /// <exception cref="InvalidDataException">There are none of that name, or of another type or number.</exception>
    public void Exchange<T>(string name, Span<T> values) where T : unmanaged
    {
        if (Reads)
        {
            Read(name, values, [values.Length]);
            return;
        }

        var copy = MemoryMarshal.AsBytes(values).ToArray();
        Write(name, TypeName<T>(), [values.Length], copy.Length, () => copy);
    }

    /// <summary>Writes an array to the archive, which does not copy it, or fills it from there.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or of another type or length.</exception>
    public void Exchange<T>(string name, T[] values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        Exchange(name, values, [values.Length]);
    }

    /// <summary>Writes a parameter to the archive, or fills it from there.</summary>
    /// <exception cref="InvalidDataException">There is none of that name and shape.</exception>
    public void Exchange(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Exchange(parameter.Name, parameter.Values, [.. parameter.Shape.Select(length => (long)length)]);
    }

    /// <summary>Writes parameters to the archive, or fills them from there.</summary>
    public void Exchange(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (var parameter in parameters)
            Exchange(parameter);
    }

    /// <summary>Writes a number to the archive, or reads it.</summary>
    /// <returns>The number, or the one read.</returns>
    public T Exchange<T>(string name, T value) where T : unmanaged
    {
        Exchange(name, MemoryMarshal.CreateSpan(ref value, 1));
        return value;
    }

    /// <summary>Writes the file at once: another process sees the old one or the new one.</summary>
    public void Save(string path)
    {
        using var header = new MemoryStream();
        var at = 0L;
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            foreach (var (name, entry) in _entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", entry.Type);
                json.WriteStartArray("shape");
                foreach (var length in entry.Shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += entry.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        var own = path + ".tmp";
        using (var file = File.Create(own))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            header.WriteTo(file);
            foreach (var entry in _entries.Values)
                file.Write(entry.Content!());
            file.Flush(flushToDisk: true);
        }

        File.Move(own, path, overwrite: true);
    }

    /// <summary>An archive that is read from. It keeps the file open.</summary>
    /// <exception cref="InvalidDataException">The file is not in this format.</exception>
    public static Archive Load(string path)
    {
        var file = File.OpenHandle(path);
        var entries = new Dictionary<string, Entry>();
        try
        {
            var whole = RandomAccess.GetLength(file);
            var length = new byte[8];
            Fill(file, length, 0);
            var header = new byte[Checked(BinaryPrimitives.ReadInt64LittleEndian(length), whole - 8)];
            Fill(file, header, 8);
            var start = 8L + header.Length;
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(header));
            foreach (var entry in json.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
            {
                var offsets = entry.Value.GetProperty("data_offsets");
                var at = start + Checked(offsets[0].GetInt64(), whole - start);
                entries[entry.Name] = new()
                {
                    Type = entry.Value.GetProperty("dtype").GetString()!,
                    Shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())],
                    Start = at,
                    Length = Checked(offsets[1].GetInt64() - offsets[0].GetInt64(), whole - at),
                };
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            file.Dispose();
            throw new InvalidDataException($"{path} is not a file of safetensors: {exception.Message}", exception);
        }

        return new(entries, "", file);

        static long Checked(long length, long most) => length >= 0 && length <= most ? length : throw new InvalidDataException($"a length in it is {length}, where {most} bytes are left.");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    private void Exchange<T>(string name, T[] values, long[] shape) where T : unmanaged
    {
        if (Reads)
            Read(name, values.AsSpan(), shape);
        else
            Write(name, TypeName<T>(), shape, MemoryMarshal.AsBytes(values.AsSpan()).Length, () => MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private void Write(string name, string type, long[] shape, long length, Content content)
    {
        if (!_entries.TryAdd(_prefix + name, new() { Type = type, Shape = shape, Length = length, Content = content }))
            throw new ArgumentException($"There is a {_prefix}{name} in the archive already.", nameof(name));
    }

    private void Read<T>(string name, Span<T> values, long[] shape) where T : unmanaged
    {
        var type = TypeName<T>();
        var bytes = MemoryMarshal.AsBytes(values);
        if (!_entries.TryGetValue(_prefix + name, out var entry))
            throw new InvalidDataException($"The archive has no {_prefix}{name}.");
        if (entry.Type != type || !entry.Shape.SequenceEqual(shape) || entry.Length != bytes.Length)
            throw new InvalidDataException($"{_prefix}{name} of the archive is {entry.Type}[{string.Join(", ", entry.Shape)}]; {type}[{string.Join(", ", shape)}] is needed.");
        Fill(_file!, bytes, entry.Start);
    }

    private static void Fill(SafeFileHandle file, Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, at);
            if (read == 0)
                throw new EndOfStreamException("it ends too early.");
            bytes = bytes[read..];
            at += read;
        }
    }

    private static string TypeName<T>() =>
        typeof(T) == typeof(float) ? "F32" : typeof(T) == typeof(double) ? "F64" : typeof(T) == typeof(int) ? "I32" : typeof(T) == typeof(long) ? "I64"
        : typeof(T) == typeof(ulong) ? "U64" : typeof(T) == typeof(uint) ? "U32" : typeof(T) == typeof(Half) ? "F16" : typeof(T) == typeof(byte) ? "U8"
        : throw new ArgumentException($"{typeof(T)} has no place in the format of safetensors.");

    /// <summary>An array: where it lies in the file, or what is written there.</summary>
    private sealed class Entry
    {
        public required string Type { get; init; }

        public required long[] Shape { get; init; }

        public required long Length { get; init; }

        public long Start { get; init; }

        public Content? Content { get; init; }
    }
}
