using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CoopGen.Cli;

/// <summary>
/// What is done of a sweep, beside the file it will be: a line that says what the file is, then records of a length, a checksum and bytes. The
/// first record holds the arguments, every other a chunk, and one behind the last chunk says that the file is being put in place. A process may die at any byte: a record that is not whole is dropped.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int Lead = sizeof(int) + ChecksumLength, ChecksumLength = 8;

    private static readonly byte[] _mark = Encoding.ASCII.GetBytes("coopgen sweep 1\n"), _finishing = Encoding.ASCII.GetBytes("finishing");

    private readonly FileStream _file;
    private readonly Func<int, int> _lengthOf;
    private readonly long _start;

    private Journal(FileStream file, Func<int, int> lengthOf, long start) => (_file, _lengthOf, _start) = (file, lengthOf, start);

    /// <summary>Number of chunks in the journal.</summary>
    public int Chunks { get; private set; }

    /// <summary>Whether the file of all chunks may be in place already, because the process was about to put it there.</summary>
    public bool Finishing { get; private set; }

    /// <summary>Opens a journal, or begins one. As long as it is open, nobody else can open it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">All that the chunks follow from.</param>
    /// <param name="lengthOf">The length of each chunk in bytes; 0 beyond the last.</param>
    /// <param name="fresh">Whether what the file holds, if anything, is dropped.</param>
    /// <exception cref="UsageException">The file cannot be written, is open elsewhere or something else, or belongs to other arguments.</exception>
    public static Journal Open(string path, IReadOnlyList<(string Name, string Value)> identity, Func<int, int> lengthOf, bool fresh = false)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (fresh)
                file.SetLength(0);
            byte[] head = [.. _mark, .. Record(JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, string>(identity.ToDictionary(i => i.Name, i => i.Value), StringComparer.Ordinal)))];
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

    /// <summary>Says, before the file of all chunks is put in place, that it is; when this returns it outlives the machine.</summary>
    public void Finish()
    {
        if (Finishing)
            return;
        _file.Seek(0, SeekOrigin.End);
        _file.Write(Record(_finishing));
        _file.Flush(flushToDisk: true);
        Finishing = true;
    }

    /// <summary>Closes the journal and deletes it.</summary>
    public void Delete()
    {
        // While it is held, it is nobody else's. Windows deletes no open file; who has opened it in between there keeps it.
        var path = _file.Name;
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        Dispose();
        if (!OperatingSystem.IsWindows())
            return;
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
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
        var theirs = Arguments(Next(file, _mark.Length));
        var ours = identity.ToDictionary(i => i.Name, i => i.Value);
        if (theirs is null || ours.Keys.Union(theirs.Keys).FirstOrDefault(name => theirs.GetValueOrDefault(name) != ours.GetValueOrDefault(name)) is not { } different)
            throw new UsageException($"{path} is damaged where it says which sweep it belongs to; begin anew over it with --fresh.");
        throw new UsageException($"{path} holds part of a sweep with other arguments: {different} is {Short(theirs.GetValueOrDefault(different))} there and {Short(ours.GetValueOrDefault(different))} here. Finish that one with its own arguments, or begin anew with --fresh.");
    }

    /// <summary>The arguments in a record; null if there are none.</summary>
    private static Dictionary<string, string>? Arguments(byte[]? record)
    {
        try
        {
            return record is null ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(record);
        }
        catch (JsonException)
        {
            return null;
        }
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

        Finishing = Chunks > 0 && _lengthOf(Chunks) == 0 && Next(_file, at).AsSpan().SequenceEqual(_finishing);
        _file.SetLength(Finishing ? at + Lead + _finishing.Length : at);
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
