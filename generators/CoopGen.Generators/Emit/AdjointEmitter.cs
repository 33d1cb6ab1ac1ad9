using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>
/// Writes the reverse of an environment: from derivatives with respect to the state after a step and to what it pays, those with
/// respect to the state before it, the actions and, gathered over steps, what parameters fix.
/// </summary>
internal sealed class AdjointEmitter
{
    private readonly GameProgram _program;
    private readonly ScalarAdjoint _texts;
    private readonly ClassContext _class;
    private readonly Arena _arena;

    private AdjointEmitter(GameProgram program)
    {
        (_program, _texts, _arena) = (program, new ScalarAdjoint(program), program.Arena);
        _class = _texts.Class;
    }

    private Expr Row => _arena.Index(Expr.Row);

    private bool IsConst => new ConstructorEmitter(_class).IsConst;

    /// <summary>The file with the reverse; null for an environment too large to have one.</summary>
    public static string? TryEmit(GameProgram program, string compilerVersion)
    {
        string? text = null;
        program.Arena.Spare(() => text = new AdjointEmitter(program).Write(compilerVersion));
        return text;
    }

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

        Function(StepBack);
        Function(ResetBack);
        Function(ParametersBack);
        var code = new CodeWriter();
        EnvironmentEmitter.Header(code, environment.Id);
        EnvironmentEmitter.Namespace(code, environment.Namespace);
        code.Open($"{(environment.IsPublic ? "public" : "internal")} sealed partial class {_class.ClassName}");
        code.Line("/// <inheritdoc/>");
        code.Line("protected override EnvironmentAdjoint MakeAdjoint() => new Adjoint(this);");
        code.Space();
        code.Comment("<summary>The reverse of a step: derivatives go from what it does to what it did it with.</summary>", "/// ");
        code.Line($"[GeneratedCode(\"CoopGen\", \"{version}\")]");
        code.Open("private sealed class Adjoint : EnvironmentAdjoint");
        Fields(code);
        foreach (var function in functions)
            code.Raw("\n" + function);
        code.Close();
        code.Close();
        return code.ToString();
    }

    private void Fields(CodeWriter code)
    {
        var constructor = new ConstructorEmitter(_class);
        var offsets = _program.States.Select(ClassContext.Offset).ToList();
        if (!IsConst)
        {
            foreach (var name in new[] { "N", "AtGiven", "AtPaid" }.Concat(offsets))
                code.Line($"private readonly int {name};");
        }

        foreach (var (name, value) in _class.Fields.All)
        {
            if (_class.Source(value) is { } source && _class.Doc(source.Member) is { Length: > 0 } doc)
                code.Comment(doc);
            code.Line($"private readonly {SetupFields.Type(value)} {name};");
        }

        foreach (var declaration in _class.ScratchDeclarations)
            code.Line(declaration.Substring(0, declaration.IndexOf(" = ", StringComparison.Ordinal)) + ";");
        foreach (var name in _texts.SetupAdjoints.Values)
            code.Line($"private readonly double[] {name};");
        code.Space();
        code.Open($"public Adjoint({_class.ClassName} environment) : base(environment)");
        if (!IsConst)
        {
            foreach (var name in new[] { "N", "AtGiven", "AtPaid" }.Concat(offsets))
                code.Line($"{name} = environment.{name};");
        }

        var lowering = constructor.Setup(code);
        lowering.Names.Take("environment");
        foreach (var (name, value) in _class.Fields.All)
            constructor.Field(code, lowering, name, value);
        foreach (var declaration in _class.ScratchDeclarations)
            code.Line(declaration.Substring(declaration.IndexOf('_')).Replace("{N}", "N"));
        foreach (var setup in _texts.SetupAdjoints)
            code.Line($"{setup.Value} = new double[{setup.Key.Free.Length switch { 0 => "1", 1 => "N", _ => "N * N" }}];");
        code.Close();
    }

    private Lowering Begin(CodeWriter code, IEnumerable<string> names, Names? taken = null)
    {
        var lowering = new Lowering(_class, code, (e, index) => _texts.Read(e, index), names: taken);
        foreach (var name in names)
            lowering.Names.Take(name);
        _class.PrintArgument = e => lowering.Print(e);
        return lowering;
    }

    /// <summary>A writer for what stands in a function.</summary>
    public static CodeWriter Body()
    {
        var body = new CodeWriter();
        body.Indent();
        body.Indent();
        body.Indent();
        return body;
    }

    /// <summary>What lies between the versions in memory is computed first; to compute it may take more of the kind.</summary>
    public static void Forward(CodeWriter code, AdjointPlan plan, Action<CodeWriter> write)
    {
        for (var known = -1; known < plan.Between.Count;)
        {
            known = plan.Between.Count;
            var draft = Body();
            write(draft);
            if (known == plan.Between.Count)
                code.Raw(draft.ToString());
        }
    }

    private void Forward(CodeWriter code, Names taken) =>
        Forward(code, _texts.Plan, draft => new AdjointForward(_texts, draft, Begin(draft, [], taken)).Write());

    private void StepBack(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void StepBack(ReadOnlySpan<double> before, ReadOnlySpan<double> after, Span<double> paid, Span<double> later, Span<double> earlier, Span<double> played, Span<double> given)");
        string[] names = ["before", "after", "paid", "later", "earlier", "played", "given"];
        var (update, settle) = (_program.Update, _program.Settle);
        var plan = _texts.Plan = new AdjointPlan(_texts, update.Concat(settle));
        var first = plan.Events.Count(e => update.Contains(e.Statement));
        var body = Body();
        var writer = new AdjointWriter(_texts, body, Begin(body, names));
        Keep(body);
        writer.Events(plan.Events.Skip(first).ToList());
        Rewards(body, writer);
        writer.Events(plan.Events.Take(first).ToList());
        Actions(body, writer);
        Forward(code, writer.Lowering.Names);
        code.Raw(body.ToString());
        code.Close();
    }

    /// <summary>What a step does not change goes back as it is.</summary>
    private void Keep(CodeWriter code)
    {
        foreach (var state in _program.States.Where(s => s.Kind != StateKind.Roster && !_texts.Plan.Changes(s)))
            _texts.Keep(code, state);
    }

    private void Rewards(CodeWriter code, AdjointWriter writer)
    {
        code.Space();
        code.Comment("What agents were paid.");
        var seed = _texts.PaidSeed(Row);
        var found = Array.ConvertAll(_program.Rewards, r => writer.Reverse([(r, seed, [Expr.Row])]));
        GameEmitter.PerMode(code, writer.Lowering, mode => [.. found[mode].Where(f => f.Stage == 1).Select(f => f.Adjoint)], mode => writer.Gather(found[mode]));
    }

    private void Actions(CodeWriter code, AdjointWriter writer)
    {
        code.Space();
        code.Comment("What agents did: at a bound the action asked for counts as inside.");
        writer.Gather(writer.Reverse(_texts.PlayedActions()));
    }

    private void ResetBack(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void ResetBack(ReadOnlySpan<double> before, ReadOnlySpan<double> after, double[] m, Span<double> later, Span<double> earlier, Span<double> played, bool clear)");
        string[] names = ["before", "after", "m", "later", "earlier", "played", "clear"];
        var reset = _program.Reset.Select(s => AtReset(_arena, s)).ToList();
        _texts.Plan = new AdjointPlan(_texts, reset, atReset: true);
        var body = Body();
        var writer = new AdjointWriter(_texts, body, Begin(body, names));
        Keep(body);
        writer.Events(_texts.Plan.Events);
        foreach (var state in _program.States.Where(s => s.Kind is StateKind.Scalar or StateKind.PerAgent or StateKind.PerPair))
            Initial(body, writer, state);
        writer.Gather(writer.Reverse(_texts.InitialActions()));
        if (_program.States.Count > 0)
            EnvironmentEmitter.Initialise(_class, code, Begin(code, [], writer.Lowering.Names));
        Forward(code, writer.Lowering.Names);
        code.Raw(body.ToString());
        code.Close();
    }

    /// <summary>Before the first step agents have done what they do initially, whether asked for or played, and have been paid nothing.</summary>
    public static Statement AtReset(Arena arena, Statement statement) => statement with
    {
        Values = Array.ConvertAll(statement.Values, v => Rewriter.Rewrite(arena, v, e => e.Op switch
        {
            Op.Given => arena.Make(Op.Action, slot: e.Slot, args: e.Args),
            Op.Paid => arena.Zero,
            _ => e,
        })),
        Then = [.. statement.Then.Select(s => AtReset(arena, s))],
        Else = [.. statement.Else.Select(s => AtReset(arena, s))],
    };

    /// <summary>The initial value of a state as a result.</summary>
    public static IReadOnlyList<(Expr Root, Expr Seed, int[] Domain)> Initial(AdjointTexts texts, StateDeclaration state, string memory)
    {
        var (arena, offset) = (texts.Program.Arena, ClassContext.Offset(state));
        var (row, column) = (arena.Index(Expr.Row), arena.Index(Expr.Column));
        return state.Kind switch
        {
            StateKind.Scalar => [(state.Initial, texts.Adjoint(memory, offset), [])],
            StateKind.PerAgent => [(state.Initial, texts.Adjoint(memory, offset, 1, row), [Expr.Row])],
            _ =>
            [
                (state.Initial, arena.Make(Op.Select, arena.Make(Op.Not, arena.Make(Op.Eq, row, column)), texts.Adjoint(memory, offset, 1, row, column), arena.Zero), [Expr.Row, Expr.Column]),
                (state.Diagonal, texts.Adjoint(memory, offset, 1, row, row), [Expr.Row]),
            ],
        };
    }

    private void Initial(CodeWriter code, AdjointWriter writer, StateDeclaration state)
    {
        var found = writer.Reverse(Initial(_texts, state, "earlier"));
        if (found.Count == 0)
            return;
        code.Space();
        _class.Explain(code, (_program.Chain.Environment, state.Member));
        if (state.Persistent)
            code.Open("if (clear)");
        writer.Lowering.Push();
        writer.Gather(found);
        writer.Lowering.Pop();
        if (state.Persistent)
            code.Close();
    }

    /// <summary>From what is fixed at construction to the parameters it is computed from; once per episode.</summary>
    private void ParametersBack(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void ParametersBack(Span<double> gradient)");
        var constructor = new ConstructorEmitter(_class);
        var lowering = new Lowering(_class, code, (e, index) => e.Op == Op.Adjoint ? _texts.Read(e, index) : constructor.Read(e, index), inSetup: true);
        lowering.Names.Take("gradient");
        _class.PrintArgument = e => lowering.Print(e);
        foreach (var setup in _texts.SetupAdjoints)
        {
            var (root, name) = (setup.Key, setup.Value);
            Expr[] args = root.Free.Length switch { 0 => [], 1 => [Row], _ => [Row, _arena.Index(Expr.Column)] };
            var found = ReverseMode.Of(_arena, _texts.Count, [(root, _texts.Adjoint(name, "", 1, args), [.. root.Free])], _texts.IsTunable, _texts.Ranges);
            code.Space();
            if (_class.Source(root) is { } source)
                _class.Explain(code, source);
            lowering.Prepare([.. found.Select(f => f.Adjoint)]);
            foreach (var one in found)
                code.Line($"gradient[{BatchContext.Text(_texts.Position(one.Target))}] += {lowering.Print(one.Adjoint)};");
        }

        foreach (var name in _texts.SetupAdjoints.Values)
            code.Line($"Array.Clear({name});");
        code.Close();
    }
}
