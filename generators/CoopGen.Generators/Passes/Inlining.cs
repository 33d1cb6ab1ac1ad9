using System.Runtime.CompilerServices;
using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;
using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Passes;

/// <summary>Where in a step an expression is evaluated; says what it may read.</summary>
internal enum Stage
{
    Setup,
    Reset,
    Update,
    Reward,
    Settle,
    End,
    Observe,
    View,
    Report,
}

/// <summary>What a node stands for: a number, or something that is indexed.</summary>
internal abstract record Value;

internal sealed record NumberValue(Expr Expr) : Value;

internal sealed record VectorValue(Func<Expr, Expr> At) : Value;

internal sealed record MatrixValue(Func<Expr, Expr, Expr> At) : Value;

internal sealed record ActionValue(ActionDeclaration Action, bool Given) : Value;

internal sealed record StateValue(StateDeclaration State, bool Now) : Value;

internal sealed record RangeValue(Expr Low, Expr High) : Value;

/// <summary>What an observation, view or report parameter stands for.</summary>
internal sealed record SinkValue : Value;

/// <summary>Names in force within a body.</summary>
internal sealed class Scope(Scope? outer, string name, Value value)
{
    public static Value? Find(Scope? scope, string name)
    {
        for (; scope is not null; scope = scope._outer)
            if (scope._name == name)
                return scope._value;
        return null;
    }

    private readonly Scope? _outer = outer;
    private readonly string _name = name;
    private readonly Value _value = value;
}

/// <summary>Ends the reading of a body after a problem was reported.</summary>
internal sealed class GiveUpException : Exception;

/// <summary>
/// Puts formulas in the place of their calls, until expressions over actions, state and parameters are left. Calls are by
/// value and in the order of C#, so that draws are numbered as they are when the spec runs.
/// </summary>
internal sealed partial class Inlining(GameProgram program, Action<Problem> report, CancellationToken cancellation)
{
    private readonly Dictionary<(Member, string), Value> _known = [];
    private readonly List<Member> _active = [];
    private readonly Dictionary<int, int> _versions = [];
    private readonly Dictionary<int, int> _writes = [];
    private readonly HashSet<int> _written = [];
    private Location? _where;
    private int _epoch;
    private int _steps;

    public Arena Arena { get; } = program.Arena;

    public GameProgram Program { get; } = program;

    public Stage Stage { get; private set; }

    /// <summary>The reward mode that formulas see; null for the parameter.</summary>
    public int? Mode { get; set; }

    /// <summary>Parameters and states that some formula reads.</summary>
    public HashSet<Member> Used { get; } = [];

    /// <summary>Where draws stand: name, free indices; null where drawing is not allowed.</summary>
    public (int Name, Expr[] Element)? Drawing { get; set; }

    /// <summary>Why draws are not allowed just here although <see cref="Drawing"/> is set.</summary>
    private string? Blocked { get; set; }

    private int Site { get; set; }

    public void Enter(Stage stage)
    {
        Stage = stage;
        _written.Clear();
        if (stage is not (Stage.Reward or Stage.Settle or Stage.End))
        {
            _versions.Clear();
            _writes.Clear();
        }

        _epoch++;
    }

    public int Version(StateDeclaration state) => _versions.TryGetValue(state.Slot, out var version) ? version : 0;

    public bool Written(StateDeclaration state) => _written.Contains(state.Slot);

    public void MarkWritten(StateDeclaration state)
    {
        _versions[state.Slot] = NextVersion(state.Slot);
        _written.Add(state.Slot);
        _epoch++;
    }

    /// <summary>
    /// Reads either of two branches, each from the state of things before it; after both, a state counts as written if one of them wrote it.
    /// No two writes share a version, and what comes after the branches has one of its own.
    /// </summary>
    public void Branches(Action then, Action otherwise)
    {
        var (versions, written) = (new Dictionary<int, int>(_versions), new HashSet<int>(_written));
        then();
        var (thenVersions, thenWritten) = (new Dictionary<int, int>(_versions), new HashSet<int>(_written));
        _versions.Clear();
        foreach (var pair in versions)
            _versions.Add(pair.Key, pair.Value);
        _written.IntersectWith(written);
        _epoch++;
        otherwise();
        foreach (var slot in thenVersions.Keys.Union(_versions.Keys).ToList())
        {
            int Of(Dictionary<int, int> known) => known.TryGetValue(slot, out var version) ? version : 0;
            if (Of(thenVersions) != Of(versions) || Of(_versions) != Of(versions))
                _versions[slot] = NextVersion(slot);
        }

        _written.UnionWith(thenWritten);
        _epoch++;
    }

    private int NextVersion(int slot) => _writes[slot] = (_writes.TryGetValue(slot, out var writes) ? writes : 0) + 1;

    /// <summary>Runs <paramref name="body"/> with draws going to a named thing.</summary>
    public T WithDraws<T>(string name, Expr[] element, Func<T> body)
    {
        var slot = Program.DrawNames.IndexOf(name);
        if (slot < 0)
        {
            slot = Program.DrawNames.Count;
            Program.DrawNames.Add(name);
        }

        (Drawing, Site, Blocked) = ((slot, element), 0, null);
        try
        {
            return body();
        }
        finally
        {
            Drawing = null;
        }
    }

    public Exception Fail(DiagnosticDescriptor what, Node? at, params object[] arguments)
    {
        report(new(what, at?.At ?? _where, arguments));
        return new GiveUpException();
    }

    public Expr Number(Node node, Scope? scope, SpecClass owner) => Evaluate(node, scope, owner) switch
    {
        NumberValue number => number.Expr,
        StateValue { State.Kind: StateKind.Scalar } state => Read(state, node, []),
        _ => throw Fail(Problems.Outside, node, "A value that is not a number", "index it by agents, such as x[i]"),
    };

    public Value Evaluate(Node node, Scope? scope, SpecClass owner)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if ((++_steps & 255) == 0)
            cancellation.ThrowIfCancellationRequested();
        if (_steps > 20 * Arena.Limit)
            throw new BudgetException(Arena.Limit);
        var before = _where;
        _where = node.At ?? _where;
        try
        {
            return EvaluateHere(node, scope, owner);
        }
        finally
        {
            _where = before;
        }
    }

    /// <summary>A formula of one or two agents applied to indices.</summary>
    public Value Apply(Node function, Expr[] arguments, Scope? scope, SpecClass owner)
    {
        if (function.Op != "fn" || function.Args.Count != arguments.Length + 1)
            throw Fail(Problems.Outside, function, "This argument", $"a lambda over {arguments.Length} agents is expected");
        for (var k = 0; k < arguments.Length; k++)
            scope = new Scope(scope, function[k].Text, new NumberValue(arguments[k]));
        return Evaluate(function[function.Args.Count - 1], scope, owner);
    }

    public Expr ApplyNumber(Node function, Expr[] arguments, Scope? scope, SpecClass owner) =>
        Apply(function, arguments, scope, owner) is NumberValue number ? number.Expr
        : throw Fail(Problems.Outside, function, "A lambda that gives no number", "return a number");

    /// <summary>What the member of that name is, dispatched virtually.</summary>
    public Value Member(string name, Node? at = null) => Call(name, [], Program.Chain.Find(name, 0), at);

    private Value EvaluateHere(Node node, Scope? scope, SpecClass owner)
    {
        switch (node.Op)
        {
            case "num":
                return Number(Arena.Const(node.Number));
            case "flag":
                return Number(Arena.Flag(node.Text == "true"));
            case "choice":
                return Number(Arena.Const(node[0].Number));
            case "var":
                return Scope.Find(scope, node.Text) ?? throw Fail(Problems.Unknown, node, node.Text, "no such local");
            case "let":
                var value = Evaluate(node[0], scope, owner);
                return Evaluate(node[1], new Scope(scope, node.Text, value is StateValue { State.Kind: StateKind.Scalar } ? Number(Number(node[0], scope, owner)) : value), owner);
            case "op":
                return Number(Operation(node, scope, owner));
            case "if":
                return If(Condition(node[0], scope, owner), () => Evaluate(node[1], scope, owner), () => Evaluate(node[2], scope, owner), node);
            case "switch":
                return Switch(node, 1, Number(node[0], scope, owner), scope, owner);
            case "member":
                return Call(node.Text, node.Args, Program.Chain.Find(node.Text, node.Args.Count), node, scope, owner);
            case "base":
                return Call(node.Text, node.Args, Program.Chain.FindBase(owner, node.Text, node.Args.Count), node, scope, owner);
            case "dsl":
                return Function(node, scope, owner);
            case "now":
                return Evaluate(node[0], scope, owner) is StateValue state ? state with { Now = true } : throw Fail(Problems.Outside, node, "'Now' here", "only state has it");
            case "given":
                return Evaluate(node[0], scope, owner) is ActionValue action ? action with { Given = true } : throw Fail(Problems.Outside, node, "'Given' here", "only actions have it");
            case "at":
                return Number(Entry(Evaluate(node[0], scope, owner), [.. node.Args.Skip(1).Select(a => Number(a, scope, owner))], node));
            case "get" or "ask":
                return Number(Ask(node, Evaluate(node[0], scope, owner), [.. node.Args.Skip(1).Select(a => Number(a, scope, owner))]));
            case "range":
                return new RangeValue(Number(node[0], scope, owner), Number(node[1], scope, owner));
            default:
                throw Fail(Problems.Outside, node, "This construct", "it has no value here");
        }
    }

    private static NumberValue Number(Expr expr) => new(expr);

    private Expr Fold(Expr expr) => ConstantFolding.Fold(Arena, expr, Program.Agents ?? Arena.Make(Op.Agents));

    private Expr Condition(Node node, Scope? scope, SpecClass owner)
    {
        var condition = Fold(Number(node, scope, owner));
        return condition.IsFlag ? condition : throw Fail(Problems.Outside, node, "A number as a condition", "compare it with something");
    }

    /// <summary>Either of two values; only the one taken is looked at when the condition is known.</summary>
    private Value If(Expr condition, Func<Value> then, Func<Value> otherwise, Node at)
    {
        if (condition.IsTrue)
            return then();
        if (condition.IsFalse)
            return otherwise();
        var (a, b) = Guarded("condition", () => (then(), otherwise()));
        return (a, b) switch
        {
            (NumberValue x, NumberValue y) => Number(Arena.Make(Op.Select, condition, x.Expr, y.Expr)),
            (VectorValue x, VectorValue y) => new VectorValue(i => Arena.Make(Op.Select, condition, x.At(i), y.At(i))),
            (MatrixValue x, MatrixValue y) => new MatrixValue((i, j) => Arena.Make(Op.Select, condition, x.At(i, j), y.At(i, j))),
            (RangeValue x, RangeValue y) => new RangeValue(Arena.Make(Op.Select, condition, x.Low, y.Low), Arena.Make(Op.Select, condition, x.High, y.High)),
            (StateValue { State.Kind: StateKind.Scalar } x, _) => If(condition, () => Number(Read(x, at, [])), () => b, at),
            (_, StateValue { State.Kind: StateKind.Scalar } y) => If(condition, () => a, () => Number(Read(y, at, [])), at),
            _ => throw Fail(Problems.Outside, at, "A choice between two kinds of things", "choose between numbers, vectors or matrices"),
        };
    }

    private T Guarded<T>(string by, Func<T> body)
    {
        var before = Blocked;
        Blocked ??= by;
        try
        {
            return body();
        }
        finally
        {
            Blocked = before;
        }
    }

    private Value Switch(Node node, int arm, Expr subject, Scope? scope, SpecClass owner)
    {
        if (arm >= node.Args.Count)
            throw Fail(Problems.Outside, node, "A switch that may match nothing", "end it with '_ => …'");
        var current = node[arm];
        if (current.Op == "else")
            return Evaluate(current[0], scope, owner);
        if (arm == node.Args.Count - 1)
            return Evaluate(current[1], scope, owner);
        var condition = Fold(Arena.Make(Op.Eq, subject, Number(current[0], scope, owner)));
        return If(condition, () => Evaluate(current[1], scope, owner), () => Switch(node, arm + 1, subject, scope, owner), node);
    }

    private Expr Operation(Node node, Scope? scope, SpecClass owner)
    {
        if (node.Text is "&&" or "||")
        {
            var left = Condition(node[0], scope, owner);
            if (node.Text == "&&" ? left.IsFalse : left.IsTrue)
                return left;
            var right = Guarded("condition", () => Condition(node[1], scope, owner));
            return Arena.Make(node.Text == "&&" ? Op.And : Op.Or, left, right);
        }

        var x = Number(node[0], scope, owner);
        if (node.Args.Count == 1)
            return Arena.Make(node.Text == "-" ? Op.Neg : Op.Not, x);
        var y = Number(node[1], scope, owner);
        return node.Text switch
        {
            "+" => Arena.Make(Op.Add, x, y),
            "-" => Arena.Make(Op.Sub, x, y),
            "*" => Arena.Make(Op.Mul, x, y),
            "/" => Placed(Arena.Make(Op.Div, x, y), node),
            "<" => Arena.Make(Op.Lt, x, y),
            "<=" => Arena.Make(Op.Le, x, y),
            ">" => Arena.Make(Op.Lt, y, x),
            ">=" => Arena.Make(Op.Le, y, x),
            "==" => Same(x, y, node),
            "!=" => Arena.Make(Op.Not, Same(x, y, node)),
            _ => throw Fail(Problems.Outside, node, $"'{node.Text}'", "it is not an operator of formulas"),
        };
    }

    private Expr Same(Expr x, Expr y, Node at)
    {
        var index = x.Op == Op.Index ? y : y.Op == Op.Index ? x : null;
        if (index is { IsConst: true })
            CheckAgent(index, at);
        return Arena.Make(Op.Eq, x, y);
    }

    private void CheckAgent(Expr index, Node at)
    {
        if (index.IsConst && Program.Agents is { IsConst: true } n && !(index.Value >= 0 && index.Value < n.Value))
            throw Fail(Problems.NoSuchAgent, at, index.Value, n.Value - 1);
    }

    /// <summary>An agent whose entry is read must be there whatever the parameters.</summary>
    private void CheckPresent(Expr index, Node at)
    {
        CheckAgent(index, at);
        if (index.IsConst && Program.Agents is { IsConst: false } && !(index.Value >= 0 && index.Value < Program.FewestAgents))
            throw Fail(Problems.MissingAgent, at, index.Value, Program.FewestAgents, index.Value + 1);
    }

    /// <summary>Remembers where an operation that can fail was written.</summary>
    private Expr Placed(Expr expr, Node node)
    {
        if ((node.At ?? _where) is { } at && !Arena.Origins.ContainsKey(expr))
            Arena.Origins.Add(expr, at);
        return expr;
    }
}
