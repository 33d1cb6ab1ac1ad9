using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CoopGen.Benchmarking;

namespace CoopGen.Benchmarks;

/// <summary>Files of measurements: with the processor, the date and the command.</summary>
public static class Results
{
    /// <summary>The folder of results of this machine.</summary>
    public static string Here(string root) => Path.Combine(root, "tests", "CoopGen.Benchmarks", "results", Folder(Processor()));

    public static void Write(string path, string command, IEnumerable<Measurement> rows, Action<Utf8JsonWriter, Measurement>? more = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("processor", Processor());
            json.WriteString("cores", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
            json.WriteString("vectors", System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? "AVX-512" : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? "AVX2" : "128 bits or none");
            json.WriteString("system", RuntimeInformation.OSDescription);
            json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
            json.WriteString("date", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("command", command);
            json.WriteStartArray("measurements");
            foreach (var row in rows)
            {
                json.WriteStartObject();
                MeasurementJson.Write(json, row);
                more?.Invoke(json, row);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        File.WriteAllText(path, Encoding.UTF8.GetString(memory.ToArray()) + "\n");
    }

    /// <summary>The name of the processor.</summary>
    public static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        if (File.Exists(Info) && File.ReadLines(Info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line)
            return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Folder(string processor)
    {
        var name = new StringBuilder();
        foreach (var c in processor.ToLowerInvariant())
            if (char.IsAsciiLetterOrDigit(c))
                name.Append(c);
            else if (name.Length > 0 && name[^1] != '-')
                name.Append('-');
        return name.ToString().Trim('-');
    }
}
