using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;

namespace CoopGen.Generators.Emit;

/// <summary>What the emitters of one environment class share: names, fields, and how memory is read.</summary>
internal class ClassContext
{
    private readonly Dictionary<Expr, string> _scratch = [];
    private readonly List<string> _declarations = [];

    public ClassContext(GameProgram program)
    {
        Program = program;
        Names = new Names(["N"]);
        Fields = new SetupFields(this);
    }

    public GameProgram Program { get; }

    /// <summary>Calls of library functions in a step.</summary>
    public CallCount Calls { get; } = new();

    public Names Names { get; }

    public SetupFields Fields { get; }

    /// <summary>Text of the number of agents.</summary>
    public string N => "N";

    /// <summary>Text of the number of agents in formulas.</summary>
    public virtual string Count => $"(double){N}";

    /// <summary>What names of what is fixed at construction begin with.</summary>
    public virtual string FieldPrefix => "_";

    /// <summary>Declarations of arrays that functions compute into.</summary>
    public IReadOnlyList<string> ScratchDeclarations => _declarations;

    public int Dimensions => Program.Actions.Count;

    /// <summary>Class name of the environment.</summary>
    public string ClassName => Program.Chain.Environment.Name + "Environment";

    public (SpecClass Owner, Member Member)? Source(Expr e) => Program.Sources.TryGetValue(e, out var source) ? source : null;

    /// <summary>Text of entry <paramref name="index"/> of an array that is fixed at construction; null for a number.</summary>
    public virtual string Setup(string name, string? index) => index is null ? name : $"{name}[{index}]";

    /// <summary>Text of an entry of an array that functions compute into.</summary>
    public virtual string ScratchRead(string name, string index) => $"{name}[{index}]";

    /// <summary>Statement that sets an entry of such an array.</summary>
    public virtual string ScratchWrite(string name, string index, string value) => $"{name}[{index}] = {value};";

    /// <summary>An array to compute one value per agent into; the same for the same expression.</summary>
    public virtual string Scratch(Expr key, string wanted, string type)
    {
        if (!_scratch.TryGetValue(key, out var name))
        {
            name = Names.Take("_" + wanted);
            _scratch.Add(key, name);
            _declarations.Add($"private readonly {type}[] {name} = new {type}[{{N}}];");
        }

        return name;
    }

    /// <summary>An array for the new values of a state while the old ones are read.</summary>
    public string Next(StateDeclaration state)
    {
        var name = "_next" + state.Name;
        Declare(name, state.Kind == StateKind.PerPair ? "{N} * {N}" : "{N}");
        return name;
    }

    /// <summary>An array that functions compute into.</summary>
    public void Declare(string name, string size)
    {
        var declaration = $"private readonly double[] {name} = new double[{size}];";
        if (!_declarations.Contains(declaration))
            _declarations.Add(declaration);
    }

    /// <summary>Comments a block with what it computes and the equation that states it.</summary>
    public virtual void Explain(CodeWriter code, (SpecClass Owner, Member Member) source)
    {
        var doc = Doc(source.Member);
        var equation = Inherited(source.Member, m => m.Equation);
        if (doc.Length > 0 || equation.Length > 0)
            code.Comment(source.Member.Name + ": " + doc.TrimEnd('.') + (equation.Length > 0 ? $" ({equation})." : "."));
    }

    public string Doc(Member member) => Inherited(member, m => m.Doc);

    public string Inherited(Member member, Func<Member, string> get) => get(member) is { Length: > 0 } own ? own
        : Program.Chain.Classes.SelectMany(c => c.Members).Where(m => m.Name == member.Name && m.Parameters.Count == member.Parameters.Count).Select(get).FirstOrDefault(d => d.Length > 0) ?? "";

    /// <summary>Where a state begins in memory.</summary>
    public static string Offset(StateDeclaration state) => "At" + state.Name + (state.Name is "Given" or "Paid" ? "State" : "");

    /// <summary>Text of the memory of a window or list.</summary>
    public string Span(StateDeclaration state) => $"m.AsSpan({Offset(state)}, {Size(state)})";

    public string Size(StateDeclaration state) => state.Kind switch
    {
        StateKind.Scalar => "1",
        StateKind.PerAgent => N,
        StateKind.PerPair => $"{N} * {N}",
        StateKind.Window => $"2 + {N} * {Capacity(state)}",
        _ => $"1 + 3 * {N}",
    };

    public string Capacity(StateDeclaration state) => state.Capacity!.IsConst
        ? ((int)state.Capacity.Value).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : $"(int){Fields.Reference(state.Capacity, _ => "")}";

    /// <summary>How memory <c>m</c> is read; actions come from <paramref name="actions"/> if that is given.</summary>
    public virtual string Read(Expr e, Func<Expr, string> index, string? actions = null)
    {
        string Action(string offset) => Dimensions == 1 ? offset + index(e[0]) : $"{offset}{index(e[0])} * {Dimensions} + {e.Slot}";
        switch (e.Op)
        {
            case Op.Step:
                return "(double)StepCount";
            case Op.Action:
                return actions is null ? $"m[ActionsOffset + {Action("")}]" : $"{actions}[{Action("")}]";
            case Op.Given:
                return actions is null ? $"m[AtGiven + {Action("")}]" : $"{actions}[{Action("")}]";
            case Op.Paid:
                return $"m[AtPaid + {index(e[0])}]";
            case Op.State:
                var state = Program.State(e.Slot);
                return e.Args.Length switch
                {
                    0 => $"m[{Offset(state)}]",
                    1 => $"m[{Offset(state)} + {index(e[0])}]",
                    _ => $"m[{Offset(state)} + {index(e[0])} * {N} + {index(e[1])}]",
                };
            case Op.WindowCount or Op.RosterCount:
                return $"m[{Offset(Program.State(e.Slot))}]";
            case Op.RosterHas:
                return $"RosterOps.Has({Span(Program.State(e.Slot))}, {N}, {index(e[0])})";
            case Op.RosterTimer:
                return $"RosterOps.Timer({Span(Program.State(e.Slot))}, {N}, {index(e[0])})";
            case Op.WindowAt or Op.WindowMean:
                var window = Program.State(e.Slot);
                return $"WindowOps.{(e.Op == Op.WindowAt ? "At" : "Mean")}({Span(window)}, {N}, {Capacity(window)}, {index(e[0])}, {PrintArgument!(e[1])})";
            case Op.DrawUniform or Op.DrawNormal:
                var element = e.Args.Length switch { 0 => "0", 1 => index(e[0]), _ => $"{index(e[0])} * {N} + {index(e[1])}" };
                var phase = (e.Part >> 8) switch { 0 => "Reset", 1 => "Update", 2 => "Settle", _ => "Observe" };
                var name = Program.DrawNames[e.Slot];
                return $"Random.Draw(DrawPhase.{phase}, 0x{Hash(name):X8}u, (uint)Episode, (uint)StepCount, {element}, {e.Part & 255}).{(e.Op == Op.DrawUniform ? "Uniform" : "Normal")}";
            default:
                throw new InvalidOperationException($"{e.Op} is not read from memory.");
        }
    }

    /// <summary>How operands of a read are printed; set by the function that is being written.</summary>
    public Func<Expr, string>? PrintArgument { get; set; }

    /// <summary>FNV-1a over UTF-16 units: the number that stands for a name in draws, as the runtime computes it.</summary>
    public static uint Hash(string name)
    {
        var hash = 2166136261u;
        foreach (var unit in name)
            hash = unchecked((hash ^ unit) * 16777619u);
        return hash;
    }
}
