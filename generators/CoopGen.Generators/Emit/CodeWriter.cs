using System.Globalization;
using System.Text;

namespace CoopGen.Generators.Emit;

/// <summary>Writes indented C#, line by line.</summary>
internal sealed class CodeWriter
{
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
        _text.Append(' ', 4 * _indent).Append(line).Append('\n');
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
