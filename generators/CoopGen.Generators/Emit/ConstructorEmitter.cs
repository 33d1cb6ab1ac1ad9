using System.Globalization;
using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Writes fields and constructor: everything that is fixed when an environment is made, and its checks.</summary>
internal sealed class ConstructorEmitter(ClassContext context)
{
    /// <summary>Whether all lengths are known at compile time.</summary>
    public bool IsConst => context.Program.Agents.IsConst && context.Program.States.All(s => s.Capacity is null or { IsConst: true });

    public void Fields(CodeWriter code)
    {
        var program = context.Program;
        if (IsConst)
        {
            var n = (int)program.Agents.Value;
            var at = 0;
            code.Line($"private const int N = {Text(n)};");
            code.Line($"private const int AtGiven = ActionsOffset + {Text(n * context.Dimensions)};");
            code.Line($"private const int AtPaid = AtGiven + {Text(n * context.Dimensions)};");
            foreach (var state in program.States)
            {
                code.Line($"private const int {ClassContext.Offset(state)} = AtPaid + {Text(n + at)};");
                at += Size(state, n);
            }
        }
        else
        {
            foreach (var name in new[] { "N", "AtGiven", "AtPaid" }.Concat(program.States.Select(ClassContext.Offset)))
                code.Line($"private readonly int {name};");
        }

        foreach (var (name, value) in context.Fields.All)
        {
            if (context.Source(value) is { } source && context.Doc(source.Member) is { Length: > 0 } doc)
                code.Comment(doc);
            code.Line($"private readonly {SetupFields.Type(value)} {name};");
        }

        foreach (var declaration in context.ScratchDeclarations)
            code.Line(IsConst ? declaration.Replace("{N}", "N") : declaration.Substring(0, declaration.IndexOf(" = ", StringComparison.Ordinal)) + ";");
    }

    public void Emit(CodeWriter code)
    {
        var program = context.Program;
        code.Comment("<summary>Makes the environment.</summary>", "/// ");
        code.Comment("<param name=\"parameters\">Values for some parameters; null for all defaults.</param>", "/// ");
        code.Comment("<exception cref=\"ArgumentException\">A parameter is unknown, or its value is not allowed.</exception>", "/// ");
        code.Open($"public {context.ClassName}(ParameterSet? parameters = null) : base(Manifest, parameters)");
        var lowering = new Lowering(context, code, Read, inSetup: true);
        foreach (var name in new[] { "parameters", "low", "high", "initial", "length", "actions", "sum" })
            lowering.Names.Take(name);
        context.PrintArgument = e => lowering.Print(e);
        if (!IsConst)
        {
            lowering.Prepare(program.Agents);
            code.Line($"N = Require.Agents({lowering.Print(program.Agents)});");
            Offsets(code);
        }

        foreach (var (name, value) in context.Fields.All)
            Field(code, lowering, name, value);
        foreach (var check in program.Checks)
            Check(code, lowering, check);
        if (!IsConst)
        {
            foreach (var declaration in context.ScratchDeclarations)
                code.Line(declaration.Substring(declaration.IndexOf('_')).Replace("{N}", "N"));
        }

        Actions(code, lowering);
        Lengths(code, lowering);
        code.Line($"Allocate(N, {StateLength()}, length, low, high, initial, [{string.Join(", ", program.Actions.Select(Choices))}]);");
        code.Close();
    }

    /// <summary>Prints what is fixed at construction in another member of the class.</summary>
    public Lowering Setup(CodeWriter code)
    {
        var lowering = new Lowering(context, code, Read, inSetup: true);
        context.PrintArgument = e => lowering.Print(e);
        return lowering;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Size(StateDeclaration state, int n) => state.Kind switch
    {
        StateKind.Scalar => 1,
        StateKind.PerAgent => n,
        StateKind.PerPair => n * n,
        StateKind.Window => 2 + n * (int)state.Capacity!.Value,
        _ => 1 + 3 * n,
    };

    private static string Choices(ActionDeclaration action) => action.Values is null ? "null" : "[" + string.Join(", ", action.Values.Select(v => CodeWriter.Literal(v))) + "]";

    private string StateLength() => context.Program.States.Count == 0 ? "0" : $"{ClassContext.Offset(context.Program.States[context.Program.States.Count - 1])} - AtPaid - N + {context.Size(context.Program.States[context.Program.States.Count - 1])}";

    private void Offsets(CodeWriter code)
    {
        var d = context.Dimensions == 1 ? "N" : "N * " + Text(context.Dimensions);
        code.Line($"AtGiven = ActionsOffset + {d};");
        code.Line($"AtPaid = AtGiven + {d};");
        var before = "AtPaid + N";
        foreach (var state in context.Program.States)
        {
            if (state.Capacity is { IsConst: false })
                Field(code, null, context.Fields.Reference(state.Capacity, _ => "")!, state.Capacity);
            code.Line($"{ClassContext.Offset(state)} = {before};");
            before = $"{ClassContext.Offset(state)} + {context.Size(state)}";
        }
    }

    /// <summary>Computes a field.</summary>
    public void Field(CodeWriter code, Lowering? given, string name, Expr value)
    {
        var lowering = given ?? new Lowering(context, code, Read, inSetup: true);
        context.PrintArgument = e => lowering.Print(e);
        lowering.Prepare(value);
        switch (value.Free.Length)
        {
            case 0:
                code.Line($"{name} = {lowering.Print(value)};");
                break;
            case 1:
                code.Line($"{name} = new {(value.IsFlag ? "bool" : "double")}[N];");
                lowering.ForEach(Expr.Row, [], [value], () => code.Line($"{name}[{lowering.IndexName(Expr.Row)}] = {lowering.Print(value)};"));
                break;
            default:
                code.Line($"{name} = new {(value.IsFlag ? "bool" : "double")}[N * N];");
                lowering.ForEach(Expr.Row, [], [value], () =>
                {
                    var i = lowering.IndexName(Expr.Row);
                    lowering.ForEach(Expr.Column, [Expr.Row], [value], () => code.Line($"{name}[{i} * N + {lowering.IndexName(Expr.Column)}] = {lowering.Print(value)};"));
                });
                break;
        }
    }

    private void Check(CodeWriter code, Lowering lowering, Check check)
    {
        var name = check.Member.Name;
        Expr[] roots = [check.Value, .. new[] { check.Min, check.Max }.Where(e => e is not null).Select(e => e!)];
        if (roots.All(e => e.IsConst) && check.SumsTo is null)
            return;
        code.Space();
        lowering.Push();
        lowering.Prepare(roots);
        var (min, max) = (check.Min ?? context.Program.Arena.Const(double.NegativeInfinity), check.Max ?? context.Program.Arena.Const(double.PositiveInfinity));
        string Within(string label) => $"Require.Within({label}, {lowering.Print(check.Value)}, {lowering.Print(min)}, {lowering.Print(max)});";
        switch (check.Arity)
        {
            case 0:
                code.Line(Within(CodeWriter.Literal(name)));
                break;
            case 1:
                if (check.SumsTo is not null)
                    code.Line("var sum = 0.0;");
                lowering.ForEach(Expr.Row, [], roots, () =>
                {
                    if (check.Min is not null || check.Max is not null)
                        code.Line(Within($"$\"{name}[{{{lowering.IndexName(Expr.Row)}}}]\""));
                    if (check.SumsTo is not null)
                        code.Line($"sum += {lowering.Print(check.Value)};");
                });
                if (check.SumsTo is { } total)
                    code.Line($"Require.Sum({CodeWriter.Literal(name)}, sum, {CodeWriter.Literal(total)});");
                break;
            default:
                lowering.ForEach(Expr.Row, [], roots, () =>
                {
                    var i = lowering.IndexName(Expr.Row);
                    lowering.ForEach(Expr.Column, [Expr.Row], roots, () =>
                    {
                        var j = lowering.IndexName(Expr.Column);
                        if (check.Min is not null || check.Max is not null)
                            code.Line(Within($"$\"{name}[{{{i}}}, {{{j}}}]\""));
                        if (check.ZeroDiagonal)
                        {
                            code.Line($"if ({i} == {j})");
                            code.Line($"    Require.Within($\"{name}[{{{i}}}, {{{i}}}]\", {lowering.Print(check.Value)}, 0.0, 0.0);");
                        }
                    });
                });
                break;
        }

        lowering.Pop();
    }

    private void Actions(CodeWriter code, Lowering lowering)
    {
        var d = Text(context.Dimensions);
        var length = context.Dimensions == 1 ? "N" : $"N * {d}";
        code.Space();
        code.Line($"var (low, high, initial) = (new double[{length}], new double[{length}], new double[{length}]);");
        Expr[] roots = [.. context.Program.Actions.SelectMany(a => new[] { a.Low, a.High, a.Initial })];
        lowering.Prepare(roots);
        lowering.ForEach(Expr.Row, [], roots, () =>
        {
            foreach (var action in context.Program.Actions)
            {
                var at = context.Dimensions == 1 ? lowering.IndexName(Expr.Row) : $"{lowering.IndexName(Expr.Row)} * {d} + {Text(action.Slot)}";
                code.Line($"low[{at}] = {lowering.Print(action.Low)};");
                code.Line($"high[{at}] = {lowering.Print(action.High)};");
                code.Line($"initial[{at}] = {lowering.Print(action.Initial)};");
            }
        });
    }

    private void Lengths(CodeWriter code, Lowering lowering)
    {
        static string Length(ObservationPart part) => part.Arity switch { 0 => "1", 1 => "N", _ => "N * N" };
        var always = context.Program.Observation.Where(p => p.Guard.IsTrue).Select(Length).ToList();
        code.Line($"var length = {(always.Count == 0 ? "0" : string.Join(" + ", always))};");
        foreach (var part in context.Program.Observation.Where(p => !p.Guard.IsTrue))
        {
            lowering.Prepare(part.Guard);
            code.Line($"if ({lowering.Print(part.Guard)})");
            code.Line($"    length += {Length(part)};");
        }
    }

    /// <summary>Text of what is fixed at construction.</summary>
    public string Read(Expr e, Func<Expr, string> index)
    {
        switch (e.Op)
        {
            case Op.Parameter:
                var parameter = context.Program.Parameters[e.Slot];
                var value = $"Parameter({CodeWriter.Literal(parameter.Name)})";
                return parameter.Kind switch { "Range" => value + (e.Part == 1 ? ".Range.High" : ".Range.Low"), "Switch" => value + ".Flag", _ => value + ".Number" };
            case Op.Agents:
                return "(double)N";
            case Op.Horizon:
                return "(double)Horizon";
            case Op.Mode:
                return "(double)(int)Mode";
            case Op.Table:
                var from = e.Part > 0 ? 2 : 1;
                var entries = string.Join(", ", e.Args.Skip(from).Select(a => context.PrintArgument!(a)));
                var rows = e.Part > 0 ? $"{index(e[0])} * {Text(e.Part)} + {index(e[1])}" : index(e[0]);
                return $"Require.Table([{entries}], {Text(e.Part > 0 ? e.Part : e.Args.Length - 1)}, N)[{rows}]";
            default:
                throw new InvalidOperationException($"{e.Op} is not fixed at construction.");
        }
    }
}
