using CoopGen.Generators.Ir;
using CoopGen.Generators.Passes;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the derivation of bounds: observations and rewards computed once over intervals.</summary>
internal sealed class BoundsEmitter(ClassContext context)
{
    public void Observations(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override Box ObservationBounds()");
        code.Line("var (low, high) = (new double[ObservationLength], new double[ObservationLength]);");
        code.Line("var at = 0;");
        var lowering = Begin(code, "0.0");
        foreach (var part in context.Program.Observation)
        {
            code.Space();
            code.Comment(part.Name);
            if (!part.Guard.IsTrue)
                code.Open($"if ({new ExpressionPrinter(Arithmetic.Number, e => e.IsSetup ? context.Fields.Reference(e, _ => "") : null, _ => "").Print(part.Guard)})");
            lowering.Push();
            var value = Refinement.Refine(context.Program.Arena, part.Value);
            lowering.Prepare(value);
            void Write() => code.Line($"Interval.Put({Text(lowering, value)}, low, high, at++);");
            switch (part.Arity)
            {
                case 0:
                    Write();
                    break;
                case 1:
                    lowering.ForEach(Expr.Row, [], [value], Write);
                    break;
                default:
                    lowering.ForEach(Expr.Row, [], [value], () => lowering.ForEach(Expr.Column, [Expr.Row], [value], Write));
                    break;
            }

            lowering.Pop();
            if (!part.Guard.IsTrue)
                code.Close();
        }

        code.Line("return new Box(low, high);");
        code.Close();
    }

    public void Views(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override Box AgentObservationBounds(int agent, ulong parts)");
        code.Line("var length = AgentObservationLength(parts);");
        code.Line("var (low, high) = (new double[length], new double[length]);");
        var lowering = Begin(code, "0.0");
        foreach (var name in new[] { "agent", "parts", "length" })
            lowering.Names.Take(name);
        lowering.NameIndex(Expr.Me, "agent");
        // What is fixed is a number here, not an interval.
        var numbers = new ExpressionPrinter(Arithmetic.Number, e => e.Op == Op.Index ? lowering.IndexName(e.Slot) : e.IsSetup ? context.Fields.Reference(e, i => lowering.Print(i)) : null, _ => "");
        if (context.Program.View.Count > 0)
            code.Line("var at = 0;");
        for (var k = 0; k < context.Program.View.Count; k++)
            View(code, lowering, numbers, context.Program.View[k], ObservationEmitter.Shown(k));
        code.Line("return new Box(low, high);");
        code.Close();
    }

    private void View(CodeWriter code, Lowering lowering, ExpressionPrinter numbers, ObservationPart part, string shown)
    {
        code.Space();
        code.Comment(part.Name);
        code.Open($"if ({shown}{(part.Guard.IsTrue ? "" : $" && ({numbers.Print(part.Guard)})")})");
        lowering.Push();
        var value = Refinement.Refine(context.Program.Arena, part.Value);
        lowering.PrepareFor(Expr.Me, value);
        void Write() => code.Line($"Interval.Put({Text(lowering, value)}, low, high, at++);");
        switch (part.Arity)
        {
            case 0:
                Write();
                break;
            case 1:
                lowering.ForEach(Expr.Row, [Expr.Me], [value], () =>
                {
                    if (part.Where is { } where)
                        code.Open($"if ({(ExpressionPrinter.IsIndexCondition(where) ? lowering.IndexCondition(where) : numbers.Print(where))})");
                    Write();
                    if (part.Where is not null)
                        code.Close();
                });
                break;
            default:
                lowering.ForEach(Expr.Row, [Expr.Me], [value], () => lowering.ForEach(Expr.Column, [Expr.Me, Expr.Row], [value], Write));
                break;
        }

        lowering.Pop();
        code.Close();
    }

    public void Rewards(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override Box RewardBounds()");
        code.Line("var (low, high) = (new double[N], new double[N]);");
        var lowering = Begin(code, "1.0");
        var rewards = context.Program.Rewards.Select(r => Refinement.Refine(context.Program.Arena, r)).ToArray();
        GameEmitter.PerMode(code, lowering, mode => [rewards[mode]], mode => lowering.ForEach(Expr.Row, [], [rewards[mode]],
            () => code.Line($"Interval.Put({Text(lowering, rewards[mode])}, low, high, {lowering.IndexName(Expr.Row)});")));
        code.Line("return new Box(low, high);");
        code.Close();
    }

    private static string Text(Lowering lowering, Expr value) => value.IsFlag ? $"Truth.ToInterval({lowering.Print(value)})" : lowering.Print(value);

    private Lowering Begin(CodeWriter code, string firstStep)
    {
        var lowering = new Lowering(context, code, (e, index) => Read(e, index, firstStep), Arithmetic.Interval);
        foreach (var name in new[] { "low", "high" })
            lowering.Names.Take(name);
        context.PrintArgument = e => lowering.Print(e);
        return lowering;
    }

    private string Read(Expr e, Func<Expr, string> index, string firstStep)
    {
        switch (e.Op)
        {
            case Op.Step:
                return $"new Interval({firstStep}, Horizon, true)";
            case Op.Action:
                var at = context.Dimensions == 1 ? index(e[0]) : $"{index(e[0])} * {context.Dimensions} + {e.Slot}";
                return $"new Interval(ActionSpace.Low[{at}], ActionSpace.High[{at}])";
            case Op.Given:
                return "Interval.All";
            case Op.Paid:
                return $"Interval.Hull(new Interval(RewardRange.Low[{index(e[0])}], RewardRange.High[{index(e[0])}]), 0.0)";
            case Op.WindowCount:
                return $"new Interval(0.0, {Fixed(context.Program.State(e.Slot).Capacity!)}, true)";
            case Op.RosterCount:
                return "new Interval(0.0, N, true)";
            case Op.RosterHas:
                return "Truth.Unknown";
            case Op.RosterTimer:
                return "Interval.All";
            case Op.DrawUniform:
                return "new Interval(0.0, 1.0)";
            case Op.DrawNormal:
                return "Interval.Normal";
            default:
                var state = context.Program.State(e.Slot);
                var range = $"new Interval({Fixed(state.Min)}, {Fixed(state.Max)})";
                return e.Op is Op.WindowAt or Op.WindowMean ? $"Interval.Hull({range}, 0.0)"
                    : state.Kind == StateKind.PerPair && !(state.Diagonal.IsConst && state.Min.IsConst && state.Max.IsConst && state.Diagonal.Value >= state.Min.Value && state.Diagonal.Value <= state.Max.Value)
                        ? $"Interval.Hull({range}, {Fixed(state.Diagonal)})" : range;
        }
    }

    private string Fixed(Expr e) => e.IsConst ? CodeWriter.Literal(e.Value) : context.Fields.Reference(e, _ => "")!;
}
