using System.Text;
using System.Text.RegularExpressions;

namespace CoopGen.Cli;

/// <summary>LaTeX for a terminal: Greek letters and common signs as characters, fractions on one line. What it does not know stays as it is.</summary>
internal static partial class Tex
{
    private static readonly string[] _greek =
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"];

    private static readonly Dictionary<string, string> _signs = new()
    {
        ["cdot"] = "·",
        ["times"] = "×",
        ["sum"] = "Σ",
        ["prod"] = "Π",
        ["infty"] = "∞",
        ["pm"] = "±",
        ["bar"] = "mean ",
        ["ell"] = "ℓ",
        ["le"] = "≤",
        ["leq"] = "≤",
        ["ge"] = "≥",
        ["geq"] = "≥",
        ["ne"] = "≠",
        ["neq"] = "≠",
        ["to"] = "→",
        ["gets"] = "←",
        ["leftarrow"] = "←",
        ["in"] = "∈",
        ["land"] = "and",
        ["lor"] = "or",
        ["lnot"] = "not ",
        ["wedge"] = "and",
        ["vee"] = "or",
        ["sqrt"] = "√",
        ["quad"] = "  ",
        ["qquad"] = "    ",
        ["left"] = "",
        ["right"] = "",
        ["bigl"] = "",
        ["bigr"] = "",
        ["mathrm"] = "",
        ["text"] = "",
        ["operatorname"] = "",
        ["mathit"] = "",
        ["limits"] = "",
        ["varphi"] = "φ",
        ["varepsilon"] = "ε",
        ["mid"] = "|",
        ["lvert"] = "|",
        ["rvert"] = "|",
        ["overline"] = "mean ",
        ["displaystyle"] = "",
        ["dots"] = "…",
        ["ldots"] = "…",
        ["begin"] = "",
        ["end"] = "",
        ["cases"] = "",
        ["hat"] = "",
        ["mathbf"] = "",
        ["mathbb"] = "",
        ["partial"] = "∂",
        ["forall"] = "∀",
        ["exists"] = "∃",
        ["substack"] = "",
        ["tilde"] = "asked ",
        ["mathcal"] = "",
    };

    /// <summary>The formula as characters on one line.</summary>
    public static string Plain(string latex)
    {
        var text = latex.Replace(@"\begin{cases}", @"\{ ", StringComparison.Ordinal).Replace(@"\end{cases}", @" \}", StringComparison.Ordinal).Replace(@"\begin{pmatrix} ", "(", StringComparison.Ordinal).Replace(@" \end{pmatrix}", ")", StringComparison.Ordinal).Replace("operatorname*", "operatorname", StringComparison.Ordinal)
            .Replace(@" \\", ";", StringComparison.Ordinal).Replace(@"\\", "; ", StringComparison.Ordinal).Replace("&", " ", StringComparison.Ordinal)
            .Replace(@"\,", " ", StringComparison.Ordinal).Replace(@"\;", " ", StringComparison.Ordinal).Replace(@"\!", "", StringComparison.Ordinal)
            .Replace(@"\ ", " ", StringComparison.Ordinal).Replace("{cases}", "", StringComparison.Ordinal).Replace("{aligned}", "", StringComparison.Ordinal);
        for (var before = ""; before != text;)
        {
            before = text;
            text = Fraction().Replace(text, m => $"{Operand(m.Groups["top"].Value)}/{Operand(m.Groups["bottom"].Value)}");
        }

        text = Command().Replace(text, m => Character(m.Groups[1].Value));
        text = Subscript().Replace(text, m => "_" + m.Groups[1].Value.Replace(" ", "", StringComparison.Ordinal));
        text = text.Replace("^{+}", "⁺", StringComparison.Ordinal).Replace("^{-}", "⁻", StringComparison.Ordinal)
            .Replace(@"\{", "‹", StringComparison.Ordinal).Replace(@"\}", "›", StringComparison.Ordinal).Replace(@"\_", "_", StringComparison.Ordinal);
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
            plain.Append(c switch { '{' or '}' or '$' => "", '‹' => "{", '›' => "}", _ => c.ToString() });
        return Spaces().Replace(plain.ToString(), " ").Trim();
    }

    private static string Character(string name)
    {
        if (_signs.TryGetValue(name, out var sign))
            return sign;
        var letter = Array.IndexOf(_greek, name.ToLowerInvariant());
        return letter < 0 ? name : ((char)((char.IsUpper(name[0]) ? 'Α' : 'α') + letter)).ToString();
    }

    /// <summary>What stands above or below a line, in parentheses unless it is one symbol.</summary>
    private static string Operand(string latex) => latex.Contains(' ', StringComparison.Ordinal) || latex.Contains("frac", StringComparison.Ordinal) ? $"({latex})" : latex;

    [GeneratedRegex(@"_\{([^{}]*)\}")]
    private static partial Regex Subscript();

    /// <summary>A fraction whose parts may hold braces, as long as they balance.</summary>
    [GeneratedRegex(@"\\[dt]?frac\{(?<top>(?>[^{}]+|\{(?<open>)|\}(?<-open>))*(?(open)(?!)))\}\{(?<bottom>(?>[^{}]+|\{(?<open>)|\}(?<-open>))*(?(open)(?!)))\}")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"\\([A-Za-z]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
