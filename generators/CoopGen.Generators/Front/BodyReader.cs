using System.Runtime.CompilerServices;
using CoopGen.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CoopGen.Generators.Front;

/// <summary>Reads the body of a formula or phase into nodes; whatever is outside the language is reported where it stands.</summary>
internal sealed partial class BodyReader(SemanticModel model, Action<Problem> report, CancellationToken cancellation)
{
    /// <summary>Deepest nesting of a formula; people write below 20.</summary>
    private const int DepthLimit = 200;

    /// <summary>Deepest nesting of syntax of which Roslyn is asked for operations, which it makes recursively. A level of a formula takes up to five of syntax.</summary>
    private const int SyntaxDepthLimit = 5 * DepthLimit;

    /// <summary>Most syntax nodes of a body: some two thousand terms.</summary>
    private const int SyntaxLimit = 20_000;

    /// <summary>Most statements on all ways through a body: what follows an 'if' that may not return is read on both.</summary>
    private const int WaysLimit = 5_000;

    private int _depth;
    private int _ways;

    /// <summary>The body as an expression, or as a statement if <paramref name="isVoid"/>; null if it cannot be read.</summary>
    public Node? Read(SyntaxNode body, bool isVoid)
    {
        if (Excess(body) is { } excess)
            return Fail(Problems.TooLarge, body, "formula", excess);
        if (body is ArrowExpressionClauseSyntax arrow)
        {
            // Parentheses are no operation of their own.
            var expression = arrow.Expression;
            while (expression is ParenthesizedExpressionSyntax inner)
                expression = inner.Expression;
            return model.GetOperation(expression, cancellation) is { } operation
                ? isVoid ? Statement(operation) : Expression(operation)
                : Fail(Problems.Unknown, body, "body", "it does not compile");
        }

        if (model.GetOperation(body, cancellation) is not IBlockOperation block)
            return Fail(Problems.Unknown, body, "body", "it does not compile");
        return isVoid ? Statements(block.Operations, 0, body) : Value(block.Operations, 0, body);
    }

    /// <summary>What is too much for Roslyn's stack or for the passes, or null. Long sums nest on the left, which Roslyn takes one after the other.</summary>
    private static string? Excess(SyntaxNode body)
    {
        var open = new Stack<(SyntaxNode Node, int Depth)>();
        open.Push((body, 0));
        for (var count = 0; open.Count > 0; count++)
        {
            var (node, depth) = open.Pop();
            if (depth > SyntaxDepthLimit)
                return $"nests deeper than {DepthLimit} levels";
            if (count > SyntaxLimit)
                return $"is longer than {SyntaxLimit} symbols";
            foreach (var child in node.ChildNodes())
                open.Push((child, node is BinaryExpressionSyntax binary && child == binary.Left ? depth : depth + 1));
        }

        return null;
    }

    /// <summary>A block that ends in return, as one expression: locals become let, if becomes a conditional.</summary>
    private Node? Value(IReadOnlyList<IOperation> operations, int from, SyntaxNode at)
    {
        cancellation.ThrowIfCancellationRequested();
        if (++_ways > WaysLimit)
            return _ways == WaysLimit + 1 ? Fail(Problems.TooLarge, at, "formula", $"has more than {WaysLimit} statements on all ways through it") : null;
        if (from >= operations.Count)
            return Fail(Problems.Outside, at, "A block that may end without a value", "end it in 'return …;'");
        var operation = operations[from];
        switch (operation)
        {
            case IReturnOperation { ReturnedValue: { } value }:
                return Expression(value);
            case IBlockOperation block:
                return Value([.. block.Operations, .. operations.Skip(from + 1)], 0, at);
            case IVariableDeclarationGroupOperation group:
                return Let(group, () => Value(operations, from + 1, at));
            case IConditionalOperation condition:
                var rest = operations.Skip(from + 1);
                var c = Expression(condition.Condition);
                var then = Value([condition.WhenTrue, .. rest], 0, at);
                var otherwise = condition.WhenFalse is { } whenFalse ? Value([whenFalse, .. rest], 0, at) : Value(operations, from + 1, at);
                return c is null || then is null || otherwise is null ? null : new Node("if", "", At(operation), c, then, otherwise);
            case IExpressionStatementOperation { Operation: not IThrowOperation } statement:
                return Unsupported(statement.Operation);
            case IThrowOperation or IExpressionStatementOperation:
                return Fail(Problems.Outside, operation.Syntax, "'throw'", "declare ranges with [Within] or min and max; they are checked for you");
            default:
                return Unsupported(operation);
        }
    }

    private Node? Statements(IReadOnlyList<IOperation> operations, int from, SyntaxNode at)
    {
        var parts = new List<Node>();
        for (var k = from; k < operations.Count; k++)
        {
            if (operations[k] is IVariableDeclarationGroupOperation group)
            {
                var next = k + 1;
                if (Let(group, () => Statements(operations, next, at)) is { } let)
                    parts.Add(let);
                break;
            }

            if (operations[k] is IReturnOperation { ReturnedValue: null, IsImplicit: true })
                continue;
            if (Statement(operations[k]) is { } part)
                parts.Add(part);
        }

        return new Node("seq", "", parts, at.GetLocation());
    }

    private Node? Let(IVariableDeclarationGroupOperation group, Func<Node?> rest)
    {
        var locals = new List<(string Name, Node? Value, Location At)>();
        foreach (var declarator in group.Declarations.SelectMany(d => d.Declarators))
        {
            if (declarator.GetVariableInitializer()?.Value is { } value)
                locals.Add((declarator.Symbol.Name, Expression(value), declarator.Syntax.GetLocation()));
            else
                locals.Add((declarator.Symbol.Name, Fail(Problems.Reassigned, declarator.Syntax, declarator.Symbol.Name), declarator.Syntax.GetLocation()));
        }

        var body = rest();
        for (var k = locals.Count - 1; k >= 0; k--)
            body = body is null || locals[k].Value is not { } value ? null : new Node("let", locals[k].Name, locals[k].At, value, body);
        return body;
    }

    private Node? Statement(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        switch (operation)
        {
            case IExpressionStatementOperation statement:
                return Statement(statement.Operation);
            case IBlockOperation block:
                return Statements(block.Operations, 0, block.Syntax);
            case IReturnOperation { ReturnedValue: { } value }:
                return Statement(value);
            case IReturnOperation:
                return Fail(Problems.Outside, operation.Syntax, "'return' in a phase", "put what follows under 'if … else'");
            case IConditionalOperation condition:
                var c = Expression(condition.Condition);
                var then = Statement(condition.WhenTrue);
                var otherwise = condition.WhenFalse is { } whenFalse ? Statement(whenFalse) : new Node("seq", "", []);
                return c is null || then is null || otherwise is null ? null : new Node("when", "", At(operation), c, then, otherwise);
            case IInvocationOperation call:
                return Call(call, asStatement: true);
            case IEmptyOperation:
                return new Node("seq", "", []);
            case IConversionOperation { IsImplicit: true } conversion:
                return Statement(conversion.Operand);
            case IVariableDeclarationGroupOperation:
                return Fail(Problems.Outside, operation.Syntax, "A declaration as the only statement", "remove it");
            default:
                return Unsupported(operation);
        }
    }

    private Node? Expression(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++_depth > DepthLimit)
        {
            _depth--;
            return Fail(Problems.TooLarge, operation.Syntax, "formula", $"nests deeper than {DepthLimit} levels");
        }

        try
        {
            return Read(operation);
        }
        finally
        {
            _depth--;
        }
    }

    private Node? Read(IOperation operation)
    {
        var at = At(operation);
        switch (operation)
        {
            case IFieldReferenceOperation { Field: { HasConstantValue: true, ContainingType.TypeKind: TypeKind.Enum } field }:
                return Choice(field, at);
            case { ConstantValue: { HasValue: true, Value: string text } }:
                return new Node("text", text, at);
            case { ConstantValue: { HasValue: true, Value: bool flag } }:
                return new Node("flag", flag ? "true" : "false", at);
            case ILiteralOperation or IFieldReferenceOperation or ILocalReferenceOperation or IPropertyReferenceOperation { Instance: null } when Constant(operation) is { } number:
                return Node.Num(number, at);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus, Operand: ILiteralOperation } when Constant(operation) is { } negative:
                return Node.Num(negative, at);
            case IBinaryOperation { Type.TypeKind: TypeKind.Enum } or IConversionOperation { Type.TypeKind: TypeKind.Enum } when operation.ConstantValue is { HasValue: true, Value: { } bits }:
                return Node.Num(Convert.ToDouble(bits, System.Globalization.CultureInfo.InvariantCulture), at);
            case IParenthesizedOperation parenthesized:
                return Expression(parenthesized.Operand);
            case IParameterReferenceOperation parameter:
                return new Node("var", parameter.Parameter.Name, at);
            case ILocalReferenceOperation local:
                return new Node("var", local.Local.Name, at);
            case IConversionOperation conversion:
                return Conversion(conversion);
            case IUnaryOperation unary:
                return Unary(unary);
            case IBinaryOperation binary:
                return Binary(binary);
            case IConditionalOperation { WhenFalse: { } otherwise } condition:
                return Make("if", "", at, Expression(condition.Condition), Expression(condition.WhenTrue), Expression(otherwise));
            case ISwitchExpressionOperation choice:
                return Switch(choice);
            case IPropertyReferenceOperation property:
                return Property(property);
            case IInvocationOperation call:
                return Call(call, asStatement: false);
            case IDelegateCreationOperation creation:
                return Lambda(creation);
            case IObjectCreationOperation creation:
                return Creation(creation);
            case IArrayCreationOperation { Initializer: { } initializer }:
                return List(initializer.ElementValues, at);
            case ICollectionExpressionOperation collection:
                return List(collection.Elements, at);
            case IFieldReferenceOperation field:
                return Fail(Problems.Field, operation.Syntax, field.Field.Name, field.Field.IsStatic ? "a formula reads no statics: make it a const, a parameter or state" : "a spec has no memory of its own: declare state, or a const");
            case IInvalidOperation:
                return Fail(Problems.Unknown, operation.Syntax, Short(operation.Syntax), "it does not compile: check the spelling and the types");
            default:
                return Unsupported(operation);
        }
    }

    private Node? Conversion(IConversionOperation conversion)
    {
        var (from, to) = (conversion.Operand.Type, conversion.Type);
        if (to?.SpecialType == SpecialType.System_Int32 && from?.SpecialType == SpecialType.System_Double)
            return Fail(Problems.Outside, conversion.Syntax, "A cast that drops the fraction", "compute with doubles");
        if (conversion.OperatorMethod is { } method)
        {
            var operand = Expression(conversion.Operand);
            return method.ContainingType.Name switch
            {
                "ScalarState" => Make("at", "", At(conversion), operand),
                "Agent" => operand,
                _ => Fail(Problems.Outside, conversion.Syntax, $"The conversion to '{to?.Name}'", "write the number itself"),
            };
        }

        return Expression(conversion.Operand);
    }

    private Node? Unary(IUnaryOperation unary) => unary.OperatorKind switch
    {
        UnaryOperatorKind.Minus => Make("op", "-", At(unary), Expression(unary.Operand)),
        UnaryOperatorKind.Plus => Expression(unary.Operand),
        UnaryOperatorKind.Not => Make("op", "!", At(unary), Expression(unary.Operand)),
        _ => Unsupported(unary),
    };

    private Node? Binary(IBinaryOperation binary)
    {
        var text = binary.OperatorKind switch
        {
            BinaryOperatorKind.Add => "+",
            BinaryOperatorKind.Subtract => "-",
            BinaryOperatorKind.Multiply => "*",
            BinaryOperatorKind.Divide => "/",
            BinaryOperatorKind.LessThan => "<",
            BinaryOperatorKind.LessThanOrEqual => "<=",
            BinaryOperatorKind.GreaterThan => ">",
            BinaryOperatorKind.GreaterThanOrEqual => ">=",
            BinaryOperatorKind.Equals => "==",
            BinaryOperatorKind.NotEquals => "!=",
            BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And when binary.Type?.SpecialType == SpecialType.System_Boolean => "&&",
            BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or when binary.Type?.SpecialType == SpecialType.System_Boolean => "||",
            _ => "",
        };
        if (text.Length == 0 || binary.Type?.SpecialType == SpecialType.System_String)
            return Unsupported(binary);
        if (text == "/" && binary.Type?.SpecialType == SpecialType.System_Int32)
            return Fail(Problems.IntegerDivision, binary.Syntax, Short(binary.Syntax));
        return Make("op", text, At(binary), Expression(binary.LeftOperand), Expression(binary.RightOperand));
    }

    private Node? Switch(ISwitchExpressionOperation choice)
    {
        var parts = new List<Node?> { Expression(choice.Value) };
        foreach (var arm in choice.Arms)
        {
            if (arm.Guard is { } guard)
                return Fail(Problems.Outside, guard.Syntax, "A guard in a switch", "use a conditional 'c ? x : y'");
            var value = Expression(arm.Value);
            switch (arm.Pattern)
            {
                case IDiscardPatternOperation:
                    parts.Add(Make("else", "", At(arm), value));
                    break;
                case IConstantPatternOperation pattern:
                    parts.Add(Make("case", "", At(arm), Expression(pattern.Value), value));
                    break;
                default:
                    return Fail(Problems.Outside, arm.Pattern.Syntax, "This pattern", "a switch compares with constants, and '_' takes the rest");
            }
        }

        return Make("switch", "", At(choice), [.. parts]);
    }

    private Node? Lambda(IDelegateCreationOperation creation)
    {
        if (creation.Target is IMethodReferenceOperation method)
        {
            var names = method.Method.Parameters.Select((_, k) => "arg" + k).ToArray();
            if (Reference(method.Method, method.Instance, method.Syntax) is not { } kind)
                return null;
            var call = new Node(kind, method.Method.Name, At(creation), [.. names.Select(n => new Node("var", n, []))]);
            return new Node("fn", "", At(creation), [.. names.Select(n => new Node("var", n, [])), call]);
        }

        if (creation.Target is not IAnonymousFunctionOperation lambda)
            return Unsupported(creation);
        var body = lambda.Body.Operations is [IReturnOperation { ReturnedValue: { } value }] ? Expression(value) : Value(lambda.Body.Operations, 0, lambda.Syntax);
        return Make("fn", "", At(creation), [.. lambda.Symbol.Parameters.Select(p => new Node("var", p.Name, [])), body]);
    }

    private Node? Creation(IObjectCreationOperation creation)
    {
        if (creation.Type is { } type && creation.Constructor is not null)
        {
            var name = ClassReader.TypeName(type);
            if (name is "Dependency" or "Range")
            {
                var arguments = creation.Arguments.OrderBy(a => a.Parameter!.Ordinal).Select(a => Expression(a.Value)).ToArray();
                return Make(name == "Range" ? "range" : "dependency", "", At(creation), arguments);
            }
        }

        return Fail(Problems.Allocation, creation.Syntax, Short(creation.Syntax), "use Sum, From, Of or state");
    }

    private Node? List(IEnumerable<IOperation> elements, Location at)
    {
        var items = elements.Select(e => e is ISpreadOperation ? Unsupported(e) : Expression(e)).ToArray();
        return Make("list", "", at, items);
    }

    private static Node Choice(IFieldSymbol field, Location at)
    {
        var names = ClassReader.Choices(field.ContainingType);
        var position = 0;
        while (position < names.Count && names[position] != field.Name)
            position++;
        // Flags are numbers, other enumerations positions among their names.
        return field.ContainingType.Name == "Show" ? Node.Num(Convert.ToDouble(field.ConstantValue, System.Globalization.CultureInfo.InvariantCulture), at)
            : new Node("choice", field.Name, at, Node.Num(position));
    }

    private static double? Constant(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: { } value } && value is double or float or int or long or byte or short or uint or decimal
        ? Convert.ToDouble(operation.ConstantValue.Value, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>A node whose operands may have failed; then it fails too.</summary>
    private static Node? Make(string op, string text, Location? at, params Node?[] args) =>
        Array.IndexOf(args, null) >= 0 ? null : new Node(op, text, args!, at);

    private static Location At(IOperation operation) => operation.Syntax.GetLocation();

    private static string Short(SyntaxNode syntax)
    {
        var text = syntax.ToString().Split('\n')[0].Trim();
        return text.Length <= 40 ? text : text.Substring(0, 37) + "…";
    }

    private Node? Fail(DiagnosticDescriptor what, SyntaxNode at, params object[] arguments)
    {
        report(new(what, at.GetLocation(), arguments));
        return null;
    }
}
