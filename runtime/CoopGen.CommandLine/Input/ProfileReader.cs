using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CoopGen.Cli;

/// <summary>Reads profiles of actions: a JSON array of rows of n·d finite numbers, and nothing else.</summary>
internal static class ProfileReader
{
    /// <summary>Reads a file, or standard input if the file is <c>-</c>.</summary>
    /// <returns>At least one row; every row is a profile that the environment accepts.</returns>
    /// <exception cref="UsageException">It is anything else; the message says where and what is expected.</exception>
    public static List<double[]> Read(string file, TextReader input, GameEnvironment environment)
    {
        var source = file == "-" ? "standard input" : file;
        try
        {
            if (file.Length == 0)
                throw new UsageException("--actions is ''; name a file, or - for standard input.");
            if (Directory.Exists(file))
                throw new UsageException($"{source} is a directory; name a file, or - for standard input.");
            var bytes = file == "-" ? Encoding.UTF8.GetBytes(input.ReadToEnd()) : File.ReadAllBytes(file);
            return new Reading(source, bytes, environment).Rows();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"there is no file {source}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{source} can't be read: {exception.Message}");
        }
    }

    private sealed class Reading(string source, byte[] bytes, GameEnvironment environment)
    {
        private readonly string _expected = environment.ActionDimensions == 1
            ? $"a JSON array of rows of {environment.AgentCount} finite numbers (one per agent) is expected"
            : $"a JSON array of rows of {environment.ProfileLength} finite numbers ({environment.AgentCount} agents with {environment.ActionDimensions} each, agent by agent) is expected";

        private readonly int _start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;

        public List<double[]> Rows()
        {
            if (bytes.AsSpan(_start).Trim(" \t\r\n"u8).IsEmpty)
                throw Wrong(bytes.Length, "there is nothing in it");
            var rows = new List<double[]>();
            var reader = new Utf8JsonReader(bytes.AsSpan(_start));
            try
            {
                reader.Read();
                Demand(ref reader, JsonTokenType.StartArray, "it begins with");
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    rows.Add(Row(ref reader, rows.Count + 1));
                var end = (int)reader.TokenStartIndex;
                reader.Read();
                return rows.Count > 0 ? rows : throw Wrong(_start + end, "there is no row in it");
            }
            catch (JsonException exception)
            {
                throw Wrong(Offset(exception), "it is not JSON: " + Reason(exception));
            }
        }

        private double[] Row(ref Utf8JsonReader reader, int number)
        {
            var start = _start + (int)reader.TokenStartIndex;
            Demand(ref reader, JsonTokenType.StartArray, $"row {number} is");
            var row = new List<double>(environment.ProfileLength);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var entry = $"row {number}, entry {row.Count + 1} is";
                Demand(ref reader, JsonTokenType.Number, entry);
                var value = reader.GetDouble();
                if (!double.IsFinite(value))
                    throw Wrong(_start + (int)reader.TokenStartIndex, $"{entry} {Text(ref reader)}, which is too large for a number");
                row.Add(value);
            }

            if (row.Count != environment.ProfileLength)
                throw Wrong(start, $"row {number} has {row.Count} {(row.Count == 1 ? "entry" : "entries")}");
            try
            {
                environment.CheckProfile([.. row]);
            }
            catch (ArgumentException exception)
            {
                throw Wrong(start, $"row {number} is not a profile: {exception.Message.Split(" (Parameter")[0].TrimEnd('.')}");
            }

            return [.. row];
        }

        private void Demand(ref Utf8JsonReader reader, JsonTokenType type, string what)
        {
            if (reader.TokenType != type)
                throw Wrong(_start + (int)reader.TokenStartIndex, $"{what} {Name(ref reader)}");
        }

        private static string Name(ref Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "the number " + Text(ref reader),
            JsonTokenType.Null => "null",
            _ => Text(ref reader).ToLowerInvariant(),
        };

        private static string Text(ref Utf8JsonReader reader)
        {
            var text = Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
            return text.Length <= 40 ? text : text[..40] + "…";
        }

        /// <summary>The parser's reason without its advice to programmers and its way of giving positions.</summary>
        private static string Reason(JsonException exception)
        {
            var text = exception.Message;
            if (text.StartsWith("Expected depth to be zero", StringComparison.Ordinal))
                return "it ends before the array is closed";
            var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
            text = end < 0 ? text : text[..end];
            end = text.IndexOf(" Change the reader options", StringComparison.Ordinal);
            return (end < 0 ? text : text[..end]).TrimEnd('.', ' ');
        }

        private int Offset(JsonException exception)
        {
            var offset = _start;
            for (var line = exception.LineNumber ?? 0; line > 0; line--)
                offset = Array.IndexOf(bytes, (byte)'\n', offset) + 1;
            return Math.Min(bytes.Length, offset + (int)(exception.BytePositionInLine ?? 0));
        }

        private UsageException Wrong(int offset, string what)
        {
            var before = bytes.AsSpan(0, offset);
            var line = before.Count((byte)'\n') + 1;
            var lineStart = Math.Max(_start, before.LastIndexOf((byte)'\n') + 1);
            var column = Encoding.UTF8.GetCharCount(bytes, lineStart, Math.Max(0, offset - lineStart)) + 1;
            return new($"{source}, line {line}, column {column}: {what}; {_expected}.");
        }
    }
}
