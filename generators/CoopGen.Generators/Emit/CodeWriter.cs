using System.Globalization;
using System.Text;

namespace CoopGen.Generators.Emit;

/// <summary>Writes indented C#, line by line.</summary>
internal sealed class CodeWriter
{
    private const int Width = 150;

    private readonly StringBuilder _text = new();
    private int _indent;
    private bool _afterBlock;
    private bool _fresh = true;

    public void Line(string line)
    {
        if (_afterBlock && line is not ("}" or "};") && !line.StartsWith("else", StringComparison.Ordinal))
            _text.Append('\n');
        _afterBlock = false;
        _fresh = false;
        while (line.Length + 4 * _indent > Width && BreakAt(line, Width - 4 * _indent) is { } at)
        {
            _text.Append(' ', 4 * _indent).Append(line, 0, at).Append('\n');
            // What is left stands one step further in than the statement began.
            line = (line.StartsWith("    ", StringComparison.Ordinal) ? "    " : "") + "    " + line.Substring(at + 1);
        }

        _text.Append(' ', 4 * _indent).Append(line).Append('\n');
    }

    /// <summary>A line that is copied as it is.</summary>
    public void Verbatim(string line) => _text.Append(line.Length == 0 ? "" : new string(' ', 4 * _indent)).Append(line).Append('\n');

    /// <summary>The best place to break a line: a space outside texts, before an operator or after a comma, as little nested and as far right as can be.</summary>
    private static int? BreakAt(string line, int limit)
    {
        if (line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            return null;
        var (best, bestDepth, depth, inText) = ((int?)null, int.MaxValue, 0, false);
        for (var k = 0; k < line.Length && k <= limit; k++)
        {
            var c = line[k];
            if (c == '"' && (k == 0 || line[k - 1] != '\\'))
                inText = !inText;
            if (inText)
                continue;
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            if (c != ' ' || k < limit / 3 || k + 2 >= line.Length)
                continue;
            var fits = line[k - 1] == ',' || "+-*/?:&|".IndexOf(line[k + 1]) >= 0 && (line[k + 2] == ' ' || line[k + 2] == line[k + 1]);
            if (fits && depth <= bestDepth)
                (best, bestDepth) = (k, depth);
        }

        return best;
    }

    /// <summary>A line of comment; long text is cut into lines of at most 120 characters.</summary>
    public void Comment(string text, string prefix = "// ")
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length + 4 * _indent > 118)
            {
                Line(prefix + line);
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        Line(prefix + line);
    }

    public void Open(string line)
    {
        if (line.Length > 0)
            Line(line);
        Line("{");
        _indent++;
        _fresh = true;
    }

    public void Close(string end = "}")
    {
        _indent--;
        _afterBlock = false;
        Line(end);
        _afterBlock = true;
    }

    public void Indent() => _indent++;

    /// <summary>Text that is indented already.</summary>
    public void Raw(string text) => _text.Append(text);

    /// <summary>An empty line, unless a block has just begun or ended.</summary>
    public void Space()
    {
        if (!_fresh && !_afterBlock)
            _text.Append('\n');
        _fresh = true;
    }

    public override string ToString() => _text.ToString();

    /// <summary>A number as a C# literal of type double.</summary>
    public static string Literal(double value)
    {
        if (double.IsPositiveInfinity(value))
            return "double.PositiveInfinity";
        if (double.IsNegativeInfinity(value))
            return "double.NegativeInfinity";
        if (double.IsNaN(value))
            return "double.NaN";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E']) < 0 ? text + ".0" : text;
    }

    /// <summary>A text as a C# literal.</summary>
    public static string Literal(string text) => Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(text, quote: true);
}
