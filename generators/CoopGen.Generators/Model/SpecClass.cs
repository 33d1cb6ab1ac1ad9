using System.Globalization;
using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Model;

/// <summary>One class of specs as the front end read it. Equal texts are equal classes.</summary>
internal sealed class SpecClass
{
    private IReadOnlyList<Member> _members = [];

    /// <summary>Full name, such as <c>Farms.Mechanisms.FieldGame</c>.</summary>
    public string FullName { get; init; } = "";

    /// <summary>Full name of the base class.</summary>
    public string Base { get; init; } = "";

    /// <summary>Id of an environment; empty for a mechanism or plain base class.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of a mechanism, such as <c>TR-2</c>; empty for others.</summary>
    public string Mechanism { get; init; } = "";

    public int Horizon { get; init; } = 100;

    /// <summary>Mechanism class of an environment, such as <c>TR-2</c>.</summary>
    public string Class { get; init; } = "";

    /// <summary>Where it is published.</summary>
    public string Report { get; init; } = "";

    public IReadOnlyList<string> Agents { get; init; } = [];

    /// <summary>The documentation summary, white space collapsed.</summary>
    public string Doc { get; init; } = "";

    public bool IsPublic { get; init; }

    public IReadOnlyList<Member> Members { get => _members; init => _members = value; }

    /// <summary>The identifier in source; null for a class that came with an assembly.</summary>
    public Location? At { get; init; }

    public string Namespace => FullName.Contains('.') ? FullName.Substring(0, FullName.LastIndexOf('.')) : "";

    public string Name => FullName.Substring(FullName.LastIndexOf('.') + 1);

    /// <summary>The class with other members.</summary>
    public SpecClass With(IReadOnlyList<Member> members)
    {
        var copy = (SpecClass)MemberwiseClone();
        copy._members = members;
        return copy;
    }

    public Node ToNode()
    {
        var parts = new List<Node> { Atom("base", Base), Atom("id", Id), Atom("mechanism", Mechanism), Atom("class", Class), Atom("report", Report), Atom("doc", Doc), Atom("horizon", Horizon.ToString(CultureInfo.InvariantCulture)), Atom("public", IsPublic ? "1" : "") };
        parts.RemoveAll(p => p.Text.Length == 0);
        parts.AddRange(Agents.Select(a => Atom("agent", a)));
        parts.AddRange(Members.Select(m => m.ToNode()));
        return new Node("spec", FullName, parts);
    }

    public static SpecClass? FromNode(Node? node)
    {
        if (node is not { Op: "spec" })
            return null;
        string Text(string op) => node.Args.FirstOrDefault(a => a.Op == op)?.Text ?? "";
        return new SpecClass
        {
            FullName = node.Text,
            Base = Text("base"),
            Id = Text("id"),
            Mechanism = Text("mechanism"),
            Class = Text("class"),
            Report = Text("report"),
            Doc = Text("doc"),
            Horizon = int.TryParse(Text("horizon"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var horizon) ? horizon : 100,
            IsPublic = Text("public").Length > 0,
            Agents = [.. node.Args.Where(a => a.Op == "agent").Select(a => a.Text)],
            Members = [.. node.Args.Where(a => a.Op == "def").Select(Member.FromNode)],
        };
    }

    private static Node Atom(string op, string text) => new(op, text, []);
}

/// <summary>A formula, constant, declaration or phase of a spec class.</summary>
internal sealed class Member
{
    private Node? _body;

    public string Name { get; init; } = "";

    /// <summary>C# type by name: double, int, bool, void, Vector, Matrix, Range, ActionVar, ActionVar[], ScalarState, AgentState, PairState, Window, Roster, or an enumeration's full name.</summary>
    public string Type { get; init; } = "double";

    public bool IsMethod { get; init; }

    public bool IsOverride { get; init; }

    public bool IsAbstract { get; init; }

    public bool IsPrivate { get; init; }

    public bool IsHidden { get; init; }

    public bool ZeroDiagonal { get; init; }

    public string Doc { get; init; } = "";

    public string Equation { get; init; } = "";

    public string Symbol { get; init; } = "";

    /// <summary>Entries of [Within]: number or member name as text; null if there is no such attribute.</summary>
    public string? Min { get; init; }

    public string? Max { get; init; }

    public double? SumsTo { get; init; }

    /// <summary>Names of the values of the enumeration that <see cref="Type"/> is, in order; empty otherwise.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Parameters: name and type.</summary>
    public IReadOnlyList<(string Name, string Type)> Parameters { get; init; } = [];

    /// <summary>The formula or statements; null for an abstract member.</summary>
    public Node? Body { get => _body; init => _body = value; }

    /// <summary>The identifier in source.</summary>
    public Location? At { get; init; }

    /// <summary>Whether the body declares a parameter, action or state.</summary>
    public bool IsDeclaration => Body is { Op: "dsl", Text: "Parameter" or "Continuous" or "Finite" or "ScalarState" or "AgentState" or "PairState" or "Window" or "Roster" };

    /// <summary>The member with another body.</summary>
    public Member With(Node body)
    {
        var copy = (Member)MemberwiseClone();
        copy._body = body;
        return copy;
    }

    public Node ToNode()
    {
        var parts = new List<Node>();
        void Atom(string op, string? text)
        {
            if (!string.IsNullOrEmpty(text))
                parts.Add(new Node(op, text!, []));
        }

        Atom("type", Type);
        Atom("is", (IsMethod ? "m" : "") + (IsOverride ? "o" : "") + (IsAbstract ? "a" : "") + (IsPrivate ? "p" : "") + (IsHidden ? "h" : "") + (ZeroDiagonal ? "z" : ""));
        Atom("doc", Doc);
        Atom("equation", Equation);
        Atom("symbol", Symbol);
        Atom("min", Min);
        Atom("max", Max);
        Atom("sums", SumsTo?.ToString("R", CultureInfo.InvariantCulture));
        foreach (var choice in Choices)
            Atom("choice", choice);
        foreach (var (name, type) in Parameters)
            parts.Add(new Node("param", name, [new Node("type", type, [])]));
        if (Body is { } body)
            parts.Add(new Node("body", "", [body]));
        return new Node("def", Name, parts);
    }

    public static Member FromNode(Node node)
    {
        string Text(string op) => node.Args.FirstOrDefault(a => a.Op == op)?.Text ?? "";
        string? Maybe(string op) => node.Args.FirstOrDefault(a => a.Op == op)?.Text;
        var flags = Text("is");
        return new Member
        {
            Name = node.Text,
            Type = Text("type"),
            IsMethod = flags.Contains('m'),
            IsOverride = flags.Contains('o'),
            IsAbstract = flags.Contains('a'),
            IsPrivate = flags.Contains('p'),
            IsHidden = flags.Contains('h'),
            ZeroDiagonal = flags.Contains('z'),
            Doc = Text("doc"),
            Equation = Text("equation"),
            Symbol = Text("symbol"),
            Min = Maybe("min"),
            Max = Maybe("max"),
            SumsTo = Maybe("sums") is { } sums ? double.Parse(sums, CultureInfo.InvariantCulture) : null,
            Choices = [.. node.Args.Where(a => a.Op == "choice").Select(a => a.Text)],
            Parameters = [.. node.Args.Where(a => a.Op == "param" && a.Args.Count == 1).Select(a => (a.Text, a[0].Text))],
            Body = node.Args.FirstOrDefault(a => a.Op == "body" && a.Args.Count == 1)?[0],
        };
    }
}
