using System.Globalization;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>How the batched kernel of an environment reads its memory: entries of blocks of eight environments, only of what matters to a learner.</summary>
internal sealed class BatchContext : ClassContext
{
    private readonly HashSet<Member> _explained = [];
    private readonly Dictionary<string, string> _work = [];

    public BatchContext(GameProgram program) : base(program)
    {
        Live = Liveness.States(program);
        States = [.. program.States.Where(s => Live.Contains(s.Slot))];
        KeepsGiven = Liveness.Reads(program, Live, Op.Given);
        KeepsPaid = Liveness.Reads(program, Live, Op.Paid);
    }

    /// <summary>Slots of the states that matter.</summary>
    public HashSet<int> Live { get; }

    /// <summary>The states that matter, as they lie in memory.</summary>
    public IReadOnlyList<StateDeclaration> States { get; }

    public bool KeepsGiven { get; }

    public bool KeepsPaid { get; }

    /// <summary>Work memory: names and sizes, in entries.</summary>
    public IReadOnlyDictionary<string, string> Work => _work;

    /// <summary>Whether a comment stands once per member.</summary>
    public bool ExplainsOnce { get; set; }

    public override string Count => $"Of({N})";

    public override string FieldPrefix => "Setup";

    public override string Setup(string name, string? index) => $"Load(ref p, {Sum(name, index)})";

    public override string Scratch(Expr key, string wanted, string type)
    {
        var name = base.Scratch(key, wanted, type);
        return Region(name, N);
    }

    public override string ScratchRead(string name, string index) => $"Load(ref w, {Sum(name, index)})";

    public override string ScratchWrite(string name, string index, string value) => $"Store(ref w, {Sum(name, index)}, {value});";

    /// <summary>Work memory for the new values of a state.</summary>
    public string NextRegion(StateDeclaration state) => Region("next" + state.Name, state.Kind == StateKind.PerPair ? $"{N} * {N}" : N);

    public override void Explain(CodeWriter code, (SpecClass Owner, Member Member) source)
    {
        if (!ExplainsOnce || _explained.Add(source.Member))
            base.Explain(code, source);
    }

    /// <summary>Number of entries of a state.</summary>
    public string Entries(StateDeclaration state) => state.Kind switch
    {
        StateKind.Scalar => "1",
        StateKind.PerAgent => N,
        StateKind.PerPair => $"{N} * {N}",
        StateKind.Window => $"1 + {N} * {Rows(state)}",
        _ => $"1 + 3 * {N}",
    };

    /// <summary>Rows kept of a window: the most that any environment of the batch keeps.</summary>
    public static string Rows(StateDeclaration window) => window.Capacity!.IsConst ? ((int)window.Capacity.Value).ToString(CultureInfo.InvariantCulture) : "Rows" + window.Name;

    /// <summary>The entry that tells which row of a window is the newest.</summary>
    public static string Top(StateDeclaration window) => "AtTopOf" + window.Name;

    /// <summary>Text of entry <paramref name="index"/> of what begins at <paramref name="name"/>.</summary>
    public static string Sum(string name, string? index) => index is null or "0" ? name : $"{name} + {index}";

    /// <summary>Text of the entry of an action.</summary>
    public string ActionEntry(string from, string agent, int dimension) => Dimensions == 1 ? Sum(from, agent)
        : int.TryParse(agent, out var i) ? Sum(from, Text(i * Dimensions + dimension)) : $"{from} + {agent} * {Text(Dimensions)} + {Text(dimension)}";

    public string PairIndex(string i, string j) => int.TryParse(i, out var row) && int.TryParse(j, out var column) && Program.Agents.IsConst
        ? Text(row * (int)Program.Agents.Value + column) : $"{i} * {N} + {j}";

    public override string Read(Expr e, Func<Expr, string> index, string? actions = null)
    {
        switch (e.Op)
        {
            case Op.Step:
                return "Load(ref m, 0)";
            case Op.Action or Op.Given:
                return $"Load(ref m, {ActionEntry(e.Op == Op.Action ? "AtActions" : "AtGiven", index(e[0]), e.Slot)})";
            case Op.Paid:
                return $"Load(ref m, {Sum("AtPaid", index(e[0]))})";
            case Op.State:
                var entry = e.Args.Length switch { 0 => null, 1 => index(e[0]), _ => PairIndex(index(e[0]), index(e[1])) };
                return $"Load(ref m, {Sum(Offset(Program.State(e.Slot)), entry)})";
            case Op.WindowCount or Op.RosterCount:
                return $"Load(ref m, {Offset(Program.State(e.Slot))})";
            case Op.RosterHas or Op.RosterTimer:
                return $"LaneRosters.{(e.Op == Op.RosterHas ? "Has" : "Timer")}(ref m, {Offset(Program.State(e.Slot))}, {N}, {index(e[0])})";
            case Op.WindowAt or Op.WindowMean:
                var window = Program.State(e.Slot);
                return $"LaneWindows.{(e.Op == Op.WindowAt ? "At" : "Mean")}(ref m, {Offset(window)}, {Top(window)}, {N}, {Rows(window)}, {index(e[0])}, {PrintArgument!(e[1])})";
            case Op.DrawUniform or Op.DrawNormal:
                var element = e.Args.Length switch { 0 => "0", 1 => index(e[0]), _ => PairIndex(index(e[0]), index(e[1])) };
                var phase = (e.Part >> 8) switch { 0 => "Reset", 1 => "Update", 2 => "Settle", _ => "Observe" };
                return $"Draw(block, DrawPhase.{phase}, 0x{Hash(Program.DrawNames[e.Slot]):X8}u, Load(ref m, 0), {element}, {Text(e.Part & 255)}, normal: {(e.Op == Op.DrawNormal ? "true" : "false")})";
            default:
                throw new InvalidOperationException($"{e.Op} is not read from memory.");
        }
    }

    public static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private string Region(string name, string size)
    {
        var region = "Work" + name.TrimStart('_');
        _work[region] = size;
        return region;
    }
}
