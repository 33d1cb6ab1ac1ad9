using CoopGen.Generators.Model;
using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Ir;

/// <summary>An environment as expressions and statements: what the front of the compiler makes and passes and emitters work on.</summary>
internal sealed class GameProgram(Chain chain)
{
    public Chain Chain { get; } = chain;

    public Arena Arena { get; } = new();

    /// <summary>Number of agents: a constant, or an expression of parameters.</summary>
    public Expr Agents { get; set; } = null!;

    /// <summary>Fewest agents that allowed parameters give; 1 until that is known.</summary>
    public int FewestAgents { get; set; } = 1;

    public List<ParameterDeclaration> Parameters { get; } = [];

    public List<ActionDeclaration> Actions { get; } = [];

    /// <summary>In ordinal order of name, as they lie in memory.</summary>
    public List<StateDeclaration> States { get; } = [];

    /// <summary>Names of what is drawn, referred to by <see cref="Op.DrawUniform"/>.</summary>
    public List<string> DrawNames { get; } = [];

    public List<Statement> Reset { get; } = [];

    public List<Statement> Update { get; } = [];

    /// <summary>Reward of agent <see cref="Expr.Row"/> in every reward mode.</summary>
    public Expr[] Rewards { get; set; } = [];

    public List<Statement> Settle { get; } = [];

    public Expr Terminated { get; set; } = null!;

    public List<ObservationPart> Observation { get; } = [];

    public List<ObservationPart> View { get; } = [];

    public List<ReportPart> Report { get; } = [];

    /// <summary>Conditions on members, checked with default parameters while compiling and with the given ones at construction.</summary>
    public List<Check> Checks { get; } = [];

    /// <summary>The member an expression came from, for names and comments in generated code. Free indices are those of a formula's parameters.</summary>
    public Dictionary<Expr, (SpecClass Owner, Member Member)> Sources { get; } = [];

    /// <summary>Values of members with default parameters, where they are the same for all agents (of a matrix off the diagonal).</summary>
    public Dictionary<string, double> Constants { get; } = [];

    /// <summary>Names of states that are declared and that fixed switches rule out.</summary>
    public IReadOnlyList<string> RuledOut { get; init; } = [];

    public StateDeclaration State(int slot) => States.First(s => s.Slot == slot);
}

internal sealed record ParameterDeclaration(int Slot, string Name, string Kind, double Default, double High, double Min, double Max, string Unit, Member Member)
{
    /// <summary>Words of a choice, in lower case.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>A dimension of the action; <paramref name="Values"/> is null for a continuous one.</summary>
internal sealed record ActionDeclaration(int Slot, string Name, Expr Low, Expr High, Expr Initial, double[]? Values, Member Member);

internal enum StateKind
{
    Scalar,
    PerAgent,
    PerPair,
    Window,
    Roster,
}

internal sealed record StateDeclaration(int Slot, string Name, StateKind Kind, Member Member)
{
    public Expr Initial { get; init; } = null!;

    public Expr Diagonal { get; init; } = null!;

    public Expr Min { get; init; } = null!;

    public Expr Max { get; init; } = null!;

    /// <summary>Of a window.</summary>
    public Expr? Capacity { get; init; }

    public bool Persistent { get; init; }
}

internal enum StatementKind
{
    /// <summary>State := value, for all agents (<see cref="Expr.Row"/>) or pairs (<see cref="Expr.Row"/>, <see cref="Expr.Column"/>) at once.</summary>
    Set,

    /// <summary>Window := value per agent in front.</summary>
    Push,

    /// <summary>List: condition, keep, timer.</summary>
    Remove,
    Tick,

    /// <summary>List: condition.</summary>
    Admit,

    /// <summary>Remembers a value under the versions of this point.</summary>
    Let,

    /// <summary>Either of two lists of statements.</summary>
    When,
}

internal sealed record Statement(StatementKind Kind, StateDeclaration? State, Expr[] Values, Location? At)
{
    public IReadOnlyList<Statement> Then { get; init; } = [];

    public IReadOnlyList<Statement> Else { get; init; } = [];
}

/// <summary>A part of an observation, present if <paramref name="Guard"/> holds: of 0, 1 or 2 free indices.</summary>
internal sealed record ObservationPart(string Name, int Arity, Expr? Where, Expr Value, Expr Guard, int Show, Location? At);

/// <summary>A value of a report. Kind is the method's name; labels for AddLabel(s).</summary>
internal sealed record ReportPart(string Kind, string Name, Expr? Value, StateDeclaration? Roster, IReadOnlyList<string> Labels, Expr Guard, Location? At);

/// <summary>A condition on a member's entries: of 0, 1 or 2 free indices.</summary>
internal sealed record Check(Member Member, SpecClass Owner, int Arity, Expr Value)
{
    public Expr? Min { get; init; }

    public Expr? Max { get; init; }

    public double? SumsTo { get; init; }

    public bool ZeroDiagonal { get; init; }
}
