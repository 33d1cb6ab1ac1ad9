using System.CommandLine;
using System.Globalization;
using System.Text;

namespace CoopGen.Cli;

/// <summary><c>docs</c>: the catalogue of all environments as files.</summary>
internal sealed class DocsCommand : Command, IExamples
{
    private const string MarkdownMark = "<!-- Written by coopgen docs from the specs; edits are lost. -->\n";
    private const string LatexMark = "% Written by coopgen docs from the specs; edits are lost.\n";

    public DocsCommand(Session session) : base("docs", "Writes the catalogue of all environments as Markdown and LaTeX.")
    {
        var directory = new Argument<string>("dir") { Description = "Where to write; made if it is not there." };
        Add(directory);
        SetAction(result =>
        {
            var target = result.GetRequiredValue(directory);
            if (File.Exists(target))
                throw new UsageException($"{target} is a file; name a directory.");
            var files = Files(session.Environments);
            foreach (var (name, _) in files)
                if (Path.Combine(target, name) is var path && Path.Exists(path) && !IsOurs(path))
                    throw new UsageException($"{path} was not written by this command and is left alone; remove it or name another directory.");
            Directory.CreateDirectory(target);
            foreach (var (name, text) in files)
                File.WriteAllText(Path.Combine(target, name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            session.Say($"Wrote {files.Count} files to {target}: begin with {Path.Combine(target, "README.md")} or {Path.Combine(target, "catalogue.tex")}.");
            return ExitCode.Ok;
        });
    }

    public IReadOnlyList<(string Arguments, string Meaning)> Examples { get; } =
    [
        ("docs catalogue", "writes README.md, catalogue.tex and two pages per environment into the directory"),
    ];

    public string Notes => "Files that this command wrote before are written again; others are never touched. catalogue.tex is for LuaLaTeX or XeLaTeX.";

    private static List<(string Name, string Text)> Files(IReadOnlyList<EnvironmentInfo> environments)
    {
        var index = new StringBuilder(MarkdownMark + "# Environments\n\n| id | class | agents | horizon | about |\n|---|---|---|---|---|\n");
        var document = new StringBuilder(LatexMark +
            """
            \documentclass{article}
            \usepackage{amsmath,amssymb,booktabs,longtable,array}
            \usepackage{fontspec,unicode-math}
            \usepackage[hidelinks]{hyperref}
            \title{Environments}
            \date{}
            \begin{document}
            \maketitle
            \tableofcontents

            """.ReplaceLineEndings("\n"));
        var files = new List<(string, string)>();
        foreach (var info in environments)
        {
            index.Append(CultureInfo.InvariantCulture, $"| [{info.Id}]({info.Id}.md) | {info.Class} | {info.Agents} | {info.Horizon} | {info.Summary.Replace("|", @"\|", StringComparison.Ordinal)} |\n");
            document.Append(CultureInfo.InvariantCulture, $"\\clearpage\n\\input{{{info.Id}.tex}}\n");
            files.Add((info.Id + ".md", MarkdownMark + Page.Markdown(info)));
            files.Add((info.Id + ".tex", LatexMark + Page.Latex(info)));
        }

        files.Add(("README.md", index.ToString()));
        files.Add(("catalogue.tex", document.Append("\\end{document}\n").ToString()));
        return files;
    }

    private static bool IsOurs(string path)
    {
        if (!File.Exists(path))
            return false;
        using var reader = new StreamReader(path);
        var first = reader.ReadLine() + "\n";
        return first is MarkdownMark or LatexMark;
    }
}
