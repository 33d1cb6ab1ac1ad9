using System.Globalization;
using CoopGen.Generators.Emit;
using CoopGen.Generators.Front;
using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;
using Microsoft.CodeAnalysis;

namespace CoopGen.Generators.Link;

/// <summary>What can be said of a whole program: values with default parameters, and what is never used.</summary>
internal sealed class ProgramChecks(GameProgram program, Inlining inlining, Action<Problem> report)
{
    private readonly DefaultValues _values = new(program);

    public void Run()
    {
        var n = _values.AgentCount;
        if (n is < 1 or > 1024)
        {
            report(new(Problems.AgentCount, program.Chain.Find("n", 0)?.Member.At, n));
            return;
        }

        if (program.Chain.Environment.Agents.Count > n)
            report(new(Problems.TooManyNames, program.Chain.Environment.At, program.Chain.Environment.Agents.Count, n));
        if (program.States.FirstOrDefault(s => s.Capacity is { } c && !(_values.At(c) >= 1)) is { } window)
            report(new(Problems.OutsideRange, window.Member.At, window.Name + ".Capacity", "", _values.At(window.Capacity!), 1, "any number"));
        foreach (var check in program.Checks)
            Check(check, n);
        foreach (var action in program.Actions)
            Bounds(action, n);
        foreach (var state in program.States.Where(s => s.Kind is StateKind.Scalar or StateKind.PerAgent or StateKind.PerPair))
            Initial(state);
        Unused();
        Leaks();
        Lengths(Math.Min(n, 64));
        for (var mode = 0; mode < 3; mode++)
        {
            if (!Rewriter.InOrder([program.Rewards[mode]]).Any(e => e.Op is >= Op.Action and <= Op.RosterTimer))
                report(new(Problems.RewardConstant, program.Chain.Find("Reward", 1)?.Member.At, new[] { "private", "integrated", "cooperative" }[mode]));
        }

        new RangeChecks(program, report).Run();
    }

    public static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private void Check(Check check, int n)
    {
        var last = Math.Min(n, 64);
        var sum = 0.0;
        for (var i = 0; i < (check.Arity > 0 ? last : 1); i++)
        {
            for (var j = 0; j < (check.Arity > 1 ? last : 1); j++)
            {
                var value = _values.At(check.Value, i, j);
                sum += value;
                var entry = check.Arity switch { 0 => "", 1 => FormattableString.Invariant($"[{i}]"), _ => FormattableString.Invariant($"[{i}, {j}]") };
                if (check.ZeroDiagonal && i == j && value != 0)
                {
                    report(new(Problems.Diagonal, check.Member.At, check.Member.Name, i, Text(value)));
                    return;
                }

                var (min, max) = (check.Min is { } low ? _values.At(low, i, j) : double.NegativeInfinity, check.Max is { } high ? _values.At(high, i, j) : double.PositiveInfinity);
                if (value >= min && value <= max)
                    continue;
                var other = value > max ? check.Member.Max : check.Member.Min;
                if (other is not null && !double.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || Inherited(check, value > max) is { } name && (other = name) is not null)
                    report(new(Problems.AboveOther, check.Member.At, check.Member.Name, entry, Text(value), other!, Text(value > max ? max : min)));
                else
                    report(new(Problems.OutsideRange, check.Member.At, check.Member.Name, entry, Text(value), Text(min), Text(max)));
                return;
            }
        }

        if (check.SumsTo is { } total && last == n && !(Math.Abs(sum - total) <= 1e-9))
            report(new(Problems.WrongSum, check.Member.At, check.Member.Name, Text(sum), Text(total)));
    }

    /// <summary>The member that an inherited [Within] names as its limit.</summary>
    private string? Inherited(Check check, bool max) => program.Chain.Classes.SelectMany(c => c.Members)
        .Where(m => m.Name == check.Member.Name).Select(m => max ? m.Max : m.Min)
        .FirstOrDefault(b => b is not null && !double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private void Bounds(ActionDeclaration action, int n)
    {
        for (var i = 0; i < Math.Min(n, 64); i++)
        {
            var (low, high, initial) = (_values.At(action.Low, i), _values.At(action.High, i), _values.At(action.Initial, i));
            if (!(low < high))
            {
                report(new(Problems.BadActions, action.Member.At, action.Name, $"of agent {i} lies between {Text(low)} and {Text(high)}: the first must be below the second"));
                return;
            }

            if (!(initial >= low && initial <= high))
            {
                report(new(Problems.BadActions, action.Member.At, action.Name, $"of agent {i} begins at {Text(initial)}, outside its bounds {Text(low)} to {Text(high)}"));
                return;
            }
        }
    }

    private void Initial(StateDeclaration state)
    {
        var (initial, min, max) = (_values.At(state.Initial), _values.At(state.Min), _values.At(state.Max));
        if (!(min <= max))
            report(new(Problems.EmptyRange, state.Member.At, state.Name, Text(min), Text(max)));
        else if (!(initial >= min && initial <= max))
            report(new(Problems.InitialOutside, state.Member.At, Text(initial), state.Name, Text(min), Text(max)));
    }

    private void Unused()
    {
        var own = new HashSet<Model.Member>(program.Chain.Environment.Members);
        foreach (var parameter in program.Parameters.Where(p => own.Contains(p.Member) && !inlining.Used.Contains(p.Member)))
            report(new(Problems.UnusedParameter, parameter.Member.At, parameter.Name));
        var (read, written) = (new HashSet<int>(), new HashSet<int>());
        void Read(IEnumerable<Expr> roots, StateDeclaration? except = null)
        {
            foreach (var e in Rewriter.InOrder(roots))
                if (e.Op is Op.State or Op.WindowAt or Op.WindowCount or Op.WindowMean or Op.RosterCount or Op.RosterHas or Op.RosterTimer && e.Slot != except?.Slot)
                    read.Add(e.Slot);
        }

        void Walk(IEnumerable<Statement> statements)
        {
            foreach (var statement in statements)
            {
                Read(statement.Values, statement.State);
                if (statement.State is { } state)
                    written.Add(state.Slot);
                Walk(statement.Then);
                Walk(statement.Else);
            }
        }

        Walk(program.Reset.Concat(program.Update).Concat(program.Settle));
        Read([.. program.Rewards, program.Terminated]);
        Read(program.Observation.Concat(program.View).Select(p => p.Value));
        Read(program.Report.SelectMany(p => p.Value is { } v ? new[] { v, p.Guard } : [p.Guard]));
        foreach (var roster in program.Report.Select(p => p.Roster))
            if (roster is not null)
                read.Add(roster.Slot);
        foreach (var state in program.States.Where(s => own.Contains(s.Member)))
        {
            if (!read.Contains(state.Slot))
                report(new(Problems.UnusedState, state.Member.At, state.Name, written.Contains(state.Slot) ? "set but read nowhere" : "neither set nor read"));
            else if (!written.Contains(state.Slot))
                report(new(Problems.UnusedState, state.Member.At, state.Name, "read but never set"));
        }
    }

    private void Leaks()
    {
        var me = program.Arena.Index(Expr.Me);
        foreach (var part in program.View)
        {
            foreach (var e in Rewriter.InOrder([part.Value]))
            {
                if (e.Op is Op.State or Op.WindowAt or Op.WindowMean && program.State(e.Slot) is { Member.IsHidden: true } state && (e.Args.Length == 0 || !ReferenceEquals(e[0], me)))
                {
                    report(new(Problems.Leak, part.At ?? state.Member.At, state.Name, program.Chain.Find("Observe", 2)?.Member.Parameters[0].Name ?? "me"));
                    break;
                }
            }
        }
    }

    /// <summary>Every agent's own observation has the same length.</summary>
    private void Lengths(int n)
    {
        foreach (var part in program.View.Where(p => p.Where is not null))
        {
            var counts = Enumerable.Range(0, n).Select(me => Enumerable.Range(0, n).Count(i => _values.Seen(part.Where!, me, i))).ToList();
            if (counts.FindIndex(c => c != counts[0]) is > 0 and var other)
                report(new(Problems.LayoutNotFixed, part.At, $"which agent looks: agent 0 sees {counts[0]} entries of '{part.Name}', agent {other} sees {counts[other]}"));
        }
    }
}
