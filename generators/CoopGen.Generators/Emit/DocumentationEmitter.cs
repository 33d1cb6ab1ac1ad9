using System.Globalization;
using System.Text;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the documentation of an environment: its formulas as rows of the manifest, and whole pages as Markdown and LaTeX.</summary>
internal sealed class DocumentationEmitter
{
    private static readonly HashSet<string> Phases = ["Reset", "Update", "Settle", "Observe", "Report", "Actions", "n"];

    private readonly GameProgram _program;
    private readonly ClassContext _context;
    private readonly Chain _chain;
    private readonly LatexPrinter _symbols;
    private readonly LatexPrinter _numbers;

    private DocumentationEmitter(GameProgram program)
    {
        (_program, _chain, _context) = (program, program.Chain, new ClassContext(program));
        _symbols = new LatexPrinter(_chain, null);
        _numbers = new LatexPrinter(_chain, name => program.Constants.TryGetValue(name, out var value) ? value : null);
    }

    /// <summary>The file with the documentation half of the environment class.</summary>
    public static string Emit(GameProgram program) => new DocumentationEmitter(program).Write();

    private string Write()
    {
        var environment = _chain.Environment;
        var code = new CodeWriter();
        EnvironmentEmitter.Header(code, environment.Id);
        EnvironmentEmitter.Namespace(code, environment.Namespace);
        code.Open($"partial class {_context.ClassName}");
        Text(code, "MarkdownPage", Markdown());
        Text(code, "LatexPage", Latex());
        code.Line("private static FormulaInfo[] Formulas() =>");
        code.Line("[");
        foreach (var (owner, member) in Formulas())
            code.Line($"    new({CodeWriter.Literal(member.Name)}, {CodeWriter.Literal(Owner(owner))}, {CodeWriter.Literal(Equation(member))}, {CodeWriter.Literal(_context.Doc(member))}, {CodeWriter.Literal(_symbols.Definition(member))}, {CodeWriter.Literal(_numbers.Definition(member))}),");
        code.Line("];");
        code.Close();
        return code.ToString();
    }

    private static void Text(CodeWriter code, string name, string text)
    {
        code.Line($"private const string {name} = \"\"\"\"");
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            code.Verbatim(line.Length == 0 ? "" : "    " + line);
        code.Verbatim("    \"\"\"\";");
        code.Space();
    }

    /// <summary>Everything that is computed, mechanisms first: formulas and constants that are no single number.</summary>
    private IEnumerable<(SpecClass Owner, Member Member)> Formulas() => _chain.InForce().Where(m =>
        m.Member is { Body: not null, IsDeclaration: false, Type: not "void" } && !Phases.Contains(m.Member.Name) && !(m.Member.Parameters.Count == 0 && _program.Constants.ContainsKey(m.Member.Name)))
        .OrderByDescending(m => _chain.Classes.ToList().IndexOf(m.Owner));

    private IEnumerable<(SpecClass Owner, Member Member)> Constants() => _chain.InForce().Where(m =>
        m.Member is { Body: not null, IsDeclaration: false, Parameters.Count: 0 } && m.Member.Name != "n" && _program.Constants.ContainsKey(m.Member.Name));

    private static string Owner(SpecClass owner) => owner.Mechanism.Length > 0 ? owner.Mechanism : owner.Id.Length > 0 ? owner.Id : owner.Name;

    private static string Equation(Member member) => member.Equation;

    private string Markdown()
    {
        var (page, environment) = (new StringBuilder(), _chain.Environment);
        void Line(string text = "") => page.Append(text).Append('\n');
        void Table(string title, string header, IEnumerable<string> rows)
        {
            var all = rows.ToList();
            if (all.Count == 0)
                return;
            Line();
            Line($"## {title}");
            Line();
            Line(header);
            Line("|" + string.Concat(Enumerable.Repeat("---|", header.Count(c => c == '|') - 1)));
            all.ForEach(Line);
        }

        Line($"# {environment.Id}");
        Line();
        Line(environment.Doc);
        Line();
        Line(Facts());
        Table("Parameters", "| name | symbol | default | allowed | unit | meaning |", Parameters().Select(p => $"| `{p.Name}` | {Math(p.Symbol)} | {p.Default} | {p.Allowed} | {p.Unit} | {Cell(p.Summary)} |"));
        Table("Constants", "| symbol | value | meaning |", Constants().Select(c => $"| {Math(LatexNames.Of(_chain, c.Member.Name))} | {Math(LatexPrinter.Number(_program.Constants[c.Member.Name]))} | {Cell(_context.Doc(c.Member))} |"));
        Table("State", "| symbol | kind | range | meaning |", _program.States.Select(s => $"| {Math(LatexNames.Of(_chain, s.Name))} | {Kind(s)} | {Range(s)} | {Cell(_context.Doc(s.Member))} |"));
        Line();
        Line("## Formulas");
        var owner = "";
        foreach (var (source, member) in Formulas())
        {
            if (Owner(source) != owner)
            {
                owner = Owner(source);
                Line();
                Line($"### {owner}");
            }

            var (symbols, numbers) = (_symbols.Definition(member), _numbers.Definition(member));
            Line();
            Line($"**{member.Name}**{(Equation(member).Length > 0 ? $" ({Equation(member)})" : "")}: {_context.Doc(member)}");
            Line();
            Line($"$$ {symbols} $$");
            if (numbers == symbols)
                continue;
            Line();
            Line($"$$ {numbers} $$");
        }

        Line();
        Line("## A step, in order");
        Line();
        Line("A prime marks a value that this step has updated already.");
        Line();
        var number = 1;
        foreach (var step in Steps())
            Line($"{(number++).ToString(CultureInfo.InvariantCulture)}. {step}");
        Table("Joint observation", "| part | entries |", _program.Observation.Select(p => $"| `{p.Name}` | {Entries(p)} |"));
        Table("An agent's own observation", "| part | entries | shown |", _program.View.Select(p => $"| `{p.Name}` | {Entries(p)} | {Shown(p.Show)} |"));
        Table("Info", "| key | value |", _program.Report.Select(r => $"| `{r.Name}` | {Reported(r.Kind)} |"));
        return page.ToString();
    }

    private string Latex()
    {
        var (page, environment) = (new StringBuilder(), _chain.Environment);
        void Line(string text = "") => page.Append(text).Append('\n');
        Line($@"\section{{{LatexNames.Escape(environment.Id)}}}");
        Line();
        Line(Plain(environment.Doc));
        Line();
        Line(Plain(Facts()));
        Line();
        Line(@"\subsection{Parameters}");
        Line(@"\begin{description}");
        foreach (var p in Parameters())
            Line($@"\item[\texttt{{{LatexNames.Escape(p.Name)}}}] {(p.Symbol.Length > 0 ? $"${p.Symbol}$ = " : "")}{Plain(p.Default)} {Plain(p.Unit)} ({Plain(p.Allowed)}). {Plain(p.Summary)}");
        Line(@"\end{description}");
        Line();
        Line(@"\subsection{Formulas}");
        foreach (var (source, member) in Formulas())
        {
            Line();
            Line($@"\paragraph{{{Plain(Owner(source) + (Equation(member).Length > 0 ? ", " + Equation(member) : ""))}}} {Plain(_context.Doc(member))}");
            Line(@"\[");
            Line(_symbols.Definition(member));
            Line(@"\]");
            if (_numbers.Definition(member) is { } numbers && numbers != _symbols.Definition(member))
            {
                Line(@"\[");
                Line(numbers);
                Line(@"\]");
            }
        }

        return page.ToString();
    }

    private string Facts()
    {
        var environment = _chain.Environment;
        var names = environment.Agents.Count > 0 ? $" ({string.Join(", ", environment.Agents)})" : "";
        return FormattableString.Invariant($"{(environment.Class.Length > 0 ? environment.Class + ", " : "")}{DefaultValues.Agents(_program)} agents{names}, {environment.Horizon} steps.{(environment.Report.Length > 0 ? $" Published as {environment.Report}." : "")}");
    }

    private IEnumerable<(string Name, string Symbol, string Default, string Allowed, string Unit, string Summary)> Parameters()
    {
        yield return ("max_steps", "H", _chain.Environment.Horizon.ToString(CultureInfo.InvariantCulture), "a whole number of at least 1", "steps", "Number of steps of an episode.");
        yield return ("reward_type", "", "integrated", "private, integrated or cooperative", "", "What agents are paid: their own payoff, their own and by dependence those of others, or the mean of all.");
        foreach (var p in _program.Parameters)
        {
            string Value(double x) => p.Kind switch { "Choice" => p.Choices[(int)x], "Switch" => x != 0 ? "true" : "false", _ => x.ToString("R", CultureInfo.InvariantCulture) };
            var allowed = p.Kind switch
            {
                "Choice" => string.Join(", ", p.Choices),
                "Switch" => "true or false",
                _ when double.IsInfinity(p.Min) && double.IsInfinity(p.Max) => "any number",
                _ => $"{Value(p.Min)} to {Value(p.Max)}",
            };
            yield return (p.Name, LatexNames.Of(_chain, p.Member.Name), p.Kind == "Range" ? $"{Value(p.Default)},{Value(p.High)}" : Value(p.Default), allowed, p.Unit, _context.Doc(p.Member));
        }
    }

    private IEnumerable<string> Steps()
    {
        foreach (var action in _program.Actions)
            yield return $"Every agent chooses {Math(LatexNames.Of(_chain, action.Name))}: {_context.Doc(action.Member)}";
        foreach (var statement in Describe(_program.Update))
            yield return statement;
        yield return $"Every agent is paid {Math("r_i")}, its Reward.";
        foreach (var statement in Describe(_program.Settle))
            yield return statement;
        if (!_program.Terminated.IsFalse && _chain.Find("Terminated", 0) is { } end)
            yield return $"The episode ends if {Math(_symbols.Print(end.Member.Body!))}. {_context.Doc(end.Member)}";
    }

    private IEnumerable<string> Describe(IEnumerable<Statement> statements)
    {
        foreach (var statement in statements)
        {
            var verb = statement.Kind switch { StatementKind.Set => "is updated", StatementKind.Push => "takes the new profile", StatementKind.Remove => "loses members", StatementKind.Tick => "lowers the timers of those who are out", StatementKind.Admit => "takes members back", _ => "" };
            if (verb.Length > 0)
                yield return $"{Math(LatexNames.Of(_chain, statement.State!.Name))} {verb}: {_context.Doc(statement.State.Member)}";
            foreach (var inner in Describe(statement.Then.Concat(statement.Else)))
                yield return "Under a condition, " + inner;
        }
    }

    private static string Kind(StateDeclaration state) => (state.Kind switch { StateKind.Scalar => "number", StateKind.PerAgent => "per agent", StateKind.PerPair => "per ordered pair", StateKind.Window => "window of profiles", _ => "list of agents" })
        + (state.Persistent ? ", outlives episodes" : "");

    private static string Range(StateDeclaration state) => !state.Min.IsConst || !state.Max.IsConst || double.IsInfinity(state.Min.Value) && double.IsInfinity(state.Max.Value) ? ""
        : Math($"[{LatexPrinter.Number(state.Min.Value)}, {LatexPrinter.Number(state.Max.Value)}]");

    private static string Entries(ObservationPart part) => (part.Arity switch { 0 => "1", 1 => part.Where is null ? "per agent" : "per agent, as far as it may be seen", _ => "per ordered pair" }) + (part.Guard.IsTrue ? "" : ", by parameter");

    private static string Shown(int show) => show == 0 ? "on request" : string.Join(", ", new[] { (1, "minimal"), (2, "realistic"), (4, "full") }.Where(s => (show & s.Item1) != 0).Select(s => s.Item2));

    private static string Reported(string kind) => kind switch
    {
        "Number" => "number",
        "Flag" => "yes or no",
        "Numbers" => "per agent",
        "AddPairs" => "per ordered pair",
        "AddAgents" or "AddMembers" => "agents",
        "AddRanking" => "agents, greatest first",
        "AddLabel" => "word",
        _ => "word per agent",
    };

    private static string Math(string latex) => latex.Length == 0 ? "" : $"${latex}$";

    private static string Cell(string text) => text.Replace("|", "\\|");

    private static string Plain(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
            escaped.Append(c is '_' or '%' or '&' or '#' or '$' or '{' or '}' ? "\\" + c : c == '\\' ? @"\textbackslash{}" : c == '~' ? @"\textasciitilde{}" : c == '^' ? @"\textasciicircum{}" : c.ToString());
        return escaped.ToString();
    }
}
