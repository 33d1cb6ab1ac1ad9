using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CoopGen.Interop;

namespace CoopGen.Native.Tests;

/// <summary>The C header, written from the exported methods and their documentation comments.</summary>
internal static partial class Header
{
    private static readonly Type[] _classes = [typeof(LibraryExports), typeof(EnvironmentExports), typeof(SolvingExports), typeof(BatchExports)];

    /// <summary>The functions that the assembly exports.</summary>
    public static IEnumerable<(string Name, MethodInfo Method)> Functions =>
        from type in _classes
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static).OrderBy(m => m.MetadataToken)
        let export = method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()
        where export is not null
        select (export.EntryPoint!, method);

    public static string Text()
    {
        var comments = XDocument.Load(Path.ChangeExtension(typeof(LibraryExports).Assembly.Location, ".xml")).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
        var text = new StringBuilder();
        text.Append("/* CoopGen's native library. Written by tests/CoopGen.Native.Tests from the exported functions. */\n#ifndef COOPGEN_H\n#define COOPGEN_H\n\n#include <stdint.h>\n\n");
        text.Append($"#define COOPGEN_VERSION {LibraryExports.Version}\n\n");
        foreach (var status in typeof(Status).GetFields(BindingFlags.Public | BindingFlags.Static))
            text.Append($"/* {Words(comments[$"F:{typeof(Status).FullName}.{status.Name}"].Element("summary")!)} */\n#define COOPGEN_{status.Name.ToUpperInvariant()} {status.GetRawConstantValue()}\n");
        text.Append("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
        foreach (var type in _classes)
        {
            text.Append($"\n{Comment(Words(comments["T:" + type.FullName].Element("summary")!))}");
            foreach (var (name, method) in Functions.Where(f => f.Method.DeclaringType == type))
                Function(text, name, method, comments);
        }

        return text.Append("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n").ToString();
    }

    private static void Function(StringBuilder text, string name, MethodInfo method, Dictionary<string, XElement> comments)
    {
        var parameters = method.GetParameters();
        var key = $"M:{method.DeclaringType!.FullName}.{method.Name}" + (parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(p => p.ParameterType.FullName))})");
        var said = comments[key];
        var lines = new List<string> { Words(said.Element("summary")!) };
        var declared = new List<string>();
        foreach (var parameter in parameters)
        {
            var meaning = Words(said.Elements("param").Single(p => p.Attribute("name")!.Value == parameter.Name));
            lines.Add($"{parameter.Name}: {meaning}");
            declared.Add(Declaration(parameter, received: meaning.Contains("eceives", StringComparison.Ordinal)));
        }

        if (said.Element("returns") is { } returns)
            lines.Add($"Returns: {Words(returns)}");
        text.Append($"\n{Comment(string.Join('\n', lines))}{C(method.ReturnType)} {name}({(declared.Count == 0 ? "void" : string.Join(", ", declared))});\n");
    }

    private static string Declaration(System.Reflection.ParameterInfo parameter, bool received)
    {
        var type = parameter.ParameterType;
        if (!type.IsPointer)
            return $"{C(type)} {parameter.Name}";
        var isText = type == typeof(byte*) && parameter.Name is ("id" or "parameters" or "config" or "request" or "policies" or "text");
        return $"{(received ? "" : "const ")}{(isText ? "char" : C(type.GetElementType()!))} *{parameter.Name}";
    }

    private static string C(Type type) =>
        type == typeof(int) ? "int32_t" : type == typeof(long) ? "int64_t" : type == typeof(ulong) ? "uint64_t"
        : type == typeof(byte) ? "uint8_t" : type == typeof(double) ? "double" : type == typeof(float) ? "float"
        : throw new InvalidOperationException($"{type} is no type of the interface.");

    private static string Words(XElement element) => Spaces().Replace(element.Value, " ").Trim();

    private static string Comment(string text)
    {
        var lines = text.Split('\n').SelectMany(line => Wrapped(line, 110)).ToArray();
        return lines.Length == 1 ? $"/* {lines[0]} */\n" : $"/* {string.Join("\n * ", lines)} */\n";
    }

    private static IEnumerable<string> Wrapped(string line, int width)
    {
        while (line.Length > width)
        {
            var at = line.LastIndexOf(' ', width);
            yield return line[..at];
            line = "  " + line[(at + 1)..];
        }

        yield return line;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
