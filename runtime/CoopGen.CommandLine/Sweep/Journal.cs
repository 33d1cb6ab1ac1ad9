using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CoopGen.Cli;

/// <summary>
/// What is done of a sweep, beside the file it will be: a line that says what the file is, then records of a length, a checksum and bytes. The
/// first record holds the arguments, every other a chunk. A process may die at any byte: a record that is not whole is dropped.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int Lead = sizeof(int) + ChecksumLength, ChecksumLength = 8;

    private static readonly byte[] _mark = Encoding.ASCII.GetBytes("coopgen sweep 1\n");

    private readonly FileStream _file;
    private readonly Func<int, int> _lengthOf;
    private readonly long _start;

    private Journal(FileStream file, Func<int, int> lengthOf, long start) => (_file, _lengthOf, _start) = (file, lengthOf, start);

    /// <summary>Number of chunks in the journal.</summary>
    public int Chunks { get; private set; }

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">All that the chunks follow from.</param>
    /// <param name="lengthOf">The length of each chunk in bytes; 0 beyond the last.</param>
    /// <exception cref="UsageException">The file cannot be written, is something else, or belongs to other arguments.</exception>
    public static Journal Open(string path, IReadOnlyList<(string Name, string Value)> identity, Func<int, int> lengthOf)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            byte[] head = [.. _mark, .. Record(JsonSerializer.SerializeToUtf8Bytes(identity.Select(i => new[] { i.Name, i.Value })))];
            if (!Begins(file, head))
                Compare(path, file, identity);
            var journal = new Journal(file, lengthOf, head.Length);
            journal.Check();
            return journal;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or UsageException)
        {
            file?.Dispose();
            throw exception as UsageException ?? new UsageException($"{path} can't be written: {exception.Message}");
        }
    }

    /// <summary>Adds a chunk; when this returns it outlives the process.</summary>
    public void Append(ReadOnlySpan<byte> chunk)
    {
        _file.Seek(0, SeekOrigin.End);
        _file.Write(Record(chunk));
        _file.Flush();
        Chunks++;
    }

    /// <summary>Reads all chunks in order.</summary>
    public IEnumerable<byte[]> Read()
    {
        var at = _start;
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            var bytes = Next(_file, at) ?? throw new FailedException($"{_file.Name} has changed while it was read.");
            at += Lead + bytes.Length;
            yield return bytes;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Whether the file has this beginning; a file that stops within it was cut short there and is begun again.</summary>
    private static bool Begins(FileStream file, byte[] head)
    {
        var found = new byte[Math.Min(head.Length, file.Length)];
        file.ReadExactly(found);
        if (!head.AsSpan().StartsWith(found))
            return false;
        if (found.Length < head.Length)
        {
            file.SetLength(0);
            file.Write(head);
            file.Flush();
        }

        return true;
    }

    /// <summary>Says in what a journal that begins otherwise differs.</summary>
    private static void Compare(string path, FileStream file, IReadOnlyList<(string Name, string Value)> identity)
    {
        file.Position = 0;
        var mark = new byte[Math.Min(_mark.Length, file.Length)];
        file.ReadExactly(mark);
        if (!_mark.AsSpan().SequenceEqual(mark))
            throw new UsageException($"{path} is not the journal of a sweep; move it away, or begin anew over it with --fresh.");
        var theirs = Next(file, _mark.Length) is { } bytes ? JsonSerializer.Deserialize<string[][]>(bytes)!.ToDictionary(i => i[0], i => i[1]) : [];
        var ours = identity.ToDictionary(i => i.Name, i => i.Value);
        var different = ours.Keys.Union(theirs.Keys).First(name => theirs.GetValueOrDefault(name) != ours.GetValueOrDefault(name));
        throw new UsageException($"{path} holds part of a sweep with other arguments: {different} is {Short(theirs.GetValueOrDefault(different))} there and {Short(ours.GetValueOrDefault(different))} here. Finish that one with its own arguments, or begin anew with --fresh.");
    }

    private static string Short(string? text) => text is null ? "not given" : text.Length <= 60 ? $"'{text}'" : $"'{text[..59]}…'";

    /// <summary>Counts the whole chunks and cuts off what follows them.</summary>
    private void Check()
    {
        var at = _start;
        while (_lengthOf(Chunks) is > 0 and var length && Next(_file, at) is { } chunk && chunk.Length == length)
        {
            at += Lead + chunk.Length;
            Chunks++;
        }

        _file.SetLength(at);
    }

    private static byte[] Record(ReadOnlySpan<byte> bytes)
    {
        var record = new byte[Lead + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, bytes.Length);
        Checksum(bytes).CopyTo(record, sizeof(int));
        bytes.CopyTo(record.AsSpan(Lead));
        return record;
    }

    /// <summary>The bytes of the record at a position; null if it is not whole.</summary>
    private static byte[]? Next(FileStream file, long at)
    {
        var lead = new byte[Lead];
        if (at + Lead > file.Length)
            return null;
        file.Position = at;
        file.ReadExactly(lead);
        var length = BinaryPrimitives.ReadInt32LittleEndian(lead);
        if (length <= 0 || length > file.Length - at - Lead)
            return null;
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return Checksum(bytes).AsSpan().SequenceEqual(lead.AsSpan(sizeof(int))) ? bytes : null;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..ChecksumLength];
}
