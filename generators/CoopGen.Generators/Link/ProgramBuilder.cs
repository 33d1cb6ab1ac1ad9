using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Model;
using CoopGen.Generators.Passes;
using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Link;

/// <summary>Makes the program of an environment from its chain of classes; what is wrong is reported, and then there is no program.</summary>
internal sealed partial class ProgramBuilder
{
    private readonly Chain _chain;
    private readonly Action<Problem> _report;
    private readonly GameProgram _program;
    private readonly Inlining _inlining;
    private bool _failed;

    private ProgramBuilder(Chain chain, Action<Problem> report, CancellationToken cancellation)
    {
        _chain = FixedSwitches.Resolve(chain);
        _report = problem =>
        {
            _failed |= problem.IsError;
            report(problem.At is null ? problem with { At = chain.Environment.At } : problem);
        };
        _program = new GameProgram(_chain) { RuledOut = [.. States(chain).Except(States(_chain))] };
        _inlining = new Inlining(_program, _report, cancellation);
    }

    private Arena Arena => _program.Arena;

    /// <summary>The program; null if something is wrong with the spec.</summary>
    public static GameProgram? Build(Chain chain, Action<Problem> report, CancellationToken cancellation)
    {
        try
        {
            var builder = new ProgramBuilder(chain, report, cancellation);
            builder.Build();
            if (!builder._failed)
                new ProgramChecks(builder._program, builder._inlining, builder._report).Run();
            if (!builder._failed)
            {
                ConstantValues.Collect(builder._program, cancellation);
                Optimiser.Run(builder._program);
                return builder._program;
            }

            return null;
        }
        catch (GiveUpException)
        {
            return null;
        }
        catch (BudgetException budget)
        {
            report(new(Problems.TooLarge, chain.Environment.At, chain.Environment.Name, $"becomes more than {budget.Limit} expressions when its formulas are inlined"));
            return null;
        }
        catch (InsufficientExecutionStackException)
        {
            report(new(Problems.TooLarge, chain.Environment.At, chain.Environment.Name, "nests its formulas too deeply"));
            return null;
        }
    }

    private static IEnumerable<string> States(Chain chain) => chain.InForce().Select(m => m.Member).Where(IsState).Select(m => m.Name);

    private static bool IsState(Member member) => member.Body is { Op: "dsl", Text: "ScalarState" or "AgentState" or "PairState" or "Window" or "Roster" };

    private void Build()
    {
        CheckNames();
        DeclareParameters();
        if (_chain.Find("n", 0) is not { } n)
            throw _inlining.Fail(Problems.BadClass, null, _chain.Environment.Name, "does not say how many agents play; write 'public override int n => 2;'");
        if (n.Member.Body is null || _chain.Find("Reward", 1) is not { Member.Body: not null } || _chain.Find("Actions", 0) is not { Member.Body: not null })
            throw new GiveUpException();
        _inlining.Enter(Stage.Setup);
        _program.Agents = Constant(() => Setup(n.Member.Body, n.Owner, n.Member));
        if (_program.Agents is { IsConst: true, Value: < 1 or > 1024 } count)
        {
            _report(new(Problems.AgentCount, n.Member.At, count.Value));
            throw new GiveUpException();
        }

        _program.FewestAgents = (int)RangeChecks.Analysis(_program, 0).Of(Arena.Make(Op.Agents)).Low;
        DeclareActions();
        DeclareStates();
        if (_failed)
            throw new GiveUpException();
        Try(() => Checks());
        Try(() => Phase("Reset", Stage.Reset, _program.Reset));
        Try(() => Phase("Update", Stage.Update, _program.Update));
        Try(Rewards);
        Try(() => Phase("Settle", Stage.Settle, _program.Settle));
        Try(() =>
        {
            _inlining.Enter(Stage.End);
            _program.Terminated = _inlining.Member("Terminated") is NumberValue ended ? Fold(ended.Expr)
                : throw _inlining.Fail(Problems.Outside, null, "An ending that is not a condition", "write 'protected override bool Terminated => …;'");
        });
        Try(() => Observation());
        Try(() => View());
        Try(() => Reports());
    }

    private void Try(Action body)
    {
        try
        {
            body();
        }
        catch (GiveUpException)
        {
            _failed = true;
        }
    }

    private Expr Constant(Func<Expr> body) => Fold(body());

    private Expr Fold(Expr expr) => ConstantFolding.Fold(Arena, expr, _program.Agents is { IsConst: true } n ? n : Arena.Make(Op.Agents));

    /// <summary>The number a body gives when it is read outside any step; for a declaration the parameter it declares.</summary>
    private Expr Setup(Node body, SpecClass owner, Member member)
    {
        if (member.IsDeclaration && _inlining.Member(member.Name) is NumberValue declared)
            return declared.Expr;
        return _inlining.Number(body, null, owner);
    }

    private void CheckNames()
    {
        var seen = new Dictionary<string, (SpecClass Owner, Member Member)>();
        for (var k = _chain.Classes.Count - 1; k >= 0; k--)
        {
            foreach (var member in _chain.Classes[k].Members)
            {
                var key = member.Name + "/" + member.Parameters.Count;
                if (seen.TryGetValue(key, out var other) && !member.IsOverride)
                    _report(new(Problems.NameTaken, member.At, member.Name, other.Owner.Name));
                else
                    seen[key] = (_chain.Classes[k], member);
            }
        }
    }

    private void DeclareParameters()
    {
        _inlining.Enter(Stage.Setup);
        foreach (var (owner, member) in _chain.InForce().Reverse())
            if (member.Body is { Op: "dsl", Text: "Parameter" } body)
                Try(() => DeclareParameter(owner, member, body));
    }

    private void DeclareParameter(SpecClass owner, Member member, Node body)
    {
        var name = body.Arg("name") is { Op: "text" } text ? text.Text : throw _inlining.Fail(Problems.NotConstant, body.Arg("name") ?? body, "The name of a parameter");
        if (name is "max_steps" or "reward_type" || _program.Parameters.Any(p => p.Name == name))
            throw _inlining.Fail(Problems.DuplicateParameter, body.Arg("name"), name, _program.Parameters.FirstOrDefault(p => p.Name == name)?.Member.Name ?? "every environment");
        double Number(string argument, double otherwise) => body.Arg(argument) is not { } node ? otherwise
            : Fold(_inlining.Number(node, null, owner)) is { IsConst: true } value ? value.Value
            : throw _inlining.Fail(Problems.NotConstant, node, $"'{argument}' of a parameter");
        var (kind, value, high) = ("Number", 0.0, 0.0);
        if (member.Type == "Range")
        {
            var range = _inlining.Evaluate(body.Arg("value")!, null, owner) as RangeValue ?? throw _inlining.Fail(Problems.NotConstant, body, "The default of a range");
            if (Fold(range.Low) is not { IsConst: true } low || Fold(range.High) is not { IsConst: true } top)
                throw _inlining.Fail(Problems.NotConstant, body, "The default of a range");
            (kind, value, high) = ("Range", low.Value, top.Value);
            if (value > high)
                throw _inlining.Fail(Problems.EmptyRange, body.Arg("value"), name, value, high);
        }
        else
        {
            kind = member.Type switch { "int" => "Integer", "bool" => "Switch", "double" => "Number", _ when member.Choices.Count > 0 => "Choice", _ => throw _inlining.Fail(Problems.Outside, body, $"A parameter of type '{member.Type}'", "parameters are double, int, bool, Range or an enumeration") };
            value = high = Number("value", 0);
        }

        var (min, max) = kind switch
        {
            "Switch" => (0, 1),
            "Choice" => (0, member.Choices.Count - 1),
            _ => (Number("min", kind == "Integer" ? int.MinValue : double.NegativeInfinity), Number("max", kind == "Integer" ? int.MaxValue : double.PositiveInfinity)),
        };
        if (!(min <= max))
            throw _inlining.Fail(Problems.EmptyRange, body.Arg("min") ?? body, name, min, max);
        if (!(value >= min && high <= max))
            throw _inlining.Fail(Problems.DefaultOutside, body.Arg("value"), value < min ? value : high, name, min, max);
        _program.Parameters.Add(new(_program.Parameters.Count, name, kind, value, high, min, max, body.Arg("unit")?.Text ?? "", member)
        {
            Choices = kind == "Choice" ? [.. member.Choices.Select(c => c.ToLowerInvariant())] : [],
        });
    }

    private void DeclareActions()
    {
        var (owner, actions) = _chain.Find("Actions", 0)!.Value;
        if (actions.Body is not { Op: "list" } list || list.Args.Count == 0)
            throw _inlining.Fail(Problems.BadActions, actions.Body, "Actions", "must list the dimensions of the action: 'public override ActionVar[] Actions => [a];'");
        foreach (var item in list.Args)
        {
            if (item.Op != "member" || _chain.Find(item.Text, 0) is not { Member: { Body: { Op: "dsl", Text: "Continuous" or "Finite" } body } member } found)
                throw _inlining.Fail(Problems.BadActions, item, item.Text, "is not declared with Continuous or Finite");
            if (_program.Actions.Any(a => a.Member == member))
                throw _inlining.Fail(Problems.BadActions, item, item.Text, "is listed twice");
            if (body.Arg("name") is not null)
                throw _inlining.Fail(Problems.BadActions, body, item.Text, "has the name of its member; leave 'name' out");
            var row = Arena.Index(Expr.Row);
            Expr PerAgent(Node? function, Expr otherwise) => function is null ? otherwise : Fold(_inlining.ApplyNumber(function, [row], null, found.Owner));
            if (body.Text == "Continuous")
            {
                var low = Fold(_inlining.Number(body.Arg("low")!, null, found.Owner));
                _program.Actions.Add(new(_program.Actions.Count, member.Name, low, PerAgent(body.Arg("high"), low), PerAgent(body.Arg("initial"), low), null, member));
                continue;
            }

            var values = body.Arg("values")!.Args.Select(v => Fold(_inlining.Number(v, null, found.Owner)) is { IsConst: true } value ? value.Value
                : throw _inlining.Fail(Problems.NotConstant, v, "A value of a finite action")).ToArray();
            if (values.Length < 2 || Enumerable.Range(1, values.Length - 1).Any(k => !(values[k] > values[k - 1])))
                throw _inlining.Fail(Problems.BadActions, body.Arg("values"), item.Text, "must list at least two values, ascending");
            var initial = Fold(_inlining.Number(body.Arg("initial")!, null, found.Owner));
            if (!initial.IsConst || Array.IndexOf(values, initial.Value) < 0)
                throw _inlining.Fail(Problems.BadActions, body.Arg("initial"), item.Text, "must begin with one of its values");
            _program.Actions.Add(new(_program.Actions.Count, member.Name, Arena.Const(values[0]), Arena.Const(values[values.Length - 1]), initial, values, member));
        }

        _ = owner;
    }

    private void DeclareStates()
    {
        var found = _chain.InForce().Where(m => IsState(m.Member)).OrderBy(m => m.Member.Name, StringComparer.Ordinal).ToList();
        foreach (var (owner, member) in found)
        {
            Try(() =>
            {
                var body = member.Body!;
                Expr Number(string argument, double otherwise) => body.Arg(argument) is { } node ? Fold(_inlining.Number(node, null, owner)) : Arena.Const(otherwise);
                if (body.Arg("name") is not null)
                    throw _inlining.Fail(Problems.NotConstant, body, "The name of a state (it is that of its member)");
                var kind = body.Text switch { "ScalarState" => StateKind.Scalar, "AgentState" => StateKind.PerAgent, "PairState" => StateKind.PerPair, "Window" => StateKind.Window, _ => StateKind.Roster };
                _program.States.Add(new(_program.States.Count, member.Name, kind, member)
                {
                    Initial = Number("initial", 0),
                    Diagonal = Number("diagonal", 0),
                    Min = Number("min", double.NegativeInfinity),
                    Max = Number("max", double.PositiveInfinity),
                    Capacity = kind == StateKind.Window ? Number("capacity", 1) : null,
                    Persistent = body.Arg("persistent") is { Text: "true" },
                });
            });
        }
    }

    private void Rewards()
    {
        var rewards = new Expr[3];
        for (var mode = 0; mode < 3; mode++)
        {
            _inlining.Enter(Stage.Reward);
            _inlining.Mode = mode;
            var (owner, member) = _chain.Find("Reward", 1)!.Value;
            try
            {
                rewards[mode] = Fold(_inlining.Number(member.Body!, new Scope(null, member.Parameters[0].Name, new NumberValue(Arena.Index(Expr.Row))), owner));
            }
            finally
            {
                _inlining.Mode = null;
            }
        }

        _program.Rewards = rewards;
    }
}
