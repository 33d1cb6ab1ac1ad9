using System.Globalization;
using CoopGen.Generators.Model;

namespace CoopGen.Generators.Emit;

/// <summary>Prints formulas as LaTeX, symbolic or with constants filled in.</summary>
/// <param name="chain">The environment, for symbols.</param>
/// <param name="constant">Value of a member with default parameters, if it is the same for all agents; null for symbols throughout.</param>
internal sealed class LatexPrinter(Chain chain, Func<string, double?>? constant)
{
    private const int Depth = 120;
    private const int Choice = 0, Logic = 1, Relation = 2, Sum = 3, Product = 4, Power = 5;

    private int _depth;

    /// <summary>A formula: what it is called with, and what it is.</summary>
    public string Definition(Member member) =>
        member.Body is { Op: "dsl", Text: "From" } from && from[0] is { Op: "fn" } entry
            ? $"{LatexNames.Indexed(LatexNames.Of(chain, member.Name), string.Join("", entry.Args.Take(entry.Args.Count - 1).Select(a => LatexNames.Of(a.Text))))} = {Print(entry)}"
            : $"{Called(LatexNames.Of(chain, member.Name), member)} = {Print(member.Body!)}";

    private static string Called(string name, Member member) => member.Parameters.Count == 0 ? name : member.Parameters.All(p => p.Type == "Agent")
        ? LatexNames.Indexed(name, string.Join("", member.Parameters.Select(p => LatexNames.Of(p.Name)))) : $"{name}({string.Join(", ", member.Parameters.Select(p => LatexNames.Of(p.Name)))})";

    public string Print(Node node, int outer = 0)
    {
        if (_depth >= Depth)
            return @"\ldots";
        _depth++;
        try
        {
            var (text, level) = Here(node);
            return level < outer ? $@"\left({text}\right)" : text;
        }
        finally
        {
            _depth--;
        }
    }

    public static string Number(double value)
    {
        if (double.IsInfinity(value))
            return value > 0 ? @"\infty" : @"-\infty";
        var text = value.ToString("G6", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        return e < 0 ? text : $@"{(text.StartsWith("1E", StringComparison.Ordinal) ? "" : text.Substring(0, e) + @" \cdot ")}10^{{{int.Parse(text.Substring(e + 1), CultureInfo.InvariantCulture)}}}";
    }

    private (string, int) Here(Node node)
    {
        switch (node.Op)
        {
            case "num":
                return (Number(node.Number), node.Number < 0 ? Sum : Power);
            case "flag":
                return ($@"\text{{{node.Text}}}", Power);
            case "text" or "choice":
                return ($@"\text{{{LatexNames.Escape(node.Text)}}}", Power);
            case "var":
                return (LatexNames.Of(node.Text), Power);
            case "member":
                return (Named(node), Power);
            case "base":
                return ($@"{Named(node)}^{{\text{{base}}}}", Power);
            case "dsl":
                return Function(node);
            case "op":
                return Operation(node);
            case "if" or "switch":
                return (Cases(node), Power);
            case "let":
                return ($@"{Print(node[1])},\ \text{{where }} {LatexNames.Of(node.Text)} = {Print(node[0])}", Choice);
            case "at":
                return (Entry(node), Power);
            case "now":
                return (Print(node[0], Power) + "'", Power);
            case "given":
                return ($@"\tilde{{{Print(node[0], Power)}}}", Power);
            case "get":
                return (node.Text switch { "Low" => $@"\min {Print(node[0], Power)}", "High" => $@"\max {Print(node[0], Power)}", _ => $@"\lvert {Print(node[0], Power)} \rvert" }, Power);
            case "ask":
                return (Asked(node), Power);
            case "fn":
                return (Print(node[node.Args.Count - 1]), Choice);
            case "list" or "range":
                return ($@"\left[{string.Join(", ", node.Args.Select(a => Print(a)))}\right]", Power);
            default:
                return (@"\ldots", Power);
        }
    }

    private string Named(Node node)
    {
        if (node.Args.Count == 0 && constant?.Invoke(node.Text) is { } value)
            return value < 0 ? $"({Number(value)})" : Number(value);
        var name = LatexNames.Of(chain, node.Text);
        if (node.Args.Count == 0)
            return name;
        return IsIndexed(node) && node.Args.All(a => a.Op is "var" or "num") ? LatexNames.Indexed(name, string.Join(node.Args.Any(a => a.Text.Length > 1) ? "," : "", node.Args.Select(a => Print(a))))
            : $@"{name}\left({string.Join(", ", node.Args.Select(a => Print(a)))}\right)";
    }

    /// <summary>Whether a formula is one number per agent or pair, not a function of a number.</summary>
    private bool IsIndexed(Node node) => chain.Find(node.Text, node.Args.Count) is not { } found || found.Member.Parameters.All(p => p.Type == "Agent");

    private string Entry(Node node)
    {
        var target = node[0];
        if (node.Args.Count == 1)
            return Print(target, Power);
        if (target.Op == "member" && constant?.Invoke(target.Text) is { } value)
            return Number(value);
        var name = Print(target, Power);
        var index = string.Join("", node.Args.Skip(1).Select(a => Print(a)));
        return name.EndsWith("'", StringComparison.Ordinal) ? LatexNames.Indexed(name.Substring(0, name.Length - 1), index, "'") : LatexNames.Indexed(name, index);
    }

    private string Asked(Node node) => node.Text switch
    {
        "Mean" => $@"\overline{{{Print(node[0], Power)}}}_{{{Print(node[1])}}}^{{({Print(node[2])})}}",
        "Has" => $@"{Print(node[1])} \in {Print(node[0], Power)}",
        _ => $@"\operatorname{{{node.Text.ToLowerInvariant()}}}_{{{Print(node[0], Power)}}}({Print(node[1])})",
    };

    private (string, int) Operation(Node node)
    {
        var two = node.Args.Count > 1;
        switch (node.Text)
        {
            case "-" when !two:
                return ("-" + Print(node[0], Product), Sum);
            case "!":
                return ($@"\lnot {Print(node[0], Power)}", Logic);
            case "+" or "-":
                return ($"{Print(node[0], Sum)} {node.Text} {Print(node[1], node.Text == "-" ? Product : Sum)}", Sum);
            case "*":
                return ($@"{Print(node[0], Product)} \cdot {Print(node[1], Product)}", Product);
            case "/":
                return ($@"\frac{{{Print(node[0])}}}{{{Print(node[1])}}}", Product);
            case "&&":
                return ($@"{Print(node[0], Logic)} \land {Print(node[1], Logic)}", Logic);
            case "||":
                return ($@"\left({Print(node[0], Logic)} \lor {Print(node[1], Logic)}\right)", Power);
            default:
                var sign = node.Text switch { "<" => "<", "<=" => @"\le", ">" => ">", ">=" => @"\ge", "==" => "=", _ => @"\neq" };
                return ($"{Print(node[0], Sum)} {sign} {Print(node[1], Sum)}", Relation);
        }
    }

    private string Cases(Node node)
    {
        var rows = new List<string>();
        var current = node;
        while (current.Op == "if")
        {
            rows.Add($@"{Print(current[1])} & \text{{if }} {Print(current[0])}");
            current = current[2];
        }

        if (current.Op == "switch")
        {
            var subject = Print(current[0]);
            foreach (var arm in current.Args.Skip(1))
                rows.Add(arm.Op == "else" ? $@"{Print(arm[0])} & \text{{otherwise}}" : $@"{Print(arm[1])} & \text{{if }} {subject} = {Print(arm[0])}");
        }
        else
        {
            rows.Add($@"{Print(current)} & \text{{otherwise}}");
        }

        return $@"\begin{{cases}} {string.Join(@" \\ ", rows)} \end{{cases}}";
    }

    private (string, int) Function(Node node)
    {
        var args = node.Args;
        string Arg(int k) => Print(args[k]);
        switch (node.Text)
        {
            case "t" or "n":
                return (node.Text, Power);
            case "Horizon":
                return ("H", Power);
            case "Mode":
                return (@"\text{reward type}", Power);
            case "Paid":
                return ($"r_{{{Arg(0)}}}", Power);
            case "Sum" or "Product" or "Mean" or "Any" or "Every" or "Count" or "SumPairs" or "MeanPairs":
            case "Min" or "Max" when args.Count == 1:
                return (Reduction(node), Product);
            case "Min" or "Max":
                return ($@"\{node.Text.ToLowerInvariant()}\left({Arg(0)}, {Arg(1)}\right)", Power);
            case "Clip":
                return ($@"\operatorname{{clip}}\left({Arg(0)}, {Arg(1)}, {Arg(2)}\right)", Power);
            case "Log" or "Log1p":
                return ($@"\ln\left({(node.Text == "Log1p" ? "1 + " + Print(args[0], Sum) : Arg(0))}\right)", Power);
            case "Exp" or "Tanh":
                return ($@"\{node.Text.ToLowerInvariant()}\left({Arg(0)}\right)", Power);
            case "Sqrt":
                return ($@"\sqrt{{{Arg(0)}}}", Power);
            case "Abs":
                return ($@"\left\lvert {Arg(0)} \right\rvert", Power);
            case "Pow":
                return ($@"{{{Print(args[0], args[0].Op == "dsl" ? Power + 1 : Power)}}}^{{{Arg(1)}}}", Power);
            case "Uniform":
                return ($@"\mathcal{{U}}\left({Arg(0)}, {Arg(1)}\right)", Power);
            case "Normal":
                return ($@"\mathcal{{N}}\left({Arg(0)}, {Arg(1)}\right)", Power);
            case "Of":
                return ($@"\left({string.Join(", ", args.Select(a => Print(a)))}\right)", Power);
            case "Rows":
                return ($@"\begin{{pmatrix}} {string.Join(@" \\ ", args.Select(row => string.Join(" & ", row.Args.Select(a => Print(a)))))} \end{{pmatrix}}", Power);
            default:
                return ($@"\operatorname{{{LatexNames.Escape(node.Text)}}}\left({string.Join(", ", args.Select(a => Print(a)))}\right)", Power);
        }
    }

    private string Reduction(Node node)
    {
        var hasWhere = node.Args.Count == 2 || node.Text is "Any" or "Every" or "Count";
        var where = hasWhere ? node[0] : null;
        var term = node.Text is "Any" or "Every" or "Count" ? null : node[node.Args.Count - 1];
        var function = term is { Op: "fn" } ? term : where is { Op: "fn" } ? where : null;
        if (function is null)
            return @"\ldots";
        var index = string.Join("", function.Args.Take(function.Args.Count - 1).Select(a => LatexNames.Of(a.Text)));
        var condition = where is { Op: "fn" } ? Print(where[where.Args.Count - 1]) : "";
        // "j ≠ i" says what j is by itself; any other condition stands below the index.
        var under = condition.Length == 0 ? index : condition.StartsWith(index + @" \neq", StringComparison.Ordinal) ? condition : $@"\substack{{{index} \\ {condition}}}";
        var body = term is null ? "" : Print(term[term.Args.Count - 1], Product);
        return node.Text switch
        {
            "Sum" => $@"\sum_{{{under}}} {body}",
            "SumPairs" => $@"\sum_{{{string.Join(@" \neq ", function.Args.Take(2).Select(a => LatexNames.Of(a.Text)))}}} {body}",
            "Product" => $@"\prod_{{{under}}} {body}",
            "Mean" => $@"\operatorname*{{mean}}_{{{under}}} {body}",
            "MeanPairs" => $@"\operatorname*{{mean}}_{{{string.Join(@" \neq ", function.Args.Take(2).Select(a => LatexNames.Of(a.Text)))}}} {body}",
            "Min" => $@"\min_{{{under}}} {body}",
            "Max" => $@"\max_{{{under}}} {body}",
            "Any" => $@"\exists {index}: {condition}",
            "Every" => $@"\forall {index}: {condition}",
            _ => $@"\#\left\{{{index}: {condition}\right\}}",
        };
    }
}
