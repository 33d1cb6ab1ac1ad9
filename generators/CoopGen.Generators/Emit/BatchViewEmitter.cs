using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Writes what one agent sees of its own, for eight environments: a column per number, in the order of the scalar environment.</summary>
internal sealed class BatchViewEmitter(BatchContext context)
{
    public void Write(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void WriteView(int block, nuint agent, ulong parts, ref float m, ref float p, ref float w, ref float columns)");
        var lowering = new BatchStepEmitter(context).Start(code);
        foreach (var name in new[] { "agent", "parts", "columns" })
            lowering.Names.Take(name);
        lowering.NameIndex(Expr.Me, "agent");
        if (context.Program.View.Count > 0)
            code.Line("nuint at = 0;");
        for (var k = 0; k < context.Program.View.Count; k++)
            Part(code, lowering, context.Program.View[k], k);
        code.Close();
    }

    private static void Part(CodeWriter code, Lowering lowering, ObservationPart part, int bit)
    {
        code.Space();
        code.Comment(part.Name);
        code.Open($"if ({ObservationEmitter.Shown(bit)}{(part.Guard.IsTrue ? "" : $" && EveryLane({lowering.Print(part.Guard)})")})");
        lowering.Push();
        Expr[] roots = part.Where is null ? [part.Value] : [part.Value, part.Where];
        lowering.PrepareFor(Expr.Me, roots);
        switch (part.Arity)
        {
            case 0:
                Store();
                break;
            case 1:
                lowering.ForEach(Expr.Row, [Expr.Me], roots, () =>
                {
                    if (part.Where is { } where)
                        code.Open(ExpressionPrinter.IsIndexCondition(where) ? $"if ({lowering.IndexCondition(where)})" : $"if (EveryLane({lowering.Print(where)}))");
                    Store();
                    if (part.Where is not null)
                        code.Close();
                });
                break;
            default:
                lowering.ForEach(Expr.Row, [Expr.Me], roots, () => lowering.ForEach(Expr.Column, [Expr.Me, Expr.Row], roots, Store));
                break;
        }

        lowering.Pop();
        code.Close();

        void Store()
        {
            code.Line($"Store(ref columns, at, {lowering.Print(part.Value)});");
            code.Line("at += 16;");
        }
    }
}
