using System.CommandLine;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace CoopGen.Cli;

/// <summary><c>new</c>: a project to start an environment of one's own from.</summary>
internal sealed partial class NewCommand : Command, IExamples
{
    private const string Keywords =
        " abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while var record file required scoped ";

    /// <summary>Names that the new project uses for something else.</summary>
    private static readonly string[] _taken = ["Games", "CoopGen", "System", "Microsoft", "Program", "Xunit", "EnvironmentRegistry"];

    public NewCommand(Session session) : base("new", "Writes a compiling project, with a spec and its test, to start an environment of one's own from.")
    {
        var name = new Argument<string>("Name") { Description = "Name of the environment: a C# class name, such as PatentPool." };
        var output = new Option<string?>("--output") { Description = "Directory to write into (default: one with the name).", HelpName = "dir" };
        var source = new Option<string?>("--source") { Description = "Local folder that holds the CoopGen packages, where they are not on the usual feed.", HelpName = "dir" };
        Add(name);
        Add(output);
        Add(source);
        SetAction(result =>
        {
            var chosen = Checked(result.GetRequiredValue(name));
            var target = result.GetValue(output) ?? chosen;
            if (File.Exists(target))
                throw new UsageException($"{target} is a file; give another --output.");
            if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
                throw new UsageException($"the directory {target} is not empty; give another --output or an empty directory.");
            var packages = result.GetValue(source);
            if (packages is not null && !Directory.Exists(packages))
                throw new UsageException($"--source is '{packages}'; it must be a folder that holds the CoopGen packages.");
            Write(target, chosen, packages is null ? null : Path.GetFullPath(packages));
            session.Say($"""
                Wrote {chosen} to {target}. Next:

                  cd {target}
                  dotnet run --project {chosen} -- run {chosen}-v0   # plays an episode
                  dotnet test                                   # checks it against numbers computed by hand
                  dotnet run --project {chosen} -- show {chosen}-v0  # shows the formulas
                  dotnet publish {chosen}.Native -o native       # makes a library for Python of it: coopgen.load("native/{chosen}.Native.so")

                The game is {Path.Combine(chosen, chosen + ".cs")}: change a formula, then the numbers in the test.
                """.ReplaceLineEndings());
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("new PatentPool", "writes PatentPool/ with the spec, a program and a test project"),
        ("new PatentPool --source ../coopgen/artifacts", "takes the CoopGen packages from a local folder"),
    ];

    private static string Checked(string name)
    {
        if (!Identifier().IsMatch(name))
            throw new UsageException($"the name is '{name}'; it must be a C# class name: a letter, then letters, digits and underscores, such as PatentPool.");
        if (Keywords.Contains($" {name} ", StringComparison.Ordinal))
            throw new UsageException($"the name is '{name}', which is a word of C# itself; take another, such as {char.ToUpperInvariant(name[0])}{name[1..]}Game.");
        var types = AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => !a.IsDynamic && a.GetName().Name is { } assembly && assembly.StartsWith("CoopGen", StringComparison.Ordinal))
            .SelectMany(a => a.GetExportedTypes()).Select(t => t.Name);
        if (_taken.Contains(name) || types.Contains(name))
            throw new UsageException($"the name is '{name}', which CoopGen or the new project uses for something else; take another, such as {name}Game.");
        return name;
    }

    private static void Write(string target, string name, string? source)
    {
        var (tests, native) = (name + ".Tests", name + ".Native");
        List<(string File, string Template)> files =
        [
            (name + ".slnx", "Solution.slnx"),
            (".gitignore", "gitignore"),
            (Path.Combine(name, name + ".csproj"), "Project.csproj"),
            (Path.Combine(name, name + ".cs"), "Spec.cs"),
            (Path.Combine(name, "Program.cs"), "Program.cs"),
            (Path.Combine(native, native + ".csproj"), "Native.csproj"),
            (Path.Combine(native, "Library.cs"), "Library.cs"),
            (Path.Combine(tests, tests + ".csproj"), "Tests.csproj"),
            (Path.Combine(tests, name + "Tests.cs"), "Tests.cs"),
        ];
        if (source is not null)
            files.Add(("nuget.config", "nuget.config"));
        foreach (var (file, template) in files)
        {
            var path = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var text = Templates.Fill("project/" + template, ("Name", name), ("Version", CommandLine.Version), ("Source", SecurityElement.Escape(source) ?? ""));
            File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
    }

    [GeneratedRegex(@"^[\p{L}][\p{L}\p{Nd}_]*\z")]
    private static partial Regex Identifier();
}
