using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the step of a block of eight environments: what is conditional in the spec is computed in all lanes and kept where the condition holds.</summary>
internal sealed class BatchStepEmitter(BatchContext context)
{
    /// <summary>Names that kernels call or have.</summary>
    public static readonly string[] Reserved =
    [
        "m", "p", "w", "block", "range", "where", "clear", "terminated", "clipped", "modes", "mode", "only", "rows", "at", "restart", "restarts", "truncated", "actions", "rewards", "stride", "Each", "From", "Multiply",
        "LogOfProduct", "LogOfNormal", "Log1pOfPositive", "ExpOfSmall", "TanhOfFinite", "PowOfPositive",
        "V", "All", "None", "Of", "Mask", "Load", "Store", "Select", "Fma", "Min", "Max", "Lt", "Le", "Eq", "Abs", "Sqrt", "Log", "Log1p", "Exp", "Tanh", "Pow", "AnyLane", "EveryLane",
        "Memory", "Setup", "Modes", "Draw", "End", "WriteRows", "LaneWindows", "LaneRosters", "LaneStates", "LaneRows", "PairModes", "WritePairRows", "WideWindows", "WideRosters", "WideStates", "WideRows", "Vector256", "Vector512", "DrawPhase", "N", "Math", "Unsafe",
    ];

    private GameProgram Program => context.Program;

    /// <summary>Begins a function of the kernel.</summary>
    public Lowering Start(CodeWriter code)
    {
        var lowering = new Lowering(context, code, (e, index) => context.Read(e, index), Arithmetic.Lanes);
        foreach (var name in Reserved.Concat(context.States.Select(ClassContext.Offset)))
            lowering.Names.Take(name);
        context.PrintArgument = e => lowering.Print(e);
        return lowering;
    }

    public void Play(CodeWriter code)
    {
        context.Calls.IsOn = true;
        code.Line("/// <inheritdoc/>");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        code.Open("protected override void Play(in BatchRange range, ref float w)");
        code.Line("var stride = range.Stride;");
        var unrolled = UnrolledStep.TryMake(context);
        if (unrolled?.Restarts == true)
            code.Line("var restarts = Mask(range.Restarts);");
        code.Open("for (var block = range.First; block < range.Last; block++)");
        code.Line("ref var m = ref Memory(block);");
        code.Line("ref var p = ref Setup(block);");
        code.Line("ref var actions = ref range.Actions(block);");
        code.Line("ref var rewards = ref range.Rewards(block);");
        code.Line("Store(ref m, 0, Load(ref m, 0) + Of(1f));");
        code.Line("var clipped = None;");
        if (unrolled is not null)
        {
            context.ExplainsOnce = true;
            new UnrolledEmitter(context, this, unrolled).Write(code);
            context.ExplainsOnce = false;
        }
        else
        {
            Loops(code);
        }

        code.Close();
        code.Close();
        context.Calls.IsOn = false;
    }

    /// <summary>Writes statements, each in the lanes of a mask; all lanes where that is null.</summary>
    public void Statements(CodeWriter code, Lowering lowering, IReadOnlyList<Statement> statements, string? where)
    {
        for (var k = 0; k < statements.Count; k++)
        {
            code.Space();
            var together = Together(lowering, statements, k);
            if (together.Count == 1)
                Statement(code, lowering, statements[k], where);
            else
                SetTogether(code, lowering, together, where);
            k += together.Count - 1;
        }
    }

    /// <summary>Writes what agents are paid, once if all modes are alike, else for the modes that occur in the block.</summary>
    /// <param name="code">Where it is written.</param>
    /// <param name="lowering">What it is written with.</param>
    /// <param name="roots">The rewards of a mode.</param>
    /// <param name="write">Writes the rewards of a mode; paid only in the lanes of the mask named, if one is.</param>
    public void PerMode(CodeWriter code, Lowering lowering, Func<int, Expr[]> roots, Action<int, string?> write)
    {
        var all = Enumerable.Range(0, 3).Select(roots).ToArray();
        if (all.All(r => r.SequenceEqual(all[0])))
        {
            lowering.Prepare(all[0]);
            write(0, null);
            return;
        }

        lowering.PrepareShared(all);
        code.Line("var modes = Modes(block);");
        for (var mode = 0; mode < 3; mode++)
        {
            code.Space();
            code.Open($"if ((modes & {BatchContext.Text(1 << mode)}) != 0)");
            code.Line($"var only = modes == {BatchContext.Text(1 << mode)} ? All : V.Equals(V.LoadUnsafe(ref p, 16), V.Create({BatchContext.Text(mode)}f));");
            lowering.Push();
            context.Calls.Mode = mode;
            lowering.Prepare(all[mode]);
            write(mode, "only");
            context.Calls.Mode = null;
            lowering.Pop();
            code.Close();
        }
    }

    /// <summary>Pays an agent.</summary>
    public void Pay(CodeWriter code, string agent, string reward, string? only)
    {
        var where = only is null ? "" : ", " + only;
        code.Line($"Store(ref rewards, {BatchContext.There(agent, 1, 0)}, {reward}{where});");
        if (context.KeepsPaid)
            code.Line($"Store(ref m, {BatchContext.Sum("AtPaid", agent)}, Load(ref rewards, {BatchContext.There(agent, 1, 0)}));");
    }

    /// <summary>Calls that change windows and lists; what they take lies in work memory.</summary>
    public void Change(CodeWriter code, Lowering lowering, Statement statement, string? where)
    {
        var state = statement.State!;
        var (at, mask) = (ClassContext.Offset(state), where is null ? "" : ", " + where);
        var next = statement.Kind == StatementKind.Tick ? "" : context.NextRegion(state);
        code.Line(statement.Kind switch
        {
            StatementKind.Push => $"LaneWindows.Push(ref m, {at}, {BatchContext.Top(state)}, Each, {BatchContext.Rows(state)}, {Capacity(lowering, state)}, ref w, {next}{mask});",
            StatementKind.Tick => $"LaneRosters.Tick(ref m, {at}, Each, {where ?? "All"});",
            StatementKind.Admit => $"LaneRosters.Admit(ref m, {at}, Each, ref w, {next}, {where ?? "All"});",
            _ => $"LaneRosters.Remove(ref m, {at}, Each, ref w, {next}, {lowering.Print(statement.Values[1])}, {lowering.Print(statement.Values[2])}, {where ?? "All"});",
        });
    }

    private static string Capacity(Lowering lowering, StateDeclaration window) => lowering.Print(window.Capacity!);

    private void Loops(CodeWriter code)
    {
        var lowering = Start(code);
        Actions(code, lowering);
        Statements(code, lowering, Liveness.Statements(Program.Update, context.Live, read: false), null);
        code.Space();
        code.Comment("What every agent is paid.");
        PerMode(code, lowering, mode => [Program.Rewards[mode]], (mode, only) => lowering.ForEach(Expr.Row, [], [Program.Rewards[mode]],
            () => Pay(code, lowering.IndexName(Expr.Row), lowering.Print(Program.Rewards[mode]), only)));
        Statements(code, lowering, Liveness.Statements(Program.Settle, context.Live, read: false), null);
        lowering.Prepare(Program.Terminated);
        code.Line($"var terminated = {lowering.Print(Program.Terminated)};");
        new RowEmitter(context).Write(code, lowering);
        code.Line("End(block, ref m, ref p, ref w, terminated, clipped, range);");
    }

    private void Actions(CodeWriter code, Lowering lowering)
    {
        Expr[] bounds = [.. Program.Actions.SelectMany(a => new[] { a.Low, a.High })];
        lowering.Prepare(bounds);
        lowering.ForEach(Expr.Row, [], bounds, () =>
        {
            var i = lowering.IndexName(Expr.Row);
            foreach (var action in Program.Actions)
            {
                var (given, played) = (lowering.Names.Local("given"), lowering.Names.Local("action"));
                code.Line($"var {given} = V.LoadUnsafe(ref actions, {BatchContext.There(i, context.Dimensions, action.Slot)});");
                code.Line($"var {played} = V.MinNative(V.MaxNative({given}, {lowering.Print(action.Low)}), {lowering.Print(action.High)});");
                code.Line($"clipped |= ~V.Equals({played}, {given});");
                code.Line($"Store(ref m, {context.ActionEntry("AtActions", i, action.Slot)}, {played});");
                if (context.KeepsGiven)
                    code.Line($"Store(ref m, {context.ActionEntry("AtGiven", i, action.Slot)}, {given});");
            }
        });
    }

    private void Statement(CodeWriter code, Lowering lowering, Statement statement, string? where)
    {
        switch (statement.Kind)
        {
            case StatementKind.Set:
                context.Explain(code, (Program.Chain.Environment, statement.State!.Member));
                Set(code, lowering, statement.State, statement.Values[0], where);
                break;
            case StatementKind.Push or StatementKind.Remove or StatementKind.Admit:
                context.Explain(code, (Program.Chain.Environment, statement.State!.Member));
                lowering.Prepare(statement.Values);
                var next = context.NextRegion(statement.State);
                lowering.ForEach(Expr.Row, [], [statement.Values[0]], () =>
                    code.Line($"Store(ref w, {next} + {lowering.IndexName(Expr.Row)}, {lowering.Print(statement.Values[0])});"));
                Change(code, lowering, statement, where);
                break;
            case StatementKind.Tick:
                Change(code, lowering, statement, where);
                break;
            case StatementKind.Let:
                if (Rewriter.InOrder(statement.Values).All(e => e.Op is not (Op.State or Op.WindowAt or Op.WindowCount or Op.WindowMean or Op.RosterCount or Op.RosterHas or Op.RosterTimer) || context.Live.Contains(e.Slot)))
                    lowering.Remember(statement.Values[0]);
                break;
            default:
                When(code, lowering, statement, where);
                break;
        }
    }

    private void When(CodeWriter code, Lowering lowering, Statement statement, string? where)
    {
        lowering.Prepare(statement.Values);
        var (then, otherwise) = (lowering.Names.Local("then"), lowering.Names.Local("otherwise"));
        var condition = lowering.Print(statement.Values[0], 4);
        code.Line($"var {then} = {(where is null ? "" : where + " & ")}{condition};");
        if (statement.Else.Count > 0)
            code.Line($"var {otherwise} = {(where is null ? "~" + then : $"{where} & ~{then}")};");
        foreach (var (name, statements) in new[] { (then, statement.Then), (otherwise, statement.Else) })
        {
            if (statements.Count == 0)
                continue;
            code.Open($"if (AnyLane({name}))");
            lowering.Push();
            Statements(code, lowering, statements, name);
            lowering.Pop();
            code.Close();
        }
    }

    private void Set(CodeWriter code, Lowering lowering, StateDeclaration state, Expr value, string? where)
    {
        var at = ClassContext.Offset(state);
        var mask = where is null ? "" : ", " + where;
        lowering.Prepare(value);
        if (state.Kind == StateKind.Scalar)
        {
            code.Line($"Store(ref m, {at}, {lowering.Print(value)}{mask});");
            return;
        }

        var apart = lowering.ReadsOthers(value, state);
        var next = apart ? context.NextRegion(state) : "";
        var size = context.Length(state);
        void Write(string entry) => code.Line(apart ? $"Store(ref w, {next} + {entry}, {lowering.Print(value)});" : $"Store(ref m, {at} + {entry}, {lowering.Print(value)}{mask});");
        if (apart && state.Kind == StateKind.PerPair)
            code.Line($"LaneStates.Copy(ref m, {at}, ref w, {next}, {size}, All);");
        lowering.ForEach(Expr.Row, [], [value], () =>
        {
            var i = lowering.IndexName(Expr.Row);
            if (state.Kind == StateKind.PerAgent)
                Write(i);
            else
                lowering.ForEach(Expr.Column, [Expr.Row], [value], () => Write(context.PairIndex(i, lowering.IndexName(Expr.Column))), skip: i);
        });
        if (apart)
            code.Line($"LaneStates.Copy(ref w, {next}, ref m, {at}, {size}, {where ?? "All"});");
    }

    /// <summary>Statements from one on that set every pair, none of which reads another pair of what the others set: one loop does for all.</summary>
    private static IReadOnlyList<Statement> Together(Lowering lowering, IReadOnlyList<Statement> statements, int from)
    {
        var together = new List<Statement> { statements[from] };
        for (var k = from; k < statements.Count && statements[k] is { Kind: StatementKind.Set, State.Kind: StateKind.PerPair } next; k++)
        {
            if (k > from)
                together.Add(next);
            if (together.Any(s => together.Any(t => lowering.ReadsOthers(s.Values[0], t.State!))) || together.Select(s => s.State!.Slot).Distinct().Count() < together.Count)
            {
                if (k > from)
                    together.RemoveAt(together.Count - 1);
                break;
            }
        }

        return together;
    }

    private void SetTogether(CodeWriter code, Lowering lowering, IReadOnlyList<Statement> statements, string? where)
    {
        var values = statements.Select(s => s.Values[0]).ToArray();
        var mask = where is null ? "" : ", " + where;
        foreach (var statement in statements)
            context.Explain(code, (Program.Chain.Environment, statement.State!.Member));
        lowering.Prepare(values);
        lowering.ForEach(Expr.Row, [], values, () =>
        {
            var i = lowering.IndexName(Expr.Row);
            lowering.ForEach(Expr.Column, [Expr.Row], [values[0]], () =>
            {
                var j = lowering.IndexName(Expr.Column);
                foreach (var statement in statements)
                {
                    // What follows reads what this one has written.
                    lowering.PrepareWithin([Expr.Row, Expr.Column], statement.Values[0]);
                    code.Line($"Store(ref m, {BatchContext.Sum(ClassContext.Offset(statement.State!), context.PairIndex(i, j))}, {lowering.Print(statement.Values[0])}{mask});");
                }
            }, skip: i);
        });
    }
}
