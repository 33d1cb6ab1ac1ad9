using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace CoopGen.Compiler.Tests;

/// <summary>
/// Writes a valid spec of random formulas over all that the language has: actions, states of every kind, windows, lists, draws, sums with
/// conditions, branches with changes of the same state in both. Domains are kept by construction. The greater the number, the longer the spec.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "A number makes a spec repeatable.")]
internal sealed class RandomSpec
{
    private readonly Random _random;
    private readonly int _depth;
    private readonly HashSet<string> _written = [];
    private readonly HashSet<string> _drawn = [];
    private readonly List<string> _locals = [];
    private readonly bool _second, _roster, _pairs;
    private int _names;

    private RandomSpec(int number)
    {
        _random = new Random(number);
        _depth = 1 + Math.Min(2, number / 10);
        (_second, _roster, _pairs) = (Chance(3), Chance(2), Chance(2));
    }

    /// <summary>The source of spec <paramref name="number"/>.</summary>
    public static string Write(int number) => new RandomSpec(number).Spec();

    private string Spec()
    {
        var count = _random.Next(1, 5);
        var n = Chance(3) ? $"Parameter(\"n_agents\", {count + 1}, min: 1, max: 6)" : count.ToString(CultureInfo.InvariantCulture);
        var capacity = Chance(2) ? "kept" : _random.Next(1, 5).ToString(CultureInfo.InvariantCulture);
        var update = Phase();
        var paid = Chance(2) ? $"Mode switch {{ RewardMode.Private => {Number(_depth, "i")}, RewardMode.Integrated => x[i] + {Number(_depth, "i")}, _ => {Number(_depth, "i")} }}" : Number(_depth, "i");
        var settle = Phase(afterPay: true);
        var terminated = Chance(2) ? $"{Number(1)} > {Value()}" : "false";
        _written.Clear();
        var parts = string.Concat(Enumerable.Range(0, _random.Next(0, 6)).Select(k => _random.Next(3) switch
        {
            0 => $"        o.Add(\"p{k}\", {Number(_depth)});\n",
            1 => $"        o.Add(\"p{k}\", i => {Number(_depth, "i")}{(Chance(3) ? " + Normal(0, 0.5)" : "")});\n",
            _ => $"        o.Add(\"p{k}\", (i, j) => {Number(1, "i", "j")});\n",
        }));
        return $$"""
            using CoopGen;
            namespace Outside;

            /// <summary>Random formulas.</summary>
            [Environment("Random-v0", Horizon = {{_random.Next(1, 12)}})]
            public sealed partial class Chaos : Spec
            {
                /// <inheritdoc/>
                public override int n => {{n}};
                /// <summary>x.</summary>
                private ActionVar x => Continuous(0, i => 10);
                /// <summary>y.</summary>
                private ActionVar y => {{(Chance(2) ? "Finite([0, 1, 3], 1)" : "Continuous(-2, i => 3, i => 0.5)")}};
                /// <inheritdoc/>
                public override ActionVar[] Actions => [{{(_second ? "x, y" : "x")}}];
                /// <summary>q.</summary>
                private double q => Parameter("q", {{Value()}}, min: -20, max: 20);
                /// <summary>kept.</summary>
                private int kept => Parameter("kept", 3, min: 1, max: 5);
                /// <summary>S.</summary>
                private ScalarState S => ScalarState({{Value()}}, min: -10, max: 10{{(Chance(3) ? ", persistent: true" : "")}});
                /// <summary>A.</summary>
                private AgentState A => AgentState({{Value()}}, min: -10, max: 10{{(Chance(3) ? ", persistent: true" : "")}});
                /// <summary>P.</summary>
                private PairState P => PairState(initial: {{Value()}}, diagonal: 1, min: -10, max: 10);
                /// <summary>W.</summary>
                private Window W => Window({{capacity}}, min: -10, max: 10);
                /// <summary>R.</summary>
                private Roster R => Roster();
                /// <inheritdoc/>
                protected override void Reset() => S.Set(() => Clip({{(Chance(2) ? "Uniform(-3, 5)" : "Normal(0, 2)")}} + 0.5 * S, -10, 10));
                /// <inheritdoc/>
                protected override void Update()
                {
            {{update}}    }
                /// <inheritdoc/>
                protected override double Reward(Agent i) => {{paid}};
                /// <inheritdoc/>
                protected override void Settle()
                {
            {{settle}}    }
                /// <inheritdoc/>
                protected override bool Terminated => {{terminated}};
                /// <inheritdoc/>
                protected override void Observe(Observation o)
                {
            {{parts}}    }
            }
            """;
    }

    private string Phase(bool afterPay = false)
    {
        _locals.Clear();
        if (!afterPay)
            _written.Clear();
        var text = Statements(_random.Next(1, 3 + _depth), 0);
        _locals.Clear();
        // Rewards and endings see what the step has written; only updates must say that they mean it.
        _written.Clear();
        _drawn.Clear();
        return text;
    }

    private string Statements(int count, int nesting)
    {
        var text = new StringBuilder();
        var locals = _locals.Count;
        for (; count > 0; count--)
            text.Append(Statement(nesting));
        _locals.RemoveRange(locals, _locals.Count - locals);
        return text.ToString();
    }

    private string Statement(int nesting)
    {
        var indent = new string(' ', 8 + 4 * nesting);
        switch (_random.Next(nesting < 2 ? 9 : 7))
        {
            case 0:
                return indent + Written("S", $"S.Set(() => Clip({Number(_depth)}{Noise("S", nesting)}, -10, 10));");
            case 1:
                return indent + Written("A", $"A.Set(i => {(Chance(2) ? $"Clip({Number(_depth, "i")}{Noise("A", nesting)}, -10, 10)" : $"8 * Tanh({Number(_depth, "i")})")});");
            case 2 when _pairs:
                return indent + Written("P", $"P.Set((i, j) => Clip({Number(_depth, "i", "j")}, -10, 10));");
            case 3:
                return indent + Written("W", $"W.Push(i => Clip({Number(_depth, "i")}, -10, 10));");
            case 4 when _roster:
                return indent + Written("R", $"R.Remove(i => {Flag(1, "i")}, {_random.Next(3)}, {_random.Next(1, 4)});");
            case 5 when _roster:
                return indent + Written("R", Chance(2) ? "R.Tick();" : $"R.Admit(i => {Flag(1, "i")});");
            case 7 or 8:
                var condition = Flag(1);
                var before = new HashSet<string>(_written);
                var then = Statements(_random.Next(1, 3), nesting + 1);
                var thenWritten = new HashSet<string>(_written);
                _written.IntersectWith(before);
                var otherwise = Chance(3) ? "" : $"{indent}else\n{indent}{{\n{Statements(_random.Next(1, 3), nesting + 1)}{indent}}}\n";
                _written.UnionWith(thenWritten);
                return $"{indent}if ({condition})\n{indent}{{\n{then}{indent}}}\n{otherwise}";
            default:
                var name = $"v{_names++}";
                var value = Number(_depth);
                _locals.Add(name);
                return $"{indent}var {name} = {value};\n";
        }
    }

    private string Written(string state, string text)
    {
        _written.Add(state);
        return text + "\n";
    }

    /// <summary>A draw, at most one per state and phase and none under a condition.</summary>
    private string Noise(string state, int nesting) => nesting > 0 || !Chance(3) || !_drawn.Add(state) ? ""
        : _random.Next(3) switch { 0 => " + Normal(0, 1)", 1 => " + Uniform(-1, 2)", _ => " + Bernoulli(0.4)" };

    private string State(string name) => _written.Contains(name) ? name + ".Now" : name;

    /// <summary>A number, of the agents that are named.</summary>
    private string Number(int depth, params string[] agents)
    {
        if (depth == 0)
            return Leaf(agents);
        string Next() => Number(depth - 1, agents);
        switch (_random.Next(24))
        {
            case 0 or 1: return $"({Next()} + {Next()})";
            case 2: return $"({Next()} - {Next()})";
            case 3 or 4: return $"({Next()} * {Next()})";
            case 5: return $"({Next()} / (1 + Abs({Next()})))";
            case 6: return $"Tanh({Next()})";
            case 7: return $"Log(0.5 + Abs({Next()}))";
            case 8: return $"Log1p(Abs({Next()}))";
            case 9: return $"Exp(Min({Next()}, 2))";
            case 10: return $"Sqrt(Abs({Next()}))";
            case 11: return $"Pow(0.1 + Abs({Next()}), {new[] { "0.5", "2", "1.5", "0.75", "-0.3" }[_random.Next(5)]})";
            case 12: return $"{(Chance(2) ? "Min" : "Max")}({Next()}, {Next()})";
            case 13: return $"-({Leaf(agents)})";
            case 14 or 15: return $"({Flag(depth - 1, agents)} ? {Next()} : {Next()})";
            case 16: return $"Clip({Next()}, -2, {Value(above: true)})";
            case 17: return $"Abs({Next()} - {Next()})";
            case 18: return $"MeanPairs((i{depth}, j{depth}) => {Number(depth - 1, [.. agents, $"i{depth}", $"j{depth}"])})";
            default: return Reduction(depth, agents);
        }
    }

    private string Reduction(int depth, string[] agents)
    {
        var k = $"k{depth}";
        string[] inner = [.. agents, k];
        var where = _random.Next(3) switch { 0 => $"{k} => {Flag(depth - 1, inner)}, ", 1 when agents.Length > 0 => $"{k} => {k} != {agents[0]}, ", _ => "" };
        var body = Number(depth - 1, inner);
        return _random.Next(6) switch
        {
            0 or 1 => $"Sum({where}{k} => {body})",
            2 => $"Mean({where}{k} => {body})",
            3 => $"Product({where}{k} => 1 + 0.2 * Tanh({body}))",
            4 => $"{(Chance(2) ? "Min" : "Max")}({k} => {body})",
            _ => $"Count({k} => {Flag(depth - 1, inner)})",
        };
    }

    private string Flag(int depth, params string[] agents) => _random.Next(depth > 0 ? 8 : 4) switch
    {
        0 or 1 => $"{Number(Math.Max(0, depth - 1), agents)} {new[] { "<", "<=", ">", ">=" }[_random.Next(4)]} {Number(Math.Max(0, depth - 1), agents)}",
        2 when agents.Length > 0 && _roster => $"{State("R")}.Has({agents[^1]})",
        2 => $"{State("W")}.Count {(Chance(2) ? "<" : ">=")} {_random.Next(1, 4)}",
        3 => $"t > {_random.Next(5)}",
        4 => $"({Flag(depth - 1, agents)} && {Flag(depth - 1, agents)})",
        5 => $"({Flag(depth - 1, agents)} || {Flag(depth - 1, agents)})",
        6 => $"!({Flag(depth - 1, agents)})",
        _ => $"{(Chance(2) ? "Any" : "Every")}(m{depth} => {Flag(depth - 1, [.. agents, $"m{depth}"])})",
    };

    private string Leaf(string[] agents)
    {
        if (agents.Length > 0 && _random.Next(5) > 0)
        {
            var i = agents[_random.Next(agents.Length)];
            return _random.Next(9) switch
            {
                0 or 1 => $"x[{i}]",
                2 => _second ? $"y[{i}]" : $"x[{i}]",
                3 or 4 => $"{State("A")}[{i}]",
                5 => $"{State("W")}.Mean({i}, {_random.Next(1, 4)})",
                6 => $"{State("W")}[{i}, {_random.Next(0, 4)}]",
                7 when agents.Length > 1 && _pairs => $"{State("P")}[{i}, {agents[_random.Next(agents.Length)]}]",
                8 when _roster => $"{State("R")}.Timer({i})",
                _ => $"x[{i}]",
            };
        }

        return _random.Next(8) switch
        {
            0 or 1 => Value(),
            2 => "q",
            3 => State("S"),
            4 => "0.1 * t",
            5 => _roster ? $"{State("R")}.Count" : $"{State("W")}.Count",
            6 when _locals.Count > 0 => _locals[_random.Next(_locals.Count)],
            _ => State("S"),
        };
    }

    private string Value(bool above = false) => ((_random.Next(above ? 2 : -12, 40)) / 8.0).ToString(CultureInfo.InvariantCulture);

    private bool Chance(int of) => _random.Next(of) == 0;
}
