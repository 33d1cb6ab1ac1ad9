using System.Globalization;
using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the manifest of an environment, and the text of its spec that travels with the assembly.</summary>
internal static class ManifestEmitter
{
    /// <summary>The file with the manifest.</summary>
    public static string Emit(GameProgram program)
    {
        var context = new ClassContext(program);
        var environment = program.Chain.Environment;
        var code = new CodeWriter();
        EnvironmentEmitter.Header(code, environment.Id);
        EnvironmentEmitter.Namespace(code, environment.Namespace);
        code.Open($"partial class {context.ClassName}");
        code.Comment($"<summary>What is known of {EnvironmentEmitter.Xml(environment.Id)} without making one.</summary>", "/// ");
        code.Open("public static EnvironmentInfo Manifest { get; } = new()");
        code.Line($"Id = {CodeWriter.Literal(environment.Id)},");
        code.Line($"Class = {CodeWriter.Literal(environment.Class)},");
        code.Line($"Summary = {CodeWriter.Literal(environment.Doc)},");
        code.Line($"Report = {CodeWriter.Literal(environment.Report)},");
        code.Line($"Agents = {Text(DefaultValues.Agents(program))},");
        code.Line($"AgentNames = [{string.Join(", ", environment.Agents.Select(CodeWriter.Literal))}],");
        code.Line($"Horizon = {Text(environment.Horizon)},");
        code.Line("Parameters =");
        code.Line("[");
        code.Line($"    .. SpecEnvironment.Common({Text(environment.Horizon)}),");
        foreach (var parameter in program.Parameters)
            code.Line($"    {Parameter(context, parameter)},");
        code.Line("],");
        code.Line($"Actions = [{string.Join(", ", program.Actions.Select(a => $"new({CodeWriter.Literal(a.Name)}, [{string.Join(", ", (a.Values ?? []).Select(v => CodeWriter.Literal(v)))}], {CodeWriter.Literal(context.Doc(a.Member))})"))}],");
        code.Line($"ObservationParts = [{string.Join(", ", program.Observation.Select(p => CodeWriter.Literal(p.Name)))}],");
        code.Line("AgentParts =");
        code.Line("[");
        foreach (var part in program.View)
            code.Line($"    new({CodeWriter.Literal(part.Name)}, {Show(part.Show)}),");
        code.Line("],");
        if (program.RuledOut.Count > 0)
            code.Line($"RuledOut = [{string.Join(", ", program.RuledOut.Select(CodeWriter.Literal))}],");
        code.Line("Formulas = Formulas(),");
        code.Line("Markdown = MarkdownPage,");
        code.Line("Latex = LatexPage,");
        code.Line($"Create = static parameters => new {context.ClassName}(parameters),");
        code.Line($"Interpret = static parameters => new SpecEnvironment(Manifest!, new {environment.Name}(), parameters),");
        code.Close("};");
        code.Close();
        return code.ToString();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Parameter(ClassContext context, ParameterDeclaration p)
    {
        var value = p.Kind switch
        {
            "Range" => $"ParameterValue.Of(new Range({CodeWriter.Literal(p.Default)}, {CodeWriter.Literal(p.High)}))",
            "Switch" => $"ParameterValue.Of({(p.Default != 0 ? "true" : "false")})",
            _ => $"ParameterValue.Of({CodeWriter.Literal(p.Default)})",
        };
        var rest = new List<string>();
        void Add(string name, string text)
        {
            if (text.Length > 0)
                rest.Add($"{name} = {CodeWriter.Literal(text)}");
        }

        Add("Unit", p.Unit);
        Add("Symbol", Symbol(context, p));
        Add("Summary", context.Doc(p.Member));
        if (p.Choices.Count > 0)
            rest.Add($"Choices = [{string.Join(", ", p.Choices.Select(CodeWriter.Literal))}]");
        var range = $"{CodeWriter.Literal(p.Min)}, {CodeWriter.Literal(p.Max)}";
        return $"new({CodeWriter.Literal(p.Name)}, ParameterKind.{p.Kind}, {value}, {range}){(rest.Count > 0 ? $" {{ {string.Join(", ", rest)} }}" : "")}";
    }

    private static string Symbol(ClassContext context, ParameterDeclaration p) => LatexNames.Of(context.Program.Chain, p.Member.Name);

    private static string Show(int show) => show switch
    {
        0 => "Show.OnRequest",
        7 => "Show.Always",
        6 => "Show.Default",
        _ => string.Join(" | ", new[] { (1, "Show.Minimal"), (2, "Show.Realistic"), (4, "Show.Full") }.Where(s => (show & s.Item1) != 0).Select(s => s.Item2)),
    };
}
