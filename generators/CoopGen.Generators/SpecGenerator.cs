using System.Collections.Immutable;
using System.Text;
using CoopGen.Generators.Emit;
using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Link;
using CoopGen.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CoopGen.Generators;

/// <summary>Compiles every spec of a project. It reports nothing: <see cref="SpecAnalyzer"/> does, from the same front end.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpecGenerator : IIncrementalGenerator
{
    internal const string ReadStep = "ReadSpec", CompileStep = "CompileSpec", RegistryStep = "ReadRegistry";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var environments = context.SyntaxProvider.ForAttributeWithMetadataName("CoopGen.EnvironmentAttribute", static (_, _) => true, Read).Where(static s => s is not null).WithTrackingName(ReadStep);
        var mechanisms = context.SyntaxProvider.ForAttributeWithMetadataName("CoopGen.MechanismAttribute", static (_, _) => true, Read).Where(static s => s is not null).WithTrackingName(ReadStep);
        var space = context.AnalyzerConfigOptionsProvider.Combine(context.CompilationProvider.Select(static (c, _) => c.AssemblyName ?? ""))
            .Select(static (o, _) => o.Left.GlobalOptions.TryGetValue("build_property.RootNamespace", out var root) && root.Length > 0 ? root : o.Right.Replace('-', '_'));
        var compiled = environments.Select(static (s, cancellation) => Compile(s!, cancellation)).WithTrackingName(CompileStep);
        context.RegisterSourceOutput(compiled, static (c, e) =>
        {
            foreach (var (name, text) in e.Files)
                c.AddSource(name, SourceText.From(text, Encoding.UTF8));
        });
        context.RegisterSourceOutput(mechanisms, static (c, s) =>
        {
            if (s!.Good && s.Chain() is { } chain)
                c.AddSource($"{s.Name}.Spec.g.cs", SourceText.From(SpecEmitter.Emit(chain.Environment), Encoding.UTF8));
        });
        var registered = compiled.Where(static e => e.Files.Length > 1).Select(static (e, _) => (e.Id, e.Name)).Collect()
            .Select(static (all, _) => new EquatableList(all)).WithTrackingName(RegistryStep);
        context.RegisterSourceOutput(registered.Combine(space), static (c, r) =>
        {
            if (r.Left.Items.Length > 0)
                c.AddSource("EnvironmentRegistry.g.cs", SourceText.From(RegistryEmitter.Emit(r.Right, r.Left.Items), Encoding.UTF8));
        });
    }

    private static SpecModel? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        if (context.TargetSymbol is not INamedTypeSymbol type)
            return null;
        var failed = false;
        try
        {
            var reader = new ClassReader(context.SemanticModel.Compilation, p => failed |= p.IsError, cancellation);
            if (reader.ReadChain(type) is not { } chain)
                return null;
            return new SpecModel(chain.Environment.Id, chain.Environment.FullName, string.Join("\n", chain.Classes.Select(c => c.ToNode().ToString())), !failed);
        }
        catch (InsufficientExecutionStackException)
        {
            return null;
        }
    }

    /// <summary>All files of an environment; of one that cannot be compiled only what travels, of one that cannot be read nothing.</summary>
    private static Emitted Compile(SpecModel model, CancellationToken cancellation)
    {
        if (!model.Good || model.Chain() is not { } chain)
            return new(model.Id, model.Name, []);
        var files = new List<(string, string)> { ($"{model.Name}.Spec.g.cs", SpecEmitter.Emit(chain.Environment)) };
        if (ProgramBuilder.Build(chain, static _ => { }, cancellation) is { } program)
            files.AddRange(Outputs(program).Select(o => ($"{model.Name}.{o.Suffix}.g.cs", o.Text)));
        return new(model.Id, model.Name, [.. files]);
    }

    /// <summary>The files of an environment, by what follows its name.</summary>
    internal static IEnumerable<(string Suffix, string Text)> Outputs(GameProgram program)
    {
        yield return ("Environment", EnvironmentEmitter.Emit(program, typeof(SpecGenerator).Assembly.GetName().Version.ToString(3)));
        yield return ("Manifest", ManifestEmitter.Emit(program));
        yield return ("Documentation", DocumentationEmitter.Emit(program));
        // Last, because they add many expressions.
        if (AdjointEmitter.TryEmit(program, typeof(SpecGenerator).Assembly.GetName().Version.ToString(3)) is { } adjoint)
            yield return ("Adjoint", adjoint);
        var (batch, pairs) = BatchEmitter.Emit(program, typeof(SpecGenerator).Assembly.GetName().Version.ToString(3));
        yield return ("Batch", batch);
        yield return ("BatchPairs", pairs);
    }

    /// <summary>The files of one environment; equal when all texts are.</summary>
    private sealed record Emitted(string Id, string Name, ImmutableArray<(string Name, string Text)> Files)
    {
        public bool Equals(Emitted? other) => other is not null && Id == other.Id && Name == other.Name && Files.SequenceEqual(other.Files);

        public override int GetHashCode() => Name.GetHashCode();
    }

    /// <summary>A spec with all it derives from, as text: equal texts need no work.</summary>
    private sealed record SpecModel(string Id, string Name, string Text, bool Good)
    {
        public Chain? Chain()
        {
            var classes = Text.Split('\n').Select(t => SpecClass.FromNode(Node.Parse(t))).ToList();
            return classes.Contains(null) ? null : new Chain(classes!);
        }
    }

    private sealed class EquatableList(ImmutableArray<(string Id, string Name)> items) : IEquatable<EquatableList>
    {
        public ImmutableArray<(string Id, string Name)> Items { get; } = items;

        public bool Equals(EquatableList? other) => other is not null && Items.SequenceEqual(other.Items);

        public override bool Equals(object? obj) => Equals(obj as EquatableList);

        public override int GetHashCode() => Items.Length;
    }
}
