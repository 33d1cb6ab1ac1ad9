using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CoopGen.Benchmarking;

namespace CoopGen.Benchmarks;

/// <summary>What the just-in-time compiler makes of every environment's step: instructions by kind, as a table.</summary>
public static partial class Disassembly
{
    private static readonly string[] Kinds = ["multiply, add", "divide, root", "least, greatest", "conditions", "whole numbers", "moves", "rows", "loads", "stores", "spills", "calls", "branches", "addresses"];

    /// <summary>Lets a child process play all environments while the compiler prints what it makes of the steps, and writes the table.</summary>
    public static void Write(string root, string command)
    {
        var listing = Path.GetTempFileName();
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["play"]);
        start.Environment["DOTNET_JitDisasm"] = "*Batch*:Play *Batch*:PlayPairs";
        start.Environment["DOTNET_JitStdOutFile"] = listing;
        using (var child = Process.Start(start)!)
            child.WaitForExit();
        var kernels = Kernels(File.ReadAllLines(listing)).ToLookup(k => k.Environment, k => k);
        File.Delete(listing);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Instructions of the step of a pair of blocks (where there is one; else of a block) as compiled for {Results.Processor()}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}: `{command}`. ")
            .Append("A loop over agents is counted once, and so is what belongs to reward modes that are not played. *Spills* are stores to the stack and loads from it; *calls* of the library are inlined.\n\n")
            .Append("| environment | kernel | all | ").AppendJoin(" | ", Kinds).Append(" | library calls |\n|---|---|--:|").Append(string.Concat(Kinds.Select(_ => "--:|"))).Append("---|\n");
        foreach (var info in EnvironmentRegistry.All)
        {
            using var batch = EnvironmentBatch.Create(info.Create(null), 8);
            var made = batch.GetType();
            var own = kernels[made.FullName!].OrderBy(k => k.Method == "PlayPairs" ? 0 : 1).FirstOrDefault();
            if (own.Counts is null)
                throw new InvalidOperationException($"The step of {info.Id} was not printed; the runtime knows no DOTNET_JitDisasm.");
            text.Append(CultureInfo.InvariantCulture, $"| {info.Id} | {made.Name}.{own.Method} | {own.Counts.Sum()} | ").AppendJoin(" | ", own.Counts)
                .Append(" | ").AppendJoin(", ", batch.Work.Calls.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.Function}"))).Append(" |\n");
        }

        File.WriteAllText(Path.Combine(Results.Here(root), "disassembly.md"), text.ToString());
    }

    /// <summary>What the child does: a few steps of all environments.</summary>
    public static void Play()
    {
        foreach (var info in EnvironmentRegistry.All)
        {
            using var play = new BatchPlay(info.Create(null), 64);
            for (var step = 0; step < 3; step++)
                play.Step(Rows.All);
        }
    }

    private static IEnumerable<(string Environment, string Method, int[] Counts)> Kernels(IEnumerable<string> lines)
    {
        (string Environment, string Method, int[] Counts)? kernel = null;
        foreach (var line in lines)
        {
            if (Header().Match(line) is { Success: true } header)
            {
                if (kernel is { } done)
                    yield return done;
                kernel = (header.Groups[1].Value, header.Groups[2].Value, new int[Kinds.Length]);
            }
            else if (kernel is { } open && Instruction().Match(line) is { Success: true } instruction && Kind(instruction.Groups[1].Value, instruction.Groups[2].Value) is { } kind)
            {
                open.Counts[Array.IndexOf(Kinds, kind)]++;
            }
        }

        if (kernel is { } last)
            yield return last;
    }

    private static string? Kind(string name, string operands)
    {
        var memory = operands.IndexOf('[', StringComparison.Ordinal);
        var onStack = memory >= 0 && (operands.Contains("[rbp", StringComparison.Ordinal) || operands.Contains("[rsp", StringComparison.Ordinal));
        var isVector = name[0] == 'v';
        if (name is "align" or "nop" or "vzeroupper" or "int3")
            return null;
        if (name is "call")
            return "calls";
        if (name[0] == 'j')
            return "branches";
        if (onStack)
            return "spills";
        if (!isVector)
            return "addresses";
        if (name.StartsWith("vmov", StringComparison.Ordinal) && !name.StartsWith("vmovmsk", StringComparison.Ordinal) || name.StartsWith("vbroadcast", StringComparison.Ordinal))
            return memory < 0 ? "moves" : memory < operands.IndexOf(',', StringComparison.Ordinal) ? "stores" : "loads";
        if (Rowwise().IsMatch(name))
            return memory >= 0 && memory < operands.IndexOf(',', StringComparison.Ordinal) ? "stores" : "rows";
        if (name.StartsWith("vdiv", StringComparison.Ordinal) || name.StartsWith("vsqrt", StringComparison.Ordinal))
            return "divide, root";
        if (name.StartsWith("vmin", StringComparison.Ordinal) || name.StartsWith("vmax", StringComparison.Ordinal))
            return "least, greatest";
        if (name.StartsWith("vfm", StringComparison.Ordinal) || name.StartsWith("vfnm", StringComparison.Ordinal) || name is "vmulps" or "vaddps" or "vsubps" or "vmulpd" or "vaddpd" or "vsubpd")
            return "multiply, add";
        return Conditional().IsMatch(name) ? "conditions" : "whole numbers";
    }

    [GeneratedRegex(@"^; Assembly listing for method ([\w.+]+):(Play|PlayPairs)\(")]
    private static partial Regex Header();

    [GeneratedRegex(@"^       (\w+) *(.*)$")]
    private static partial Regex Instruction();

    [GeneratedRegex("^v(unpck|shuf|perm|insert|extract)")]
    private static partial Regex Rowwise();

    [GeneratedRegex("^v(cmp|blend|pblend|and|or|xor|ptern|pcmp|pand|por|pxor|ptest|kor|movmsk|pmovm|pmovd2m)|^vmovmsk")]
    private static partial Regex Conditional();
}
