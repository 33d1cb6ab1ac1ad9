using System.Globalization;
using System.Text;

namespace CoopGen.Cli;

/// <summary>
/// The documentation page of an environment. The compiler writes it into the manifest; for a manifest without one, such as that of
/// a spec run as plain C#, a page of what the manifest holds is made here.
/// </summary>
internal static class Page
{
    /// <summary>The page as Markdown.</summary>
    public static string Markdown(EnvironmentInfo info)
    {
        if (info.Markdown.Length > 0)
            return Ended(info.Markdown);
        var page = new StringBuilder($"# {info.Id}\n\n");
        if (info.Summary.Length > 0)
            page.Append(info.Summary).Append("\n\n");
        page.Append(Facts(info)).Append("\n\n## Parameters\n\n| name | default | allowed | symbol | meaning |\n|---|---|---|---|---|\n");
        foreach (var p in info.Parameters)
            page.Append(CultureInfo.InvariantCulture, $"| `{p.Name}` | {p.Format(p.Default)}{Unit(p)} | {p.Allowed} | {(p.Symbol.Length > 0 ? $"${p.Symbol}$" : "")} | {p.Summary.Replace("|", @"\|", StringComparison.Ordinal)} |\n");
        page.Append(CultureInfo.InvariantCulture, $"\n## Spaces\n\n- Action: {string.Join(", ", info.Actions.Select(a => $"`{a.Name}`"))}\n- Joint observation: {string.Join(", ", info.ObservationParts.Select(o => $"`{o}`"))}\n");
        if (info.Formulas.Count > 0)
            page.Append("\n## Formulas\n");
        foreach (var f in info.Formulas)
            page.Append(CultureInfo.InvariantCulture, $"\n**{f.Name}** ({Source(f)}). {f.Summary}\n\n$${f.Latex}$$\n\n$${f.LatexWithNumbers}$$\n");
        return page.ToString();
    }

    /// <summary>The page as the body of a LaTeX document.</summary>
    public static string Latex(EnvironmentInfo info)
    {
        if (info.Latex.Length > 0)
            return Ended(info.Latex);
        var page = new StringBuilder($"\\section{{{Escape(info.Id)}}}\n\n");
        if (info.Summary.Length > 0)
            page.Append(Escape(info.Summary)).Append("\n\n");
        page.Append(Escape(Facts(info))).Append("\n\n\\subsection{Parameters}\n\n\\begin{description}\n");
        foreach (var p in info.Parameters)
            page.Append(CultureInfo.InvariantCulture, $"\\item[\\texttt{{{Escape(p.Name)}}}]{(p.Symbol.Length > 0 ? $" ${p.Symbol}$:" : "")} {Escape(p.Format(p.Default) + Unit(p))} ({Escape(p.Allowed)}). {Escape(p.Summary)}\n");
        page.Append("\\end{description}\n");
        if (info.Formulas.Count > 0)
            page.Append("\n\\subsection{Formulas}\n");
        foreach (var f in info.Formulas)
            page.Append(CultureInfo.InvariantCulture, $"\n{Escape($"{f.Name} ({Source(f)}). {f.Summary}")}\n\\[{f.Latex}\\]\n\\[{f.LatexWithNumbers}\\]\n");
        return page.ToString();
    }

    /// <summary>Class, agents, horizon and source in a sentence.</summary>
    public static string Facts(EnvironmentInfo info)
    {
        var names = info.AgentNames.Count > 0 ? $" ({string.Join(", ", info.AgentNames)})" : "";
        var report = info.Report.Length > 0 ? $" Published as {info.Report}." : "";
        var family = info.Class.Length > 0 ? $"{info.Class}, " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{family}{info.Agents} agents{names}, {info.Horizon} steps.{report}");
    }

    /// <summary>Where a formula comes from.</summary>
    public static string Source(FormulaInfo formula) => formula.Equation.StartsWith(formula.Owner, StringComparison.Ordinal) ? formula.Equation : formula.Equation.Length > 0 ? $"{formula.Owner}, {formula.Equation}" : formula.Owner;

    /// <summary>Text in which LaTeX's special characters stand for themselves.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append(c switch
            {
                '\\' => @"\textbackslash{}",
                '~' => @"\textasciitilde{}",
                '^' => @"\textasciicircum{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => @"\" + c,
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }

    private static string Unit(ParameterInfo parameter) => parameter.Unit.Length > 0 ? " " + parameter.Unit : "";

    private static string Ended(string page) => page.TrimEnd('\n') + "\n";
}
