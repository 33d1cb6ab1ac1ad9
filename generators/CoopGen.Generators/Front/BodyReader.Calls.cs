using CoopGen.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CoopGen.Generators.Front;

/// <summary>Calls, properties and all that is outside the language.</summary>
internal sealed partial class BodyReader
{
    private static readonly HashSet<string> Declarations = ["Parameter", "Continuous", "Finite", "ScalarState", "AgentState", "PairState", "Window", "Roster"];

    /// <summary>Members of Spec that specs override: called by name, not as functions of the language.</summary>
    private static readonly HashSet<string> Overridable = ["n", "Actions", "Reset", "Update", "Reward", "Settle", "Terminated", "Observe", "Report"];

    private Node? Property(IPropertyReferenceOperation property)
    {
        var at = At(property);
        var symbol = property.Property;
        var owner = ClassReader.TypeName(symbol.ContainingType);
        if (symbol.IsIndexer)
        {
            if (owner is not ("AgentState" or "PairState" or "Window" or "Vector" or "Matrix" or "ActionVar" or "GivenActions"))
                return Fail(Problems.Outside, property.Syntax, $"An index into '{owner}'", "index state, actions, vectors and matrices by agents");
            return Make("at", "", at, [Expression(property.Instance!), .. property.Arguments.Select(a => Expression(a.Value))]);
        }

        if (property.Instance is not (null or IInstanceReferenceOperation))
        {
            return (owner, symbol.Name) switch
            {
                (_, "Now") => Make("now", "", at, Expression(property.Instance)) is { } now && owner == "ScalarState" ? new Node("at", "", at, now) : Make("now", "", at, Expression(property.Instance)),
                ("ActionVar", "Given") => Make("given", "", at, Expression(property.Instance)),
                ("Window" or "Roster", "Count") or ("Window", "Capacity") or ("Range", "Low" or "High") => Make("get", symbol.Name, at, Expression(property.Instance)),
                ("Agent", "Index") => Fail(Problems.Outside, property.Syntax, "The number of an agent", "compare agents with == and !=, or give one value per agent with Of, First or From"),
                _ => Expression(property.Instance) is null ? null : Fail(Problems.Unknown, property.Syntax, symbol.ContainingType.Name + "." + symbol.Name, Instead(symbol)),
            };
        }

        return Reference(symbol, property.Instance, property.Syntax) is { } kind ? new Node(kind, symbol.Name, at) : null;
    }

    /// <summary>How a member is reached: <c>member</c>, <c>base</c> or <c>dsl</c>; null (and reported) if the language does not know it.</summary>
    private string? Reference(ISymbol symbol, IOperation? instance, SyntaxNode at)
    {
        var owner = ClassReader.FullName(symbol.ContainingType);
        if (owner == ClassReader.Root && !Overridable.Contains(symbol.Name))
            return "dsl";
        if (owner == ClassReader.Root || IsSpec(symbol.ContainingType) && !symbol.IsStatic)
            return instance?.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.BaseExpressionSyntax ? "base" : "member";
        if (IsSpec(symbol.ContainingType))
            Fail(Problems.Unknown, at, symbol.Name, "static members are not read; make it an instance member");
        else
            Fail(Problems.Unknown, at, symbol.ContainingType.Name + "." + symbol.Name, Instead(symbol));
        return null;
    }

    private static string Instead(ISymbol symbol) => (symbol.ContainingType.Name, symbol.Name) switch
    {
        ("Math" or "MathF", "Log" or "Exp" or "Tanh" or "Pow" or "Sqrt" or "Abs" or "Min" or "Max") => $"write '{symbol.Name}(…)' of Spec instead",
        ("Math" or "MathF", "Clamp") => "write 'Clip(…)' of Spec instead",
        ("Random", _) => "write 'Uniform', 'Normal' or 'Bernoulli' of Spec inside a Set, which follow the seed",
        ("Console" or "File" or "Debug" or "Trace", _) => "a formula does no input or output: report values in Report",
        ("DateTime" or "Stopwatch" or "Environment", _) => "a formula depends on the game alone: 't' is the step",
        ("Enumerable", _) => "write Sum, Mean, Min, Max, Any, Every or Count of Spec instead",
        _ => "a formula uses members of the spec and of Spec only",
    };

    private static bool IsSpec(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
            if (ClassReader.FullName(type) == ClassReader.Root)
                return true;
        return false;
    }

    private Node? Call(IInvocationOperation call, bool asStatement)
    {
        var at = At(call);
        var method = call.TargetMethod;
        var owner = ClassReader.TypeName(method.ContainingType);
        var name = method.Name;
        if (owner is "ScalarState" or "AgentState" or "PairState" or "Window" or "Roster" or "Observation" or "AgentView" or "Report" && call.Instance is { } instance)
        {
            if ((owner, name) is ("Window", "Mean") or ("Roster", "Has" or "Timer"))
                return Make("ask", name, at, [Expression(instance), .. call.Arguments.Select(a => Expression(a.Value))]);
            if (!asStatement)
                return Fail(Problems.WrongPlace, call.Syntax, owner + "." + name);
            return owner is "Observation" or "AgentView" or "Report"
                ? Make("do", name, at, [Expression(instance), .. Named(call)])
                : Make("do", name, at, [Expression(instance), .. call.Arguments.Select(a => Expression(a.Value))]);
        }

        if (call.Instance is not (null or IInstanceReferenceOperation) && Expression(call.Instance) is null || Reference(method, call.Instance, call.Syntax) is not { } kind)
            return null;
        if (kind == "dsl" && Declarations.Contains(name))
        {
            if (!StandsAlone(call))
                return Fail(Problems.DeclarationInside, call.Syntax, name, "give it a name of its own, 'double x => " + name + "(…);', and use the name here");
            return Make("dsl", name, at, [.. Named(call)]);
        }

        return Make(kind, name, at, [.. Positional(call)]);
    }

    /// <summary>Arguments that are written, by parameter name.</summary>
    private IEnumerable<Node?> Named(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            yield return Make("arg", argument.Parameter!.Name, At(argument), Expression(argument.Value));
        }
    }

    /// <summary>Arguments in order of the parameters; those of a params list one by one.</summary>
    private IEnumerable<Node?> Positional(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments.OrderBy(a => a.Parameter!.Ordinal))
        {
            if (argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            if (argument.Parameter!.IsParams)
            {
                if (Expression(argument.Value) is not { } list)
                    yield return null;
                else
                    foreach (var item in list.Args)
                        yield return item;
            }
            else
            {
                yield return Expression(argument.Value);
            }
        }
    }

    /// <summary>Whether a call is all there is to a property.</summary>
    private static bool StandsAlone(IInvocationOperation call)
    {
        var parent = call.Syntax.Parent;
        return parent is Microsoft.CodeAnalysis.CSharp.Syntax.ArrowExpressionClauseSyntax { Parent: Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax or Microsoft.CodeAnalysis.CSharp.Syntax.AccessorDeclarationSyntax };
    }

    private Node? Unsupported(IOperation operation)
    {
        var (what, instead) = operation switch
        {
            ILoopOperation => ("A loop", "use Sum, Product, Mean, Min, Max, Any, Every or Count over agents"),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } => Reassigned(local),
            ICompoundAssignmentOperation { Target: ILocalReferenceOperation local } => Reassigned(local),
            IIncrementOrDecrementOperation { Target: ILocalReferenceOperation local } => Reassigned(local),
            IAssignmentOperation or IIncrementOrDecrementOperation => ("An assignment", "state changes with 'x.Set(…)'"),
            ITryOperation or IThrowOperation => ("Exception handling", "declare ranges with [Within] or min and max; they are checked for you"),
            IObjectCreationOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation or ITypeParameterObjectCreationOperation => ("", ""),
            IInterpolatedStringOperation => ("A text", "formulas compute numbers"),
            IAwaitOperation => ("'await'", "formulas are computed at once"),
            ILocalFunctionOperation => ("A function in a function", "make it a formula of the spec"),
            IUsingOperation or IUsingDeclarationOperation or ILockOperation => ("A 'using' or 'lock'", "formulas hold nothing"),
            ISwitchOperation => ("A switch statement", "use a switch expression"),
            IIsPatternOperation or IIsTypeOperation => ("A pattern", "use comparisons"),
            ICoalesceOperation or IConditionalAccessOperation => ("A test for null", "nothing in a formula is null"),
            IArrayElementReferenceOperation => ("An array element", "use a Vector or state"),
            ITupleOperation or IDeconstructionAssignmentOperation => ("A tuple", "use two locals"),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder } => ("A remainder", "count with a state instead"),
            IBinaryOperation => ("This operator", "formulas have + - * /, comparisons, && and ||"),
            IAnonymousFunctionOperation => ("A lambda here", "lambdas are arguments of Sum, Set and the like"),
            IInstanceReferenceOperation => ("'this' alone", "name the member that is meant"),
            IReturnOperation => ("'return' here", "put what follows under 'if … else'"),
            IBranchOperation => ("A jump", "use conditions"),
            IInvalidOperation => (null, ""),
            _ => ("This construct", "see the list of what a formula may contain in the help page"),
        };
        if (what is null)
            return Fail(Problems.Unknown, operation.Syntax, Short(operation.Syntax), "it does not compile: check the spelling and the types");
        if (what.Length == 0)
            return Fail(Problems.Allocation, operation.Syntax, Short(operation.Syntax), "use Sum, From, Of or state");
        return instead.Length == 0 ? Fail(Problems.Reassigned, operation.Syntax, what) : Fail(Problems.Outside, operation.Syntax, what, instead);
    }

    private static (string?, string) Reassigned(ILocalReferenceOperation local) => (local.Local.Name, "");
}
