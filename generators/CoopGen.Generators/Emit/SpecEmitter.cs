using CoopGen.Generators.Model;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the other half of a spec class: its checked representation, which travels with the assembly.</summary>
internal static class SpecEmitter
{
    public static string Emit(SpecClass spec)
    {
        var code = new CodeWriter();
        EnvironmentEmitter.Header(code, spec.Id.Length > 0 ? spec.Id : spec.Mechanism);
        EnvironmentEmitter.Namespace(code, spec.Namespace);
        code.Verbatim($"[CompiledSpec({CodeWriter.Literal(spec.ToNode().ToString())})]");
        code.Line($"partial class {spec.Name};");
        return code.ToString();
    }
}
