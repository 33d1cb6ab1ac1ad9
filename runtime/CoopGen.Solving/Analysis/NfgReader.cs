using System.Globalization;
using System.Text;

namespace CoopGen.Solving;

/// <summary>Reads Gambit's <c>.nfg</c> format, version 1, with payoffs of every profile.</summary>
internal sealed class NfgReader(string text)
{
    private int _at;

    public NormalForm Read()
    {
        foreach (var word in new[] { "NFG", "1" })
            if (Word() is var found && found != word)
                throw Wrong($"'{found}' stands where '{word}' is expected");
        if (Word() is not ("R" or "D"))
            throw Wrong("R or D is expected behind the version");
        var title = Text();
        var players = Texts();
        var strategies = new List<IReadOnlyList<string>>();
        Expect('{');
        while (!Takes('}'))
        {
            if (Peek() == '{')
                strategies.Add(Texts());
            else
                strategies.Add([.. Enumerable.Range(1, Whole()).Select(k => k.ToString(CultureInfo.InvariantCulture))]);
        }

        if (strategies.Count != players.Count || players.Count == 0)
            throw Wrong($"there are strategies of {strategies.Count} players, and names of {players.Count}");
        if (Peek() == '"')
            Text();
        var count = strategies.Aggregate((double)players.Count, (product, s) => product * s.Count);
        if (count > NormalForm.MostPayoffs)
            throw Wrong($"the game has {count:G3} payoffs; at most {NormalForm.MostPayoffs} are read");
        var payoffs = new double[(int)count];
        for (var k = 0; k < payoffs.Length; k++)
            payoffs[k] = Number();
        if (Peek() != '\0')
            throw Wrong($"there is more behind the {payoffs.Length} payoffs");
        return new(title, players, strategies, payoffs);
    }

    private List<string> Texts()
    {
        var texts = new List<string>();
        Expect('{');
        while (!Takes('}'))
            texts.Add(Text());
        return texts;
    }

    private string Text()
    {
        Expect('"');
        var result = new StringBuilder();
        for (; _at < text.Length && text[_at] != '"'; _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length)
                _at++;
            result.Append(text[_at]);
        }

        Expect('"');
        return result.ToString();
    }

    private double Number()
    {
        var word = Word();
        // Whole numbers, decimals and fractions.
        var parts = word.Split('/');
        return parts.Length <= 2 && Array.TrueForAll(parts, p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v))
            ? double.Parse(parts[0], CultureInfo.InvariantCulture) / (parts.Length == 2 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 1)
            : throw Wrong(word.Length == 0 ? "it ends before all payoffs are given" : $"'{word}' is no number");
    }

    private int Whole() => Word() is var word && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= NormalForm.MostPayoffs ? value
        : throw Wrong($"'{word}' is no number of strategies");

    private string Word()
    {
        Peek();
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && text[_at] is not ('{' or '}' or '"'))
            _at++;
        return text[start.._at];
    }

    /// <summary>The next character that is no space; the zero character at the end.</summary>
    private char Peek()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        return _at < text.Length ? text[_at] : '\0';
    }

    private bool Takes(char sign)
    {
        if (Peek() != sign)
            return false;
        _at++;
        return true;
    }

    private void Expect(char sign)
    {
        if (!Takes(sign))
            throw Wrong($"'{sign}' is expected");
    }

    private FormatException Wrong(string what)
    {
        var (line, start) = (1 + text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n'), text.LastIndexOf('\n', Math.Max(0, Math.Min(_at, text.Length) - 1)));
        return new(string.Create(CultureInfo.InvariantCulture, $"Line {line}, column {_at - start}: {what}."));
    }
}
