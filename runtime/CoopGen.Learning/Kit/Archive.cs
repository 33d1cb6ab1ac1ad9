using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace CoopGen.Learning;

/// <summary>
/// Named arrays in a file in the format of safetensors: eight bytes with the length of a JSON header, the header, the numbers. Objects
/// with state have one method that hands every part of it to <see cref="Exchange{T}(string, Span{T})"/>, which writes it or reads it, so that saving and loading
/// cannot differ.
/// </summary>
public sealed class Archive
{
    private readonly Dictionary<string, (string Type, long[] Shape, byte[] Bytes)> _entries;
    private readonly string _prefix;

    private Archive(Dictionary<string, (string, long[], byte[])> entries, string prefix, bool reads) => (_entries, _prefix, Reads) = (entries, prefix, reads);

    /// <summary>An empty archive that is written to.</summary>
    public Archive() : this([], "", reads: false)
    {
    }

    /// <summary>Whether what is handed over is read from the archive; otherwise it is written to it.</summary>
    public bool Reads { get; }

    /// <summary>Names of all arrays.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>The same archive, in which all names begin with a prefix and a dot.</summary>
    public Archive Within(string prefix) => new(_entries, $"{_prefix}{prefix}.", Reads);

    /// <summary>Writes numbers to the archive, or fills them from it.</summary>
    /// <exception cref="InvalidDataException">There are none of that name, or of another type or number.</exception>
    public void Exchange<T>(string name, Span<T> values) where T : unmanaged => Exchange(name, values, [values.Length]);

    /// <summary>Writes a parameter to the archive, or fills it from there.</summary>
    /// <exception cref="InvalidDataException">There is none of that name and shape.</exception>
    public void Exchange(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Exchange(parameter.Name, parameter.Values.AsSpan(), [.. parameter.Shape.Select(length => (long)length)]);
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
            foreach (var (name, (type, shape, bytes)) in _entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (var length in shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += bytes.Length);
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
            foreach (var (_, _, bytes) in _entries.Values)
                file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(own, path, overwrite: true);
    }

    /// <summary>An archive that is read from.</summary>
    /// <exception cref="InvalidDataException">The file is not in this format.</exception>
    public static Archive Load(string path)
    {
        using var file = File.OpenRead(path);
        var entries = new Dictionary<string, (string, long[], byte[])>();
        try
        {
            var length = new byte[8];
            file.ReadExactly(length);
            var header = new byte[Checked(BinaryPrimitives.ReadInt64LittleEndian(length), file.Length)];
            file.ReadExactly(header);
            var start = file.Position;
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(header));
            foreach (var entry in json.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
            {
                var offsets = entry.Value.GetProperty("data_offsets");
                var bytes = new byte[Checked(offsets[1].GetInt64() - offsets[0].GetInt64(), file.Length)];
                file.Position = start + offsets[0].GetInt64();
                file.ReadExactly(bytes);
                entries[entry.Name] = (entry.Value.GetProperty("dtype").GetString()!, [.. entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())], bytes);
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} is not a file of safetensors: {exception.Message}", exception);
        }

        return new(entries, "", reads: true);

        long Checked(long length, long whole) => length >= 0 && length <= whole ? length : throw new InvalidDataException($"{path} is not a file of safetensors: a length in it is {length}.");
    }

    private void Exchange<T>(string name, Span<T> values, long[] shape) where T : unmanaged
    {
        var type = TypeName<T>();
        if (!Reads)
        {
            if (!_entries.TryAdd(_prefix + name, (type, shape, MemoryMarshal.AsBytes(values).ToArray())))
                throw new ArgumentException($"There is a {_prefix}{name} in the archive already.", nameof(name));
            return;
        }

        if (!_entries.TryGetValue(_prefix + name, out var entry))
            throw new InvalidDataException($"The archive has no {_prefix}{name}.");
        if (entry.Type != type || !entry.Shape.SequenceEqual(shape) || entry.Bytes.Length != MemoryMarshal.AsBytes(values).Length)
            throw new InvalidDataException($"{_prefix}{name} of the archive is {entry.Type}[{string.Join(", ", entry.Shape)}]; {type}[{string.Join(", ", shape)}] is needed.");
        entry.Bytes.CopyTo(MemoryMarshal.AsBytes(values));
    }

    private static string TypeName<T>() =>
        typeof(T) == typeof(float) ? "F32" : typeof(T) == typeof(double) ? "F64" : typeof(T) == typeof(int) ? "I32" : typeof(T) == typeof(long) ? "I64"
        : typeof(T) == typeof(ulong) ? "U64" : typeof(T) == typeof(uint) ? "U32" : typeof(T) == typeof(ushort) ? "U16" : typeof(T) == typeof(byte) ? "U8"
        : throw new ArgumentException($"{typeof(T)} has no place in the format of safetensors.");
}
