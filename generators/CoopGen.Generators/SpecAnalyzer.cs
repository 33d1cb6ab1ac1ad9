using System.Collections.Concurrent;
using System.Collections.Immutable;
using CoopGen.Generators.Front;
using CoopGen.Generators.Link;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CoopGen.Generators;

/// <summary>Reports what is wrong with specs while they are typed, from the front end and the passes that the generator uses.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SpecAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Problems.All];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var reported = new ConcurrentDictionary<string, bool>();
            var ids = new Lazy<ILookup<string, INamedTypeSymbol>>(() => Environments(start.Compilation.Assembly.GlobalNamespace).ToLookup(e => e.Id, e => e.Type));
            start.RegisterSymbolAction(c => Analyse(c, ids, reported), SymbolKind.NamedType);
        });
    }

    private static void Analyse(SymbolAnalysisContext context, Lazy<ILookup<string, INamedTypeSymbol>> ids, ConcurrentDictionary<string, bool> reported)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var attribute = type.GetAttributes().FirstOrDefault(a => a.AttributeClass is { Name: "EnvironmentAttribute" or "MechanismAttribute" } c && c.ContainingNamespace?.ToDisplayString() == "CoopGen");
        if (attribute is null)
            return;
        void Report(Problem problem)
        {
            // A mechanism is read with every environment on it; its problems are told once.
            var diagnostic = Diagnostic.Create(problem.What, problem.At, problem.Arguments);
            if (reported.TryAdd($"{problem.What.Id} {problem.At?.SourceTree?.FilePath} {problem.At?.SourceSpan} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}", true))
                context.ReportDiagnostic(diagnostic);
        }

        Guard(type, Report, () =>
        {
            var failed = false;
            var chain = new ClassReader(context.Compilation, p =>
            {
                failed |= p.IsError;
                Report(p);
            }, context.CancellationToken).ReadChain(type);
            if (chain is null || attribute.AttributeClass!.Name == "MechanismAttribute")
                return;
            var same = ids.Value[chain.Environment.Id].ToList();
            if (same.Count > 1 && !SymbolEqualityComparer.Default.Equals(same[0], type))
                Report(new(Problems.DuplicateId, chain.Environment.At, chain.Environment.Id, same[0].Name, type.Name));
            if (!failed)
                ProgramBuilder.Build(chain, Report, context.CancellationToken);
        });
    }

    /// <summary>Runs the compiler on a spec; a failure of the compiler itself is reported like any other problem.</summary>
    internal static void Guard(INamedTypeSymbol type, Action<Problem> report, Action analysis)
    {
        try
        {
            analysis();
        }
        catch (InsufficientExecutionStackException)
        {
            report(new(Problems.TooLarge, type.Locations.FirstOrDefault(), type.Name, "nests its formulas too deeply"));
        }
#pragma warning disable CA1031 // Whatever happens in the compiler becomes a diagnostic.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            report(new(Problems.Internal, type.Locations.FirstOrDefault(), type.Name, e.GetType().Name, e.Message));
        }
#pragma warning restore CA1031
    }

    private static IEnumerable<(string Id, INamedTypeSymbol Type)> Environments(INamespaceSymbol space)
    {
        foreach (var type in space.GetTypeMembers())
            if (type.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == "CoopGen.EnvironmentAttribute") is { ConstructorArguments: [{ Value: string id }] })
                yield return (id, type);
        foreach (var inner in space.GetNamespaceMembers())
            foreach (var found in Environments(inner))
                yield return found;
    }
}
