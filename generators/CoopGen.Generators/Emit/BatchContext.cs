using System.Globalization;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>
/// How the batched kernel of an environment reads its memory: blocks of eight environments, only of what matters to a learner. Two blocks lie
/// side by side. Places count numbers, sixteen to an entry, and so do indices of agents in loops: what is sixteen apart lies beside each other.
/// </summary>
internal sealed class BatchContext : ClassContext
{
    /// <summary>Numbers of an entry: those of a block and of the one beside it.</summary>
    public const int Entry = 16;

    private readonly HashSet<Member> _explained = [];
    private readonly Dictionary<string, string> _work = [];

    public BatchContext(GameProgram program) : base(program)
    {
        Live = Liveness.States(program);
        // In the order in which they are observed, so that rows are written from one stretch of memory.
        var observed = program.Observation.Select(p => p.Value.Op == Op.State ? p.Value.Slot : -1).ToList();
        States = [.. program.States.Where(s => Live.Contains(s.Slot)).OrderBy(s => observed.IndexOf(s.Slot) is var at && at < 0 ? int.MaxValue : at)];
        Analysis = Link.RangeChecks.Analysis(program, 0);
        KeepsGiven = Liveness.Reads(program, Live, Op.Given);
        KeepsPaid = Liveness.Reads(program, Live, Op.Paid);
    }

    /// <summary>Slots of the states that matter.</summary>
    public HashSet<int> Live { get; }

    /// <summary>The states that matter, as they lie in memory.</summary>
    public IReadOnlyList<StateDeclaration> States { get; }

    public bool KeepsGiven { get; }

    public bool KeepsPaid { get; }

    /// <summary>What values everything can take.</summary>
    public IntervalAnalysis Analysis { get; }

    /// <summary>Text of the length of what there is one of per agent.</summary>
    public string Each => "Each";

    /// <summary>Work memory: names and sizes.</summary>
    public IReadOnlyDictionary<string, string> Work => _work;

    /// <summary>Whether a comment stands once per member.</summary>
    public bool ExplainsOnce { get; set; }

    public override string Count => $"Of({N})";

    public override string FieldPrefix => "Setup";

    public override string Setup(string name, string? index) => $"V.LoadUnsafe(ref p, {Sum(name, index)})";

    public override string Scratch(Expr key, string wanted, string type)
    {
        var name = base.Scratch(key, wanted, type);
        return Region(name, Each);
    }

    public override string ScratchRead(string name, string index) => $"V.LoadUnsafe(ref w, {Sum(name, index)})";

    public override string ScratchWrite(string name, string index, string value) => $"Store(ref w, {Sum(name, index)}, {value});";

    /// <summary>Work memory for the new values of a state.</summary>
    public string NextRegion(StateDeclaration state) => Region("next" + state.Name, state.Kind == StateKind.PerPair ? $"{Each} * {N}" : Each);

    /// <summary>Work memory for columns of the observation.</summary>
    public string ColumnRegion(ObservationPart part) => part.Arity == 2 ? Region("ColumnsOfPairs", $"{Each} * {N}") : Region("Columns", Each);

    public override void Explain(CodeWriter code, (SpecClass Owner, Member Member) source)
    {
        if (!ExplainsOnce || _explained.Add(source.Member))
            base.Explain(code, source);
    }

    /// <summary>Length of a state.</summary>
    public string Length(StateDeclaration state) => state.Kind switch
    {
        StateKind.Scalar => "16",
        StateKind.PerAgent => Each,
        StateKind.PerPair => $"{Each} * {N}",
        StateKind.Window => $"16 + {Each} * {Rows(state)}",
        _ => $"16 + 3 * {Each}",
    };

    /// <summary>Whether every step adds a profile to a window, of all lanes.</summary>
    public bool IsSteady(StateDeclaration window)
    {
        static bool Pushes(IEnumerable<Statement> statements, int slot) => statements.Any(s =>
            s.Kind == StatementKind.Push && s.State!.Slot == slot || Pushes(s.Then, slot) || Pushes(s.Else, slot));
        return !Pushes(Program.Reset, window.Slot) && !Program.Update.Concat(Program.Settle).Any(s => s.Kind == StatementKind.When && Pushes([s], window.Slot));
    }

    /// <summary>Rows kept of a window: the most that any environment of the batch keeps.</summary>
    public static string Rows(StateDeclaration window) => window.Capacity!.IsConst ? ((int)window.Capacity.Value).ToString(CultureInfo.InvariantCulture) : "Rows" + window.Name;

    /// <summary>The entry that tells which row of a window is the newest.</summary>
    public static string Top(StateDeclaration window) => "AtTopOf" + window.Name;

    /// <summary>Text of the place <paramref name="index"/> behind <paramref name="name"/>.</summary>
    public static string Sum(string name, string? index) => index is null or "0" ? name : $"{name} + {index}";

    /// <summary>Text of the place of an action.</summary>
    public string ActionEntry(string from, string agent, int dimension) => Dimensions == 1 ? Sum(from, agent)
        : int.TryParse(agent, out var i) ? Sum(from, Text(i * Dimensions + dimension * Entry)) : $"{from} + {agent} * {Text(Dimensions)} + {Text(dimension * Entry)}";

    /// <summary>Text of where an agent's action or reward lies in the caller's memory.</summary>
    public static string There(string agent, int dimensions, int dimension)
    {
        if (int.TryParse(agent, out var i))
            return Text(i / Entry * dimensions + dimension) + " * stride";
        var number = dimensions == 1 ? $"{agent} / 16" : $"({agent} / 16 * {Text(dimensions)} + {Text(dimension)})";
        return number + " * stride";
    }

    public string PairIndex(string i, string j) => int.TryParse(i, out var row) && int.TryParse(j, out var column) && Program.Agents.IsConst
        ? Text(row * (int)Program.Agents.Value + column) : $"{i} * {N} + {j}";

    public override string Read(Expr e, Func<Expr, string> index, string? actions = null)
    {
        switch (e.Op)
        {
            case Op.Step:
                return "V.LoadUnsafe(ref m, 0)";
            case Op.Action or Op.Given:
                return $"V.LoadUnsafe(ref m, {ActionEntry(e.Op == Op.Action ? "AtActions" : "AtGiven", index(e[0]), e.Slot)})";
            case Op.Paid:
                return $"V.LoadUnsafe(ref m, {Sum("AtPaid", index(e[0]))})";
            case Op.State:
                var entry = e.Args.Length switch { 0 => null, 1 => index(e[0]), _ => PairIndex(index(e[0]), index(e[1])) };
                return $"V.LoadUnsafe(ref m, {Sum(Offset(Program.State(e.Slot)), entry)})";
            case Op.WindowCount or Op.RosterCount:
                return $"V.LoadUnsafe(ref m, {Offset(Program.State(e.Slot))})";
            case Op.RosterHas or Op.RosterTimer:
                return $"LaneRosters.{(e.Op == Op.RosterHas ? "Has" : "Timer")}(ref m, {Offset(Program.State(e.Slot))}, {Each}, {index(e[0])})";
            case Op.WindowAt or Op.WindowMean:
                var window = Program.State(e.Slot);
                if (e.Op == Op.WindowMean && IsSteady(window) && e[1].IsConst && window.Capacity!.IsConst && e[1].Value >= window.Capacity.Value)
                    return $"LaneWindows.SteadyMean(ref m, {Offset(window)}, {Each}, {Rows(window)}, {index(e[0])})";
                var function = e.Op == Op.WindowAt ? "At" : IsSteady(window) ? "SteadyMean" : "Mean";
                return $"LaneWindows.{function}(ref m, {Offset(window)}, {Top(window)}, {Each}, {Rows(window)}, {index(e[0])}, {PrintArgument!(e[1])})";
            case Op.DrawUniform or Op.DrawNormal:
                var element = e.Args.Length switch { 0 => "0", 1 => Number(index(e[0])), _ => Number(PairIndex(index(e[0]), index(e[1]))) };
                var phase = (e.Part >> 8) switch { 0 => "Reset", 1 => "Update", 2 => "Settle", _ => "Observe" };
                return $"Draw(block, DrawPhase.{phase}, 0x{Hash(Program.DrawNames[e.Slot]):X8}u, Load(ref m, 0), {element}, {Text(e.Part & 255)}, normal: {(e.Op == Op.DrawNormal ? "true" : "false")})";
            default:
                throw new InvalidOperationException($"{e.Op} is not read from memory.");
        }
    }

    /// <summary>Text of a number of entries.</summary>
    private static string Number(string at) => int.TryParse(at, out var value) ? Text(value / Entry) : $"(int)(({at}) / 16)";

    public static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Work memory under a name.</summary>
    public string Region(string name, string size)
    {
        var region = "Work" + name.TrimStart('_');
        _work[region] = size;
        return region;
    }
}
