using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace CoopGen.Cli;

/// <summary>Writes the rows of a sweep to a file whose kind follows from its name. The same rows give the same bytes.</summary>
internal static class SweepFile
{
    /// <summary>Rows of a group of a Parquet file.</summary>
    private const int RowsPerGroup = 65_536;

    private static readonly string[] _kinds = [".parquet", ".csv", ".json"];

    /// <summary>Refuses a file that could not be written in the end.</summary>
    /// <exception cref="UsageException">The kind is unknown or the directory is not there.</exception>
    public static void Check(string file)
    {
        if (!_kinds.Contains(Path.GetExtension(file).ToLowerInvariant()))
            throw new UsageException($"--out is '{file}'; the name must end in one of {string.Join(", ", _kinds)}.");
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory && !Directory.Exists(directory))
            throw new UsageException($"--out is '{file}'; there is no directory {directory}.");
        if (Directory.Exists(file))
            throw new UsageException($"--out is '{file}', which is a directory; name a file.");
    }

    /// <summary>Writes a file that appears under its name when it is complete.</summary>
    /// <param name="file">The file.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="beforePlaced">Called when it is complete, before it gets its name.</param>
    public static void Write(string file, IReadOnlyList<Column> columns, IEnumerable<SweepRow> rows, Action beforePlaced)
    {
        var unfinished = file + ".writing";
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
        {
            switch (Path.GetExtension(file).ToLowerInvariant())
            {
                case ".parquet":
                    Parquet(stream, columns, rows).GetAwaiter().GetResult();
                    break;
                case ".csv":
                    Csv(stream, columns, rows);
                    break;
                default:
                    Json(stream, columns, rows);
                    break;
            }

            stream.Flush(flushToDisk: true);
        }

        beforePlaced();
        File.Move(unfinished, file, overwrite: true);
    }

    private static async Task Parquet(Stream stream, IReadOnlyList<Column> columns, IEnumerable<SweepRow> rows)
    {
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(columns.Select(c => c.Field)), stream);
        foreach (var some in rows.Chunk(RowsPerGroup))
        {
            using var group = writer.CreateRowGroup();
            foreach (var column in columns)
                await column.Write(group, some);
        }
    }

    /// <summary>Comma-separated values as RFC 4180 has them, with a line of names, UTF-8.</summary>
    private static void Csv(Stream stream, IReadOnlyList<Column> columns, IEnumerable<SweepRow> rows)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', columns.Select(c => Quoted(c.Name))));
        foreach (var row in rows)
            writer.WriteLine(string.Join(',', columns.Select(c => Quoted(c.Text(row)))));
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>An array of objects, one to a line.</summary>
    private static void Json(Stream stream, IReadOnlyList<Column> columns, IEnumerable<SweepRow> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var before = "[\n"u8.ToArray();
        foreach (var row in rows)
        {
            buffer.ResetWrittenCount();
            writer.Reset();
            writer.WriteStartObject();
            foreach (var column in columns)
                column.Write(writer, row);
            writer.WriteEndObject();
            writer.Flush();
            stream.Write(before);
            stream.Write(buffer.WrittenSpan);
            before = ",\n"u8.ToArray();
        }

        stream.Write("\n]\n"u8);
    }
}
