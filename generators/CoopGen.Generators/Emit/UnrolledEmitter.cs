using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>A step written out for every agent: what is left once <see cref="Unrolling"/> has run, in the order in which it is done.</summary>
internal sealed class UnrolledStep
{
    private const int MostRestarted = 16;

    private readonly BatchContext _class;
    private readonly Unrolling _unrolling;

    private UnrolledStep(BatchContext context)
    {
        _class = context;
        var program = context.Program;
        N = (int)program.Agents.Value;
        var written = Written(Liveness.Statements(program.Update, context.Live, read: false))
            .Concat(Written(Liveness.Statements(program.Settle, context.Live, read: false)))
            .Concat(Written(Liveness.Statements(program.Reset, context.Live, read: false))).ToList();
        _unrolling = new Unrolling(program, context.Analysis, (state, row, column) => state.Kind == StateKind.PerPair && row == column
            ? state.Diagonal.IsSetup ? state.Diagonal : null
            : written.Contains(state.Slot) || !state.Initial.IsSetup ? null : state.Initial);
        Bounds = [.. Enumerable.Range(0, N).SelectMany(i => program.Actions.Select(a => (i, a, _unrolling.Of(a.Low, i), _unrolling.Of(a.High, i))))];
        Initials = Enumerable.Range(0, N).SelectMany(i => program.Actions.Select(a => (Key: (i, a.Slot), Value: _unrolling.Of(a.Initial, i)))).ToDictionary(a => a.Key, a => a.Value);
        Add(program.Update);
        RewardsAt = Changes.Count;
        Rewards = Array.ConvertAll(program.Rewards, r => Enumerable.Range(0, N).Select(i => _unrolling.Of(r, i)).ToArray());
        Add(program.Settle);
        Terminated = _unrolling.Of(program.Terminated);
        foreach (var state in context.States.Where(s => s.Kind is StateKind.Scalar or StateKind.PerAgent or StateKind.PerPair))
        {
            var final = _unrolling.Final(state);
            for (var k = 0; k < final.Length; k++)
                if (final[k] is { } value)
                    States.Add((state, k, value));
        }

        Name();
        _unrolling.Finish();
        Guarded = program.Observation.Any(p => !p.Guard.IsTrue);
        if (!Guarded)
            Columns = [.. program.Observation.SelectMany(Column)];
    }

    public int N { get; }

    /// <summary>Actions at reset, by agent and dimension.</summary>
    public IReadOnlyDictionary<(int Agent, int Dimension), Expr> Initials { get; }

    public IReadOnlyList<(int Agent, ActionDeclaration Action, Expr Low, Expr High)> Bounds { get; }

    /// <summary>Changes of windows and lists, in order, their values written out per agent.</summary>
    public List<(Statement Statement, Expr[] Values, Expr? Where, int Version)> Changes { get; } = [];

    /// <summary>How many of them come before agents are paid.</summary>
    public int RewardsAt { get; }

    public Expr[][] Rewards { get; }

    /// <summary>New values of the entries of states that have any.</summary>
    public List<(StateDeclaration State, int Entry, Expr Value)> States { get; } = [];

    public Expr Terminated { get; }

    /// <summary>Columns of the observation; empty where parameters decide on their number.</summary>
    public IReadOnlyList<Expr> Columns { get; } = [];

    /// <summary>Whether parameters decide which parts an observation has.</summary>
    public bool Guarded { get; }

    /// <summary>Whether episodes that end are reset within the written-out step: by choosing initial values, which costs less than to look which lanes have ended.</summary>
    public bool Restarts => !Terminated.IsFalse && !Guarded && States.Count <= MostRestarted && !_class.KeepsGiven && !_class.KeepsPaid
        && Liveness.Statements(_class.Program.Reset, _class.Live, read: false).Count == 0
        && _class.Program.Actions.All(a => a.Initial.IsSetup)
        && _class.States.All(s => s.Kind is StateKind.Scalar or StateKind.PerAgent or StateKind.PerPair && !s.Persistent && s.Initial.IsSetup)
        && States.All(s => !s.Value.IsSetup && s.Value.Op is not (Op.Action or Op.Step or Op.State)) && States.Select(s => s.Value).Distinct().Count() == States.Count
        && Columns.All(c => c.IsSetup || c.Op is Op.Action or Op.Step || States.Any(s => ReferenceEquals(s.Value, c)));

    /// <summary>The step written out; null if the number of agents is a parameter or it would be too long.</summary>
    public static UnrolledStep? TryMake(BatchContext context)
    {
        if (!context.Program.Agents.IsConst || OperationCount.Count(Roots(context.Program), (int)context.Program.Agents.Value).Operations > Unrolling.Budget)
            return null;
        try
        {
            var step = new UnrolledStep(context);
            return Rewriter.InOrder(step.All()).Count <= Unrolling.Budget ? step : null;
        }
        catch (BudgetException)
        {
            return null;
        }
    }

    /// <summary>What is still to be computed after change k reads of the window or list as it was before: the change would overwrite it.</summary>
    public IEnumerable<Expr> Overwritten(int k)
    {
        var (slot, version) = (Changes[k].Statement.State!.Slot, Changes[k].Version);
        IEnumerable<Expr> later = [.. Changes.Skip(k + 1).SelectMany(c => c.Where is { } where ? [.. c.Values, where] : c.Values),
            .. k < RewardsAt ? Rewards.SelectMany(r => r) : [], .. States.Select(s => s.Value), Terminated, .. Columns];
        return Rewriter.InOrder(later).Where(e => Unrolling.IsList(e.Op) && e.Slot == slot && e.Part < version);
    }

    private static List<Expr> Roots(GameProgram program)
    {
        var roots = new List<Expr>();
        void Add(IEnumerable<Statement> statements)
        {
            foreach (var statement in statements)
            {
                roots.AddRange(statement.Values);
                Add(statement.Then);
                Add(statement.Else);
            }
        }

        Add(program.Update);
        Add(program.Settle);
        roots.AddRange(program.Rewards);
        return roots;
    }

    private static IEnumerable<int> Written(IEnumerable<Statement> statements) =>
        statements.SelectMany(s => Written(s.Then).Concat(Written(s.Else)).Concat(s.State is { } state ? [state.Slot] : []));

    private IEnumerable<Expr> All() => [.. Changes.SelectMany(c => c.Values), .. Rewards.SelectMany(r => r), .. States.Select(s => s.Value), Terminated, .. Columns];

    private void Add(IReadOnlyList<Statement> statements) => Add(Liveness.Statements(statements, _class.Live, read: false), null);

    private void Add(IReadOnlyList<Statement> statements, Expr? where)
    {
        var arena = _class.Program.Arena;
        foreach (var statement in statements)
        {
            switch (statement.Kind)
            {
                case StatementKind.Set:
                    _unrolling.Set(statement.State!, statement.Values[0]);
                    break;
                case StatementKind.Let:
                    break;
                case StatementKind.When:
                    var condition = _unrolling.Of(statement.Values[0]);
                    Expr Within(Expr x) => where is null ? x : arena.Make(Op.And, where, x);
                    _unrolling.When(condition, () => Add(statement.Then, Within(condition)), () => Add(statement.Else, Within(arena.Make(Op.Not, condition))));
                    break;
                default:
                    Expr[] values = statement.Kind == StatementKind.Tick ? []
                        : [.. Enumerable.Range(0, N).Select(i => _unrolling.Of(statement.Values[0], i)), .. statement.Values.Skip(1).Select(v => _unrolling.Of(v))];
                    Changes.Add((statement, values, where, _unrolling.Changed(statement.State!)));
                    break;
            }
        }
    }

    /// <summary>Gives what is written out the names of the formulas it came from.</summary>
    private void Name()
    {
        var known = new HashSet<Expr>(Rewriter.InOrder(All()));
        foreach (var pair in _class.Program.Sources.ToList())
        {
            if (pair.Key.Free.Length is 0 or > 2 || pair.Key.Free.Any(v => v is not (Expr.Row or Expr.Column)) || _class.Program.Arena.IsHalfFull)
                continue;
            for (var k = 0; k < (pair.Key.Free.Length == 1 ? N : N * N); k++)
            {
                var (row, column) = pair.Key.Free.Length == 2 ? (k / N, k % N) : (k, k);
                if (_unrolling.Of(pair.Key, row, column) is var there && known.Contains(there) && !_class.Program.Sources.ContainsKey(there))
                    _class.Program.Sources.Add(there, pair.Value);
            }
        }
    }

    private IEnumerable<Expr> Column(ObservationPart part) => part.Arity switch
    {
        0 => [_unrolling.Of(part.Value)],
        1 => Enumerable.Range(0, N).Select(i => _unrolling.Of(part.Value, i)),
        _ => Enumerable.Range(0, N * N).Select(k => _unrolling.Of(part.Value, k / N, k % N)),
    };
}

/// <summary>Writes an <see cref="UnrolledStep"/>.</summary>
internal sealed class UnrolledEmitter(BatchContext context, BatchStepEmitter statements, UnrolledStep step)
{
    private const int Entry = BatchContext.Entry, Group = 8;

    public void Write(CodeWriter code)
    {
        var lowering = statements.Start(code);
        Actions(code, lowering);
        Changes(code, lowering, 0, step.RewardsAt);
        // All that does not wait for later changes of memory comes first, so that rewards share it.
        if (step.RewardsAt == step.Changes.Count)
            lowering.Prepare([.. step.States.Select(s => s.Value).Concat(step.Columns).Append(step.Terminated).Where(e => !Waits(e))]);
        code.Space();
        code.Comment("What every agent is paid.");
        statements.PerMode(code, lowering, mode => step.Rewards[mode], (mode, only) =>
        {
            for (var i = 0; i < step.N; i++)
                statements.Pay(code, BatchContext.Text(i * Entry), lowering.Print(step.Rewards[mode][i]), only);
        });
        Changes(code, lowering, step.RewardsAt, step.Changes.Count);
        lowering.Prepare([.. step.States.Select(s => s.Value), step.Terminated, .. step.Columns]);
        code.Space();
        if (step.Restarts)
            Restart(code, lowering);
        foreach (var (state, entry, value) in step.States)
            code.Line($"Store(ref m, {BatchContext.Sum(ClassContext.Offset(state), BatchContext.Text(entry * Entry))}, {lowering.Print(value)});");
        if (!step.Restarts)
            code.Line($"var terminated = {lowering.Print(step.Terminated)};");
        code.Open("if (range.Observes)");
        if (step.Guarded)
            code.Line("WriteRows(block, ref w, ref range.Rows(block));");
        else if (step.Columns.Count > 0)
            Rows(code, lowering);
        code.Close();
        code.Line(step.Restarts ? "End(block, ref w, terminated, truncated, clipped, restart, range);" : "End(block, ref m, ref p, ref w, terminated, clipped, range);");
    }

    /// <summary>Where an episode ends, states and actions become what they are at reset before they are stored and observed.</summary>
    private void Restart(CodeWriter code, Lowering lowering)
    {
        var arena = context.Program.Arena;
        code.Line($"var terminated = {lowering.Print(step.Terminated)};");
        code.Line("var truncated = V.LessThanOrEqual(V.LoadUnsafe(ref p, 0), V.LoadUnsafe(ref m, 0));");
        code.Line("var restart = (terminated | truncated) & restarts;");
        lowering.Prepare([.. step.Initials.Values]);
        foreach (var (i, action, _, _) in step.Bounds)
        {
            var action0 = arena.Make(Op.Action, slot: action.Slot, args: [arena.Const(i)]);
            Choose(action0, action.Name, step.Initials[(i, action.Slot)]);
            code.Line($"Store(ref m, {context.ActionEntry("AtActions", BatchContext.Text(i * Entry), action.Slot)}, {lowering.Print(action0)});");
        }

        foreach (var (state, _, value) in step.States)
            Choose(value, state.Name, state.Initial);
        var t = lowering.Names.Local("t");
        code.Line($"var {t} = ~restart & V.LoadUnsafe(ref m, 0);");
        code.Line($"Store(ref m, 0, {t});");
        lowering.Know(arena.Make(Op.Step), t);

        void Choose(Expr value, string name, Expr initial)
        {
            var chosen = lowering.Names.Local(name);
            code.Line($"var {chosen} = V.ConditionalSelect(restart, {lowering.Print(initial)}, {lowering.Print(value)});");
            lowering.Know(value, chosen);
        }
    }

    /// <summary>Whether it reads what is paid.</summary>
    private static bool Waits(Expr e) => Rewriter.InOrder([e]).Any(x => x.Op == Op.Paid);

    private void Actions(CodeWriter code, Lowering lowering)
    {
        lowering.Prepare([.. step.Bounds.SelectMany(b => new[] { b.Low, b.High })]);
        foreach (var (i, action, low, high) in step.Bounds)
        {
            var (agent, name) = (BatchContext.Text(i * Entry), BatchContext.Text(i));
            var (given, played) = (lowering.Names.Local("given" + name), lowering.Names.Local(action.Name + name));
            code.Line($"var {given} = V.LoadUnsafe(ref actions, {BatchContext.There(agent, context.Dimensions, action.Slot)});");
            code.Line($"var {played} = V.MinNative(V.MaxNative({given}, {lowering.Print(low)}), {lowering.Print(high)});");
            code.Line($"clipped |= ~V.Equals({played}, {given});");
            if (!step.Restarts)
                code.Line($"Store(ref m, {context.ActionEntry("AtActions", agent, action.Slot)}, {played});");
            if (context.KeepsGiven)
                code.Line($"Store(ref m, {context.ActionEntry("AtGiven", agent, action.Slot)}, {given});");
            var arena = context.Program.Arena;
            lowering.Know(arena.Make(Op.Action, slot: action.Slot, args: [arena.Const(i)]), played);
            lowering.Know(arena.Make(Op.Given, slot: action.Slot, args: [arena.Const(i)]), given);
        }
    }

    private void Changes(CodeWriter code, Lowering lowering, int first, int last)
    {
        for (var k = first; k < last; k++)
        {
            var (statement, values, where, _) = step.Changes[k];
            code.Space();
            context.Explain(code, (context.Program.Chain.Environment, statement.State!.Member));
            foreach (var value in step.Overwritten(k).ToList())
                lowering.Remember(value);
            lowering.Prepare(where is null ? values : [.. values, where]);
            var next = statement.Kind == StatementKind.Tick ? "" : context.NextRegion(statement.State);
            if (statement.Kind != StatementKind.Tick)
            {
                for (var i = 0; i < step.N; i++)
                    code.Line($"Store(ref w, {BatchContext.Sum(next, BatchContext.Text(i * Entry))}, {lowering.Print(values[i])});");
            }

            statements.Change(code, lowering, statement with { Values = [statement.Values.Length > 0 ? statement.Values[0] : context.Program.Arena.True, .. values.Skip(step.N)] },
                where is null ? null : lowering.Print(where));
        }
    }

    /// <summary>Columns in groups of eight, the last overlapping the one before; groups that never change are written on request.</summary>
    private void Rows(CodeWriter code, Lowering lowering)
    {
        var count = step.Columns.Count;
        var length = BatchContext.Text(count);
        code.Line("ref var rows = ref range.Rows(block);");
        if (count < Group)
        {
            for (var k = 0; k < count; k++)
                code.Line($"LaneRows.Write(ref Unsafe.Add(ref rows, {BatchContext.Text(k)}), {length}, {lowering.Print(step.Columns[k])});");
            return;
        }

        for (var k = 0; k < count; k += Group)
        {
            var group = step.Columns.Skip(Math.Min(k, count - Group)).Take(Group).ToList();
            var isFixed = group.All(c => c.IsSetup);
            if (isFixed)
                code.Line("if (range.Constants)");
            code.Line($"{(isFixed ? "    " : "")}LaneRows.Write(ref Unsafe.Add(ref rows, {BatchContext.Text(Math.Min(k, count - Group))}), {length}, {string.Join(", ", group.Select(c => lowering.Print(c)))});");
        }
    }
}
