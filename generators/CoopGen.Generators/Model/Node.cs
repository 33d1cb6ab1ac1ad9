using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Model;

/// <summary>
/// A node of a formula as the front end read it: an operation, a text, and operands. A tree of nodes is what a spec class
/// carries into other assemblies, so it knows no compilation; <see cref="At"/> is for diagnostics and not part of its value.
/// </summary>
/// <remarks>
/// Expressions:
/// <c>(num "1.5")</c>, <c>(flag "true")</c>, <c>(text "name")</c>, <c>(choice "Maturity" (num "2"))</c> a value of an enumeration,
/// <c>(var "i")</c> a parameter of a formula or lambda, or a local,
/// <c>(member "π" args…)</c> a formula, property or declaration of the spec, dispatched virtually, <c>(base "π" args…)</c> that of the base class,
/// <c>(dsl "Sum" args…)</c> a method or property of Spec itself (t, Horizon, Mode, Sum, Exp, …),
/// <c>(arg "min" value)</c> a named argument of a declaration, <c>(fn params… body)</c> a lambda,
/// <c>(op "+" l r)</c> with + − * / &lt; &lt;= &gt; &gt;= == != &amp;&amp; || and unary - and !,
/// <c>(if c a b)</c>, <c>(switch subject (case pattern value)… (else value))</c>, <c>(let "x" value body)</c>,
/// <c>(at target indices…)</c> an entry of a state, action, vector or matrix; a target may be <c>(now target)</c> or <c>(given target)</c>,
/// <c>(get "Count" target)</c> and <c>(ask "Mean" target args…)</c> a property or method of a window, list or range,
/// <c>(list items…)</c>, <c>(dependency depender dependee dependum importance criticality)</c>.
/// Statements:
/// <c>(seq …)</c>, <c>(do "Set" target args…)</c> also Push, Remove, Tick, Admit, and Add… on an observation, view or report,
/// <c>(when c then else)</c>, <c>(let "x" value rest)</c>, <c>(member "Helper")</c>, <c>(base "Update")</c>.
/// </remarks>
internal sealed class Node
{
    private string? _written;

    public Node(string op, string text, IReadOnlyList<Node> args, Location? at = null) => (Op, Text, Args, At) = (op, text, args, at);

    public Node(string op, string text, Location? at, params Node[] args) : this(op, text, args, at) { }

    public string Op { get; }

    public string Text { get; }

    public IReadOnlyList<Node> Args { get; }

    /// <summary>Where it stands in source; null for a node that came with an assembly.</summary>
    public Location? At { get; }

    public Node this[int k] => Args[k];

    public double Number => double.Parse(Text, CultureInfo.InvariantCulture);

    public bool Is(string op, string? text = null) => Op == op && (text is null || Text == text);

    /// <summary>The named argument of a declaration; null if it is not given.</summary>
    public Node? Arg(string name)
    {
        foreach (var arg in Args)
            if (arg.Op == "arg" && arg.Text == name)
                return arg.Args[0];
        return null;
    }

    public static Node Num(double value, Location? at = null) => new("num", value.ToString("R", CultureInfo.InvariantCulture), at);

    /// <summary>The node as text; equal trees have equal texts.</summary>
    public override string ToString() => _written ??= Write();

    private string Write()
    {
        var text = new StringBuilder();
        // A stack instead of recursion: specs may be nested as deeply as they like.
        var pending = new Stack<object>();
        pending.Push(this);
        while (pending.Count > 0)
        {
            if (pending.Pop() is not Node node)
            {
                text.Append(')');
                continue;
            }

            text.Append('(').Append(node.Op);
            if (node.Text.Length > 0)
                text.Append(" \"").Append(node.Text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "")).Append('"');
            pending.Push(")");
            for (var k = node.Args.Count - 1; k >= 0; k--)
                pending.Push(node.Args[k]);
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; null if the text is not such.</summary>
    public static Node? Parse(string text)
    {
        var open = new Stack<(string Op, string Text, List<Node> Args)>();
        for (var k = 0; k < text.Length;)
        {
            switch (text[k])
            {
                case '(':
                    var start = ++k;
                    while (k < text.Length && text[k] is not (' ' or '(' or ')'))
                        k++;
                    open.Push((text.Substring(start, k - start), "", new List<Node>()));
                    break;
                case '"' when open.Count > 0:
                    var atom = new StringBuilder();
                    for (k++; k < text.Length && text[k] != '"'; k++)
                    {
                        if (text[k] == '\\' && k + 1 < text.Length)
                            atom.Append(text[++k] == 'n' ? '\n' : text[k]);
                        else
                            atom.Append(text[k]);
                    }

                    k++;
                    var top = open.Pop();
                    open.Push((top.Op, atom.ToString(), top.Args));
                    break;
                case ')' when open.Count > 0:
                    k++;
                    var (op, value, args) = open.Pop();
                    var node = new Node(op, value, args);
                    if (open.Count == 0)
                        return k == text.Length ? node : null;
                    open.Peek().Args.Add(node);
                    break;
                case ' ':
                    k++;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }
}
