using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the reverse of a batched kernel: as <see cref="AdjointEmitter"/>, for eight environments at once in single precision.</summary>
internal sealed class BatchAdjointEmitter
{
    private readonly BatchContext _class;
    private readonly GameProgram _program;
    private readonly LaneAdjoint _texts;
    private readonly Arena _arena;

    public BatchAdjointEmitter(BatchContext context) => (_class, _program, _texts, _arena) = (context, context.Program, new LaneAdjoint(context), context.Program.Arena);

    private Expr Row => _arena.Index(Expr.Row);

    /// <summary>What is gathered of what is fixed at construction: names and lengths.</summary>
    public IEnumerable<(string Name, string Size)> Gathered =>
        _texts.SetupAdjoints.Select(s => (s.Value, s.Key.Free.Length switch { 0 => "16", 1 => "Each", _ => "Each * N" }));

    /// <summary>The functions of the kernel, and the one of the environment; null for an environment too large to have them.</summary>
    public (string Kernel, string Environment)? TryWrite(string name)
    {
        (string, string)? written = null;
        _arena.Spare(() =>
        {
            var (code, outer) = (new CodeWriter(), new CodeWriter());
            code.Indent();
            code.Indent();
            StepBack(code);
            code.Space();
            ResetBack(code);
            outer.Indent();
            ParametersBack(outer, name);
            written = (code.ToString(), outer.ToString());
        });
        return written;
    }

    /// <summary>From what is fixed at construction to the parameters; in double precision, for one environment.</summary>
    private void ParametersBack(CodeWriter code, string name)
    {
        code.Comment("<summary>From derivatives with respect to what is fixed at construction to those with respect to parameters.</summary>", "/// ");
        code.Open($"private void ParametersBackOf{name}(ReadOnlySpan<float> fixedBack, Span<double> gradient)");
        var context = new ClassContext(_program);
        var constructor = new ConstructorEmitter(context);
        var offsets = new List<string>();
        string Read(Expr e, Func<Expr, string> index) => e.Op != Op.Adjoint ? constructor.Read(e, index)
            : $"fixedBack[{offsets[e.Slot]}{(e.Args.Length switch { 0 => "", 1 => " + " + index(e[0]), _ => $" + {index(e[0])} * N + {index(e[1])}" })}]";
        var lowering = new Lowering(context, code, Read, inSetup: true);
        foreach (var taken in new[] { "fixedBack", "gradient" })
            lowering.Names.Take(taken);
        context.PrintArgument = e => lowering.Print(e);
        var offset = "0";
        foreach (var root in _texts.SetupAdjoints.Keys)
        {
            Expr[] args = root.Free.Length switch { 0 => [], 1 => [Row], _ => [Row, _arena.Index(Expr.Column)] };
            offsets.Add(offset);
            offset += root.Free.Length switch { 0 => " + 1", 1 => " + N", _ => " + N * N" };
            var found = ReverseMode.Of(_arena, _texts.Count, [(root, _arena.Make(Op.Adjoint, slot: offsets.Count - 1, args: args), [.. root.Free])], _texts.IsTunable, _texts.Ranges);
            code.Space();
            if (context.Source(root) is { } source)
                context.Explain(code, source);
            lowering.Prepare([.. found.Select(f => f.Adjoint)]);
            foreach (var one in found)
                code.Line($"gradient[{BatchContext.Text(_texts.Position(one.Target))}] += {lowering.Print(one.Adjoint)};");
        }

        code.Close();
    }

    private List<Statement> Live(IEnumerable<Statement> statements) => Liveness.Statements([.. statements], _class.Live, read: false);

    private Lowering Start(CodeWriter code, Names? taken = null)
    {
        var lowering = new Lowering(_class, code, (e, index) => _texts.Read(e, index), Arithmetic.Lanes, names: taken);
        foreach (var name in BatchStepEmitter.Reserved.Concat(_class.States.Select(ClassContext.Offset)).Concat(["b", "l", "o", "q", "gradient", "weights"]))
            lowering.Names.Take(name);
        _class.PrintArgument = e => lowering.Print(e);
        return lowering;
    }

    private void Forward(CodeWriter code, Names taken) =>
        AdjointEmitter.Forward(code, _texts.Plan, draft => new LaneForward(_texts, _class, draft, Start(draft, taken)).Write());

    private void StepBack(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void StepBack(int block, ref float b, ref float m, ref float p, ref float l, ref float o, ref float q, ref float w, ref float actions, ref float weights, ref float gradient)");
        var (update, settle) = (Live(_program.Update), Live(_program.Settle));
        _texts.Plan = new AdjointPlan(_texts, update.Concat(settle));
        var first = _texts.Plan.Events.Count(e => update.Contains(e.Statement));
        var body = AdjointEmitter.Body();
        var writer = new AdjointWriter(_texts, body, Start(body));
        _texts.ClearPlayed(body);
        body.Line("for (nuint k = 0; k < Each; k += 16)");
        body.Line($"    Store(ref w, {_texts.PaidBack} + k, Load(ref weights, k));");
        Keep(body);
        writer.Events([.. _texts.Plan.Events.Skip(first)]);
        Rewards(body, writer);
        writer.Events([.. _texts.Plan.Events.Take(first)]);
        body.Space();
        body.Comment("What agents did: at a bound the action asked for counts as inside.");
        writer.Gather(writer.Reverse(_texts.PlayedActions()));
        Forward(code, writer.Lowering.Names);
        code.Raw(body.ToString());
        code.Close();
    }

    private void Keep(CodeWriter code)
    {
        foreach (var state in _class.States.Where(s => s.Kind != StateKind.Roster && !_texts.Plan.Changes(s)))
            _texts.Keep(code, state);
    }

    private void Rewards(CodeWriter code, AdjointWriter writer)
    {
        code.Space();
        code.Comment("What agents were paid.");
        var seed = _texts.PaidSeed(Row);
        if (_program.Rewards.All(r => ReferenceEquals(r, _program.Rewards[0])))
        {
            writer.Gather(writer.Reverse([(_program.Rewards[0], seed, [Expr.Row])]));
            return;
        }

        for (var mode = 0; mode < 3; mode++)
        {
            var isMode = _arena.Make(Op.Eq, _arena.Make(Op.Mode), _arena.Const(mode));
            code.Open($"if ((Modes(block) & {BatchContext.Text(1 << mode)}) != 0)");
            writer.Lowering.Push();
            writer.Gather(writer.Reverse([(_program.Rewards[mode], _arena.Make(Op.Select, isMode, seed, _arena.Zero), [Expr.Row])]));
            writer.Lowering.Pop();
            code.Close();
        }
    }

    private void ResetBack(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void ResetBack(int block, ref float b, ref float m, ref float p, ref float l, ref float o, ref float q, ref float w, bool clear)");
        _texts.Plan = new AdjointPlan(_texts, Live(_program.Reset.Select(s => AdjointEmitter.AtReset(_arena, s))), atReset: true);
        var body = AdjointEmitter.Body();
        var writer = new AdjointWriter(_texts, body, Start(body));
        _texts.ClearPlayed(body);
        Keep(body);
        writer.Events(_texts.Plan.Events);
        foreach (var state in _class.States.Where(s => s.Kind is StateKind.Scalar or StateKind.PerAgent or StateKind.PerPair))
        {
            var found = writer.Reverse(AdjointEmitter.Initial(_texts, state, "o"));
            if (found.Count == 0)
                continue;
            body.Space();
            if (state.Persistent)
                body.Open("if (clear)");
            writer.Lowering.Push();
            writer.Gather(found);
            writer.Lowering.Pop();
            if (state.Persistent)
                body.Close();
        }

        writer.Gather(writer.Reverse(_texts.InitialActions()));
        code.Line("Initialise(ref b, ref p, ref w, All, clear);");
        Forward(code, writer.Lowering.Names);
        code.Raw(body.ToString());
        code.Close();
    }
}
