namespace CoopGen.Generators.Emit;

/// <summary>Writes the list of all environments of an assembly.</summary>
internal static class RegistryEmitter
{
    /// <param name="space">Namespace of the registry: the root namespace of the project.</param>
    /// <param name="environments">Id and full class name of every environment.</param>
    public static string Emit(string space, IEnumerable<(string Id, string FullName)> environments)
    {
        var code = new CodeWriter();
        EnvironmentEmitter.Header(code, "The registry");
        EnvironmentEmitter.Namespace(code, space);
        code.Comment("<summary>All environments of this assembly.</summary>", "/// ");
        code.Line("[GeneratedCode(\"CoopGen\", \"1.0\")]");
        code.Open("public static class EnvironmentRegistry");
        code.Comment("<summary>The environments by id.</summary>", "/// ");
        code.Line("public static System.Collections.Generic.IReadOnlyList<EnvironmentInfo> All { get; } =");
        code.Line("[");
        foreach (var (_, name) in environments.OrderBy(e => e.Id, StringComparer.Ordinal))
            code.Line($"    global::{name}Environment.Manifest,");
        code.Line("];");
        code.Close();
        return code.ToString();
    }
}
