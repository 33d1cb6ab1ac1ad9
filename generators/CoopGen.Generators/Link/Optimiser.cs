using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Link;

/// <summary>Runs the passes that make a checked program cheaper over everything in it.</summary>
internal static class Optimiser
{
    public static void Run(GameProgram program)
    {
        if (!program.Agents.IsConst)
            return;
        var n = (int)program.Agents.Value;
        var analysis = RangeChecks.Analysis(program, 0);
        var done = new Dictionary<Expr, Expr>();
        Apply(program, e => done.TryGetValue(e, out var known) ? known
            : done[e] = ConstantFolding.Fold(program.Arena, StrengthReduction.Reduce(program.Arena, e, analysis, n), program.Agents));
    }

    /// <summary>Puts another expression in the place of every one that is computed in a step or told of it.</summary>
    public static void Apply(GameProgram program, Func<Expr, Expr> pass)
    {
        Statement Map(Statement s) => s with { Values = Array.ConvertAll(s.Values, v => pass(v)), Then = [.. s.Then.Select(Map)], Else = [.. s.Else.Select(Map)] };
        foreach (var statements in new[] { program.Reset, program.Update, program.Settle })
            for (var k = 0; k < statements.Count; k++)
                statements[k] = Map(statements[k]);
        program.Rewards = Array.ConvertAll(program.Rewards, r => pass(r));
        program.Terminated = pass(program.Terminated);
        foreach (var parts in new[] { program.Observation, program.View })
            for (var k = 0; k < parts.Count; k++)
                parts[k] = parts[k] with { Value = pass(parts[k].Value) };
        for (var k = 0; k < program.Report.Count; k++)
            program.Report[k] = program.Report[k] with { Value = program.Report[k].Value is { } value ? pass(value) : null, Guard = pass(program.Report[k].Guard) };
        var sources = program.Sources.ToList();
        foreach (var pair in sources)
        {
            var key = pass(pair.Key);
            if (!program.Sources.ContainsKey(key))
                program.Sources.Add(key, pair.Value);
        }
    }
}
