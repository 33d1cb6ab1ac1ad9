using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>
/// Writes the batched kernel: the step of eight environments at once, in single precision. A small fixed number of agents is written out
/// without loops, every state read and written once; else loops run over agents and pairs.
/// </summary>
internal sealed class BatchEmitter
{
    /// <summary>Numbers of agents up to this have a kernel of their own.</summary>
    private const int MostAgents = 64;

    private readonly GameProgram _program;
    private readonly BatchContext _class;
    private readonly string _name;
    private readonly bool _inConst;
    private readonly List<string> _offsets = ["N", "Each"];

    /// <summary>What the reverse gathers; null where there is none.</summary>
    private List<(string Name, string Size)>? _gathered;

    private BatchEmitter(GameProgram program, bool inConst, string name = "Batch")
    {
        _inConst = inConst;
        var analysis = Link.RangeChecks.Analysis(program, 0);
        _name = name;
        Link.Optimiser.Apply(program, e => Reassociation.Run(program.Arena, e, analysis, program.Agents));
        foreach (var statements in new[] { program.Reset, program.Update, program.Settle })
            for (var k = 0; k < statements.Count; k++)
                statements[k] = OffDiagonal(program, statements[k], analysis);
        (_program, _class) = (program, new BatchContext(program));
    }

    /// <summary>What is set for pairs is set for two different agents.</summary>
    private static Statement OffDiagonal(GameProgram program, Statement statement, IntervalAnalysis analysis) => statement with
    {
        Values = statement is { Kind: StatementKind.Set, State.Kind: StateKind.PerPair }
            ? Array.ConvertAll(statement.Values, v => Reassociation.Run(program.Arena, Reassociation.OffDiagonal(program.Arena, v, program.Agents), analysis, program.Agents)) : statement.Values,
        Then = [.. statement.Then.Select(s => OffDiagonal(program, s, analysis))],
        Else = [.. statement.Else.Select(s => OffDiagonal(program, s, analysis))],
    };

    private bool HasConstantAgents => _program.Agents.IsConst;

    /// <summary>Whether all places are known at compile time.</summary>
    private bool IsConst => HasConstantAgents && !Windows().Any();

    /// <summary>The file with the kernel, and the one with its step for two blocks at once.</summary>
    public static (string Text, string Pairs) Emit(GameProgram program, string compilerVersion)
    {
        var (environment, n) = (program.Chain.Environment, DefaultValues.Agents(program));
        // Whether the scalar environment knows its places at compile time.
        var inConst = new ConstructorEmitter(new ClassContext(program)).IsConst;
        var (body, pairs) = (new CodeWriter(), new CodeWriter());
        body.Indent();
        pairs.Indent();
        var general = new BatchEmitter(program, inConst);
        general.Write(body, pairs, compilerVersion);
        foreach (var window in general.Windows())
            general.WindowRows(body, window);
        if (program.Observation.Any(p => !p.Guard.IsTrue))
            general.ObservationShape(body);
        var made = "new Batch(plan)";
        if (!program.Agents.IsConst && n <= MostAgents)
        {
            // The usual number of agents has a kernel of its own, in which all places are known.
            var name = "BatchOf" + BatchContext.Text(n);
            made = $"plan.Variants[0].AgentCount == {BatchContext.Text(n)} ? new {name}(plan) : new Batch(plan)";
            Link.Optimiser.Apply(program, e => ConstantFolding.Fold(program.Arena, Rewriter.Rewrite(program.Arena, e, x => x.Op == Op.Agents ? program.Arena.Const(n) : x), program.Arena.Const(n)));
            program.Agents = program.Arena.Const(n);
            new BatchEmitter(program, inConst, name).Write(body, pairs, compilerVersion);
        }

        string File(string vector, string operations, string members)
        {
            var code = new CodeWriter();
            EnvironmentEmitter.Header(code, environment.Id, usings: ["System.Runtime.CompilerServices", "System.Runtime.Intrinsics", "V = System.Runtime.Intrinsics." + vector, "static CoopGen." + operations]);
            EnvironmentEmitter.Namespace(code, environment.Namespace);
            code.Open($"{(environment.IsPublic ? "public" : "internal")} sealed partial class {new ClassContext(program).ClassName}");
            code.Raw(members);
            code.Close();
            return code.ToString();
        }

        return (File("Vector256", "LaneOps", $"    /// <inheritdoc/>\n    protected override EnvironmentBatch MakeBatch(BatchPlan plan) => {made};\n\n" + body), File("Vector512", "WideOps", pairs.ToString()));
    }

    private void Write(CodeWriter code, CodeWriter pairs, string version)
    {
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
        Function(Initialise);
        Function(new BatchStepEmitter(_class).Play);
        var play = functions[functions.Count - 1];
        Function(c => _class.Calls.Write(c, _program, _class.States));
        Function(WriteColumns);
        Function(new BatchViewEmitter(_class).Write);
        Function(ReadState);
        Function(new BatchReportEmitter(_class).Write);
        var adjoint = new BatchAdjointEmitter(_class);
        if (adjoint.TryWrite(_name) is var (reverse, parameters))
        {
            _gathered = [.. adjoint.Gathered];
            functions.Add(reverse);
            code.Raw(parameters);
            code.Space();
        }

        WriteSetup(code);
        code.Space();
        code.Comment("<summary>Eight environments at a time: one per lane.</summary>", "/// ");
        code.Line($"[GeneratedCode(\"CoopGen\", \"{version}\")]");
        code.Open($"private sealed partial class {_name} : EnvironmentBatch");
        Layout(code);
        foreach (var function in functions)
            code.Raw("\n" + (IsConst ? function : WithOffsets(function)));
        code.Close();
        if (_class.States.All(s => s.Kind != StateKind.Window || _class.IsSteady(s)))
            WritePairs(pairs, play);
    }

    /// <summary>
    /// The same step in vectors twice as wide. Where lanes decide on their own whether a window gets a profile, there is none: the newest row
    /// is then another one in the next block.
    /// </summary>
    private void WritePairs(CodeWriter code, string play)
    {
        code.Space();
        code.Open($"private sealed partial class {_name}");
        code.Line("/// <inheritdoc/>");
        code.Line("protected override bool HasPairs => true;");
        var text = System.Text.RegularExpressions.Regex.Replace(IsConst ? play : WithOffsets(play), @"\bVector256\b", "Vector512");
        code.Raw("\n" + text.Replace("void Play(", "void PlayPairs(").Replace("block++", "block += 2")
            .Replace(" Modes(", " PairModes(").Replace(" WriteRows(", " WritePairRows(")
            .Replace("LaneRows.", "WideRows.").Replace("LaneStates.", "WideStates.").Replace("LaneWindows.", "WideWindows.").Replace("LaneRosters.", "WideRosters."));
        code.Close();
    }

    private IEnumerable<StateDeclaration> Windows() => _class.States.Where(s => s.Kind == StateKind.Window && !s.Capacity!.IsConst);

    /// <summary>Places that are known at construction become locals of the step: a field is read again after every store.</summary>
    private string WithOffsets(string function)
    {
        const string Start = "            var stride = range.Stride;\n";
        var used = _offsets.Concat(Windows().Select(BatchContext.Rows)).Where(name => System.Text.RegularExpressions.Regex.IsMatch(function, $@"\b{name}\b"));
        return function.Replace(Start, Start + string.Concat(used.Select(name => $"            var {name} = this.{name};\n")));
    }

    /// <summary>Where everything lies, and the constructor that makes room for it.</summary>
    private void Layout(CodeWriter code)
    {
        var n = _class.N;
        var actions = _class.Dimensions == 1 ? "Each" : $"Each * {BatchContext.Text(_class.Dimensions)}";
        var memory = new List<(string Name, string Size)> { ("AtActions", actions) };
        memory.AddRange(_class.States.Select(s => (ClassContext.Offset(s), _class.Length(s))));
        if (_class.KeepsGiven)
            memory.Add(("AtGiven", actions));
        if (_class.KeepsPaid)
            memory.Add(("AtPaid", "Each"));
        var shared = _class.States.Where(s => s.Kind == StateKind.Window).Select(s => (BatchContext.Top(s), "16")).ToList();
        memory.AddRange(shared);
        var setup = _class.Fields.All.Select(f => (f.Name, Size: f.Value.Free.Length switch { 0 => "16", 1 => "Each", _ => $"Each * {n}" })).ToList();
        var work = _class.Work.Select(w => (Name: w.Key, Size: w.Value)).ToList();
        var isConst = IsConst;
        var kind = isConst ? "const" : "readonly";
        if (isConst)
            code.Line($"private const nuint N = {BatchContext.Text((int)_program.Agents.Value)};");
        else
            code.Line("private readonly nuint N;");
        code.Line(isConst ? "private const nuint Each = 16 * N;" : "private readonly nuint Each;");
        foreach (var window in Windows())
            code.Line($"private readonly nuint {BatchContext.Rows(window)};");
        var lengths = new List<string>();
        foreach (var (entries, first) in new[] { (memory, "16"), (setup, "32"), (work, "0"), (_gathered ?? [], "0") })
        {
            var at = first;
            foreach (var (name, size) in entries)
            {
                code.Line(isConst ? $"private const nuint {name} = {at};" : $"private readonly nuint {name};");
                _offsets.Add(name);
                at = $"{name} + {size}";
            }

            lengths.Add(at);
        }

        code.Space();
        code.Open($"public {_name}(BatchPlan plan) : base(plan)");
        if (!isConst)
        {
            code.Line(HasConstantAgents ? $"N = {BatchContext.Text((int)_program.Agents.Value)};" : "N = (nuint)AgentCount;");
            code.Line("Each = 16 * N;");
            foreach (var window in Windows())
            {
                code.Line("foreach (var variant in plan.Variants)");
                code.Line($"    {BatchContext.Rows(window)} = Math.Max({BatchContext.Rows(window)}, (nuint)(({_class.ClassName})variant).RowsOf{window.Name}());");
            }

            foreach (var (entries, first) in new[] { (memory, "16"), (setup, "32"), (work, "0"), (_gathered ?? [], "0") })
            {
                var at = first;
                foreach (var (name, size) in entries)
                {
                    code.Line($"{name} = {at};");
                    at = $"{name} + {size}";
                }
            }
        }

        code.Line($"Allocate((int)({lengths[0]}) / 16, {BatchContext.Text(shared.Count)}, {(setup.Count == 0 ? "0" : $"(int)({lengths[1]}) / 16 - 2")}, (int)({lengths[2]}) / 16);");
        code.Close();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override void WriteSetup(GameEnvironment variant, Span<float> values) => (({_class.ClassName})variant).WriteSetupOf{_name}(values);");
        if (_gathered is null)
            return;
        code.Space();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override int BackLength => (int)({lengths[3]}) / 16;");
        code.Space();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override void ParametersBack(GameEnvironment variant, ReadOnlySpan<float> fixedBack, Span<double> gradient) => (({_class.ClassName})variant).ParametersBackOf{_name}(fixedBack, gradient);");
    }

    /// <summary>Where every entry of the memory of a scalar environment lies in a lane.</summary>
    private void ReadState(CodeWriter code)
    {
        string There(string name) => _inConst ? $"{_class.ClassName}.{name}" : $"environment.{name}";
        var actions = _class.Dimensions == 1 ? "(int)N" : $"(int)N * {BatchContext.Text(_class.Dimensions)}";
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void ReadState(GameEnvironment variant, ReadOnlySpan<double> state, Span<float> lane)");
        if (!_inConst)
            code.Line($"var environment = ({_class.ClassName})variant;");
        code.Line($"Copy(state, GameEnvironment.HeaderLength, lane, (int)AtActions / 16, {actions});");
        if (_class.KeepsGiven)
            code.Line($"Copy(state, {There("AtGiven")}, lane, (int)AtGiven / 16, {actions});");
        if (_class.KeepsPaid)
            code.Line($"Copy(state, {There("AtPaid")}, lane, (int)AtPaid / 16, (int)N);");
        foreach (var state in _class.States)
        {
            var at = ClassContext.Offset(state);
            code.Line(state.Kind == StateKind.Window ? $"CopyWindow(state, {There(at)}, {Capacity(state)}, lane, (int){at} / 16, (int){BatchContext.Top(state)} / 16, (int)N, (int){BatchContext.Rows(state)});"
                : $"Copy(state, {There(at)}, lane, (int){at} / 16, (int)({_class.Length(state)}) / 16);");
        }

        code.Close();
        string Capacity(StateDeclaration window) => window.Capacity!.IsConst ? BatchContext.Rows(window) : $"environment.RowsOf{window.Name}()";
    }

    /// <summary>What is fixed at construction, in double precision up to the last step.</summary>
    private void WriteSetup(CodeWriter code)
    {
        code.Comment("<summary>Writes what is fixed at construction, in the order of the kernel's setup.</summary>", "/// ");
        code.Open($"private void WriteSetupOf{_name}(Span<float> values)");
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
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
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
        code.Line("Initialise(ref m, ref p, ref w, where, clear);");
        new BatchStepEmitter(_class).Statements(code, lowering, Liveness.Statements(_program.Reset, _class.Live, read: false), "where");
        code.Close();
    }

    private void Initialise(CodeWriter code)
    {
        code.Comment("<summary>Gives states their initial values in the lanes of a mask.</summary>", "/// ");
        code.Open("private void Initialise(ref float m, ref float p, ref float w, Vector256<float> where, bool clear)");
        var lowering = new BatchStepEmitter(_class).Start(code);
        foreach (var state in _class.States)
        {
            if (state.Persistent)
                code.Open("if (clear)");
            Initialise(code, lowering, state);
            if (state.Persistent)
                code.Close();
        }

        code.Close();
    }

    private void Initialise(CodeWriter code, Lowering lowering, StateDeclaration state)
    {
        var at = ClassContext.Offset(state);
        switch (state.Kind)
        {
            case StateKind.Window:
                code.Line($"LaneWindows.Clear(ref m, {at}, Each, {BatchContext.Rows(state)}, where);");
                break;
            case StateKind.Roster:
                code.Line($"LaneRosters.Fill(ref m, {at}, Each, where);");
                break;
            case StateKind.Scalar:
                code.Line($"Store(ref m, {at}, {lowering.Print(state.Initial)}, where);");
                break;
            default:
                code.Line($"for (nuint k = 0; k < {_class.Length(state)}; k += 16)");
                code.Line($"    Store(ref m, {at} + k, {lowering.Print(state.Initial)}, where);");
                if (state.Kind == StateKind.PerPair && !ReferenceEquals(state.Initial, state.Diagonal))
                {
                    code.Line("for (nuint i = 0; i < Each; i += 16)");
                    code.Line($"    Store(ref m, {at} + i * N + i, {lowering.Print(state.Diagonal)}, where);");
                }

                break;
        }
    }

    private void WriteColumns(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        code.Open("protected override void WriteColumns(int block, ref float m, ref float p, ref float w, ref float columns)");
        var lowering = new BatchStepEmitter(_class).Start(code);
        lowering.Names.Take("columns");
        if (_program.Observation.Count > 0)
            code.Line("nuint at = 0;");
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

            void Write()
            {
                code.Line($"Store(ref columns, at, {lowering.Print(part.Value)});");
                code.Line("at += 16;");
            }

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
