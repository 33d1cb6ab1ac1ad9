using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>
/// Writes the batched kernel: the step of eight environments at once, in single precision. A small fixed number of agents is written out
/// without loops, every state read and written once; else loops run over agents and pairs.
/// </summary>
internal sealed class BatchEmitter
{
    private readonly GameProgram _program;
    private readonly BatchContext _class;

    private BatchEmitter(GameProgram program) => (_program, _class) = (program, new BatchContext(program));

    private bool HasConstantAgents => _program.Agents.IsConst;

    /// <summary>The file with the kernel.</summary>
    public static string Emit(GameProgram program, string compilerVersion) => new BatchEmitter(program).Write(compilerVersion);

    private string Write(string version)
    {
        var environment = _program.Chain.Environment;
        var functions = new List<string>();
        void Function(Action<CodeWriter> write)
        {
            var body = new CodeWriter();
            body.Indent();
            body.Indent();
            write(body);
            functions.Add(body.ToString());
        }

        Function(Begin);
        Function(new BatchStepEmitter(_class).Play);
        Function(WriteColumns);
        Function(ReadState);

        var code = new CodeWriter();
        EnvironmentEmitter.Header(code, environment.Id, usings: ["System.Runtime.CompilerServices", "System.Runtime.Intrinsics", "static CoopGen.LaneOps"]);
        EnvironmentEmitter.Namespace(code, environment.Namespace);
        code.Open($"{(environment.IsPublic ? "public" : "internal")} sealed partial class {_class.ClassName}");
        code.Line("/// <inheritdoc/>");
        code.Line("protected override EnvironmentBatch MakeBatch(BatchPlan plan) => new Batch(plan);");
        code.Space();
        WriteSetup(code);
        foreach (var window in Windows())
            WindowRows(code, window);
        if (_program.Observation.Any(p => !p.Guard.IsTrue))
            ObservationShape(code);
        code.Space();
        code.Comment("<summary>Eight environments at a time: one per lane.</summary>", "/// ");
        code.Line($"[GeneratedCode(\"CoopGen\", \"{version}\")]");
        code.Open("private sealed class Batch : EnvironmentBatch");
        Layout(code);
        foreach (var function in functions)
            code.Raw("\n" + function);
        code.Close();
        code.Close();
        return code.ToString();
    }

    private IEnumerable<StateDeclaration> Windows() => _class.States.Where(s => s.Kind == StateKind.Window && !s.Capacity!.IsConst);

    /// <summary>Where everything lies, and the constructor that makes room for it.</summary>
    private void Layout(CodeWriter code)
    {
        var n = _class.N;
        var actions = _class.Dimensions == 1 ? n : $"{n} * {BatchContext.Text(_class.Dimensions)}";
        var memory = new List<(string Name, string Size)> { ("AtActions", actions) };
        if (_class.KeepsGiven)
            memory.Add(("AtGiven", actions));
        if (_class.KeepsPaid)
            memory.Add(("AtPaid", n));
        memory.AddRange(_class.States.Select(s => (ClassContext.Offset(s), _class.Entries(s))));
        var shared = _class.States.Where(s => s.Kind == StateKind.Window).Select(s => (BatchContext.Top(s), "1")).ToList();
        memory.AddRange(shared);
        var setup = _class.Fields.All.Select(f => (f.Name, Size: f.Value.Free.Length switch { 0 => "1", 1 => n, _ => $"{n} * {n}" })).ToList();
        var work = _class.Work.Select(w => (Name: w.Key, Size: w.Value)).ToList();
        var isConst = HasConstantAgents && !Windows().Any();
        var kind = isConst ? "const" : "readonly";
        if (isConst)
            code.Line($"private const int N = {BatchContext.Text((int)_program.Agents.Value)};");
        else
            code.Line("private readonly int N;");
        foreach (var window in Windows())
            code.Line($"private readonly int {BatchContext.Rows(window)};");
        var lengths = new List<string>();
        foreach (var (entries, first) in new[] { (memory, "1"), (setup, "2"), (work, "0") })
        {
            var at = first;
            foreach (var (name, size) in entries)
            {
                code.Line(isConst ? $"private const int {name} = {at};" : $"private readonly int {name};");
                at = $"{name} + {size}";
            }

            lengths.Add(at);
        }

        code.Space();
        code.Open("public Batch(BatchPlan plan) : base(plan)");
        if (!isConst)
        {
            code.Line(HasConstantAgents ? $"N = {BatchContext.Text((int)_program.Agents.Value)};" : "N = AgentCount;");
            foreach (var window in Windows())
            {
                code.Line("foreach (var variant in plan.Variants)");
                code.Line($"    {BatchContext.Rows(window)} = Math.Max({BatchContext.Rows(window)}, (({_class.ClassName})variant).RowsOf{window.Name}());");
            }

            foreach (var (entries, first) in new[] { (memory, "1"), (setup, "2"), (work, "0") })
            {
                var at = first;
                foreach (var (name, size) in entries)
                {
                    code.Line($"{name} = {at};");
                    at = $"{name} + {size}";
                }
            }
        }

        code.Line($"Allocate({lengths[0]}, {BatchContext.Text(shared.Count)}, {(setup.Count == 0 ? "0" : lengths[1] + " - 2")}, {lengths[2]});");
        code.Close();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override void WriteSetup(GameEnvironment variant, Span<float> values) => (({_class.ClassName})variant).WriteSetup(values);");
    }

    /// <summary>Where every entry of the memory of a scalar environment lies in a lane.</summary>
    private void ReadState(CodeWriter code)
    {
        var inConst = new ConstructorEmitter(new ClassContext(_program)).IsConst;
        string There(string name) => inConst ? $"{_class.ClassName}.{name}" : $"environment.{name}";
        var actions = _class.Dimensions == 1 ? "N" : $"N * {BatchContext.Text(_class.Dimensions)}";
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void ReadState(GameEnvironment variant, ReadOnlySpan<double> state, Span<float> lane)");
        if (!inConst)
            code.Line($"var environment = ({_class.ClassName})variant;");
        code.Line($"Copy(state, GameEnvironment.HeaderLength, lane, AtActions, {actions});");
        if (_class.KeepsGiven)
            code.Line($"Copy(state, {There("AtGiven")}, lane, AtGiven, {actions});");
        if (_class.KeepsPaid)
            code.Line($"Copy(state, {There("AtPaid")}, lane, AtPaid, N);");
        foreach (var state in _class.States)
        {
            var at = ClassContext.Offset(state);
            code.Line(state.Kind == StateKind.Window ? $"CopyWindow(state, {There(at)}, {Capacity(state)}, lane, {at}, {BatchContext.Top(state)}, N, {BatchContext.Rows(state)});"
                : $"Copy(state, {There(at)}, lane, {at}, {_class.Entries(state)});");
        }

        code.Close();
        string Capacity(StateDeclaration window) => window.Capacity!.IsConst ? BatchContext.Rows(window) : $"environment.RowsOf{window.Name}()";
    }

    /// <summary>What is fixed at construction, in double precision up to the last step.</summary>
    private void WriteSetup(CodeWriter code)
    {
        code.Comment("<summary>Writes what is fixed at construction, in the order of the kernel's setup.</summary>", "/// ");
        code.Open("private void WriteSetup(Span<float> values)");
        if (_class.Fields.All.Count > 0)
            code.Line("var at = 0;");
        var context = new ClassContext(_program);
        var constructor = new ConstructorEmitter(context);
        var lowering = constructor.Setup(code);
        foreach (var name in new[] { "values", "at" })
            lowering.Names.Take(name);
        foreach (var (_, value) in _class.Fields.All)
        {
            code.Space();
            if (_class.Source(value) is { } source)
                _class.Explain(code, source);
            lowering.Prepare(value);
            string Value() => value.IsFlag ? $"{lowering.Print(value, 2)} ? TrueBits : 0f" : $"(float){lowering.Print(value, 9)}";
            if (value.Free.Length == 0)
            {
                code.Line($"values[at++] = {Value()};");
                continue;
            }

            lowering.ForEach(Expr.Row, [], [value], () =>
            {
                if (value.Free.Length == 1)
                    code.Line($"values[at++] = {Value()};");
                else
                    lowering.ForEach(Expr.Column, [Expr.Row], [value], () => code.Line($"values[at++] = {Value()};"));
            });
        }

        code.Close();
    }

    private void WindowRows(CodeWriter code, StateDeclaration window)
    {
        code.Space();
        code.Comment($"<summary>How many profiles {window.Name} keeps.</summary>", "/// ");
        code.Open($"private int RowsOf{window.Name}()");
        var lowering = new ConstructorEmitter(new ClassContext(_program)).Setup(code);
        lowering.Prepare(window.Capacity!);
        code.Line($"return (int){lowering.Print(window.Capacity!, 9)};");
        code.Close();
    }

    private void ObservationShape(CodeWriter code)
    {
        code.Space();
        code.Line("/// <inheritdoc/>");
        code.Open("protected override string ObservationShape()");
        var lowering = new ConstructorEmitter(new ClassContext(_program)).Setup(code);
        Expr[] guards = [.. _program.Observation.Where(p => !p.Guard.IsTrue).Select(p => p.Guard)];
        lowering.Prepare(guards);
        code.Line($"return string.Concat({string.Join(", ", guards.Select(g => $"{lowering.Print(g, 2)} ? \"1\" : \"0\""))});");
        code.Close();
    }

    private void Begin(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void Begin(int block, ref float m, ref float p, ref float w, Vector256<float> where, bool clear)");
        var lowering = new BatchStepEmitter(_class).Start(code);
        Expr[] initial = [.. _program.Actions.Select(a => a.Initial)];
        lowering.Prepare(initial);
        lowering.ForEach(Expr.Row, [], initial, () =>
        {
            foreach (var action in _program.Actions)
            {
                foreach (var from in _class.KeepsGiven ? new[] { "AtActions", "AtGiven" } : ["AtActions"])
                    code.Line($"Store(ref m, {_class.ActionEntry(from, lowering.IndexName(Expr.Row), action.Slot)}, {lowering.Print(action.Initial)}, where);");
            }

            if (_class.KeepsPaid)
                code.Line($"Store(ref m, AtPaid + {lowering.IndexName(Expr.Row)}, None, where);");
        });
        foreach (var state in _class.States)
        {
            if (state.Persistent)
                code.Open("if (clear)");
            Initialise(code, lowering, state);
            if (state.Persistent)
                code.Close();
        }

        new BatchStepEmitter(_class).Statements(code, lowering, Passes.Liveness.Statements(_program.Reset, _class.Live, read: false), "where");
        code.Close();
    }

    private void Initialise(CodeWriter code, Lowering lowering, StateDeclaration state)
    {
        var at = ClassContext.Offset(state);
        switch (state.Kind)
        {
            case StateKind.Window:
                code.Line($"LaneWindows.Clear(ref m, {at}, N, {BatchContext.Rows(state)}, where);");
                break;
            case StateKind.Roster:
                code.Line($"LaneRosters.Fill(ref m, {at}, N, where);");
                break;
            case StateKind.Scalar:
                code.Line($"Store(ref m, {at}, {lowering.Print(state.Initial)}, where);");
                break;
            default:
                code.Line($"for (var k = 0; k < {_class.Entries(state)}; k++)");
                code.Line($"    Store(ref m, {at} + k, {lowering.Print(state.Initial)}, where);");
                if (state.Kind == StateKind.PerPair && !ReferenceEquals(state.Initial, state.Diagonal))
                {
                    code.Line("for (var i = 0; i < N; i++)");
                    code.Line($"    Store(ref m, {at} + i * N + i, {lowering.Print(state.Diagonal)}, where);");
                }

                break;
        }
    }

    private void WriteColumns(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void WriteColumns(int block, ref float m, ref float p, ref float w, ref float columns)");
        var lowering = new BatchStepEmitter(_class).Start(code);
        lowering.Names.Take("columns");
        if (_program.Observation.Count > 0)
            code.Line("var at = 0;");
        lowering.Prepare([.. _program.Observation.Where(p => p.Guard.IsTrue).Select(p => p.Value)]);
        foreach (var part in _program.Observation)
        {
            code.Space();
            code.Comment(part.Name);
            if (!part.Guard.IsTrue)
            {
                code.Open($"if (EveryLane({lowering.Print(part.Guard)}))");
                lowering.Push();
                lowering.Prepare(part.Value);
            }

            void Write() => code.Line($"Store(ref columns, at++, {lowering.Print(part.Value)});");
            if (part.Arity == 0)
                Write();
            else if (part.Arity == 1)
                lowering.ForEach(Expr.Row, [], [part.Value], Write);
            else
                lowering.ForEach(Expr.Row, [], [part.Value], () => lowering.ForEach(Expr.Column, [Expr.Row], [part.Value], Write));
            if (!part.Guard.IsTrue)
            {
                lowering.Pop();
                code.Close();
            }
        }

        code.Close();
    }
}
