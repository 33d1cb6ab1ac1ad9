using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;

namespace CoopGen.Generators.Passes;

/// <summary>Calls of formulas and reads of memory.</summary>
internal sealed partial class Inlining
{
    private Value Call(string name, IReadOnlyList<Node> arguments, (SpecClass Owner, Member Member)? found, Node? at, Scope? scope = null, SpecClass? caller = null)
    {
        if (found is not var (owner, member) || member.Body is null)
        {
            return name switch
            {
                "Terminated" => Number(Arena.False),
                _ => throw Fail(Problems.Unknown, at, name, "it has no formula here: declare it or override it"),
            };
        }

        if (name == "n" && arguments.Count == 0 && Program.Agents is { } agents)
            return Number(agents.IsConst ? agents : Arena.Make(Op.Agents));
        if (member.IsDeclaration)
            return Declared(owner, member, at);
        var values = arguments.Select(a => Evaluate(a, scope, caller!)).ToArray();
        var numbers = Array.ConvertAll(values, v => v is NumberValue number ? number.Expr : throw Fail(Problems.Outside, at, "An argument that is not a number", "formulas take agents and numbers"));
        var key = (member, _epoch + "/" + Mode + "/" + string.Join(",", numbers.Select(v => v.Id)));
        if (_known.TryGetValue(key, out var known))
            return known;
        if (_active.Contains(member))
            throw Fail(Problems.Recursion, at, member.Name, string.Join(" → ", _active.SkipWhile(m => m != member).Select(m => m.Name).Append(member.Name)));
        _active.Add(member);
        var site = Site;
        try
        {
            Scope? inner = null;
            for (var k = 0; k < numbers.Length; k++)
                inner = new Scope(inner, member.Parameters[k].Name, Number(numbers[k]));
            var result = Evaluate(member.Body, inner, owner);
            if (result is StateValue { State.Kind: StateKind.Scalar } state && member.Type is "double" or "int" or "bool")
                result = Number(Read((StateValue)result, member.Body, []));
            result = Named(result, owner, member, numbers);
            if (Site == site)
                _known[key] = result;
            return result;
        }
        finally
        {
            _active.RemoveAt(_active.Count - 1);
        }
    }

    /// <summary>Remembers which member an expression is, under the indices Row and Column.</summary>
    private Value Named(Value value, SpecClass owner, Member member, Expr[] arguments)
    {
        switch (value)
        {
            case NumberValue number:
                Remember(number.Expr, owner, member, arguments);
                return value;
            case VectorValue vector:
                return new VectorValue(i =>
                {
                    var entry = vector.At(i);
                    Remember(entry, owner, member, [i]);
                    return entry;
                });
            case MatrixValue matrix:
                return new MatrixValue((i, j) =>
                {
                    var entry = matrix.At(i, j);
                    Remember(entry, owner, member, [i, j]);
                    return entry;
                });
            default:
                return value;
        }
    }

    private void Remember(Expr expr, SpecClass owner, Member member, Expr[] arguments)
    {
        if (expr.Args.Length == 0)
            return;
        var replace = new Dictionary<int, Expr>();
        var free = new[] { Expr.Row, Expr.Column };
        foreach (var argument in arguments)
            if (argument.Op == Op.Index && !replace.ContainsKey(argument.Slot) && replace.Count < 2)
                replace.Add(argument.Slot, Arena.Index(free[replace.Count]));
        var canonical = Fold(Rewriter.Substitute(Arena, expr, replace));
        if (!Program.Sources.ContainsKey(canonical))
            Program.Sources.Add(canonical, (owner, member));
    }

    private Value Declared(SpecClass owner, Member member, Node? at)
    {
        Used.Add(member);
        if (Program.Parameters.FirstOrDefault(p => p.Member == member) is { } parameter)
        {
            var low = Arena.Make(Op.Parameter, slot: parameter.Slot);
            if (parameter.Kind == "Range")
                return new RangeValue(low, Arena.Make(Op.Parameter, slot: parameter.Slot, part: 1));
            if (parameter.Kind == "Switch")
                low = Arena.Make(Op.Parameter, slot: parameter.Slot, isFlag: true);
            return Number(low);
        }

        if (Program.Actions.FirstOrDefault(a => a.Member == member) is { } action)
            return new ActionValue(action, false);
        if (Program.States.FirstOrDefault(s => s.Member == member) is { } state)
            return new StateValue(state, false);
        if (member.Body!.Text is not ("Parameter" or "Continuous" or "Finite"))
            throw Fail(Problems.NotFixed, at, "What is computed here", $"the state '{member.Name}'");
        throw Fail(Problems.Unknown, at, member.Name, $"'{owner.Name}' declares it in a way that could not be read");
    }

    private Expr Entry(Value target, Expr[] indices, Node at)
    {
        if (target is not StateValue { State.Kind: StateKind.Window })
            foreach (var index in indices)
                if (index.Op is not (Op.Index or Op.Const))
                    throw Fail(Problems.Outside, at, "A computed index", "index by the agents of a formula or lambda, or by a number");
        foreach (var index in indices.Take(target is StateValue { State.Kind: StateKind.Window } ? 1 : 2))
            CheckPresent(index, at);
        return (target, indices.Length) switch
        {
            (VectorValue vector, 1) => vector.At(indices[0]),
            (MatrixValue matrix, 2) => matrix.At(indices[0], indices[1]),
            (ActionValue action, 1) when Stage != Stage.Setup => Arena.Make(action.Given ? Op.Given : Op.Action, slot: action.Action.Slot, args: indices),
            (ActionValue action, _) => throw Fail(Problems.NotFixed, at, "What is computed here", $"the action '{action.Action.Name}'"),
            (StateValue state, _) => Read(state, at, indices),
            (NumberValue number, 0) => number.Expr,
            _ => throw Fail(Problems.Outside, at, "This index", "give one agent for one number per agent, two for one per pair"),
        };
    }

    private Expr Read(StateValue value, Node at, Expr[] indices)
    {
        var state = value.State;
        CheckReadable(value, at);
        return (state.Kind, indices.Length) switch
        {
            (StateKind.Scalar, 0) or (StateKind.PerAgent, 1) or (StateKind.PerPair, 2) => Arena.Make(Op.State, slot: state.Slot, part: Version(state), args: indices),
            (StateKind.Window, 2) => Arena.Make(Op.WindowAt, slot: state.Slot, part: Version(state), args: indices),
            _ => throw Fail(Problems.Outside, at, $"This use of '{state.Name}'", "index it by as many agents as it was declared for"),
        };
    }

    private void CheckReadable(StateValue value, Node at)
    {
        if (Stage == Stage.Setup)
            throw Fail(Problems.NotFixed, at, "What is computed here", $"the state '{value.State.Name}'");
        if (Written(value.State) && !value.Now)
        {
            Fail(Problems.StaleRead, at, value.State.Name);
        }
    }

    private Expr Ask(Node node, Value target, Expr[] arguments)
    {
        if (target is RangeValue range && node.Op == "get")
            return node.Text == "Low" ? range.Low : range.High;
        if (target is not StateValue value)
            throw Fail(Problems.Outside, node, $"'{node.Text}' here", "only windows, lists and ranges have it");
        if (node.Text == "Capacity")
            return value.State.Capacity ?? throw Fail(Problems.Outside, node, "'Capacity' here", "only windows have it");
        CheckReadable(value, node);
        var op = (value.State.Kind, node.Text) switch
        {
            (StateKind.Window, "Count") => Op.WindowCount,
            (StateKind.Window, "Mean") => Op.WindowMean,
            (StateKind.Roster, "Count") => Op.RosterCount,
            (StateKind.Roster, "Has") => Op.RosterHas,
            (StateKind.Roster, "Timer") => Op.RosterTimer,
            _ => throw Fail(Problems.Outside, node, $"'{node.Text}' here", "only windows and lists have it"),
        };
        if (arguments.Length > 0)
            CheckPresent(arguments[0], node);
        return Arena.Make(op, slot: value.State.Slot, part: Version(value.State), args: arguments);
    }

    private Value Function(Node node, Scope? scope, SpecClass owner)
    {
        var args = node.Args;
        switch (node.Text)
        {
            case "t" when Stage == Stage.Setup:
                throw Fail(Problems.NotFixed, node, "What is computed here", "the step 't'");
            case "t":
                return Number(Arena.Make(Op.Step));
            case "Horizon":
                return Number(Arena.Make(Op.Horizon));
            case "Mode":
                return Number(Mode is { } mode ? Arena.Const(mode) : Arena.Make(Op.Mode));
            case "Paid":
                return Stage is Stage.Setup or Stage.Reset or Stage.Update or Stage.Reward ? throw Fail(Problems.EarlyPaid, node) : Number(Arena.Make(Op.Paid, Number(args[0], scope, owner)));
            case "Sum" or "Product" or "Mean" or "Any" or "Every" or "Count":
            case "Min" or "Max" when args.Count == 1:
                return Number(Reduction(node, scope, owner));
            case "SumPairs" or "MeanPairs":
                return Number(Pairs(node, scope, owner));
            case "Min" or "Max" or "Pow":
                var op = node.Text == "Min" ? Op.Min : node.Text == "Max" ? Op.Max : Op.Pow;
                return Number(Placed(Arena.Make(op, Number(args[0], scope, owner), Number(args[1], scope, owner)), node));
            case "Clip":
                var x = Number(args[0], scope, owner);
                return Number(Arena.Make(Op.Min, Arena.Make(Op.Max, x, Number(args[1], scope, owner)), Number(args[2], scope, owner)));
            case "Log" or "Log1p" or "Exp" or "Tanh" or "Sqrt" or "Single" or "Abs":
                var unary = node.Text switch { "Log" => Op.Log, "Log1p" => Op.Log1p, "Exp" => Op.Exp, "Tanh" => Op.Tanh, "Sqrt" => Op.Sqrt, "Single" => Op.Single, _ => Op.Abs };
                return Number(Placed(Arena.Make(unary, Number(args[0], scope, owner)), node));
            case "Uniform":
                var (low, high) = (Number(args[0], scope, owner), Number(args[1], scope, owner));
                return Number(Arena.Make(Op.Add, low, Arena.Make(Op.Mul, Arena.Make(Op.Sub, high, low), Draw(Op.DrawUniform, node))));
            case "Normal":
                var (mean, deviation) = (Number(args[0], scope, owner), Number(args[1], scope, owner));
                return Number(Arena.Make(Op.Add, mean, Arena.Make(Op.Mul, deviation, Draw(Op.DrawNormal, node))));
            case "Bernoulli":
                var probability = Number(args[0], scope, owner);
                return Number(Arena.Make(Op.Select, Arena.Make(Op.Lt, Draw(Op.DrawUniform, node), probability), Arena.One, Arena.Zero));
            case "All":
                var all = Number(args[0], scope, owner);
                return new VectorValue(_ => all);
            case "First":
                var (first, rest) = (Number(args[0], scope, owner), Number(args[1], scope, owner));
                return new VectorValue(i => Arena.Make(Op.Select, Same(i, Arena.Zero, node), first, rest));
            case "Of":
                return Listed([.. args.Select(a => Number(a, scope, owner))], node);
            case "From" when args[0] is { Op: "fn", Args.Count: 2 }:
                return new VectorValue(i => Guarded("vector", () => ApplyNumber(args[0], [i], scope, owner)));
            case "From":
                return new MatrixValue((i, j) => Guarded("matrix", () => ApplyNumber(args[0], [i, j], scope, owner)));
            case "Symmetric":
                var symmetric = Number(args[0], scope, owner);
                return new MatrixValue((i, j) => Arena.Make(Op.Select, Same(i, j, node), Arena.Zero, symmetric));
            case "Hub":
                var (hub, hubOnOthers, othersOnHub) = (Number(args[0], scope, owner), Number(args[1], scope, owner), Number(args[2], scope, owner));
                CheckAgent(hub, node);
                return new MatrixValue((i, j) => Arena.Make(Op.Select, Same(i, j, node), Arena.Zero,
                    Arena.Make(Op.Select, Same(i, hub, node), hubOnOthers, Arena.Make(Op.Select, Same(j, hub, node), othersOnHub, Arena.Zero))));
            case "Rows":
                return Rows(node, scope, owner);
            case "Dependencies":
                return Dependencies(node, scope, owner);
            default:
                throw Fail(Problems.Unknown, node, node.Text, "it is not a function of formulas");
        }
    }

    private Expr Draw(Op op, Node node)
    {
        if (Drawing is not var (name, element))
        {
            throw Fail(Problems.DrawInPayoff, node, Stage switch
            {
                Stage.Reward => "A payoff",
                Stage.End => "An ending",
                Stage.Report => "A report",
                Stage.View => "An agent's own observation",
                Stage.Observe => "One number of an observation",
                Stage.Setup => "What is fixed at construction",
                _ => "A condition or local of a phase",
            });
        }

        if (Blocked is not null)
            throw Fail(Problems.DrawInBranch, node, Blocked);
        var phase = Stage switch { Stage.Reset => 0, Stage.Update => 1, Stage.Settle => 2, _ => 3 };
        return Arena.Make(op, slot: name, part: phase << 8 | Site++, args: element);
    }
}
