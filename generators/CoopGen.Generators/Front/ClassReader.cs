using System.Text.RegularExpressions;
using CoopGen.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CoopGen.Generators.Front;

/// <summary>Reads spec classes, with all they derive from, out of a compilation.</summary>
internal sealed class ClassReader(Compilation compilation, Action<Problem> report, CancellationToken cancellation)
{
    public const string Root = "CoopGen.Spec";

    /// <summary>Most classes between a spec and Spec, and most members of a class: far more than people write, few enough for every pass.</summary>
    private const int ChainLimit = 50, MemberLimit = 1_000;

    private static readonly Regex Id = new(@"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*-v[0-9]+$", RegexOptions.CultureInvariant);

    /// <summary>The class and its base classes up to Spec, most derived first; null if it is no spec or a base has no compiled spec.</summary>
    public Chain? ReadChain(INamedTypeSymbol type)
    {
        var classes = new List<SpecClass>();
        for (var current = type; FullName(current) != Root; current = current.BaseType!)
        {
            if (current.BaseType is null)
            {
                if (classes.Count > 0 || type.SpecialType == SpecialType.None)
                    report(new(Problems.BadClass, At(type), type.Name, "is not a spec; derive it from CoopGen.Spec or from a mechanism"));
                return null;
            }

            if (Read(current) is not { } read)
            {
                report(new(Problems.NoCompiledSpec, At(type), FullName(current)));
                return null;
            }

            classes.Add(read);
            if (classes.Count > ChainLimit)
            {
                report(new(Problems.TooLarge, At(type), type.Name, $"derives from Spec through more than {ChainLimit} classes"));
                return null;
            }
        }

        return classes.Count == 0 ? null : new Chain(classes);
    }

    /// <summary>One class: from source where there is source, else from the attribute that travels with its assembly.</summary>
    public SpecClass? Read(INamedTypeSymbol type)
    {
        cancellation.ThrowIfCancellationRequested();
        var declarations = type.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>().Where(d => !IsGenerated(d)).ToList();
        if (declarations.Count == 0)
        {
            var attribute = Attribute(type, "CoopGen.CompiledSpecAttribute");
            return attribute?.ConstructorArguments is [{ Value: string text }] ? SpecClass.FromNode(Node.Parse(text)) : null;
        }

        var environment = Attribute(type, "CoopGen.EnvironmentAttribute");
        var mechanism = Attribute(type, "CoopGen.MechanismAttribute");
        var at = declarations[0].Identifier.GetLocation();
        var doc = declarations.Select(d => Summary(d)).FirstOrDefault(s => s.Length > 0) ?? "";
        var id = environment?.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        var horizon = Named(environment, "Horizon")?.Value as int? ?? 100;
        if (environment is not null || mechanism is not null)
        {
            if (!declarations.All(d => d.Modifiers.Any(SyntaxKind.PartialKeyword)))
                report(new(Problems.NotPartial, at, type.Name));
            if (doc.Length == 0)
                report(new(Problems.NoSummary, at, type.Name));
            if (type.ContainingType is not null)
                report(new(Problems.BadClass, at, type.Name, "is nested; specs stand in a namespace of their own"));
            if (type.IsGenericType)
                report(new(Problems.BadClass, at, type.Name, "is generic; write one class per game"));
        }

        if (environment is not null)
        {
            if (type.IsAbstract)
                report(new(Problems.BadClass, at, type.Name, "is abstract and cannot be played; mark it [Mechanism] or make it sealed"));
            if (!Id.IsMatch(id))
                report(new(Problems.BadId, ArgumentAt(environment, null) ?? at, id));
            if (horizon is < 1 or > 1_000_000_000)
                report(new(Problems.BadHorizon, ArgumentAt(environment, "Horizon") ?? at, horizon));
        }

        var members = new List<Member>();
        if (declarations.Sum(d => d.Members.Count) > MemberLimit)
        {
            report(new(Problems.TooLarge, at, type.Name, $"has more than {MemberLimit} members"));
            declarations.Clear();
        }

        foreach (var declaration in declarations)
            foreach (var member in declaration.Members)
                if (ReadMember(member, mechanism is not null) is { } read)
                    members.Add(read);
        return new SpecClass
        {
            FullName = FullName(type),
            Base = type.BaseType is { } b ? FullName(b) : "",
            Id = id,
            Mechanism = mechanism?.ConstructorArguments.FirstOrDefault().Value as string ?? "",
            Horizon = horizon,
            Class = Named(environment, "Class")?.Value as string ?? "",
            Report = (Named(environment, "Report") ?? Named(mechanism, "Report"))?.Value as string ?? "",
            Agents = Named(environment, "Agents") is { Kind: TypedConstantKind.Array, IsNull: false } names ? [.. names.Values.Select(v => v.Value as string ?? "")] : [],
            Doc = doc,
            IsPublic = type.DeclaredAccessibility == Accessibility.Public,
            Members = members,
            At = at,
        };
    }

    /// <summary>Full name of a type, without <c>global::</c>.</summary>
    public static string FullName(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat).Replace("global::", "");

    private Member? ReadMember(MemberDeclarationSyntax syntax, bool inMechanism)
    {
        var model = compilation.GetSemanticModel(syntax.SyntaxTree);
        switch (syntax)
        {
            case PropertyDeclarationSyntax property when model.GetDeclaredSymbol(property, cancellation) is { } symbol:
                if (property.AccessorList?.Accessors is { } accessors && (property.Initializer is not null || accessors.Any(a => a.Keyword.IsKind(SyntaxKind.SetKeyword) || a.Keyword.IsKind(SyntaxKind.InitKeyword) || a is { Body: null, ExpressionBody: null }) && !symbol.IsAbstract))
                {
                    report(new(Problems.Field, property.Identifier.GetLocation(), symbol.Name, "write a formula, 'double x => …;', or state that is remembered: 'ScalarState x => ScalarState();'"));
                    return null;
                }

                var body = property.ExpressionBody ?? property.AccessorList?.Accessors.FirstOrDefault() switch { { ExpressionBody: { } e } => e, { Body: { } block } => block, _ => (SyntaxNode?)null };
                return Member(symbol, symbol.Type, [], property.Identifier, body, false);
            case MethodDeclarationSyntax method when model.GetDeclaredSymbol(method, cancellation) is { } symbol:
                if (symbol.IsGenericMethod || symbol.IsAsync || symbol.IsStatic && symbol.IsExtern)
                {
                    report(new(Problems.Outside, method.Identifier.GetLocation(), symbol.IsAsync ? "An async method" : "A generic method", "write a formula over agents and numbers"));
                    return null;
                }

                return Member(symbol, symbol.ReturnType, symbol.Parameters, method.Identifier, (SyntaxNode?)method.ExpressionBody ?? method.Body, true);
            case FieldDeclarationSyntax field:
                if (field.Modifiers.Any(SyntaxKind.ConstKeyword))
                    return null;
                foreach (var variable in field.Declaration.Variables)
                    report(new(Problems.Field, variable.Identifier.GetLocation(), variable.Identifier.Text, "a spec has no memory of its own: declare state, such as 'ScalarState x => ScalarState();', or a const"));
                return null;
            case BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or IncompleteMemberSyntax:
                return null;
            default:
                report(new(Problems.Outside, syntax.GetLocation(), Describe(syntax), "a spec has properties and methods only"));
                return null;
        }

        Member Member(ISymbol symbol, ITypeSymbol type, IReadOnlyList<IParameterSymbol> parameters, SyntaxToken identifier, SyntaxNode? body, bool isMethod)
        {
            var reader = new BodyReader(model, report, cancellation);
            var within = Attribute(symbol, "CoopGen.WithinAttribute")?.ConstructorArguments;
            var doc = Summary(syntax);
            var equation = Attribute(symbol, "CoopGen.EquationAttribute")?.ConstructorArguments.FirstOrDefault().Value as string ?? "";
            var member = new Member
            {
                Name = symbol.Name,
                Type = TypeName(type),
                IsMethod = isMethod,
                IsOverride = symbol.IsOverride,
                IsAbstract = symbol.IsAbstract,
                IsPrivate = symbol.DeclaredAccessibility == Accessibility.Private,
                IsHidden = Attribute(symbol, "CoopGen.HiddenAttribute") is not null,
                ZeroDiagonal = Attribute(symbol, "CoopGen.ZeroDiagonalAttribute") is not null,
                Doc = doc,
                Equation = equation,
                Symbol = Attribute(symbol, "CoopGen.SymbolAttribute")?.ConstructorArguments.FirstOrDefault().Value as string ?? "",
                Min = within is [var low, _] ? Bound(low) : null,
                Max = within is [_, var high] ? Bound(high) : null,
                SumsTo = Attribute(symbol, "CoopGen.SumsToAttribute")?.ConstructorArguments.FirstOrDefault().Value as double?,
                Choices = type.TypeKind == TypeKind.Enum ? Choices(type) : [],
                Parameters = [.. parameters.Select(p => (p.Name, TypeName(p.Type)))],
                Body = body is null ? null : reader.Read(body, type.SpecialType == SpecialType.System_Void),
                At = identifier.GetLocation(),
            };
            if (parameters.FirstOrDefault(p => p.RefKind != RefKind.None || TypeName(p.Type) is not ("Agent" or "double" or "int" or "bool" or "Observation" or "AgentView" or "Report") && p.Type.TypeKind != TypeKind.Enum) is { } odd)
                report(new(Problems.Outside, odd.Locations.FirstOrDefault() ?? member.At, $"A parameter of type '{TypeName(odd.Type)}'", "formulas take agents and numbers"));
            if (doc.Length == 0 && !symbol.IsOverride && !HasInheritDoc(syntax))
                report(new(Problems.NoSummary, member.At, symbol.Name));
            if (inMechanism && isMethod && !symbol.IsOverride && !symbol.IsAbstract && member.Type != "void" && equation.Length == 0)
                report(new(Problems.NoEquation, member.At, symbol.Name));
            return member;
        }
    }

    /// <summary>Names of an enumeration in the order of their values, as <c>Enum.GetValues</c> has them.</summary>
    public static IReadOnlyList<string> Choices(ITypeSymbol type) =>
        [.. type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).OrderBy(f => Convert.ToInt64(f.ConstantValue, System.Globalization.CultureInfo.InvariantCulture)).Select(f => f.Name)];

    public static string TypeName(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => TypeName(array.ElementType) + "[]",
        { SpecialType: SpecialType.System_Double } => "double",
        { SpecialType: SpecialType.System_Int32 } => "int",
        { SpecialType: SpecialType.System_Boolean } => "bool",
        { SpecialType: SpecialType.System_Void } => "void",
        { ContainingNamespace: { Name: "CoopGen", ContainingNamespace.IsGlobalNamespace: true }, TypeKind: not TypeKind.Enum } => type.Name,
        _ => FullName(type),
    };

    private static string Bound(TypedConstant value) => value.Value switch
    {
        string name => name,
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    private static string Describe(SyntaxNode syntax) => syntax switch
    {
        ConstructorDeclarationSyntax => "A constructor",
        DestructorDeclarationSyntax => "A finalizer",
        IndexerDeclarationSyntax => "An indexer",
        EventDeclarationSyntax or EventFieldDeclarationSyntax => "An event",
        OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax => "An operator",
        _ => "This declaration",
    };

    private static bool IsGenerated(SyntaxNode syntax) => syntax.SyntaxTree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal);

    private static AttributeData? Attribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass is { } c && FullName(c) == name);

    private static TypedConstant? Named(AttributeData? attribute, string name)
    {
        if (attribute is not null)
            foreach (var argument in attribute.NamedArguments)
                if (argument.Key == name)
                    return argument.Value;
        return null;
    }

    private Location? ArgumentAt(AttributeData attribute, string? name) =>
        (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax)?.ArgumentList?.Arguments
            .FirstOrDefault(a => a.NameEquals?.Name.Identifier.Text == name)?.Expression.GetLocation();

    private Location? At(INamedTypeSymbol type) =>
        (type.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as TypeDeclarationSyntax)?.Identifier.GetLocation();

    /// <summary>The summary in the documentation comment; read from its text because a compilation without documentation file does not parse it.</summary>
    private static string Summary(SyntaxNode syntax)
    {
        var comment = Comment(syntax);
        var start = comment.IndexOf("<summary>", StringComparison.Ordinal);
        var end = comment.IndexOf("</summary>", StringComparison.Ordinal);
        if (start < 0 || end < start)
            return "";
        var text = comment.Substring(start + 9, end - start - 9);
        text = Regex.Replace(text, "<(?:see|paramref|typeparamref)[^>]*?(?:cref|name|langword)=\"(?:[A-Z]:)?([^\"]*)\"[^>]*/>", "$1");
        text = Regex.Replace(text, "<[^>]*>", "");
        text = text.Replace("&lt;", "<").Replace("&gt;", ">").Replace("&quot;", "\"").Replace("&amp;", "&");
        return Regex.Replace(text, @"\s+", " ").Trim();
    }

    private static bool HasInheritDoc(SyntaxNode syntax) => Comment(syntax).Contains("<inheritdoc");

    private static string Comment(SyntaxNode syntax) => string.Join("\n", syntax.GetLeadingTrivia().ToFullString().Split('\n')
        .Select(l => l.Trim()).Where(l => l.StartsWith("///", StringComparison.Ordinal)).Select(l => l.Substring(3)));
}
