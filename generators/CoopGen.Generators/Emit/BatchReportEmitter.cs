using CoopGen.Generators.Ir;

namespace CoopGen.Generators.Emit;

/// <summary>Writes the single numbers of the report for eight environments, as far as what the kernel keeps tells them.</summary>
internal sealed class BatchReportEmitter(BatchContext context)
{
    public void Write(CodeWriter code)
    {
        var numbers = context.Program.Report.Where(p => p.Kind == "Number" && p.Guard.IsTrue && IsKept(p.Value!)).ToList();
        code.Line("/// <inheritdoc/>");
        code.Line($"public override bool Persists => {(context.States.Any(s => s.Persistent) ? "true" : "false")};");
        code.Space();
        code.Line("/// <inheritdoc/>");
        code.Line($"public override System.Collections.Generic.IReadOnlyList<string> ReportNames {{ get; }} = [{string.Join(", ", numbers.Select(p => CodeWriter.Literal(p.Name)))}];");
        if (numbers.Count == 0)
            return;
        code.Space();
        code.Line("/// <inheritdoc/>");
        code.Open("protected override Vector256<float> Report(int number, int block, ref float m, ref float p, ref float w)");
        var lowering = new BatchStepEmitter(context).Start(code);
        lowering.Names.Take("number");
        code.Open("switch (number)");
        for (var k = 0; k < numbers.Count; k++)
        {
            code.Line($"// {numbers[k].Name}");
            code.Open(k < numbers.Count - 1 ? $"case {BatchContext.Text(k)}:" : "default:");
            lowering.Push();
            lowering.Prepare(numbers[k].Value!);
            code.Line($"return {lowering.Print(numbers[k].Value!)};");
            lowering.Pop();
            code.Close();
        }

        code.Close();
        code.Close();
    }

    /// <summary>Whether everything that a value reads is in the memory of the kernel.</summary>
    private bool IsKept(Expr value) => Rewriter.InOrder([value]).All(e => e.Op switch
    {
        Op.State or Op.WindowAt or Op.WindowCount or Op.WindowMean or Op.RosterCount or Op.RosterHas or Op.RosterTimer => context.Live.Contains(e.Slot),
        Op.Given => context.KeepsGiven,
        Op.Paid => context.KeepsPaid,
        _ => true,
    });
}
