namespace CoopGen.Cli;

/// <summary>The files under <c>Templates/</c>, embedded in the assembly.</summary>
internal static class Templates
{
    /// <summary>A template with its placeholders filled in; <c>Name</c> stands for <c>__Name__</c>.</summary>
    public static string Fill(string template, params ReadOnlySpan<(string Placeholder, string Value)> values)
    {
        using var stream = typeof(Templates).Assembly.GetManifestResourceStream("Templates/" + template)
            ?? throw new InvalidOperationException($"The template {template} is not part of this build.");
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        foreach (var (placeholder, value) in values)
            text = text.Replace($"__{placeholder}__", value, StringComparison.Ordinal);
        return text;
    }
}
