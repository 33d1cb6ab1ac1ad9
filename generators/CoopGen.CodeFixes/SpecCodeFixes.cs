using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CoopGen.CodeFixes;

/// <summary>Repairs of specs for which there is one obvious way.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SpecCodeFixes)), Shared]
public sealed class SpecCodeFixes : CodeFixProvider
{
    private delegate SyntaxNode? Repair(SyntaxNode root, SyntaxNode at);

    private static readonly ImmutableDictionary<string, (string Title, Repair Repair)> Repairs = new Dictionary<string, (string, Repair)>
    {
        ["CG001"] = ("Make the class partial", MakePartial),
        ["CG002"] = ("Add a documentation summary", AddSummary),
        ["CG003"] = ("Add an equation reference", AddEquation),
        ["CG006"] = ("Set the horizon to 100", SetHorizon),
        ["CG011"] = ("Use the function of Spec", UseSpecFunction),
        ["CG018"] = ("Divide as double", DivideAsDouble),
        ["CG042"] = ("Read the new value with Now", ReadNow),
        ["CG050"] = ("Keep the argument in the domain", KeepPositive),
    }.ToImmutableDictionary();

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [.. Repairs.Keys.OrderBy(k => k, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root is null || !Repairs.TryGetValue(diagnostic.Id, out var known))
                continue;
            var at = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (known.Repair(root, at) is { } repaired)
                context.RegisterCodeFix(CodeAction.Create(known.Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(repaired)), diagnostic.Id), diagnostic);
        }
    }

    private static SyntaxNode? MakePartial(SyntaxNode root, SyntaxNode at) => at.FirstAncestorOrSelf<ClassDeclarationSyntax>() is { } type
        ? root.ReplaceNode(type, type.Modifiers.Count > 0
            ? type.AddModifiers(SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            : type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers([SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithLeadingTrivia(type.Keyword.LeadingTrivia).WithTrailingTrivia(SyntaxFactory.Space)]))
        : null;

    private static SyntaxNode? AddSummary(SyntaxNode root, SyntaxNode at)
    {
        if (at.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
            return null;
        var before = member.GetLeadingTrivia();
        var indent = before.LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia));
        var line = SyntaxFactory.Comment("/// <summary>What it means, in a sentence.</summary>");
        SyntaxTriviaList added = indent == default ? [line, SyntaxFactory.ElasticCarriageReturnLineFeed] : [line, SyntaxFactory.ElasticCarriageReturnLineFeed, indent];
        return root.ReplaceNode(member, member.WithLeadingTrivia(before.AddRange(added)));
    }

    private static SyntaxNode? AddEquation(SyntaxNode root, SyntaxNode at)
    {
        if (at.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not MethodDeclarationSyntax method)
            return null;
        var list = SyntaxFactory.ParseMemberDeclaration("[Equation(\"report, eq. number\")] void x();")!.AttributeLists[0];
        var indent = method.GetLeadingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia));
        var bare = method.WithLeadingTrivia(indent);
        return root.ReplaceNode(method, bare.WithAttributeLists(bare.AttributeLists.Insert(0, list.WithLeadingTrivia(method.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed))));
    }

    private static SyntaxNode? SetHorizon(SyntaxNode root, SyntaxNode at) =>
        at.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { NameEquals.Name.Identifier.Text: "Horizon" } argument
            ? root.ReplaceNode(argument.Expression, SyntaxFactory.ParseExpression("100").WithTriviaFrom(argument.Expression)) : null;

    private static SyntaxNode? UseSpecFunction(SyntaxNode root, SyntaxNode at)
    {
        if (at.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Math" or "MathF" }, Name.Identifier.Text: var name } access })
            return null;
        var own = name switch { "Log" or "Exp" or "Tanh" or "Pow" or "Sqrt" or "Abs" or "Min" or "Max" => name, "Clamp" => "Clip", _ => null };
        return own is null ? null : root.ReplaceNode(access, SyntaxFactory.IdentifierName(own).WithTriviaFrom(access));
    }

    private static SyntaxNode? DivideAsDouble(SyntaxNode root, SyntaxNode at) =>
        at.FirstAncestorOrSelf<BinaryExpressionSyntax>(b => b.IsKind(SyntaxKind.DivideExpression)) is { } division
            ? root.ReplaceNode(division.Left, SyntaxFactory.CastExpression(SyntaxFactory.ParseTypeName("double"), division.Left.WithoutTrivia()).WithTriviaFrom(division.Left)) : null;

    private static SyntaxNode? ReadNow(SyntaxNode root, SyntaxNode at)
    {
        var state = at switch
        {
            ElementAccessExpressionSyntax element => element.Expression,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
            MemberAccessExpressionSyntax access => access.Expression,
            IdentifierNameSyntax name => name,
            _ => null,
        };
        return state is null ? null : root.ReplaceNode(state, SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, state.WithoutTrivia(), SyntaxFactory.IdentifierName("Now")).WithTriviaFrom(state));
    }

    private static SyntaxNode? KeepPositive(SyntaxNode root, SyntaxNode at)
    {
        if (at.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: IdentifierNameSyntax { Identifier.Text: "Log" }, ArgumentList.Arguments: [var argument] })
            return null;
        return root.ReplaceNode(argument.Expression, SyntaxFactory.ParseExpression($"Max({argument.Expression}, 1e-9)"));
    }
}
