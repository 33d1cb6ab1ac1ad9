using System.Text;
using CoopGen.Generators.Model;

namespace CoopGen.Generators.Emit;

/// <summary>Names of members as LaTeX: Greek letters by name, words upright, digits as subscripts.</summary>
internal static class LatexNames
{
    private static readonly Dictionary<char, string> Greek = new()
    {
        ['α'] = @"\alpha",
        ['β'] = @"\beta",
        ['γ'] = @"\gamma",
        ['δ'] = @"\delta",
        ['ε'] = @"\varepsilon",
        ['ζ'] = @"\zeta",
        ['η'] = @"\eta",
        ['θ'] = @"\theta",
        ['ι'] = @"\iota",
        ['κ'] = @"\kappa",
        ['λ'] = @"\lambda",
        ['μ'] = @"\mu",
        ['ν'] = @"\nu",
        ['ξ'] = @"\xi",
        ['π'] = @"\pi",
        ['ρ'] = @"\rho",
        ['σ'] = @"\sigma",
        ['τ'] = @"\tau",
        ['υ'] = @"\upsilon",
        ['φ'] = @"\varphi",
        ['χ'] = @"\chi",
        ['ψ'] = @"\psi",
        ['ω'] = @"\omega",
        ['ℓ'] = @"\ell",
        ['Γ'] = @"\Gamma",
        ['Δ'] = @"\Delta",
        ['Θ'] = @"\Theta",
        ['Λ'] = @"\Lambda",
        ['Ξ'] = @"\Xi",
        ['Π'] = @"\Pi",
        ['Σ'] = @"\Sigma",
        ['Φ'] = @"\Phi",
        ['Ψ'] = @"\Psi",
        ['Ω'] = @"\Omega",
    };

    /// <summary>The symbol of a member: its own, or one made of its name.</summary>
    public static string Of(Chain chain, string name)
    {
        foreach (var type in chain.Classes)
            foreach (var member in type.Members)
                if (member.Name == name && member.Symbol.Length > 0)
                    return member.Symbol;
        return Of(name);
    }

    public static string Of(string name)
    {
        var text = new StringBuilder();
        var k = 0;
        while (k < name.Length && Greek.TryGetValue(name[k], out var letter) && (k == 0 || name[k - 1] == 'Δ'))
        {
            text.Append(text.Length > 0 ? " " : "").Append(letter);
            k++;
        }

        var rest = name.Substring(k);
        if (rest.Length == 0)
            return text.ToString();
        if (text.Length == 0 && rest.Length == 1)
            return Escape(rest);
        var digits = rest.Length;
        while (digits > 0 && char.IsDigit(rest[digits - 1]))
            digits--;
        var (word, number) = (rest.Substring(0, digits), rest.Substring(digits));
        if (text.Length > 0 && name[0] == 'Δ' && word.Length == 1)
            return $"{text} {Escape(word)}{(number.Length > 0 ? $"_{{{number}}}" : "")}";
        if (text.Length > 0)
            return $"{text}_{{{(word.Length > 0 ? $@"\mathrm{{{Escape(word)}}}" : "")}{number}}}";
        return (word.Length == 1 ? Escape(word) : $@"\mathrm{{{Escape(word)}}}") + (number.Length > 0 ? $"_{{{number}}}" : "");
    }

    /// <summary>A symbol with an index. One that has a subscript gets the index into it, because LaTeX refuses a second one.</summary>
    public static string Indexed(string symbol, string index, string prime = "")
    {
        // Where the last subscript outside of braces begins, and where it ends.
        var (depth, at, end) = (0, -1, -1);
        for (var k = 0; k < symbol.Length; k++)
        {
            depth += symbol[k] switch { '{' => 1, '}' => -1, _ => 0 };
            if (symbol[k] == '_' && depth == 0 && (k == 0 || symbol[k - 1] != '\\'))
                (at, end) = (k, -1);
            else if (at >= 0 && end < 0 && depth == 0)
                end = k;
        }

        if (end < 0)
            return $"{symbol}{prime}_{{{index}}}";
        if (end < symbol.Length - 1)
            return $"{{{symbol}}}{prime}_{{{index}}}";
        var subscript = symbol[end] == '}' ? symbol.Substring(at + 2, end - at - 2) : symbol.Substring(at + 1);
        return $"{symbol.Substring(0, at)}{prime}_{{{subscript},{index}}}";
    }

    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
            escaped.Append(c is '_' or '%' or '&' or '#' or '$' or '{' or '}' ? "\\" + c : Greek.TryGetValue(c, out var letter) ? letter + " " : c.ToString());
        return escaped.ToString();
    }
}
