using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Link;

/// <summary>Statements: phases of a step, observations and reports.</summary>
internal sealed partial class ProgramBuilder
{
    private readonly HashSet<(int State, Stage Stage)> _drawn = [];
    private int _helpers;

    private void Phase(string name, Stage stage, List<Statement> into)
    {
        _inlining.Enter(stage);
        if (_chain.Find(name, 0) is { Member.Body: { } body } found)
            Statements(body, null, found.Owner, into);
    }

    private void Statements(Node node, Scope? scope, SpecClass owner, List<Statement> into)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node.Op)
        {
            case "seq":
                foreach (var part in node.Args)
                    Try(() => Statements(part, scope, owner, into));
                break;
            case "let":
                var value = _inlining.Evaluate(node[0], scope, owner);
                if (value is NumberValue { Expr: { IsSetup: false } remembered })
                {
                    var folded = Fold(remembered);
                    into.Add(new(StatementKind.Let, null, [folded], node.At));
                    value = new NumberValue(folded);
                }

                Statements(node[1], new Scope(scope, node.Text, value), owner, into);
                break;
            case "when":
                When(node, scope, owner, into);
                break;
            case "member" or "base":
                Helper(node, scope, owner, (body, inner, from) => Statements(body, inner, from, into));
                break;
            case "do":
                Do(node, scope, owner, into);
                break;
            default:
                throw _inlining.Fail(Problems.Outside, node, "An expression as a statement", "change state with 'x.Set(…)' or call a method of the spec");
        }
    }

    private void Helper(Node node, Scope? scope, SpecClass owner, Action<Node, Scope?, SpecClass> run)
    {
        var found = node.Op == "base" ? _chain.FindBase(owner, node.Text, node.Args.Count) : _chain.Find(node.Text, node.Args.Count);
        if (found is not { Member: { Body: { } body } member } target)
            return;
        if (member.Type != "void")
            throw _inlining.Fail(Problems.Outside, node, "An expression as a statement", "change state with 'x.Set(…)' or call a method of the spec");
        if (++_helpers > 100)
            throw _inlining.Fail(Problems.Recursion, node, member.Name, "through more than 100 calls");
        Scope? inner = null;
        for (var k = 0; k < node.Args.Count; k++)
            inner = new Scope(inner, member.Parameters[k].Name, _inlining.Evaluate(node[k], scope, owner));
        run(body, inner, target.Owner);
        _helpers--;
    }

    private void When(Node node, Scope? scope, SpecClass owner, List<Statement> into)
    {
        var condition = Fold(_inlining.Number(node[0], scope, owner));
        if (condition.IsConst)
        {
            Statements(node[condition.IsTrue ? 1 : 2], scope, owner, into);
            return;
        }

        var (then, otherwise) = (new List<Statement>(), new List<Statement>());
        _inlining.Branches(() => Statements(node[1], scope, owner, then), () => Statements(node[2], scope, owner, otherwise));
        into.Add(new(StatementKind.When, null, [condition], node.At) { Then = then, Else = otherwise });
    }

    private void Do(Node node, Scope? scope, SpecClass owner, List<Statement> into)
    {
        if (_inlining.Evaluate(node[0], scope, owner) is not StateValue { State: var state })
            throw _inlining.Fail(Problems.WrongPlace, node, node.Text);
        if (_inlining.Stage is not (Stage.Reset or Stage.Update or Stage.Settle))
            throw _inlining.Fail(Problems.WrongPlace, node, node.Text);
        var (row, column) = (Arena.Index(Expr.Row), Arena.Index(Expr.Column));
        Expr Drawn(Expr[] element, Node function, Expr[] arguments) =>
            Fold(_inlining.WithDraws(state.Name, element, () => _inlining.ApplyNumber(function, arguments, scope, owner)));
        var statement = node.Text switch
        {
            "Set" => new Statement(StatementKind.Set, state, [state.Kind switch
            {
                StateKind.Scalar => Drawn([], node[1], []),
                StateKind.PerAgent => Drawn([row], node[1], [row]),
                _ => Drawn([row, column], node[1], [row, column]),
            }], node.At),
            "Push" => new(StatementKind.Push, state, [Drawn([row], node[1], [row])], node.At),
            "Remove" => new(StatementKind.Remove, state, [Condition(node[1], row, scope, owner), Fold(_inlining.Number(node[2], scope, owner)), Fold(_inlining.Number(node[3], scope, owner))], node.At),
            "Tick" => new(StatementKind.Tick, state, [], node.At),
            "Admit" => new(StatementKind.Admit, state, [Condition(node[1], row, scope, owner)], node.At),
            _ => throw _inlining.Fail(Problems.WrongPlace, node, node.Text),
        };
        if (statement.Values.Any(v => v.HasDraw) && !_drawn.Add((state.Slot, _inlining.Stage)))
            throw _inlining.Fail(Problems.SetTwiceDrawn, node, state.Name);
        into.Add(statement);
        _inlining.MarkWritten(state);
    }

    private Expr Condition(Node function, Expr row, Scope? scope, SpecClass owner)
    {
        var condition = Fold(_inlining.ApplyNumber(function, [row], scope, owner));
        return condition.IsFlag ? condition : throw _inlining.Fail(Problems.Outside, function, "A number as a condition", "compare it with something");
    }

    private void Observation()
    {
        _inlining.Enter(Stage.Observe);
        if (_chain.Find("Observe", 1) is { Member: { Body: { } body } member } found)
            Parts(body, new Scope(null, member.Parameters[0].Name, new SinkValue()), found.Owner, Arena.True, Observed);
        else
            DefaultParts(_program.Observation);
    }

    private void View()
    {
        _inlining.Enter(Stage.View);
        if (_chain.Find("Observe", 2) is { Member: { Body: { } body } member } found)
        {
            var me = new Scope(null, member.Parameters[0].Name, new NumberValue(Arena.Index(Expr.Me)));
            Parts(body, new Scope(me, member.Parameters[1].Name, new SinkValue()), found.Owner, Arena.True, Viewed);
        }
        else
        {
            DefaultParts(_program.View);
        }

        if (_program.View.Count > 64)
            throw _inlining.Fail(Problems.TooManyParts, null, _program.View.Count);
    }

    private void Reports()
    {
        _inlining.Enter(Stage.Report);
        if (_chain.Find("Report", 1) is { Member: { Body: { } body } member } found)
            Parts(body, new Scope(null, member.Parameters[0].Name, new SinkValue()), found.Owner, Arena.True, Reported);
    }

    /// <summary>What Spec itself shows when a spec says nothing: the actions.</summary>
    private void DefaultParts(List<ObservationPart> parts)
    {
        foreach (var action in _program.Actions)
            parts.Add(new(action.Name, 1, null, Arena.Make(Op.Action, slot: action.Slot, args: [Arena.Index(Expr.Row)]), Arena.True, 6, null));
    }

    private void Parts(Node node, Scope? scope, SpecClass owner, Expr guard, Action<Node, Scope?, SpecClass, Expr> add)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node.Op)
        {
            case "seq":
                foreach (var part in node.Args)
                    Try(() => Parts(part, scope, owner, guard, add));
                break;
            case "let":
                Parts(node[1], new Scope(scope, node.Text, _inlining.Evaluate(node[0], scope, owner)), owner, guard, add);
                break;
            case "when":
                var condition = Fold(_inlining.Number(node[0], scope, owner));
                if (_inlining.Stage != Stage.Report && !condition.IsSetup)
                    throw _inlining.Fail(Problems.LayoutNotFixed, node[0], "what changes in an episode");
                Parts(node[1], scope, owner, Fold(Arena.Make(Op.And, guard, condition)), add);
                Parts(node[2], scope, owner, Fold(Arena.Make(Op.And, guard, Arena.Make(Op.Not, condition))), add);
                break;
            case "base" when _chain.FindBase(owner, node.Text, node.Args.Count) is null:
                if (_inlining.Stage != Stage.Report)
                    DefaultParts(_inlining.Stage == Stage.View ? _program.View : _program.Observation);
                break;
            case "member" or "base":
                Helper(node, scope, owner, (body, inner, from) => Parts(body, inner, from, guard, add));
                break;
            case "do" when !node.Text.StartsWith("Add", StringComparison.Ordinal):
                throw _inlining.Fail(Problems.WrongPlace, node, node.Text);
            case "do":
                add(node, scope, owner, guard);
                break;
            default:
                throw _inlining.Fail(Problems.Outside, node, "An expression as a statement", "add parts with Add");
        }
    }

    private string PartName(Node node, IEnumerable<string> taken)
    {
        var name = node.Arg("name") is { Op: "text" } text ? text.Text : throw _inlining.Fail(Problems.NotConstant, node.Arg("name") ?? node, "The name of a part");
        return taken.Contains(name) ? throw _inlining.Fail(Problems.DuplicatePart, node.Arg("name"), name) : name;
    }

    private (int Arity, Expr Value) PartValue(Node value, string name, bool draws, Scope? scope, SpecClass owner)
    {
        var element = new[] { Arena.Index(Expr.Row), Arena.Index(Expr.Column) };
        if (value.Op != "fn")
            return (0, Fold(_inlining.Number(value, scope, owner)));
        var arity = value.Args.Count - 1;
        var indices = element.Take(arity).ToArray();
        Expr Apply() => _inlining.ApplyNumber(value, indices, scope, owner);
        return (arity, Fold(draws ? _inlining.WithDraws(name, indices, Apply) : Apply()));
    }

    private void Observed(Node node, Scope? scope, SpecClass owner, Expr guard)
    {
        var name = PartName(node, []);
        var (arity, value) = PartValue(node.Arg("value")!, name, true, scope, owner);
        if (_program.Observation.Any(p => p.Name == name) && value.HasDraw)
            throw _inlining.Fail(Problems.DuplicatePart, node.Arg("name"), name);
        _program.Observation.Add(new(name, arity, null, value, guard, 0, node.At));
    }

    private void Viewed(Node node, Scope? scope, SpecClass owner, Expr guard)
    {
        var name = PartName(node, _program.View.Select(p => p.Name));
        var (arity, value) = PartValue(node.Arg("value")!, name, false, scope, owner);
        var where = node.Arg("where") is { } condition ? Condition(condition, Arena.Index(Expr.Row), scope, owner) : null;
        if (where is { IsSetup: false })
            throw _inlining.Fail(Problems.LayoutNotFixed, node.Arg("where"), "what changes in an episode");
        var show = node.Arg("show") is { } shown ? (int)Fold(_inlining.Number(shown, scope, owner)).Value : 6;
        _program.View.Add(new(name, arity, where, value, guard, show, node.At));
    }

    private void Reported(Node node, Scope? scope, SpecClass owner, Expr guard)
    {
        var name = PartName(node, []);
        var row = Arena.Index(Expr.Row);
        var labels = node.Arg("labels") is { } list ? list.Args.Select(l => l.Text).ToList() : [];
        Node Required(string argument) => node.Arg(argument) ?? throw _inlining.Fail(Problems.Outside, node, "This report", $"'{argument}' is missing");
        ReportPart part = node.Text switch
        {
            "AddMembers" => new(node.Text, name, null, _inlining.Evaluate(Required("roster"), scope, owner) is StateValue { State: { Kind: StateKind.Roster } roster } ? roster : throw _inlining.Fail(Problems.Outside, node, "A report of members", "give it a list"), labels, guard, node.At),
            "AddAgents" => new(node.Text, name, Condition(Required("where"), row, scope, owner), null, labels, guard, node.At),
            "AddPairs" => new(node.Text, name, PartValue(Required("value"), name, false, scope, owner).Value, null, labels, guard, node.At),
            "AddRanking" => new(node.Text, name, PartValue(Required("value"), name, false, scope, owner).Value, null, labels, guard, node.At),
            "AddLabel" or "AddLabels" => new(node.Text, name, PartValue(Required("index"), name, false, scope, owner).Value, null, labels, guard, node.At),
            _ => Plain(),
        };
        _program.Report.Add(part);

        ReportPart Plain()
        {
            var (arity, value) = PartValue(Required("value"), name, false, scope, owner);
            return new(arity == 0 ? value.IsFlag ? "Flag" : "Number" : "Numbers", name, value, null, labels, guard, node.At);
        }
    }

    /// <summary>What [Within], [SumsTo] and [ZeroDiagonal] demand.</summary>
    private void Checks()
    {
        _inlining.Enter(Stage.Setup);
        foreach (var (owner, member) in _chain.InForce())
        {
            var attributes = _chain.Classes.SelectMany(c => c.Members).Where(m => m.Name == member.Name && m.Parameters.Count == member.Parameters.Count).ToList();
            var (min, max) = (attributes.FirstOrDefault(m => m.Min is not null)?.Min, attributes.FirstOrDefault(m => m.Max is not null)?.Max);
            var sums = attributes.FirstOrDefault(m => m.SumsTo is not null)?.SumsTo;
            var diagonal = attributes.Any(m => m.ZeroDiagonal);
            if (min is null && max is null && sums is null && !diagonal || member.Parameters.Count > 0)
                continue;
            Try(() =>
            {
                var value = _inlining.Member(member.Name);
                var (arity, entry) = Entry(value, member);
                Expr? Bound(string? text) => text is null ? null
                    : double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? Arena.Const(number)
                    : _chain.Find(text, 0) is { } other ? Entry(_inlining.Member(text), other.Member).Value
                    : throw _inlining.Fail(Problems.Unknown, new Node("", "", member.At), text, "[Within] takes numbers or names of members");
                _program.Checks.Add(new(member, owner, arity, entry) { Min = Bound(min), Max = Bound(max), SumsTo = sums, ZeroDiagonal = diagonal });
            });
        }
    }

    private (int Arity, Expr Value) Entry(Value value, Member member)
    {
        var (row, column) = (Arena.Index(Expr.Row), Arena.Index(Expr.Column));
        var (arity, entry) = value switch
        {
            NumberValue number => (0, number.Expr),
            VectorValue vector => (1, vector.At(row)),
            MatrixValue matrix => (2, matrix.At(row, column)),
            _ => throw _inlining.Fail(Problems.NotFixed, new Node("", "", member.At), $"'{member.Name}'", "memory"),
        };
        return (arity, Fold(entry));
    }
}
